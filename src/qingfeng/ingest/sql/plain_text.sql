-- Text that is letters and digits with blanks behind it; null where the thorough form must be
-- asked.
SELECT CASE WHEN regexp_full_match(x, '[0-9A-Za-z]+[\t ]*') THEN rtrim(x, E'\t ') END AS plain,
       CAST(NULL AS VARCHAR) AS flag
FROM cells
