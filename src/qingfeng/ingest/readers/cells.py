"""Typed cells of spreadsheets as marked text, and rows of them as a grid."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.grid import CLOCK, MARKS, MOMENT, NUMBER, Grid, Note

_CHUNK_ROWS = 32_768
_EXACT = 2**53
_MARKS = re.compile(f"[{MARKS}]")
_HALF_SECOND = 500_000
_LAST_YEAR = 9999
_COVERED = "a cell covered by a merged range has a value of its own, kept"

Merged = tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a block of rows comes from; everything of a grid but its cells.

    *first_row* is 1-based, *first_column* 0-based: the upper left cell of the block.
    *merged* is as in ``Grid``. *row_numbers* is given where rows were left out.
    """

    member: str
    sheet: str
    kind: str
    first_row: int = 1
    first_column: int = 0
    hidden: bool = False
    merged: Merged = ()
    notes: tuple[Note, ...] = ()
    row_numbers: Sequence[int] | None = None
    encoding: str | None = None
    since_1904: bool = False


def number(value: float) -> str:
    """Return a number cell: integers up to 2**53 in digits, larger ones as 6.22848e+18."""
    if not math.isfinite(value):
        return str(value)
    if abs(value) <= _EXACT and value == int(value):
        return f"{NUMBER}{int(value)}"
    shortest = repr(value)
    if abs(value) > _EXACT:
        return f"{NUMBER}{Decimal(shortest).normalize():e}"
    return f"{NUMBER}{Decimal(shortest):f}" if "e" in shortest else NUMBER + shortest


def moment(value: datetime) -> str:
    """Return a cell of date and time, rounded to the second."""
    whole = value.replace(microsecond=0, tzinfo=None)
    if value.microsecond >= _HALF_SECOND and value.year < _LAST_YEAR:
        whole += timedelta(seconds=1)
    return f"{MOMENT}{whole}"


def clock(value: time | timedelta) -> str:
    """Return a time of day or a duration, rounded to the second; 23:59:59.7 is 24:00:00."""
    if isinstance(value, time):
        value = timedelta(0, value.second, value.microsecond, 0, value.minute, value.hour)
    total = round(value / timedelta(seconds=1))
    minutes, seconds = divmod(abs(total), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{CLOCK}{'-' if total < 0 else ''}{hours:02d}:{minutes:02d}:{seconds:02d}"


def plain(value: str) -> str:
    """Return a text cell without characters that would pass for a mark."""
    return _MARKS.sub("", value)


def _other(value: object) -> str:
    return plain(str(value))


_FORMATS: Mapping[type, Callable[..., str]] = {
    str: plain,
    float: number,
    int: number,
    bool: lambda value: "TRUE" if value else "FALSE",
    datetime: moment,
    date: lambda value: f"{MOMENT}{value.isoformat()}",
    time: clock,
    timedelta: clock,
    type(None): lambda _: "",
}


def column(values: Sequence[object]) -> pa.Array:
    """Return cells of any of the types a spreadsheet has as one string array."""
    kinds: set[type] = {type(value) for value in values}
    if kinds <= {str}:
        array = pa.array(values, pa.string())
        if pc.any(pc.match_substring_regex(array, f"[{MARKS}]")).as_py():
            array = pc.replace_substring_regex(array, f"[{MARKS}]", "")
        return array
    formats = {kind: _FORMATS.get(kind, _other) for kind in kinds}
    return pa.array([formats[type(value)](value) for value in values], pa.string())


def grid_of(rows: Iterable[Sequence[object]], frame: Frame, *, fill_limit: int) -> Grid:
    """Return the grid of *rows*, all of one length.

    Empty rows and columns at the end are dropped; columns before the block are added empty,
    so that ``c0`` is column A. At most *fill_limit* cells are filled from merged ranges.
    """
    table = _table(iter(rows), frame.first_column)
    table = _trimmed(table)
    numbers = frame.row_numbers
    if numbers is None:
        numbers = range(frame.first_row, frame.first_row + table.num_rows)
    row_array = pa.array(np.asarray(numbers[: table.num_rows], dtype=np.int32), pa.int32())
    table, hidden_values = _filled(table, row_array, frame.merged, fill_limit)
    return Grid(
        member=frame.member,
        sheet=frame.sheet,
        encoding=frame.encoding,
        cells=table,
        rows=row_array,
        hidden=frame.hidden,
        merged=frame.merged,
        notes=frame.notes + hidden_values,
        kind=frame.kind,
        since_1904=frame.since_1904,
    )


def _table(rows: Iterator[Sequence[object]], first_column: int) -> pa.Table:
    chunks: list[list[pa.Array]] = []
    height = 0
    while block := list(islice(rows, _CHUNK_ROWS)):
        height += len(block)
        chunks.append([column(values) for values in zip(*block, strict=True)])
    width = len(chunks[0]) if chunks else 0
    columns = [pa.chunked_array([chunk[i] for chunk in chunks], pa.string()) for i in range(width)]
    if width:
        empty = pa.chunked_array([pa.repeat(pa.scalar("", pa.string()), height)])
        columns = [empty] * first_column + columns
    return pa.table(columns, names=[f"c{i}" for i in range(len(columns))])


def _trimmed(table: pa.Table) -> pa.Table:
    """Return *table* without the empty columns at its right and empty rows at its bottom."""
    width = table.num_columns
    while width and _last_filled(table.column(width - 1)) < 0:
        width -= 1
    table = table.select(range(width))
    height = 0
    for i in range(width):
        if table.num_rows and table.column(i)[-1].as_py():
            return table
        height = max(height, _last_filled(table.column(i)) + 1)
    return table.slice(0, height) if width else pa.table({})


def _last_filled(values: pa.ChunkedArray) -> int:
    """Return the index of the last cell that is not empty, or -1."""
    last = pc.max(pc.indices_nonzero(pc.not_equal(values, ""))).as_py()
    return -1 if last is None else int(last)


def _filled(
    table: pa.Table, rows: pa.Array, merged: Merged, fill_limit: int
) -> tuple[pa.Table, tuple[Note, ...]]:
    """Return *table* with each merged range filled from its first cell.

    Filling stops at the edge of the table. A covered cell with a value of its own keeps it
    and is noted: some programs hide data there.
    """
    if not merged or not table.num_rows:
        return table, ()
    numbers = rows.to_numpy()
    lists: dict[int, list[str]] = {}
    notes: list[Note] = []
    for top, left, bottom, right in sorted(merged):
        first, end = (int(i) for i in np.searchsorted(numbers, [top, bottom + 1]))
        stop = min(right + 1, table.num_columns)
        if left >= stop or first >= end or numbers[first] != top:
            continue
        fill_limit -= (end - first) * (stop - left)
        if fill_limit < 0:
            notes.append(Note("more merged ranges than can be filled; the rest is left as it is"))
            break
        for i in range(left, stop):
            if i not in lists:
                lists[i] = table.column(i).to_pylist()
        anchor = lists[left][first]
        if anchor:
            for i in range(left, stop):
                own = _fill(lists[i], anchor, first, end)
                notes += [Note(_COVERED, int(numbers[row]), f"c{i}") for row in own]
    columns = [
        pa.array(lists[i], pa.string()) if i in lists else table.column(i)
        for i in range(table.num_columns)
    ]
    return pa.table(columns, names=table.column_names), tuple(notes)


def _fill(values: list[str], anchor: str, first: int, end: int) -> list[int]:
    """Fill the empty cells of one column; return the rows that hold another value."""
    others = []
    for row in range(first, end):
        if not values[row]:
            values[row] = anchor
        elif values[row] != anchor:
            others.append(row)
    return others
