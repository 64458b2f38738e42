import pytest

from qingfeng.detectors.guard import UnsafeStatement, check_statement

SCHEMA = {
    "bookings": {"account_key": "VARCHAR", "amount_fen": "BIGINT", "booked_on": "DATE"},
    "kin": {"person_id": "VARCHAR"},
}
FROM = "FROM bookings AS b"

HOSTILE = [
    ("SELECT b.account_key FROM read_csv('/etc/hostname') AS b", "function"),
    ("SELECT b.account_key FROM '/etc/hostname' AS b", "not declared"),
    ("SELECT b.account_key FROM accounts AS b", "not declared"),
    ("SELECT b.account_key FROM information_schema.tables AS b", "schema"),
    ("SELECT b.account_key FROM duckdb_settings() AS b", "function"),
    (f"SELECT b.balance_fen {FROM}", "balance_fen"),
    (f"COPY (SELECT b.account_key {FROM}) TO 'x.csv'", "only a SELECT"),
    ("ATTACH 'x.db'", "only a SELECT"),
    ("PRAGMA enable_profiling", "only a SELECT"),
    ("SET enable_external_access = true", "only a SELECT"),
    ("CREATE TABLE x AS SELECT 1", "only a SELECT"),
    ("DELETE FROM bookings", "only a SELECT"),
    (f"SELECT b.account_key {FROM}; SELECT 1", "exactly one"),
    ("", "exactly one"),
    (f"SELECT getenv('HOME') AS h {FROM}", "allowed list"),
    (f"SELECT current_date AS d {FROM}", "allowed list"),
    (f"SELECT random() AS d {FROM}", "allowed list"),
    (f"SELECT * {FROM}", "star"),
    ("SELECT range AS x FROM range(1000000000)", "function"),
    (f"SELECT b.account_key, k.person_id {FROM}, kin AS k", "without ON"),
    (f"SELECT b.account_key {FROM} CROSS JOIN kin AS k", "without ON"),
    ("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT r.n FROM r) SELECT r.n FROM r", "RECURS"),
    ("WITH kin AS (SELECT 1 AS n) SELECT kin.n FROM kin", "hides"),
    (f"SELECT b.account_key {FROM} ASOF JOIN kin AS k ON b.account_key >= k.person_id", "ASOF"),
    (f"SELECT b.account_key, count(*) AS n {FROM} GROUP BY ALL", "GROUP BY ALL"),
    (f"SELECT arg_max(b.account_key, b.amount_fen) AS n {FROM}", "allowed list"),
    (f"SELECT b.account_key, count(*) AS n {FROM} GROUP BY b.account_key HAVING n > 1", "alias"),
    (f"SELECT b.account_key {FROM} QUALIFY row_number() OVER (ORDER BY b.booked_on) = 1", "QUAL"),
    (f"SELECT DISTINCT ON (b.account_key) b.account_key {FROM}", "DISTINCT ON"),
    (f"SELECT b.account_key {FROM} USING SAMPLE 5", "sample"),
    (f"SELECT b.account_key {FROM} WHERE b.amount_fen > $floor", "no such parameter"),
    (
        """SELECT d.person_id FROM deaths AS d JOIN (WITH deaths AS (SELECT b.account_key AS k
        FROM bookings AS b) SELECT x.k FROM deaths AS x) AS z ON z.k = d.person_id""",
        "inside",
    ),
    (
        """WITH a AS (WITH deaths AS (SELECT b.account_key AS k FROM bookings AS b)
        SELECT x.k FROM deaths AS x) SELECT d.person_id FROM deaths AS d""",
        "inside",
    ),
    ("WITH deaths AS (SELECT d.k FROM deaths AS d) SELECT d.k FROM deaths AS d", "not declared"),
    (
        f"""WITH a AS (SELECT d.k FROM later AS d), later AS (SELECT b.account_key AS k {FROM})
        SELECT a.k FROM a""",
        "not declared",
    ),
    ("WITH Kin AS (SELECT b.account_key AS n FROM bookings AS b) SELECT k.n FROM kin AS k", "hide"),
    (f"WITH a AS (SELECT 1 AS n), A AS (SELECT 2 AS n) SELECT b.account_key {FROM}", "twice"),
    (f"SELECT b.account_key {FROM} JOIN kin AS k ON TRUE", "no equality"),
    (f"SELECT b.account_key {FROM} JOIN kin AS k ON 1 = 1", "no equality"),
    (f"SELECT b.account_key {FROM} JOIN kin AS k ON k.person_id = k.person_id", "no equality"),
    (f"SELECT b.account_key {FROM} JOIN kin AS k ON b.account_key = b.account_key", "no equality"),
    (f"SELECT b.account_key {FROM} JOIN kin AS k ON k.person_id = 'x'", "no equality"),
    (
        f"SELECT b.account_key {FROM} JOIN kin AS k ON k.person_id = b.account_key OR TRUE",
        "no equality",
    ),
    (f"SELECT b.account_key {FROM} JOIN kin AS k ON k.person_id > b.account_key", "no equality"),
    (f"SELECT b {FROM}", "whole rows"),
    (f"SELECT CAST(B AS VARCHAR) AS s {FROM}", "whole rows"),
    (
        f"""SELECT b.account_key {FROM} JOIN LATERAL (SELECT k.person_id FROM kin AS k) AS z
        ON z.person_id = b.account_key""",
        "LATERAL",
    ),
    ("SELECT p.x FROM bookings PIVOT (sum(amount_fen) FOR account_key IN (1)) AS p", "PIVOT"),
    (f"SELECT b.account_key {FROM} FOR UPDATE", "a lock"),
    (f"SELECT b.account_key {FROM} JOIN kin AS k ON k.person_id = account_key", "no equality"),
    (f"SELECT b.account_key {FROM} LIMIT 3", "LIMIT"),
    (f"SELECT b.account_key {FROM} OFFSET 3", "OFFSET"),
    (f"SELECT b.account_key SIMILAR TO '(a+)+' AS s {FROM}", "SIMILAR"),
    (f"SELECT b.account_key GLOB '*' AS s {FROM}", "GLOB"),
    ("SELECT b.c AS subject FROM bookings AS b(c)", "behind an alias"),
    (f"WITH w(a) AS (SELECT b.account_key AS k {FROM}) SELECT w.a FROM w", "behind an alias"),
    (
        f"SELECT b.account_key {FROM} JOIN bookings AS c ON b.amount_fen * 0 = c.amount_fen * 0",
        "no equality",
    ),
    (
        f"""SELECT b.account_key {FROM} JOIN kin AS k ON b.account_key
        = CASE WHEN k.person_id IS NULL THEN '' ELSE '' END""",
        "no equality",
    ),
    ("SELECT d.column_name AS s FROM (DESCRIBE bookings) AS d", "DESCRIBE"),
    ("SELECT d.column_name AS s FROM (SUMMARIZE bookings) AS d", "SUMMARIZE"),
    (f"SELECT b.account_key {FROM} ORDER BY ALL", "ORDER BY ALL"),
    (f"SELECT b.account_key {FROM} UNION BY NAME SELECT k.person_id FROM kin AS k", "BY NAME"),
    (f"SELECT b.account_key {FROM} GROUP BY GROUPING SETS ((b.account_key), ())", "GROUPING"),
    (f"SELECT b.account_key {FROM} GROUP BY ROLLUP (b.account_key)", "ROLLUP"),
    (f"SELECT b.account_key {FROM} WHERE b.amount_fen BETWEEN SYMMETRIC 3 AND 1", "SYMMETRIC"),
    (f"SELECT CAST(b.account_key AS VARCHAR[]) AS s {FROM}", "type"),
    (f"SELECT CAST(b.amount_fen AS HUGEINT) AS s {FROM}", "type"),
    (f"SELECT row_number() OVER () AS s {FROM}", "needs ORDER BY"),
    (f"SELECT b.account_key {FROM} ORDER BY b.account_key COLLATE NOCASE", "COLLATE"),
    (f"SELECT CAST(b.booked_on AS TIMESTAMP) AT TIME ZONE 'UTC' AS s {FROM}", "TIME ZONE"),
]


@pytest.mark.parametrize(("sql", "says"), HOSTILE, ids=[sql[:60] for sql, _ in HOSTILE])
def test_refuses_hostile_and_unportable_statements(sql: str, says: str) -> None:
    with pytest.raises(UnsafeStatement, match=says):
        check_statement(sql, SCHEMA, frozenset(), "x/detect.sql")


GOOD = [
    f"SELECT b.account_key AS subject {FROM} WHERE b.amount_fen >= $floor",
    f"""WITH a AS (SELECT b.account_key AS s, count(*) AS n {FROM} GROUP BY b.account_key
        HAVING count(*) > $floor) SELECT a.s AS subject FROM a""",
    f"""SELECT b.account_key AS subject {FROM} LEFT JOIN kin AS k ON k.person_id = b.account_key
        WHERE date_diff('day', DATE '2020-01-01', b.booked_on) > $floor""",
    f"""SELECT b.account_key AS subject {FROM} JOIN Kin AS k
        ON (k.person_id = trim(b.account_key) AND b.amount_fen > 1) AND b.amount_fen > $floor""",
    f"""SELECT b.account_key AS subject, lag(b.booked_on) OVER (PARTITION BY b.account_key
        ORDER BY b.booked_on) AS d {FROM} WHERE b.amount_fen > $floor
        UNION ALL SELECT k.person_id, NULL FROM kin AS k""",
]


@pytest.mark.parametrize("sql", GOOD)
def test_passes_good_statements(sql: str) -> None:
    assert check_statement(sql, SCHEMA, frozenset({"floor"}), "x")[0] == "subject"


def test_refuses_a_parameter_that_is_never_used() -> None:
    with pytest.raises(UnsafeStatement, match="grace_days is never used"):
        check_statement(f"SELECT b.account_key {FROM}", SCHEMA, frozenset({"grace_days"}), "x")
