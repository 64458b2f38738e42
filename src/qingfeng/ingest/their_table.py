"""Rows that only their whole table identifies: its content becomes part of their identifier.

Bookings of an account that is named nowhere, and payments to people, for whom the same amount
comes each month. Equal content in another file is then another record, unless that whole file is
equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingfeng.ingest.whole_table import Noted, in_slice, note
from qingfeng.schema import Table
from qingfeng.schema import table as canonical
from qingfeng.store.batches import write_part

_OWN_SIDE = ("account", "card", "account_masked")
_KEY = "content of their table"
_TABLES = ("transfers", "benefits")

_WHOLE = "concat(count(*), '|', sum(CAST(md5_number_lower(id) AS HUGEINT)))"
_ID = "left(id, 1) || md5(concat({}, '|', id))[1:24]"


@dataclass(frozen=True, slots=True)
class _Content:
    """Of the rows that only their table identifies: how many, and the sum of their digests."""

    rows: int
    digests: int

    @property
    def answer(self) -> None:
        """The rows of one slice stay as they are; ``identify_slices`` names all of them."""

    def joined(self, below: _Content) -> _Content:
        return _Content(self.rows + below.rows, self.digests + below.digests)

    def __str__(self) -> str:
        return f"{self.rows}|{self.digests}"


def of_their_table(connection: duckdb.DuckDBPyConnection, table: Table, kept: pa.Table) -> pa.Table:
    """The rows of one or more found tables, those identified that only their table identifies.

    Rows of a slice are left to ``identify_slices``.
    """
    which = _which(table, kept)
    if which is None or not kept.num_rows:
        return kept
    ids = kept[table.id_column]
    place = pa.array(np.arange(kept.num_rows))
    asked = pa.table({"id": ids, "delivered_table": kept["delivered_table"], "place": place})
    connection.register("asked", asked.filter(which))
    if in_slice():
        query = "SELECT count(*), sum(CAST(md5_number_lower(id) AS HUGEINT)) FROM asked"
        ((rows, digests),) = connection.sql(query).fetchall()
        connection.unregister("asked")
        note((_KEY, table.name), _Content(rows, digests))
        return kept
    own = connection.sql(
        f"""
        SELECT {_ID.format("whole")} AS id, place
        FROM asked JOIN (SELECT delivered_table, {_WHOLE} AS whole
                         FROM asked GROUP BY delivered_table) USING (delivered_table)"""
    ).to_arrow_table()
    connection.unregister("asked")
    found = own["id"].take(pc.index_in(place, own["place"]))
    return kept.set_column(
        kept.column_names.index(table.id_column), table.id_column, pc.coalesce(found, ids)
    )


def identify_slices(slices: Iterable[tuple[Noted, list[Path]]]) -> None:
    """Identify such rows of one table that was read in slices. *slices*: its notes and parts."""
    slices = list(slices)
    for name in _TABLES:
        facts = [noted.facts[_KEY, name] for noted, _ in slices if (_KEY, name) in noted.facts]
        if not facts:
            continue
        whole = str(reduce(_Content.joined, facts))
        parts = [part for _, paths in slices for part in paths if part.parent.name == name]
        with duckdb.connect() as connection:
            for part in parts:
                _identify(connection, canonical(name), part, whole)


def _identify(connection: duckdb.DuckDBPyConnection, table: Table, path: Path, whole: str) -> None:
    kept = pq.ParquetFile(path).read()
    which = _which(table, kept)
    if which is None:
        return
    place = kept.column_names.index(table.id_column)
    connection.register("asked", pa.table({"id": kept[table.id_column], "which": which}))
    said = f"CASE WHEN which THEN {_ID.format(chr(39) + whole + chr(39))} ELSE id END AS id"
    ids = connection.sql(f"SELECT {said} FROM asked").to_arrow_table()["id"]
    draft = path.with_suffix(".draft")
    write_part(kept.set_column(place, table.id_column, ids), draft)
    draft.replace(path)


def _which(table: Table, kept: pa.Table) -> pa.ChunkedArray | pa.Array | None:
    """Which rows only their table identifies; None if each has more."""
    if table.name == "benefits":
        return pa.repeat(pa.scalar(True), kept.num_rows)
    if table.name != "transfers":
        return None
    columns = [kept[name] for name in _OWN_SIDE]
    if any(column.null_count == 0 for column in columns):
        return None
    found = pc.and_(pc.and_(*(pc.is_null(each) for each in columns[:2])), pc.is_null(columns[2]))
    return found if pc.any(found).as_py() else None
