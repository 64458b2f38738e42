"""Import: a delivery to one committed batch, and the report that accounts for every row."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import groupby
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

from qingfeng.errors import UsageError
from qingfeng.ingest.linking import link
from qingfeng.ingest.outcomes import is_news, name_refused_twins, read_again, twin_of
from qingfeng.ingest.planning import Delivered, bundles, digest, discover, jobs_of, weight
from qingfeng.ingest.readers.sniff import Content, sniff_path
from qingfeng.ingest.repeats import drop_repeats
from qingfeng.ingest.reporting import file_entry, merged, settle_repeats, totals_of
from qingfeng.ingest.retaking import Taken, settle_slices
from qingfeng.ingest.saying_more import keep_what_repeats_add
from qingfeng.ingest.their_table import identify_slices
from qingfeng.ingest.whole_table import Noted
from qingfeng.ingest.without_main import without_main
from qingfeng.ingest.work import FileJob, FileResult, Repeat, Settings, do_unit, part_name
from qingfeng.schema import tables
from qingfeng.store import BatchWriter, Case
from qingfeng.store.connecting import connect

Progress = Callable[[int, int, int], None]
"""Called with bytes done, bytes in all, and rows read so far."""

_ALONE_FROM = 1_000_000
"""Numbers of units that read one file again begin here, above those of ordinary units."""

_READER_BYTES = 12 << 30
"""Address space of one reader process; the largest sheet the limits admit takes about 4 GB."""

INLINE_BYTES = 2 << 20
"""A delivery of plain text up to this size is read in this process: nothing it could do."""

_TEXT_SUFFIXES = {".csv", ".txt", ".tsv"}
_PLAIN = {Content.TEXT, Content.EMPTY, Content.UNKNOWN}


def import_paths(
    case: Case,
    paths: Sequence[Path],
    *,
    passwords: Sequence[str] = (),
    year: int | None = None,
    accept_proposed: bool = False,
    progress: Progress | None = None,
    workers: int | None = None,
    memory: str = "2GB",
    layout_folders: tuple[Path, ...] = (),
) -> dict[str, Any]:
    """Import files, folders and archives as one batch and return the report.

    Nothing is visible before everything is, its links with what was there included: a kill at
    any point leaves the case as it was, and the same call again gives the same result. An import
    that only refused files is kept too, once. *year*: for dates that have none. *workers*:
    processes, all cores by default. *memory*: bound of the database in each process. Raises
    UsageError for a path that does not exist, StoreBusy if the case is being written.
    """
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise UsageError(f"{path} does not exist; nothing was imported.")
    delivered = discover([path.absolute() for path in paths])
    _start_readers(delivered)
    with case.writing() as batch:
        known = _known(case)
        jobs, entries = _plan(delivered, known)
        settings = Settings(
            batch.folder,
            tuple(passwords),
            year,
            accept_proposed,
            (*layout_folders, *_own_layouts(case)),
            memory,
        )
        results = _work(jobs, settings, progress, _processes(jobs, workers))
        by_index = merged(results)
        dropped = _drop_repeats(case, batch, memory, results)
        for job in jobs:
            result = by_index[job.index]
            settle_repeats(result, dropped, job.sha256)
            entries[job.index] = file_entry(job, result)
        name_refused_twins(entries)
        ordered = [entries[index] for index in sorted(entries)]
        totals = totals_of(ordered)
        report = {"files": ordered, "totals": totals}
        if is_news(case, ordered):
            staged = batch.stage(
                files=ordered, totals=totals, replaced=read_again(case, batch, jobs, dropped)
            )
            link(case, memory=memory, batches=case.batches_with(staged))
            batch.publish(staged)
        elif not case.linked:
            link(case, memory=memory)
    return report


def _own_layouts(case: Case) -> tuple[Path, ...]:
    """Layout files the users of this installation wrote: in the home, and in the case."""
    found = (case.folder.parent.parent / "layouts", case.folder / "layouts")
    return tuple(folder for folder in found if folder.is_dir())


def _known(case: Case) -> dict[str, str]:
    """Digest to place of the files whose every table was read by an earlier import."""
    return {
        entry["sha256"]: entry["path"]
        for batch in case.batches()
        for entry in batch.files
        if entry["status"] == "imported"
        and entry["reason"] is None
        and not entry.get("repeats_withdrawn")
        and all(each["layout"] or each.get("empty") for each in entry["tables"])
    }


def _plan(
    delivered: Sequence[Delivered], known: dict[str, str]
) -> tuple[list[FileJob], dict[int, dict[str, Any]]]:
    """The files to read, and the entries of those that are not."""
    jobs: list[FileJob] = []
    entries: dict[int, dict[str, Any]] = {}
    seen = dict(known)
    for index, each in enumerate(delivered):
        entry: dict[str, Any] = {
            "path": each.place,
            "sha256": None,
            "layout": None,
            "encoding": None,
            "status": "ignored",
            "reason": each.litter,
            "tables": [],
        }
        if each.litter is not None:
            entries[index] = entry
            continue
        sha256, unread = _opened(each)
        if unread is not None:
            entries[index] = entry | {"status": "refused", "reason": unread}
            continue
        entry["sha256"] = sha256
        if sha256 in seen:
            entries[index] = entry | twin_of(each.place, seen[sha256])
            continue
        seen[sha256] = each.place
        jobs.append(FileJob(index, each.path, each.place, sha256))
    return jobs, entries


def _opened(each: Delivered) -> tuple[str, str | None]:
    """The digest of a file, and why it cannot be read."""
    if each.refused is not None:
        return "", each.refused
    try:
        return digest(each.path), None
    except OSError as problem:
        return "", f"it cannot be read ({problem.strerror}). Check its rights."


def _processes(jobs: Sequence[FileJob], workers: int | None) -> int | None:
    """*workers*; all cores if none are named and a small delivery is not what its names say.

    Readers of anything but text run in processes of their own, whatever the file is called.
    """
    if workers is None and sum(job.path.stat().st_size for job in jobs) <= INLINE_BYTES:
        named = (job.path for job in jobs if job.path.suffix.lower() in _TEXT_SUFFIXES)
        if not all(sniff_path(path) in _PLAIN for path in named):
            return os.cpu_count() or 1
    return workers


def _work(
    jobs: Sequence[FileJob],
    settings: Settings,
    progress: Progress | None,
    workers: int | None,
) -> list[FileResult]:
    """Do all units, in processes of their own unless the delivery is small and plain text."""
    total = sum(job.path.stat().st_size for job in jobs)
    plain = all(job.path.suffix.lower() in _TEXT_SUFFIXES for job in jobs)
    if workers is None and plain and total <= INLINE_BYTES:
        return do_unit(0, jobs, settings) if jobs else []
    cut = (part for job in jobs for part in jobs_of(job, settings.layout_folders))
    workers = workers or os.cpu_count() or 1
    units = enumerate(bundles(cut, sum(weight(job.path) for job in jobs), workers))
    done = rows = 0
    results: list[FileResult] = []
    slices: list[Taken] = []
    for number, unit, outcome in _in_processes(units, settings, workers):
        if unit[0].part is None:
            results += outcome
        else:
            slices.append((number, unit[0], outcome[0]))
        done += sum(job.part.length if job.part else job.path.stat().st_size for job in unit)
        rows += sum(table["rows_read"] for each in outcome for table in each.tables.values())
        if progress is not None:
            progress(done, total, rows)
    settled = settle_slices(slices, partial(_once_more, settings=settings, workers=workers))
    for _, own in groupby(settled, key=lambda taken: taken[1].index):
        identify_slices(
            (each.noted or Noted(), _parts(number, settings)) for number, _, each in own
        )
    return results + [result for _, _, result in settled]


def _once_more(
    units: list[tuple[int, FileJob]], *, settings: Settings, workers: int
) -> Iterator[Taken]:
    """Read slices again, in place of the parts that they wrote before."""
    for number, _ in units:
        _unwrite(number, settings)
    again = ((number, [job]) for number, job in units)
    for number, unit, outcome in _in_processes(again, settings, workers):
        yield number, unit[0], outcome[0]


def _unwrite(number: int, settings: Settings) -> None:
    for part in _parts(number, settings):
        part.unlink()


def _parts(number: int, settings: Settings) -> list[Path]:
    """What unit *number* wrote."""
    return sorted(settings.staging.glob(f"*/{part_name(number)}"))


def _in_processes(
    units: Iterator[tuple[int, list[FileJob]]], settings: Settings, workers: int
) -> Iterator[tuple[int, list[FileJob], list[FileResult]]]:
    """Yield each unit with its number and its results.

    A unit that kills its process is tried file by file; a file that kills it again is
    reported as unreadable.
    """
    context = multiprocessing.get_context("forkserver")
    failed: list[tuple[int, list[FileJob]]] = []
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_confine) as pool:
        running: dict[Future[list[FileResult]], tuple[int, list[FileJob]]] = {}
        pending: tuple[int, list[FileJob]] | None = next(units, None)
        while pending is not None or running:
            while pending is not None and len(running) <= workers:
                with without_main():
                    running[pool.submit(do_unit, *pending, settings)] = pending
                pending = next(units, None)
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for each in finished:
                number, unit = running.pop(each)
                try:
                    outcome = each.result()
                except BrokenProcessPool:
                    failed += [(number, unit), *running.values()]
                    running.clear()
                    failed += [] if pending is None else [pending]
                    failed += units
                    pending = None
                    break
                except Exception:  # noqa: BLE001 - one file must not end the import
                    failed.append((number, unit))
                    continue
                yield number, unit, outcome
    for number, unit in failed:
        _unwrite(number, settings)
        for position, job in enumerate(unit):
            own = _ALONE_FROM + number * _ALONE_FROM + position
            yield own, [job], _alone(own, job, settings)


def _start_readers(delivered: Sequence[Delivered]) -> None:
    """Load what readers need while the files are hashed, in the process they are forked from."""
    files = (each.path for each in delivered if each.litter is None and each.refused is None)
    if sum(path.stat().st_size for path in files) > INLINE_BYTES:
        multiprocessing.set_forkserver_preload(["qingfeng.ingest.preloaded"])
        with without_main():
            forkserver.ensure_running()


def _confine() -> None:
    """Bound the memory of a reader process, silence it, and end it with its import.

    Native readers print when they fail; the failure itself is reported. A killed import must
    not leave readers behind that go on for nobody.
    """
    resource.setrlimit(resource.RLIMIT_AS, (_READER_BYTES, _READER_BYTES))
    _keep_freed_memory()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    threading.Thread(target=_end_with_parent, daemon=True).start()


_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
"""Options of glibc's ``mallopt``."""


def _keep_freed_memory() -> None:
    """Let the allocator of a reader keep what it frees: the next slice needs as much again.

    Else every column is paid for in page faults. Nothing happens where there is no glibc.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, 32 << 20)
        mallopt(_TRIM_THRESHOLD, (1 << 31) - 1)
        mallopt(_TOP_PAD, 64 << 20)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _alone(number: int, job: FileJob, settings: Settings) -> list[FileResult]:
    """Read one file in a process of its own."""
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_confine) as pool:
        result = FileResult(job.index)
        try:
            with without_main():
                reading = pool.submit(do_unit, number, [job], settings)
            return reading.result()
        except BrokenProcessPool:
            result.errors.append(
                "reading it ended the reader process (damaged, or too large for the memory). "
                "Open it in its own program, save it again, and import that."
            )
        except Exception as fault:  # noqa: BLE001 - one file must not end the import
            result.errors.append(
                f"reading it failed in a way not foreseen ({type(fault).__name__}: {fault}). "
                "This is a fault of the program: report it, with the headers of the file."
            )
        return [result]


def _drop_repeats(
    case: Case, batch: BatchWriter, memory: str, results: Sequence[FileResult]
) -> dict[int, list[Repeat]]:
    """Multiset union with what is committed: the dropped rows by found table."""
    across: list[Repeat] = []
    firsts: dict[str, str] = {}
    committed = case.batches()
    connection = connect(memory=memory, spill=batch.folder / ".spill")
    for definition in tables().values():
        parts = sorted((batch.folder / definition.name).glob("*.parquet"))
        if not parts:
            continue
        old = [path for each in committed for path in each.paths(definition.name)]
        sliced = _sliced(batch.folder / definition.name, results)
        said = []
        if definition.name == "transfers":
            said = [path for each in committed for path in each.paths("repeats")]
        gone = drop_repeats(
            connection, definition, parts, old, sliced=sliced, said_again=said
        ).to_pydict()
        if gone["of"] and old:
            keep_what_repeats_add(connection, definition, batch.folder, said)
        firsts.update(zip(gone["source_row"], gone["of"], strict=True))
        places = zip(gone["delivered_table"], gone["delivered_row"], gone["of"], strict=True)
        across += [Repeat(*place, definition.name) for place in places]
    connection.close()
    dropped: dict[int, list[Repeat]] = {}
    for each in across:
        dropped.setdefault(each.found_table, []).append(each)
    for result in results:
        for each in result.repeats:
            # The record a row repeats in its own unit may itself repeat one elsewhere.
            first = firsts.get(each.of, each.of)
            dropped.setdefault(each.found_table, []).append(each._replace(of=first))
    return dropped


def _sliced(folder: Path, results: Sequence[FileResult]) -> list[list[Path]]:
    """The parts of each table that was read in slices, in the order of its rows."""
    numbers: dict[int, list[int]] = {}
    for each in results:
        if each.number is not None:
            numbers.setdefault(each.index, []).append(each.number)
    found = [[folder / part_name(each) for each in own] for own in numbers.values()]
    return [[part for part in parts if part.exists()] for parts in found]
