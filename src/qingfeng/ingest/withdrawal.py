"""Take a file out of a case again: it was read wrongly, or does not belong there.

Nothing is destroyed: the withdrawal is a batch of its own that names the file, the reason and
the time (see :mod:`qingfeng.store.withdrawing`). The same file can be imported again, and is
then read with the layouts of that day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qingfeng.errors import WithdrawalRefused
from qingfeng.ingest.linking import link
from qingfeng.periods import Clock
from qingfeng.store.batches import Manifest, digest
from qingfeng.store.case import Case
from qingfeng.store.withdrawing import DIGEST_LENGTH, HELD, write_without

_LEAST_DIGITS = 8
"""Leading digits of a digest that name a file."""


def withdraw(
    case: Case, named: Sequence[str], reason: str, *, memory: str = "2GB"
) -> dict[str, Any]:
    """Withdraw files of *case*; all of them or, if one is refused, none.

    *named*: a file on the disk, the path in the import report, or the head of the digest.
    Returns ``withdrawn`` (path, sha256), ``rows`` (that are no longer seen, of all tables) and
    ``import_again``: paths and digests of the files of which rows had been dropped because
    they repeated a withdrawn one. Raises WithdrawalRefused, StoreBusy, StoreDamaged.
    """
    if not reason.strip():
        raise WithdrawalRefused(case.code, "a file", "cannot be withdrawn without a reason")
    with case.writing() as batch:
        batches = case.batches()
        held = _held(batches)
        chosen = {_chosen(case, held, name): name for name in named}
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
        "import_again": [
            {"path": entry["path"], "sha256": entry["sha256"], "rows": entry["repeats_withdrawn"]}
            for manifest in after
            for entry in manifest.files
            if entry.get("repeats_withdrawn")
        ],
    }


def _held(batches: Sequence[Manifest]) -> dict[str, str]:
    """Digest to path of the files of which rows, or rejected rows, are in the case."""
    return {
        entry["sha256"]: entry["path"]
        for batch in batches
        for entry in batch.files
        if entry["status"] in HELD and entry["sha256"]
    }


def _chosen(case: Case, held: Mapping[str, str], named: str) -> str:
    if Path(named).is_file():
        found = {digest(Path(named))} & held.keys()
    else:
        found = {sha256 for sha256, path in held.items() if path == named}
        if not found and _LEAST_DIGITS <= len(named) <= DIGEST_LENGTH:
            found = {sha256 for sha256 in held if sha256.startswith(named.lower())}
    if not found:
        raise WithdrawalRefused(
            case.code,
            named,
            "is no file that rows of it came from; give the file itself, its path as the import "
            "report has it, or the first digits of its sha256",
        )
    if len(found) > 1:
        raise WithdrawalRefused(
            case.code, named, f"names several files: {', '.join(sorted(found))}; give its sha256"
        )
    return found.pop()
