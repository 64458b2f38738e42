"""Wallet bookings of one order: bills of one user told by several programs, or of both users.

The number of an order is the wallet's own and names one payment. Bills mask the user's account,
and masked numbers match nothing, so these pairs are found by the order alone.
"""

from __future__ import annotations

import duckdb

from qingfeng.ingest.linking_matching import count

_NEAR = """(abs(a.t - b.t) <= {seconds} OR (a.day = b.day
             AND (a.precision = 'day' OR b.precision = 'day'
                  OR ((a.precision = 'minute' OR b.precision = 'minute')
                      AND a.t // 60 = b.t // 60))))"""


def find_orders(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``ordered``: wallet bookings with an order number that stands in several tables."""
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE ordered AS
        WITH seen AS (
            SELECT hash(serial_key, abs(amount)) AS likeness FROM booking
            WHERE wallet AND has_serial AND amount <> 0 AND NOT void
            GROUP BY likeness HAVING min(delivered_in) <> max(delivered_in))
        SELECT b.n, b.own, b.direction, b.net, b.amount, b.currency, b.t, b.day, b.precision,
               b.serial_key, b.account_key, b.holder_id, b.delivered_in, b.status,
               d.serial,
               CASE WHEN regexp_matches(d.bank, '财付通|微信') THEN '财付通' ELSE d.bank END AS bank
        FROM booking b JOIN delivered_transfers d USING (transfer_id)
        WHERE b.wallet AND b.has_serial AND b.amount <> 0 AND NOT b.void
          AND hash(b.serial_key, abs(b.amount)) IN (SELECT likeness FROM seen)
    """)


def add_copies(connection: duckdb.DuckDBPyConnection, seconds: int) -> None:
    """Add to ``copy_candidate`` the bookings of one order and direction in two tables.

    Amount, currency and wallet agree, the moments to *seconds*; no two accounts, and no two
    holders' IDs, are named. An order has one payer and one payee: one direction, one user.
    """
    if not count(connection, "SELECT count(*) FROM ordered"):
        return
    connection.execute(f"""
        INSERT INTO copy_candidate
        SELECT a.n, b.n, hash(a.n, b.delivered_in), hash(b.n, a.delivered_in),
               -row_number() OVER (ORDER BY abs(a.t - b.t) DESC, a.n DESC, b.n DESC)
        FROM ordered a JOIN ordered b
          ON a.serial_key = b.serial_key AND a.serial = b.serial AND a.amount = b.amount
         AND a.direction = b.direction AND a.currency = b.currency
        WHERE a.n < b.n AND a.delivered_in <> b.delivered_in
          AND coalesce(a.bank = b.bank, true) AND {_NEAR.format(seconds=seconds)}
          AND coalesce(a.account_key = b.account_key, true)
          AND coalesce(a.holder_id = b.holder_id, true)
          AND (a.n, b.n) NOT IN (SELECT (a, b) FROM copy_candidate)
    """)


def add_sides(connection: duckdb.DuckDBPyConnection, seconds: int) -> None:
    """Add to ``side_candidate`` the payer's and the payee's booking of one order.

    As ``add_copies``, but of opposite directions and of two users: a refund is none.
    """
    if not count(connection, "SELECT count(*) FROM ordered"):
        return
    connection.execute(f"""
        INSERT INTO side_candidate
        SELECT a.n, b.n, a.n, b.n,
               -row_number() OVER (ORDER BY abs(a.t - b.t) DESC, a.n DESC, b.n DESC)
        FROM ordered a JOIN ordered b
          ON a.serial_key = b.serial_key AND a.serial = b.serial AND a.net = -b.net
         AND a.currency = b.currency
        WHERE a.net < 0 AND a.delivered_in <> b.delivered_in
          AND coalesce(a.bank = b.bank, true) AND {_NEAR.format(seconds=seconds)}
          AND coalesce(a.account_key <> b.account_key, true)
          AND coalesce(a.holder_id <> b.holder_id, true)
          AND 'refund' NOT IN (a.status, b.status)
          AND a.n NOT IN (SELECT n FROM copy) AND b.n NOT IN (SELECT n FROM copy)
          AND (a.n, b.n) NOT IN (SELECT (a, b) FROM side_candidate)
    """)
