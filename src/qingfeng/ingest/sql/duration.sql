-- Durations and whole numbers as seconds; a bare number is of units of {seconds} seconds.
WITH t AS (SELECT b, regexp_extract(qf_narrow(b), '^(?:([0-9]+)(?:小时|时|[hH]))?(?:([0-9]+)(?:分钟|分|[mM]))?(?:([0-9]+)(?:秒|[sS])?)?$', ['h', 'm', 's']) AS m,
                  regexp_extract(qf_narrow(b), '^([0-9]+):([0-9]{2})(?::([0-9]{2}))?$', ['a', 'b', 'c']) AS k,
                  CASE WHEN regexp_full_match(qf_narrow(b), '[0-9]{1,3}(,[0-9]{3})+') THEN replace(qf_narrow(b), ',', '') || '.0' ELSE qf_narrow(b) END AS n
                  FROM (SELECT x, qf_bare(x) AS b FROM cells)),
v AS (SELECT b, CASE WHEN k.a <> '' AND k.c <> '' THEN CAST(k.a AS BIGINT) * 3600 + CAST(k.b AS BIGINT) * 60 + CAST(k.c AS BIGINT)
             WHEN k.a <> '' THEN CAST(k.a AS BIGINT) * 60 + CAST(k.b AS BIGINT)
             WHEN {seconds} > 1 AND regexp_full_match(n, '[0-9]+(\.[0-9]+)?') THEN CAST(round(CAST(n AS DOUBLE) * {seconds}) AS BIGINT)
             WHEN regexp_full_match(n, '[0-9]+\.0+') THEN CAST(CAST(n AS DOUBLE) AS BIGINT)
             WHEN m.h <> '' OR m.m <> '' OR m.s <> '' THEN coalesce(TRY_CAST(m.h AS BIGINT), 0) * 3600 + coalesce(TRY_CAST(m.m AS BIGINT), 0) * 60 + coalesce(TRY_CAST(m.s AS BIGINT), 0)
             END AS seconds FROM t)
SELECT seconds, CASE WHEN NOT qf_is_nothing(b) AND seconds IS NULL THEN b END AS problem FROM v
