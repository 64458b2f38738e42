"""Ours: ``import_folder HOME CODE PATH WORKERS MEMORY [PASSWORDS]``, one import into one case."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.engines.reporting import Stopwatch
from qingfeng.cli.case_import import read_passwords
from qingfeng.ingest.run import import_paths
from qingfeng.store import Case, Home
from qingfeng.store.batches import MANIFEST


def main(home: Path, code: str, path: Path, options: Sequence[str]) -> None:
    """Import, and say when the batch was committed and when its bookings were linked."""
    workers, memory, *passwords = options
    place = Home(home)
    case = place.case(code) if code in place.codes() else _new_case(place, code)
    before = len(case.batches())
    started_at = time.time()
    watch = Stopwatch()
    report = import_paths(
        case,
        [path],
        passwords=read_passwords(Path(passwords[0]) if passwords else None),
        workers=int(workers),
        memory=memory,
    )
    watch.phase("import")
    newest = sorted(case.batches_folder.glob(f"*/{MANIFEST}"))[before:]
    commit_seconds = newest[0].stat().st_mtime - started_at if newest else None
    statuses: dict[str, int] = {}
    for entry in report["files"]:
        statuses[entry["status"]] = statuses.get(entry["status"], 0) + 1
    watch.report(commit_seconds=commit_seconds, totals=report["totals"], files=statuses)


def _new_case(home: Home, code: str) -> Case:
    return home.create_case(code, title="bench", instrument="演示〔2026〕1号")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
