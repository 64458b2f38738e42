"""The import report: one entry a file, one a table, and totals that add up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from qingfeng.ingest.counted_warnings import of_all_slices, plain_warnings
from qingfeng.ingest.found import NO_YEAR
from qingfeng.ingest.sliced_totals import SlicePage, checks_of
from qingfeng.ingest.work import TABLES_OF_A_FILE, FileJob, FileResult, Repeat

Dropped = Mapping[int, Sequence[Repeat]]
"""The rows that were dropped as repeats, by found table."""

REJECTED = "rejected_rows"
"""The table of the rows that are no record, word for word."""

_EQUAL, _READ_EQUAL = "all fields equal", "all fields read are equal"

_HEADERS_NAMED = 6
_SUMMED = ("rows_read", "rows_kept", "blank_rows")
_LISTED = ("rejected", "duplicates", "warnings", "skipped")


def merged(results: Sequence[FileResult]) -> dict[int, FileResult]:
    """One result a file: the slices of a large file, given in their order, put together again."""
    pages: dict[int, list[SlicePage]] = defaultdict(list)
    found: dict[int, FileResult] = {}
    for result in results:
        for index, page in result.pages.items():
            pages[index].append(page)
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
            ignored = known["ignored_columns"]
            ignored += [each for each in entry["ignored_columns"] if each not in ignored]
    for index, slices in pages.items():
        entry = found[index >> TABLES_OF_A_FILE].tables[index]
        entry["checks"] += checks_of(slices)
        entry["warnings"] = of_all_slices(entry["warnings"])
    return found


def settle_repeats(result: FileResult, dropped: Dropped, sha256: str) -> None:
    """Move the dropped rows of one file, which has the hash *sha256*, from kept to duplicates.

    A repeat within one table equals its record in every field; of another table's columns only
    those that are read were compared. A rejected row that is kept word for word already says
    where: ``kept_at``.
    """
    places = Counter((entry.get("member"), entry.get("sheet")) for entry in result.tables.values())
    for index, entry in result.tables.items():
        if entry["table"] == "documents":
            continue
        gone = [each for each in dropped.get(index, ()) if each.table == entry["table"]]
        member, sheet = entry.get("member"), entry.get("sheet")
        here = f"{sha256}·{'/'.join(filter(None, (member, sheet)))}"
        alone = places[member, sheet] == 1
        entry["duplicates"] = [
            {
                "row": each.row,
                "of": each.of,
                "why": _EQUAL if alone and each.of.rpartition("·")[0] == here else _READ_EQUAL,
            }
            for each in sorted(gone)
        ]
        entry["rows_kept"] -= len(gone)
        entry["warnings"] = plain_warnings(entry["warnings"])
        entry["rejected"].sort(key=lambda each: int(each["row"]))
        elsewhere = {each.row: each.of for each in dropped.get(index, ()) if each.table == REJECTED}
        for each in entry["rejected"] if elsewhere else ():
            if each["row"] in elsewhere:
                each["kept_at"] = elsewhere[each["row"]]
        entry.pop("first_slice", None)
        entry.pop("sliced", None)


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
    rejected = [each for entry in tables for each in entry["rejected"]]
    if rejected and all(each.get("kept_as") == "query_feedback" for each in rejected):
        return [f"no record in it: {rejected[0]['reason']}; its words are kept (query_feedback)."]
    unknown = [entry for entry in tables if entry["layout"] is None and entry.get("reasons")]
    if unknown:
        return [
            f"{unknown_layout(unknown[0])} Run qingfeng case map FILE to see what they may mean."
        ]
    if any(each["text"] == NO_YEAR for entry in tables for each in entry["warnings"]):
        return [f"no row of it is a record: {NO_YEAR}."]
    if any(entry["layout"] for entry in tables):
        return ["no row of it is a record; see its rejected rows."]
    return ["no row of it reads like a header. qingfeng case map FILE shows what was seen."]


def is_listed(entry: Mapping[str, Any]) -> bool:
    """Holds the file nothing but documents, whose text is not read?"""
    layouts = {table.get("layout") for table in entry["tables"]}
    return entry["status"] == "imported" and layouts == {"document"}


def unknown_layout(table: Mapping[str, Any]) -> str:
    """Of a table that no layout fits: its headers, and what the nearest layout lacks."""
    headers = ", ".join(str(each) for each in table.get("columns", [])[:_HEADERS_NAMED])
    near = str(table["reasons"][0]).strip() if table.get("reasons") else ""
    stop = "" if not near or near.endswith((".", "。")) else "."
    return f"no layout fits its headers ({headers}). {near}{stop}".strip()


def totals_of(files: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Rows read, kept, rejected and repeated over all files."""
    tables = [table for entry in files for table in entry["tables"]]
    return {
        "rows_read": sum(table["rows_read"] for table in tables),
        "rows_kept": sum(table["rows_kept"] for table in tables),
        "rejected": sum(len(table["rejected"]) for table in tables),
        "duplicates": sum(len(table["duplicates"]) for table in tables),
    }
