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

from qingfeng.ingest.apartness import digest_of_rest
from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.columns import clean_columns
from qingfeng.ingest.delivery import Delivery
from qingfeng.ingest.fingerprint import identifiers
from qingfeng.ingest.footers import footers
from qingfeng.ingest.idle_marks import told_apart
from qingfeng.ingest.judging import Elsewhere, closes_plainly, without_weighing
from qingfeng.ingest.listed import item, longest_list, with_items
from qingfeng.ingest.repeats import drop_within
from qingfeng.ingest.statement import (
    BOOKKEEPING,
    passed_through,
    statement,
    texts_of,
    uncounted,
)
from qingfeng.ingest.sums_above import Above, facts_of
from qingfeng.ingest.their_table import of_their_table
from qingfeng.ingest.transfers import transfer_columns
from qingfeng.ingest.whole_table import Key, above, in_slice, note, settled, told
from qingfeng.schema import Table

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
        pieces.update(footers(table, delivery))
        if closes_plainly(table, pieces):
            without_weighing(pieces)
        pieces["delivered_table"] = delivery.table_index
        pieces["delivered_row"] = delivery.rows
        pieces["position"] = pa.array(np.arange(delivery.height))
        self._connection.register("pieces", pa.table(pieces))
        have = set(pieces)
        elsewhere = self._elsewhere(table) if "lead_text" in have else None
        query = statement(table, have, special, delivery.headers, elsewhere)
        said = self._connection.sql(query).to_arrow_table()
        passed = {name: pieces[name] for name in passed_through(table, have, special)}
        places = {name: pieces[name] for name in BOOKKEEPING}
        places["delivered_rest"] = delivery.rest
        order = said["position"].to_numpy()
        if (order[1:] < order[:-1]).any():
            # A window function hands rows over in the order of its partitions.
            said = said.sort_by("position")
        columns = {**_columns(said), **passed, **places}
        if in_slice():
            _note_sums(table, columns, pieces.get("lead_kind"), have)
        rest = pa.table({name: columns[name].slice(0, 0) for name in (*BOOKKEEPING, "reason")})
        good = pc.is_null(columns["reason"])
        if good.true_count < delivery.height:
            bad = pc.invert(good)
            rest = pa.table({name: columns[name].filter(bad) for name in rest.column_names})
            columns = {name: values.filter(good) for name, values in columns.items()}
        kept = self._assembled(table, delivery, columns)
        return Built(of_their_table(self._connection, table, kept), rest)

    def _elsewhere(self, table: Table) -> Elsewhere | None:
        """What a slice is told of the other rows of its table, their sums put into relations."""
        sums, usual = told(_sums_key(table)), told(_usual_key(table))
        if sums is None or usual is None:
            return None
        above = sums[1] or Above()
        for period, rows in above.by_period().items():
            self._connection.register(f"above_{period}", rows)
        return Elsewhere(above, usual[0])

    def each(self, delivery: Delivery, name: str | None) -> Iterator[Delivery]:
        """The delivery once for each thing that the cells of field *name* list; else as it is."""
        if name is None:
            yield delivery
            return
        cells = delivery.fields.get(name)
        for nth in range(1, 1 + (longest_list(cells) if cells is not None else 0)):
            yield with_items(delivery, name, self._cleaner.ask(cells, item(nth)))

    def drop_repeats(self, table: Table, rows: pa.Table) -> tuple[pa.Table, pa.Table]:
        """Rows without the repeats among them, and what was dropped; see ``drop_within``."""
        return drop_within(self._connection, table, rows)

    def _assembled(
        self, table: Table, delivery: Delivery, columns: Mapping[str, pa.Array]
    ) -> pa.Table:
        """The stored columns in their order, and the bookkeeping columns."""
        height = len(columns["delivered_row"])
        found: dict[str, pa.Array] = {}
        for name, kind in table.physical().items():
            stored = _ARROW_TYPES[kind]
            values = columns.get(name)
            found[name] = pa.nulls(height, stored) if values is None else _as(stored, values)
        texts = {name: found[name] for name in texts_of(table)}
        letter = table.name[0].upper()
        found[table.id_column] = identifiers(self._connection, letter, columns["own"], texts)
        indices, rows, rest = (columns[name] for name in (*BOOKKEEPING, "delivered_rest"))
        found["source_row"] = _source_rows(delivery.sources, indices, rows)
        if table.name == "invoices" and (
            in_slice() or pc.count_distinct(found[table.id_column]).as_py() < height
        ):
            said = [_spoken(found[name]) for name in uncounted(table)]
            rest = pc.bit_wise_xor(rest, digest_of_rest(enumerate(said), height))
        apart = told_apart(rest, indices, rows, found)
        places = {"delivered_table": indices, "delivered_row": rows, "delivered_rest": apart}
        return pa.table({**found, **places})


def _sums_key(table: Table) -> Key:
    return ("sums", table.name)


def _usual_key(table: Table) -> Key:
    return ("usual", table.name)


def _note_sums(
    table: Table, columns: Mapping[str, pa.Array], lead_kind: pa.Array | None, have: set[str]
) -> None:
    """Note what rows below may be weighed against; and whether one here was, by other rows."""
    sums, usual = facts_of(table, columns, lead_kind, have)
    note(_sums_key(table), sums)
    note(_usual_key(table), usual)
    if "asks_others" in columns and columns["asks_others"].true_count:
        above(_sums_key(table))
        settled(_usual_key(table), usual)


def _columns(rows: pa.Table) -> dict[str, pa.Array]:
    return {
        name: column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
        for name, column in zip(rows.column_names, rows.columns, strict=True)
    }


def _as(stored: pa.DataType, values: pa.Array) -> pa.Array:
    """The values in the type of their column; texts may stay encoded by distinct value."""
    if pa.types.is_dictionary(values.type) and values.type.value_type == stored:
        return values
    return values if values.type == stored else values.cast(stored)


def _spoken(values: pa.Array) -> pa.Array:
    """Any column as text, empty where it is null."""
    return values.cast(pa.string()).fill_null("")


def _source_rows(sources: Mapping[int, str], indices: pa.Array, rows: pa.Array) -> pa.Array:
    spoken = rows.cast(pa.string())
    if len(sources) == 1:
        (source,) = sources.values()
        return pc.binary_join_element_wise(source, spoken, "·")
    place = pc.index_in(indices, pa.array(sources, pa.int64()))
    own = pa.array(sources.values(), pa.string()).take(place)
    return pc.binary_join_element_wise(own, spoken, "·")
