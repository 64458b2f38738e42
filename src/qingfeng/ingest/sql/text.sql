-- Text: blanks and invisible characters off; null where the cell says nothing.
-- A number cell of more than 15 digits (a serial, an order) has lost its digits.
WITH t AS (SELECT b, starts_with(x, chr(1)) AND (contains(b, 'e+') OR regexp_full_match(b, '[0-9]{16,}')) AS lost
           FROM (SELECT x, qf_bare(x) AS b FROM cells))
SELECT CASE WHEN NOT qf_is_nothing(b) AND NOT lost THEN regexp_replace(b, '\r\n?', chr(10), 'g') END,
       CASE WHEN lost THEN 'numeric cell with more than 15 digits, unusable for matching: ' || b END AS flag FROM t
