"""Export one canonical table of a case: csv, jsonl, parquet, xlsx, FollowTheMoney.

Rows stream from DuckDB in batches, sorted on disk where they do not fit, so memory does not
grow with the table. The same rows, delivered under the same names, give the same bytes. A file
appears under its name only when it is complete. What each format does to a value: csv and jsonl
``report.lines``, xlsx ``report.spreadsheet``, ftm ``report.ftm``; parquet keeps the stored types
(fen int64, instants in UTC microseconds, ``flags`` as JSON text).
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from qingfeng.errors import UsageError
from qingfeng.report import ftm, lines, spreadsheet
from qingfeng.report.delivered_files import paths_by_hash
from qingfeng.report.selection import Selection, select
from qingfeng.store import Case

BINARY = frozenset({"parquet", "xlsx"})
FORMATS = ("csv", "jsonl", "parquet", "xlsx", "ftm")
DEFAULT_MEMORY = "2GB"
ROWS_A_BATCH = 50_000


def export_table(
    case: Case,
    table: str,
    format: str,  # noqa: A002 - the word of the command line
    out: BinaryIO | Path | None,
    *,
    columns: Iterable[str] | None = None,
    memory: str = DEFAULT_MEMORY,
) -> int:
    """Write *table* to *out* and return the rows written (for ftm: the entities).

    out: a path (written whole or not at all), a binary stream (left open), or None for standard
        output.
    columns: names in the wanted order; None for all. Not for ftm, whose form is fixed.
    memory: what DuckDB may hold before it sorts on disk, inside the case folder.
    Raises UsageError for an unknown format or column and for a path that is a folder or in
    none, InvalidDefinition for an unknown table.
    """
    if format not in FORMATS:
        raise UsageError(f"Unknown format {format!r}; there are {', '.join(FORMATS)}.")
    if format == "ftm" and columns is not None:
        raise UsageError("The ftm form has its own properties; leave the columns out.")
    selection = select(table, columns)
    if format == "ftm":
        ftm.require_mapped(table)
    if isinstance(out, Path):
        return _export_to_path(case, selection, format, out, memory)
    stream = sys.stdout.buffer if out is None else out
    with _connected(case, memory) as connection:
        written = _export(connection, selection, format, stream)
    stream.flush()
    return written


@contextmanager
def _connected(case: Case, memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Connect with room to sort on disk; what was spilled is removed at the end."""
    spill = case.folder / ".spill" / str(os.getpid())
    spill.mkdir(parents=True, exist_ok=True)
    try:
        with case.connect(memory=memory) as connection:
            paths = paths_by_hash(case.batches())
            columns = {"sha256": list(paths), "path": list(paths.values())}
            named = pa.schema([("sha256", pa.string()), ("path", pa.string())])
            connection.register("delivered_file", pa.table(columns, named))
            yield connection
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def _export_to_path(case: Case, selection: Selection, form: str, path: Path, memory: str) -> int:
    if not path.parent.is_dir():
        raise UsageError(f"{path} cannot be written: there is no folder {path.parent}.")
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file.")
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with draft.open("wb") as stream, _connected(case, memory) as connection:
            written = _export(connection, selection, form, stream)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return written


def _export(
    connection: duckdb.DuckDBPyConnection, selection: Selection, form: str, stream: BinaryIO
) -> int:
    if form == "csv":
        stream.write(lines.csv_header(selection).encode())
        return _write_lines(connection, selection, lines.csv_line_sql(selection), stream)
    if form == "jsonl":
        return _write_lines(connection, selection, lines.json_line_sql(selection), stream)
    if form == "ftm":
        return ftm.write_entities(connection, selection.table.name, stream)
    with tempfile.TemporaryFile() as whole:
        if form == "parquet":
            written = _write_parquet(connection, selection, whole)
        else:
            written = spreadsheet.write_workbook(connection, selection, whole)
        whole.seek(0)
        shutil.copyfileobj(whole, stream)
    return written


def _write_lines(
    connection: duckdb.DuckDBPyConnection, selection: Selection, line: str, stream: BinaryIO
) -> int:
    query = f"SELECT {line} AS line FROM {selection.rows_sql} ORDER BY {selection.order_by}"
    written = 0
    for batch in connection.sql(query).to_arrow_reader(ROWS_A_BATCH):
        stream.write("".join(batch.column(0).to_pylist()).encode())
        written += batch.num_rows
    return written


def _write_parquet(
    connection: duckdb.DuckDBPyConnection, selection: Selection, stream: BinaryIO
) -> int:
    names = ", ".join(f'"{each.name}"' for each in selection.columns)
    query = f"SELECT {names} FROM {selection.rows_sql} ORDER BY {selection.order_by}"
    reader = connection.sql(query).to_arrow_reader(ROWS_A_BATCH)
    schema = pa.schema([_in_utc(field) for field in reader.schema])
    written = 0
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch.cast(schema))
            written += batch.num_rows
    return written


def _in_utc(field: pa.Field) -> pa.Field:
    return (
        field.with_type(pa.timestamp("us", tz="UTC"))
        if pa.types.is_timestamp(field.type)
        else field
    )
