"""Quotation marks of delimited text: cells of several lines, and marks that open nothing.

A mark at the beginning of a cell opens it, and line feeds up to its closing mark belong to the
cell. Where such a mark was only typed and nobody closed it, the rows below would vanish in that
cell up to the next mark; it is then a character like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from qingfeng.ingest.grid import Note
from qingfeng.ingest.readers.limits import DEFAULT

MOST_BYTES = 1 << 20
"""A cell whose closing mark is farther away than this is not closed."""

_MARK, _FEED, _RETURN = 0x22, 0x0A, 0x0D

_BLOCK = 1 << 18

STRAY = "a quotation mark that nothing closes was read as a character of the cell"

_WELL_CLOSED, _ILL_CLOSED = 0.8, 0.5
"""So many of the lines of a cell must be rows of the table before its mark is a stray one: where
a cell may end after the closing mark, and where none may."""


_Places = npt.NDArray[np.intp]


@dataclass(slots=True)
class Marks:
    """What the quotation marks of a text do; byte positions, ascending.

    *feeds*: all line feeds. *cells*: opening and closing mark of each cell that holds a line
    feed. *strays*: marks that begin a cell and open nothing. *unsettled*: the mark whose cell the
    text does not hold whole.
    """

    feeds: _Places
    cells: list[tuple[int, int]] = field(default_factory=list)
    strays: list[int] = field(default_factory=list)
    unsettled: int | None = None

    def ends(self) -> _Places:
        """Positions of the line feeds that end a record, up to the unsettled cell."""
        ends = self.feeds
        if self.cells:
            opened, closed = np.array(self.cells).T
            ends = ends[np.searchsorted(opened, ends) == np.searchsorted(closed, ends)]
        return ends if self.unsettled is None else ends[ends < self.unsettled]


@dataclass(frozen=True, slots=True)
class _Text:
    """Text that begins with a record, its delimiter, and the number of fields of a record."""

    raw: bytes
    delimiter: bytes
    width: int

    def line_end(self, at: int) -> int:
        """Position of the line feed at or after *at*, or the end of the text."""
        found = self.raw.find(b"\n", at)
        return found if found >= 0 else len(self.raw)

    def next_cell(self, at: int, stop: int) -> int:
        """Beginning of the cell after the one that *at* is in; *stop* if it is the last."""
        found = self.raw.find(self.delimiter, at, stop)
        return found + 1 if found >= 0 else stop

    def closing(self, opening: int, stop: int) -> int | None:
        """The mark before *stop* that closes the cell; a doubled one is a character of it."""
        at = self.raw.find(b'"', opening + 1, stop)
        while at >= 0 and self.raw[at + 1 : at + 2] == b'"':
            at = self.raw.find(b'"', at + 2, stop)
        return at if at >= 0 else None

    def left_open(self, at: int, stop: int) -> int | None:
        """The mark that opens a cell of the line and does not close it before *stop*."""
        while at < stop:
            if self.raw[at] == _MARK:
                closing = self.closing(at, stop)
                if closing is None:
                    return at
                at = closing
            at = self.next_cell(at, stop)
        return None

    def is_row(self, line: bytes) -> bool:
        """Has *line*, read by itself, the number of fields of the table?"""
        fields, at = 1, 0
        while True:
            if line[at : at + 1] == b'"':
                at = _Text(line, self.delimiter, 0).closing(at, len(line)) or at
            at = line.find(self.delimiter, at) + 1
            if not at:
                return fields == self.width
            fields += 1

    def is_stray(self, opening: int, closing: int | None) -> bool:
        """Does the mark open no cell? *closing* is None if no mark near enough closes it."""
        if closing is None or self.width < 2:
            return closing is None
        start = self.raw.rfind(b"\n", 0, opening) + 1
        lines = self.raw[start : self.line_end(closing)].split(b"\n")
        lines = [line for line in lines if line.strip()]
        ends = (b"", b"\r", b"\n", self.delimiter)
        share = _WELL_CLOSED if self.raw[closing + 1 : closing + 2] in ends else _ILL_CLOSED
        return sum(map(self.is_row, lines)) >= max(2, len(lines) * share)


def marks_of(raw: bytes, delimiter: str, width: int, *, final: bool = True) -> Marks:
    """Find the cells of several lines in *raw*, and the marks that open none.

    *raw* begins with a record; *final*: nothing follows it. *width*: fields of a record.
    """
    text = _Text(raw, delimiter.encode(), width)
    content = np.frombuffer(raw, np.uint8)
    found = _feeds_and_marks(content)
    mark = content[found] == _MARK
    feeds, places = found[~mark], found[mark]
    return _paired(text, feeds, places, final=final) or _one_by_one(
        text, feeds, places, final=final
    )


def _feeds_and_marks(content: npt.NDArray[np.uint8]) -> _Places:
    """Positions of line feeds and marks; looked for a block at a time, that fits into the cache."""
    found = [np.zeros(0, np.intp)]
    for start in range(0, len(content), _BLOCK):
        block = content[start : start + _BLOCK]
        found.append(np.flatnonzero((block == _FEED) | (block == _MARK)) + start)
    return np.concatenate(found)


def _paired(text: _Text, feeds: _Places, places: _Places, *, final: bool) -> Marks | None:
    """Where every mark opens or closes a cell and none is a stray one; else None."""
    found = Marks(feeds)
    if len(places) % 2 and not final and len(text.raw) - places[-1] <= MOST_BYTES:
        found.unsettled = int(places[-1])
        places = places[:-1]
    if len(places) % 2 or _ill_placed(text, places, np.arange(len(places)) % 2 == 0).size:
        return None
    if not (np.searchsorted(places, feeds) % 2).any():
        return found
    inner = places[1:-1:2] + 1 == places[2::2]
    opened, closed = places[::2], places[1::2]
    if inner.any():
        opened, closed = opened[np.append(True, ~inner)], closed[np.append(~inner, True)]
    first, last = np.searchsorted(feeds, opened), np.searchsorted(feeds, closed)
    several = first < last
    opened, closed, first, last = (each[several] for each in (opened, closed, first, last))
    delimiters = np.flatnonzero(np.frombuffer(text.raw, np.uint8) == text.delimiter[0])
    sizes = np.diff(np.concatenate([[0], np.searchsorted(delimiters, feeds), [len(delimiters)]]))
    wide = np.concatenate([[0], np.cumsum(sizes + 1 >= text.width)])
    doubtful = (wide[last + 1] - wide[first] >= 2) | (closed - opened >= MOST_BYTES)
    for opening, closing in zip(opened[doubtful].tolist(), closed[doubtful].tolist(), strict=True):
        if closing - opening >= MOST_BYTES or text.is_stray(opening, closing):
            return None
    found.cells = list(zip(opened.tolist(), closed.tolist(), strict=True))
    if not final and last[-1] == len(feeds):
        found.unsettled = found.cells.pop()[0]
    return found


def _one_by_one(text: _Text, feeds: _Places, places: _Places, *, final: bool) -> Marks:
    """Follow the marks through the lines whose marks do not pair around whole cells."""
    found = Marks(feeds)
    at = 0
    for start in _uneven_lines(text, feeds, places):
        at = max(at, start)
        stop = text.line_end(at)
        while (opening := text.left_open(at, stop)) is not None:
            closing = text.closing(opening, opening + MOST_BYTES)
            short = closing is None and len(text.raw) - opening <= MOST_BYTES
            if not final and (short or (closing and text.line_end(closing) == len(text.raw))):
                found.unsettled = opening
                return found
            if closing is None or text.is_stray(opening, closing):
                found.strays.append(opening)
                at = text.next_cell(opening, stop)
            else:
                found.cells.append((opening, closing))
                stop = text.line_end(closing)
                at = text.next_cell(closing, stop)
        at = stop
    return found


def _uneven_lines(text: _Text, feeds: _Places, places: _Places) -> list[int]:
    """Beginnings of the lines whose marks do not, by themselves, pair around whole cells."""
    edges = np.concatenate([[0], np.searchsorted(places, feeds), [len(places)]])
    counts = np.diff(edges)
    uneven = counts % 2 == 1
    opens = (np.arange(len(places)) - np.repeat(edges[:-1], counts)) % 2 == 0
    uneven[np.searchsorted(feeds, _ill_placed(text, places, opens))] = True
    starts = np.concatenate([[0], feeds + 1])
    return [int(each) for each in starts[uneven]]


def _ill_placed(text: _Text, places: _Places, opens: npt.NDArray[np.bool_]) -> _Places:
    """Marks that cannot open a cell, or close one, where they stand."""
    content = np.frombuffer(text.raw, np.uint8)
    opening, closing = places[opens], places[~opens]
    before = np.where(opening > 0, content[opening - 1], _FEED)
    last = len(content) - 1
    after = np.where(closing < last, content[np.minimum(closing + 1, last)], _FEED)
    opens_well, closes_well = (
        (each == text.delimiter[0]) | (each == _FEED) | (each == _MARK) for each in (before, after)
    )
    return np.concatenate([opening[~opens_well], closing[~closes_well & (after != _RETURN)]])


def without_strays(raw: bytes, delimiter: str, strays: list[int]) -> bytes:
    """*raw* with each cell that a stray mark begins put into marks of its own."""
    pieces: list[bytes] = []
    done = 0
    for at in strays:
        line = raw.find(b"\n", at)
        line = line if line >= 0 else len(raw)
        end = raw.find(delimiter.encode(), at, line)
        end = end if end >= 0 else line - (raw[line - 1] == _RETURN)
        pieces += [raw[done:at], b'"', raw[at:end].replace(b'"', b'""'), b'"']
        done = end
    return b"".join([*pieces, raw[done:]])


def stray_notes(marks: Marks, first_row: int) -> list[Note]:
    """Name the rows of the stray marks; *first_row* is the row that the text begins with."""
    rows = np.searchsorted(marks.ends(), marks.strays) + first_row
    notes = [Note(STRAY, int(row)) for row in rows[: DEFAULT.notes]]
    if len(rows) > len(notes):
        notes.append(Note(f"{STRAY}; {len(rows)} in all, only the first rows are listed"))
    return notes
