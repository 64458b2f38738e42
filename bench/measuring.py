"""Run one program and account for everything it used, its orphans included.

Linux only: the process that measures becomes the reaper of orphans (a fork server outlives its
parent), and memory is read from /proc.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

_PR_SET_CHILD_SUBREAPER = 36
_SAMPLE_EVERY_SECONDS = 0.1


class EngineFailed(RuntimeError):
    """A measured program ended with an error; its last words are in the message."""

    def __init__(self, module: str, code: int, said: str) -> None:
        self.module, self.code = module, code
        super().__init__(f"{module} ended with {code}:\n{said[-4000:]}")


@dataclass(frozen=True, slots=True)
class Usage:
    """What one program used.

    seconds: wall time of its work, imports excluded, as it reports it itself. process_seconds:
    wall time from start to end. cpu_seconds: user and system time of the whole process tree,
    imports included. peak_mb: highest sampled proportional memory (PSS) of the tree, in MB of
    1,000,000 bytes; a peak shorter than a tenth of a second may be missed. said: what the
    program reports beside ``seconds``.
    """

    seconds: float
    process_seconds: float
    cpu_seconds: float
    peak_mb: int
    said: dict[str, Any]


def run_engine(module: str, arguments: Sequence[str]) -> Usage:
    """Run ``python -m module arguments`` and wait for it and all its descendants.

    The program prints one JSON object with ``seconds`` as its last line. Raises EngineFailed.
    """
    _reap_orphans()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.monotonic()
        child = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdout=out,
            stderr=err,
            start_new_session=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        )
        sampler = _MemorySampler(child.pid)
        sampler.start()
        code, cpu_seconds, process_seconds = _wait_for_all(child.pid, started)
        child.returncode = code
        sampler.stop()
        out.seek(0)
        err.seek(0)
        printed, complaint = out.read().decode(), err.read().decode("utf-8", "replace")
    if code != 0:
        raise EngineFailed(module, code, complaint)
    said = json.loads(printed.splitlines()[-1])
    return Usage(said.pop("seconds"), process_seconds, cpu_seconds, sampler.peak_mb, said)


def _reap_orphans() -> None:
    """Make orphaned descendants children of this process, so that their time is counted."""
    if sys.platform != "linux":
        raise RuntimeError("bench measures process trees through /proc: run it on Linux")
    if ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise RuntimeError("this process cannot become a reaper of orphans")


def _wait_for_all(leader: int, started: float) -> tuple[int, float, float]:
    """Exit code of *leader*, CPU seconds of it and all orphans, and its wall time."""
    code, cpu, wall = 0, 0.0, 0.0
    while True:
        try:
            pid, status, used = os.wait4(-1, 0)
        except ChildProcessError:
            return code, cpu, wall
        cpu += used.ru_utime + used.ru_stime
        if pid == leader:
            code = os.waitstatus_to_exitcode(status)
            wall = time.monotonic() - started


class _MemorySampler(threading.Thread):
    """Adds up the memory of one session again and again, and remembers the highest sum."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self._session = session
        self._ended = threading.Event()
        self.peak_mb = 0

    def run(self) -> None:
        while not self._ended.wait(_SAMPLE_EVERY_SECONDS):
            total = sum(_pss_kb(pid) for pid in _pids_of(self._session))
            self.peak_mb = max(self.peak_mb, total * 1024 // 1_000_000)

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _pids_of(session: int) -> list[int]:
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                # pid (name) state ppid pgrp session ...; the name may hold blanks and brackets.
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(after_name[3]) == session:
                found.append(int(entry.name))
    return found


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
