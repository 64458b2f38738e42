"""The balance chain of every ledger: previous + in - out = balance, checked in SQL.

Bookings that failed and second copies are left out; red entries keep their sign; bookings
without balance are bridged by their sum.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import duckdb
import pyarrow as pa

from qingfeng.report.proof_ledgers import read_bookings
from qingfeng.report.proof_order import TOLERANCE_FEN, Link, best_order, count_breaks


def build_chain(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``chain`` and ``step`` beside what :func:`read_bookings` creates.

    ``chain.position`` is the order used in the end; ``chain.moved`` says how a booking left its
    delivered order (null, ``instant`` or ``day``). ``step`` has a row for each booking with a
    balance; ``state`` is opening, proved, inferred, undetermined or break.
    """
    read_bookings(connection)
    _lay_out(connection)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE step AS {_steps('true')}")
    _repair(connection)


_CHARGED = """
    SELECT * REPLACE (CASE
        WHEN fee <> 0 AND (balance - lag(balance) OVER file = effect - fee
                           OR balance - lead(balance) OVER file = effect - fee)
        THEN effect - fee ELSE effect END AS effect)
    FROM moved WINDOW file AS (PARTITION BY ledger, source ORDER BY row, n)"""
"""Some banks book a fee with the payment, and the balance falls by both: it says so itself."""


def _lay_out(connection: duckdb.DuckDBPyConnection) -> None:
    """Order each ledger by time, then as delivered; files written newest first are turned."""
    (charged,) = connection.execute(
        "SELECT coalesce(bool_or(fee <> 0), false) FROM booked"
    ).fetchall()[0]
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE chain AS
        WITH copy AS (
            SELECT a.n FROM booked a JOIN booked b ON b.transfer_id = a.linked_to
            WHERE NOT a.counted AND a.event_id = b.event_id),
        moved AS (
            SELECT l.ledger, b.n, b.source, b.row, b.t, b.day, b.effect, b.amount, b.balance,
                   b.fee, b.outside, b.direction IN ('internal', 'none') AS still,
                   CASE WHEN bool_or(b.precision = 'day') OVER (PARTITION BY l.ledger, b.day)
                        THEN b.day * 86400 ELSE b.t END AS slot
            FROM booked b JOIN ledger l USING (ledger_number, sub_account, currency)
            WHERE coalesce(b.status NOT IN ('failed', 'closed', 'returned'), true)
              AND NOT coalesce(b.status = 'refund' AND NOT b.counted, false)
              AND b.t IS NOT NULL AND b.n NOT IN (SELECT n FROM copy)),
        kept AS ({_CHARGED if charged else "FROM moved"}),
        beside AS (
            SELECT *, sign(t - lag(t) OVER file) AS later,
                   (balance - lag(balance) OVER file = effect)::INT AS onward,
                   (lag(balance) OVER file - balance = lag(effect) OVER file)::INT AS backward
            FROM kept WINDOW file AS (PARTITION BY ledger, source ORDER BY row, n)),
        facing AS (
            SELECT ledger, source,
                   sum(later) < 0 OR (coalesce(sum(later), 0) = 0
                       AND coalesce(sum(backward), 0) > coalesce(sum(onward), 0)) AS turned
            FROM beside GROUP BY ledger, source)
        SELECT k.ledger, k.n, k.day, k.slot, k.effect, k.amount, k.balance, k.outside, k.still,
               coalesce(f.turned, false) AS turned, CAST(NULL AS VARCHAR) AS moved,
               row_number() OVER (PARTITION BY k.ledger ORDER BY k.slot, k.source,
                   CASE WHEN f.turned THEN -k.row ELSE k.row END, k.n) AS position
        FROM kept k LEFT JOIN facing f USING (ledger, source)
    """)


def _steps(condition: str) -> str:
    return f"""
        WITH running AS (
            SELECT *, coalesce(sum(effect) OVER so_far, 0) AS movement,
                   count(*) FILTER (WHERE effect IS NULL) OVER so_far AS unsaid,
                   coalesce(sum(amount) FILTER (WHERE effect IS NULL) OVER so_far, 0)
                       AS unsaid_amount,
                   last_value(CASE WHEN effect IS NULL THEN n END IGNORE NULLS) OVER so_far
                       AS unsaid_n
            FROM chain WHERE {condition}
            WINDOW so_far AS (PARTITION BY ledger ORDER BY position ROWS UNBOUNDED PRECEDING)),
        stepped AS (
            SELECT ledger, n, day, position, balance, outside, still,
                   lag(balance) OVER here AS before, lag(position) OVER here AS before_position,
                   lag(day) OVER here AS before_day, lag(n) OVER here AS before_n,
                   CAST(movement - coalesce(lag(movement) OVER here, 0) AS BIGINT) AS movement,
                   unsaid - coalesce(lag(unsaid) OVER here, 0) AS unsaid,
                   CAST(unsaid_amount - coalesce(lag(unsaid_amount) OVER here, 0) AS BIGINT)
                       AS unsaid_amount, unsaid_n
            FROM running WHERE balance IS NOT NULL
            WINDOW here AS (PARTITION BY ledger ORDER BY position)),
        measured AS (SELECT *, before + movement AS expected,
                            balance - before - movement AS gap FROM stepped),
        judged AS (
            SELECT *, CASE WHEN unsaid <> 1 THEN NULL
                           -- A minus without a direction may be the side or a red entry:
                           -- what the balance did is told either way.
                           WHEN abs(abs(gap) - abs(unsaid_amount)) <= {TOLERANCE_FEN}
                           THEN CASE WHEN gap < 0 THEN 'out' ELSE 'in' END
                           WHEN still AND abs(gap) <= {TOLERANCE_FEN} THEN 'none' END AS inferred
            FROM measured)
        SELECT *, CASE
            WHEN before IS NULL THEN 'opening'
            WHEN unsaid > 1 THEN 'undetermined'
            WHEN unsaid = 1 THEN CASE WHEN inferred IS NULL THEN 'break' ELSE 'inferred' END
            WHEN abs(gap) <= {TOLERANCE_FEN} THEN 'proved'
            WHEN outside AND position = before_position + 1
                 AND abs(balance - before) <= {TOLERANCE_FEN} THEN 'proved'
            ELSE 'break' END AS state
        FROM judged
    """


def _repair(connection: duckdb.DuckDBPyConnection) -> None:
    """Reorder the instants and days around each break, and check their ledgers again."""
    moved = list(_reordered(connection))
    if not moved:
        return
    columns = zip(*moved, strict=True)
    names = ("n", "position", "moved")
    connection.register("reordered", pa.table(dict(zip(names, map(list, columns), strict=True))))
    connection.execute(f"""
        UPDATE chain SET position = r.position, moved = r.moved FROM reordered r
        WHERE chain.n = r.n;
        CREATE OR REPLACE TEMP TABLE touched AS
        SELECT DISTINCT ledger FROM chain WHERE moved IS NOT NULL;
        DELETE FROM step WHERE ledger IN (SELECT ledger FROM touched);
        INSERT INTO step {_steps("ledger IN (SELECT ledger FROM touched)")}
    """)
    connection.unregister("reordered")


def _reordered(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int, str]]:
    """(n, new position, ``instant`` or ``day``) of each booking that leaves its place."""
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE doubtful_day AS
        SELECT ledger, day FROM step WHERE state = 'break'
        UNION SELECT ledger, before_day FROM step WHERE state = 'break';
    """)
    rows = connection.execute("""
        WITH around AS (
            SELECT ledger, n, day, slot, effect, amount, balance, outside, position,
                   total + last_value(balance - total IGNORE NULLS) OVER so_far AS carried,
                   lead(balance - effect) OVER (PARTITION BY ledger ORDER BY position)
                       AS next_before
            FROM (SELECT *, coalesce(sum(effect) OVER (PARTITION BY ledger ORDER BY position), 0)
                         AS total
                  FROM chain WHERE ledger IN (SELECT ledger FROM doubtful_day))
            WINDOW so_far AS (PARTITION BY ledger ORDER BY position ROWS UNBOUNDED PRECEDING)),
        entered AS (
            SELECT *, CAST(lag(carried) OVER (PARTITION BY ledger ORDER BY position) AS BIGINT)
                AS entry FROM around)
        SELECT ledger, day, slot, n, position, effect, amount, balance, outside, entry, next_before
        FROM entered SEMI JOIN doubtful_day USING (ledger, day)
        ORDER BY ledger, position
    """).fetchall()
    found: list[tuple[int, int, str]] = []
    left_off: tuple[int, int, int | None] = (0, 0, None)
    for (ledger, _), day_rows in groupby(rows, key=lambda row: (row[0], row[1])):
        day = list(day_rows)
        adjoining = left_off[:2] == (ledger, day[0][4] - 1)
        entry = left_off[2] if adjoining else day[0][9]
        ordered, how = _order_day(entry, day)
        for was, now in zip(day, ordered, strict=True):
            if was[3] != now[3]:
                found.append((now[3], was[4], how))
        balance = entry
        for each in ordered:
            balance = _link(each).after(balance)
        left_off = (ledger, day[-1][4], balance)
    return found


def _link(row: tuple[Any, ...]) -> Link:
    return Link(row[5], row[6], row[7], row[8])


def _order_day(entry: int | None, day: list[tuple[Any, ...]]) -> tuple[list[tuple[Any, ...]], str]:
    """Order one day: inside its instants first; across them only if that leaves fewer breaks."""
    ordered: list[tuple[Any, ...]] = []
    balance = entry
    for _, same in groupby(day, key=lambda row: row[2]):
        group = list(same)
        links = [_link(row) for row in group]
        better = best_order(balance, links, group[-1][10] if balance is None else None)
        ordered += [group[index] for index in better] if better else group
        for each in links if better is None else [links[index] for index in better]:
            balance = each.after(balance)
    links = [_link(row) for row in ordered]
    target = day[-1][10] if entry is None else None
    if count_breaks(entry, links, target):
        better = best_order(entry, links, target)
        if better:
            return [ordered[index] for index in better], "day"
    return ordered, "instant"
