"""One import is one batch: Parquet parts, and a manifest that makes them count.

``batches/<number>-<digest>/<table>/<part>.parquet`` and, written last, ``manifest.json``. A
folder without a manifest was never committed: readers do not see it and the next writer
removes it. A batch is never changed; a later one may withdraw files of it (see
:mod:`qingfeng.store.withdrawing`).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from qingfeng.errors import MissingColumns, StoreDamaged, StoreOutdated
from qingfeng.schema import tables
from qingfeng.store.files import sync_file, sync_folder, write_atomically

MANIFEST = "manifest.json"

FORM = 3
"""Raised with every change of the canonical columns or of how records get their identifiers."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a committed batch holds.

    *parts*: path relative to the batch folder -> {"rows": int, "bytes": int, "sha256": str}.
    *files*: the file entries of the import report. *totals*: its totals. *withdrawn*: digest
    of a file of an earlier batch -> {"path", "reason", "at"}. *replaced*: parts of earlier
    batches, as ``<batch>/<table>/<part>``, that this batch holds anew without those files.
    """

    folder: Path
    parts: Mapping[str, Mapping[str, Any]]
    files: list[dict[str, Any]]
    totals: Mapping[str, int]
    withdrawn: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    replaced: tuple[str, ...] = ()

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read a committed batch; all its parts are there in their size.

        Raises StoreDamaged; StoreOutdated for the form of another version.
        """
        try:
            raw = _contents(folder / MANIFEST)
            parts, files, totals = raw["parts"], raw["files"], raw["totals"]
            sizes = {folder / name: facts["bytes"] for name, facts in parts.items()}
            withdrawn, replaced = raw.get("withdrawn", {}), tuple(raw.get("replaced", ()))
            form = raw.get("form", 1)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
            raise StoreDamaged(folder / MANIFEST, f"it is no manifest ({problem})") from None
        if form != FORM:
            raise StoreOutdated(folder, form, FORM)
        for part, size in sizes.items():
            if not part.is_file():
                raise StoreDamaged(part, "it is missing")
            if part.stat().st_size != size:
                raise StoreDamaged(part, f"{part.stat().st_size} bytes, not {size}")
        return cls(folder, parts, files, totals, withdrawn, replaced)

    def paths(self, table: str) -> list[Path]:
        """The parts of one table, in name order."""
        return sorted(self.folder / name for name in self.parts if name.split("/")[0] == table)

    def verify(self) -> None:
        """Read every part again. Raises StoreDamaged for one that is not what was committed."""
        for name, facts in self.parts.items():
            part, said = self.folder / name, facts.get("sha256")
            if said is None:
                _read_through(part)
            elif digest(part) != said:
                raise StoreDamaged(part, "its content is not what was committed")


def _contents(path: Path) -> dict[str, Any]:
    status = path.stat()
    return _parsed(path, status.st_mtime_ns, status.st_size, status.st_ino)


@lru_cache(maxsize=64)
def _parsed(path: Path, *_state: int) -> dict[str, Any]:
    """A manifest is never changed: one that is the same file is read once."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


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

    def stage(
        self,
        *,
        files: list[dict[str, Any]],
        totals: Mapping[str, int],
        withdrawn: Mapping[str, Mapping[str, str]] | None = None,
        replaced: Sequence[str] = (),
    ) -> Manifest:
        """Make every part durable and say what the batch will hold; readers do not see it yet.

        Parts without rows are dropped. Raises MissingColumns if a part lacks a column of its
        table.
        """
        parts: dict[str, dict[str, Any]] = {}
        for path in sorted(self.folder.rglob("*.parquet")):
            metadata = pq.read_metadata(path)
            if metadata.num_rows == 0:
                path.unlink()
                continue
            _require_columns(path.parent.name, metadata.schema.names)
            name = path.relative_to(self.folder).as_posix()
            parts[name] = {"rows": metadata.num_rows, "bytes": path.stat().st_size}
        with ThreadPoolExecutor() as pool:
            paths = [self.folder / name for name in parts]
            for facts, sha256 in zip(parts.values(), pool.map(_settled, paths), strict=True):
                facts["sha256"] = sha256
        for table in {name.split("/")[0] for name in parts}:
            sync_folder(self.folder / table)
        sync_folder(self.folder.parent)
        return Manifest(self.folder, parts, files, totals, withdrawn or {}, tuple(replaced))

    def publish(self, staged: Manifest) -> Manifest:
        """Write the manifest of what was staged; from then on readers see the batch."""
        facts: dict[str, Any] = {
            "form": FORM,
            "parts": staged.parts,
            "files": staged.files,
            "totals": dict(staged.totals),
        }
        if staged.replaced or staged.withdrawn:
            facts |= {"withdrawn": dict(staged.withdrawn), "replaced": staged.replaced}
        write_atomically(self.folder / MANIFEST, json.dumps(facts, ensure_ascii=False))
        return staged

    def commit(self, *, files: list[dict[str, Any]], totals: Mapping[str, int]) -> Manifest:
        """Stage and publish. Raises MissingColumns; nothing is committed then."""
        return self.publish(self.stage(files=files, totals=totals))

    def abandon(self) -> None:
        """Remove what was written."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _read_through(part: Path) -> None:
    """Read a part that was committed before digests were kept."""
    try:
        pq.ParquetFile(part).read()
    except (pa.ArrowException, OSError) as problem:
        raise StoreDamaged(part, f"it cannot be read ({problem})") from None


def digest(path: Path) -> str:
    """SHA-256 of a file as hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _settled(path: Path) -> str:
    sync_file(path)
    return digest(path)


def _require_columns(table: str, names: Collection[str]) -> None:
    definition = tables().get(table)
    missing = definition.missing(names) if definition is not None else []
    if missing:
        raise MissingColumns(table, missing)
