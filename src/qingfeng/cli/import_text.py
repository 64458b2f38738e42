"""The import report for people: a line a file, what has to be read, and totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from qingfeng.cli.output import shorten, shorten_left, table_lines
from qingfeng.ingest.reporting import is_listed, unknown_layout

_FIGURES = ("read", "kept", "rejected", "duplicates")
_PATH_COLUMNS = 60
_ROWS_SHOWN = 5
_REMARKS_SHOWN = 6


def report_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """One line a file, then what was refused or doubtful and why, then the totals."""
    header = ("file", "status", "layout", *_FIGURES)
    names = Counter(Path(entry["path"]).name for entry in report["files"])
    cells = (_file_cells(entry, names) for entry in report["files"])
    yield from table_lines(header, cells, right=_FIGURES)
    for entry in report["files"]:
        remarks = list(_remarks(entry))
        if remarks:
            yield ""
            yield f"{entry['path']}:"
            yield from (f"  {remark}" for remark in remarks)
    totals, files = report["totals"], len(report["files"])
    yield ""
    if any(entry["status"] == "already_imported" for entry in report["files"]):
        yield "What is already imported was not read again. To read a file anew, take it out first:"
        yield "qingfeng case withdraw CODE FILE --reason TEXT"
        yield ""
    yield (
        f"{files:,} file{'' if files == 1 else 's'}: {totals['rows_read']:,} rows read = "
        f"{totals['rows_kept']:,} kept + {totals['rejected']:,} rejected + "
        f"{totals['duplicates']:,} duplicates"
    )


def _file_cells(entry: Mapping[str, Any], names: Mapping[str, int]) -> tuple[str, ...]:
    """The line of one file; one of several of a name is named with its folders.

    *names*: how many files of the delivery have which name.
    """
    tables = entry["tables"]
    figures = (
        sum(each["rows_read"] for each in tables),
        sum(each["rows_kept"] for each in tables),
        sum(len(each["rejected"]) for each in tables),
        sum(len(each["duplicates"]) for each in tables),
    )
    path = Path(entry["path"])
    name = shorten(path.name, _PATH_COLUMNS)
    if names[path.name] > 1:
        name = shorten_left(entry["path"], _PATH_COLUMNS)
    status = "listed" if is_listed(entry) else entry["status"]
    return (name, status, _layouts(entry), *(f"{each:,}" for each in figures))


def _layouts(entry: Mapping[str, Any]) -> str:
    """The layout of a file, and how many more its tables were read by, and how many by none."""
    used = dict.fromkeys(each.get("layout") for each in entry["tables"] if each.get("layout"))
    said = entry["layout"] or next(iter(used), "")
    more = len(used) - 1
    return f"{said} +{more}" if more > 0 else said


def _remarks(entry: Mapping[str, Any]) -> Iterator[str]:
    """What a person has to read about one file."""
    if entry["status"] in {"ignored", "already_imported"}:
        if entry.get("names_differ"):
            yield entry["reason"]
        return
    if entry["reason"]:
        yield entry["reason"]
    for table in entry["tables"]:
        where = "·".join(each for each in (table["member"], table["sheet"]) if each)
        prefix = f"{where}: " if where else ""
        if len(entry["tables"]) > 1 and table.get("reasons") and not table.get("layout"):
            yield f"{prefix}{unknown_layout(table)}"
        yield from (prefix + text for text in _rejected(table["rejected"]))
        for check in table.get("checks", ()):
            if not check["match"]:
                at = f"row {check['row']}" if "row" in check else "its preamble"
                yield (
                    f"{prefix}{at} declares {check['declared']} ({check['kind']}), "
                    f"the rows give {check['found']}"
                )
        yield from (prefix + text for text in _warned(table["warnings"]))


def _rejected(rejected: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    by_reason: dict[str, list[int]] = {}
    for each in rejected:
        by_reason.setdefault(each["reason"], []).append(each["row"])
    for reason, rows in by_reason.items():
        yield f"{_rows(rows)} rejected: {reason}"


def _warned(warnings: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Warnings by column and kind; the particular value behind a colon is left out."""
    by_kind: dict[tuple[str, str], list[int]] = {}
    for each in warnings:
        kind = each["text"] if each["row"] is None else each["text"].split(": ")[0]
        rows = by_kind.setdefault((each["column"] or "", kind), [])
        if each["row"] is not None:
            rows.append(each["row"])
    for position, ((column, text), rows) in enumerate(by_kind.items()):
        if position == _REMARKS_SHOWN:
            yield f"{len(by_kind) - position} more kinds of remarks; see --json"
            return
        said = f"{column}: {text}" if column else text
        yield f"{_rows(rows)}: {said}" if rows else said


def _rows(rows: list[int]) -> str:
    shown = ", ".join(str(row) for row in rows[:_ROWS_SHOWN])
    more = len(rows) - _ROWS_SHOWN
    rest = f" and {more:,} more" if more > 0 else ""
    return f"row{'s' if len(rows) > 1 else ''} {shown}{rest}"
