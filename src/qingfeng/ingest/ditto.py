"""Ditto marks of rosters: a cell that says to be the one above it."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.counted_warnings import counted
from qingfeng.ingest.delivery import Cells, plain
from qingfeng.ingest.readers.limits import DEFAULT
from qingfeng.schema.tables import ColumnKind

_MARKS = ("〃", "″", '"', "''", "同上", "同 上")
_TABLES = {"benefits"}
"""Tables that people fill by hand. In others such a cell may be what somebody said."""

_KINDS = {ColumnKind.TEXT, ColumnKind.NAME}
_FREE = {"remark"}

READ_AS_ABOVE = "a ditto mark, read as the cell above it"


def is_filled_by_hand(table: str, field: str, kind: ColumnKind | None) -> bool:
    """May cells of the field be ditto marks?"""
    return table in _TABLES and kind in _KINDS and field not in _FREE


def read_dittos(cells: Cells, rows: pa.Array) -> tuple[Cells, list[dict[str, Any]]]:
    """The cells with each ditto mark as what it stands for, and a remark on each.

    *rows*: the row of each cell. A mark with nothing above it says nothing.
    """
    known = cells.dictionary if pa.types.is_dictionary(cells.type) else cells
    if not pc.any(pc.is_in(pc.utf8_trim_whitespace(known), value_set=pa.array(_MARKS))).as_py():
        return cells, []
    texts = plain(cells)
    marked = pc.is_in(pc.utf8_trim_whitespace(texts), value_set=pa.array(_MARKS))
    told = pc.fill_null_forward(pc.if_else(marked, None, texts)).fill_null("")
    marks = rows.filter(marked)
    said = [{"row": row, "text": READ_AS_ABOVE} for row in marks[: DEFAULT.notes].to_pylist()]
    if len(marks) > len(said):
        said.append(counted(None, f"{READ_AS_ABOVE}; {{rows}} in all", len(marks)))
    return told, said
