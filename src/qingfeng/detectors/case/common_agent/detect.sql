-- One agent who acted for several holders that are no family of the agent or of each other.
WITH known AS (
  SELECT n.number, min(n.holder_id) AS holder_id
  FROM (
    SELECT a.account AS number, a.holder_id AS holder_id FROM accounts AS a
    UNION ALL
    SELECT a.card AS number, a.holder_id AS holder_id FROM accounts AS a
  ) AS n
  WHERE n.number IS NOT NULL AND n.holder_id IS NOT NULL
  GROUP BY n.number
  HAVING count(DISTINCT n.holder_id) = 1
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
staff AS (
  SELECT DISTINCT p.person_id AS person_id
  FROM persons AS p
  WHERE p.employer LIKE '%银行%' OR p.employer LIKE '%信用社%' OR p.employer LIKE '%信用联社%'
    OR p.employer LIKE '%信用合作%' OR p.employer LIKE '%农商行%' OR p.employer LIKE '%农信%'
),
employed AS (
  SELECT DISTINCT p.person_id AS person_id, trim(p.employer) AS employer
  FROM persons AS p
  WHERE (p.employer LIKE '%公司%' OR p.employer LIKE '%集团%' OR p.employer LIKE '%厂'
    OR p.employer LIKE '%局' OR p.employer LIKE '%委员会' OR p.employer LIKE '%政府'
    OR p.employer LIKE '%中心' OR p.employer LIKE '%学校' OR p.employer LIKE '%学'
    OR p.employer LIKE '%医院' OR p.employer LIKE '%合作社' OR p.employer LIKE '%事务所')
    AND NOT (p.employer LIKE '%村%委员会' OR p.employer LIKE '%村委会'
      OR p.employer LIKE '%居民委员会' OR p.employer LIKE '%社区%' OR p.employer LIKE '%村%合作社')
),
colleagues AS (
  SELECT DISTINCT e.person_id AS person_id, o.person_id AS other_id
  FROM employed AS e
  JOIN employed AS o ON o.employer = e.employer AND o.person_id <> e.person_id
),
acts AS (
  SELECT coalesce(a.agent_id, '无证件号：' || coalesce(a.agent_name, '')) AS agent,
    CASE WHEN a.agent_id IS NULL THEN 0 ELSE 1 END AS identified,
    a.source_row, a.acted_on,
    coalesce(a.holder_id, x.holder_id, y.holder_id) AS holder_id,
    coalesce(a.account, a.card, '') AS number,
    CASE
      WHEN coalesce(a.holder_id, x.holder_id, y.holder_id) IS NULL THEN 'holder_unknown'
      WHEN coalesce(a.holder_id, x.holder_id, y.holder_id) = a.agent_id THEN 'self'
      WHEN s.person_id IS NOT NULL THEN 'bank_staff'
      WHEN f.other_id IS NOT NULL THEN 'family_of_agent'
      WHEN w.other_id IS NOT NULL THEN 'colleague'
      WHEN a.act LIKE '%代发%' OR a.act LIKE '%工资%' OR a.act LIKE '%批量%' THEN 'payroll'
    END AS set_aside
  FROM agents AS a
  LEFT JOIN known AS x ON x.number = a.account
  LEFT JOIN known AS y ON y.number = a.card
  LEFT JOIN staff AS s ON s.person_id = a.agent_id
  LEFT JOIN family AS f ON f.person_id = a.agent_id
    AND f.other_id = coalesce(a.holder_id, x.holder_id, y.holder_id)
  LEFT JOIN colleagues AS w ON w.person_id = a.agent_id
    AND w.other_id = coalesce(a.holder_id, x.holder_id, y.holder_id)
  WHERE a.agent_id IS NOT NULL OR a.agent_name IS NOT NULL
),
holders AS (
  SELECT DISTINCT a.agent, a.holder_id
  FROM acts AS a
  WHERE a.set_aside IS NULL AND a.identified = 1
),
-- Families are connected groups: each step follows twice as many ties, the last one 32.
kin_1 AS (
  SELECT h.agent, h.holder_id, h.holder_id AS other_id FROM holders AS h
  UNION
  SELECT h.agent, h.holder_id, g.holder_id AS other_id
  FROM holders AS h
  JOIN family AS f ON f.person_id = h.holder_id
  JOIN holders AS g ON g.agent = h.agent AND g.holder_id = f.other_id
),
kin_2 AS (
  SELECT DISTINCT a.agent, a.holder_id, b.other_id
  FROM kin_1 AS a
  JOIN kin_1 AS b ON b.agent = a.agent AND b.holder_id = a.other_id
),
kin_4 AS (
  SELECT DISTINCT a.agent, a.holder_id, b.other_id
  FROM kin_2 AS a
  JOIN kin_2 AS b ON b.agent = a.agent AND b.holder_id = a.other_id
),
kin_8 AS (
  SELECT DISTINCT a.agent, a.holder_id, b.other_id
  FROM kin_4 AS a
  JOIN kin_4 AS b ON b.agent = a.agent AND b.holder_id = a.other_id
),
kin_16 AS (
  SELECT DISTINCT a.agent, a.holder_id, b.other_id
  FROM kin_8 AS a
  JOIN kin_8 AS b ON b.agent = a.agent AND b.holder_id = a.other_id
),
kin_32 AS (
  SELECT DISTINCT a.agent, a.holder_id, b.other_id
  FROM kin_16 AS a
  JOIN kin_16 AS b ON b.agent = a.agent AND b.holder_id = a.other_id
),
named AS (
  SELECT k.agent, k.holder_id, min(k.other_id) AS family
  FROM kin_32 AS k
  GROUP BY k.agent, k.holder_id
),
counted AS (
  SELECT n.agent, count(*) AS holders, count(DISTINCT n.family) AS families
  FROM named AS n
  GROUP BY n.agent
),
numbers AS (
  SELECT a.agent, max(a.identified) AS identified,
    count(*) FILTER (WHERE a.set_aside = 'holder_unknown') AS unknown_rows
  FROM acts AS a
  GROUP BY a.agent
)
SELECT n.agent AS subject,
  CASE WHEN n.identified = 0 THEN 'not evaluable'
    WHEN c.families >= $min_holders THEN 'hit'
    WHEN coalesce(c.families, 0) + n.unknown_rows >= $min_holders THEN 'not evaluable'
    ELSE 'clear' END AS state,
  CASE WHEN n.identified = 0 THEN '代办人证件号缺失或校验不符，姓名不作比对 / agent ID number missing or wrong, names are not compared'
    WHEN c.families >= $min_holders THEN NULL
    WHEN coalesce(c.families, 0) + n.unknown_rows >= $min_holders
      THEN '户主证件号缺失 / holder ID numbers missing' END AS reason,
  CASE WHEN a.agent IS NULL THEN NULL ELSE
    a.agent || ' ' || coalesce(a.holder_id, '') || ' ' || a.number || ' '
      || coalesce(CAST(a.acted_on AS VARCHAR), '') END AS evidence_key,
  a.source_row AS source_row, a.acted_on AS happened_on, 'evidence' AS role, 0 AS counted_fen,
  a.set_aside AS excluded_by,
  c.holders AS holders, c.families AS families
FROM numbers AS n
LEFT JOIN counted AS c ON c.agent = n.agent
LEFT JOIN acts AS a ON a.agent = n.agent AND c.families >= $min_holders
