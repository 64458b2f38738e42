-- Parts just under a reporting limit, close in time, summing above it.
WITH seen AS (
  SELECT b.transfer_id, b.source_row, b.booked_on, b.direction, b.amount_fen, b.most_fen, b.cash,
    b.counterparty_name, coalesce(b.counterparty_id, b.counterparty_key) AS number,
    coalesce(b.holder_id, b.account_key, '户主、账号不明') AS owner,
    CASE WHEN b.holder_id IS NULL THEN 'account' WHEN b.holder_kind = 'company' THEN 'company'
      ELSE 'person' END AS owner_kind,
    CASE WHEN b.holder_kind = 'company' THEN 'company_transfer_limit_fen'
      ELSE 'person_transfer_limit_fen' END AS transfer_limit,
    CASE WHEN coalesce(b.excluded_by, '') IN ('', 'direction_unknown', 'foreign_currency') THEN
      CASE WHEN b.account_key IS NULL THEN '2 account' WHEN b.holder_kind = 'unclear' THEN '3 holder'
        WHEN b.excluded_by = 'direction_unknown' THEN '4 direction'
        WHEN b.excluded_by = 'foreign_currency' THEN '5 currency' END END AS lacks,
    CASE WHEN b.excluded_by IS NOT NULL THEN b.excluded_by
      WHEN b.account_key IS NULL THEN 'account_unknown'
      WHEN b.holder_kind = 'unclear' THEN 'holder_unclear'
      WHEN row_number() OVER (
        PARTITION BY b.event_id, b.direction, coalesce(b.holder_id, b.account_key)
        ORDER BY CASE WHEN b.excluded_by IS NULL AND b.account_key IS NOT NULL THEN 0 ELSE 1 END,
          CASE WHEN b.counterparty_kind = 'platform' THEN 1 ELSE 0 END,
          CASE WHEN b.counterparty_id IS NULL THEN 1 ELSE 0 END, b.transfer_id) > 1
        THEN 'second_copy' END AS excluded_by
  FROM bookings AS b
),
owners AS (
  SELECT b.owner, max(b.owner_kind) AS owner_kind,
    max(CASE WHEN b.cash IS NULL AND b.number IS NULL THEN 0 ELSE 1 END) AS judgeable
  FROM seen AS b
  GROUP BY b.owner
),
directed AS (
  SELECT s.transfer_id, s.source_row, s.booked_on, s.direction, s.amount_fen, s.most_fen, s.cash,
    s.counterparty_name, s.number, s.owner, s.transfer_limit, s.lacks, s.excluded_by
  FROM seen AS s
  WHERE coalesce(s.lacks, '') <> '4 direction'
  UNION ALL
  SELECT s.transfer_id, s.source_row, s.booked_on, 'in', s.amount_fen, s.most_fen, s.cash,
    s.counterparty_name, s.number, s.owner, s.transfer_limit, s.lacks, s.excluded_by
  FROM seen AS s
  WHERE s.lacks = '4 direction'
  UNION ALL
  SELECT s.transfer_id, s.source_row, s.booked_on, 'out', s.amount_fen, s.most_fen, s.cash,
    s.counterparty_name, s.number, s.owner, s.transfer_limit, s.lacks, s.excluded_by
  FROM seen AS s
  WHERE s.lacks = '4 direction'
),
name_numbers AS (
  SELECT DISTINCT s.owner, s.counterparty_name, s.number
  FROM seen AS s
  WHERE s.counterparty_name IS NOT NULL AND s.number IS NOT NULL
),
-- Every booking under each form it may have. With a lack it may have it, and nobody knows.
forms AS (
  SELECT b.transfer_id, b.source_row, b.booked_on, b.direction, b.amount_fen, b.most_fen,
    b.excluded_by, b.owner, 'cash' AS other, 'cash_limit_fen' AS limit_name, b.lacks
  FROM directed AS b
  WHERE b.cash
  UNION ALL
  SELECT b.transfer_id, b.source_row, b.booked_on, b.direction, b.amount_fen, b.most_fen,
    b.excluded_by, b.owner, b.number, b.transfer_limit, b.lacks
  FROM directed AS b
  WHERE NOT coalesce(b.cash, false) AND b.number IS NOT NULL
  UNION ALL
  SELECT b.transfer_id, b.source_row, b.booked_on, b.direction, b.amount_fen, b.most_fen,
    b.excluded_by, b.owner, '?' || coalesce(b.counterparty_name, ''), b.transfer_limit,
    coalesce(b.lacks, '1 form')
  FROM directed AS b
  WHERE NOT coalesce(b.cash, false) AND b.number IS NULL
  UNION ALL
  SELECT b.transfer_id, b.source_row, b.booked_on, b.direction, b.amount_fen, b.most_fen,
    b.excluded_by, b.owner, n.number, b.transfer_limit, coalesce(b.lacks, '1 form')
  FROM directed AS b
  JOIN name_numbers AS n ON n.owner = b.owner AND n.counterparty_name = b.counterparty_name
  WHERE NOT coalesce(b.cash, false) AND b.number IS NULL
  UNION ALL
  SELECT b.transfer_id, b.source_row, b.booked_on, b.direction, b.amount_fen, b.most_fen,
    b.excluded_by, b.owner, 'cash', 'cash_limit_fen', coalesce(b.lacks, '1 form')
  FROM directed AS b
  WHERE b.cash IS NULL AND b.number IS NULL AND b.counterparty_name IS NULL
),
without_limit AS (
  SELECT f.owner, count(DISTINCT f.transfer_id) AS bookings
  FROM forms AS f
  LEFT JOIN parameter_values AS p ON p.name = f.limit_name
    AND f.booked_on >= p.valid_from AND f.booked_on <= p.valid_to
  WHERE p.name IS NULL AND (f.excluded_by IS NULL OR f.lacks IS NOT NULL)
  GROUP BY f.owner
),
-- A foreign sum is as large as it can be in yuan; that bounds it from above only.
parts AS (
  SELECT f.transfer_id, f.source_row, f.booked_on, f.direction, f.amount_fen, f.excluded_by, f.owner,
    f.other, f.limit_name, f.lacks, p.value AS limit_fen,
    CASE WHEN f.lacks = '5 currency' THEN f.most_fen ELSE f.amount_fen END AS part_fen
  FROM forms AS f
  JOIN parameter_values AS p ON p.name = f.limit_name
    AND f.booked_on >= p.valid_from AND f.booked_on <= p.valid_to
  WHERE (f.amount_fen < p.value AND f.amount_fen * 100 >= p.value * (100 - $band_percent))
    OR (f.lacks = '5 currency' AND f.most_fen * 100 >= p.value * (100 - $band_percent))
),
paid_before AS (
  SELECT p.owner, p.direction, p.other, p.limit_name, p.amount_fen, p.booked_on,
    lag(p.booked_on) OVER (PARTITION BY p.owner, p.direction, p.other, p.limit_name, p.amount_fen
      ORDER BY p.booked_on, p.transfer_id) AS before_on
  FROM parts AS p
  WHERE p.excluded_by IS NULL AND p.other <> 'cash'
),
instalments AS (
  SELECT p.owner, p.direction, p.other, p.limit_name, p.amount_fen
  FROM paid_before AS p
  GROUP BY p.owner, p.direction, p.other, p.limit_name, p.amount_fen
  HAVING count(*) >= $instalment_months
    AND count(*) = count(DISTINCT year(p.booked_on) * 12 + month(p.booked_on))
    AND min(coalesce(date_diff('day', p.before_on, p.booked_on), $window_days)) >= $window_days
),
labelled AS (
  SELECT p.transfer_id, p.source_row, p.booked_on, p.direction, p.amount_fen, p.owner, p.other,
    p.limit_name, p.limit_fen, p.part_fen, p.lacks,
    CASE WHEN p.excluded_by IS NOT NULL THEN p.excluded_by
      WHEN i.owner IS NOT NULL THEN 'instalment' END AS set_aside,
    CASE WHEN i.owner IS NOT NULL THEN 0 WHEN p.lacks IS NOT NULL THEN 1
      WHEN p.excluded_by IS NULL THEN 1 ELSE 0 END AS may_count
  FROM parts AS p
  LEFT JOIN instalments AS i ON i.owner = p.owner AND i.direction = p.direction
    AND i.other = p.other AND i.limit_name = p.limit_name AND i.amount_fen = p.amount_fen
),
pairs AS (
  SELECT a.owner, a.transfer_id AS start_id, a.direction, a.other, a.limit_name, b.transfer_id,
    b.part_fen, a.limit_fen, coalesce(a.lacks, b.lacks) AS lacks
  FROM labelled AS a
  JOIN labelled AS b ON b.owner = a.owner AND b.direction = a.direction AND b.other = a.other
    AND b.limit_name = a.limit_name
  WHERE a.may_count = 1 AND b.may_count = 1
    AND date_diff('day', a.booked_on, b.booked_on) >= 0
    AND date_diff('day', a.booked_on, b.booked_on) < $window_days
),
windows AS (
  SELECT p.owner, p.start_id, p.direction, p.other, p.limit_name, min(p.lacks) AS lacks,
    CASE WHEN count(*) FILTER (WHERE p.lacks IS NULL) >= $min_parts
      AND sum(p.part_fen) FILTER (WHERE p.lacks IS NULL) * 100
        >= max(p.limit_fen) * $min_total_percent THEN 1 ELSE 0 END AS known
  FROM pairs AS p
  GROUP BY p.owner, p.start_id, p.direction, p.other, p.limit_name
  HAVING count(*) >= $min_parts
    AND sum(p.part_fen) * 100 >= max(p.limit_fen) * $min_total_percent
),
members AS (
  SELECT DISTINCT p.transfer_id
  FROM pairs AS p
  JOIN windows AS w ON w.start_id = p.start_id AND w.direction = p.direction AND w.other = p.other
    AND w.limit_name = p.limit_name
  WHERE w.known = 1 AND p.lacks IS NULL
),
open_windows AS (
  SELECT w.owner, min(w.lacks) AS lacks FROM windows AS w WHERE w.known = 0 GROUP BY w.owner
),
judged AS (
  SELECT o.owner, o.owner_kind,
    CASE WHEN w.owner IS NOT NULL AND (o.judgeable = 1 OR w.lacks <> '1 form') THEN w.lacks
      WHEN o.judgeable = 0 THEN 'nothing'
      WHEN coalesce(x.bookings, 0) >= $min_parts THEN 'limit' END AS lacking
  FROM owners AS o
  LEFT JOIN open_windows AS w ON w.owner = o.owner
  LEFT JOIN without_limit AS x ON x.owner = o.owner
),
shown AS (
  SELECT l.owner, l.transfer_id, l.booked_on, l.direction, l.other, l.limit_name, l.limit_fen
  FROM labelled AS l
  JOIN members AS m ON m.transfer_id = l.transfer_id
  WHERE l.lacks IS NULL
),
groups AS (
  SELECT DISTINCT s.owner, s.direction, s.other, s.limit_name FROM shown AS s
),
group_counts AS (
  SELECT g.owner, count(*) AS group_count FROM groups AS g GROUP BY g.owner
),
after AS (
  SELECT s.owner, s.booked_on, lag(s.booked_on) OVER (PARTITION BY s.owner, s.direction, s.other,
    s.limit_name ORDER BY s.booked_on, s.transfer_id) AS before_on
  FROM shown AS s
),
spells AS (
  SELECT a.owner, count(*) AS spell_count
  FROM after AS a
  WHERE a.before_on IS NULL OR date_diff('day', a.before_on, a.booked_on) >= $window_days
  GROUP BY a.owner
),
figures AS (
  SELECT s.owner, min(s.booked_on) AS first_on, max(s.booked_on) AS last_on,
    count(*) FILTER (WHERE s.other = 'cash') AS cash_rows,
    count(*) FILTER (WHERE s.other <> 'cash') AS transfer_rows,
    count(DISTINCT CASE WHEN s.other <> 'cash' THEN s.other END) AS others,
    CAST(min(CASE WHEN s.other = 'cash' THEN s.limit_fen END) / 100 AS BIGINT) AS cash_low,
    CAST(max(CASE WHEN s.other = 'cash' THEN s.limit_fen END) / 100 AS BIGINT) AS cash_high,
    CAST(min(CASE WHEN s.other <> 'cash' THEN s.limit_fen END) / 100 AS BIGINT) AS transfer_low,
    CAST(max(CASE WHEN s.other <> 'cash' THEN s.limit_fen END) / 100 AS BIGINT) AS transfer_high
  FROM shown AS s
  GROUP BY s.owner
),
limits AS (
  SELECT f.owner, f.first_on, f.last_on, f.cash_rows, f.transfer_rows, f.others,
    CAST(f.cash_low AS VARCHAR) || CASE WHEN f.cash_high > f.cash_low
      THEN '–' || CAST(f.cash_high AS VARCHAR) ELSE '' END AS cash_limit,
    CAST(f.transfer_low AS VARCHAR) || CASE WHEN f.transfer_high > f.transfer_low
      THEN '–' || CAST(f.transfer_high AS VARCHAR) ELSE '' END AS transfer_limit
  FROM figures AS f
),
worded AS (
  SELECT f.owner, f.first_on, f.last_on,
    CASE WHEN f.cash_rows > 0 THEN '现金' || CAST(f.cash_rows AS VARCHAR) || '笔（限额'
      || f.cash_limit || '元）' ELSE '' END
      || CASE WHEN f.cash_rows > 0 AND f.transfer_rows > 0 THEN '、' ELSE '' END
      || CASE WHEN f.transfer_rows > 0 THEN '与' || CAST(f.others AS VARCHAR) || '个对手转账'
        || CAST(f.transfer_rows AS VARCHAR) || '笔（限额' || f.transfer_limit || '元）' ELSE '' END
      AS form_zh,
    CASE WHEN f.cash_rows > 0 THEN CAST(f.cash_rows AS VARCHAR) || ' in cash (limit '
      || f.cash_limit || ' yuan)' ELSE '' END
      || CASE WHEN f.cash_rows > 0 AND f.transfer_rows > 0 THEN ', ' ELSE '' END
      || CASE WHEN f.transfer_rows > 0 THEN CAST(f.transfer_rows AS VARCHAR) || ' with '
        || CAST(f.others AS VARCHAR) || CASE WHEN f.others = 1 THEN ' counterparty' ELSE
        ' counterparties' END || ' (limit ' || f.transfer_limit || ' yuan)' ELSE '' END AS form_en
  FROM limits AS f
),
rows_shown AS (
  SELECT DISTINCT l.owner, l.transfer_id, l.source_row, l.booked_on, l.amount_fen, l.set_aside
  FROM labelled AS l
  JOIN groups AS g ON g.owner = l.owner AND g.direction = l.direction AND g.other = l.other
    AND g.limit_name = l.limit_name
  LEFT JOIN members AS m ON m.transfer_id = l.transfer_id
  WHERE l.amount_fen < l.limit_fen
    AND l.amount_fen * 100 >= l.limit_fen * (100 - $band_percent)
    AND ((m.transfer_id IS NOT NULL AND l.lacks IS NULL) OR l.set_aside IS NOT NULL)
)
SELECT o.owner AS subject,
  CASE WHEN f.owner IS NOT NULL THEN 'hit' WHEN o.lacking IS NOT NULL THEN 'not evaluable'
    ELSE 'clear' END AS state,
  CASE WHEN f.owner IS NOT NULL THEN NULL
    WHEN o.lacking = 'nothing'
      THEN '现金标志和对手均缺失 / neither cash mark nor counterparty delivered'
    WHEN o.lacking = '1 form'
      THEN '有成组交易紧贴限额以下，但现金标志或对手账号缺失 / bookings just under a limit lie close together, but cash mark or counterparty number is missing'
    WHEN o.lacking = '2 account'
      THEN '有成组交易紧贴限额以下，但本方账号缺失、遮盖或为多人共用 / bookings just under a limit lie close together, but the own account is missing, masked or shared by several people'
    WHEN o.lacking = '3 holder'
      THEN '户名为单位而证件号为个人，限额不明 / name of an organisation beside the ID number of a person, the limit is not known'
    WHEN o.lacking = '4 direction'
      THEN '有成组交易紧贴限额以下，但收付方向不明 / bookings just under a limit lie close together, but their direction is not known'
    WHEN o.lacking = '5 currency'
      THEN '有成组外币交易，折合人民币后可能紧贴限额以下 / bookings in another currency lie close together and may be just under a limit in yuan'
    WHEN o.lacking = 'limit'
      THEN '交易当日无已知报告限额 / no reporting limit is known for the days of the bookings'
  END AS reason,
  r.transfer_id AS evidence_key, r.source_row AS source_row, r.booked_on AS happened_on,
  'evidence' AS role, r.amount_fen AS counted_fen, r.set_aside AS excluded_by,
  o.owner_kind AS subject_kind, f.first_on AS first_on, f.last_on AS last_on,
  c.group_count AS group_count, t.spell_count AS spell_count, f.form_zh AS form_zh, f.form_en AS form_en
FROM judged AS o
LEFT JOIN worded AS f ON f.owner = o.owner
LEFT JOIN group_counts AS c ON c.owner = o.owner
LEFT JOIN spells AS t ON t.owner = o.owner
LEFT JOIN rows_shown AS r ON r.owner = o.owner AND f.owner IS NOT NULL
