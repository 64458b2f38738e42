"""Which account and card numbers are one place where money lies.

A booking names its own side by account, by card, or both, and its counterparty by either. The
pairs that one record states (an account row, or a booking with both numbers, of a bank) join
them; what is connected by such pairs gets one integer, the *identity*.
"""

from __future__ import annotations

import duckdb

from qingfeng.ingest.linking_matching import count, label_components
from qingfeng.ingest.one_place import stated_numbers

LARGEST_IDENTITY = 60
"""More numbers than this in one piece are no person's cards: a collective number joined them."""

FEWEST_STEPS = 2
"""So many balances must go on from one card to another before they are called one."""


def build_identities(connection: duckdb.DuckDBPyConnection) -> int:
    """Create the temporary table ``identity`` (``number`` VARCHAR, ``id`` BIGINT).

    Holds each own account and card of ``delivered_transfers`` and each number of ``accounts``.
    Equal ``id`` means: connected by records that state both numbers (see
    :mod:`qingfeng.ingest.one_place`). Pieces of more than ``LARGEST_IDENTITY`` numbers are
    taken apart again. So is an account whose cards have no holder's ID in common, and a pair
    of which the account list gives either number to somebody else; unless one balance runs
    through the bookings of all its cards, as it does where a card was given to an employee or
    to one of the family. Also creates ``stated_pair``
    (``account``, ``card``), where a number that no record joins to another stands alone, and
    ``shared_account`` (``account``), those of several cards that were taken apart.

    Returns how many numbers were taken apart.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE stated AS {stated_numbers("delivered_transfers")};
        CREATE OR REPLACE TEMP TABLE stated_whole AS
        SELECT DISTINCT account, card FROM stated
        WHERE one_place AND account IS NOT NULL AND card IS NOT NULL
    """)
    _find_vetoes(connection)
    _believe_running_balances(connection)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE stated_pair AS
        SELECT account, card FROM stated_whole ANTI JOIN vetoed USING (account, card)
        UNION SELECT account, NULL FROM stated WHERE account IS NOT NULL
              AND account NOT IN (SELECT account FROM stated_whole ANTI JOIN vetoed
                                  USING (account, card))
        UNION SELECT NULL, card FROM stated WHERE card IS NOT NULL;
        CREATE OR REPLACE TEMP TABLE numbered AS
        SELECT number, row_number() OVER (ORDER BY number) AS node FROM (
            SELECT account AS number FROM stated_pair UNION SELECT card FROM stated_pair)
        WHERE number IS NOT NULL;
        CREATE OR REPLACE TEMP TABLE number_edge AS
        SELECT a.node AS a, c.node AS b FROM stated_pair p
        JOIN numbered a ON a.number = p.account JOIN numbered c ON c.number = p.card
        WHERE a.node <> c.node
    """)
    label_components(connection, "number_edge", "number_label")
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE identity AS
        WITH sized AS (
            SELECT n.number, n.node, coalesce(l.label, n.node) AS label,
                   count(*) OVER (PARTITION BY coalesce(l.label, n.node)) AS numbers
            FROM numbered n LEFT JOIN number_label l ON l.node = n.node)
        SELECT number, CASE WHEN numbers > {LARGEST_IDENTITY} THEN node ELSE label END AS id,
               numbers > {LARGEST_IDENTITY} AS taken_apart
        FROM sized;
        CREATE OR REPLACE TEMP TABLE shared_account AS
        SELECT account FROM vetoed
        UNION SELECT account FROM stated_pair JOIN identity ON number = account
        WHERE taken_apart AND card IS NOT NULL
        GROUP BY account HAVING count(*) > 1
    """)
    return count(
        connection,
        """SELECT count(*) FROM (SELECT number FROM identity WHERE taken_apart
           UNION SELECT account FROM vetoed UNION SELECT card FROM vetoed)""",
    )


def _find_vetoes(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``vetoed`` (``account``, ``card``): stated pairs that the IDs of holders deny."""
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE vetoed AS
        WITH held AS (
            SELECT DISTINCT account, card, holder_id FROM (
                SELECT account, card, holder_id FROM delivered_transfers
                UNION ALL SELECT account, card, holder_id FROM accounts)
            WHERE holder_id IS NOT NULL AND card IS NOT NULL AND account IN (
                SELECT account FROM stated_whole GROUP BY account HAVING count(*) > 1)),
        common AS (
            SELECT account, holder_id, count(DISTINCT card) AS cards FROM held GROUP BY ALL),
        crowd AS (
            SELECT account FROM held GROUP BY account
            HAVING count(DISTINCT card) > (
                SELECT max(cards) FROM common WHERE common.account = held.account)),
        denied AS (
            SELECT account, card FROM stated_whole
            JOIN (SELECT account, holder_id AS one FROM accounts
                  WHERE account IS NOT NULL AND holder_id IS NOT NULL) USING (account)
            JOIN (SELECT card, holder_id AS other FROM accounts
                  WHERE card IS NOT NULL AND holder_id IS NOT NULL) USING (card)
            GROUP BY account, card HAVING NOT bool_or(one = other))
        SELECT account, card FROM stated_whole SEMI JOIN crowd USING (account)
        UNION SELECT account, card FROM denied
    """)


def _believe_running_balances(connection: duckdb.DuckDBPyConnection) -> None:
    """Take accounts out of ``vetoed`` whose balance goes on from one card to the next.

    Under a collective number every card has a balance of its own. Of the steps from one card to
    another, ``FEWEST_STEPS`` at least and half of all must fit.
    """
    if not count(connection, "SELECT count(*) FROM vetoed"):
        return
    connection.execute(f"""
        DELETE FROM vetoed WHERE account IN (
            WITH told AS (
                SELECT account, coalesce(sub_account, '') AS part, coalesce(card, '') AS card,
                       currency, booked_at, balance_fen AS balance,
                       string_split(source_row, '·') AS place,
                       CASE WHEN direction IN ('in', 'transfer_in') THEN amount_fen
                            WHEN direction IN ('out', 'transfer_out') THEN -amount_fen END AS effect
                FROM delivered_transfers
                WHERE account IN (SELECT account FROM vetoed) AND balance_fen IS NOT NULL
                  AND coalesce(status NOT IN ('failed', 'closed', 'returned'), true)),
            stepped AS (
                SELECT account, card <> lag(card) OVER beside AS changed,
                       coalesce(balance - lag(balance) OVER beside = effect, false)
                       OR coalesce(lag(balance) OVER beside - balance = lag(effect) OVER beside,
                                   false) AS fits
                FROM told WINDOW beside AS (
                    PARTITION BY account, part, currency
                    ORDER BY booked_at, place[1:-2], TRY_CAST(place[-1] AS BIGINT)))
            SELECT account FROM stepped WHERE changed GROUP BY account
            HAVING count(*) FILTER (WHERE fits) >= {FEWEST_STEPS}
               AND count(*) FILTER (WHERE fits) * 2 >= count(*))
    """)
