-- Company money on private accounts that no memo identifies as wages, dividend or reimbursement.
WITH ranked AS (
  SELECT b.transfer_id, b.source_row, b.booked_on, b.amount_fen, b.excluded_by,
    b.counterparty_kind, b.counterparty_name, b.counterparty_id, b.counterparty_key, b.cash,
    b.is_wages, b.is_dividend, b.is_reimbursement,
    coalesce(b.holder_id, b.account_key) AS owner,
    CASE WHEN b.holder_id IS NULL THEN 'account' ELSE 'person' END AS owner_kind,
    row_number() OVER (PARTITION BY coalesce(b.holder_id, b.account_key), b.event_id
      ORDER BY CASE WHEN b.excluded_by IS NULL THEN 0 ELSE 1 END, b.transfer_id) AS copy_number
  FROM bookings AS b
  WHERE b.direction = 'in' AND b.account_key IS NOT NULL AND b.holder_kind <> 'company'
),
income AS (
  SELECT r.transfer_id, r.source_row, r.booked_on, r.amount_fen, r.owner, r.owner_kind,
    r.counterparty_kind, r.counterparty_name,
    coalesce(r.counterparty_id, max(r.counterparty_id) OVER (
      PARTITION BY r.owner, r.counterparty_name), r.counterparty_name) AS payer,
    CASE WHEN r.counterparty_kind = 'none' AND r.counterparty_key IS NULL
      AND NOT coalesce(r.cash, false) THEN 1 ELSE 0 END AS unnamed,
    CASE
      WHEN r.excluded_by IS NOT NULL THEN r.excluded_by
      WHEN r.copy_number > 1 THEN 'second_copy'
      WHEN r.counterparty_kind <> 'company' THEN NULL
      WHEN r.is_dividend THEN 'dividend'
      WHEN r.is_reimbursement THEN 'reimbursement'
      WHEN r.is_wages THEN 'wages'
      WHEN r.amount_fen < $min_single_fen THEN 'under_single_floor'
    END AS set_aside
  FROM ranked AS r
),
totals AS (
  SELECT i.owner, max(i.owner_kind) AS owner_kind,
    count(*) FILTER (WHERE i.counterparty_kind = 'company' AND i.set_aside IS NULL) AS net_rows,
    coalesce(sum(i.amount_fen) FILTER (
      WHERE i.counterparty_kind = 'company' AND i.set_aside IS NULL), 0) AS net_fen,
    count(DISTINCT CASE WHEN i.counterparty_kind = 'company' AND i.set_aside IS NULL
      THEN i.payer END) AS payers,
    coalesce(sum(i.amount_fen) FILTER (WHERE i.set_aside IS NULL OR i.set_aside IN
      ('wages', 'dividend', 'reimbursement', 'under_single_floor')), 0) AS income_fen,
    coalesce(sum(i.amount_fen) FILTER (
      WHERE i.set_aside IS NULL AND i.unnamed = 1 AND i.amount_fen >= $min_single_fen), 0)
      AS unnamed_fen,
    count(*) FILTER (
      WHERE i.set_aside IS NULL AND i.unnamed = 1 AND i.amount_fen >= $min_single_fen)
      AS unnamed_rows
  FROM income AS i
  GROUP BY i.owner
),
by_payer AS (
  SELECT i.owner, i.payer, max(i.counterparty_name) AS name, sum(i.amount_fen) AS paid_fen
  FROM income AS i
  WHERE i.counterparty_kind = 'company' AND i.set_aside IS NULL
  GROUP BY i.owner, i.payer
),
payers AS (
  SELECT p.owner, coalesce(p.name, p.payer) AS name,
    row_number() OVER (PARTITION BY p.owner ORDER BY p.paid_fen DESC, p.payer) AS place
  FROM by_payer AS p
),
judged AS (
  SELECT t.owner, t.owner_kind, t.payers, t.income_fen,
    CASE WHEN t.income_fen > 0 THEN CAST(floor(t.net_fen * 100 / t.income_fen) AS BIGINT) ELSE 0 END
      AS share_percent,
    CASE
      WHEN t.net_fen >= $min_total_fen AND (t.net_rows >= $min_count
        OR t.net_fen * 100 >= t.income_fen * $min_share_percent) THEN 'hit'
      WHEN t.unnamed_rows > 0 AND t.unnamed_fen + t.net_fen >= $min_total_fen
        AND (t.net_rows + t.unnamed_rows >= $min_count
        OR (t.net_fen + t.unnamed_fen) * 100 >= t.income_fen * $min_share_percent)
        THEN 'not evaluable'
      ELSE 'clear'
    END AS state
  FROM totals AS t
)
SELECT j.owner AS subject, j.state AS state,
  CASE WHEN j.state = 'not evaluable' THEN '大额收入无对手信息 / large in-bookings without counterparty'
    END AS reason,
  i.transfer_id AS evidence_key, i.source_row AS source_row, i.booked_on AS happened_on,
  'evidence' AS role, i.amount_fen AS counted_fen, i.set_aside AS excluded_by,
  j.owner_kind AS subject_kind, j.payers AS payers, CAST(j.income_fen AS BIGINT) AS income_fen,
  j.share_percent AS share_percent, p.name AS largest_payer
FROM judged AS j
LEFT JOIN payers AS p ON p.owner = j.owner AND p.place = 1
LEFT JOIN income AS i ON i.owner = j.owner AND j.state = 'hit' AND i.counterparty_kind = 'company'
