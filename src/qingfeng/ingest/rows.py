"""Delivered cells to canonical rows, one SQL statement a kind of delivery.

Columns are cleaned one by one (``columns``); what remains to be said of a whole row is said
by one statement (``statement``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.columns import clean_columns
from qingfeng.ingest.delivery import Delivery
from qingfeng.ingest.footers import footers
from qingfeng.ingest.statement import BOOKKEEPING, statement
from qingfeng.ingest.transfers import transfer_columns
from qingfeng.schema import Table

_OWN_SIDE = {"account", "card", "account_masked"}


@dataclass(frozen=True, slots=True)
class Built:
    """What one delivery became.

    *kept*: canonical rows with the bookkeeping columns. *rest*: ``delivered_table``,
    ``delivered_row`` and ``reason`` of every row that is no record.
    """

    kept: pa.Table
    rest: pa.Table


class RowBuilder:
    """Turns deliveries into canonical rows. One DuckDB connection, not shared."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._cleaner = Cleaner(connection)

    def build(self, table: Table, delivery: Delivery, *, constants: Mapping[str, str]) -> Built:
        """Build the rows of *table* from the fields named like its columns."""
        cleaned = clean_columns(self._cleaner, table, delivery)
        pieces = cleaned.pieces
        special = (
            transfer_columns(self._cleaner, delivery, cleaned) if table.name == "transfers" else {}
        )
        for name, text in constants.items():
            pieces.setdefault(name, pa.repeat(text, delivery.height))
        pieces["is_footer"] = footers(self._cleaner, delivery)
        pieces["delivered_table"] = delivery.table_index
        pieces["delivered_row"] = delivery.rows
        keys = list(delivery.sources)
        lookup = pa.array([delivery.sources[key] for key in keys], pa.string())
        pieces["source"] = lookup.take(
            pc.index_in(delivery.table_index, pa.array(keys, pa.int64()))
        )
        self._connection.register("pieces", pa.table(pieces))
        query = statement(table, set(pieces), special, delivery.headers)
        result = self._connection.sql(query).to_arrow_table()
        good = pc.is_null(result["reason"])
        rest = result.slice(0, 0)
        if result["reason"].null_count < result.num_rows:
            result, rest = result.filter(good), result.filter(pc.invert(good))
        kept = result.drop_columns(["reason"])
        if table.name == "transfers" and not _OWN_SIDE & set(pieces):
            kept = self._of_nobody(kept)
        return Built(kept, rest.select([*BOOKKEEPING, "reason"]))

    def _of_nobody(self, kept: pa.Table) -> pa.Table:
        """Bookings of an account that is named nowhere: the whole table stands in its place.

        Equal content in another file is then another booking, unless that whole file is equal.
        """
        self._connection.register("kept", kept)
        return self._connection.sql(
            """
            SELECT kept.* REPLACE ('T' || md5(concat(whole, '|', transfer_id))[1:24] AS transfer_id)
            FROM kept JOIN (SELECT delivered_table, concat(count(*), '|',
                                   sum(CAST(md5_number_lower(transfer_id) AS HUGEINT))) AS whole
                            FROM kept GROUP BY delivered_table) USING (delivered_table)
            ORDER BY delivered_table, delivered_row"""
        ).to_arrow_table()
