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


def find_refunds(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Create ``refund_link`` (``n`` the refund, ``original``, ``original_serial``).

    By ``refund_of`` = serial of the original, or by a serial that goes on with that of the
    original (``2024…3_2024092757``), though that was closed; else by equal ``merchant_order``; on
    the same account, or in the same file where the wallet names none. The original pays out at
    least the refunded amount and is not later. Several refunds may have one original; of several
    originals the latest is taken.

    Returns how many refunds had several possible originals, and how many found none.
    """
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE refund AS
        SELECT b.n, b.own, b.source, b.t, b.day, b.precision, b.amount, b.currency,
               d.refund_of, d.merchant_order,
               nullif(regexp_extract(d.serial, '^([0-9]{10,})[_*]', 1), '') AS of_serial
        FROM booking b JOIN delivered_transfers d USING (transfer_id)
        WHERE NOT b.void AND (b.status = 'refund'
              OR (b.direction = 'in' AND b.status IN ('refunded', 'partly_refunded')))
          AND b.n NOT IN (SELECT n FROM copy);
        CREATE OR REPLACE TEMP TABLE paid AS
        SELECT b.n, b.own, b.source, b.t, b.day, b.precision, b.amount, b.currency,
               d.serial, d.merchant_order, b.void
        FROM booking b JOIN delivered_transfers d USING (transfer_id)
        WHERE b.net < 0 AND (NOT b.void OR b.status = 'closed') AND b.n NOT IN (SELECT n FROM copy)
          AND (d.serial IN (SELECT coalesce(refund_of, of_serial) FROM refund)
               OR d.merchant_order IN (SELECT merchant_order FROM refund));
        CREATE OR REPLACE TEMP TABLE refund_link AS
        WITH possible AS (
            SELECT r.n, p.n AS original, p.serial, p.t FROM refund r JOIN paid p
              ON p.serial = coalesce(r.refund_of, r.of_serial)
             AND (r.refund_of IS NOT NULL OR p.amount >= abs(r.amount))
             AND (p.own = r.own OR (p.own IS NULL AND r.own IS NULL AND p.source = r.source))
            UNION ALL
            SELECT r.n, p.n, p.serial, p.t FROM refund r JOIN paid p
              ON p.merchant_order = r.merchant_order AND p.currency = r.currency
             AND (p.own = r.own OR (p.own IS NULL AND r.own IS NULL AND p.source = r.source))
            WHERE r.refund_of IS NULL AND NOT p.void AND p.serial IS DISTINCT FROM r.of_serial
              AND p.amount >= abs(r.amount)
              AND (p.t <= r.t OR (p.day = r.day
                                  AND (p.precision = 'day' OR r.precision = 'day'))))
        SELECT n, original, serial AS original_serial, count(*) OVER (PARTITION BY n) AS choices
        FROM possible
        QUALIFY row_number() OVER (PARTITION BY n ORDER BY t DESC, original) = 1
    """)
    several = count(connection, "SELECT count(*) FROM refund_link WHERE choices > 1")
    alone = count(
        connection, "SELECT count(*) FROM refund WHERE n NOT IN (SELECT n FROM refund_link)"
    )
    return several, alone
