"""Grids: what every reader gives, whatever it read.

Cells are text. A cell that was not text in its file begins with one of the marks below, so
that a number typed into a spreadsheet can be told from the same digits written as text.
Readers remove the marks from text they read, so that no file can forge one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

NUMBER = "\x01"
"""A number cell follows as shortest plain digits: ``\\x0145322``, ``\\x016.22848e+18``."""

MOMENT = "\x02"
"""A date or datetime cell follows as ``2024-01-31`` or ``2024-01-31 09:30:05``, rounded to
the second."""

CLOCK = "\x03"
"""A time of day or a duration follows as ``09:30:05``; hours may pass 24."""

MARKS = NUMBER + MOMENT + CLOCK


def letters(column: int) -> str:
    """The name of a 0-based column in a spreadsheet: A, B … Z, AA."""
    name = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        name = chr(ord("A") + place) + name
    return name


@dataclass(frozen=True, slots=True)
class Note:
    """A remark of a reader; *row* is 1-based, or None for the whole sheet.

    *column*: ``c0`` … as in the grid.
    """

    text: str
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """One rectangle of cells: a csv, a sheet, an HTML table.

    *cells*: columns ``c0`` … ``cN``, string or dictionary of string, never null (empty is
    ``""``), merged ranges already filled down and right. *rows*: int32, the 1-based row of
    each in its file or sheet; not necessarily ascending. *member*: path inside an archive.
    *merged*: (first row, first column, last row, last column), 1-based rows, 0-based
    columns, both ends included. *rejected*: rows that cannot be put into the rectangle, with
    the reason. *regular*: the number of fields that records have, but for those whose rows
    stand in *odd* (int32), each with its number in *odd_fields*; None where a row has no number
    of its own. *above*: lines of text that stand before its first row and are no rows of it.
    *delimiter*: what stands between the fields of a text; empty for other files. *unended*: no
    line end follows the last record. *since_1904*: days are counted from 1904-01-01, not 1900.
    """

    member: str
    sheet: str
    encoding: str | None
    cells: pa.Table
    rows: pa.Array
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    notes: tuple[Note, ...] = ()
    rejected: tuple[Note, ...] = ()
    kind: str = field(default="csv")
    regular: int | None = None
    delimiter: str = ""
    unended: bool = False
    odd: pa.Array = field(default_factory=lambda: pa.array([], pa.int32()))
    odd_fields: pa.Array = field(default_factory=lambda: pa.array([], pa.int32()))
    above: tuple[str, ...] = ()
    since_1904: bool = False

    @property
    def height(self) -> int:
        return int(self.cells.num_rows)

    @property
    def width(self) -> int:
        return int(self.cells.num_columns)
