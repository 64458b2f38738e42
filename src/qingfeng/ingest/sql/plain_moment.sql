-- Dates and times in their three commonest spellings; null where the thorough form must be asked.
WITH t AS (SELECT rtrim(x, E'\t ') AS b FROM cells)
SELECT CASE WHEN length(b) = 14 AND regexp_full_match(b, '[0-9]{14}')
            THEN TRY_CAST(b[1:4]||'-'||b[5:6]||'-'||b[7:8]||' '||b[9:10]||':'||b[11:12]||':'||b[13:14] AS TIMESTAMP)
            WHEN length(b) = 19 AND b[11] = ' ' AND b[5] = '-' THEN TRY_CAST(b AS TIMESTAMP)
            WHEN length(b) = 19 AND b[11] = ' ' AND b[5] = '/' THEN TRY_CAST(replace(b, '/', '-') AS TIMESTAMP)
       END AS moment FROM t
