"""Rows that are no record: blank, a repeated header, a total, a footer - or rejected, and why."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.footers import FOOTER_FORM
from qingfeng.ingest.grid import MARKS, Grid
from qingfeng.ingest.header_text import normalise_header
from qingfeng.ingest.shifted_rows import MISPLACED, SHIFTED
from qingfeng.money import NotAnAmount, format_yuan, parse_yuan

READ_WORD_FOR_WORD = 20_000
"""Rows of one table whose cells are looked at one by one, blank ones and footers aside; beyond
that the reason that the statement found stands as it is."""

_TOTAL_FORM = re.compile(r"合\s*计|小\s*计|总\s*计|累\s*计|共\s*计|汇总")
_PART_FORM = re.compile(r"小\s*计|本\s*页|本\s*月")
_FOOTER = re.compile(FOOTER_FORM)
_DAY = re.compile(r"(19|20)\d{2}\s*[-/.年]?\s*\d{1,2}\s*[-/.月]?\s*\d{1,2}")
_STRIP = str.maketrans(dict.fromkeys(MARKS))


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the rows of one table are read against.

    *fields*: field to grid column. *headers*, and *normal* their normalised form: by grid column.
    """

    fields: Mapping[str, int]
    headers: Sequence[str]
    normal: Sequence[str]


@dataclass(slots=True)
class Residue:
    """What became of the rows of one table that are no record.

    *rejected*: {"row", "reason"} and, where a trace of the row is kept in another table,
    "kept_as". *skipped*: {"row", "kind"}, kind one of header, total, footer. *totals*: the
    total rows with what each money column declares. *cells*: row to its cells, rejected only.
    """

    rejected: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    totals: list[dict[str, Any]] = field(default_factory=list)
    feedback: list[tuple[int, str, str]] = field(default_factory=list)
    cells: dict[int, list[str]] = field(default_factory=dict)
    blank: int = 0


def classify(
    grid: Grid,
    *,
    fields: Mapping[str, int],
    headers: Sequence[str],
    rows: Sequence[int],
    reasons: Sequence[str],
) -> Residue:
    """Say what each of *rows* is. *fields*: field to grid column; *headers*: by grid column."""
    found = Residue()
    if not rows:
        return found
    cells = [_plain(column) for column in grid.cells.take(pa.array(_positions(grid, rows))).columns]
    filled = _filled(cells)
    found.blank = len(rows) - int(np.count_nonzero(filled))
    closing = np.array([reason == "footer" for reason in reasons])
    # Totals and headers are few, and each must be told from a lost record: they come first.
    chosen = np.concatenate([np.flatnonzero(filled & closing), np.flatnonzero(filled & ~closing)])
    chosen = chosen[: max(READ_WORD_FOR_WORD, int(np.count_nonzero(filled & closing)))]
    columns = [column.take(pa.array(chosen)).to_pylist() for column in cells]
    frame = _Frame(fields, headers, [normalise_header(text) for text in headers])
    for place, index in enumerate(chosen.tolist()):
        texts = [(column[place] or "").translate(_STRIP).strip() for column in columns]
        _classify_one(found, frame, rows[index], reasons[index], texts)
    filled[chosen] = False
    found.rejected += [
        {"row": rows[index], "reason": reasons[index]} for index in np.flatnonzero(filled).tolist()
    ]
    return found


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _filled(cells: Sequence[pa.ChunkedArray]) -> npt.NDArray[np.bool_]:
    """Which rows hold anything but blanks and the marks of the reader?"""
    found = np.zeros(len(cells[0]), bool)
    for column in cells:
        bare = pc.utf8_trim_whitespace(pc.utf8_trim(column.fill_null(""), MARKS))
        found |= pc.not_equal(bare, "").combine_chunks().to_numpy(zero_copy_only=False)
    return found


def _positions(grid: Grid, rows: Sequence[int]) -> list[int]:
    numbers = grid.rows.to_numpy()
    if len(numbers) and np.all(numbers[:-1] <= numbers[1:]):
        return [int(each) for each in np.searchsorted(numbers, np.array(rows, numbers.dtype))]
    place = {int(number): index for index, number in enumerate(numbers)}
    return [place[row] for row in rows]


def _classify_one(found: Residue, frame: _Frame, row: int, reason: str, cells: list[str]) -> None:
    filled = [text for text in cells if text]
    if not filled:
        found.blank += 1
        return
    if _repeats_header(cells, frame.normal):
        found.skipped.append({"row": row, "kind": "header"})
        return
    lead = next((text for text in cells[:3] if text), filled[0])
    unjudged = not any(cells[:2]) or (reason in SHIFTED and not any(map(_DAY.search, cells)))
    unjudged = unjudged and _FOOTER.search(lead) is not None
    if unjudged or reason == "footer":
        if _TOTAL_FORM.search(lead):
            # The amounts of a total that is cut itself stand in wrong columns.
            declared = [] if reason in MISPLACED else _declared(cells, frame.fields, frame.headers)
            part = _PART_FORM.search(lead) is not None
            found.totals.append({"row": row, "part": part, "declared": declared})
            found.skipped.append({"row": row, "kind": "total"})
        else:
            found.skipped.append({"row": row, "kind": "footer"})
        return
    found.cells[row] = cells
    answer = _bare_feedback(cells, frame.fields)
    if answer is not None:
        found.feedback.append((row, *answer))
        found.rejected.append(
            {"row": row, "reason": "feedback-only row", "kept_as": "query_feedback"}
        )
        return
    if len(set(filled)) == 1:
        reason = "one field, not a record"
    found.rejected.append({"row": row, "reason": reason})


def _bare_feedback(cells: Sequence[str], fields: Mapping[str, int]) -> tuple[str, str] | None:
    """Subject and answer of a row that says only why there is nothing; else None."""
    feedback = fields.get("feedback")
    if feedback is None or not cells[feedback]:
        return None
    own = {
        fields[name]
        for name in ("card", "account", "bank", "holder_name", "holder_id")
        if name in fields
    }
    if any(text for index, text in enumerate(cells) if index not in own | {feedback}):
        return None
    subject = next((cells[index] for index in sorted(own) if cells[index]), "")
    return subject, cells[feedback]


def _repeats_header(cells: Sequence[str], normal_headers: Sequence[str]) -> bool:
    """At least two cells, and at least half of the filled ones, say their own header."""
    filled = [
        (normalise_header(text), header)
        for text, header in zip(cells, normal_headers, strict=False)
        if text
    ]
    same = sum(1 for text, header in filled if text and text == header)
    tail = sum(1 for text, header in filled if len(text) > 1 and header.endswith(text))
    return max(same, tail) >= 2 and max(same, tail) * 2 >= len(filled)


def _declared(
    cells: Sequence[str], fields: Mapping[str, int], headers: Sequence[str]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name in (
        "amount_fen",
        "amount_fen.in",
        "amount_fen.out",
        "quantity",
        "net_fen",
        "tax_fen",
        "total_fen",
    ):
        index = fields.get(name)
        if index is None or index >= len(cells) or not cells[index]:
            continue
        try:
            fen = parse_yuan(cells[index])
        except NotAnAmount:
            continue
        found.append({"field": name, "column": headers[index], "fen": fen})
    return found


def total_checks(
    residue: Residue, kept: pa.Table, factor: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Compare declared totals with the kept rows of the table.

    A part total (小计, 本页合计) speaks of the rows since the total before it, any other of
    all rows of the table. *factor*: fen of one unit by field.
    """
    if not residue.totals:
        return []
    rows = kept["delivered_row"].to_numpy()
    checks: list[dict[str, Any]] = []
    since = 0
    for total in sorted(residue.totals, key=lambda each: int(each["row"])):
        first = since if total["part"] else 0
        chosen = pa.array((rows > first) & (rows < total["row"]))
        part = kept.filter(chosen)
        for declared in total["declared"]:
            name = declared["field"]
            column, _, side = name.partition(".")
            if column not in part.column_names:
                continue
            amounts = part.filter(pc.equal(part["direction"], side)) if side else part
            summed = pc.sum(amounts[column]).as_py() or 0
            said = declared["fen"] * factor.get(name, 100) // 100
            if column == "quantity":
                said, summed = declared["fen"], int(summed * 100)
            checks.append(
                {
                    "kind": "subtotal" if total["part"] else "total",
                    "row": total["row"],
                    "column": declared["column"],
                    "declared": format_yuan(said).replace(",", ""),
                    "found": format_yuan(summed).replace(",", ""),
                    "match": said == summed,
                }
            )
        since = int(total["row"])
    return checks


def rejected_rows(
    residue: Residue, *, source: str, table: str, layout: str
) -> list[dict[str, Any]]:
    """Rows of the canonical table ``rejected_rows``: nothing that came is lost."""
    kept: list[dict[str, Any]] = []
    for each in residue.rejected:
        cells = residue.cells.get(each["row"], [])
        text = json.dumps(cells, ensure_ascii=False)
        kept.append(
            {
                "table_name": table,
                "layout": layout,
                "reason": each["reason"],
                "cells": text,
                "source_row": f"{source}·{each['row']}",
            }
        )
    return kept
