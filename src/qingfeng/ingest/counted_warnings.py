"""Warnings that count rows, and those of all slices of a table as one list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

WARNINGS_SHOWN = 200
"""Rows with remarks of one table listed one by one; ``flags`` of the rows hold them all."""

_ROWS = "{rows}"
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


def of_all_slices(warnings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The warnings of one table, given slice by slice: each once, their rows added up."""
    counts: dict[tuple[str | None, str], int] = {}
    listed: list[dict[str, Any]] = []
    shown: set[int] = set()
    unlisted: set[int] = set()
    for each in warnings:
        if _FORM in each:
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
    return [*listed, *(counted(column, form, rows) for (column, form), rows in counts.items())]


def plain_warnings(warnings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The warnings as the report shows them."""
    return [{name: each[name] for name in ("row", "column", "text")} for each in warnings]
