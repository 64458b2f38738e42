"""The one way to open a database: in memory, quiet, and spilling only where it is told to."""

from __future__ import annotations

from pathlib import Path

import duckdb


def connect(
    *,
    zone: str | None = None,
    memory: str | None = None,
    spill: Path | None = None,
    threads: int | None = None,
) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that loads no extension by itself and writes nothing to the screen.

    *zone*: the time zone in which it shows instants. *memory*: as in ``1GB``. *spill*: the folder
    for what does not fit; any name may be one. *threads*: all processors if None.
    """
    connection = duckdb.connect()
    # A bar of progress would go to standard output, into the answer of a ``--json``.
    settings = [
        "autoinstall_known_extensions=false",
        "autoload_known_extensions=false",
        "enable_progress_bar=false",
    ]
    said = {"TimeZone": zone, "memory_limit": memory, "temp_directory": spill}
    settings += [
        f"{name}={_quoted(str(value))}" for name, value in said.items() if value is not None
    ]
    if threads is not None:
        settings.append(f"threads={threads}")
    connection.execute("; ".join(f"SET {each}" for each in settings))
    return connection


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
