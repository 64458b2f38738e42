"""Rows that are no record: blank, a repeated header, a total, a footer - or rejected, and why."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.closing_words import (
    CARRIED,
    CARRIED_FORM,
    FOOTER,
    FOOTER_FORM,
    HEADER,
    KINDS,
    LABEL,
    MILD_TOTAL,
    PLACE_TOTAL,
    TOTAL,
    TOTAL_FORM,
    TOTAL_WORDS,
    says,
    squeeze,
)
from qingfeng.ingest.delivery import NOTHING
from qingfeng.ingest.grid import MARKS, Grid
from qingfeng.ingest.header_text import normalise_header
from qingfeng.ingest.shifted_rows import MISPLACED, SHIFTED

READ_WORD_FOR_WORD = 20_000
"""Rows of one table whose cells are looked at one by one, blank ones and footers aside; beyond
that the reason that the statement found stands as it is."""

_SUBJECT = ("card", "account", "holder_id", "holder_name", "bank")
"""Fields that say whom an answer is about, the surest first."""

_BESIDE = ("currency",)
"""Fields that templates fill although there is no booking."""

_NOTHING_BOOKED = re.compile(rf"{'|'.join(map(re.escape, NOTHING))}|0+(?:\.0+)?")
_NO_SUCH_ACCOUNT = re.compile(r"\s*(?:该|此)?(?:账[号户]|用户|卡号)\s*(\S*?)\s*不存在\s*[。.]?\s*")
_NO_MORE = re.compile(
    r"\s*(?:该|此)?(?:用户|账[号户]|卡号|时段|期间)?内?(?:无|没有|未查到|查无)(?:更多)?(?:的|相关|交易)*"
    r"(?:数据|记录|明细|信息|结果)\s*[。.]?\s*"
)
_LABELLED = re.compile(LABEL.replace(r"\p{Han}", "一-鿿"))
_DAY = re.compile(r"(19|20)\d{2}\s*[-/.年]?\s*\d{1,2}\s*[-/.月]?\s*\d{1,2}")
_STRIP = str.maketrans(dict.fromkeys(MARKS))


class Answer(NamedTuple):
    """What an institution says instead of records: of which number, and what it comes to."""

    subject: str | None
    reason: str


def answer_instead(text: str) -> Answer | None:
    """``账号wx1不存在``, ``此用户无更多数据`` in place of a table are an answer; else None."""
    if said := _NO_SUCH_ACCOUNT.fullmatch(text):
        return Answer(said[1] or None, "the institution says that the account does not exist")
    if _NO_MORE.fullmatch(text):
        return Answer(None, "the institution says that there is nothing more")
    return None


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the rows of one table are read against.

    *fields*: field to grid column. *headers*, and *normal* their normalised form: by grid column.
    """

    fields: Mapping[str, int]
    headers: Sequence[str]
    normal: Sequence[str]


@dataclass(frozen=True, slots=True)
class Closing:
    """A row that sums up or carries a balance. *label*: its words, without blanks."""

    row: int
    label: str
    cells: Sequence[str]


@dataclass(slots=True)
class Residue:
    """What became of the rows of one table that are no record.

    *rejected*: {"row", "reason"} and, where a trace of the row is kept in another table,
    "kept_as". *skipped*: {"row", "kind"}, kind one of header, total, carried, footer. *totals*:
    the rows that sum up, *carried*: those that carry a balance, both with their cells. *cells*:
    row to its cells, rejected only.
    """

    rejected: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    totals: list[Closing] = field(default_factory=list)
    carried: list[Closing] = field(default_factory=list)
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
    closing = np.array([reason in KINDS for reason in reasons])
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
    if reason == HEADER or _repeats_header(cells, frame.normal):
        found.skipped.append({"row": row, "kind": HEADER})
        return
    kind = reason if reason in KINDS else _unjudged(reason, cells)
    if kind is not None:
        found.skipped.append({"row": row, "kind": kind})
        # The amounts of a total that is cut itself stand in wrong columns.
        closing = Closing(row, _label(kind, cells), [] if reason in MISPLACED else cells)
        if kind == TOTAL:
            found.totals.append(closing)
        elif kind == CARRIED:
            found.carried.append(closing)
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


def _unjudged(reason: str, cells: Sequence[str]) -> str | None:
    """What a row is that nobody weighed: it was not built, or nothing stands in its first cells."""
    if any(cells[:2]) and (reason not in SHIFTED or any(map(_dated, cells))):
        return None
    lead = squeeze(next((text for text in cells[:3] if text), ""))
    if says(TOTAL_FORM, lead):
        return TOTAL
    return FOOTER if says(FOOTER_FORM, lead) else None


def _dated(text: str) -> bool:
    return bool(_DAY.search(text)) and _LABELLED.match(text) is None


def _label(kind: str, cells: Sequence[str]) -> str:
    """The words that say what a row is; its first text where none of the usual ones is there."""
    totals = (TOTAL_FORM, TOTAL_WORDS, MILD_TOTAL, PLACE_TOTAL)
    forms = (CARRIED_FORM,) if kind == CARRIED else totals
    texts = [squeeze(text) for text in cells if text]
    fitting = (text for form in forms for text in texts if says(form, text))
    return next(fitting, texts[0])


def _bare_feedback(cells: Sequence[str], fields: Mapping[str, int]) -> tuple[str, str] | None:
    """Subject and answer of a row that says only why there is nothing; else None."""
    feedback = fields.get("feedback")
    if feedback is None or cells[feedback] in NOTHING:
        return None
    aside = {feedback, *(fields[name] for name in (*_SUBJECT, *_BESIDE) if name in fields)}
    if any(not _NOTHING_BOOKED.fullmatch(text) for i, text in enumerate(cells) if i not in aside):
        return None
    named = (cells[fields[name]] for name in _SUBJECT if name in fields)
    return next((text for text in named if text not in NOTHING), ""), cells[feedback]


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
