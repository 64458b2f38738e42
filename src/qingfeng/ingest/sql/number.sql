-- Account, card, ID and phone numbers. A number with its middle hidden, or only its end, is masked.
-- Words that say there is none, a small number below zero, and several numbers in a cell are no number.
-- A number cell of more than 15 digits was rounded by the program that wrote it; of exactly 16 it is
-- exact if it is below 2**53 and its last digit is not the zero that rounding leaves.
WITH t AS (SELECT x, b, qf_narrow(b) AS n FROM (SELECT x, qf_bare(x) AS b FROM cells)),
d AS (SELECT x, b, regexp_replace(n, '[\s''’‘`-]', '', 'g') AS d,
             starts_with(x, chr(1)) AS numeric_cell FROM t),
e AS (SELECT x, b, numeric_cell,
             CASE WHEN numeric_cell THEN regexp_replace(d, '\.0+$', '')
                  WHEN regexp_full_match(d, '[0-9]{5,}\.0+') THEN regexp_extract(d, '[0-9]+')
                  ELSE d END AS d FROM d),
f AS (SELECT *, CASE
        WHEN numeric_cell AND (contains(d, 'e') OR length(d) > 16
                               OR length(d) = 16 AND ends_with(d, '0') AND NOT qf_luhn(d))
            THEN 'numeric cell with more than 15 digits, unusable for matching'
        WHEN NOT numeric_cell AND regexp_full_match(d, '[0-9](\.[0-9]+)?[eE]\+?[0-9]+')
            THEN 'scientific notation text, digits are lost'
        WHEN qf_is_unknown(b) OR regexp_full_match(b, '[-－−][0-9]{1,4}(\.0+)?|(?i:na|nan|none|nil|unknown|undefined|empty)|#[A-Z/0]+[!?]')
            THEN 'no number'
        WHEN regexp_full_match(qf_narrow(b), '[0-9A-Za-z]{6,}(\s*[、,;；|/\n]\s*[^、,;；|/\n]*[0-9A-Za-z]{5,})+')
            THEN 'several numbers in one cell, which is meant is unknown' END AS lost FROM e),
g AS (SELECT x, b, d, lost, numeric_cell,
             regexp_full_match(d, '[0-9]{5,}_.+') AS has_suffix,
             regexp_matches(d, '[*]|[0-9][xX]{3,}|^[xX]{3,}[0-9]|[#•●]{2,}|^[(（]?(尾号|尾数|[末后][四4]位)') AS hidden FROM f)
SELECT CASE WHEN qf_is_nothing(b) OR lost IS NOT NULL OR hidden
                 OR regexp_full_match(d, '0*(\.0+)?') THEN NULL
            WHEN has_suffix THEN split_part(d, '_', 1)
            WHEN regexp_full_match(d, '[0-9]{17}x|(?i:[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10})') THEN upper(d)
            WHEN regexp_full_match(d, '\+86(1[0-9]{10})') THEN right(d, 11)
            WHEN regexp_full_match(d, '[0-9A-Z]+') THEN d
            ELSE b END,
       CASE WHEN NOT qf_is_nothing(b) AND hidden THEN d END AS masked,
       CASE WHEN has_suffix THEN d[strpos(d, '_') + 1:] END AS suffix,
       CASE WHEN lost IS NOT NULL THEN lost || ': ' || b
            WHEN numeric_cell AND length(d) = 16 THEN 'numeric cell, 16 digits, exact but low confidence'
            WHEN regexp_full_match(d, '62[0-9]{14,17}') AND NOT qf_luhn(d) THEN 'Luhn fails' END AS flag
FROM g
