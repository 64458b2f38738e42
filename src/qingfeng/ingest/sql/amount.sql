-- Amounts in fen; {factor} is the fen of one unit. Grouping is checked, brackets and a
-- trailing minus are negative, 万 and 亿 multiply.
WITH t AS (SELECT x, b, qf_narrow(b) AS n, starts_with(x, chr(1)) AS numeric_cell FROM (SELECT x, qf_bare(x) AS b FROM cells)),
s AS (SELECT *, regexp_replace(n, '^(CNY|RMB|人民币)|\s|[¥$￥]', '', 'g') AS s FROM t),
v AS (SELECT *, regexp_extract(s,
        '^(\()?([-+])?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]*)?)(e[-+]?[0-9]+)?(万|亿)?(?:元|圆)?([-+])?(\))?$',
        ['opening', 'sign', 'digits', 'power', 'myriad', 'trailing', 'closing']) AS m FROM s),
c AS (SELECT *, CASE
        WHEN m.digits IN ('', '.') OR (m.opening <> '') <> (m.closing <> '') THEN NULL
        WHEN m.power <> '' THEN CASE WHEN numeric_cell THEN
             CAST(TRY_CAST(m.digits || m.power AS DOUBLE) AS DECIMAL(28, 6)) END
        ELSE TRY_CAST(replace(m.digits, ',', '') AS DECIMAL(28, 6)) END
        * CASE m.myriad WHEN '万' THEN 10000 WHEN '亿' THEN 100000000 ELSE 1 END * {factor} AS fen FROM v)
SELECT CASE WHEN fen IS NOT NULL AND abs(fen) < 9e17 THEN
            CAST(round(fen) AS BIGINT)
            * CASE WHEN m.opening <> '' OR m.sign = '-' OR m.trailing = '-' THEN -1 ELSE 1 END END,
       CASE WHEN NOT qf_is_nothing(b) AND (fen IS NULL OR abs(fen) >= 9e17) THEN b END AS problem,
       CASE WHEN NOT numeric_cell AND fen <> round(fen) THEN 'rounded to the fen: ' || b END AS flag
FROM c
