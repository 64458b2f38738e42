-- Dates and times in all their spellings, as Beijing wall clock.
WITH r AS (SELECT x, b, trim(regexp_replace(regexp_replace(regexp_replace(qf_narrow(b), '\s+', ' ', 'g'), '\s*(\+0800|\+08:?00)?\s*(CST|GMT\+8|北京时间)?$', ''), 'T', ' ')) AS n
           FROM (SELECT x, qf_bare(x) AS b FROM cells)),
t AS (SELECT x, b, upper(regexp_extract(n, '(上午|下午|[AaPp][Mm]$)', 1)) AS half,
             CASE WHEN regexp_matches(n, '上午|下午|[AaPp][Mm]$')
                  THEN trim(regexp_replace(n, '\s*(上午|下午|[AaPp][Mm]$)\s*', ' ')) ELSE n END AS n FROM r),
s AS (SELECT x, b, half, CASE
        WHEN regexp_full_match(n, '[0-9]{14}') THEN n[1:4]||'-'||n[5:6]||'-'||n[7:8]||' '||n[9:10]||':'||n[11:12]||':'||n[13:14]
        WHEN regexp_full_match(n, '[0-9]{12}') THEN n[1:4]||'-'||n[5:6]||'-'||n[7:8]||' '||n[9:10]||':'||n[11:12]
        WHEN regexp_full_match(n, '[0-9]{17}') THEN n[1:4]||'-'||n[5:6]||'-'||n[7:8]||' '||n[9:10]||':'||n[11:12]||':'||n[13:14]
        WHEN regexp_full_match(n, '[0-9]{8}(\.0)?') THEN n[1:4]||'-'||n[5:6]||'-'||n[7:8]
        WHEN regexp_full_match(n, '[0-9]{8} +[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?') THEN n[1:4]||'-'||n[5:6]||'-'||n[7:8]||' '||trim(n[9:])
        WHEN regexp_full_match(n, '[0-9]{8} +[0-9]{5,6}') THEN n[1:4]||'-'||n[5:6]||'-'||n[7:8]||' '||lpad(trim(n[9:]), 6, '0')[1:2]||':'||n[-4:-3]||':'||n[-2:]
        WHEN regexp_full_match(n, '[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}\.[0-9]{2}\.[0-9]{2}(\.[0-9]+)?') THEN n[1:10]||' '||replace(n[12:19], '.', ':')
        WHEN regexp_full_match(n, '[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}( +[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]+)?)?)?')
            THEN regexp_replace(regexp_extract(n, '^[^ ]+'), '[/.]', '-', 'g') || regexp_extract(n, ' .*$')
        WHEN regexp_full_match(n, '[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日? *([0-9]{1,2}[:时点][0-9]{1,2}([:分]([0-9]{1,2}秒?)?)?)?')
            THEN rtrim(regexp_replace(regexp_replace(regexp_replace(n, '[年月]', '-', 'g'), '日 *', ' '), '[时点分]', ':', 'g'), '秒: ')
        END AS s,
        TRY_CAST(CASE WHEN regexp_full_match(n, '[2-7][0-9]{4}(\.[0-9]+)?') THEN n END AS DOUBLE) AS serial FROM t),
w AS (SELECT b, half, CASE WHEN serial IS NOT NULL
                     THEN TIMESTAMP '1899-12-30' + to_seconds(CAST(round(serial * 86400) AS BIGINT))
                     ELSE TRY_CAST(regexp_replace(s, '\.[0-9]+$', '') AS TIMESTAMP) END AS moment,
             CASE WHEN serial IS NOT NULL THEN CASE WHEN serial = round(serial) THEN 'day' ELSE 'second' END
                  WHEN NOT contains(s, ' ') THEN 'day'
                  WHEN length(s) - length(replace(s, ':', '')) = 1 THEN 'minute' ELSE 'second' END AS precision
      FROM s),
v AS (SELECT b, precision, CASE WHEN half IN ('下午', 'PM') AND precision <> 'day' AND hour(moment) < 12 THEN moment + INTERVAL 12 HOUR
                                WHEN half IN ('上午', 'AM') AND precision <> 'day' AND hour(moment) = 12 THEN moment - INTERVAL 12 HOUR
                                ELSE moment END AS moment FROM w)
SELECT CASE WHEN year(moment) BETWEEN 1900 AND 2100 THEN moment END,
       CASE WHEN year(moment) BETWEEN 1900 AND 2100 THEN precision END AS precision,
       CASE WHEN NOT qf_is_nothing(b) AND NOT regexp_full_match(b, '0+') AND (moment IS NULL OR NOT year(moment) BETWEEN 1900 AND 2100) THEN b END AS problem
FROM v
