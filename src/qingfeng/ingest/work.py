"""One unit of work: some delivered files, or a slice of a large one, to canonical parts.

Runs in a process of its own, so that a hostile file can at worst take that process down. Rows
of all files of the unit that share a layout are cleaned together: the cost of a file is not
the cost of a query.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.accounting import (
    NO_HEADER,
    NO_LAYOUT,
    Loose,
    account_for,
    document_entry,
    document_row,
    entry_of,
    loose_rows,
    reject_all,
)
from qingfeng.ingest.context import Context
from qingfeng.ingest.delivery import Delivery, joined, plain
from qingfeng.ingest.found import Waiting, further, groups
from qingfeng.ingest.going_on import going_on
from qingfeng.ingest.grid import Grid
from qingfeng.ingest.header_rows import Rows
from qingfeng.ingest.headers import Found, find_tables
from qingfeng.ingest.layouts import load_layouts
from qingfeng.ingest.mapping import propose_layout
from qingfeng.ingest.opening import DOCUMENTS, Opened, open_file
from qingfeng.ingest.pages import Accounted, check_totals, slice_page
from qingfeng.ingest.readers import delimited
from qingfeng.ingest.rows import RowBuilder
from qingfeng.ingest.side_by_side import set_side_by_side
from qingfeng.ingest.sliced_totals import SlicePage
from qingfeng.ingest.whole_table import Noted, Told, in_slice, reading_slice
from qingfeng.schema import table as canonical
from qingfeng.store.batches import write_part
from qingfeng.store.connecting import connect

TABLES_OF_A_FILE = 20
"""Bits of a table index that count the tables of one file; the file's index is above them."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of one large delimited file.

    *start*, *length*: in bytes; *first_row*: 1-based row of its first record. Its table is
    found in the *head* bytes after the byte order mark, which end with a record.
    """

    start: int
    length: int
    first_row: int
    dialect: delimited.Dialect
    skip: int
    head: int

    @property
    def first(self) -> bool:
        """Is it the beginning of the file?"""
        return self.start == self.skip


@dataclass(frozen=True, slots=True)
class FileJob:
    """One delivered file. *index* is its place in the delivery, *place* its name to people.

    *part*, *told*: a slice of it, and what that is told of its whole table.
    """

    index: int
    path: Path
    place: str
    sha256: str
    part: Slice | None = None
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What every unit of one import shares."""

    staging: Path
    passwords: tuple[str, ...] = ()
    year: int | None = None
    accept_proposed: bool = False
    layout_folders: tuple[Path, ...] = ()
    memory: str = "1GB"


class Repeat(NamedTuple):
    """A row that was dropped. *of*: source row of the record it repeats."""

    found_table: int
    row: int
    of: str
    table: str


@dataclass(slots=True)
class FileResult:
    """What became of one file: the table entries of the report, by table index.

    *repeats*: rows that repeat another row of the same unit. Of a slice: *number*, that of its
    unit; *noted*, what it says of its whole table; *pages*, its sums by table index.
    """

    index: int
    encoding: str | None = None
    layout: str | None = None
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: dict[int, dict[str, Any]] = field(default_factory=dict)
    repeats: list[Repeat] = field(default_factory=list)
    number: int | None = None
    noted: Noted | None = None
    pages: dict[int, SlicePage] = field(default_factory=dict)


def part_name(number: int) -> str:
    """File name of the parts that unit *number* writes."""
    return f"part-{number:06d}.parquet"


def do_unit(number: int, jobs: Sequence[FileJob], settings: Settings) -> list[FileResult]:
    """Read the files, build their rows, write one part a canonical table into staging.

    A slice is a unit of its own.
    """
    unit = _Unit(settings)
    if jobs[0].part is not None:
        with reading_slice(jobs[0].told, first=jobs[0].part.first) as noted:
            unit.do(number, jobs)
        unit.results[0].noted, unit.results[0].number = noted, number
    else:
        unit.do(number, jobs)
    return unit.results


class _Unit:
    """The files of one unit on their way to parts."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.layouts = load_layouts(settings.layout_folders)
        self.results: list[FileResult] = []
        self.waiting: list[Waiting] = []
        self.loose: Loose = {}
        self.accounted: list[Accounted] = []
        self.parts: dict[str, list[pa.Table]] = {}

    def do(self, number: int, jobs: Sequence[FileJob]) -> None:
        """Read the files and write their parts."""
        for job in jobs:
            self.take(job)
        self.build()
        self.write(number)

    def take(self, job: FileJob) -> None:
        """Open one file and queue its tables."""
        result = FileResult(job.index)
        self.results.append(result)
        if job.part is not None:
            self._take_slice(job, job.part, result)
            return
        for opened in open_file(job.path, job.place, self.settings.passwords):
            where = f"{opened.member}: " if opened.member else ""
            if opened.note is not None:
                result.notes.append(f"{where}ignored, {opened.note}")
            elif opened.error is not None:
                result.errors.append(f"{where}{opened.error.reason}. {opened.error.way_out}")
            elif opened.content in DOCUMENTS:
                self._take_document(job, opened, result)
            else:
                above: tuple[Grid, Found] | None = None
                for grid in opened.grids:
                    above = self._take_grid(job, grid, result, above)

    def _take_grid(
        self, job: FileJob, whole: Grid, result: FileResult, above: tuple[Grid, Found] | None
    ) -> tuple[Grid, Found] | None:
        """Queue the tables of one grid; return the last one. *above*: that of the grid before."""
        rows = Rows(whole)
        path = f"{job.place}/{whole.member}" if whole.member else job.place
        for grid in set_side_by_side(whole, self.layouts, rows):
            read = rows if grid is whole else None
            found = find_tables(grid, self.layouts, file_name=path, rows=read)
            if grid is whole:
                found = going_on(grid, found, above)
            self._take_tables(job, grid, found or [_headerless(grid)], result)
            above = (grid, found[-1]) if found else None
        return above

    def _take_slice(self, job: FileJob, part: Slice, result: FileResult) -> None:
        any_part = replace(part, start=0, length=0, first_row=0)
        found = _table_in_head(job.path, job.place, any_part, self.settings.layout_folders)
        with job.path.open("rb") as stream:
            stream.seek(part.start)
            content, _ = delimited.plain_bytes(stream.read(part.length), part.dialect.encoding)
        grid = delimited.parse(content, part.dialect, first_row=part.first_row)
        body = (found.body[0] if part.first else 0, grid.height)
        self._take_tables(job, grid, [replace(found, body=body)], result)

    def _take_document(self, job: FileJob, opened: Opened, result: FileResult) -> None:
        index = _next_index(job, result)
        result.tables[index] = document_entry(opened.member)
        result.layout = result.layout or "document"
        row = document_row(job.place, job.sha256, opened, index)
        self.loose.setdefault("documents", []).append(row)

    def _take_tables(
        self, job: FileJob, grid: Grid, found: Sequence[Found], result: FileResult
    ) -> None:
        source = f"{job.sha256}·{'/'.join(each for each in (grid.member, grid.sheet) if each)}"
        result.encoding = result.encoding or grid.encoding
        for table in found:
            index = _next_index(job, result)
            entry = entry_of(grid, table)
            entry["first_slice"] = job.part is None or job.part.first
            entry["sliced"] = job.part is not None
            result.tables[index] = entry
            mapped = self._mapped(table, grid, entry)
            if mapped.layout is None:
                reason = NO_LAYOUT if table.header_rows else NO_HEADER
                refused = reject_all(grid, table.body, entry, reason, source)
                self._keep_loose(index, refused)
                continue
            result.layout = result.layout or mapped.layout.name
            self.waiting.append(
                Waiting(index, grid, mapped, mapped.layout, source, entry, place=job.place)
            )

    def _mapped(self, table: Found, grid: Grid, entry: dict[str, Any]) -> Found:
        """The table, read by its proposed mapping where it has no layout and that is wanted."""
        if table.layout is not None or not (self.settings.accept_proposed and table.header_rows):
            return table
        proposed = propose_layout(table, grid).as_found()
        if proposed.layout is not None:
            entry.update(
                table=proposed.layout.table,
                layout=proposed.layout.name,
                context=dict(proposed.context),
                ignored_columns=list(proposed.ignored),
                reasons=list(proposed.reasons),
            )
            text = "proposed mapping taken as it stands; check it with qingfeng case map"
            entry["warnings"].append({"row": table.header_rows[0], "column": None, "text": text})
        return proposed

    def build(self) -> None:
        """Build the rows of every queued table and account for them."""
        builder = _builder(self.settings.memory)
        for group in groups(self.waiting, self.settings.year):
            self._build_group(builder, group)
        for each in self.accounted:
            if each.opened.entry["sliced"]:
                self.results[0].pages[each.opened.index] = slice_page(each)
        check_totals([each for each in self.accounted if not each.opened.entry["sliced"]])

    def _build_group(self, builder: RowBuilder, group: list[tuple[Waiting, Delivery]]) -> None:
        first = group[0][0]
        delivery = joined([each for _, each in group])
        table = canonical(first.layout.table)
        built = builder.build(table, delivery, constants=first.found.constants)
        self.parts.setdefault(table.name, []).append(built.kept)
        for also in first.layout.also:
            for part in builder.each(delivery, also.each):
                seen_so = further(part, also.fields, also.when)
                seen = builder.build(canonical(also.table), seen_so, constants=also.constants)
                self.parts.setdefault(also.table, []).append(seen.kept)
                _warn_of_lost(seen.rest, also.table, {each.index: each for each, _ in group})
        kept, rest = _by_table(built.kept), _by_table(built.rest)
        for waiting, _ in group:
            index = waiting.index
            loose, accounted = account_for(
                waiting, kept.get(index), rest.get(index), delivery.factors
            )
            self._keep_loose(index, loose)
            self.accounted += [accounted] if accounted else []

    def _keep_loose(self, index: int, loose: Loose) -> None:
        """Keep rows made one by one for found table *index*."""
        for name, rows in loose.items():
            for row in rows:
                row["delivered_table"] = index
                row["delivered_row"] = int(row["source_row"].rpartition("·")[2])
            self.loose.setdefault(name, []).extend(rows)

    def write(self, number: int) -> None:
        """Write what was built into the staging folder, one part a canonical table."""
        for name, rows in self.loose.items():
            if not rows:
                continue
            self.parts.setdefault(name, []).append(loose_rows(name, rows))
        for name, tables in self.parts.items():
            whole = tables[0]
            if len(tables) > 1:
                flat = [_without_dictionaries(each) for each in tables]
                whole = pa.concat_tables(flat, promote_options="permissive")
            if not whole.num_rows:
                continue
            if not in_slice():
                # Of a slice they are told when the whole table is there.
                whole, gone = _builder(self.settings.memory).drop_repeats(canonical(name), whole)
                self._note_repeats(name, gone)
            folder = self.settings.staging / name
            folder.mkdir(exist_ok=True)
            write_part(whole, folder / part_name(number))

    def _note_repeats(self, name: str, gone: pa.Table) -> None:
        by_file = {result.index: result for result in self.results}
        for index, row, of in zip(
            gone["delivered_table"].to_pylist(),
            gone["delivered_row"].to_pylist(),
            gone["of"].to_pylist(),
            strict=True,
        ):
            by_file[index >> TABLES_OF_A_FILE].repeats.append(Repeat(index, row, of, name))


@lru_cache(maxsize=8)
def _table_in_head(path: Path, place: str, part: Slice, layout_folders: tuple[Path, ...]) -> Found:
    """The one table of a large file, found in its head; the same for all its slices."""
    with path.open("rb") as stream:
        stream.seek(part.skip)
        grid = delimited.parse(stream.read(part.head), part.dialect)
    return find_tables(grid, load_layouts(layout_folders), file_name=place)[0]


@cache
def _builder(memory: str) -> RowBuilder:
    """The one builder of this process: its connection and what it remembers serve all units."""
    return RowBuilder(connect(zone="UTC", memory=memory, threads=1))


def _headerless(grid: Grid) -> Found:
    """All rows of a grid in which no row reads like a header."""
    return Found(None, (), (), (0, grid.height), {}, (), (), (), (), Context())


def _without_dictionaries(rows: pa.Table) -> pa.Table:
    columns = {
        name: plain(values) for name, values in zip(rows.column_names, rows.columns, strict=True)
    }
    return pa.table(columns)


def _next_index(job: FileJob, result: FileResult) -> int:
    return (job.index << TABLES_OF_A_FILE) + len(result.tables)


def _warn_of_lost(rest: pa.Table, name: str, waiting: Mapping[int, Waiting]) -> None:
    """Say of source rows that they hold what should be a row of another table, and is none."""
    for index, row, reason in zip(*(column.to_pylist() for column in rest.columns), strict=True):
        said = {"row": row, "column": None, "text": f"no row of {name}: {reason}"}
        waiting[index].entry["warnings"].append(said)


def _by_table(rows: pa.Table) -> dict[int, pa.Table]:
    """Split by found table; rows of one table keep their order."""
    if rows.num_rows == 0:
        return {}
    indices = pc.unique(rows["delivered_table"]).to_pylist()
    if len(indices) == 1:
        return {indices[0]: rows}
    order = pc.sort_indices(
        rows, [("delivered_table", "ascending"), ("delivered_row", "ascending")]
    )
    ordered = rows.take(order)
    counts = pc.value_counts(ordered["delivered_table"]).to_pylist()
    found: dict[int, pa.Table] = {}
    start = 0
    for each in counts:
        found[each["values"]] = ordered.slice(start, each["counts"])
        start += each["counts"]
    return found
