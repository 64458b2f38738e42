"""Two small graph tools in SQL: greedy one-to-one pairing, and connected components.

Names of tables given to these functions are our own constants, never delivered text.
"""

from __future__ import annotations

import duckdb


def count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The single number that *query* gives."""
    found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0


def pair_greedily(connection: duckdb.DuckDBPyConnection, candidates: str, pairs: str) -> int:
    """Create the temporary table *pairs* (``a``, ``b``) from *candidates*; return its rows.

    candidates: ``a``, ``b`` BIGINT; ``slot_a``, ``slot_b`` what may be used once; ``rank``
        BIGINT, unique, smaller is better. The table is used up.

    The result is that of taking the candidates from the best rank on and dropping all that use
    a slot already taken. It is reached in rounds: a candidate that is the best of both its
    slots is safe to take, and the best of all always is one, so every round takes some.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {pairs} (a BIGINT, b BIGINT)")
    while count(connection, f"SELECT count(*) FROM {candidates}"):
        connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE taken AS
            SELECT a, b, slot_a, slot_b FROM (
                SELECT *, min(rank) OVER (PARTITION BY slot_a) AS best_a,
                       min(rank) OVER (PARTITION BY slot_b) AS best_b FROM {candidates})
            WHERE rank = best_a AND rank = best_b;
            INSERT INTO {pairs} SELECT a, b FROM taken;
            CREATE OR REPLACE TEMP TABLE {candidates} AS
            SELECT * FROM {candidates}
            WHERE slot_a NOT IN (SELECT slot_a FROM taken)
              AND slot_b NOT IN (SELECT slot_b FROM taken)
        """)
    return count(connection, f"SELECT count(*) FROM {pairs}")


def label_components(connection: duckdb.DuckDBPyConnection, edges: str, labels: str) -> None:
    """Create the temporary table *labels* (``node``, ``label``) of the graph *edges*.

    edges: ``a``, ``b`` BIGINT, undirected. ``label`` is the smallest node connected with the
    node. Nodes without an edge do not occur. Labels move one edge a round and are followed
    to their own label, so long chains take few rounds.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE both_ways AS
        SELECT a, b FROM {edges} UNION SELECT b, a FROM {edges};
        CREATE OR REPLACE TEMP TABLE {labels} AS
        SELECT a AS node, least(a, min(b)) AS label FROM both_ways GROUP BY a
    """)
    while True:
        connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE relabelled AS
            WITH near AS (
                SELECT e.a AS node, min(l.label) AS label
                FROM both_ways e JOIN {labels} l ON l.node = e.b GROUP BY e.a)
            SELECT own.node, least(own.label, near.label, far.label) AS label, own.label AS was
            FROM {labels} own JOIN near USING (node) JOIN {labels} far ON far.node = own.label
        """)
        moved = count(connection, "SELECT count(*) FROM relabelled WHERE label < was")
        if not moved:
            return
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {labels} AS SELECT node, label FROM relabelled"
        )
