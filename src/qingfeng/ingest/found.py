"""Found tables waiting to be built, and what one statement can build together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.apartness import counts_rows, digest_of_rest, names_parts
from qingfeng.ingest.border_crossings import settle_crossings
from qingfeng.ingest.call_sides import settle_callers
from qingfeng.ingest.closing_words import HEADER, SECTION
from qingfeng.ingest.column_numbers import numbered_again
from qingfeng.ingest.counted_warnings import counted
from qingfeng.ingest.date_fields import counted_from_1904, in_one_order, is_instant
from qingfeng.ingest.debts import speaks_of_debt
from qingfeng.ingest.delivery import Cells, Delivery, Lead, are_blank, plain
from qingfeng.ingest.ditto import is_filled_by_hand, read_dittos
from qingfeng.ingest.footers import footers
from qingfeng.ingest.grid import Grid
from qingfeng.ingest.headers import Found
from qingfeng.ingest.instants import has_year, lacks_year, set_apart
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.merged_money import is_money, taken_once
from qingfeng.ingest.query_answers import settle_answers
from qingfeng.ingest.red_invoices import settle_red
from qingfeng.ingest.section_rows import Sections, section_rows
from qingfeng.ingest.shifted_rows import shifted_rows
from qingfeng.ingest.sides import settle_sides, settled_numbers
from qingfeng.ingest.subjects import Subject, beside, columns_of, may_name_owner
from qingfeng.ingest.whole_table import Last, in_slice, last_above, note
from qingfeng.ingest.written_once import carried_in
from qingfeng.schema import table as canonical

FACTORS: Mapping[str, int] = {
    "分": 1,
    "元": 100,
    "百元": 10_000,
    "千元": 100_000,
    "万元": 1_000_000,
    "百万元": 100_000_000,
    "千万元": 1_000_000_000,
    "亿元": 10_000_000_000,
}
"""Fen of one unit of a money column."""


NO_YEAR = "dates without a year, and no period above the table: import again with --year"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A found table whose rows wait to be built. *entry*: its entry of the report.

    *place*: the path of its file. *shifted*: rows that are not built, by their number, and why:
    no record, or in wrong columns.
    """

    index: int
    grid: Grid
    found: Found
    layout: Layout
    source: str
    entry: dict[str, Any]
    shifted: dict[int, str] = field(default_factory=dict)
    place: str = ""


def groups(waiting: list[Waiting], year: int | None) -> list[list[tuple[Waiting, Delivery]]]:
    """Found tables by what one statement can build together."""
    grouped: dict[tuple[Any, ...], list[tuple[Waiting, Delivery]]] = {}
    for table in waiting:
        delivery = _delivery(table, year)
        key = (
            table.layout.name,
            tuple(sorted(delivery.fields)),
            tuple(sorted(delivery.factors.items())),
            tuple(sorted(delivery.headers.items())),
            tuple(sorted(table.found.constants.items())),
            tuple((lead.headers, lead.field) for lead in delivery.leads),
            delivery.year,
            delivery.period,
            delivery.owed,
        )
        grouped.setdefault(key, []).append((table, delivery))
    return list(grouped.values())


def _delivery(table: Waiting, year: int | None) -> Delivery:
    """Cut the mapped columns out of the grid, put in what stands around the table."""
    start, end = table.found.body
    height = max(0, end - start)
    sections = sections_of(table)
    sound = _sound(table, sections)
    height = height if sound is None else sound.true_count

    def column(index: int) -> pa.Array:
        whole = _cells_of(table, index)
        return whole if sound is None else whole.filter(sound)

    fields = {name: column(ref.index) for name, ref in table.found.columns.items()}
    if table.grid.merged:
        fields |= _money_once(table, sound)
    rows = table.grid.rows.slice(start, end - start)
    rows = rows if sound is None else rows.filter(sound)
    fields |= _dittos(table, fields, rows)
    fields = {name: cells for name, cells in fields.items() if not _is_empty(cells)}
    fields |= _carried_down(table, fields, height)
    if "sub_account" in fields and not names_parts(fields["sub_account"]):
        del fields["sub_account"]
    settled = settled_numbers(fields)
    headers = {name: ref.header for name, ref in table.found.columns.items()}
    fields = _settled(table, fields, headers)
    fields |= counted_from_1904(fields, table.layout) if table.grid.since_1904 else {}
    fields |= in_one_order(fields, table.layout)
    fields |= _filled_down(table, fields, height)
    if sections is not None and table.layout.sections:
        texts = sections.texts
        fields[table.layout.sections] = texts if sound is None else texts.filter(sound)
    context = {name: text for name, text in table.found.context.items() if name not in settled}
    fields |= _context_beside(table, context, fields, column, height)
    factors = {
        name: FACTORS[ref.unit or table.layout.units.get(name, "元")]
        for name, ref in table.found.columns.items()
        if (ref.unit or table.layout.units.get(name)) in FACTORS
    }
    yearless = [
        each for each in fields if is_instant(table.layout, each) and lacks_year(fields[each], each)
    ]
    posted = {
        name: fields.get(name) for name in (f"{each.removesuffix('.date')}.or" for each in yearless)
    }
    told = any(has_year(cells, name) for name, cells in posted.items() if cells is not None)
    period = table.found.around.declared.period if yearless and year is None else None
    if yearless and year is None and period is None and not told:
        header = table.found.columns[yearless[0]].header
        said = {"row": None, "column": header, "text": NO_YEAR}
        table.entry["warnings"].append(said)
    leads = tuple(
        Lead(column(index), _headers_of(table.found, index), _field_of(table.found, index))
        for index in range(min(2, table.grid.width))
    )
    taken = {ref.index for ref in table.found.columns.values()}
    rest = ((index, column(index)) for index in sorted({*range(table.grid.width)} - taken))
    titles = dict(enumerate(table.found.headers))
    delivery = Delivery(
        table.layout,
        fields,
        factors,
        pa.repeat(pa.scalar(table.index, pa.int64()), height),
        rows,
        {table.index: table.source},
        leads,
        pa.array(np.zeros(height, np.int32)),
        headers,
        year,
        period,
        "balance_fen" in fields
        and "direction" not in fields
        and speaks_of_debt(table.place, table.grid, table.found),
    )
    closing = cache(lambda: _no_records(delivery))
    telling = (
        each for each in rest if not counts_rows(each[0], titles.get(each[0], ""), each[1], closing)
    )
    return replace(delivery, rest=digest_of_rest(telling, height))


def _no_records(delivery: Delivery) -> npt.NDArray[np.bool_]:
    """Rows that close a table by their words, or lack a time although bookings have one."""
    table = canonical(delivery.layout.table)
    found: npt.NDArray[np.bool_] = footers(table, delivery)["is_footer"].to_numpy(
        zero_copy_only=False
    )
    times = [name for name in delivery.fields if is_instant(delivery.layout, name)]
    if table.name == "transfers" and times:
        dated = np.zeros(delivery.height, bool)
        for name in times:
            said = pc.match_substring_regex(plain(delivery.fields[name]), r"\d")
            dated |= said.to_numpy(zero_copy_only=False)
        found = found | ~dated
    return found


def _carried_down(table: Waiting, fields: Mapping[str, Cells], height: int) -> dict[str, Cells]:
    """What only the first row of a block of rows says, for all of them, and said."""
    owned = not {"account", "card"}.isdisjoint(table.found.context)
    carried, rows = carried_in(table.layout.table, fields, height, owned=owned)
    if rows:
        text = "written on the first row of each block only: carried down to {rows} rows"
        header = table.found.columns[next(iter(carried))].header
        table.entry["warnings"].append(counted(header, text, rows))
    return carried


def _filled_down(table: Waiting, fields: Mapping[str, Cells], height: int) -> dict[str, Cells]:
    """The columns that say something only where it changes."""
    found: dict[str, Cells] = {}
    for name in table.layout.fill_down:
        if name not in fields and not (in_slice() and name in table.found.columns):
            continue
        cells = plain(fields[name]) if name in fields else pa.repeat("", height)
        blank = pc.equal(pc.utf8_trim_whitespace(cells), "")
        said = pc.fill_null_forward(pc.if_else(blank, None, cells))
        note(("filled down", name), Last(said[-1].as_py() if height else None))
        before = last_above(("filled down", name)) if height and blank[0].as_py() else ""
        if before or name in fields:
            found[name] = said.fill_null(before)
    return found


def _context_beside(
    table: Waiting,
    context: Mapping[str, str],
    fields: Mapping[str, Cells],
    column: Callable[[int], pa.Array],
    height: int,
) -> dict[str, Cells]:
    """What stands around the table, put beside the rows that do not say it themselves."""
    layout = table.layout
    person = columns_of(layout)
    subject = Subject.among(context, person)
    found: dict[str, Cells] = {}
    if subject:
        context = {name: text for name, text in context.items() if name not in person}
        unread = {
            header: column(index)
            for index, header in enumerate(table.found.headers[: table.grid.width])
            if header in table.found.ignored and may_name_owner(header, layout)
        }
        put = beside(fields, subject, layout, unread, height)
        found |= put.cells
        table.entry["warnings"] += [counted(*said) for said in put.remarks()]
    for name, text in context.items():
        if name in fields:
            cells = plain(fields[name])
            blank = are_blank(cells)
            blank = pc.or_(blank, pc.equal(pc.utf8_trim(cells, " \t-"), ""))
            found[name] = pc.if_else(blank, text, cells)
        else:
            found[name] = pa.repeat(text, height).dictionary_encode()
    return found


def _settled(
    table: Waiting, fields: Mapping[str, pa.Array], headers: Mapping[str, str]
) -> dict[str, pa.Array]:
    """The fields where the rows have them: own side and other, day and time, red or not."""
    context = table.found.context
    found = settle_red(set_apart(settle_sides(fields, context, table.layout)), table.layout)
    found = settle_answers(found, table.layout)
    if table.layout.constants.get("mode") == "border":
        found = settle_crossings(found)
    if table.layout.table == "calls":
        found, unsettled = settle_callers(found, headers, context)
        table.entry["warnings"] += unsettled
    return found


def _sound(table: Waiting, sections: Sections | None) -> pa.Array | None:
    """Which rows of the body may be records? None: all of them; of the others it is kept why."""
    start, end = table.found.body
    rows = table.grid.rows.slice(start, max(0, end - start))
    table.shifted.update(shifted_rows(table.grid, table.found))
    again = numbered_again(table.grid, table.found.body, table.found.numbers)
    named = sections.named if sections is not None else None
    for mask, reason in ((again, HEADER), (named, SECTION)):
        if mask is not None:
            table.shifted.update(dict.fromkeys(rows.filter(pa.array(mask)).to_pylist(), reason))
    if not table.shifted:
        return None
    return pc.invert(pc.is_in(rows, value_set=pa.array(list(table.shifted), rows.type)))


def sections_of(table: Waiting) -> Sections | None:
    """The rows that name a place for the rows below, where no column does."""
    name = table.layout.sections
    if name is None or name in table.found.columns or name in table.found.context:
        return None
    return section_rows(table.grid, table.found.body)


def _cells_of(table: Waiting, index: int) -> pa.Array:
    """The whole body of one grid column."""
    start, end = table.found.body
    chunks = table.grid.cells.column(index).slice(start, max(0, end - start)).chunks
    if len(chunks) == 1:
        return chunks[0]
    return pa.concat_arrays([plain(each) for each in chunks] or [pa.array([], pa.string())])


def _money_once(table: Waiting, sound: pa.Array | None) -> dict[str, pa.Array]:
    """The sound rows of money columns without the repeats of merged cells, which are warned of."""
    found: dict[str, pa.Array] = {}
    for name, ref in table.found.columns.items():
        if is_money(name):
            whole = _cells_of(table, ref.index)
            cells, said = taken_once(table.grid, table.found.body[0], ref.index, whole)
            found[name] = cells if sound is None else cells.filter(sound)
            table.entry["warnings"] += [{**each, "column": ref.header} for each in said]
    return found


def _dittos(table: Waiting, fields: Mapping[str, pa.Array], rows: pa.Array) -> dict[str, pa.Array]:
    """The columns of *fields* with ditto marks, those as what they stand for, which is said."""
    found: dict[str, pa.Array] = {}
    for name, cells in fields.items():
        if is_filled_by_hand(table.layout.table, name, table.layout.kinds.get(name)):
            told, said = read_dittos(cells, rows, name)
            if said:
                found[name] = told
                header = table.found.columns[name].header
                table.entry["warnings"] += [{**each, "column": header} for each in said]
    return found


def _headers_of(found: Found, index: int) -> tuple[str, ...]:
    """What the header rows say of one column, together and row by row."""
    rows = [found.headers, *found.header_cells]
    said = {row[index].strip() for row in rows if index < len(row)}
    return tuple(sorted(said - {""}))


def _field_of(found: Found, index: int) -> str | None:
    """The column of the table that one column fills."""
    named = (name for name, ref in found.columns.items() if ref.index == index)
    return next((name.split(".")[0] for name in named), None)


def _is_empty(cells: pa.Array) -> bool:
    """Does no row of a dictionary column hold anything?"""
    return (
        pa.types.is_dictionary(cells.type)
        and len(cells.dictionary) <= 2
        and all(not text.strip() for text in cells.dictionary.to_pylist())
    )


def further(delivery: Delivery, fields: Mapping[str, str], when: Sequence[str]) -> Delivery:
    """The same source rows seen as another table; only rows where *when* is filled."""
    present = pa.repeat(pa.scalar(True), delivery.height)
    for name in when:
        cells = delivery.fields.get(name)
        if cells is None:
            present = pa.repeat(pa.scalar(False), delivery.height)
            break
        filled = pc.invert(are_blank(plain(cells)))
        present = pc.and_(present, filled)
    renamed = {
        column: delivery.fields[field]
        for column, field in fields.items()
        if field in delivery.fields
    }
    names = {field: column for column, field in fields.items()}
    return Delivery(
        delivery.layout,
        {column: plain(cells).filter(present) for column, cells in renamed.items()},
        {
            column: delivery.factors[field]
            for column, field in fields.items()
            if field in delivery.factors
        },
        delivery.table_index.filter(present),
        delivery.rows.filter(present),
        delivery.sources,
        tuple(
            Lead(plain(lead.cells).filter(present), lead.headers, names.get(lead.field or ""))
            for lead in delivery.leads
        ),
        pa.array(np.zeros(present.true_count, np.int32)),
        {},
        delivery.year,
        delivery.period,
    )
