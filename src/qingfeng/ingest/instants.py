"""Instants whose parts stand apart or are left out: a full moment among times, no year."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import Cells

Period = tuple[str, str]
"""First and last day of a statement, as delivered."""

_WHOLE = (
    r"^[\x01\x02]?\s*(?:(?:19|20)\d{2}[-/.年]\s*\d.*|(?:19|20)\d{10}(?:\d{2}|\d{5})?"
    r"|(?:19|20)\d{6}[ T]+\d.*|\x01[2-7]\d{4}\.\d+)\s*$"
)
_YEARLESS = re.compile(r"(\d{1,2})(?:[/.-]|月)(\d{1,2})日?(?=\s|$)")
_DAY = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})")


def set_apart(fields: Mapping[str, Cells]) -> dict[str, Cells]:
    """Give a date and time that stands whole in a column of times the field of whole instants.

    The whole one then goes before the date in the column beside it.
    """
    found = dict(fields)
    for name, cells in fields.items():
        instant = name.removesuffix(".time")
        if instant == name or instant in fields:
            continue
        encoded = _encoded(cells)
        whole = pc.match_substring_regex(encoded.dictionary, _WHOLE)
        if not pc.any(whole).as_py():
            continue
        found[instant] = _of(encoded, pc.if_else(whole, encoded.dictionary, ""))
        found[name] = _of(encoded, pc.if_else(whole, "", encoded.dictionary))
    return found


def with_year(cells: Cells, period: Period) -> Cells:
    """Give dates without a year the year in which they lie before the end of *period*.

    A statement names no day after its end, and none a year before. Dates that the period leaves
    open - it is longer than a year, or that year has no such day - stay as they are.
    """
    first, last = _day(period[0]), _day(period[1])
    if first is None or last is None:
        return cells
    encoded = _encoded(cells)
    return _of(encoded, pa.array(map(_dater(first, last), encoded.dictionary.to_pylist())))


def lacks_year(cells: Cells) -> bool:
    """Is a date without a year among *cells*?"""
    return any(_YEARLESS.match(text.strip()) for text in _encoded(cells).dictionary.to_pylist())


def _dater(first: tuple[int, ...], last: tuple[int, ...]) -> Callable[[str], str]:
    def dated(text: str) -> str:
        said = _YEARLESS.match(text.strip())
        if said is None:
            return text
        month, day = int(said.group(1)), int(said.group(2))
        year = last[0] - ((month, day) > last[1:])
        open_ = (year - 1, month, day) >= first
        if open_ or not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
            return text
        return f"{year}-{month:02d}-{day:02d}{text.strip()[said.end() :]}"

    return dated


def _day(text: str) -> tuple[int, ...] | None:
    found = _DAY.match(text.strip())
    return tuple(map(int, found.groups())) if found else None


def _encoded(cells: Cells) -> pa.DictionaryArray:
    return cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()


def _of(encoded: pa.DictionaryArray, values: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(encoded.indices, values.cast(pa.string()))
