"""Which rows of a grid are header rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.column_numbers import numbers_columns
from qingfeng.ingest.grid import MARKS, Grid
from qingfeng.ingest.header_levels import goes_down, levels_unknown, match_levels
from qingfeng.ingest.header_text import header_keys, join_levels, normalise_header, row_units
from qingfeng.ingest.labels import distinct_cells
from qingfeng.ingest.matching import LayoutIndex, Match, use_of
from qingfeng.schema.tables import ColumnKind

HEAD_ROWS = 60
"""Rows at the top that are looked at cell by cell until the first header is found."""

FILTER_COLUMNS = 8
"""First columns in which later header rows must show two known names."""

LONG_GRID = 20_000

ENOUGH_KNOWN = 4
"""So many known names make a header, however many unknown ones stand beside them."""

_NUMERIC = re.compile(r"[-+¥￥(（]?\s*[\d,，.:/\-年月日 ]+[%元]?[)）]?")
_PADDING = ("", "\t", " \t", " ")


@dataclass(frozen=True, slots=True)
class Header:
    """One header.

    *units*: grid column to the money unit that a row of units below it gives; *numbers*: the
    cells of a row below it that numbers the columns.
    """

    first: int
    last: int
    cells: tuple[tuple[str, ...], ...]
    headers: tuple[str, ...]
    match: Match
    units: Mapping[int, str] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()


class Rows:
    """Rows of a grid as text, fetched when needed."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        head = grid.cells.slice(0, HEAD_ROWS + 2)
        columns = [column.cast(pa.string()).to_pylist() for column in head.columns]
        self._head = [tuple(row) for row in zip(*columns, strict=True)]

    def __getitem__(self, position: int) -> tuple[str, ...]:
        if position < len(self._head):
            return self._head[position]
        row = self.grid.cells.slice(position, 1)
        return tuple(str(column[0].as_py()) for column in row.columns)

    def number(self, position: int) -> int:
        return int(self.grid.rows[position].as_py())


def is_textual(cells: Sequence[str]) -> bool:
    """True if at most a fifth of the filled cells are numbers, dates or typed cells."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    odd = sum(1 for cell in filled if cell[0] in MARKS or _NUMERIC.fullmatch(cell))
    return bool(filled) and odd * 5 <= len(filled)


def _spreads(grid: Grid, upper: Sequence[str], lower: Sequence[str], row: int) -> bool:
    """Does *lower* go on with the header begun in *upper* (1-based *row*)?

    Yes if a merged range joins the two rows or spreads one cell of the upper over filled cells
    of the lower; without ranges, if the upper row has gaps or runs of equal names exactly where
    the lower row is filled and differs.
    """
    if not is_textual(lower) or len(distinct_cells(lower)) < 2:
        return False
    differing = [i for i, below in enumerate(lower) if below.strip() and below != upper[i]]
    if not differing or any(lower[i].strip()[0] in MARKS for i in differing):
        return False
    wide = {
        column
        for top, left, bottom, right in grid.merged
        if top == bottom == row and right > left
        for column in range(left, right + 1)
    }
    if wide:
        return all(i in wide or not upper[i].strip() for i in differing) and any(
            i in wide for i in differing
        )
    gaps = {i for i, text in enumerate(upper) if not text.strip()}
    runs = {
        i
        for i, text in enumerate(upper)
        if text.strip()
        and (i + 1 in gaps or text in (*upper[i + 1 : i + 2], *upper[max(i - 1, 0) : i]))
    }
    return all(i in gaps or i in runs for i in differing) and len(differing) >= 2


def _filled_right(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Carry a name of the upper row into the gaps right of it that the lower row fills."""
    filled: list[str] = []
    for index, text in enumerate(upper):
        carry = not text.strip() and lower[index].strip() and filled and lower[index - 1].strip()
        filled.append(filled[-1] if carry else text)
    return tuple(filled)


def header_at(
    rows: Rows, index: LayoutIndex, position: int, hints: tuple[str, ...]
) -> Header | None:
    """Read the row at *position* (and those below that go on with it) as a header, if it is one."""
    found = _named_at(rows, index, position, hints)
    while found is not None and found.last + 1 < rows.grid.height:
        below = rows[found.last + 1]
        if not found.units and (units := row_units(below)):
            found = replace(found, last=found.last + 1, cells=(*found.cells, below), units=units)
        elif not found.numbers and numbers_columns(below, found.headers):
            numbers = tuple(cell.strip(MARKS + " \t\r\n") for cell in below)
            found = replace(found, last=found.last + 1, numbers=numbers)
        else:
            break
    return found


def _named_at(
    rows: Rows, index: LayoutIndex, position: int, hints: tuple[str, ...]
) -> Header | None:
    cells = rows[position]
    if not is_textual(cells) or len(distinct_cells(cells)) < 2:
        return None
    single = Header(position, position, (cells,), cells, index.match(cells, hints))
    below = rows[position + 1] if position + 1 < rows.grid.height else ()
    spread = bool(below) and _spreads(rows.grid, cells, below, rows.number(position))
    spread = spread and not row_units(below)
    if spread:
        upper = _filled_right(cells, below)
        joined, match, loses = match_levels(index, upper, below, hints)
        double = Header(position, position + 1, (cells, below), joined, match)
        if loses:
            return replace(double, match=levels_unknown(cells, joined))
        rooted = _needs_roots(single.match)
        misled = rooted or _takes_one_of_many(single.match, cells, below)
        if double.match.layout is not None and (misled or _says_more(double.match, single.match)):
            return _third_level(rows, index, double, hints) or double
        if rooted:
            return None
    names = [cell for cell in cells if cell.strip()]
    known = sum(1 for cell in names if index.knows(cell))
    known = max(known, len(single.match.columns))
    usable = single.match.layout is not None and _is_enough(known, len(names))
    open_ = spread and usable and _takes_one_of_many(single.match, cells, below)
    split = spread and (usable or goes_down(cells, below, index))
    if open_ or (split and index.match(below, hints).layout is not None):
        # Read alone, the lower row would make of the counterparty's name and number the holder's.
        return replace(double, match=levels_unknown(cells, joined))
    return single if usable else None


def _takes_one_of_many(match: Match, upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Does *match*, of the upper row alone, take amounts from a column that has a name below?

    Which of the columns under 收入 holds the amounts is said by the lower row, or by nobody.
    """
    layout = match.layout
    return layout is not None and any(
        layout.kinds.get(name.partition(".")[0]) is ColumnKind.FEN
        and lower[ref.index].strip()
        and lower[ref.index] != upper[ref.index]
        and not any(mark.isdigit() for mark in lower[ref.index])
        for name, ref in match.columns.items()
    )


def _third_level(
    rows: Rows, index: LayoutIndex, double: Header, hints: tuple[str, ...]
) -> Header | None:
    """The header with the row below its two, if that goes on with them and says as much."""
    place = double.last + 1
    if place >= rows.grid.height:
        return None
    below, (upper, middle) = rows[place], double.cells
    differing = [i for i, text in enumerate(below) if text.strip() and text != middle[i]]
    filled = _filled_right(middle, below)
    above = join_levels(_filled_right(upper, filled), filled)
    known = is_textual(below) and all(
        below[i].strip()[0] not in MARKS and index.knows(f"{above[i]}/{below[i]}")
        for i in differing
    )
    if not known or len(differing) < 2 or row_units(below):
        return None
    joined, match, loses = match_levels(index, above, below, hints)
    triple = Header(double.first, place, (upper, middle, below), joined, match)
    if loses:
        return replace(triple, match=levels_unknown(upper, joined))
    says = match.layout is not None and _says_more(match, double.match)
    return triple if says else None


def _says_more(two_rows: Match, one_row: Match) -> bool:
    """Do two rows that go on with each other say as much as the upper one alone?

    Then the lower one says which of the columns under one name is which: 收入 over 笔数 and 金额.
    """
    if one_row.layout is None or two_rows.score > one_row.score:
        return True
    return len(two_rows.columns) >= len(one_row.columns)


def _needs_roots(match: Match) -> bool:
    """Is a field that the layout requires read by its root alone?

    Upper cells of two rows are no names of columns, and roots would make some of them.
    """
    layout = match.layout
    if layout is None or not layout.roots:
        return False
    needed = {field for group in layout.requires if len(group) == 1 for field in group}
    return any(
        use_of(layout, header_keys(match.columns[field].header)) is None
        for field in needed & {*match.columns}
    )


def _is_enough(known: int, names: int) -> bool:
    return known * 10 >= names * 3 or known >= ENOUGH_KNOWN


def later_candidates(grid: Grid, index: LayoutIndex, known: Iterable[str], start: int) -> list[int]:
    """Positions from *start* on whose first columns show two known names, or one marker.

    Compared as text without the padding around it; the cells of the headers met so far
    (*known*) count as names. In a long grid one name must stand in the first two columns.
    """
    height = grid.height - start
    if height <= 0 or grid.width == 0:
        return []
    extra = {cell.strip() for cell in known} - {""}
    if height > LONG_GRID:
        places = _coarse_places(grid, index, extra, start)
    else:
        places = _fine_places(grid, index, extra, start)
    return [place for place in places if _shows_header(grid, index, extra, place)]


def _shows_header(grid: Grid, index: LayoutIndex, extra: set[str], position: int) -> bool:
    width = min(grid.width, FILTER_COLUMNS)
    cells = [str(grid.cells.column(i)[position].as_py()).strip() for i in range(width)]
    named = sum(1 for cell in cells if cell in index.spellings or cell in extra)
    return named >= min(2, width) or normalise_header(cells[0]) in index.markers


def _fine_places(grid: Grid, index: LayoutIndex, extra: set[str], start: int) -> list[int]:
    """Rows that show a name in one of the first columns and, if there are two, in another."""
    seen: Counter[int] = Counter()
    width = min(grid.width, FILTER_COLUMNS)
    for i in range(width):
        column = grid.cells.column(i).slice(start)
        texts, places = _distinct_texts(column)
        names = {text for text in texts if text in index.spellings or text in extra}
        if names:
            seen.update(_places_of(names, texts, places))
        if i == 0:
            markers = {text for text in names if normalise_header(text) in index.markers}
            seen.update(_places_of(markers, texts, places))
    needed = min(2, width)
    head = grid.cells.select(range(width))
    return [
        start + place
        for place, count in sorted(seen.items())
        if count >= needed and is_textual(_stripped_row(head, start + place))
    ]


def _distinct_texts(column: pa.ChunkedArray) -> tuple[list[str], pa.Array | None]:
    """Texts without the blanks around them, and which of them each row has; None: row by row."""
    whole = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if not pa.types.is_dictionary(whole.type):
        return list(map(str.strip, whole.to_pylist())), None
    return list(map(str.strip, whole.dictionary.to_pylist())), whole.indices


def _places_of(names: set[str], texts: Sequence[str], indices: pa.Array | None) -> list[int]:
    """The rows whose text is one of *names*."""
    found = [place for place, text in enumerate(texts) if text in names]
    if indices is None or not found:
        return found
    which = pc.is_in(indices, pa.array(found, indices.type))
    return [int(place) for place in pc.indices_nonzero(which).to_pylist()]


def _stripped_row(cells: pa.Table, position: int) -> list[str]:
    return [str(column[position].as_py()).strip() for column in cells.columns]


def _coarse_places(grid: Grid, index: LayoutIndex, extra: set[str], start: int) -> list[int]:
    """Rows that show a name in the first two columns; in the first four where those are many."""
    padded = {text + pad for text in index.spellings | extra for pad in _PADDING} - {""}
    wanted = pa.array(sorted(padded), pa.string())
    masks = [_is_in(grid.cells.column(i).slice(start), wanted) for i in range(min(grid.width, 2))]
    hit = pc.or_(masks[0], masks[-1])
    if (pc.sum(hit).as_py() or 0) > LONG_GRID // 4:
        further = range(2, min(grid.width, 4))
        masks += [_is_in(grid.cells.column(i).slice(start), wanted) for i in further]
        sums = masks[0].cast(pa.int8())
        for mask in masks[1:]:
            sums = pc.add(sums, mask.cast(pa.int8()))
        hit = pc.greater_equal(sums, min(2, grid.width))
    return [start + int(i) for i in pc.indices_nonzero(hit).to_pylist()]


def _is_in(column: pa.ChunkedArray, wanted: pa.Array) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        chunks = [
            pc.take(pc.is_in(chunk.dictionary, value_set=wanted), chunk.indices)
            for chunk in column.chunks
        ]
        return pa.chunked_array(chunks, pa.bool_())
    return pc.is_in(column, value_set=wanted)


def shape_header(rows: Rows) -> Header | None:
    """The likeliest header of a table that no layout knows: by shape alone."""
    height = min(rows.grid.height, HEAD_ROWS)
    for position in range(height):
        cells = rows[position]
        names = [cell for cell in cells if cell.strip()]
        distinct = {normalise_header(name) for name in names} - {""}
        if len(distinct) < 2 or len(distinct) * 10 < len(names) * 8 or not is_textual(cells):
            continue
        below = [sum(1 for cell in rows[i] if cell.strip()) for i in range(position + 1, height)]
        widest = max(below[:20], default=0)
        if len(names) * 10 >= widest * 6:
            return Header(position, position, (cells,), cells, Match(None, {}, (), (), 0.0, ()))
    return None
