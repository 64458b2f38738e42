-- Amounts in their plainest form, in fen; odd says that the thorough form must be asked.
WITH t AS (SELECT rtrim(x, E'\t ') AS b FROM cells),
s AS (SELECT b, CASE WHEN regexp_full_match(b, '[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,2})?')
                     THEN replace(b, ',', '') ELSE b END AS s FROM t)
SELECT CASE WHEN regexp_full_match(s, '-?[0-9]{1,15}(\.[0-9]{1,2})?')
            THEN CAST(TRY_CAST(s AS DECIMAL(18, 2)) * 100 AS BIGINT) END AS fen,
       b NOT IN ('', '-', '\N') AND NOT regexp_full_match(s, '-?[0-9]{1,15}(\.[0-9]{1,2})?') AS odd
FROM s
