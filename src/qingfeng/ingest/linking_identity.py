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


def build_identities(connection: duckdb.DuckDBPyConnection) -> int:
    """Create the temporary table ``identity`` (``number`` VARCHAR, ``id`` BIGINT).

    Holds each own account and card of ``delivered_transfers`` and each number of ``accounts``.
    Equal ``id`` means: connected by records that state both numbers (see
    :mod:`qingfeng.ingest.one_place`). Pieces of more than ``LARGEST_IDENTITY`` numbers are
    taken apart again. Also creates ``stated_pair`` (``account``, ``card``), where a number
    that no record joins to another stands alone.

    Returns how many numbers were taken apart.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE stated_pair AS
        WITH stated AS MATERIALIZED ({stated_numbers("delivered_transfers")})
        SELECT account, card FROM stated WHERE one_place
        UNION SELECT account, NULL FROM stated WHERE NOT one_place
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
        FROM sized
    """)
    return count(connection, "SELECT count(*) FROM identity WHERE taken_apart")
