"""One authorised case: its batches, and a DuckDB connection over them."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from qingfeng.errors import LinksStale, StoreBusy, StoreDamaged
from qingfeng.schema import Table, tables
from qingfeng.store.batches import MANIFEST, BatchWriter, Manifest
from qingfeng.store.connecting import connect
from qingfeng.store.links import LINK_COLUMNS, LinkStore, transfers_view
from qingfeng.store.withdrawing import without_withdrawn

_BY_HAND = "Write it anew with the keys code, title and instrument, or restore it from a backup."


@dataclass(frozen=True, slots=True)
class Case:
    """A case folder. Many processes may read while one imports."""

    folder: Path

    @property
    def facts(self) -> Mapping[str, str]:
        """``code``, ``title`` and ``instrument``. Raises StoreDamaged."""
        path = self.folder / "case.json"
        try:
            found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
            return {name: found[name] for name in ("code", "title", "instrument")}
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise StoreDamaged(
                path, f"it does not say what case it is ({problem})", _BY_HAND
            ) from None

    @property
    def code(self) -> str:
        return self.folder.name

    @property
    def batches_folder(self) -> Path:
        return self.folder / "batches"

    def batches(self) -> list[Manifest]:
        """The committed batches, oldest first, less what was withdrawn. Raises StoreDamaged."""
        return without_withdrawn(self._committed())

    def batches_with(self, staged: Manifest) -> list[Manifest]:
        """The batches as they will stand when *staged* is published."""
        return without_withdrawn([*self._committed(), staged])

    def _committed(self) -> list[Manifest]:
        committed = sorted(self.batches_folder.glob(f"*/{MANIFEST}"))
        return [Manifest.read(each.parent) for each in committed]

    @property
    def links(self) -> LinkStore:
        """What :mod:`qingfeng.ingest.linking` found."""
        return LinkStore(self.folder)

    @property
    def linked(self) -> bool:
        """Are the present batches linked by the present rules? Nothing there needs no links."""
        batches = self.batches()
        return not batches or self.links.find(batches) is not None

    def verify(self) -> None:
        """Read all that was committed. Raises StoreDamaged for what is not as it was."""
        for each in self._committed():
            each.verify()
        self.links.verify(self.batches())

    @contextmanager
    def writing(self) -> Iterator[BatchWriter]:
        """Hold the case's write lock and give its one open batch.

        Leaving without ``commit`` leaves no trace. Raises StoreBusy if another process
        holds the lock; the lock ends with the process that holds it.
        """
        self.batches_folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StoreBusy(self.code) from None
            for leftover in self.batches_folder.iterdir():
                if leftover.is_dir() and not (leftover / MANIFEST).exists():
                    shutil.rmtree(leftover)
            self.links.forget_others(self.batches())
            numbers = (each.name.split("-")[0] for each in self.batches_folder.iterdir())
            number = 1 + max((int(each) for each in numbers if each.isdecimal()), default=0)
            # The suffix keeps a process orphaned by a kill out of a later batch of this number.
            batch = BatchWriter(self.batches_folder / f"{number:06d}-{uuid4().hex[:12]}")
            try:
                yield batch
            finally:
                if not (batch.folder / MANIFEST).exists():
                    batch.abandon()

    def add(self, contents: Mapping[str, pa.Table]) -> None:
        """Commit ready canonical rows as one batch: for generated cases and tests.

        Each table has all its physical columns, null where nothing is known. Raises
        MissingColumns (nothing is committed then), StoreBusy.
        """
        with self.writing() as batch:
            for name, rows in contents.items():
                batch.write(name, "part-0", rows)
            batch.commit(files=[], totals={})

    def connect(
        self,
        *,
        memory: str | None = None,
        batches: Sequence[Manifest] | None = None,
        linked: bool = True,
    ) -> duckdb.DuckDBPyConnection:
        """An in-memory DuckDB with one view a canonical table, empty where nothing came.

        ``transfers`` carries three columns more than its parts: ``event_id`` (one event seen
        from several records), ``links`` overlaid on ``status`` and holder, and ``counted``
        (false: failed, undone, or a second copy; never part of a total). Times are shown in
        Asia/Shanghai. *batches*: those to see, all committed ones by default. *linked*: False
        leaves the links out. A case that was never linked (generated rows) has none. Raises
        StoreDamaged; LinksStale if the links there are speak of other batches.
        """
        spill = None
        if memory is not None:
            spill = self.folder / ".spill" / str(os.getpid())
            spill.mkdir(parents=True, exist_ok=True)
        connection = connect(zone="Asia/Shanghai", memory=memory, spill=spill)
        seen = self.batches() if batches is None else batches
        for definition in tables().values():
            paths = [path for batch in seen for path in batch.paths(definition.name)]
            _view(connection, definition, paths)
        links = self.links.find(seen) if linked else None
        if linked and links is None and seen and self.links.any:
            raise LinksStale(self.code)
        connection.execute(transfers_view(links))
        return connection


def _view(connection: duckdb.DuckDBPyConnection, definition: Table, paths: list[Path]) -> None:
    name = "delivered_transfers" if definition.name == "transfers" else definition.name
    typed = ", ".join(
        f'CAST("{column}" AS {kind}) AS "{column}"'
        for column, kind in definition.physical().items()
    )
    if paths:
        listed = ", ".join(f"'{str(path).replace(chr(39), chr(39) * 2)}'" for path in paths)
        source = f"read_parquet([{listed}], union_by_name=true)"
    else:
        nothing = ", ".join(f'NULL AS "{column}"' for column in definition.physical())
        source = f"(SELECT {nothing} WHERE false)"
    try:
        connection.execute(f'CREATE VIEW "{name}" AS SELECT {typed} FROM {source}')
    except duckdb.Error:
        _blame(definition, paths)
        raise


def _blame(definition: Table, paths: list[Path]) -> None:
    """Raise StoreDamaged for the first part that is no Parquet file or lacks columns."""
    for path in paths:
        try:
            names = pq.read_schema(path).names
        except (pa.ArrowInvalid, OSError):
            raise StoreDamaged(path, "it is no Parquet file") from None
        missing = definition.missing(names)
        if missing:
            found = f"columns of {definition.name} are missing: {', '.join(missing)}"
            raise StoreDamaged(path, found) from None


__all__ = ["LINK_COLUMNS", "Case"]
