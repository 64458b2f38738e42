"""One event seen in several records: second copies, two sides, wallet and bank.

All steps read the table ``booking`` and leave a table of pairs (``a``, ``b``). Money and
account must agree exactly; time may differ by ``TOGETHER_S``, or by the rest of the day where
one record gives only the day.
"""

from __future__ import annotations

import duckdb

from qingfeng.ingest.linking_matching import count, label_components, pair_greedily
from qingfeng.ingest.linking_orders import add_copies, add_sides, find_orders
from qingfeng.ingest.linking_tables import find_repeated_tables
from qingfeng.ingest.one_place import WALLETS

TOGETHER_S = 120
"""Two records of one event are at most this many seconds apart (closed bound)."""


_SAME_KEY = """a.own = b.own AND a.direction = b.direction AND a.amount = b.amount
         AND a.currency = b.currency AND a.day = b.day"""

_COARSE = """(a.precision = 'day' OR b.precision = 'day'
               OR ((a.precision = 'minute' OR b.precision = 'minute') AND a.t // 60 = b.t // 60))"""
"""SQL: do a coarser clock and a finer one agree?"""

_SAME_COUNTERPARTY = """NOT (a.has_cp AND b.has_cp AND a.cp_key <> b.cp_key)
           AND NOT (a.has_cp_name AND b.has_cp_name AND a.cp_name_key <> b.cp_name_key)"""


def find_copies(connection: duckdb.DuckDBPyConnection) -> int:
    """Create ``copy`` (``n``, ``kept``): the same booking delivered again, poorer.

    Same identity, direction, amount, currency and day, from two different tables: inside one
    table the import has already decided about repeats. Where both name an account, a part of
    one, or the ID of a holder, they are the same. Beside that one of these:

    - the same balance and time, serial equal or missing on one side;
    - the same serial, clocks at most ``TOGETHER_S`` apart, balance equal or missing on one side
      (then no other counterparty either);
    - the same second, balance missing on one side, nothing named differently, and as many such
      bookings in the one table as in the other;
    - a coarser clock and no balance, nothing named differently, in a table that repeats another
      as a whole (:func:`find_repeated_tables`).

    Wallet bookings of one order and direction are copies too, whichever account a bill masks
    (see ``linking_orders``). A record of a coarser clock agrees with any time inside its day or
    minute. Twins pair one to one for each pair of tables, in delivered order. The richest
    record of a group stays; the smaller id if equally rich.

    Returns how many groups hold two records of one table, or are of a table that repeats
    another by half; they are left as they are.
    """
    halves = find_repeated_tables(connection)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE suspect AS
        SELECT hash(own, direction, amount, currency, day) AS likeness FROM booking
        WHERE own IS NOT NULL AND amount <> 0 AND NOT void
        GROUP BY likeness HAVING min(delivered_in) <> max(delivered_in);
        CREATE OR REPLACE TEMP TABLE alike AS
        SELECT n, own, direction, amount, currency, balance, delivered_in, row, t, day, precision,
               has_serial, serial_key, account_key, sub_key, holder_id, has_cp, cp_key,
               has_cp_name, cp_name_key,
               row_number() OVER (PARTITION BY own, direction, amount, currency, day,
                                  delivered_in ORDER BY t, row, n) AS place,
               row_number() OVER (PARTITION BY own, direction, amount, currency, balance, day,
                                  delivered_in ORDER BY t, row, n) AS place_at_balance,
               count(*) OVER (PARTITION BY own, direction, amount, currency, t,
                              delivered_in) AS times
        FROM booking
        WHERE own IS NOT NULL AND amount <> 0 AND NOT void
          AND hash(own, direction, amount, currency, day) IN (SELECT likeness FROM suspect);
        CREATE OR REPLACE TEMP TABLE copy_candidate AS
        WITH near AS (
            SELECT a.n AS a, b.n AS b FROM alike a JOIN alike b
              ON {_SAME_KEY} AND a.balance = b.balance
            WHERE a.n < b.n AND (NOT a.has_serial OR NOT b.has_serial
                                 OR a.serial_key = b.serial_key)
              AND (a.t = b.t OR {_COARSE})
            UNION
            SELECT a.n, b.n FROM alike a JOIN alike b
              ON {_SAME_KEY} AND a.serial_key = b.serial_key
            WHERE a.n < b.n AND a.has_serial AND b.has_serial
              AND coalesce(a.balance = b.balance, {_SAME_COUNTERPARTY})
              AND (abs(a.t - b.t) <= {TOGETHER_S} OR {_COARSE})
            UNION
            SELECT a.n, b.n FROM alike a JOIN alike b
              ON {_SAME_KEY} AND a.t = b.t AND a.times = b.times
            WHERE a.n < b.n AND (a.balance IS NULL OR b.balance IS NULL)
              AND a.precision = 'second' AND b.precision = 'second'
              AND (NOT a.has_serial OR NOT b.has_serial OR a.serial_key = b.serial_key)
              AND {_SAME_COUNTERPARTY}
            UNION
            SELECT least(a.n, b.n), greatest(a.n, b.n) FROM alike a JOIN alike b ON {_SAME_KEY}
            JOIN repeated_table w
              ON w.own = a.own AND w.poor = a.delivered_in AND w.rich = b.delivered_in
            WHERE (a.t = b.t OR {_COARSE}) AND {_SAME_COUNTERPARTY}
              AND (NOT a.has_serial OR NOT b.has_serial OR a.serial_key = b.serial_key))
        SELECT a.n AS a, b.n AS b, hash(a.n, b.delivered_in) AS slot_a,
               hash(b.n, a.delivered_in) AS slot_b,
               row_number() OVER (ORDER BY (a.has_serial AND b.has_serial) DESC,
                   coalesce(a.balance = b.balance, false) DESC, a.t <> b.t,
                   CASE WHEN a.balance = b.balance
                        THEN abs(a.place_at_balance - b.place_at_balance)
                        ELSE abs(a.place - b.place) END, a.n, b.n) AS rank
        FROM near JOIN alike a ON a.n = near.a JOIN alike b ON b.n = near.b
        WHERE a.delivered_in <> b.delivered_in
          AND coalesce(a.account_key = b.account_key, true)
          AND coalesce(a.sub_key = b.sub_key, true)
          AND coalesce(a.holder_id = b.holder_id, true)
    """)
    find_orders(connection)
    add_copies(connection, TOGETHER_S)
    pair_greedily(connection, "copy_candidate", "copy_pair")
    label_components(connection, "copy_pair", "copy_group")
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE copy AS
        WITH member AS (
            SELECT g.node AS n, g.label, b.richness, count(*) OVER (PARTITION BY g.label) AS rows,
                   count(DISTINCT b.delivered_in) OVER (PARTITION BY g.label) AS sources,
                   first_value(g.node) OVER (PARTITION BY g.label
                       ORDER BY b.richness DESC, g.node) AS kept
            FROM copy_group g JOIN booking b ON b.n = g.node)
        SELECT n, kept, label, rows > sources AS doubtful FROM member
    """)
    doubtful = count(connection, "SELECT count(DISTINCT label) FROM copy WHERE doubtful")
    connection.execute("DELETE FROM copy WHERE doubtful OR n = kept")
    return doubtful + halves


def find_sides(connection: duckdb.DuckDBPyConnection) -> int:
    """Create ``side_pair``: a booking out of A to B and the booking in on B from A.

    Both name each other by account or card; masked and missing numbers match nothing, but the
    bookings of one order in the bills of two users of a wallet do. ``net``
    of one is minus that of the other, so the reversals of a transfer pair with each other too.
    Preferred: equal serial, known time, nearest time, same place among twins.

    Returns how many bookings had more than one possible other side.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE crossing AS
        SELECT n, own, cp, net, currency, t, day, precision = 'day' AS daily, has_serial,
               serial_key,
               row_number() OVER (PARTITION BY own, cp, net, currency, t
                                  ORDER BY source, row, n) AS place,
               row_number() OVER (PARTITION BY own, cp, net, currency, day
                                  ORDER BY t, source, row, n) AS place_in_day
        FROM booking
        WHERE own IS NOT NULL AND cp IS NOT NULL AND net <> 0 AND NOT void
          AND n NOT IN (SELECT n FROM copy);
        CREATE OR REPLACE TEMP TABLE side_candidate AS
        WITH near AS (
            SELECT a.n AS a, b.n AS b, abs(a.t - b.t) AS apart, false AS daily,
                   abs(a.place - b.place) AS shift,
                   a.has_serial AND b.has_serial AND a.serial_key = b.serial_key AS same_serial
            FROM (SELECT *, unnest([-1, 0, 1]) + t // {TOGETHER_S} AS span FROM crossing
                  WHERE net < 0 AND NOT daily) a
            JOIN crossing b ON a.own = b.cp AND a.cp = b.own AND a.net = -b.net
             AND a.currency = b.currency AND b.t // {TOGETHER_S} = a.span AND NOT b.daily
            WHERE abs(a.t - b.t) <= {TOGETHER_S}
            UNION ALL
            SELECT a.n, b.n, 0, true, abs(a.place_in_day - b.place_in_day),
                   a.has_serial AND b.has_serial AND a.serial_key = b.serial_key
            FROM crossing a
            JOIN crossing b ON a.own = b.cp AND a.cp = b.own AND a.net = -b.net
             AND a.currency = b.currency AND a.day = b.day
            WHERE a.net < 0 AND (a.daily OR b.daily))
        SELECT a, b, a AS slot_a, b AS slot_b,
               row_number() OVER (ORDER BY same_serial DESC, daily, apart, shift, a, b) AS rank
        FROM near
    """)
    add_sides(connection, TOGETHER_S)
    several = count(
        connection,
        """SELECT count(*) FROM (SELECT a FROM side_candidate GROUP BY a HAVING count(*) > 1
           UNION ALL SELECT b FROM side_candidate GROUP BY b HAVING count(*) > 1)""",
    )
    pair_greedily(connection, "side_candidate", "side_pair")
    return several


_LEAST_FEE = 10
"""Fen that a withdrawal costs at least; else it costs a thousandth of what arrives."""
_PASSED_ON = "还款|购买"
"""RE2: what leaves a wallet for a third party, though its owner pays it from a card."""


def find_wallet_twins(connection: duckdb.DuckDBPyConnection) -> int:
    """Create ``wallet_pair``: a wallet booking and the bank booking that paid or received it.

    The last four digits of the card must agree (whole card where the wallet gives it), the
    bank booking must name a payment institution, and two known holder ids must not differ.
    Payments and refunds have the sign of the bank booking; a withdrawal (提现) or top-up
    (充值), ``transfer_out`` and ``transfer_in``, has the opposite one, less its fee; one that
    states none may have cost a thousandth, ``_LEAST_FEE`` at least. What the
    wallet calls neutral but only passes on, a repayment (还款), a purchase (购买), went out of
    the card that it names, fee and all. A withdrawal to a bank of which no digits are named
    needs that bank, and the same holder.

    Returns how many wallet bookings had more than one possible bank booking.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE wallet_side AS
        SELECT b.n, b.t, b.day, b.precision = 'day' AS daily, b.holder_id, b.currency,
               known.id AS bank_own,
               coalesce(right(d.card, 4),
                        nullif(regexp_extract(d.pay_method, '[(（](\\d{{4}})[)）]', 1), ''),
                        CASE WHEN b.direction IN ('transfer_in', 'transfer_out', 'internal') THEN
                            nullif(regexp_extract(concat_ws(' ', d.counterparty_name, d.summary),
                                                  '[(（](\\d{{4}})[)）]', 1), '') END) AS tail,
               CASE WHEN b.direction = 'transfer_out' AND d.counterparty_name LIKE '%银行'
                    THEN regexp_replace(d.counterparty_name, '^中国', '') END AS bank_named,
               coalesce(d.holder_name, b.found_name) AS holder_name,
               CASE WHEN b.direction = 'transfer_out' THEN
                        CASE WHEN regexp_matches(concat_ws(' ', d.summary, d.item,
                                                           d.counterparty_name), '{_PASSED_ON}')
                             THEN -b.amount ELSE b.amount - b.fee END
                    WHEN b.direction IN ('transfer_in', 'internal') THEN -b.amount
                    WHEN b.direction = 'none' AND b.status = 'refund' THEN b.amount
                    WHEN b.direction = 'none' THEN -b.amount ELSE b.net END AS bank_net,
               b.direction = 'transfer_out' AND b.fee = 0 AS withdrawn
        FROM booking b JOIN delivered_transfers d USING (transfer_id)
        LEFT JOIN identity known ON known.number = d.card
        WHERE b.wallet AND NOT b.void AND b.n NOT IN (SELECT n FROM copy)
          AND (b.net <> 0 OR (b.direction IN ('none', 'internal') AND b.amount > 0)
               OR b.direction IN ('transfer_in', 'transfer_out') AND b.amount <> 0);
        DELETE FROM wallet_side WHERE tail IS NULL AND bank_named IS NULL;
        INSERT INTO wallet_side
        SELECT * REPLACE (CASE WHEN bank_net <= {_LEAST_FEE} * 1001 THEN bank_net - {_LEAST_FEE}
                               ELSE CAST(round(bank_net * 1000 / 1001.0) AS BIGINT) END AS bank_net)
        FROM wallet_side
        WHERE withdrawn AND bank_net > {_LEAST_FEE} AND tail IS NOT NULL;
        CREATE OR REPLACE TEMP TABLE tail AS
        SELECT DISTINCT id AS own, right(number, 4) AS tail FROM identity
        WHERE length(number) >= 12;
        CREATE OR REPLACE TEMP TABLE bank_side AS
        SELECT b.n, b.own, b.net, b.currency, b.t, b.day, b.precision = 'day' AS daily,
               b.holder_id, coalesce(d.holder_name, b.found_name) AS holder_name, d.bank,
               tail.tail
        FROM booking b JOIN tail ON tail.own = b.own
        JOIN delivered_transfers d USING (transfer_id)
        WHERE NOT b.wallet AND NOT b.void AND b.n NOT IN (SELECT n FROM copy)
          AND ((b.net, tail.tail) IN (SELECT (bank_net, tail) FROM wallet_side WHERE tail NOT NULL)
               OR b.net IN (SELECT bank_net FROM wallet_side WHERE tail IS NULL))
          AND regexp_matches(concat_ws(' ', d.counterparty_name, d.counterparty_bank,
                                       d.merchant, d.summary, d.remark), '{WALLETS}');
        CREATE OR REPLACE TEMP TABLE wallet_candidate AS
        WITH near AS (
            SELECT w.n AS a, b.n AS b FROM wallet_side w JOIN bank_side b
              ON w.bank_net = b.net AND w.tail = b.tail AND w.currency = b.currency
            UNION
            SELECT w.n, b.n FROM (SELECT * FROM wallet_side WHERE tail IS NULL) w JOIN bank_side b
              ON w.bank_net = b.net AND w.currency = b.currency AND w.day = b.day
            WHERE contains(b.bank, w.bank_named)
              AND coalesce(w.holder_id = b.holder_id, w.holder_name = b.holder_name, false))
        SELECT a, b, a AS slot_a, b AS slot_b,
               row_number() OVER (ORDER BY w.daily OR b.daily, abs(w.t - b.t), a, b) AS rank
        FROM near JOIN (SELECT DISTINCT ON (n) * FROM wallet_side) w ON w.n = a
        JOIN (SELECT DISTINCT ON (n) * EXCLUDE (tail) FROM bank_side) b ON b.n = near.b
        WHERE (CASE WHEN w.daily OR b.daily THEN w.day = b.day
                    ELSE abs(w.t - b.t) <= {TOGETHER_S} END)
          AND (w.bank_own IS NULL OR w.bank_own = b.own)
          AND coalesce(w.holder_id = b.holder_id, true)
    """)
    several = count(
        connection,
        "SELECT count(*) FROM (SELECT a FROM wallet_candidate GROUP BY a HAVING count(*) > 1)",
    )
    pair_greedily(connection, "wallet_candidate", "wallet_pair")
    return several
