-- Bookings on accounts of people who were dead by every stated date, plus grace.
WITH stated AS (
  SELECT d.person_id, d.source_row,
    coalesce(d.died_on, CASE WHEN d.basis LIKE '%死亡%' THEN d.cancelled_on END) AS died_on
  FROM deaths AS d
  WHERE d.person_id IS NOT NULL
),
dead AS (
  SELECT s.person_id, min(s.died_on) AS first_on, max(s.died_on) AS last_on, count(*) AS statements
  FROM stated AS s
  GROUP BY s.person_id
),
family AS (
  SELECT k.person_id AS person_id, k.relative_id AS other_id FROM kin AS k
  UNION
  SELECT k.relative_id AS person_id, k.person_id AS other_id FROM kin AS k
  UNION
  SELECT p.person_id AS person_id, q.person_id AS other_id FROM persons AS p
  JOIN persons AS q ON q.household = p.household AND q.person_id <> p.person_id
),
seen AS (
  SELECT b.account_key, max(b.holder_id) AS holder_id, count(DISTINCT b.holder_id) AS holders
  FROM bookings AS b
  WHERE b.account_key IS NOT NULL
  GROUP BY b.account_key
),
late AS (
  SELECT b.account_key, b.transfer_id, b.source_row, b.booked_on, b.amount_fen, b.direction,
    CASE
      WHEN b.excluded_by IS NOT NULL THEN b.excluded_by
      WHEN b.is_pension AND (year(b.booked_on) - year(d.last_on)) * 12
        + month(b.booked_on) - month(d.last_on) <= $pension_months THEN 'pension_of_last_month'
      WHEN b.direction = 'out' AND (b.is_settlement OR f.other_id IS NOT NULL)
        AND date_diff('day', d.last_on, b.booked_on) <= $settlement_days THEN 'estate_settlement'
      WHEN date_diff('day', d.last_on, b.booked_on) <= $grace_days THEN 'death_dates_conflict'
    END AS set_aside
  FROM bookings AS b
  JOIN seen AS s ON s.account_key = b.account_key AND s.holders = 1
  JOIN dead AS d ON d.person_id = s.holder_id
  LEFT JOIN family AS f ON f.person_id = s.holder_id AND f.other_id = b.counterparty_id
  WHERE b.amount_fen >= $min_amount_fen
    AND date_diff('day', d.first_on, b.booked_on) > $grace_days
),
counted AS (
  SELECT l.account_key,
    count(*) FILTER (WHERE l.set_aside IS NULL) AS net_rows,
    count(*) FILTER (WHERE l.set_aside = 'death_dates_conflict') AS disputed_rows,
    coalesce(sum(l.amount_fen) FILTER (WHERE l.set_aside IS NULL AND l.direction = 'in'), 0) AS in_fen,
    coalesce(sum(l.amount_fen) FILTER (WHERE l.set_aside IS NULL AND l.direction = 'out'), 0)
      AS out_fen,
    max(l.booked_on) FILTER (WHERE l.set_aside IS NULL) AS last_booked_on
  FROM late AS l
  GROUP BY l.account_key
),
judged AS (
  SELECT s.account_key, s.holder_id, d.last_on, d.statements, c.in_fen, c.out_fen, c.last_booked_on,
    CASE
      WHEN s.holders <> 1 THEN 'not evaluable'
      WHEN d.person_id IS NOT NULL AND d.last_on IS NULL THEN 'not evaluable'
      WHEN c.net_rows > 0 THEN 'hit'
      WHEN c.disputed_rows > 0 THEN 'not evaluable'
      ELSE 'clear'
    END AS state,
    CASE
      WHEN s.holders = 0 THEN '户主证件号缺失或校验不符 / holder ID number missing or wrong'
      WHEN s.holders > 1 THEN '同一账户有多个户主证件号 / account has several holder ID numbers'
      WHEN d.person_id IS NOT NULL AND d.last_on IS NULL
        THEN '死亡日期缺失 / death stated without a date'
      WHEN c.net_rows > 0 THEN NULL
      WHEN c.disputed_rows > 0 THEN '各来源死亡日期不一致 / sources disagree on the date of death'
    END AS reason
  FROM seen AS s
  LEFT JOIN dead AS d ON d.person_id = s.holder_id
  LEFT JOIN counted AS c ON c.account_key = s.account_key
)
SELECT j.account_key AS subject, j.state AS state, j.reason AS reason,
  l.transfer_id AS evidence_key, l.source_row AS source_row, l.booked_on AS happened_on,
  'evidence' AS role, l.amount_fen AS counted_fen, l.set_aside AS excluded_by,
  j.holder_id AS holder_id, j.last_on AS died_on, j.statements AS statements,
  CAST(j.in_fen AS BIGINT) AS in_fen, CAST(j.out_fen AS BIGINT) AS out_fen,
  j.last_booked_on AS last_booked_on
FROM judged AS j
LEFT JOIN late AS l ON l.account_key = j.account_key AND j.state = 'hit'
UNION ALL
SELECT j.account_key, j.state, j.reason, s.person_id, s.source_row, s.died_on, 'context', 0, NULL,
  j.holder_id, j.last_on, j.statements, CAST(j.in_fen AS BIGINT), CAST(j.out_fen AS BIGINT),
  j.last_booked_on
FROM judged AS j
JOIN stated AS s ON s.person_id = j.holder_id
WHERE j.state = 'hit'
