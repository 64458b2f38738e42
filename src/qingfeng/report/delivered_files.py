"""What became of each delivered file, however often it was imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from qingfeng.store.batches import Manifest
from qingfeng.vocabulary import FileStatus
from qingfeng.vocabulary.chinese import in_chinese

Entry = Mapping[str, Any]
"""One file of an import report (DESIGN 4.2)."""

_RANK = {str(each.value): rank for rank, each in enumerate(FileStatus)}
"""Of two entries of one file, the status that stands first tells what became of it."""


def delivered_files(batches: Iterable[Manifest]) -> list[dict[str, Any]]:
    """One entry a file, in the order in which they first came.

    The same content in a later import is the same file, wherever it lay then: its entry is
    that of the import that read it, so a file refused at first and read later is imported.
    Copies inside one import stay apart. A sheet that was read more than once is counted once:
    what a later reading only found again is no duplicate. ``repeats_withdrawn``: how many of
    its duplicates repeat rows of a file that is withdrawn, so that no row of the case says what
    they say; the key is there if any do.
    """
    found: list[dict[str, Any]] = []
    places: dict[tuple[str, str], list[int]] = {}
    for batch in batches:
        known = {key: list(indexes) for key, indexes in places.items()}
        for entry in batch.files:
            sha, path = entry.get("sha256"), entry.get("path") or ""
            key = ("sha256", sha) if sha else ("path", path)
            earlier = known.get(key)
            if not earlier:
                places.setdefault(key, []).append(len(found))
                found.append(dict(entry))
                continue
            same = [index for index in earlier if found[index].get("path") == path]
            index = (same or earlier)[0]
            found[index] = _merged(found[index], entry)
    withdrawn = {each["sha256"] for each in found if each["status"] == FileStatus.WITHDRAWN}
    for each in found:
        each.pop("repeats_withdrawn", None)
        lost = _repeats_of(each, withdrawn) if withdrawn else 0
        if lost:
            each["repeats_withdrawn"] = lost
    return found


def paths_by_hash(batches: Iterable[Manifest]) -> dict[str, str]:
    """Where each content lay when it first came, by its sha256, the head of ``source_row``."""
    return {
        file["sha256"]: file.get("path") or ""
        for file in reversed(delivered_files(batches))
        if file.get("sha256")
    }


def file_counts(entry: Entry) -> dict[str, int]:
    """Rows read, kept, rejected, and dropped as duplicates, of one file."""
    parts = entry.get("tables") or []
    return {
        "rows_read": sum(each.get("rows_read", 0) for each in parts),
        "rows_kept": sum(each.get("rows_kept", 0) for each in parts),
        "rejected": sum(len(each.get("rejected", ())) for each in parts),
        "duplicates": sum(len(each.get("duplicates", ())) for each in parts),
    }


def import_totals(files: Sequence[Entry]) -> dict[str, int]:
    """The same over all *files*."""
    found = {"rows_read": 0, "rows_kept": 0, "rejected": 0, "duplicates": 0}
    for entry in files:
        for name, rows in file_counts(entry).items():
            found[name] += rows
    return found


def rows_lost(files: Iterable[Entry]) -> int:
    """Rows of *files* that no row of the case says any more: see ``delivered_files``."""
    return sum(each.get("repeats_withdrawn", 0) for each in files)


def why_not_whole(entry: Entry, shown: int = 3) -> str:
    """Why the file, or what of its rows, was not taken; empty if all of it was.

    The reason of the file and, unless all of it was refused for that, at most *shown* reasons
    of rejected rows, the commonest first; then the rows that were left out as repeats of a file
    since withdrawn.
    """
    if entry["status"] == FileStatus.REFUSED and entry.get("reason"):
        return in_chinese(str(entry["reason"]))
    reasons = Counter(
        str(each.get("reason") or "")
        for table in entry.get("tables") or []
        for each in table.get("rejected", ())
    )
    told = [
        f"{in_chinese(reason)}（{rows} 行）"
        for reason, rows in reasons.most_common(shown)
        if reason
    ]
    if len(reasons) > shown:
        told.append(f"另有 {len(reasons) - shown} 种原因")
    lost = rows_lost([entry])
    if lost:
        told.append(f"{lost} 行与已撤出的文件重复，已不在案件中；重新导入本文件即可补回")
    return "；".join(filter(None, [in_chinese(entry.get("reason") or ""), *told]))


def _merged(before: Entry, after: Entry) -> dict[str, Any]:
    if after["status"] == FileStatus.ALREADY_IMPORTED:
        return dict(before)
    better = _rank(after) - _rank(before)
    chosen = after if better < 0 or (better == 0 and after.get("tables")) else before
    again = after.get("tables") or []
    sheets = {_place(each)[:2] for each in again}
    tables = {
        _place(each): each
        for each in before.get("tables") or []
        if _place(each) in map(_place, again) or _taken(each) or _place(each)[:2] not in sheets
    }
    for each in again:
        key = _place(each)
        tables[key] = _read_again(tables[key], each) if key in tables else each
    return {**chosen, "tables": list(tables.values())}


def _repeats_of(entry: Entry, withdrawn: Collection[str]) -> int:
    return sum(
        str(each.get("of")).partition("·")[0] in withdrawn
        for table in entry.get("tables") or []
        for each in table.get("duplicates", ())
    )


def _rank(entry: Entry) -> int:
    return _RANK.get(entry["status"], len(_RANK))


def _place(table: Entry) -> tuple[object, ...]:
    return table.get("member"), table.get("sheet"), table.get("header_row")


def _taken(table: Entry) -> bool:
    """Whether anything of it was read; if not, the header may since have been found elsewhere."""
    return bool(table.get("rows_kept") or table.get("duplicates"))


def _read_again(first: Entry, again: Entry) -> Entry:
    """One account of two readings of one sheet: what either kept, the rest as read last."""
    kept = first.get("rows_kept", 0) + again.get("rows_kept", 0)
    read, rejected = again.get("rows_read", 0), list(again.get("rejected", ()))
    repeats = list(again.get("duplicates", ()))
    before = {each.get("row") for each in first.get("duplicates", ())}
    repeats.sort(key=lambda each: each.get("row") not in before)  # the others were kept at first
    found_twice = [*repeats, *first.get("duplicates", ())]
    duplicates = read - kept - len(rejected)
    if not 0 <= duplicates <= len(found_twice):  # read under another layout: two sets of rows
        read += first.get("rows_read", 0)
        rejected = [*first.get("rejected", ()), *rejected]
        duplicates = len(found_twice)
    return {
        **again,
        "rows_read": read,
        "rows_kept": kept,
        "rejected": rejected,
        "duplicates": found_twice[:duplicates],
    }
