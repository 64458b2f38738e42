"""Delivered rows of one kind: cells by field, before anything is normalised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import pyarrow as pa

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
