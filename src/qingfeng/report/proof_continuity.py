"""What the balance chains prove, ledger by ledger."""

from __future__ import annotations

import duckdb

from qingfeng.report.proof_rows import LEDGER, Answer, fetch, listing

AROUND = 2
"""Bookings shown before and after a break."""

_LEDGER = f"{LEDGER}, l.holder_name"
_BOOKING = (
    "b.source_row, b.t, b.precision AS time_precision, b.direction, b.amount AS amount_fen, "
    "b.balance AS balance_fen, b.status"
)

_SUMMED = (
    "rows",
    "checked_rows",
    "with_balance",
    "bridged",
    "not_bridged",
    "proved",
    "inferred",
    "undetermined",
    "breaks",
    "reordered_in_instant",
    "reordered_in_day",
)


def continuity(connection: duckdb.DuckDBPyConnection, limit: int | None) -> Answer:
    """Ledgers (most breaks first), totals, breaks and inferred directions.

    *steps* is proved + inferred + undetermined + breaks: every balance but the first of its
    ledger. *share_proved* is proved / steps, cut (not rounded) to six places, so 1 means every
    step; null without a step. *bridged* bookings have no balance and stand between two that
    have one; *not_bridged* have none and nothing checks them.
    """
    ledgers = fetch(
        connection,
        f"""
        WITH judged AS (
            SELECT ledger, count(*) AS with_balance, min(position) AS first_told,
                   max(position) AS last_told,
                   count(*) FILTER (WHERE state = 'proved') AS proved,
                   count(*) FILTER (WHERE state = 'inferred') AS inferred,
                   count(*) FILTER (WHERE state = 'undetermined') AS undetermined,
                   count(*) FILTER (WHERE state = 'break') AS breaks
            FROM step GROUP BY ledger),
        ordered AS (
            SELECT ledger, count(*) AS checked_rows,
                   count(*) FILTER (WHERE balance IS NULL) AS silent,
                   count(*) FILTER (WHERE balance IS NULL
                       AND position BETWEEN first_told AND last_told) AS bridged,
                   count(*) FILTER (WHERE moved = 'instant') AS reordered_in_instant,
                   count(*) FILTER (WHERE moved = 'day') AS reordered_in_day,
                   bool_or(turned) AS newest_first
            FROM chain LEFT JOIN judged USING (ledger) GROUP BY ledger)
        SELECT {_LEDGER}, l.account, l.card, l.account_masked, l.bank, l.rows,
               l.first_day, l.last_day, coalesce(o.checked_rows, 0) AS checked_rows,
               coalesce(j.with_balance, 0) AS with_balance, coalesce(o.bridged, 0) AS bridged,
               coalesce(o.silent - o.bridged, 0) AS not_bridged,
               coalesce(j.proved, 0) AS proved, coalesce(j.inferred, 0) AS inferred,
               coalesce(j.undetermined, 0) AS undetermined, coalesce(j.breaks, 0) AS breaks,
               coalesce(o.reordered_in_instant, 0) AS reordered_in_instant,
               coalesce(o.reordered_in_day, 0) AS reordered_in_day,
               coalesce(o.newest_first, false) AS newest_first
        FROM ledger l LEFT JOIN judged j USING (ledger) LEFT JOIN ordered o USING (ledger)
        ORDER BY coalesce(j.breaks, 0) DESC, l.rows DESC, l.ledger
        """,
    )
    for each in ledgers:
        each["steps"] = _steps(each)
        each["share_proved"] = _share(each)
    totals: Answer = {name: sum(each[name] for each in ledgers) for name in _SUMMED}
    totals |= {
        "ledgers": len(ledgers),
        "ledgers_proved": sum(each["share_proved"] == 1 for each in ledgers),
        "ledgers_without_balance": sum(each["with_balance"] == 0 for each in ledgers),
        "ledgers_with_breaks": sum(each["breaks"] > 0 for each in ledgers),
        "ledgers_newest_first": sum(each["newest_first"] for each in ledgers),
        "steps": _steps(totals),
        "share_proved": _share(totals),
    }
    return {
        "totals": totals,
        "ledgers": listing(ledgers, limit),
        "breaks": _breaks(connection, limit, totals["breaks"]),
        "inferred_directions": _inferred(connection, limit, totals["inferred"]),
    }


def _steps(counts: Answer) -> int:
    return sum(counts[name] for name in ("proved", "inferred", "undetermined", "breaks"))


def _share(counts: Answer) -> float | None:
    steps = _steps(counts)
    return counts["proved"] * 1_000_000 // steps / 1_000_000 if steps else None


def _breaks(connection: duckdb.DuckDBPyConnection, limit: int | None, total: int) -> Answer:
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE shown_break AS
        SELECT row_number() OVER (ORDER BY ledger, position) AS break_number, *
        FROM step WHERE state = 'break' ORDER BY ledger, position {_limited(limit)}
    """)
    found = fetch(
        connection,
        f"""
        SELECT s.break_number, {_LEDGER}, {_BOOKING}, s.before AS previous_balance_fen,
               s.expected AS expected_fen, CAST(s.gap AS BIGINT) AS gap_fen,
               s.position - s.before_position - 1 AS bridged
        FROM shown_break s JOIN booked b USING (n) JOIN ledger l USING (ledger)
        ORDER BY s.break_number
        """,
    )
    near = fetch(
        connection,
        f"""
        SELECT s.break_number, c.position < s.position AS earlier, {_BOOKING}
        FROM shown_break s JOIN chain c ON c.ledger = s.ledger AND c.n <> s.n
         AND c.position BETWEEN s.position - {AROUND} AND s.position + {AROUND}
        JOIN booked b ON b.n = c.n ORDER BY s.break_number, c.position
        """,
    )
    around: dict[int, list[Answer]] = {}
    for row in near:
        around.setdefault(row["break_number"], []).append(row)
    for each in found:
        mine = around.get(each["break_number"], [])
        for side, earlier in (("rows_before", True), ("rows_after", False)):
            each[side] = [
                {name: value for name, value in row.items() if name not in _PLACING}
                for row in mine
                if row["earlier"] is earlier
            ]
        del each["break_number"]
    return {"count": total, "shown": len(found), "rows": found}


def _limited(limit: int | None) -> str:
    return "" if limit is None else f"LIMIT {int(limit)}"


_PLACING = ("break_number", "earlier")


def _inferred(connection: duckdb.DuckDBPyConnection, limit: int | None, total: int) -> Answer:
    """Directions the balance tells though the record does not; never written back."""
    found = fetch(
        connection,
        f"""
        SELECT {_LEDGER}, {_BOOKING}, s.inferred AS inferred_direction, abs(b.amount) AS moved_fen,
               told.source_row AS balance_row
        FROM step s JOIN booked b ON b.n = s.unsaid_n JOIN booked told ON told.n = s.n
        JOIN ledger l USING (ledger)
        WHERE s.state = 'inferred' ORDER BY s.ledger, s.position {_limited(limit)}
        """,
    )
    return {"count": total, "shown": len(found), "rows": found}
