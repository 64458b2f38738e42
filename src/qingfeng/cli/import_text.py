"""The import report for people: a line a file, what has to be read, and totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from qingfeng.cli.import_words import WORDS, Words
from qingfeng.cli.output import shorten, shorten_left, table_lines
from qingfeng.ingest.reporting import is_listed, unknown_layout

_PATH_COLUMNS = 60
_ROWS_SHOWN = 5
_REMARKS_SHOWN = 6


def report_lines(report: Mapping[str, Any], language: str) -> Iterator[str]:
    """One line a file, then what was refused or doubtful and why, then the totals.

    *language*: ``zh`` or ``en``, for all that is not delivered text.
    """
    words = WORDS[language]
    names = Counter(Path(entry["path"]).name for entry in report["files"])
    cells = (_file_cells(entry, names, words) for entry in report["files"])
    yield from table_lines(words.header, cells, right=words.figures)
    for entry in report["files"]:
        remarks = list(_remarks(entry, words))
        if remarks:
            yield ""
            yield words.labelled.format(entry["path"], "").rstrip()
            yield from (f"  {remark}" for remark in remarks)
    totals, files = report["totals"], len(report["files"])
    yield ""
    if any(entry["status"] == "already_imported" for entry in report["files"]):
        yield from words.known_already
        yield ""
    figures = (totals[each] for each in ("rows_read", "rows_kept", "rejected", "duplicates"))
    yield words.totals.format(files, *figures)


def _file_cells(
    entry: Mapping[str, Any], names: Mapping[str, int], words: Words
) -> tuple[str, ...]:
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
    status = words.listed if is_listed(entry) else words.statuses[entry["status"]]
    return (name, status, _layouts(entry), *(f"{each:,}" for each in figures))


def _layouts(entry: Mapping[str, Any]) -> str:
    """The layout of a file, and how many more its tables were read by, and how many by none."""
    used = dict.fromkeys(each.get("layout") for each in entry["tables"] if each.get("layout"))
    said = entry["layout"] or next(iter(used), "")
    more = len(used) - 1
    return f"{said} +{more}" if more > 0 else said


def _remarks(entry: Mapping[str, Any], words: Words) -> Iterator[str]:
    """What a person has to read about one file."""
    if entry["status"] in {"ignored", "already_imported"}:
        if entry.get("names_differ"):
            yield words.said(entry["reason"])
        return
    if entry["reason"]:
        yield words.said(entry["reason"])
    for table in entry["tables"]:
        where = "·".join(each for each in (table["member"], table["sheet"]) if each)
        of_table = list(_of_table(table, words, alone=len(entry["tables"]) == 1))
        yield from (words.labelled.format(where, each) if where else each for each in of_table)


def _of_table(table: Mapping[str, Any], words: Words, *, alone: bool) -> Iterator[str]:
    if not alone and table.get("reasons") and not table.get("layout"):
        yield words.said(unknown_layout(table))
    yield from _rejected(table["rejected"], words)
    for check in table.get("checks", ()):
        if not check["match"]:
            at = words.row.format(check["row"]) if "row" in check else words.preamble
            kind = words.checks.get(check["kind"], check["kind"])
            yield words.declares.format(at, check["declared"], kind, check["found"])
    yield from _warned(table["warnings"], words)


def _rejected(rejected: Iterable[Mapping[str, Any]], words: Words) -> Iterator[str]:
    by_reason: dict[str, list[int]] = {}
    for each in rejected:
        by_reason.setdefault(each["reason"], []).append(each["row"])
    for reason, rows in by_reason.items():
        yield words.rejected.format(_rows(rows, words), words.said(reason))


def _warned(warnings: Iterable[Mapping[str, Any]], words: Words) -> Iterator[str]:
    """Warnings by column and kind; the particular value behind a colon is left out."""
    by_kind: dict[tuple[str, str], list[int]] = {}
    for each in warnings:
        kind = each["text"] if each["row"] is None else each["text"].split(": ")[0]
        rows = by_kind.setdefault((each["column"] or "", kind), [])
        if each["row"] is not None:
            rows.append(each["row"])
    for position, ((column, text), rows) in enumerate(by_kind.items()):
        if position == _REMARKS_SHOWN:
            yield words.more_remarks.format(len(by_kind) - position)
            return
        said = words.said(text)
        said = words.labelled.format(column, said) if column else said
        yield words.labelled.format(_rows(rows, words), said) if rows else said


def _rows(rows: list[int], words: Words) -> str:
    shown = words.between.join(str(row) for row in rows[:_ROWS_SHOWN])
    more = len(rows) - _ROWS_SHOWN
    if more > 0:
        return words.more_rows.format(shown, more)
    return (words.rows if len(rows) > 1 else words.row).format(shown)
