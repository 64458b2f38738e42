"""One import is one batch: Parquet parts, and a manifest that makes them count.

``batches/<number>-<digest>/<table>/<part>.parquet`` and, written last, ``manifest.json``. A
folder without a manifest was never committed: readers do not see it and the next writer
removes it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from qingfeng.errors import MissingColumns, StoreDamaged
from qingfeng.schema import tables
from qingfeng.store.files import sync_file, sync_folder, write_atomically

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a committed batch holds.

    *parts*: path relative to the batch folder -> {"rows": int, "bytes": int}. *files*: the
    file entries of the import report. *totals*: its totals.
    """

    folder: Path
    parts: Mapping[str, Mapping[str, int]]
    files: list[dict[str, Any]]
    totals: Mapping[str, int]

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read and check a committed batch. Raises StoreDamaged."""
        raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        for name, facts in raw["parts"].items():
            part = folder / name
            if not part.is_file():
                raise StoreDamaged(part, "it is missing")
            if part.stat().st_size != facts["bytes"]:
                raise StoreDamaged(part, f"{part.stat().st_size} bytes, not {facts['bytes']}")
        return cls(folder, raw["parts"], raw["files"], raw["totals"])

    def paths(self, table: str) -> list[Path]:
        """The parts of one table, in name order."""
        return sorted(self.folder / name for name in self.parts if name.split("/")[0] == table)


_TEXTS_WORTH_A_DICTIONARY = 0.5
"""A text column is stored by distinct value while at most this share of a sample is distinct."""

_SAMPLE = 2_048

_BOUNDED = ["booked_at"]
"""Columns whose least and greatest value are stored with each part, for reading by period."""


def write_part(rows: pa.Table, path: Path) -> None:
    """Write one part as all parts are written."""
    repeating = [name for name in rows.column_names if _repeats(rows[name])]
    pq.write_table(
        rows,
        path,
        compression="zstd",
        compression_level=1,
        use_dictionary=repeating,
        write_statistics=[name for name in _BOUNDED if name in rows.column_names],
        store_schema=False,
    )


def _repeats(column: pa.ChunkedArray) -> bool:
    if pa.types.is_dictionary(column.type):
        return True
    if not pa.types.is_string(column.type):
        return False
    sample = column.slice(0, _SAMPLE)
    return len(sample.unique()) <= len(sample) * _TEXTS_WORTH_A_DICTIONARY


class BatchWriter:
    """The one open batch of a case. Commit it, or leave it and nothing has happened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)

    def table_folder(self, table: str) -> Path:
        """Where the parts of *table* go; created on first use."""
        found = self.folder / table
        found.mkdir(exist_ok=True)
        return found

    def write(self, table: str, name: str, rows: pa.Table) -> Path:
        """Write one part."""
        path = self.table_folder(table) / f"{name}.parquet"
        write_part(rows, path)
        return path

    def commit(self, *, files: list[dict[str, Any]], totals: Mapping[str, int]) -> Manifest:
        """Make every part durable, then the manifest; from then on readers see the batch.

        Parts without rows are dropped. Raises MissingColumns if a part lacks a column of its
        table; nothing is committed then.
        """
        parts: dict[str, dict[str, int]] = {}
        for path in sorted(self.folder.rglob("*.parquet")):
            metadata = pq.read_metadata(path)
            if metadata.num_rows == 0:
                path.unlink()
                continue
            _require_columns(path.parent.name, metadata.schema.names)
            sync_file(path)
            name = path.relative_to(self.folder).as_posix()
            parts[name] = {"rows": metadata.num_rows, "bytes": path.stat().st_size}
        for table in {name.split("/")[0] for name in parts}:
            sync_folder(self.folder / table)
        sync_folder(self.folder.parent)
        facts = {"parts": parts, "files": files, "totals": dict(totals)}
        write_atomically(self.folder / MANIFEST, json.dumps(facts, ensure_ascii=False))
        return Manifest(self.folder, parts, files, totals)

    def abandon(self) -> None:
        """Remove what was written."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _require_columns(table: str, names: Collection[str]) -> None:
    definition = tables().get(table)
    missing = definition.missing(names) if definition is not None else []
    if missing:
        raise MissingColumns(table, missing)
