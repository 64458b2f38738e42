-- A silence that the balances prove, and the money that ended it.
WITH placed AS (
  SELECT coalesce(b.account_key, '账号不明：' || coalesce(b.holder_id, b.holder_name, '')) AS account_key,
    CASE WHEN b.account_key IS NULL THEN 1 ELSE 0 END AS unplaced, b.most_fen, b.booked_on
  FROM bookings AS b
),
active AS (
  SELECT b.account_key, b.transfer_id, b.sub_account, b.booked_s, b.booked_on,
    lag(b.booked_s) OVER (PARTITION BY b.account_key ORDER BY b.booked_s, b.transfer_id) AS quiet_s,
    lag(b.booked_on) OVER (PARTITION BY b.account_key ORDER BY b.booked_s, b.transfer_id) AS quiet_on
  FROM bookings AS b
  WHERE coalesce(b.excluded_by, 'own_account')
      IN ('own_account', 'same_name', 'wealth_product', 'settlement', 'direction_unknown',
        'foreign_currency')
    AND b.account_key IS NOT NULL AND b.booked_s IS NOT NULL
    AND (b.amount_fen >= $min_active_fen OR b.memo <> ''
      OR b.counterparty_kind NOT IN ('none', 'self', 'bank'))
),
covered AS (
  SELECT b.account_key, min(b.booked_on) AS first_on, max(b.booked_on) AS last_on,
    min(b.booked_s) AS first_s
  FROM bookings AS b
  WHERE b.account_key IS NOT NULL
  GROUP BY b.account_key
),
silences AS (
  SELECT a.account_key, a.transfer_id AS woke_id, coalesce(a.sub_account, '') AS sub_account,
    coalesce(a.quiet_s, c.first_s) AS quiet_s, a.booked_s AS woke_s, a.booked_on AS woke_on,
    date_diff('day', coalesce(a.quiet_on, c.first_on), a.booked_on) AS silent_days
  FROM active AS a
  JOIN covered AS c ON c.account_key = a.account_key
  WHERE date_diff('day', coalesce(a.quiet_on, c.first_on), a.booked_on) >= $silent_days
),
after AS (
  SELECT s.woke_id, b.account_key, b.transfer_id, b.source_row, b.booked_on, b.amount_fen,
    b.most_fen, b.excluded_by
  FROM silences AS s
  JOIN bookings AS b ON b.account_key = s.account_key AND b.booked_s >= s.woke_s
  WHERE date_diff('day', s.woke_on, b.booked_on) < $active_days
),
large AS (
  SELECT a.woke_id, max(a.amount_fen) AS largest_fen
  FROM after AS a
  WHERE a.excluded_by IS NULL
  GROUP BY a.woke_id
  HAVING max(a.amount_fen) >= $min_amount_fen
),
may_be_large AS (
  SELECT a.account_key,
    min(CASE WHEN a.excluded_by = 'direction_unknown' THEN '2 direction' ELSE '3 currency' END) AS lacks
  FROM after AS a
  WHERE a.excluded_by IN ('direction_unknown', 'foreign_currency') AND a.most_fen >= $min_amount_fen
  GROUP BY a.account_key
),
subjects AS (
  SELECT p.account_key, min(p.booked_on) AS first_on, max(p.booked_on) AS last_on,
    CASE WHEN max(p.unplaced) = 1 AND max(p.most_fen) >= $min_amount_fen THEN '1 account' END AS lacks
  FROM placed AS p
  GROUP BY p.account_key
),
spans AS (
  SELECT s.woke_id, b.booked_s, b.balance_fen,
    CASE WHEN b.direction = 'in' THEN b.amount_fen WHEN b.direction = 'out' THEN -b.amount_fen END
      AS moved_fen
  FROM silences AS s
  JOIN large AS g ON g.woke_id = s.woke_id
  JOIN bookings AS b ON b.account_key = s.account_key
    AND coalesce(b.sub_account, '') = s.sub_account
    AND b.booked_s >= s.quiet_s AND b.booked_s <= s.woke_s
  WHERE coalesce(b.excluded_by, '') NOT IN ('undone', 'second_copy')
),
moments AS (
  SELECT DISTINCT p.woke_id, p.booked_s FROM spans AS p
),
legs AS (
  SELECT m.woke_id, m.booked_s,
    lag(m.booked_s) OVER (PARTITION BY m.woke_id ORDER BY m.booked_s) AS earlier_s
  FROM moments AS m
),
joined AS (
  SELECT l.woke_id, l.booked_s,
    max(CASE WHEN a.balance_fen + b.moved_fen = b.balance_fen THEN 1 ELSE 0 END) AS holds,
    max(CASE WHEN a.balance_fen + b.moved_fen + b.balance_fen IS NULL THEN 0 ELSE 1 END) AS known
  FROM legs AS l
  JOIN spans AS a ON a.woke_id = l.woke_id AND a.booked_s = l.earlier_s
  JOIN spans AS b ON b.woke_id = l.woke_id AND b.booked_s = l.booked_s
  GROUP BY l.woke_id, l.booked_s
),
proofs AS (
  SELECT s.account_key, s.woke_id, s.quiet_s, s.woke_on, s.silent_days, g.largest_fen,
    coalesce(min(j.holds), 0) AS holds, coalesce(min(j.known), 0) AS known
  FROM silences AS s
  JOIN large AS g ON g.woke_id = s.woke_id
  LEFT JOIN joined AS j ON j.woke_id = s.woke_id
  GROUP BY s.account_key, s.woke_id, s.quiet_s, s.woke_on, s.silent_days, g.largest_fen
),
by_account AS (
  SELECT p.account_key, max(p.holds) AS proven, min(p.known) AS known,
    max(CASE WHEN p.holds = 1 THEN p.silent_days END) AS longest_days,
    count(*) FILTER (WHERE p.holds = 1) AS silence_count,
    max(CASE WHEN p.holds = 1 THEN p.woke_on END) AS woke_on,
    max(CASE WHEN p.holds = 1 THEN p.largest_fen END) AS largest_fen
  FROM proofs AS p
  GROUP BY p.account_key
),
rows_shown AS (
  SELECT a.account_key, a.transfer_id, a.source_row, a.booked_on, 'evidence' AS role,
    a.amount_fen AS counted_fen, a.excluded_by
  FROM after AS a
  JOIN proofs AS p ON p.woke_id = a.woke_id AND p.holds = 1
  UNION ALL
  SELECT b.account_key, b.transfer_id, b.source_row, b.booked_on, 'context', 0, NULL
  FROM bookings AS b
  JOIN proofs AS p ON p.account_key = b.account_key AND p.quiet_s = b.booked_s AND p.holds = 1
  WHERE coalesce(b.excluded_by, '') NOT IN ('undone', 'second_copy')
)
SELECT c.account_key AS subject,
  CASE WHEN y.proven = 1 THEN 'hit' WHEN y.account_key IS NOT NULL THEN 'not evaluable'
    WHEN c.lacks IS NOT NULL OR o.lacks IS NOT NULL THEN 'not evaluable'
    WHEN date_diff('day', c.first_on, c.last_on) < $silent_days THEN 'not evaluable'
    ELSE 'clear' END AS state,
  CASE WHEN y.proven = 1 THEN NULL
    WHEN c.lacks = '1 account'
      THEN '大额交易的本方账号缺失、遮盖或为多人共用 / own account of large bookings missing, masked or shared by several people'
    WHEN y.known = 0 THEN '静默期前后余额缺失，无法区分未交易与未调取 / balances missing, silence cannot be told from a gap in delivery'
    WHEN y.account_key IS NOT NULL THEN '静默期前后余额不衔接，期间流水未调取 / balances disagree, bookings of the silence were not delivered'
    WHEN o.lacks = '2 direction'
      THEN '静默之后的大额交易收付方向不明 / direction of large bookings after the silence not known'
    WHEN o.lacks = '3 currency'
      THEN '静默之后有大额外币交易，未折算 / large bookings after the silence in another currency are not converted'
    WHEN date_diff('day', c.first_on, c.last_on) < $silent_days
      THEN '流水期间短于静默天数 / period delivered is shorter than the silence sought'
  END AS reason,
  r.transfer_id AS evidence_key, r.source_row AS source_row, r.booked_on AS happened_on,
  r.role AS role, r.counted_fen AS counted_fen, r.excluded_by AS excluded_by,
  y.longest_days AS longest_days, y.silence_count AS silence_count, y.woke_on AS woke_on,
  y.largest_fen AS largest_fen
FROM subjects AS c
LEFT JOIN by_account AS y ON y.account_key = c.account_key
LEFT JOIN may_be_large AS o ON o.account_key = c.account_key
LEFT JOIN rows_shown AS r ON r.account_key = c.account_key
