"""Ditto marks of rosters: a cell that says to be the one above it."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.counted_warnings import listed_rows
from qingfeng.ingest.delivery import Cells, plain
from qingfeng.ingest.whole_table import Last, in_slice, last_above, note
from qingfeng.schema.tables import ColumnKind

_MARKS = ("〃", "″", '"', "''", "同上", "同 上")
_TABLES = {"benefits"}
"""Tables that people fill by hand. In others such a cell may be what somebody said."""

_KINDS = {ColumnKind.TEXT, ColumnKind.NAME}
_FREE = {"remark"}

_MARK = "ditto"

READ_AS_ABOVE = "a ditto mark, read as the cell above it"


def is_filled_by_hand(table: str, field: str, kind: ColumnKind | None) -> bool:
    """May cells of the field be ditto marks?"""
    return table in _TABLES and kind in _KINDS and field not in _FREE


def read_dittos(cells: Cells, rows: pa.Array, name: str = "") -> tuple[Cells, list[dict[str, Any]]]:
    """The cells of field *name* with each ditto mark as what it stands for, each remarked on.

    *rows*: the row of each cell. A mark with nothing above it says nothing.
    """
    known = cells.dictionary if pa.types.is_dictionary(cells.type) else cells
    marks = pc.is_in(pc.utf8_trim_whitespace(known), value_set=pa.array(_MARKS))
    if not pc.any(marks).as_py():
        note((_MARK, name), Last(str(cells[-1]) if len(cells) else None))
        return cells, []
    texts = plain(cells)
    marked = pc.is_in(pc.utf8_trim_whitespace(texts), value_set=pa.array(_MARKS))
    told = pc.fill_null_forward(pc.if_else(marked, None, texts))
    if len(told):
        note((_MARK, name), Last(told[-1].as_py()))
    before = last_above((_MARK, name)) if told.null_count else ""
    told = told.fill_null(before)
    said = listed_rows(READ_AS_ABOVE, rows.filter(marked).to_pylist(), sliced=in_slice())
    return told, said
