-- Times of day as seconds since midnight. Bare digits may lack their leading zeros: of one to four
-- of them the column decides (see clocks.py), five and more are hours, minutes and seconds.
WITH t AS (SELECT x, b, starts_with(x, chr(1)) AS numeric_cell,
                  regexp_replace(qf_narrow(b), '^([0-9]{1,8})\.0+$', '\1') AS n FROM (SELECT x, qf_bare(x) AS b FROM cells)),
s AS (SELECT x, b, n, regexp_full_match(n, '[0-9]{1,4}') AS short, CASE
        WHEN starts_with(x, chr(2)) AND contains(n, ' ') THEN split_part(n, ' ', 2)
        WHEN regexp_full_match(n, '[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2})?(\.[0-9]+)?') THEN n
        WHEN regexp_full_match(n, '[0-9]{1,2}\.[0-9]{2}\.[0-9]{2}') THEN replace(n, '.', ':')
        WHEN regexp_full_match(n, '[0-9]{1,2}[时点][0-9]{1,2}分?([0-9]{1,2}秒)?')
            THEN rtrim(regexp_replace(n, '[时点分]', ':', 'g'), '秒:')
        -- Eight digits that are a date are none of a clock with hundredths.
        WHEN regexp_full_match(n, '[0-9]{5,6}|[0-9]{8}') AND try_strptime(n, '%Y%m%d') IS NULL
            THEN lpad(n, CASE WHEN length(n) = 8 THEN 8 ELSE 6 END, '0')[1:2]||':'||lpad(n, CASE WHEN length(n) = 8 THEN 8 ELSE 6 END, '0')[3:4]
                 ||':'||lpad(n, CASE WHEN length(n) = 8 THEN 8 ELSE 6 END, '0')[5:6]
        END AS s,
        CASE WHEN numeric_cell OR contains(n, '.') THEN TRY_CAST(CASE WHEN regexp_full_match(n, '0?\.[0-9]+(e-[0-9]+)?|[0-9]\.?[0-9]*e-[0-9]+') THEN n END AS DOUBLE) END AS fraction
      FROM t),
p AS (SELECT *, CAST(split_part(s, ':', 1) AS BIGINT) AS h, CAST(split_part(s, ':', 2) AS BIGINT) AS m,
             coalesce(TRY_CAST(split_part(split_part(s, ':', 3), '.', 1) AS BIGINT), 0) AS sec FROM s),
v AS (SELECT *, CASE WHEN fraction IS NOT NULL THEN CAST(round(fraction * 86400) AS BIGINT)
             WHEN m < 60 AND sec < 60 THEN h * 3600 + m * 60 + sec END AS seconds FROM p)
SELECT CASE WHEN seconds BETWEEN 0 AND 86400 THEN seconds END,
       CASE WHEN fraction IS NULL AND length(s) - length(replace(s, ':', '')) = 1 THEN 'minute' ELSE 'second' END AS precision,
       CASE WHEN NOT qf_is_nothing(b) AND NOT short AND (seconds IS NULL OR seconds > 86400) THEN b END AS problem,
       CASE WHEN short THEN n END AS short,
       coalesce(regexp_full_match(n, '[0-9]{5,6}') AND seconds <= 86400, false) AS long
FROM v
