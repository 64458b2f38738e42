-- Quantities; a percentage as its share, a bare number also as the percentage it may be. A unit in the cell counts before that of the column; 亩
-- and 公顷 are square metres where the column holds areas.
WITH t AS (SELECT b, replace(qf_narrow(b), ',', '') AS n FROM (SELECT x, qf_bare(x) AS b FROM cells)),
m AS (SELECT b, regexp_extract(n, '^(-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))\s*(万|亿)?\s*(.*)$',
                               ['digits', 'myriad', 'unit']) AS m FROM t),
d AS (SELECT b, m, TRY_CAST(nullif(m.digits, '') AS DECIMAL(18, 6))
                   * CASE m.myriad WHEN '万' THEN 10000 WHEN '亿' THEN 100000000 ELSE 1 END AS d FROM m),
v AS (SELECT b, m, CASE WHEN m.unit = '%' THEN d / 100
             WHEN {area} AND regexp_full_match(m.unit, '亩|市亩') THEN d * 10000 / 15
             WHEN {area} AND m.unit = '公顷' THEN d * 10000
             WHEN m.unit = '' THEN d * {unit}
             ELSE d END AS q FROM d)
SELECT TRY_CAST(q AS DECIMAL(18, 6)), CASE WHEN NOT qf_is_nothing(b) AND TRY_CAST(q AS DECIMAL(18, 6)) IS NULL THEN b END AS problem,
       CASE WHEN m.unit = '' AND '{unit}' = '1 / 1' THEN TRY_CAST(q / 100 AS DECIMAL(18, 6)) END AS percent FROM v
