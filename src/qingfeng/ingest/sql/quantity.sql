-- Quantities; a percentage as its share.
WITH t AS (SELECT b, replace(qf_narrow(b), ',', '') AS n FROM (SELECT x, qf_bare(x) AS b FROM cells)),
v AS (SELECT b, CASE WHEN ends_with(n, '%') THEN TRY_CAST(rtrim(n, '% ') AS DECIMAL(18, 6)) / 100
             ELSE TRY_CAST(regexp_extract(n, '^-?[0-9.]+') AS DECIMAL(18, 6)) END AS q FROM t)
SELECT CAST(q AS DECIMAL(18, 6)), CASE WHEN NOT qf_is_nothing(b) AND q IS NULL THEN b END AS problem FROM v
