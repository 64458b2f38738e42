"""Take a file out of a case again: it was read wrongly, or does not belong there.

Nothing is destroyed: the withdrawal is a batch of its own that names the file, the reason and
the time (see :mod:`qingfeng.store.withdrawing`). The same file can be imported again, and is
then read with the layouts of that day.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from qingfeng.errors import WithdrawalRefused
from qingfeng.ingest.linking import link
from qingfeng.periods import Clock
from qingfeng.store.batches import Manifest, digest
from qingfeng.store.case import Case
from qingfeng.store.withdrawing import DIGEST_LENGTH, HELD, rejected_elsewhere, write_without

_LEAST_DIGITS = 8
"""Leading digits of a digest that name a file."""


def withdraw(
    case: Case, named: Sequence[str], reason: str, *, memory: str = "2GB"
) -> dict[str, Any]:
    """Withdraw files of *case*; all of them or, if one is refused, none.

    *named*: a file on the disk, its path in the import report or the end of it, as that is
    printed (also of a copy that was not read again), or the head of the digest.
    Returns ``withdrawn`` (path, sha256), ``rows`` (that are no longer seen, of all tables) and
    ``import_again``: paths and digests of the files of which rows had been dropped because
    they repeated a withdrawn one. Raises WithdrawalRefused, StoreBusy, StoreDamaged.
    """
    if not reason.strip():
        raise WithdrawalRefused(case.code, "a file", "cannot be withdrawn without a reason")
    with case.writing() as batch:
        batches = case.batches()
        held = _held(batches)
        paths = _paths(batches, held)
        chosen = {_chosen(case, paths, name): name for name in named}
        at = Clock().now().isoformat()
        withdrawn = {
            sha256: {"path": held[sha256], "reason": reason.strip(), "at": at} for sha256 in chosen
        }
        replaced, rows = write_without(batch, batches, chosen)
        staged = batch.stage(
            files=[],
            totals=dict.fromkeys(("rows_read", "rows_kept", "rejected", "duplicates"), 0),
            withdrawn=withdrawn,
            replaced=replaced,
        )
        after = case.batches_with(staged)
        link(case, memory=memory, batches=after)
        batch.publish(staged)
    return {
        "withdrawn": [{"path": held[each], "sha256": each} for each in chosen],
        "reason": reason.strip(),
        "rows": rows,
        "import_again": _to_import_again(after),
    }


def _to_import_again(batches: Sequence[Manifest]) -> list[dict[str, Any]]:
    """The files whose last reading left out rows that repeat what is withdrawn, and still is."""
    held = _held(batches)
    gone = {sha256 for batch in batches for sha256 in batch.withdrawn} - held.keys()
    last = {
        entry["sha256"]: entry
        for batch in batches
        for entry in batch.files
        if entry["sha256"] in held and entry["tables"]
    }
    found = []
    for sha256, entry in last.items():
        repeats = [each["of"] for table in entry["tables"] for each in table["duplicates"]]
        rows = sum(of[:DIGEST_LENGTH] in gone for of in (*repeats, *rejected_elsewhere(entry)))
        if rows:
            found.append({"path": entry["path"], "sha256": sha256, "rows": rows})
    return found


def _held(batches: Sequence[Manifest]) -> dict[str, str]:
    """Digest to path of the files of which rows, or rejected rows, are in the case."""
    return {
        entry["sha256"]: entry["path"]
        for batch in batches
        for entry in batch.files
        if entry["status"] in HELD and entry["sha256"]
    }


def _paths(batches: Sequence[Manifest], held: Mapping[str, str]) -> dict[str, set[str]]:
    """Digest to every path under which the held file came, copies of it among them."""
    found: dict[str, set[str]] = {sha256: set() for sha256 in held}
    for batch in batches:
        for entry in batch.files:
            if entry["sha256"] in found:
                found[entry["sha256"]].add(entry["path"])
    return found


def _printed(path: str, named: str) -> bool:
    """Is *named* how reports print *path*: its last parts, or with … for what is too long?"""
    head, cut, tail = named.partition("…")
    if cut:
        name = path.rpartition("/")[2] if head else path
        return bool(head or tail) and name.startswith(head) and name.endswith(tail)
    return path.endswith(f"/{named}")


def _chosen(case: Case, paths: Mapping[str, Collection[str]], named: str) -> str:
    if Path(named).is_file():
        found = {digest(Path(named))} & paths.keys()
    else:
        found = {sha256 for sha256, known in paths.items() if named in known}
        found = found or {
            sha256
            for sha256, known in paths.items()
            if any(_printed(path, named) for path in known)
        }
        if not found and _LEAST_DIGITS <= len(named) <= DIGEST_LENGTH:
            found = {sha256 for sha256 in paths if sha256.startswith(named.lower())}
    if not found:
        raise WithdrawalRefused(
            case.code,
            named,
            "is no file that rows of it came from; give the file itself, its name as the import "
            "report prints it, or the first digits of its sha256",
        )
    if len(found) > 1:
        raise WithdrawalRefused(
            case.code,
            named,
            f"names several files: {', '.join(sorted(found))}; give more of "
            "its path, or its sha256",
        )
    return found.pop()
