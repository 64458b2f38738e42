-- Company money on private accounts that no memo identifies as wages, dividend or reimbursement.
WITH ranked AS (
  SELECT b.transfer_id, b.source_row, b.booked_on, b.amount_fen, b.most_fen, b.excluded_by, b.direction,
    b.counterparty_kind, b.counterparty_name, b.counterparty_id,
    b.is_wages, b.is_dividend, b.is_reimbursement,
    coalesce(b.holder_id, b.account_key, '户主、账号不明') AS owner,
    CASE WHEN b.holder_id IS NULL THEN 'account' ELSE 'person' END AS owner_kind,
    CASE
      WHEN b.excluded_by IS NOT NULL THEN b.excluded_by
      WHEN coalesce(b.direction, '') <> 'in' THEN 'direction_unknown'
      WHEN b.account_key IS NULL THEN 'account_unknown'
      WHEN b.holder_kind = 'unclear' THEN 'holder_unclear'
    END AS not_usable,
    CASE
      WHEN b.excluded_by IS NOT NULL AND b.excluded_by <> 'foreign_currency' THEN NULL
      WHEN b.cash OR b.counterparty_kind NOT IN ('company', 'none', 'other')
        OR b.most_fen < $min_single_fen OR b.is_wages OR b.is_dividend OR b.is_reimbursement THEN NULL
      WHEN b.account_key IS NULL THEN '2 account'
      WHEN b.holder_kind = 'unclear' THEN '3 holder'
      WHEN coalesce(b.direction, '') <> 'in' THEN '4 direction'
      WHEN b.excluded_by = 'foreign_currency' THEN '5 currency'
      WHEN b.counterparty_kind <> 'company' THEN '1 payer'
    END AS lacks,
    row_number() OVER (PARTITION BY coalesce(b.holder_id, b.account_key), b.event_id
      ORDER BY CASE WHEN b.excluded_by IS NULL AND b.account_key IS NOT NULL THEN 0 ELSE 1 END,
        CASE WHEN b.counterparty_kind IN ('none', 'other', 'bank', 'platform') THEN 1 ELSE 0 END,
        b.transfer_id) AS copy_number
  FROM bookings AS b
  WHERE (b.direction = 'in' OR b.direction = 'unknown' OR b.direction IS NULL)
    AND b.holder_kind <> 'company'
),
income AS (
  SELECT r.transfer_id, r.source_row, r.booked_on, r.amount_fen, r.owner, r.owner_kind,
    r.counterparty_kind, r.counterparty_name, r.direction,
    coalesce(r.counterparty_id, max(r.counterparty_id) OVER (
      PARTITION BY r.owner, r.counterparty_name), r.counterparty_name) AS payer,
    CASE WHEN r.copy_number = 1 THEN r.lacks END AS lacks,
    CASE WHEN r.copy_number = 1 AND r.lacks IS NOT NULL THEN r.most_fen ELSE 0 END AS open_fen,
    CASE
      WHEN r.not_usable IS NOT NULL THEN r.not_usable
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
    count(i.lacks) AS open_rows, sum(i.open_fen) AS open_fen, min(i.lacks) AS lacks,
    coalesce(sum(i.open_fen) FILTER (WHERE i.set_aside IS NOT NULL), 0) AS open_beside_fen
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
  SELECT t.owner, t.owner_kind, t.payers, t.income_fen, t.lacks,
    CASE WHEN t.income_fen > 0 THEN CAST(floor(t.net_fen * 100 / t.income_fen) AS BIGINT) ELSE 0 END
      AS share_percent,
    CASE
      WHEN t.net_fen >= $min_total_fen AND (t.net_rows >= $min_count
        OR t.net_fen * 100 >= t.income_fen * $min_share_percent) THEN 'hit'
      WHEN t.open_rows > 0 AND t.open_fen + t.net_fen >= $min_total_fen
        AND (t.net_rows + t.open_rows >= $min_count OR (t.net_fen + t.open_fen) * 100
          >= (t.income_fen + t.open_beside_fen) * $min_share_percent)
        THEN 'not evaluable'
      ELSE 'clear'
    END AS state
  FROM totals AS t
)
SELECT j.owner AS subject, j.state AS state,
  CASE WHEN j.state <> 'not evaluable' THEN NULL
    WHEN j.lacks = '1 payer'
      THEN '大额收入的付款方缺失，或看不出是否公司 / the payer of large in-bookings is missing, or may be a company or not'
    WHEN j.lacks = '2 account'
      THEN '大额收入的本方账号缺失、遮盖或为多人共用 / own account of large in-bookings missing, masked or shared by several people'
    WHEN j.lacks = '3 holder'
      THEN '户名为单位而证件号为个人 / name of an organisation beside the ID number of a person'
    WHEN j.lacks = '4 direction'
      THEN '大额交易收付方向不明 / direction of large bookings not known'
    WHEN j.lacks = '5 currency'
      THEN '大额外币收入未折算 / large in-bookings in another currency are not converted'
    END AS reason,
  i.transfer_id AS evidence_key, i.source_row AS source_row, i.booked_on AS happened_on,
  'evidence' AS role, i.amount_fen AS counted_fen, i.set_aside AS excluded_by,
  j.owner_kind AS subject_kind, j.payers AS payers, CAST(j.income_fen AS BIGINT) AS income_fen,
  j.share_percent AS share_percent, p.name AS largest_payer
FROM judged AS j
LEFT JOIN payers AS p ON p.owner = j.owner AND p.place = 1
LEFT JOIN income AS i ON i.owner = j.owner AND j.state = 'hit' AND i.counterparty_kind = 'company'
  AND i.direction = 'in'
