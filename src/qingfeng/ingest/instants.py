"""Instants whose parts stand apart or are left out: a full moment among times, no year."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import Cells
from qingfeng.ingest.whole_table import settled, shown

Period = tuple[str, str]
"""First and last day of a statement, as delivered."""

_WHOLE = (
    r"^[\x01\x02]?\s*(?:(?:19|20)\d{2}[-/.年]\s*\d.*|(?:19|20)\d{10}(?:\d{2}|\d{5})?"
    r"|(?:19|20)\d{6}[ T]+\d.*|\x01[2-7]\d{4}\.\d+)\s*$"
)
NO_DAY = (
    r"^[\x01\x02]?\s*(?:0000[-/.]0?0[-/.]0?0|0001[-/.]0?1[-/.]0?1|1899[-/.]12[-/.]3[01]"
    r"|1900[-/.]0?1[-/.]0?[01]|1970[-/.]0?1[-/.]0?1)[ T]+(\d.*)$"
)
"""A time of day behind the day that a program puts where there is none."""
YEARLESS = r"^\s*(\d{1,2})\s*(?:[/.-]|月)\s*(\d{1,2})\s*[日号]?(?P<rest>\s+\d.*|\s*)$"
"""A day without its year, and what follows it."""
_YEARLESS = re.compile(YEARLESS)
_EARLY = timedelta(days=31)
"""A purchase may lie so long before the first day of the statement that books it."""
_DAY = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})")


def set_apart(fields: Mapping[str, Cells]) -> dict[str, Cells]:
    """Give a date and time that stands whole in a column of times the field of whole instants.

    The whole one then goes before the date in the column beside it, unless its day only says
    that the program had none (1900-01-01 10:00:01).
    """
    found = dict(fields) | _clocks_among_moments(fields)
    for name, cells in fields.items():
        instant = name.removesuffix(".time")
        if instant == name or instant in fields:
            continue
        encoded = _encoded(cells)
        values = encoded.dictionary
        whole = pc.match_substring_regex(values, _WHOLE)
        if f"{instant}.date" in fields or f"{instant}.or" in fields:
            whole = pc.and_not(whole, pc.match_substring_regex(values, NO_DAY))
        (apart,) = shown(("whole moments", name), bool(pc.any(whole).as_py()))
        if not apart:
            continue
        found[instant] = _of(encoded, pc.if_else(whole, values, ""))
        found[name] = _of(encoded, pc.if_else(whole, "", values))
    return found


_CLOCK = r"^[\x01\x03]?\s*\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d+)?)?\s*$"


def _clocks_among_moments(fields: Mapping[str, Cells]) -> dict[str, Cells]:
    """Columns of whole moments beside one of days, their times of day set apart.

    Columns of times alone are left to what reads bare digits too.
    """
    found: dict[str, Cells] = {}
    for name, cells in fields.items():
        if f"{name}.date" not in fields or f"{name}.time" in fields:
            continue
        encoded = _encoded(cells)
        values = encoded.dictionary
        no_day = pc.match_substring_regex(values, NO_DAY)
        clock = pc.or_(pc.match_substring_regex(values, _CLOCK), no_day)
        whole = pc.or_(pc.match_substring_regex(values, _WHOLE), no_day)
        kinds = (bool(pc.any(each).as_py()) for each in (clock, whole))
        if all(shown(("clocks among moments", name), *kinds)):
            found[name] = _of(encoded, pc.if_else(clock, "", values))
            found[f"{name}.time"] = _of(encoded, pc.if_else(clock, values, ""))
    return found


def with_year(cells: Cells, period: Period) -> Cells:
    """Give dates without a year the year in which they lie in *period*, or just before it.

    A day inside it goes first. Dates that the period leaves open stay as they are: where it is
    longer than a year, where they lie outside it, where that year has no such day.
    """
    first, last = _day(period[0]), _day(period[1])
    if first is None or last is None:
        return cells
    encoded = _encoded(cells)
    return _of(encoded, pa.array(map(_dater(first, last), encoded.dictionary.to_pylist())))


def lacks_year(cells: Cells, name: str = "") -> bool:
    """Is a date without a year among the *cells* of field *name*?"""
    found = pc.any(pc.match_substring_regex(_distinct(cells), YEARLESS)).as_py()
    return shown(("without year", name), bool(found))[0]


def has_year(cells: Cells, name: str) -> bool:
    """Is a date with its year among the *cells* of field *name*?"""
    found = pc.any(pc.match_substring_regex(_distinct(cells), r"^\W*(?:19|20)\d{2}\D?\d")).as_py()
    return shown(("with a year", name), bool(found))[0]


_DAY_FIRST = r"^[\x01\x02]?\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\s|$)"


@dataclass(frozen=True, slots=True)
class _Order:
    """Of dates that end with the year: whether a *first*, a *second* number is above 12."""

    first: bool
    second: bool

    @property
    def answer(self) -> str | None:
        """How their numbers become year, month and day; None where nothing proves it."""
        if self.first == self.second:
            return None
        return r"\3-\2-\1 " if self.first else r"\3-\1-\2 "

    def joined(self, below: _Order) -> _Order:
        return _Order(self.first or below.first, self.second or below.second)


def in_order(cells: Cells, name: str = "") -> Cells:
    """Dates of the column of field *name* that ends them with the year, as year, month and day.

    Some date of the column must have a day above 12, and none a month: which number is which
    is not known otherwise, and the dates stay as they are.
    """
    said = _distinct(cells)
    said = pc.unique(said.filter(pc.match_substring_regex(said, _DAY_FIRST)))
    if not len(said):
        return cells
    found = [each for each in map(re.compile(_DAY_FIRST).match, said.to_pylist()) if each]
    first, second = (any(int(each.group(place)) > 12 for each in found) for place in (1, 2))
    form = settled(("date order", name), _Order(first, second)).answer
    if form is None:
        return cells
    encoded = _encoded(cells)
    return _of(encoded, pc.replace_substring_regex(encoded.dictionary, _DAY_FIRST, form))


_MONTH_ONLY = r"^(?:19|20)\d{2}(?:年|[-/.年]?(?:0?[1-9]|1[0-2])月?份?)?$"
_WRITTEN_DATE = r"^\d{4}\D?\d{1,2}\D?\d{1,2}(?:\D|$)|^\d{14}$"


def unread(cells: pa.Array) -> pa.Array:
    """What to say of cells that are no date: why not, and what they hold; null of null."""

    def form(pattern: str) -> pa.Array:
        return pc.match_substring_regex(cells, pattern)

    return pc.case_when(
        pc.make_struct(
            form("^9999"),
            form(_MONTH_ONLY),
            form(_DAY_FIRST),
            form(_WRITTEN_DATE),
            pc.is_valid(cells),
        ),
        pc.binary_join_element_wise(cells, "read as none", " "),
        pc.binary_join_element_wise("no day is given:", cells, " "),
        pc.binary_join_element_wise("day and month cannot be told apart:", cells, " "),
        pc.binary_join_element_wise("impossible date", cells, " "),
        pc.binary_join_element_wise("cannot be read as a date:", cells, " "),
    )


def _dater(first: date, last: date) -> Callable[[str], str]:
    def dated(text: str) -> str:
        said = _YEARLESS.match(text)
        if said is None:
            return text
        days = [
            day
            for year in range(first.year - 1, last.year + 1)
            if (day := _date(year, int(said.group(1)), int(said.group(2)))) is not None
            and first - _EARLY <= day <= last
        ]
        days = [day for day in days if day >= first] or days
        return f"{days[0]}{said.group('rest')}" if len(days) == 1 else text

    return dated


def _day(text: str) -> date | None:
    found = _DAY.match(text.strip())
    return _date(*map(int, found.groups())) if found else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _distinct(cells: Cells) -> pa.Array:
    """Every text that stands in the column, some of them more than once."""
    if not pa.types.is_dictionary(cells.type):
        return cells
    return cells.dictionary.take(pc.unique(cells.indices))


def _encoded(cells: Cells) -> pa.DictionaryArray:
    return cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()


def _of(encoded: pa.DictionaryArray, values: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(encoded.indices, values.cast(pa.string()))
