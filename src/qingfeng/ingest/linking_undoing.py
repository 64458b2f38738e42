"""Bookings that undo others: reversals (冲正) and refunds (退款)."""

from __future__ import annotations

import duckdb

from qingfeng.ingest.linking_matching import count, pair_greedily

REVERSED_WITHIN_DAYS = 7
"""A reversal comes at most this many days after its original (closed bound)."""


def find_reversals(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Create ``reversal_pair`` (``a`` the red entry, ``b`` its original).

    Same identity and currency, ``net`` opposite: the same direction with opposite sign, or the
    opposite direction. Where both name an account, or a part of one, it must be the same; so
    must a counterparty number (else a name). What the words alone say needs more than an equal
    amount: the same serial, or, where they are the nature of the booking, the same counterparty
    or none named; a remark of the payer's is believed only where no counterparty is named. The
    original is not itself an undoing, is not later, and lies at most ``REVERSED_WITHIN_DAYS``
    back. Preferred: equal serial, counterparty known to agree, nearest.

    Returns how many red entries had several possible originals, and how many found none.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE red AS
        SELECT * FROM booking
        WHERE undoes IS NOT NULL AND NOT void AND own IS NOT NULL AND net <> 0
          AND n NOT IN (SELECT n FROM copy);
        CREATE OR REPLACE TEMP TABLE reversal_candidate AS
        WITH possible AS (
            SELECT r.n AS a, o.n AS b, r.undoes, NOT r.has_cp AND NOT r.has_cp_name AS nameless,
                   r.has_serial AND o.has_serial AND r.serial_key = o.serial_key AS same_serial,
                   (r.has_cp AND o.has_cp) OR (r.has_cp_name AND o.has_cp_name) AS same_cp,
                   r.precision = 'day' OR o.precision = 'day' AS daily,
                   r.t - o.t AS apart, r.day - o.day AS days_apart,
                   CASE WHEN r.source = o.source THEN abs(r.row - o.row) END AS rows_apart
            FROM red r JOIN booking o ON o.own = r.own AND o.net = -r.net
                                     AND o.currency = r.currency
            WHERE coalesce(o.undoes NOT IN ('marked', 'named'), true) AND NOT o.void
              AND o.n NOT IN (SELECT n FROM copy)
              AND (CASE WHEN r.has_cp AND o.has_cp THEN r.cp_key = o.cp_key
                        WHEN r.has_cp_name AND o.has_cp_name THEN r.cp_name_key = o.cp_name_key
                        ELSE true END)
              AND coalesce(r.account_key = o.account_key, true)
              AND coalesce(r.sub_key = o.sub_key, true))
        SELECT a, b, a AS slot_a, b AS slot_b,
               row_number() OVER (ORDER BY same_serial DESC, same_cp DESC, greatest(apart, 0),
                                  rows_apart NULLS LAST, a, b) AS rank
        FROM possible
        WHERE CASE undoes WHEN 'marked' THEN true
                          WHEN 'named' THEN same_serial OR same_cp OR nameless
                          WHEN 'remarked' THEN same_serial OR nameless ELSE same_serial END
          AND CASE WHEN daily THEN days_apart BETWEEN 0 AND {REVERSED_WITHIN_DAYS}
                   ELSE apart BETWEEN 0 AND {REVERSED_WITHIN_DAYS} * 86400 END
    """)
    several = count(
        connection,
        "SELECT count(*) FROM (SELECT a FROM reversal_candidate GROUP BY a HAVING count(*) > 1)",
    )
    pair_greedily(connection, "reversal_candidate", "reversal_pair")
    # What only mentions undoing may be an original as well; undone itself, it undoes nothing.
    connection.execute("DELETE FROM reversal_pair WHERE a IN (SELECT b FROM reversal_pair)")
    alone = count(
        connection,
        "SELECT count(*) FROM red WHERE undoes IN ('marked', 'named') "
        "AND n NOT IN (SELECT a FROM reversal_pair)",
    )
    return several, alone


_SERIAL_OF_ORIGINAL = "^(.{8,}?)[_*]"
"""A wallet may number a refund by the order refunded, and a tail of its own."""

_SAME_PLACE = """(p.own = r.own OR (p.own IS NULL AND r.own IS NULL AND p.source = r.source))"""
_ENOUGH = """p.currency = r.currency AND p.amount >= abs(r.amount)
              AND (p.t <= r.t OR (p.day = r.day
                                  AND (p.precision = 'day' OR r.precision = 'day')))"""


def find_refunds(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Create ``refund_link`` (``n`` the refund, ``original``, ``original_serial``, ``counts``).

    By ``refund_of`` = serial of the original, or a serial that begins with it, else by equal
    ``merchant_order``; on the same account, or in the same file where the wallet names none. The
    original pays out at least the refunded amount and is not later. Several refunds may have
    one original; of several originals the latest is taken, one that was carried out before one
    that was returned or closed. A refund of what was returned or closed does not count
    (``counts``), as that does not: together they moved nothing.

    Returns how many refunds had several possible originals, and how many found none.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE refund AS
        SELECT b.n, b.own, b.source, b.t, b.day, b.precision, b.amount, b.currency,
               d.refund_of, d.merchant_order,
               nullif(regexp_extract(d.serial, '{_SERIAL_OF_ORIGINAL}', 1), '') AS begins
        FROM booking b JOIN delivered_transfers d USING (transfer_id)
        WHERE NOT b.void AND (b.status = 'refund'
              OR (b.direction = 'in' AND b.status IN ('refunded', 'partly_refunded')))
          AND b.n NOT IN (SELECT n FROM copy);
        CREATE OR REPLACE TEMP TABLE paid AS
        SELECT b.n, b.own, b.source, b.t, b.day, b.precision, b.amount, b.currency, b.void,
               d.serial, d.merchant_order
        FROM booking b JOIN delivered_transfers d USING (transfer_id)
        WHERE (CASE WHEN b.void THEN b.status IN ('returned', 'closed') AND b.amount > 0
                         AND b.direction IN ('out', 'none') ELSE b.net < 0 END)
          AND b.n NOT IN (SELECT n FROM copy)
          AND (d.serial IN (SELECT unnest([refund_of, begins]) FROM refund)
               OR d.merchant_order IN (SELECT merchant_order FROM refund));
        CREATE OR REPLACE TEMP TABLE refund_link AS
        WITH possible AS (
            SELECT r.n, p.n AS original, p.serial, p.t, p.void, true AS numbered
            FROM refund r JOIN paid p ON p.serial = r.refund_of AND {_SAME_PLACE}
            UNION
            SELECT r.n, p.n, p.serial, p.t, p.void, true
            FROM refund r JOIN paid p ON p.serial = r.begins AND {_SAME_PLACE}
            WHERE r.refund_of IS NULL AND {_ENOUGH}
            UNION
            SELECT r.n, p.n, p.serial, p.t, p.void, false
            FROM refund r JOIN paid p ON p.merchant_order = r.merchant_order AND {_SAME_PLACE}
            WHERE r.refund_of IS NULL AND {_ENOUGH})
        SELECT n, original, serial AS original_serial, NOT void AS counts,
               count(*) OVER (PARTITION BY n, numbered, void) AS choices
        FROM possible
        QUALIFY row_number() OVER (
            PARTITION BY n ORDER BY numbered DESC, void, t DESC, original) = 1
    """)
    several = count(connection, "SELECT count(*) FROM refund_link WHERE choices > 1")
    alone = count(
        connection, "SELECT count(*) FROM refund WHERE n NOT IN (SELECT n FROM refund_link)"
    )
    return several, alone
