-- Times of day as seconds since midnight.
WITH t AS (SELECT x, b, qf_narrow(b) AS n FROM (SELECT x, qf_bare(x) AS b FROM cells)),
s AS (SELECT x, b, CASE
        WHEN starts_with(x, chr(2)) AND contains(n, ' ') THEN split_part(n, ' ', 2)
        WHEN regexp_full_match(n, '[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?(\.[0-9]+)?') THEN n
        WHEN regexp_full_match(n, '[0-9]{1,2}[时点][0-9]{1,2}分?([0-9]{1,2}秒)?')
            THEN rtrim(regexp_replace(n, '[时点分]', ':', 'g'), '秒:')
        WHEN NOT starts_with(x, chr(1)) AND regexp_full_match(n, '([01][0-9]|2[0-4])[0-5][0-9]') THEN n[1:2]||':'||n[3:4]
            WHEN regexp_full_match(n, '[0-9]{5,6}') THEN lpad(n, 6, '0')[1:2]||':'||lpad(n, 6, '0')[3:4]||':'||lpad(n, 6, '0')[5:6]
        WHEN starts_with(x, chr(1)) AND regexp_full_match(n, '[0-9]{1,4}') THEN lpad(n, 6, '0')[1:2]||':'||lpad(n, 6, '0')[3:4]||':'||lpad(n, 6, '0')[5:6]
        END AS s,
        CASE WHEN starts_with(x, chr(1)) OR contains(n, '.') THEN TRY_CAST(CASE WHEN regexp_full_match(n, '0?\.[0-9]+(e-[0-9]+)?|[0-9]\.?[0-9]*e-[0-9]+|0') THEN n END AS DOUBLE) END AS fraction
      FROM t),
v AS (SELECT b, s, fraction, CASE WHEN fraction IS NOT NULL THEN CAST(round(fraction * 86400) AS BIGINT)
             WHEN s IS NOT NULL THEN CAST(split_part(s, ':', 1) AS BIGINT) * 3600 + CAST(split_part(s, ':', 2) AS BIGINT) * 60
                  + coalesce(TRY_CAST(split_part(split_part(s, ':', 3), '.', 1) AS BIGINT), 0) END AS seconds FROM s)
SELECT CASE WHEN seconds BETWEEN 0 AND 86400 THEN seconds END,
       CASE WHEN fraction IS NULL AND length(s) - length(replace(s, ':', '')) = 1 THEN 'minute' ELSE 'second' END AS precision,
       CASE WHEN NOT qf_is_nothing(b) AND (seconds IS NULL OR seconds > 86400) THEN b END AS problem
FROM v
