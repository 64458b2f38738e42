"""Transfers between two delivered accounts that only one of them shows."""

from __future__ import annotations

import duckdb

from qingfeng.ingest.linking_events import TOGETHER_S
from qingfeng.report.proof_rows import Answer, fetch, listing


def mirrors(connection: duckdb.DuckDBPyConnection, limit: int) -> Answer:
    """Bookings whose other side is missing, or stands there with another amount.

    Looked at: counted bookings of a delivered account whose counterparty is another delivered
    account, on a day that the delivered periods of both cover (closed bounds). *agreeing* are
    those whose event has a booking of the other account. Of the rest, one naming the other
    within ``TOGETHER_S`` (same day where only the day is known), the other way and with
    another amount, makes a pair in *amounts_differ*; what remains is *missing*.
    """
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE crossing_booking AS
        WITH span AS (SELECT own, min(day) AS first_day, max(day) AS last_day
                      FROM booked WHERE own IS NOT NULL GROUP BY own),
        seen AS (SELECT DISTINCT event_id, own FROM booked WHERE own IS NOT NULL)
        SELECT b.*, seen.event_id IS NOT NULL AS agrees
        FROM booked b JOIN span mine ON mine.own = b.own JOIN span other ON other.own = b.cp
        LEFT JOIN seen ON seen.event_id = b.event_id AND seen.own = b.cp
        WHERE b.counted AND b.own <> b.cp AND b.effect <> 0
          AND b.day BETWEEN other.first_day AND other.last_day
    """)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE differing AS
        SELECT a.n AS out_n, b.n AS in_n FROM crossing_booking a JOIN crossing_booking b
          ON a.own = b.cp AND a.cp = b.own AND a.currency = b.currency
        WHERE NOT a.agrees AND NOT b.agrees AND a.effect < 0 AND b.effect > 0
          AND a.effect <> -b.effect
          AND CASE WHEN a.precision = 'day' OR b.precision = 'day' THEN a.day = b.day
                   ELSE abs(a.t - b.t) <= {TOGETHER_S} END
        QUALIFY row_number() OVER (PARTITION BY a.n ORDER BY abs(a.t - b.t), b.n) = 1
            AND row_number() OVER (PARTITION BY b.n ORDER BY abs(a.t - b.t), a.n) = 1
    """)
    differing = fetch(
        connection,
        """
        SELECT a.source_row AS out_row, a.ledger_number AS out_number, a.t,
               a.amount AS out_amount_fen, b.source_row AS in_row,
               b.ledger_number AS in_number, b.amount AS in_amount_fen
        FROM differing d JOIN booked a ON a.n = d.out_n JOIN booked b ON b.n = d.in_n
        ORDER BY greatest(a.amount, b.amount) DESC, a.n
        """,
    )
    missing = fetch(
        connection,
        """
        SELECT source_row, ledger_number AS number, holder_name, t, direction,
               amount AS amount_fen, counterparty_account, counterparty_name
        FROM crossing_booking
        WHERE NOT agrees AND n NOT IN (SELECT out_n FROM differing UNION SELECT in_n FROM differing)
        ORDER BY abs(amount) DESC, n
        """,
    )
    checked = fetch(
        connection,
        """SELECT count(*) AS checked, count(*) FILTER (WHERE agrees) AS agreeing
           FROM crossing_booking""",
    )[0]
    money = sum(abs(each["amount_fen"]) for each in missing)
    return {
        **checked,
        "missing": listing(missing, limit, amount_fen=money),
        "amounts_differ": listing(differing, limit),
    }
