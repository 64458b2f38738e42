-- Names: no blanks inside a name without Latin letters, no number of a list before it ((一)甲某某);
-- the raw form where that changed it. Zeros and words that say there is none are no name.
WITH t AS (SELECT trim(x, E' \t\r\n' || chr(1)) AS raw,
                  CASE WHEN qf_is_unknown(b) THEN b END AS unknown,
                  CASE WHEN qf_is_nothing(b) OR qf_is_unknown(b) OR regexp_full_match(b, '0+(\.0+)?') THEN NULL
                       WHEN regexp_matches(b, '[A-Za-z]') THEN regexp_replace(b, '\s+', ' ', 'g')
                       ELSE regexp_replace(b, '[\s\x{3000}\x{00A0}]+', '', 'g') END AS name
           FROM (SELECT x, regexp_replace(qf_bare(x), '^[(（][一二三四五六七八九十]{1,3}[)）]\s*([^期标段分区])', '\1') AS b
                 FROM cells))
SELECT CASE WHEN contains(name, '*') THEN NULL ELSE name END,
       CASE WHEN raw <> name THEN raw END AS raw,
       CASE WHEN contains(name, '*') THEN raw END AS masked,
       name AS any_form,
       'no name: ' || unknown AS flag
FROM t
