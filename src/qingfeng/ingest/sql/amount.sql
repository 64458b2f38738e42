-- Amounts in fen; {factor} is the fen of one unit. Grouping is checked, brackets and a trailing
-- minus are negative. A unit in the cell (元, 万, 亿) is the only one that counts; a currency
-- in the cell is given as it was written.
WITH t AS (SELECT x, b, starts_with(x, chr(1)) AS numeric_cell,
                  regexp_replace(qf_narrow(b), '[\s\x{A0}\x{2007}\x{2009}\x{202F}¥￥]', '', 'g') AS s FROM (SELECT x, qf_bare(x) AS b FROM cells)),
v AS (SELECT *, regexp_extract(s,
        '^(\()?([-+])?({money})?([-+])?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]*)?)(e[-+]?[0-9]+)?(万|亿)?(元|圆)?整?({money})?([-+])?(\))?$',
        ['opening', 'sign', 'before', 'second', 'digits', 'power', 'myriad', 'yuan', 'behind', 'trailing', 'closing']) AS m FROM t),
d AS (SELECT *, m.myriad <> '' OR m.yuan <> '' OR regexp_matches(m.behind, '[元圆镑]$') AS own_unit, CASE
        WHEN m.digits IN ('', '.') OR (m.opening <> '') <> (m.closing <> '') OR m.sign <> '' AND m.second <> ''
             OR m.before <> '' AND m.behind <> '' THEN NULL
        WHEN m.power <> '' THEN CASE WHEN numeric_cell THEN
             CAST(TRY_CAST(m.digits || m.power AS DOUBLE) AS DECIMAL(28, 10)) END
        ELSE TRY_CAST(replace(m.digits, ',', '') AS DECIMAL(28, 10)) END AS units FROM v),
-- Ten decimals hold a fen of one 亿; 18 digits before them and ten of the factor fill 38.
f AS (SELECT *, CAST(CASE m.myriad WHEN '万' THEN 10000 WHEN '亿' THEN 100000000 ELSE 1 END AS BIGINT)
             * CASE WHEN own_unit THEN 100 ELSE {factor} END AS scale FROM d),
c AS (SELECT *, units * CAST(scale AS DECIMAL(11, 0)) AS fen FROM f)
SELECT CASE WHEN fen IS NOT NULL AND abs(fen) < 9e17 THEN
            CAST(round(fen) AS BIGINT)
            * CASE WHEN m.opening <> '' OR '-' IN (m.sign, m.second, m.trailing) THEN -1 ELSE 1 END END,
       CASE WHEN NOT qf_is_nothing(b) AND (fen IS NULL OR abs(fen) >= 9e17) THEN b END AS problem,
       CASE WHEN fen IS NULL OR abs(fen) >= 9e17 THEN NULL
            WHEN own_unit AND {factor} <> 100 THEN 'the unit in the cell counts, not that of the column: ' || b
            -- The last bits of a number cell are no rounding.
            WHEN abs(fen - round(fen)) > CASE WHEN numeric_cell THEN 0.01 ELSE 0 END
                 OR m.power <> '' AND abs(TRY_CAST(m.digits || m.power AS DECIMAL(38, 16)) - units) > 0.01 / scale
                THEN 'rounded to the fen: ' || b END AS flag,
       CASE WHEN fen IS NOT NULL THEN nullif(m.before || m.behind, '') END AS currency
FROM c
