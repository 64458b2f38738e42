"""Transfers between two delivered accounts: seen by both, by half, or by one of them."""

from __future__ import annotations

import duckdb

from qingfeng.ingest.linking_events import TOGETHER_S
from qingfeng.ingest.linking_matching import pair_greedily
from qingfeng.report.proof_rows import Answer, fetch, listing, money_of


def mirrors(connection: duckdb.DuckDBPyConnection, limit: int | None) -> Answer:
    """Bookings whose other side is missing, says less, or stands there with another amount.

    Looked at: counted bookings of a delivered account whose counterparty is another delivered
    account, on a day that the delivered periods of both cover (closed bounds). Accounts of one
    card are two, if both are named.

    *agreeing* are those whose event has a counted booking of the other account; *undone* those
    for which it has only some that were undone there, or for which the other account has one of
    the same money within the same time, naming this one, that failed there. *unnamed* are those for
    which the other account has a booking of the same money within ``TOGETHER_S`` (same day
    where only the day is known), the other way or without direction, that gives no account of
    its counterparty; a name or masked number there must not contradict. Each such booking
    mirrors one. *lacks* is ``account``, ``direction`` or both. Of the rest, one naming the
    other within the same time, the other way and with another amount, makes a pair in
    *amounts_differ*; what remains is *missing*.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE crossing_booking AS
        WITH within AS (
            SELECT b.*, {_PART.format("b.ledger_number")} AS own_part,
                   {_PART.format("coalesce(sole.account, b.counterparty_account)")} AS cp_part
            FROM booked b LEFT JOIN sole ON sole.card = b.counterparty_account
            WHERE b.own = b.cp AND coalesce(sole.account, b.counterparty_account)
                  IN (SELECT ledger_number FROM ledger)),
        crossing AS (
            SELECT * EXCLUDE (own_part, cp_part) REPLACE (own_part AS own, cp_part AS cp)
            FROM within
            UNION ALL SELECT * FROM booked WHERE own <> cp),
        placed AS (
            SELECT event_id, own, counted, day, n FROM booked WHERE own IS NOT NULL
            UNION ALL
            SELECT event_id, {_PART.format("ledger_number")}, counted, day, n FROM booked
            WHERE own IN (SELECT own FROM booked WHERE own = cp)),
        span AS (SELECT own, min(day) AS first_day, max(day) AS last_day FROM placed GROUP BY own),
        seen AS (SELECT event_id, own, bool_or(counted) AS counts, min(n) AS mirror
                 FROM placed GROUP BY event_id, own)
        SELECT b.*, coalesce(seen.counts, false) AS agrees,
               CASE WHEN NOT seen.counts THEN seen.mirror END AS undone
        FROM crossing b JOIN span mine ON mine.own = b.own JOIN span other ON other.own = b.cp
        LEFT JOIN seen ON seen.event_id = b.event_id AND seen.own = b.cp
        WHERE b.counted AND b.own <> b.cp AND b.effect <> 0
          AND b.day BETWEEN other.first_day AND other.last_day
    """)
    _find_unnamed(connection)
    _find_failed(connection)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE differing AS
        WITH open AS (SELECT * FROM crossing_booking
                      WHERE NOT agrees AND undone IS NULL
                        AND n NOT IN (SELECT a FROM unnamed_pair))
        SELECT a.n AS out_n, b.n AS in_n FROM open a JOIN open b
          ON a.own = b.cp AND a.cp = b.own AND a.currency = b.currency
        WHERE a.effect < 0 AND b.effect > 0 AND a.effect <> -b.effect AND {_TOGETHER}
        QUALIFY row_number() OVER (PARTITION BY a.n ORDER BY abs(a.t - b.t), b.n) = 1
            AND row_number() OVER (PARTITION BY b.n ORDER BY abs(a.t - b.t), a.n) = 1
    """)
    differing = fetch(
        connection,
        """
        SELECT a.source_row AS out_row, a.ledger_number AS out_number, a.currency, a.t,
               a.precision AS time_precision,
               a.amount AS out_amount_fen, b.source_row AS in_row,
               b.ledger_number AS in_number, b.amount AS in_amount_fen
        FROM differing d JOIN booked a ON a.n = d.out_n JOIN booked b ON b.n = d.in_n
        ORDER BY greatest(a.amount, b.amount) DESC, a.n
        """,
    )
    unnamed = fetch(
        connection,
        f"""
        SELECT {_BOOKING}, m.source_row AS mirror_row, m.ledger_number AS mirror_number,
               concat_ws(' ', CASE WHEN m.cp IS NULL THEN 'account' END,
                         CASE WHEN m.effect IS NULL THEN 'direction' END) AS lacks
        FROM unnamed_pair p JOIN booked b ON b.n = p.a JOIN booked m ON m.n = p.b
        ORDER BY abs(b.amount) DESC, b.n
        """,
    )
    missing = fetch(
        connection,
        f"""
        SELECT {_BOOKING} FROM crossing_booking b
        WHERE NOT agrees AND undone IS NULL
          AND n NOT IN (SELECT out_n FROM differing UNION SELECT in_n FROM differing
                                       UNION SELECT a FROM unnamed_pair)
        ORDER BY abs(amount) DESC, n
        """,
    )
    undone = fetch(
        connection,
        f"""
        SELECT {_BOOKING}, m.source_row AS mirror_row, m.ledger_number AS mirror_number
        FROM crossing_booking b JOIN booked m ON m.n = b.undone
        ORDER BY abs(b.amount) DESC, b.n
        """,
    )
    checked = fetch(
        connection,
        """SELECT count(*) AS checked, count(*) FILTER (WHERE agrees) AS agreeing
           FROM crossing_booking""",
    )[0]
    return {
        **checked,
        "undone": listing(undone, limit, **money_of(undone)),
        "unnamed": listing(unnamed, limit, **money_of(unnamed)),
        "missing": listing(missing, limit, **money_of(missing)),
        "amounts_differ": listing(differing, limit),
    }


_TOGETHER = f"""CASE WHEN a.precision = 'day' OR b.precision = 'day' THEN a.day = b.day
                     ELSE abs(a.t - b.t) <= {TOGETHER_S} END"""
_PART = "-CAST(hash({}) >> 1 AS BIGINT)"
"""SQL: what stands for one of several accounts that are one identity, as those of one card."""
_BOOKING = (
    "b.source_row, b.ledger_number AS number, b.sub_account, b.currency, b.holder_name, b.t, "
    "b.precision AS time_precision, b.direction, "
    "b.amount AS amount_fen, b.counterparty_account, b.counterparty_name"
)


def _find_failed(connection: duckdb.DuckDBPyConnection) -> None:
    """Set ``undone`` of crossing bookings whose mirror was not carried out on the other side."""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE failed_candidate AS
        WITH failed AS (
            SELECT n, own, cp, currency, t, day, precision, effect, abs(amount) AS money FROM booked
            WHERE status IN ('failed', 'closed', 'returned') AND NOT counted AND cp IS NOT NULL),
        open AS (
            SELECT *, abs(amount) AS money FROM crossing_booking
            WHERE NOT agrees AND undone IS NULL AND n NOT IN (SELECT a FROM unnamed_pair))
        SELECT a.n AS a, b.n AS b, a.n AS slot_a, b.n AS slot_b,
               row_number() OVER (ORDER BY abs(a.t - b.t), a.n, b.n) AS rank
        FROM open a JOIN failed b ON b.own = a.cp AND b.cp = a.own AND b.currency = a.currency
         AND b.money = a.money
        WHERE {_TOGETHER} AND coalesce(b.effect = -a.effect, true)
    """)
    if pair_greedily(connection, "failed_candidate", "failed_pair"):
        connection.execute("""
            UPDATE crossing_booking SET undone = p.b FROM failed_pair p
            WHERE crossing_booking.n = p.a
        """)


def _find_unnamed(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``unnamed_pair`` (``a`` a crossing booking, ``b`` its mirror on the other account).

    A mirror belongs to no event of several accounts yet, and is taken once. Preferred: a name
    that agrees, a known direction, the nearest time.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE half AS
        SELECT n, own, cp, currency, t, day, precision, effect, abs(amount) AS money,
               counterparty_name, counterparty_account_masked
        FROM booked
        WHERE counted AND amount <> 0
          AND (own, abs(amount)) IN (SELECT (cp, abs(amount)) FROM crossing_booking
                                     WHERE NOT agrees AND undone IS NULL)
          AND (counterparty_account IS NULL OR (effect IS NULL AND cp IS NOT NULL))
          AND event_id NOT IN (SELECT event_id FROM booked WHERE own IS NOT NULL
                               GROUP BY event_id HAVING min(own) <> max(own));
        CREATE OR REPLACE TEMP TABLE unnamed_candidate AS
        WITH open AS (
            SELECT *, abs(amount) AS money FROM crossing_booking
            WHERE NOT agrees AND undone IS NULL),
        near AS (
            SELECT a.n AS a, b.n AS b, abs(a.t - b.t) AS apart, b.effect IS NULL AS unsaid,
                   coalesce(a.holder_name = b.counterparty_name, false) AS named
            FROM open a JOIN half b
              ON b.own = a.cp AND b.currency = a.currency AND b.money = a.money
            WHERE {_TOGETHER} AND a.n <> b.n
              AND coalesce(b.effect = -a.effect, true) AND coalesce(b.cp = a.own, true)
              AND coalesce(a.holder_name LIKE replace(b.counterparty_name, '*', '%'), true)
              AND (b.counterparty_account_masked IS NULL
                   OR (a.own, right(b.counterparty_account_masked, 4))
                       IN (SELECT (id, right(number, 4)) FROM identity)))
        SELECT a, b, a AS slot_a, b AS slot_b,
               row_number() OVER (ORDER BY named DESC, unsaid, apart, a, b) AS rank FROM near
    """)
    pair_greedily(connection, "unnamed_candidate", "unnamed_pair")
