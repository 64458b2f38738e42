"""The import report: one entry a file, one a table, and totals that add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qingfeng.ingest.found import NO_YEAR
from qingfeng.ingest.work import FileJob, FileResult

Dropped = Mapping[int, Sequence[tuple[int, str, str]]]
"""By found table: row, source row of the record it repeats, canonical table."""

_SUMMED = ("rows_read", "rows_kept", "blank_rows")
_LISTED = ("rejected", "duplicates", "warnings", "skipped")


def merged(results: Sequence[FileResult]) -> dict[int, FileResult]:
    """One result a file: the slices of a large file put together again."""
    found: dict[int, FileResult] = {}
    for result in results:
        first = found.get(result.index)
        if first is None:
            found[result.index] = result
            continue
        first.errors += result.errors
        first.notes += result.notes
        first.layout = first.layout or result.layout
        first.encoding = first.encoding or result.encoding
        for index, entry in result.tables.items():
            known = first.tables.get(index)
            if known is None:
                first.tables[index] = entry
                continue
            if (entry.get("header_row") or 0) and entry["first_slice"]:
                known["header_row"] = entry["header_row"]
            for key in _SUMMED:
                known[key] += entry[key]
            for key in _LISTED:
                known[key] += entry[key]
            known["checks"] += entry["checks"]
    return found


def settle_repeats(result: FileResult, dropped: Dropped) -> None:
    """Move the dropped rows of one file from kept to duplicates."""
    for index, entry in result.tables.items():
        gone = [each for each in dropped.get(index, ()) if each[2] == entry["table"]]
        entry["duplicates"] = [
            {"row": row, "of": of, "why": "all fields equal"} for row, of, _ in sorted(gone)
        ]
        entry["rows_kept"] -= len(gone)
        entry["rejected"].sort(key=lambda each: int(each["row"]))
        entry.pop("first_slice", None)


def file_entry(job: FileJob, result: FileResult) -> dict[str, Any]:
    """The report entry of one file.

    ``imported`` if any row of it was taken or known already; ``refused`` otherwise. *reason*
    names what of it could not be read, even where the rest was.
    """
    tables = [result.tables[index] for index in sorted(result.tables)]
    taken = any(
        entry["layout"] and (entry["rows_kept"] or entry["duplicates"] or not entry["rejected"])
        for entry in tables
    )
    reasons = [*result.errors]
    if not taken and not reasons:
        reasons = _why_nothing(tables)
    return {
        "path": job.place,
        "sha256": job.sha256,
        "layout": result.layout,
        "encoding": result.encoding,
        "status": "imported" if taken else "refused",
        "reason": "; ".join(reasons) or None,
        "notes": result.notes,
        "tables": tables,
    }


def _why_nothing(tables: Sequence[Mapping[str, Any]]) -> list[str]:
    if not any(entry["rows_read"] or entry["layout"] or entry.get("columns") for entry in tables):
        return ["it holds no cell with content. Ask the sender for it again."]
    unknown = [entry for entry in tables if entry["layout"] is None and entry.get("reasons")]
    if unknown:
        near = unknown[0]["reasons"][0] if unknown[0]["reasons"] else ""
        headers = ", ".join(str(each) for each in unknown[0].get("columns", [])[:6])
        return [
            f"no layout fits its headers ({headers}). {near}".rstrip(" .")
            + ". Run qingfeng case map FILE to see what they may mean."
        ]
    if any(each["text"] == NO_YEAR for entry in tables for each in entry["warnings"]):
        return [f"no row of it is a record: {NO_YEAR}."]
    if any(entry["layout"] for entry in tables):
        return ["no row of it is a record; see its rejected rows."]
    return ["no row of it reads like a header. qingfeng case map FILE shows what was seen."]


def totals_of(files: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Rows read, kept, rejected and repeated over all files."""
    tables = [table for entry in files for table in entry["tables"]]
    return {
        "rows_read": sum(table["rows_read"] for table in tables),
        "rows_kept": sum(table["rows_kept"] for table in tables),
        "rejected": sum(len(table["rejected"]) for table in tables),
        "duplicates": sum(len(table["duplicates"]) for table in tables),
    }
