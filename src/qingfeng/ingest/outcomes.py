"""What became of the files of an import, against what the case says of them already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qingfeng.ingest.path_rules import name_different_owners
from qingfeng.ingest.reporting import REJECTED, Dropped
from qingfeng.ingest.work import FileJob
from qingfeng.store import BatchWriter, Case
from qingfeng.store.withdrawing import rejected_elsewhere, write_without


def name_refused_twins(entries: dict[int, dict[str, Any]]) -> None:
    """A second file of the same content is no better than the first."""
    refused = {each["sha256"]: each for each in entries.values() if each["status"] == "refused"}
    for index, entry in entries.items():
        first = refused.get(entry["sha256"])
        if entry["status"] == "already_imported" and first is not None:
            reason = f"same content as {first['path']}: {first['reason']}"
            entries[index] = entry | {"status": "refused", "reason": reason}


def twin_of(place: str, first: str) -> dict[str, Any]:
    """What the entry of a file says whose content was delivered as *first* already."""
    reason = f"same content as {first}"
    if not name_different_owners(place, first):
        return {"status": "already_imported", "reason": reason}
    return {
        "status": "already_imported",
        "reason": f"{reason}, though its name names another account, person or bank: nothing of it "
        "was taken. Ask the sender whether the right file was delivered under this name.",
        "names_differ": True,
    }


def is_news(case: Case, entries: Sequence[dict[str, Any]]) -> bool:
    """Do *entries* say anything the case does not say yet: rows, or what became of a file?"""
    if any(table["rows_kept"] for entry in entries for table in entry["tables"]):
        return True
    said = {_outcome(entry) for batch in case.batches() for entry in batch.files}
    return any(
        entry["status"] in {"imported", "refused"} and _outcome(entry) not in said
        for entry in entries
    )


def _outcome(entry: dict[str, Any]) -> tuple[object, ...]:
    """Which file it is, what became of it, and of which rows."""
    rejected = sorted(
        (table["member"], table["sheet"], each["row"], each["reason"])
        for table in entry["tables"]
        for each in table["rejected"]
    )
    return entry["sha256"] or entry["path"], entry["status"], entry["reason"], tuple(rejected)


def read_again(
    case: Case, batch: BatchWriter, jobs: Sequence[FileJob], dropped: Dropped
) -> list[str]:
    """Replace what was rejected of files that are now read again; the parts replaced by that.

    A row that is rejected once more was dropped as a repeat of itself, and stays; so does one
    that stands for an equal row of another file.
    """
    digests = {job.sha256 for job in jobs}
    batches = case.batches()
    still = {each.of for gone in dropped.values() for each in gone if each.table == REJECTED}
    for entry in (entry for each in batches for entry in each.files):
        if entry.get("sha256") not in digests:
            still.update(rejected_elsewhere(entry))
    replaced, _ = write_without(batch, batches, digests, only=REJECTED, but=still)
    return replaced
