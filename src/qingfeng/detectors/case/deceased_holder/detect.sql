-- Bookings on accounts of people who were dead by every stated date, plus grace.
WITH written AS (
  SELECT d.person_id, d.name, d.source_row,
    coalesce(d.died_on, CASE WHEN d.basis LIKE '%死亡%' THEN d.cancelled_on END) AS died_on,
    CASE WHEN (d.basis LIKE '%正常%' OR d.basis LIKE '%健在%' OR d.basis LIKE '%在世%')
      AND (d.basis LIKE '%无死亡%' OR d.basis LIKE '%未死亡%'
        OR NOT (d.basis LIKE '%死%' OR d.basis LIKE '%亡%' OR d.basis LIKE '%故%' OR d.basis LIKE '%逝%'))
      THEN 1 ELSE 0 END AS alive,
    CASE WHEN length(d.person_id) = 18 THEN substring(d.person_id, 7, 8)
      WHEN length(d.person_id) = 15 THEN '19' || substring(d.person_id, 7, 6) END AS born
  FROM deaths AS d
  WHERE d.died_on IS NOT NULL OR NOT coalesce(d.basis LIKE '%迁%' OR d.basis LIKE '%出国%'
    OR d.basis LIKE '%出境%' OR d.basis LIKE '%参军%' OR d.basis LIKE '%入伍%', false)
),
-- A day before birth is a filler, and a row that says alive states no death.
weighed AS (
  SELECT w.person_id, w.name, w.source_row, w.died_on, w.alive,
    CASE WHEN w.died_on IS NOT NULL AND w.born IS NOT NULL
      AND replace(CAST(w.died_on AS VARCHAR), '-', '') < w.born THEN 1 ELSE 0 END AS before_birth
  FROM written AS w
),
stated AS (
  SELECT w.person_id, w.source_row, w.died_on
  FROM weighed AS w
  WHERE w.person_id IS NOT NULL AND w.alive = 0 AND w.before_birth = 0
),
dead AS (
  SELECT s.person_id, min(s.died_on) AS first_on, max(s.died_on) AS last_on, count(*) AS statements
  FROM stated AS s
  GROUP BY s.person_id
),
doubtful AS (
  SELECT DISTINCT w.person_id
  FROM weighed AS w
  WHERE w.person_id IS NOT NULL AND w.alive + w.before_birth = 1
),
nameless AS (
  SELECT w.name, min(w.died_on) AS died_on
  FROM weighed AS w
  WHERE w.person_id IS NULL AND w.name IS NOT NULL AND w.alive = 0
  GROUP BY w.name
),
family AS (
  SELECT k.person_id AS person_id, k.relative_id AS other_id FROM kin AS k
  WHERE coalesce(k.relation, '') NOT LIKE '%关系人%' AND coalesce(k.relation, '') NOT LIKE '%同学%'
    AND coalesce(k.relation, '') NOT LIKE '%同事%' AND coalesce(k.relation, '') NOT LIKE '%朋友%'
    AND coalesce(k.relation, '') NOT LIKE '%债%'
  UNION
  SELECT k.relative_id AS person_id, k.person_id AS other_id FROM kin AS k
  WHERE coalesce(k.relation, '') NOT LIKE '%关系人%' AND coalesce(k.relation, '') NOT LIKE '%同学%'
    AND coalesce(k.relation, '') NOT LIKE '%同事%' AND coalesce(k.relation, '') NOT LIKE '%朋友%'
    AND coalesce(k.relation, '') NOT LIKE '%债%'
  UNION
  SELECT p.person_id AS person_id, q.person_id AS other_id FROM persons AS p
  JOIN persons AS q ON q.household = p.household AND q.person_id <> p.person_id
),
placed AS (
  SELECT coalesce(b.account_key, '账号不明：' || coalesce(b.holder_id, b.holder_name, '')) AS account_key,
    CASE WHEN b.account_key IS NULL THEN 1 ELSE 0 END AS unplaced,
    b.holder_id, b.holder_name, b.transfer_id, b.source_row, b.booked_on, b.amount_fen, b.most_fen,
    b.direction, b.counterparty_id, b.is_pension, b.is_settlement, b.excluded_by
  FROM bookings AS b
),
seen AS (
  SELECT b.account_key, max(b.unplaced) AS unplaced, max(b.holder_id) AS holder_id,
    count(DISTINCT b.holder_id) AS holders
  FROM placed AS b
  GROUP BY b.account_key
),
namesakes AS (
  SELECT DISTINCT b.account_key
  FROM placed AS b
  JOIN nameless AS n ON n.name = b.holder_name
  WHERE coalesce(b.excluded_by, '') IN ('', 'direction_unknown', 'foreign_currency')
    AND b.most_fen >= $min_amount_fen
    AND coalesce(date_diff('day', n.died_on, b.booked_on), $grace_days + 1) > $grace_days
),
late AS (
  SELECT b.account_key, b.transfer_id, b.source_row, b.booked_on, b.amount_fen, b.direction,
    CASE WHEN date_diff('day', d.last_on, b.booked_on) > $grace_days THEN
      CASE WHEN b.unplaced = 1 AND coalesce(b.excluded_by, '') IN ('', 'direction_unknown',
          'foreign_currency') THEN '1 account'
        WHEN b.excluded_by = 'direction_unknown' THEN '2 direction'
        WHEN b.excluded_by = 'foreign_currency' THEN '3 currency' END END AS lacks,
    CASE
      WHEN b.excluded_by IS NOT NULL THEN b.excluded_by
      WHEN b.is_pension AND (year(b.booked_on) - year(d.last_on)) * 12
        + month(b.booked_on) - month(d.last_on) <= $pension_months THEN 'pension_of_last_month'
      WHEN b.direction = 'out' AND (b.is_settlement OR f.other_id IS NOT NULL)
        AND date_diff('day', d.last_on, b.booked_on) <= $settlement_days THEN 'estate_settlement'
      WHEN date_diff('day', d.last_on, b.booked_on) <= $grace_days THEN 'death_dates_conflict'
      WHEN b.unplaced = 1 THEN 'account_unknown'
    END AS set_aside
  FROM placed AS b
  JOIN seen AS s ON s.account_key = b.account_key AND s.holders = 1
  JOIN dead AS d ON d.person_id = s.holder_id
  LEFT JOIN family AS f ON f.person_id = s.holder_id AND f.other_id = b.counterparty_id
  WHERE b.most_fen >= $min_amount_fen
    AND date_diff('day', d.first_on, b.booked_on) > $grace_days
),
counted AS (
  SELECT l.account_key, min(l.lacks) AS lacks,
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
    CASE WHEN s.holders = 1 AND c.net_rows > 0 AND d.last_on IS NOT NULL THEN 'hit' END AS hit,
    CASE
      WHEN s.holders = 0 THEN '户主证件号缺失或校验不符 / holder ID number missing or wrong'
      WHEN s.holders > 1 THEN '同一账户有多个户主证件号 / account has several holder ID numbers'
      WHEN d.person_id IS NOT NULL AND d.last_on IS NULL
        THEN '死亡日期缺失 / death stated without a date'
      WHEN c.net_rows > 0 THEN NULL
      WHEN c.disputed_rows > 0 THEN '各来源死亡日期不一致 / sources disagree on the date of death'
      WHEN c.lacks = '1 account'
        THEN '死亡之后的交易本方账号缺失、遮盖或为多人共用 / own account of bookings after the death missing, masked or shared by several people'
      WHEN c.lacks = '2 direction'
        THEN '死亡之后的交易收付方向不明 / direction of bookings after the death not known'
      WHEN c.lacks = '3 currency'
        THEN '死亡之后有外币交易，未折算 / bookings after the death in another currency are not converted'
      WHEN d.person_id IS NULL AND u.person_id IS NOT NULL
        THEN '死亡记载自相矛盾（状态正常，或早于出生） / the record of the death contradicts itself (says alive, or before birth)'
      WHEN d.person_id IS NULL AND n.account_key IS NOT NULL
        THEN '有同名者的死亡记载，但没有证件号或证件号有误 / a death of that name is recorded with no ID number or a wrong one'
    END AS lacking
  FROM seen AS s
  LEFT JOIN dead AS d ON d.person_id = s.holder_id
  LEFT JOIN doubtful AS u ON u.person_id = s.holder_id
  LEFT JOIN namesakes AS n ON n.account_key = s.account_key
  LEFT JOIN counted AS c ON c.account_key = s.account_key
)
SELECT j.account_key AS subject,
  CASE WHEN j.hit IS NOT NULL THEN 'hit' WHEN j.lacking IS NOT NULL THEN 'not evaluable'
    ELSE 'clear' END AS state,
  CASE WHEN j.hit IS NULL THEN j.lacking END AS reason,
  l.transfer_id AS evidence_key, l.source_row AS source_row, l.booked_on AS happened_on,
  'evidence' AS role, l.amount_fen AS counted_fen, l.set_aside AS excluded_by,
  j.holder_id AS holder_id, j.last_on AS died_on, j.statements AS statements,
  CAST(j.in_fen AS BIGINT) AS in_fen, CAST(j.out_fen AS BIGINT) AS out_fen,
  j.last_booked_on AS last_booked_on
FROM judged AS j
LEFT JOIN late AS l ON l.account_key = j.account_key AND j.hit IS NOT NULL
UNION ALL
SELECT j.account_key, 'hit', NULL, s.person_id, s.source_row, s.died_on, 'context', 0, NULL,
  j.holder_id, j.last_on, j.statements, CAST(j.in_fen AS BIGINT), CAST(j.out_fen AS BIGINT),
  j.last_booked_on
FROM judged AS j
JOIN stated AS s ON s.person_id = j.holder_id
WHERE j.hit IS NOT NULL
