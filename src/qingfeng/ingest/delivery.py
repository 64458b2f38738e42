"""Delivered rows of one kind: cells by field, before anything is normalised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.layout import Layout

Cells: TypeAlias = pa.Array
"""String, or dictionary of string; never null."""


NOTHING = (
    "",
    "-",
    "--",
    "\\N",
    "/",
    "／",
    "无",
    *("NULL", "null", "(null)", "(NULL)", "<NULL>", "<null>", "[NULL]", "N/A", "n/a", "#N/A"),
)
"""Cells that stand for nothing, blanks around them aside."""


_BLANKS = (
    " \t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
)
_BLANKS += "\u200c\u200d\u202f\u205f\u2060\u3000\ufeff"


def are_blank(cells: pa.Array) -> pa.Array:
    """Which texts say nothing: empty, or one of ``NOTHING``, between blanks of any kind."""
    return pc.is_in(pc.utf8_trim(cells, _BLANKS), value_set=pa.array(NOTHING))


@dataclass(frozen=True, slots=True)
class Lead:
    """A leading column, whatever it holds: its cells, its headers, and its field if it has one."""

    cells: Cells
    headers: tuple[str, ...] = ()
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Rows of one or many files that share layout, fields and units.

    *fields*: field to its cells. *factors*: fen field to the fen of one unit. *table_index*:
    which found table each row came from; *rows*: its 1-based row there; *sources*: the first
    two parts of ``source_row`` by table index; *leads*: the first two columns, wherever the
    fields lie; *rest*: int32, a digest of what stands in no field; *year*, else *period* as
    delivered: for dates without a year; *owed*: the balance may be a debt (信用卡, 贷款).
    """

    layout: Layout
    fields: Mapping[str, Cells]
    factors: Mapping[str, int]
    table_index: pa.Array
    rows: pa.Array
    sources: Mapping[int, str]
    leads: tuple[Lead, ...]
    rest: pa.Array
    headers: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None
    period: tuple[str, str] | None = None
    owed: bool = False

    @property
    def height(self) -> int:
        return len(self.rows)


def joined(parts: Sequence[Delivery]) -> Delivery:
    """One delivery of many with the same layout, fields and units."""
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    sources: dict[int, str] = {}
    for part in parts:
        sources.update(part.sources)
    return Delivery(
        first.layout,
        {name: _concat([part.fields[name] for part in parts]) for name in first.fields},
        first.factors,
        pa.concat_arrays([part.table_index for part in parts]),
        pa.concat_arrays([part.rows for part in parts]),
        sources,
        tuple(
            replace(lead, cells=_concat([part.leads[index].cells for part in parts]))
            for index, lead in enumerate(first.leads)
        ),
        pa.concat_arrays([part.rest for part in parts]),
        first.headers,
        first.year,
        first.period,
        first.owed,
    )


def plain(cells: Cells) -> pa.Array:
    """The cells as a string array."""
    return cells.cast(pa.string()) if pa.types.is_dictionary(cells.type) else cells


def _concat(cells: Sequence[Cells]) -> Cells:
    return pa.concat_arrays([plain(each) for each in cells])
