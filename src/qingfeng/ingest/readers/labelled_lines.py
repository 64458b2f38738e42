"""Text of which every line says one thing, ``微信号: …``: one record of those things."""

from __future__ import annotations

import re

from qingfeng.ingest.grid import MARKS, Grid
from qingfeng.ingest.readers import cells

_LINE = re.compile(r"([^\s:：,;，；][^:：,;，；\t]{0,19}?)\s*[:：](?!//)\s*(.*)")
_LEADING = ("微信号", "微信ID", "微信id")
"""Labels with which such a record begins."""

_LEAST_LINES, _MOST_LINES = 2, 2_000
_HEAD = 500
_MARKS = str.maketrans(dict.fromkeys([*MARKS, "\0"]))


def read_labelled_lines(text: str, member: str, encoding: str) -> Grid | None:
    """Return the records of *text*, a row each, or None if it is no such text.

    The first label must be one that such records begin with, and it begins each record. The
    labels stand in row 0, which is no line of the file; a record has the number of its first
    line. A label that is repeated within a record has its values joined by ；.
    """
    if not text[:_HEAD].translate(_MARKS).lstrip().startswith(_LEADING):
        return None
    lines = [line.strip() for line in text.translate(_MARKS).splitlines()]
    if not _LEAST_LINES <= len(lines) <= _MOST_LINES:
        return None
    records: list[dict[str, str]] = []
    numbers: list[int] = []
    leading = ""
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            return None
        label, value = found[1], found[2].strip()
        leading = leading or label
        if leading not in _LEADING:
            return None
        if label == leading:
            records.append({})
            numbers.append(number)
        known = records[-1].get(label)
        records[-1][label] = f"{known}；{value}" if known and value else known or value
    names = list(dict.fromkeys(name for record in records for name in record))
    if len(names) < _LEAST_LINES:
        return None
    rows = [names, *([record.get(name, "") for name in names] for record in records)]
    frame = cells.Frame(
        member=member, sheet="", kind="lines", encoding=encoding, row_numbers=[0, *numbers]
    )
    return cells.grid_of(rows, frame, fill_limit=0)
