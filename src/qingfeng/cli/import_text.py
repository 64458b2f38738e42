"""The import report for people: a line a file, what has to be read, and totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from qingfeng.cli.output import shorten, table_lines

_FIGURES = ("read", "kept", "rejected", "duplicates")
_PATH_COLUMNS = 60
_ROWS_SHOWN = 5
_REMARKS_SHOWN = 6


def report_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """One line a file, then what was refused or doubtful and why, then the totals."""
    header = ("file", "status", "layout", *_FIGURES)
    yield from table_lines(header, map(_file_cells, report["files"]), right=_FIGURES)
    for entry in report["files"]:
        remarks = list(_remarks(entry))
        if remarks:
            yield ""
            yield f"{entry['path']}:"
            yield from (f"  {remark}" for remark in remarks)
    totals, files = report["totals"], len(report["files"])
    yield ""
    yield (
        f"{files:,} file{'' if files == 1 else 's'}: {totals['rows_read']:,} rows read = "
        f"{totals['rows_kept']:,} kept + {totals['rejected']:,} rejected + "
        f"{totals['duplicates']:,} duplicates"
    )


def _file_cells(entry: Mapping[str, Any]) -> tuple[str, ...]:
    tables = entry["tables"]
    figures = (
        sum(each["rows_read"] for each in tables),
        sum(each["rows_kept"] for each in tables),
        sum(len(each["rejected"]) for each in tables),
        sum(len(each["duplicates"]) for each in tables),
    )
    name = shorten(Path(entry["path"]).name, _PATH_COLUMNS)
    return (name, entry["status"], entry["layout"] or "", *(f"{each:,}" for each in figures))


def _remarks(entry: Mapping[str, Any]) -> Iterator[str]:
    """What a person has to read about one file."""
    if entry["status"] in {"ignored", "already_imported"}:
        return
    if entry["reason"]:
        yield entry["reason"]
    for table in entry["tables"]:
        where = "·".join(each for each in (table["member"], table["sheet"]) if each)
        prefix = f"{where}: " if where else ""
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
