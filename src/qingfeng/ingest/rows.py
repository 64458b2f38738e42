"""Delivered cells to canonical rows, many files of a kind together.

Columns are cleaned one by one (``columns``); what remains to be said of a whole row is said
by one statement (``statement``). Clean columns that need nothing said stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.columns import clean_columns
from qingfeng.ingest.delivery import Delivery
from qingfeng.ingest.fingerprint import identifiers
from qingfeng.ingest.footers import footers
from qingfeng.ingest.listed import item, longest_list, with_items
from qingfeng.ingest.statement import BOOKKEEPING, passed_through, statement, texts_of
from qingfeng.ingest.transfers import transfer_columns
from qingfeng.schema import Table

_OWN_SIDE = {"account", "card", "account_masked"}

_ARROW_TYPES: Mapping[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
    "DECIMAL(18,6)": pa.decimal128(18, 6),
}
"""Stored types by their names in the database."""


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
        pieces["position"] = pa.array(np.arange(delivery.height))
        self._connection.register("pieces", pa.table(pieces))
        have = set(pieces)
        query = statement(table, have, special, delivery.headers)
        said = self._connection.sql(query).to_arrow_table().combine_chunks()
        passed = {name: pieces[name] for name in passed_through(table, have, special)}
        rows = self._assembled(table, delivery, said, passed)
        good = pc.is_null(rows["reason"])
        rest = rows.slice(0, 0)
        if rows["reason"].null_count < rows.num_rows:
            rows, rest = rows.filter(good), rows.filter(pc.invert(good))
        kept = rows.drop_columns(["reason"])
        if table.name == "transfers" and not _OWN_SIDE & have:
            kept = self._of_nobody(kept)
        return Built(kept, rest.select([*BOOKKEEPING, "reason"]))

    def each(self, delivery: Delivery, name: str | None) -> Iterator[Delivery]:
        """The delivery once for each thing that the cells of field *name* list; else as it is."""
        if name is None:
            yield delivery
            return
        cells = delivery.fields.get(name)
        for nth in range(1, 1 + (longest_list(cells) if cells is not None else 0)):
            yield with_items(delivery, name, self._cleaner.ask(cells, item(nth)))

    def _assembled(
        self, table: Table, delivery: Delivery, said: pa.Table, passed: Mapping[str, pa.Array]
    ) -> pa.Table:
        """The stored columns in their order, the bookkeeping columns and ``reason``."""
        order = said["position"].to_numpy()
        if len(order) and (order[1:] < order[:-1]).any():
            # A window function hands rows over in the order of its partitions.
            said = said.sort_by("position")
        found: dict[str, pa.Array] = {}
        for name, kind in table.physical().items():
            if name in passed:
                found[name] = _as_stored(passed[name], _ARROW_TYPES[kind])
            elif name in said.column_names:
                found[name] = _whole(said[name])
            else:
                found[name] = pa.nulls(delivery.height, _ARROW_TYPES[kind])
        texts = {name: found[name] for name in texts_of(table)}
        own = _whole(said["own"])
        letter = table.name[0].upper()
        found[table.id_column] = identifiers(self._connection, letter, own, texts)
        found["source_row"] = _source_rows(delivery)
        found["delivered_table"] = delivery.table_index
        found["delivered_row"] = delivery.rows
        found["reason"] = _whole(said["reason"])
        return pa.table(found)

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


def _whole(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    return column.combine_chunks()


def _as_stored(values: pa.Array, stored: pa.DataType) -> pa.Array:
    """The values in the type of their column; texts may stay encoded by distinct value."""
    if pa.types.is_dictionary(values.type) and values.type.value_type == stored:
        return values
    return values if values.type == stored else values.cast(stored)


def _source_rows(delivery: Delivery) -> pa.Array:
    rows = delivery.rows.cast(pa.string())
    if len(delivery.sources) == 1:
        (source,) = delivery.sources.values()
        return pc.binary_join_element_wise(source, rows, "·")
    keys = pa.array(delivery.sources, pa.int64())
    sources = pa.array(delivery.sources.values(), pa.string())
    place = pc.index_in(delivery.table_index, keys)
    return pc.binary_join_element_wise(sources.take(place), rows, "·")
