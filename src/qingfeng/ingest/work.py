"""One unit of work: some delivered files, or a slice of a large one, to canonical parts.

Runs in a process of its own, so that a hostile file can at worst take that process down. Rows
of all files of the unit that share a layout are cleaned together: the cost of a file is not
the cost of a query.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingfeng.ingest.checks import declared_checks
from qingfeng.ingest.context import Context
from qingfeng.ingest.delivery import Delivery, joined, plain
from qingfeng.ingest.grid import Grid
from qingfeng.ingest.headers import Found, find_tables
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.layouts import load_layouts
from qingfeng.ingest.mapping import propose_layout
from qingfeng.ingest.opening import DOCUMENTS, Opened, open_file
from qingfeng.ingest.readers import delimited
from qingfeng.ingest.readers.sniff import Content
from qingfeng.ingest.residue import classify, rejected_rows, total_checks
from qingfeng.ingest.rows import RowBuilder
from qingfeng.schema import table as canonical

TABLES_OF_A_FILE = 20
"""Bits of a table index that count the tables of one file; the file's index is above them."""

FACTORS: Mapping[str, int] = {"分": 1, "元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}
"""Fen of one unit of a money column."""

OWN_SIDE = {"account", "card", "account_masked", "holder.mixed"}
"""Fields that say whose booking it is."""

WARNINGS_SHOWN = 200
"""Warnings of one table listed one by one; ``flags`` of the rows hold them all."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of one large delimited file. *start*, *length*: in bytes; *first_row*: 1-based row
    of its first record. Its table is found in the *head* bytes after the byte order mark, which
    end with a record."""

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
    """One delivered file. *index* is its place in the delivery, *place* its name to people."""

    index: int
    path: Path
    place: str
    sha256: str
    part: Slice | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What every unit of one import shares."""

    staging: Path
    passwords: tuple[str, ...] = ()
    year: int | None = None
    accept_proposed: bool = False
    layout_folders: tuple[Path, ...] = ()
    memory: str = "1GB"


@dataclass(slots=True)
class FileResult:
    """What became of one file: the table entries of the report, by table index."""

    index: int
    encoding: str | None = None
    layout: str | None = None
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: dict[int, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Open:
    """A found table whose rows wait to be built."""

    index: int
    grid: Grid
    found: Found
    layout: Layout
    source: str
    entry: dict[str, Any]


def do_unit(number: int, jobs: Sequence[FileJob], settings: Settings) -> list[FileResult]:
    """Read the files, build their rows, write one part a canonical table into staging."""
    connection = duckdb.connect()
    connection.execute(
        f"SET threads=1; SET memory_limit='{settings.memory}'; SET TimeZone='UTC'; "
        "SET autoinstall_known_extensions=false; SET autoload_known_extensions=false"
    )
    layouts = load_layouts(settings.layout_folders)
    waiting: list[_Open] = []
    results: list[FileResult] = []
    parts: dict[str, list[pa.Table]] = {}
    loose: dict[str, list[dict[str, Any]]] = {}
    for job in jobs:
        result = FileResult(job.index)
        results.append(result)
        for opened in _opened(job, settings):
            _take_in(job, opened, layouts, settings, result, waiting, loose)
    builder = RowBuilder(connection)
    for group in _groups(waiting, settings.year):
        _build(builder, group, parts, loose)
    for name, rows in loose.items():
        parts.setdefault(name, []).append(_loose_rows(name, rows))
    connection.close()
    for name, tables in parts.items():
        folder = settings.staging / name
        folder.mkdir(exist_ok=True)
        whole = pa.concat_tables(tables, promote_options="permissive")
        if whole.num_rows:
            path = folder / f"part-{number:06d}.parquet"
            pq.write_table(whole, path, compression="zstd", compression_level=1)
    return results


def _opened(job: FileJob, settings: Settings) -> Iterable[Opened]:
    if job.part is None:
        return open_file(job.path, job.place, settings.passwords)
    with job.path.open("rb") as stream:
        stream.seek(job.part.start)
        data = stream.read(job.part.length)
    data, _ = delimited.plain_bytes(data, job.part.dialect.encoding)
    grid = delimited.parse(data, job.part.dialect, first_row=job.part.first_row)
    return [Opened("", Content.TEXT, len(data), (grid,))]


def _take_in(
    job: FileJob,
    opened: Opened,
    layouts: tuple[Layout, ...],
    settings: Settings,
    result: FileResult,
    waiting: list[_Open],
    loose: dict[str, list[dict[str, Any]]],
) -> None:
    """Find the tables of one opened file or member and queue them."""
    where = f"{opened.member}: " if opened.member else ""
    if opened.note is not None:
        result.notes.append(f"{where}ignored, {opened.note}")
        return
    if opened.error is not None:
        result.errors.append(f"{where}{opened.error.reason}. {opened.error.way_out}")
        return
    if opened.content in DOCUMENTS:
        _list_document(job, opened, result, loose)
        return
    for grid in opened.grids:
        source = f"{job.sha256}·{'/'.join(each for each in (grid.member, grid.sheet) if each)}"
        result.encoding = result.encoding or grid.encoding
        if job.part is not None:
            found = [_of_slice(job, job.part, grid, layouts)]
        else:
            path = f"{job.place}/{grid.member}" if grid.member else job.place
            found = find_tables(grid, layouts, file_name=path)
        if not found and job.part is None:
            _without_table(grid, result, job, source, loose)
        for table in found:
            index = (job.index << TABLES_OF_A_FILE) + len(result.tables)
            entry = _entry(grid, table)
            entry["first_slice"] = job.part is None or job.part.first
            result.tables[index] = entry
            layout = table.layout
            if layout is None and settings.accept_proposed:
                table = propose_layout(table, grid).as_found()
                layout = table.layout
            if layout is not None and entry["layout"] is None:
                entry.update(table=layout.table, layout=layout.name)
                entry["warnings"].append(
                    {
                        "row": table.header_rows[0],
                        "column": None,
                        "text": "proposed mapping taken as it stands; check it with qingfeng case map",
                    }
                )
            if layout is None:
                _reject_all(grid, table, entry, source, loose, _NO_LAYOUT)
                continue
            result.layout = result.layout or layout.name
            waiting.append(_Open(index, grid, table, layout, source, entry))


def _of_slice(job: FileJob, part: Slice, grid: Grid, layouts: tuple[Layout, ...]) -> Found:
    """The one table of a sliced file, its body being this slice."""
    with job.path.open("rb") as stream:
        stream.seek(part.skip)
        head = delimited.parse(stream.read(part.head), part.dialect)
    found = find_tables(head, layouts, file_name=job.place)[0]
    return replace(found, body=(found.body[0] if part.first else 0, grid.height))


def _entry(grid: Grid, found: Found) -> dict[str, Any]:
    layout = found.layout
    return {
        "member": grid.member,
        "sheet": grid.sheet,
        "hidden": grid.hidden,
        "header_row": found.header_rows[0] if found.header_rows else None,
        "header_rows": list(found.header_rows),
        "columns": ["".join(header.split()) for header in found.headers],
        "layout": layout.name if layout else None,
        "encoding": grid.encoding,
        "table": layout.table if layout else None,
        "context": dict(found.context),
        "rows_read": 0,
        "rows_kept": 0,
        "rejected": [],
        "duplicates": [],
        "warnings": [
            {"row": note.row, "column": note.column, "text": note.text} for note in grid.notes
        ],
        "skipped": [],
        "blank_rows": 0,
        "checks": [],
        "ignored_columns": list(found.ignored),
        "reasons": list(found.reasons),
    }


def _without_table(
    grid: Grid, result: FileResult, job: FileJob, source: str, loose: dict[str, list[dict[str, Any]]]
) -> None:
    """A grid without a table: an empty sheet, or cells without any header."""
    index = (job.index << TABLES_OF_A_FILE) + len(result.tables)
    nothing = Found(None, (), (), (0, grid.height), {}, (), (), (), (), Context())
    entry = _entry(grid, nothing)
    entry["empty"] = grid.height == 0
    result.tables[index] = entry
    _reject_all(grid, nothing, entry, source, loose, _NO_HEADER)


_NO_HEADER = "no row above it reads like a header; qingfeng case map FILE names the columns"
_NO_LAYOUT = "no layout fits these headers; qingfeng case map FILE proposes one"


def _reject_all(
    grid: Grid,
    found: Found,
    entry: dict[str, Any],
    source: str,
    loose: dict[str, list[dict[str, Any]]],
    reason: str,
) -> None:
    """Cells that nobody can say the meaning of: every row refused, word for word."""
    start, end = found.body
    cells = grid.cells.slice(start, end - start)
    columns = [plain(pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())).to_pylist() for column in cells.columns]
    numbers = grid.rows.slice(start, end - start).to_pylist()
    for position, row in enumerate(numbers):
        texts = [column[position] for column in columns]
        if not any(text.strip() for text in texts):
            entry["blank_rows"] += 1
            continue
        entry["rejected"].append({"row": row, "reason": reason})
        loose.setdefault("rejected_rows", []).append(
            {
                "table_name": None,
                "layout": None,
                "reason": reason,
                "cells": json.dumps(texts, ensure_ascii=False),
                "source_row": f"{source}·{row}",
            }
        )
    entry["rows_read"] = len(entry["rejected"])


def _list_document(
    job: FileJob, opened: Opened, result: FileResult, loose: dict[str, list[dict[str, Any]]]
) -> None:
    index = (job.index << TABLES_OF_A_FILE) + len(result.tables)
    name = Path(opened.member or job.place).name
    result.tables[index] = {
        "member": opened.member,
        "sheet": "",
        "header_row": None,
        "table": "documents",
        "layout": "document",
        "rows_read": 1,
        "rows_kept": 1,
        "rejected": [],
        "duplicates": [],
        "warnings": [{"row": None, "column": None, "text": "listed as a document; its text is not read"}],
        "ignored_columns": [],
        "checks": [],
    }
    result.layout = result.layout or "document"
    loose.setdefault("documents", []).append(
        {
            "title": name,
            "kind": DOCUMENTS[opened.content],
            "member": opened.member or None,
            "bytes": opened.size,
            "source_row": f"{job.sha256}·{opened.member}·1",
            "delivered_table": index,
            "delivered_row": 1,
        }
    )


def _groups(waiting: list[_Open], year: int | None) -> list[list[tuple[_Open, Delivery]]]:
    """Found tables by what one statement can build together."""
    grouped: dict[tuple[Any, ...], list[tuple[_Open, Delivery]]] = {}
    for table in waiting:
        delivery = _delivery(table, year)
        key = (
            table.layout.name,
            tuple(sorted(delivery.fields)),
            tuple(sorted(delivery.factors.items())),
            tuple(sorted(delivery.headers.items())),
            tuple(sorted(table.found.constants.items())),
            delivery.year,
        )
        grouped.setdefault(key, []).append((table, delivery))
    return list(grouped.values())


def _delivery(table: _Open, year: int | None) -> Delivery:
    """Cut the mapped columns out of the grid, put in what stands around the table."""
    start, end = table.found.body
    height = max(0, end - start)

    def column(index: int) -> pa.Array:
        chunks = table.grid.cells.column(index).slice(start, height).chunks
        if len(chunks) == 1:
            return chunks[0]
        return pa.concat_arrays([plain(each) for each in chunks]) if chunks else pa.array([], pa.string())

    fields = {name: column(ref.index) for name, ref in table.found.columns.items()}
    fields = {name: cells for name, cells in fields.items() if not _is_empty(cells)}
    for name in table.layout.fill_down:
        if name in fields:
            cells = plain(fields[name])
            blank = pc.equal(pc.utf8_trim_whitespace(cells), "")
            fields[name] = pc.fill_null_forward(pc.if_else(blank, None, cells)).fill_null("")
    for name, text in table.found.context.items():
        if name in fields:
            cells = plain(fields[name])
            blank = pc.equal(pc.utf8_trim(cells, " \t-"), "")
            fields[name] = pc.if_else(blank, text, cells)
        else:
            fields[name] = pa.repeat(text, height).dictionary_encode()
    factors = {
        name: FACTORS[ref.unit or table.layout.units.get(name, "元")]
        for name, ref in table.found.columns.items()
        if (ref.unit or table.layout.units.get(name)) in FACTORS
    }
    if table.layout.year_from and year is None and table.found.around.declared.period:
        year = int(table.found.around.declared.period[1][:4])
    leads = tuple(column(index) for index in range(min(2, table.grid.width)))
    headers = {name: ref.header for name, ref in table.found.columns.items()}
    return Delivery(
        table.layout,
        fields,
        factors,
        pa.repeat(pa.scalar(table.index, pa.int64()), height),
        table.grid.rows.slice(start, height),
        {table.index: table.source},
        leads,
        headers,
        year if table.layout.year_from else None,
    )


def _is_empty(cells: pa.Array) -> bool:
    """Does no row of a dictionary column hold anything?"""
    return (
        pa.types.is_dictionary(cells.type)
        and len(cells.dictionary) <= 2
        and all(not text.strip() for text in cells.dictionary.to_pylist())
    )


def _build(
    builder: RowBuilder,
    group: list[tuple[_Open, Delivery]],
    parts: dict[str, list[pa.Table]],
    loose: dict[str, list[dict[str, Any]]],
) -> None:
    first = group[0][0]
    delivery = joined([each for _, each in group])
    table = canonical(first.layout.table)
    built = builder.build(table, delivery, constants=first.found.constants)
    parts.setdefault(table.name, []).append(built.kept)
    for also in first.layout.also:
        further = _further(delivery, also.fields, also.when)
        rows = builder.build(canonical(also.table), further, constants=also.constants).kept
        parts.setdefault(also.table, []).append(rows)
    kept_of = _by_table(built.kept)
    rest_of = _by_table(built.rest)
    for opened, _ in group:
        _account(opened, kept_of.get(opened.index), rest_of.get(opened.index), loose, delivery.factors)


def _further(delivery: Delivery, fields: Mapping[str, str], when: Sequence[str]) -> Delivery:
    """The same source rows seen as another table; only rows where *when* is filled."""
    present = pa.repeat(pa.scalar(True), delivery.height)
    for name in when:
        cells = delivery.fields.get(name)
        if cells is None:
            present = pa.repeat(pa.scalar(False), delivery.height)
            break
        filled = pc.invert(pc.is_in(pc.utf8_trim(plain(cells), " \t"), pa.array(["", "-", "\\N", "/", "无"])))
        present = pc.and_(present, filled)
    renamed = {column: delivery.fields[field] for column, field in fields.items() if field in delivery.fields}
    return Delivery(
        delivery.layout,
        {column: plain(cells).filter(present) for column, cells in renamed.items()},
        {column: delivery.factors[field] for column, field in fields.items() if field in delivery.factors},
        delivery.table_index.filter(present),
        delivery.rows.filter(present),
        delivery.sources,
        tuple(plain(lead).filter(present) for lead in delivery.leads),
        {},
        delivery.year,
    )


def _by_table(rows: pa.Table) -> dict[int, pa.Table]:
    """Split by found table; rows of one table keep their order."""
    if rows.num_rows == 0:
        return {}
    indices = pc.unique(rows["delivered_table"]).to_pylist()
    if len(indices) == 1:
        return {indices[0]: rows}
    order = pc.sort_indices(rows, [("delivered_table", "ascending"), ("delivered_row", "ascending")])
    ordered = rows.take(order)
    counts = pc.value_counts(ordered["delivered_table"]).to_pylist()
    found: dict[int, pa.Table] = {}
    start = 0
    for each in counts:
        found[each["values"]] = ordered.slice(start, each["counts"])
        start += each["counts"]
    return found


def _account(
    opened: _Open,
    kept: pa.Table | None,
    rest: pa.Table | None,
    loose: dict[str, list[dict[str, Any]]],
    factors: Mapping[str, int],
) -> None:
    """Fill the report entry of one found table."""
    entry = opened.entry
    fields = {name: ref.index for name, ref in opened.found.columns.items()}
    if rest is not None:
        residue = classify(
            opened.grid,
            fields=fields,
            headers=opened.found.headers,
            rows=rest["delivered_row"].to_pylist(),
            reasons=rest["reason"].to_pylist(),
        )
        entry["rejected"] = sorted(residue.rejected, key=lambda each: int(each["row"]))
        entry["skipped"] = sorted(residue.skipped, key=lambda each: int(each["row"]))
        entry["blank_rows"] = residue.blank
        loose.setdefault("rejected_rows", []).extend(
            rejected_rows(
                residue, source=opened.source, table=opened.layout.table, layout=opened.layout.name
            )
        )
        loose.setdefault("query_feedback", []).extend(
            {"subject_number": subject or None, "text": text, "source_row": f"{opened.source}·{row}"}
            for row, subject, text in residue.feedback
        )
        if kept is not None:
            entry["checks"] = total_checks(residue, kept, factors)
    entry["rows_kept"] = kept.num_rows if kept is not None else 0
    entry["rows_read"] = entry["rows_kept"] + len(entry["rejected"])
    if opened.layout.table == "transfers" and not OWN_SIDE & {*opened.found.columns, *opened.found.context}:
        entry["warnings"].append(
            {
                "row": None,
                "column": "account",
                "text": "the account is named neither in the file nor in its name: an overlap with "
                "another file cannot be recognised",
            }
        )
    if kept is not None:
        entry["checks"] += declared_checks(opened.found.around.declared, kept)
        _warn(entry, kept)


def _warn(entry: dict[str, Any], kept: pa.Table) -> None:
    """List the flags of the kept rows as warnings, the first ones one by one."""
    flagged = kept.select(["delivered_row", "flags"]).filter(pc.is_valid(kept["flags"]))
    for row, flags in zip(
        flagged["delivered_row"].to_pylist()[:WARNINGS_SHOWN],
        flagged["flags"].to_pylist()[:WARNINGS_SHOWN],
        strict=True,
    ):
        for text in json.loads(flags):
            column, colon, said = text.partition(": ")
            entry["warnings"].append(
                {"row": row, "column": column if colon else None, "text": said if colon else text}
            )
    if flagged.num_rows > WARNINGS_SHOWN:
        entry["warnings"].append(
            {
                "row": None,
                "column": None,
                "text": f"{flagged.num_rows - WARNINGS_SHOWN} further rows carry remarks; see the column flags",
            }
        )
    if "direction" in kept.column_names:
        unknown = pc.sum(pc.equal(kept["direction"], "unknown")).as_py()
        if unknown:
            entry["warnings"].append(
                {"row": None, "column": "direction", "text": f"direction unknown in {unknown} rows"}
            )


def _loose_rows(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows made one by one (documents, feedback, rejects) as a canonical table."""
    definition = canonical(name)
    connection = duckdb.connect()
    columns = {
        column: pa.array([row.get(column) for row in rows], pa.int64() if kind == "BIGINT" else pa.string())
        for column, kind in definition.physical().items()
    }
    columns["delivered_table"] = pa.array([row.get("delivered_table", -1) for row in rows], pa.int64())
    columns["delivered_row"] = pa.array([row.get("delivered_row", 0) for row in rows], pa.int32())
    loose = pa.table(columns)
    connection.register("loose", loose)
    found = connection.sql(
        f"SELECT * REPLACE ('{name[0].upper()}' || md5(source_row)[1:24] AS {definition.id_column}) FROM loose"
    ).to_arrow_table()
    connection.close()
    return found
