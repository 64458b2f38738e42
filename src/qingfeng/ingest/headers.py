"""Find the tables in a grid by their header rows, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qingfeng.ingest.bank_names import known_bank
from qingfeng.ingest.bill_days import bill_period
from qingfeng.ingest.context import Context, read_preamble
from qingfeng.ingest.filled_columns import filled_columns
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
from qingfeng.ingest.labels import distinct_cells, label_pairs, label_row
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.matching import ColumnRef, LayoutIndex, Match, index_of
from qingfeng.ingest.nearness import NAMED, bank_in_row
from qingfeng.ingest.path_rules import bank_of, read_path
from qingfeng.ingest.statements import Begins, begins_anew, naming_rows
from qingfeng.ingest.table_context import context_for, said_of_context
from qingfeng.schema.tables import ColumnKind

__all__ = ["ColumnRef", "Found", "find_tables", "read_with"]

_FOOTER = re.compile(r"合计|小计|总计|打印|制表|审核|签字|以上数据|页|备注[:：]")


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
    whole: what the rows above the header say, where *around* is that of a part of the table.
    numbers: the cells of a row below the header that numbers the columns, to drop repeats.
    remarks: what is to be said of a layout taken, or not, without all its marks.
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
    whole: Context = field(default_factory=Context)
    numbers: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What of the headers is taken in doubt, or not at all."""
        said = (*self.remarks, *header_warnings(self.columns, self.ignored, self.layout))
        if self.layout is not None:
            said = (*said, *said_of_context(self.layout, self.around, self.facts, self.context))
        return (*said, *self.around.warnings)


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where a table begins: a header, the first row that belongs to it, or a marker row.

    *naming*: the rows between two records that name the account of those below them, first
    included, last excluded. *same*: the statement above goes on, whatever stands above.
    """

    header: Header
    start: int
    body: int
    block: str | None = None
    naming: tuple[int, int] | None = None
    same: bool = False


_PATH = -1


@dataclass(frozen=True, slots=True)
class _Search:
    """One grid, the layouts, and the path the grid came from."""

    rows: Rows
    index: LayoutIndex
    path: str
    banks: dict[int, str | None] = field(default_factory=dict)

    def hints(self, start: int, position: int) -> tuple[str, ...]:
        """Hint words in path, sheet name and the rows from *start* to before *position*.

        And the bank that they name, the rows before the path; a bank without a layout is one too.
        """
        if not self.index.hints:
            return ()
        above = range(max(start, position - HEAD_ROWS), position)
        texts = [cell for i in above for cell in distinct_cells(self.rows[i])]
        texts += self.rows.grid.above if start == 0 else ()
        hints = self.index.hints_in([self.path, self.rows.grid.sheet, *texts])
        bank = next(filter(None, map(self._bank_in, (*above, _PATH))), None)
        if bank is None:
            return hints
        return (*hints, f"{NAMED}{bank if bank in self.index.banks else ''}")

    def _bank_in(self, position: int) -> str | None:
        if position not in self.banks:
            grid = self.rows.grid
            if position == _PATH:
                lines = map(bank_in_row, ((line,) for line in grid.above))
                in_path = bank_of(self.path, grid.sheet).get("bank")
                named = next(filter(None, lines), in_path and known_bank(in_path))
            else:
                named = bank_in_row(self.rows[position])
            self.banks[position] = named
        return self.banks[position]


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
    places = later_candidates(rows.grid, index, known, first.last + 1)
    named = naming_rows(rows, first.last + 1)
    for position in sorted({*places, *named}):
        current = found[-1]
        if position < current.body:
            continue
        if position in named:
            if not _introduces(rows, places, position, current.body):
                _cut_at_name(found, named, position, rows.grid.height)
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
        same = False
        if _same_names(header.headers, current.header.headers):
            begins = _begins_anew(search, found, range(start, position))
            if begins is Begins.NOT:
                continue
            same = begins is Begins.GOING_ON
        found.append(_Cut(header, start, header.last + 1, same=same))
    return found


def _introduces(rows: Rows, places: Sequence[int], position: int, floor: int) -> bool:
    """Does the row at *position* stand above a header of its own, one of *places*?"""
    below = next((place for place in places if place > position), None)
    if below is None or below - position > HEAD_ROWS:
        return False
    return _preamble_start(rows, below, floor) <= position


def _cut_at_name(found: list[_Cut], named: Container[int], position: int, height: int) -> None:
    """A table of the same columns begins below the rows from *position* on that name an account.

    Right below a header, or a marker, no table ends there; at the end of the grid, *height*,
    none begins.
    """
    current = found[-1]
    end = position + 1
    while end in named:
        end += 1
    layout = current.header.match.layout
    if layout is None or layout.table not in _BOOKED or end == height:
        return
    start = current.start if position == current.body and not current.naming else position
    cut = _Cut(current.header, start, end, current.block, (position, end))
    if start == current.start:
        found[-1] = cut
    else:
        found.append(cut)


_BOOKED = frozenset({"transfers", "calls"})
"""Tables whose rows belong to one account or number; in others a label is a record's own."""


def _begins_anew(search: _Search, found: Sequence[_Cut], above: range) -> Begins:
    """Does the header that is repeated below the rows *above* begin another statement?"""
    rows, layout = search.rows, found[-1].header.match.layout
    labels = layout.context if layout else {}
    top = next(cut for cut in reversed(found) if cut.naming is None or cut.start < cut.naming[0])
    before = read_preamble([rows[i] for i in range(top.start, top.header.first)], labels)
    by_title = layout is not None and layout.title_as is not None
    return begins_anew(read_preamble([rows[i] for i in above], labels), before, by_title=by_title)


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


def _ignored(match: Match, columns: Mapping[str, ColumnRef]) -> tuple[str, ...]:
    """The headers not taken, after other columns than those of *match* were."""
    before, after = (
        {ref.header: ref.index for ref in each.values()} for each in (match.columns, columns)
    )
    left = sorted((index, text) for text, index in before.items() if text not in after)
    kept = (text for text in match.ignored if text not in after or text in before)
    return (*(text for _, text in left), *kept)


def _found(search: _Search, cut: _Cut, end: int, before: Found | None = None) -> Found:
    rows, header, match = search.rows, cut.header, cut.header.match
    layout = match.layout
    preamble = (cut.start, max(cut.start, header.first))
    lines = [rows[i] for i in range(*preamble)]
    if cut.start == 0:
        lines = [*((line,) for line in rows.grid.above), *lines]
    around = read_preamble(lines, layout.context if layout else {})
    if before and layout and before.layout and (cut.same or not lines):
        # Other columns right below a table: the same statement goes on.
        same = before.layout.table == layout.table
        around = before.around.going_on(around) if same else around
    if around.declared.period is None and (period := bill_period([search.path])):
        around = replace(around, declared=replace(around.declared, period=period))
    whole = around if before is None or not cut.naming or lines else before.whole
    if cut.naming and layout:
        preamble = (min(preamble[0], cut.naming[0]), cut.naming[1])
        said = read_preamble([rows[i] for i in range(*cut.naming)], layout.context)
        around = whole.of_part(said)
    facts = read_path(search.path, rows.grid.sheet, layout.file_name) if layout else {}
    columns: dict[str, ColumnRef] = {}
    remarks = match.remarks
    if layout:
        columns = _with_units(match, layout, around.unit, header.units)
        body = (cut.body, end)
        columns, replaced = filled_columns(columns, layout, header.headers, rows.grid, body)
        remarks = (*remarks, *replaced)
    constants = dict(layout.constants) if layout else {}
    if layout and cut.block:
        constants.update(layout.blocks[cut.block])
    return Found(
        layout=layout,
        header_rows=tuple(rows.number(i) for i in range(header.first, header.last + 1)),
        header_cells=header.cells,
        body=(cut.body, end),
        columns=columns,
        headers=number_repeats(header.headers),
        ignored=_ignored(match, columns),
        missing=match.missing,
        reasons=match.reasons,
        around=around,
        whole=whole,
        context=context_for(match, layout, around, facts) if layout else {},
        facts=facts,
        constants=constants,
        preamble=preamble,
        block=cut.block,
        units=header.units,
        numbers=header.numbers,
        remarks=remarks,
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
        remarks=match.remarks,
        context=context_for(match, layout, found.around, found.facts),
        constants=dict(layout.constants),
    )
