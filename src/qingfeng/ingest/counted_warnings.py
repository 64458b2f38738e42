"""Warnings that count rows, and those of all slices of a table as one list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from qingfeng.ingest.readers.limits import DEFAULT

WARNINGS_SHOWN = 200
"""Rows with remarks of one table listed one by one; ``flags`` of the rows hold them all."""

_ROWS = "{rows}"
_IN_ALL = "; {rows} in all"
_FORM, _COUNT, _REMARK = "form", "rows", "remark"


def counted(column: str | None, form: str, rows: int) -> dict[str, Any]:
    """A warning of so many *rows*. *form*: its text, ``{rows}`` where their number stands."""
    text = form.replace(_ROWS, f"{rows:,}")
    return {"row": None, "column": column, "text": text, _FORM: form, _COUNT: rows}


def remark(row: int, column: str | None, text: str) -> dict[str, Any]:
    """A warning that a kept row carries as a remark."""
    return {"row": row, "column": column, "text": text, _REMARK: True}


def further_rows(rows: int) -> dict[str, Any]:
    """The warning of rows with remarks that are not listed."""
    return counted(None, "{rows} further rows carry remarks; see the column flags", rows)


def listed_rows(text: str, rows: Sequence[int], *, sliced: bool) -> list[dict[str, Any]]:
    """A warning of each of *rows*, as far as so many are listed, and how many there are.

    *sliced*: further slices may add to them.
    """
    said = [{"row": row, "column": None, "text": text} for row in rows[: DEFAULT.notes]]
    if len(rows) > len(said) or (sliced and rows):
        said.append(counted(None, text + _IN_ALL, len(rows)))
    return said


def of_all_slices(warnings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The warnings of one table, given slice by slice: each once, their rows added up."""
    counts: dict[tuple[str | None, str], int] = {}
    listed: list[dict[str, Any]] = []
    shown: set[int] = set()
    unlisted: set[int] = set()
    named: Counter[tuple[str | None, str]] = Counter()
    many = {
        (each["column"], each[_FORM].removesuffix(_IN_ALL)) for each in warnings if _is_all(each)
    }
    for each in warnings:
        said = (each["column"], each["text"])
        if said in many:
            named[said] += 1
            listed += [each] if named[said] <= DEFAULT.notes else []
        elif _FORM in each:
            key = (each["column"], each[_FORM])
            counts[key] = counts.get(key, 0) + each[_COUNT]
        elif _REMARK in each and each["row"] not in shown and len(shown) >= WARNINGS_SHOWN:
            unlisted.add(each["row"])
        elif each not in listed or each["row"] is not None:
            listed.append(each)
            shown |= {each["row"]} if _REMARK in each else set()
    further = further_rows(len(unlisted))
    if unlisted:
        key = (None, further[_FORM])
        counts[key] = counts.get(key, 0) + len(unlisted)
    counts = {
        (column, form): rows
        for (column, form), rows in counts.items()
        if rows > min(DEFAULT.notes, named.get((column, form.removesuffix(_IN_ALL)), 0))
    }
    return [*listed, *(counted(column, form, rows) for (column, form), rows in counts.items())]


def _is_all(warning: dict[str, Any]) -> bool:
    return bool(warning.get(_FORM, "").endswith(_IN_ALL))


def plain_warnings(warnings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The warnings as the report shows them."""
    return [{name: each[name] for name in ("row", "column", "text")} for each in warnings]
