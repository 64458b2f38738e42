"""Is everything there: closing balances, delivered periods, silent months."""

from __future__ import annotations

import duckdb

from qingfeng.report.proof_order import TOLERANCE_FEN
from qingfeng.report.proof_rows import LEDGER, Answer, fetch, listing

_LEDGER = f"{LEDGER}, l.holder_name, l.bank"
_DAY = "(DATE '1970-01-01' + CAST({} AS INTEGER))"


def closing(connection: duckdb.DuckDBPyConnection, limit: int | None) -> Answer:
    """Opening and closing of each ledger against balance and last booking in ``accounts``.

    *verdict*: ``agrees``; ``differs`` (the list's last booking is the ledger's, or unknown,
    and the balances are not equal); ``bookings_missing`` (the list knows a later booking);
    ``list_older`` (it knows only an earlier one, so its balance is not comparable). Bookings
    after the last balance carry it on; if one of them does not say which way, nothing closes.
    """
    compared = fetch(
        connection,
        f"""
        WITH ends AS (
            SELECT ledger, min_by(balance - movement, position) AS opening,
                   max_by(balance, position) AS told, max_by(n, position) AS closing_n,
                   max(position) AS told_at
            FROM step GROUP BY ledger),
        later AS (
            SELECT ledger, sum(c.effect)::BIGINT AS moved, bool_or(c.effect IS NULL) AS unsaid
            FROM chain c JOIN ends USING (ledger) WHERE c.position > told_at GROUP BY ledger),
        closed AS (
            SELECT ends.*, CASE WHEN NOT coalesce(unsaid, false)
                                THEN told + coalesce(moved, 0) END AS closing
            FROM ends LEFT JOIN later USING (ledger)),
        last AS (SELECT ledger, max(day) AS last_day FROM chain GROUP BY ledger),
        fitting AS (
            SELECT l.ledger, a.balance_fen, a.last_booked_on, a.source_row AS list_row
            FROM ledger l JOIN listed_account a ON a.number = l.ledger_number
            WHERE coalesce(a.currency, 'CNY') = l.currency
              AND (a.sub_account IS NULL OR l.sub_account = ''
                   OR a.sub_account = l.sub_account)
            QUALIFY row_number() OVER (PARTITION BY ledger, list_row ORDER BY list_row) = 1)
        SELECT {_LEDGER}, e.opening AS opening_fen, e.closing AS closing_fen,
               f.balance_fen AS listed_balance_fen, e.closing - f.balance_fen AS gap_fen,
               last.last_day, f.last_booked_on AS listed_last_booked_on,
               b.source_row, f.list_row,
               CASE WHEN f.last_booked_on > {_DAY.format("last.last_day")} THEN 'bookings_missing'
                    WHEN abs(e.closing - f.balance_fen) <= {TOLERANCE_FEN} THEN 'agrees'
                    WHEN f.last_booked_on < {_DAY.format("last.last_day")} THEN 'list_older'
                    WHEN e.closing - f.balance_fen IS NOT NULL THEN 'differs' END AS verdict
        FROM fitting f JOIN ledger l USING (ledger) JOIN last USING (ledger)
        LEFT JOIN closed e USING (ledger) LEFT JOIN booked b ON b.n = e.closing_n
        ORDER BY abs(coalesce(e.closing - f.balance_fen, 0)) DESC, l.ledger, f.list_row
        """,
    )
    verdicts = ("agrees", "differs", "bookings_missing", "list_older")
    counts = {each: sum(row["verdict"] == each for row in compared) for each in verdicts}
    worth = [row for row in compared if row["verdict"] in ("differs", "bookings_missing")]
    return listing(worth, limit, verdicts=counts)


def periods(connection: duckdb.DuckDBPyConnection, limit: int | None) -> Answer:
    """The delivered period of each bank, and months of a ledger in it without any booking.

    A ledger is expected to have bookings in the part of its bank's delivered period in which
    it was open by ``accounts``; where no bank is named, in its own period. Months covered only
    in part are not asked for. A silent month
    may be true; a long silence of a busy account is a question to the bank.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE silence AS
        WITH span AS (
            SELECT coalesce(bank, 'ledger ' || ledger) AS bank, min(first_day) AS first_day,
                   max(last_day) AS last_day FROM ledger GROUP BY ALL),
        life AS (
            SELECT l.ledger, min(a.opened_on) AS opened_on, max(a.closed_on) AS closed_on
            FROM ledger l JOIN listed_account a ON a.number = l.ledger_number
            GROUP BY l.ledger),
        open AS (
            SELECT l.ledger,
                   greatest({_DAY.format("s.first_day")}, coalesce(life.opened_on,
                       {_DAY.format("l.first_day")})) AS since,
                   least({_DAY.format("s.last_day")},
                         coalesce(life.closed_on, DATE '9999-12-31')) AS till
            FROM ledger l JOIN span s ON s.bank = coalesce(l.bank, 'ledger ' || l.ledger)
            LEFT JOIN life USING (ledger)),
        active AS (
            SELECT DISTINCT ledger, date_trunc('month', {_DAY.format("day")})::DATE AS month
            FROM chain),
        bounded AS (
            SELECT ledger, month FROM active
            UNION SELECT ledger, date_trunc('month', since - 1)::DATE FROM open
            UNION SELECT ledger, date_trunc('month', till + 1)::DATE FROM open),
        apart AS (
            SELECT ledger, month AS next_month,
                   lag(month) OVER (PARTITION BY ledger ORDER BY month) AS last_month
            FROM bounded)
        SELECT ledger, (last_month + INTERVAL 1 MONTH)::DATE AS from_month,
               (next_month - INTERVAL 1 MONTH)::DATE AS to_month,
               date_diff('month', last_month, next_month) - 1 AS months
        FROM apart WHERE date_diff('month', last_month, next_month) > 1
    """)
    gaps = fetch(
        connection,
        f"""
        SELECT {_LEDGER}, strftime(s.from_month, '%Y-%m') AS from_month,
               strftime(s.to_month, '%Y-%m') AS to_month, s.months, l.rows
        FROM silence s JOIN ledger l USING (ledger)
        ORDER BY s.months DESC, l.rows DESC, l.ledger, s.from_month
        """,
    )
    banks = fetch(
        connection,
        """SELECT bank, count(*) AS ledgers, sum(rows)::BIGINT AS rows,
                  min(first_day) AS first_day, max(last_day) AS last_day
           FROM ledger GROUP BY bank ORDER BY bank NULLS LAST""",
    )
    outside = fetch(
        connection,
        f"""
        SELECT {_LEDGER}, a.opened_on, a.closed_on, l.first_day, l.last_day,
               a.source_row AS list_row
        FROM ledger l JOIN listed_account a ON a.number = l.ledger_number
        WHERE {_DAY.format("l.first_day")} < a.opened_on
           OR {_DAY.format("l.last_day")} > a.closed_on
        ORDER BY l.ledger, a.source_row
        """,
    )
    return {
        "delivered": listing(banks, limit),
        "silent_months": listing(gaps, limit),
        "bookings_outside_life": listing(outside, limit),
    }
