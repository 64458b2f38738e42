-- Text: blanks and invisible characters off; null where the cell says nothing.
-- A number cell of more than 15 digits (a serial, an order) has lost its digits; so has the text that a
-- spreadsheet made of one (4.2E+27).
WITH t AS (SELECT b, CASE WHEN starts_with(x, chr(1)) AND (contains(b, 'e+') OR regexp_full_match(b, '[0-9]{16,}'))
                               THEN 'numeric cell with more than 15 digits, unusable for matching'
                          WHEN regexp_full_match(b, '[0-9](\.[0-9]+)?[eE]\+(1[1-9]|[2-9][0-9])')
                               THEN 'scientific notation text, digits are lost' END AS lost
           FROM (SELECT x, qf_bare(x) AS b FROM cells))
SELECT CASE WHEN NOT qf_is_nothing(b) AND lost IS NULL THEN regexp_replace(b, '\r\n?', chr(10), 'g') END,
       lost || ': ' || b AS flag,
       CASE WHEN qf_is_unknown(b) OR regexp_full_match(b, '(?i:na|nan|none)|-1|0+\.0+') THEN b END AS unknown FROM t
