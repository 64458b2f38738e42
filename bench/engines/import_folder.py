"""Ours: ``import_folder HOME CODE PATH WORKERS MEMORY [PASSWORDS]``, one import into one case."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.engines.reporting import Stopwatch
from qingfeng.cli.case_import import read_passwords
from qingfeng.ingest.run import import_paths
from qingfeng.store import BatchWriter, Case, Home
from qingfeng.store.batches import Manifest


def main(home: Path, code: str, path: Path, options: Sequence[str]) -> None:
    """Import, and say when its parts were durable; then they are linked and published."""
    workers, memory, *passwords = options
    place = Home(home)
    case = place.case(code) if code in place.codes() else _new_case(place, code)
    watch = Stopwatch()
    durable = _when_durable(time.perf_counter())
    report = import_paths(
        case,
        [path],
        passwords=read_passwords(Path(passwords[0]) if passwords else None),
        workers=int(workers),
        memory=memory,
    )
    watch.phase("import")
    statuses: dict[str, int] = {}
    for entry in report["files"]:
        statuses[entry["status"]] = statuses.get(entry["status"], 0) + 1
    watch.report(durable_seconds=durable.get("seconds"), totals=report["totals"], files=statuses)


def _when_durable(started: float) -> dict[str, float]:
    """Note the seconds until the parts of a batch are on disk, hashed and synced."""
    noted: dict[str, float] = {}
    stage = BatchWriter.stage

    def noting(batch: BatchWriter, **facts: object) -> Manifest:
        staged = stage(batch, **facts)  # type: ignore[arg-type]
        noted["seconds"] = time.perf_counter() - started
        return staged

    BatchWriter.stage = noting  # type: ignore[method-assign]
    return noted


def _new_case(home: Home, code: str) -> Case:
    return home.create_case(code, title="bench", instrument="演示〔2026〕1号")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
