-- Parts just under a reporting limit, close in time, summing above it.
WITH seen AS (
  SELECT b.transfer_id, b.source_row, b.booked_on,
    b.direction, b.amount_fen, b.cash, b.counterparty_name,
    coalesce(b.counterparty_id, b.counterparty_key) AS number,
    coalesce(b.holder_id, b.account_key) AS owner,
    CASE WHEN b.holder_id IS NULL THEN 'account' WHEN b.holder_kind = 'company' THEN 'company'
      ELSE 'person' END AS owner_kind,
    CASE WHEN b.holder_kind = 'company' THEN 'company_transfer_limit_fen'
      ELSE 'person_transfer_limit_fen' END AS transfer_limit,
    CASE WHEN b.excluded_by IS NOT NULL THEN b.excluded_by
      WHEN row_number() OVER (
        PARTITION BY b.event_id, b.direction, coalesce(b.holder_id, b.account_key)
        ORDER BY CASE WHEN b.excluded_by IS NULL THEN 0 ELSE 1 END,
          CASE WHEN b.counterparty_kind = 'platform' THEN 1 ELSE 0 END,
          CASE WHEN b.counterparty_id IS NULL THEN 1 ELSE 0 END, b.transfer_id) > 1
        THEN 'second_copy' END AS excluded_by
  FROM bookings AS b
  WHERE b.account_key IS NOT NULL
),
owners AS (
  SELECT b.owner, max(b.owner_kind) AS owner_kind,
    max(CASE WHEN b.cash IS NULL AND b.number IS NULL THEN 0 ELSE 1 END) AS judgeable
  FROM seen AS b
  GROUP BY b.owner
),
-- Every booking under each form it may have. Known 0: it may have it, and nobody knows.
forms AS (
  SELECT b.transfer_id, b.source_row, b.booked_on, b.direction, b.amount_fen, b.excluded_by, b.owner,
    'cash' AS other, 'cash_limit_fen' AS limit_name, 1 AS known
  FROM seen AS b
  WHERE b.cash
  UNION ALL
  SELECT b.transfer_id, b.source_row, b.booked_on, b.direction, b.amount_fen, b.excluded_by, b.owner,
    b.number, b.transfer_limit, 1
  FROM seen AS b
  WHERE NOT coalesce(b.cash, false) AND b.number IS NOT NULL
  UNION ALL
  SELECT b.transfer_id, b.source_row, b.booked_on, b.direction, b.amount_fen, b.excluded_by, b.owner,
    '?' || coalesce(b.counterparty_name, ''), b.transfer_limit, 0
  FROM seen AS b
  WHERE NOT coalesce(b.cash, false) AND b.number IS NULL
  UNION ALL
  SELECT b.transfer_id, b.source_row, b.booked_on, b.direction, b.amount_fen, b.excluded_by, b.owner,
    '?', 'cash_limit_fen', 0
  FROM seen AS b
  WHERE b.cash IS NULL AND b.number IS NULL AND b.counterparty_name IS NULL
),
without_limit AS (
  SELECT f.owner, count(DISTINCT f.transfer_id) AS bookings
  FROM forms AS f
  LEFT JOIN parameter_values AS p ON p.name = f.limit_name
    AND f.booked_on >= p.valid_from AND f.booked_on <= p.valid_to
  WHERE p.name IS NULL AND f.excluded_by IS NULL
  GROUP BY f.owner
),
parts AS (
  SELECT f.transfer_id, f.source_row, f.booked_on, f.direction, f.amount_fen, f.excluded_by, f.owner,
    f.other, f.limit_name, f.known, p.value AS limit_fen
  FROM forms AS f
  JOIN parameter_values AS p ON p.name = f.limit_name
    AND f.booked_on >= p.valid_from AND f.booked_on <= p.valid_to
  WHERE f.amount_fen < p.value
    AND f.amount_fen * 100 >= p.value * (100 - $band_percent)
),
instalments AS (
  SELECT p.owner, p.direction, p.other, p.limit_name, p.amount_fen
  FROM parts AS p
  WHERE p.excluded_by IS NULL AND p.other <> 'cash'
  GROUP BY p.owner, p.direction, p.other, p.limit_name, p.amount_fen
  HAVING count(*) >= $instalment_months
    AND count(*) = count(DISTINCT year(p.booked_on) * 12 + month(p.booked_on))
),
labelled AS (
  SELECT p.transfer_id, p.source_row, p.booked_on, p.direction, p.amount_fen, p.owner, p.other,
    p.limit_name, p.limit_fen, p.known,
    CASE WHEN p.excluded_by IS NOT NULL THEN p.excluded_by
      WHEN i.owner IS NOT NULL THEN 'instalment' END AS set_aside
  FROM parts AS p
  LEFT JOIN instalments AS i ON i.owner = p.owner AND i.direction = p.direction
    AND i.other = p.other AND i.limit_name = p.limit_name AND i.amount_fen = p.amount_fen
),
pairs AS (
  SELECT a.owner, a.known, a.transfer_id AS start_id, a.limit_name, b.transfer_id, b.amount_fen,
    a.limit_fen
  FROM labelled AS a
  JOIN labelled AS b ON b.owner = a.owner AND b.direction = a.direction AND b.other = a.other
    AND b.limit_name = a.limit_name
  WHERE a.set_aside IS NULL AND b.set_aside IS NULL
    AND date_diff('day', a.booked_on, b.booked_on) >= 0
    AND date_diff('day', a.booked_on, b.booked_on) < $window_days
),
windows AS (
  SELECT p.owner, p.known, p.start_id, p.limit_name
  FROM pairs AS p
  GROUP BY p.owner, p.known, p.start_id, p.limit_name
  HAVING count(*) >= $min_parts
    AND sum(p.amount_fen) * 100 >= max(p.limit_fen) * $min_total_percent
),
members AS (
  SELECT DISTINCT p.transfer_id
  FROM pairs AS p
  JOIN windows AS w ON w.start_id = p.start_id AND w.limit_name = p.limit_name
  WHERE w.known = 1
),
open_windows AS (
  SELECT DISTINCT w.owner FROM windows AS w WHERE w.known = 0
),
judged AS (
  SELECT o.owner, o.owner_kind,
    CASE WHEN o.judgeable = 0 THEN 'nothing' WHEN w.owner IS NOT NULL THEN 'form'
      WHEN coalesce(x.bookings, 0) >= $min_parts THEN 'limit' END AS lacking
  FROM owners AS o
  LEFT JOIN open_windows AS w ON w.owner = o.owner
  LEFT JOIN without_limit AS x ON x.owner = o.owner
),
groups AS (
  SELECT DISTINCT l.owner, l.direction, l.other, l.limit_name
  FROM labelled AS l
  JOIN members AS m ON m.transfer_id = l.transfer_id
),
figures AS (
  SELECT l.owner, min(l.booked_on) AS first_on, max(l.booked_on) AS last_on,
    max(l.limit_fen) AS limit_fen, max(l.amount_fen) AS largest_fen,
    CASE WHEN max(l.other) = 'cash' AND min(l.other) = 'cash' THEN '现金' ELSE '同一对手' END AS form_zh,
    CASE WHEN max(l.other) = 'cash' AND min(l.other) = 'cash' THEN 'in cash'
      ELSE 'with one counterparty' END AS form_en
  FROM labelled AS l
  JOIN members AS m ON m.transfer_id = l.transfer_id
  GROUP BY l.owner
),
rows_shown AS (
  SELECT l.owner, l.transfer_id, l.source_row, l.booked_on, l.amount_fen, l.set_aside
  FROM labelled AS l
  JOIN groups AS g ON g.owner = l.owner AND g.direction = l.direction AND g.other = l.other
    AND g.limit_name = l.limit_name
  LEFT JOIN members AS m ON m.transfer_id = l.transfer_id
  WHERE l.known = 1 AND (m.transfer_id IS NOT NULL OR l.set_aside IS NOT NULL)
)
SELECT o.owner AS subject,
  CASE WHEN f.owner IS NOT NULL THEN 'hit' WHEN o.lacking IS NOT NULL THEN 'not evaluable'
    ELSE 'clear' END AS state,
  CASE WHEN f.owner IS NOT NULL THEN NULL
    WHEN o.lacking = 'nothing'
      THEN '现金标志和对手均缺失 / neither cash mark nor counterparty delivered'
    WHEN o.lacking = 'form'
      THEN '有成组交易紧贴限额以下，但现金标志或对手账号缺失 / bookings just under a limit lie close together, but cash mark or counterparty number is missing'
    WHEN o.lacking = 'limit'
      THEN '交易当日无已知报告限额 / no reporting limit is known for the days of the bookings'
  END AS reason,
  r.transfer_id AS evidence_key, r.source_row AS source_row, r.booked_on AS happened_on,
  'evidence' AS role, r.amount_fen AS counted_fen, r.set_aside AS excluded_by,
  o.owner_kind AS subject_kind, f.first_on AS first_on, f.last_on AS last_on,
  f.limit_fen AS limit_fen, f.largest_fen AS largest_fen, f.form_zh AS form_zh, f.form_en AS form_en
FROM judged AS o
LEFT JOIN figures AS f ON f.owner = o.owner
LEFT JOIN rows_shown AS r ON r.owner = o.owner
