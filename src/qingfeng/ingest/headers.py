"""Find the tables in a grid by their header rows, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from qingfeng.ingest.bank_names import bank_in_title
from qingfeng.ingest.context import Context, distinct_cells, label_pairs, label_row, read_preamble
from qingfeng.ingest.grid import Grid
from qingfeng.ingest.header_remarks import header_warnings
from qingfeng.ingest.header_rows import (
    HEAD_ROWS,
    Header,
    Rows,
    header_at,
    later_candidates,
    shape_header,
)
from qingfeng.ingest.header_text import normalise_header, number_repeats
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.matching import ColumnRef, LayoutIndex, Match, index_of, is_converted
from qingfeng.ingest.path_rules import phone_in, read_path
from qingfeng.ingest.roster_names import span_in
from qingfeng.schema.tables import ColumnKind
from qingfeng.schema.tables import table as canonical

__all__ = ["ColumnRef", "Found", "find_tables", "read_with"]

_FOOTER = re.compile(r"合计|小计|总计|打印|制表|审核|签字|以上数据|页|备注[:：]")


_OWN_SIDE = frozenset({"account", "card", "holder.mixed"})
"""Fields that say in full whose booking it is."""


@dataclass(frozen=True, slots=True)
class Found:
    """One table in a grid.

    layout: None if no layout fits; *reasons* then name what the nearest lack.
    header_rows: 1-based rows. header_cells: the delivered texts of each, to drop repeats.
    body: positions in the grid, first included, last excluded.
    columns: field to its column; headers: all, numbered; ignored: those not taken.
    context: column of the layout's table to text from preamble and path, for rows whose own
    cell is empty. facts: what the path says, by rule. missing: own fields without a column.
    preamble: positions of the rows read for the context. constants: of layout and block.
    units: grid column to money unit, where a row below the header names units.
    numbers: the cells of a row below the header that numbers the columns, to drop repeats.
    """

    layout: Layout | None
    header_rows: tuple[int, ...]
    header_cells: tuple[tuple[str, ...], ...]
    body: tuple[int, int]
    columns: Mapping[str, ColumnRef]
    headers: tuple[str, ...]
    ignored: tuple[str, ...]
    missing: tuple[str, ...]
    reasons: tuple[str, ...]
    around: Context
    context: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    preamble: tuple[int, int] = (0, 0)
    block: str | None = None
    units: Mapping[int, str] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What of the headers is taken in doubt, or not at all."""
        said = header_warnings(self.columns, self.ignored, self.layout)
        return (*said, *self.around.warnings)


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where a table begins: a header, the first row that belongs to it, or a marker row."""

    header: Header
    start: int
    body: int
    block: str | None = None


@dataclass(frozen=True, slots=True)
class _Search:
    """One grid, the layouts, and the path the grid came from."""

    rows: Rows
    index: LayoutIndex
    path: str

    def hints(self, start: int, position: int) -> tuple[str, ...]:
        """Hint words in path, sheet name and the rows from *start* to before *position*."""
        if not self.index.hints:
            return ()
        above = range(max(start, position - HEAD_ROWS), position)
        texts = [cell for i in above for cell in distinct_cells(self.rows[i])]
        return self.index.hints_in([self.path, self.rows.grid.sheet, *texts])


def _same_names(one: Sequence[str], other: Sequence[str]) -> bool:
    return [normalise_header(a) for a in one] == [normalise_header(b) for b in other]


def _preamble_start(rows: Rows, header: int, floor: int) -> int:
    """First of the rows directly above *header* that introduce it rather than end what is above."""
    position = header
    while position > floor:
        cells = distinct_cells(rows[position - 1])
        if any(_FOOTER.search(cell) for cell in cells):
            break
        if len(cells) > 1 and not label_pairs(rows[position - 1]):
            if position - 2 < floor or not label_row(rows[position - 2]):
                break
            position -= 1
        position -= 1
    return position


def _marker(layout: Layout | None, cells: Sequence[str]) -> str | None:
    texts = distinct_cells(cells)
    if layout is None or len(texts) != 1:
        return None
    for marker in layout.blocks:
        if normalise_header(marker) == normalise_header(texts[0]):
            return marker
    return None


def _first_header(search: _Search) -> Header | None:
    """The topmost row that some layout reads as a header."""
    rows, index = search.rows, search.index
    head = min(rows.grid.height, HEAD_ROWS)
    for position in range(head):
        found = header_at(rows, index, position, search.hints(0, position))
        if found is not None:
            return found
    for position in later_candidates(rows.grid, index, (), head):
        found = header_at(rows, index, position, search.hints(0, position))
        if found is not None:
            return found
    return None


def _unknown(search: _Search) -> list[Found]:
    """The table of the likeliest header row, without a layout; nothing if there is no such row."""
    shaped = shape_header(search.rows)
    if shaped is None:
        return []
    names = tuple(cell for cell in shaped.headers if cell.strip())
    asked = search.index.match(shaped.headers, search.hints(0, shaped.first))
    header = replace(shaped, match=Match(None, {}, names, (), 0.0, asked.reasons))
    return [_found(search, _Cut(header, 0, header.last + 1), search.rows.grid.height)]


def _cuts(search: _Search, first: Header) -> list[_Cut]:
    """Every place below *first* where another table begins, in order."""
    rows, index = search.rows, search.index
    found = [_Cut(first, 0, first.last + 1)]
    known = [cell for row in first.cells for cell in row]
    for position in later_candidates(rows.grid, index, known, first.last + 1):
        current = found[-1]
        if position < current.body:
            continue
        marker = _marker(current.header.match.layout, rows[position])
        if marker:
            found.append(_Cut(current.header, position, position + 1, marker))
            continue
        start = _preamble_start(rows, position, current.body)
        header = header_at(rows, index, position, search.hints(start, position))
        if header is None:
            continue
        if current.block is not None and position == current.body:
            found[-1] = _Cut(header, current.start, header.last + 1, current.block)
            continue
        if _same_names(header.headers, current.header.headers):
            above = read_preamble([rows[i] for i in range(start, position)])
            if not above.fields:
                continue
        found.append(_Cut(header, start, header.last + 1))
    return found


def _context_for(
    match: Match, layout: Layout, around: Context, facts: Mapping[str, str]
) -> dict[str, str]:
    """Columns of the layout's table that preamble, title and path fill; the preamble wins.

    A number in the path is not put beside an account or card that column or preamble name
    otherwise, nor against the digits that a hidden number in the preamble shows.
    """
    columns = {column.name for column in canonical(layout.table).columns} - set(layout.constants)
    found = {key: text for key, text in around.fields.items() if key in columns}
    if layout.title_as and around.title:
        found.setdefault(layout.title_as, around.title)
    for part, column in layout.subject.items():
        if f"subject_{part}" in facts:
            found.setdefault(column, facts[f"subject_{part}"])
    for key, text in _said_beside(layout, around, facts).items():
        if key in columns and key not in match.columns:
            found.setdefault(key, text)
    if is_converted(layout, match.columns):
        found["currency"] = "CNY"
    # A folder that is the account's own names it, whatever card the user paid with.
    own_folder = "id_folder" in layout.file_name
    elsewhere = set() if own_folder else _OWN_SIDE & {*match.columns, *found}
    for key, text in facts.items():
        if key in _OWN_SIDE and (elsewhere - {key} or not _agrees(found, text)):
            continue
        if key in columns:
            found.setdefault(key, text)
    return found


def _said_beside(layout: Layout, around: Context, facts: Mapping[str, str]) -> dict[str, str]:
    """What a title says, for layouts that ask paths for it; the source of a folder."""
    title = around.title or ""
    said = {"source_name": facts.get("source")}
    if "bank" in layout.file_name:
        said["bank"] = bank_in_title(title)
    if "phone" in layout.file_name:
        said["owner_number"] = phone_in(title)
    if "roster" in layout.file_name:
        said["period"] = around.month or span_in(title)
    return {key: text for key, text in said.items() if text}


def _agrees(found: Mapping[str, str], number: str) -> bool:
    """May *number* be the one whose middle the preamble hides?"""
    hidden = found.get("account_masked")
    if hidden is None:
        return True
    shown = re.split(r"[*＊xX]+", hidden)
    return number.startswith(shown[0]) and number.endswith(shown[-1])


def _with_units(
    match: Match, layout: Layout, unit: str | None, units: Mapping[int, str]
) -> dict[str, ColumnRef]:
    """Settle the unit of every money column.

    Its header, then the row of *units*, then the layout, then the preamble's *unit*, else None.
    """
    settled = {}
    for name, ref in match.columns.items():
        given = ref.unit or units.get(ref.index)
        if layout.kinds.get(name) is ColumnKind.FEN:
            given = given or layout.units.get(name) or unit
        settled[name] = ColumnRef(ref.index, ref.header, given)
    return settled


def _found(search: _Search, cut: _Cut, end: int, before: Found | None = None) -> Found:
    rows, header, match = search.rows, cut.header, cut.header.match
    layout = match.layout
    preamble = (cut.start, max(cut.start, header.first))
    lines = [rows[i] for i in range(*preamble)]
    around = read_preamble(lines, layout.context if layout else {})
    if before and layout and before.layout and not lines:
        # Other columns right below a table: the same statement goes on.
        same = before.layout.table == layout.table
        around = before.around.going_on() if same else around
    facts = read_path(search.path, rows.grid.sheet, layout.file_name) if layout else {}
    constants = dict(layout.constants) if layout else {}
    if layout and cut.block:
        constants.update(layout.blocks[cut.block])
    return Found(
        layout=layout,
        header_rows=tuple(rows.number(i) for i in range(header.first, header.last + 1)),
        header_cells=header.cells,
        body=(cut.body, end),
        columns=_with_units(match, layout, around.unit, header.units) if layout else {},
        headers=number_repeats(header.headers),
        ignored=match.ignored,
        missing=match.missing,
        reasons=match.reasons,
        around=around,
        context=_context_for(match, layout, around, facts) if layout else {},
        facts=facts,
        constants=constants,
        preamble=preamble,
        block=cut.block,
        units=header.units,
        numbers=header.numbers,
    )


def find_tables(
    grid: Grid, layouts: tuple[Layout, ...], *, file_name: str, rows: Rows | None = None
) -> list[Found]:
    """Return the tables of a grid, top to bottom; empty if no row looks like a header.

    *file_name* may be the whole path below the delivery: folders and file names carry holder,
    ID and bank. A header repeated inside a body starts no new table unless rows above it name
    another account or holder. If no layout fits anywhere, one Found with layout None is given
    for the likeliest header row. *rows*: those of *grid*, if they have been read.
    """
    if grid.height == 0 or grid.width == 0:
        return []
    index = index_of(layouts)
    search = _Search(rows or Rows(grid), index, file_name)
    first = _first_header(search)
    if first is None:
        return _unknown(search)
    cuts = _cuts(search, first)
    ends = [cut.start for cut in cuts[1:]] + [grid.height]
    tables: list[Found] = []
    for cut, end in zip(cuts, ends, strict=True):
        tables.append(_found(search, cut, end, tables[-1] if tables else None))
    return tables


def read_with(found: Found, layout: Layout) -> Found:
    """Return *found* as *layout* alone reads it; with layout None still, if it does not fit."""
    match = index_of((layout,)).match(found.headers)
    if match.layout is None:
        return replace(found, reasons=match.reasons)
    return replace(
        found,
        layout=layout,
        columns=_with_units(match, layout, found.around.unit, found.units),
        ignored=match.ignored,
        missing=match.missing,
        reasons=match.reasons,
        context=_context_for(match, layout, found.around, found.facts),
        constants=dict(layout.constants),
    )
