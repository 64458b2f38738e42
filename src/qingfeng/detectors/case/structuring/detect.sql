-- Parts just under a reporting limit, close in time, summing above it.
WITH seen AS (
  SELECT b.transfer_id, b.account_key, b.holder_id, b.holder_kind, b.source_row, b.booked_on,
    b.direction, b.amount_fen, b.cash, b.counterparty_id, b.counterparty_key,
    CASE WHEN b.excluded_by IS NOT NULL THEN b.excluded_by
      WHEN row_number() OVER (
        PARTITION BY b.event_id, b.direction, coalesce(b.holder_id, b.account_key)
        ORDER BY CASE WHEN b.excluded_by IS NULL THEN 0 ELSE 1 END,
          CASE WHEN b.counterparty_kind = 'platform' THEN 1 ELSE 0 END,
          CASE WHEN b.counterparty_id IS NULL THEN 1 ELSE 0 END, b.transfer_id) > 1
        THEN 'second_copy' END AS excluded_by
  FROM bookings AS b
),
owned AS (
  SELECT b.transfer_id, b.source_row, b.booked_on, b.direction, b.amount_fen, b.excluded_by,
    coalesce(b.holder_id, b.account_key) AS owner,
    CASE WHEN b.holder_id IS NULL THEN 'account' WHEN b.holder_kind = 'company' THEN 'company'
      ELSE 'person' END AS owner_kind,
    CASE WHEN b.cash THEN 'cash' ELSE coalesce(b.counterparty_id, b.counterparty_key) END AS other,
    CASE
      WHEN b.cash THEN 'cash_limit_fen'
      WHEN b.holder_kind = 'company' THEN 'company_transfer_limit_fen'
      ELSE 'person_transfer_limit_fen'
    END AS limit_name,
    CASE WHEN b.cash IS NOT NULL OR b.counterparty_id IS NOT NULL OR b.counterparty_key IS NOT NULL
      THEN 1 ELSE 0 END AS judgeable
  FROM seen AS b
  WHERE b.account_key IS NOT NULL
),
owners AS (
  SELECT o.owner, max(o.owner_kind) AS owner_kind, max(o.judgeable) AS judgeable
  FROM owned AS o
  GROUP BY o.owner
),
parts AS (
  SELECT o.transfer_id, o.source_row, o.booked_on, o.direction, o.amount_fen, o.excluded_by, o.owner,
    o.other, o.limit_name, p.value AS limit_fen
  FROM owned AS o
  JOIN parameter_values AS p ON p.name = o.limit_name
    AND o.booked_on >= p.valid_from AND o.booked_on <= p.valid_to
  WHERE o.other IS NOT NULL
    AND o.amount_fen < p.value
    AND o.amount_fen * 100 >= p.value * (100 - $band_percent)
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
    p.limit_name, p.limit_fen,
    CASE WHEN p.excluded_by IS NOT NULL THEN p.excluded_by
      WHEN i.owner IS NOT NULL THEN 'instalment' END AS set_aside
  FROM parts AS p
  LEFT JOIN instalments AS i ON i.owner = p.owner AND i.direction = p.direction
    AND i.other = p.other AND i.limit_name = p.limit_name AND i.amount_fen = p.amount_fen
),
pairs AS (
  SELECT a.transfer_id AS start_id, b.transfer_id, b.amount_fen, a.limit_fen
  FROM labelled AS a
  JOIN labelled AS b ON b.owner = a.owner AND b.direction = a.direction AND b.other = a.other
    AND b.limit_name = a.limit_name
  WHERE a.set_aside IS NULL AND b.set_aside IS NULL
    AND date_diff('day', a.booked_on, b.booked_on) >= 0
    AND date_diff('day', a.booked_on, b.booked_on) < $window_days
),
windows AS (
  SELECT p.start_id
  FROM pairs AS p
  GROUP BY p.start_id
  HAVING count(*) >= $min_parts
    AND sum(p.amount_fen) * 100 >= max(p.limit_fen) * $min_total_percent
),
members AS (
  SELECT DISTINCT p.transfer_id
  FROM pairs AS p
  JOIN windows AS w ON w.start_id = p.start_id
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
  WHERE m.transfer_id IS NOT NULL OR l.set_aside IS NOT NULL
)
SELECT o.owner AS subject,
  CASE WHEN f.owner IS NOT NULL THEN 'hit' WHEN o.judgeable = 0 THEN 'not evaluable' ELSE 'clear' END
    AS state,
  CASE WHEN o.judgeable = 0
    THEN '现金标志和对手均缺失 / neither cash mark nor counterparty delivered' END AS reason,
  r.transfer_id AS evidence_key, r.source_row AS source_row, r.booked_on AS happened_on,
  'evidence' AS role, r.amount_fen AS counted_fen, r.set_aside AS excluded_by,
  o.owner_kind AS subject_kind, f.first_on AS first_on, f.last_on AS last_on,
  f.limit_fen AS limit_fen, f.largest_fen AS largest_fen, f.form_zh AS form_zh, f.form_en AS form_en
FROM owners AS o
LEFT JOIN figures AS f ON f.owner = o.owner
LEFT JOIN rows_shown AS r ON r.owner = o.owner
