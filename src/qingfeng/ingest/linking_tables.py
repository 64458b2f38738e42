"""Whole tables that say again what another one says, without balances and by a coarser clock.

One booking of a known day and amount may have an equal one by chance; a table of which every
booking has one does not.
"""

from __future__ import annotations

import duckdb

from qingfeng.ingest.linking_matching import count

FEWEST_ALIKE = 3
"""Distinct bookings (day, direction, amount) that must agree before a table is called a copy."""


def find_repeated_tables(connection: duckdb.DuckDBPyConnection) -> int:
    """Create ``repeated_table`` (``own``, ``poor``, ``rich``): tables whose bookings are copies.

    A *poor* table gives no balance of the account, and times of a minute or a day. All its
    bookings in the days that the *rich* one covers have an equal one there, as many of each
    day, direction and amount in the one as in the other, and at least ``FEWEST_ALIKE`` are
    distinct.

    Returns how many bookings have an equal one in another table though their own table, as at
    least half of it does, does not agree as a whole: they are left as they are.
    """
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE repeated_table (own BIGINT, poor UBIGINT, rich UBIGINT);
        CREATE OR REPLACE TEMP TABLE bare AS
        SELECT own, delivered_in FROM booking
        WHERE own IS NOT NULL AND amount <> 0 AND NOT void
        GROUP BY own, delivered_in HAVING count(balance) = 0 AND bool_and(precision <> 'second')
    """)
    if not count(connection, "SELECT count(*) FROM bare"):
        return 0
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE alike_in AS
        SELECT own, direction, amount, currency, day, delivered_in, count(*) AS times FROM booking
        WHERE own IN (SELECT own FROM bare) AND amount <> 0 AND NOT void
        GROUP BY ALL;
        CREATE OR REPLACE TEMP TABLE compared_table AS
        WITH poor AS (SELECT * FROM alike_in SEMI JOIN bare USING (own, delivered_in)),
        covered AS (SELECT own, delivered_in, min(day) AS first_day, max(day) AS last_day
                    FROM alike_in GROUP BY own, delivered_in)
        SELECT p.own, p.delivered_in AS poor, c.delivered_in AS rich, sum(p.times) AS bookings,
               count(r.times) AS alike, coalesce(sum(r.times), 0)::BIGINT AS bookings_alike
        FROM poor p JOIN covered c ON c.own = p.own AND c.delivered_in <> p.delivered_in
         AND p.day BETWEEN c.first_day AND c.last_day
        LEFT JOIN alike_in r ON r.own = p.own AND r.delivered_in = c.delivered_in
         AND r.direction = p.direction AND r.amount = p.amount AND r.currency = p.currency
         AND r.day = p.day AND r.times = p.times
        GROUP BY ALL HAVING count(r.times) >= {FEWEST_ALIKE};
        INSERT INTO repeated_table
        SELECT own, poor, rich FROM compared_table WHERE bookings_alike = bookings
    """)
    return count(
        connection,
        """SELECT coalesce(sum(bookings_alike), 0) FROM (
               SELECT own, poor, max(bookings_alike) AS bookings_alike FROM compared_table
               ANTI JOIN repeated_table USING (own, poor)
               WHERE bookings_alike * 2 >= bookings GROUP BY own, poor)""",
    )
