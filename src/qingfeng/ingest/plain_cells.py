"""Cells in their plainest spellings, read from the bytes of a column by numpy.

Millions of cells are written the plain way and a handful are not. What is read here is read as
the statements in ``sql/`` would; every other cell is *odd*, and they are asked for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.grid import NUMBER

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

_ZERO, _DOT, _MINUS, _COMMA, _BLANK, _TAB = b"0.-, \t"
_NUMBER_CELL = ord(NUMBER)

_AMOUNT_DIGITS = 17
_LONGEST_NUMBER = 19
_BLOCK = 16_384
"""Cells read together: their bytes and intermediate arrays stay in the cache."""

_DIGITS = np.isin(np.arange(256), list(b"0123456789"))
_ALPHANUMERIC = np.isin(
    np.arange(256), list(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
)


@dataclass(frozen=True, slots=True)
class _Spans:
    """Where the cells of a column begin and end in its bytes, blanks behind them left out."""

    content: Bytes
    starts: Ints
    ends: Ints

    def __len__(self) -> int:
        return len(self.starts)

    def blocks(self) -> list[_Spans]:
        """The same cells, some at a time."""
        return [
            _Spans(self.content, self.starts[at : at + _BLOCK], self.ends[at : at + _BLOCK])
            for at in range(0, len(self), _BLOCK)
        ]

    def chosen(self, which: Bools) -> _Spans:
        """Only the cells that *which* marks."""
        return _Spans(self.content, self.starts[which], self.ends[which])


def _spans(cells: pa.Array) -> _Spans:
    _, offsets, content = cells.buffers()
    own = slice(cells.offset, cells.offset + len(cells) + 1)
    edges = np.frombuffer(offsets, np.int32)[own].astype(np.int64)
    starts, ends = edges[:-1], edges[1:].copy()
    whole = np.frombuffer(content, np.uint8) if content is not None else np.zeros(0, np.uint8)
    padded = np.append(whole[: edges[-1]], np.uint8(_ZERO))
    open_ones = np.flatnonzero(_blank_at(padded, starts, ends))
    while len(open_ones):
        ends[open_ones] -= 1
        still = _blank_at(padded, starts[open_ones], ends[open_ones])
        open_ones = open_ones[still]
    return _Spans(padded, starts, ends)


def _blank_at(content: Bytes, starts: Ints, ends: Ints) -> Bools:
    """Which spans end with a blank?"""
    last = content[np.maximum(ends - 1, 0)]
    blank: Bools = (ends > starts) & ((last == _TAB) | (last == _BLANK))
    return blank


def amounts(cells: pa.Array, decimals: int = 2) -> tuple[pa.Array, Bools]:
    """Amounts in fen as int64, null for an empty cell; and which cells are odd.

    One unit is ten to the power of *decimals* (0 to 10) fen. Read are digits, grouped by threes
    or not, a minus before and so many decimals behind them, 17 digits in all; the cell may be
    a number cell. *cells*: strings without nulls.
    """
    spans = _spans(cells)
    found = [_amounts(block, decimals) for block in spans.blocks()]
    fen = np.concatenate([each for each, _ in found]) if found else np.zeros(0, np.int64)
    odd = np.concatenate([each for _, each in found]) if found else np.zeros(0, bool)
    nothing = odd | (spans.ends == spans.starts)
    return pa.array(fen, mask=nothing), odd


def _amounts(spans: _Spans, decimals: int) -> tuple[Ints, Bools]:
    content = spans.content
    filled = spans.ends > spans.starts
    starts = spans.starts + (filled & (content[spans.starts] == _NUMBER_CELL))
    negative = (starts < spans.ends) & (content[starts] == _MINUS)
    starts, ends = starts + negative, spans.ends
    length = ends - starts
    fraction = np.zeros(len(spans), np.int64)
    whole_ends = ends.copy()
    behind = np.zeros(len(spans), np.int64)
    digits_only = np.ones(len(spans), bool)
    for position in range(decimals + 1):
        byte = np.where(length > position, content[np.maximum(ends - 1 - position, 0)], 0)
        dot = digits_only & (byte == _DOT)
        if position:
            whole_ends = np.where(dot, ends - 1 - position, whole_ends)
            fraction = np.where(dot, behind * 10 ** (decimals - position), fraction)
        digit = byte - np.uint8(_ZERO)
        digits_only &= digit <= 9
        behind += np.where(digits_only, digit * np.int64(10**position), 0)
    units, bad = _whole(content, starts, whole_ends, _AMOUNT_DIGITS - decimals)
    fen = units * 10**decimals + fraction
    # A cell without anything is none of the odd ones; a minus or a mark alone is.
    return np.where(negative, -fen, fen), bad & filled


def _whole(content: Bytes, starts: Ints, ends: Ints, digits: int) -> tuple[Ints, Bools]:
    """Whole numbers of up to so many digits, grouped or not, and which are none."""
    length = ends - starts
    grouped = (length > 4) & (content[np.maximum(ends - 4, 0)] == _COMMA)
    longest = digits + np.where(grouped, (digits - 1) // 3, 0)
    bad = (length < 1) | (length > longest) | (grouped & (length % 4 == 0))
    value = np.zeros(len(starts), np.int64)
    power = np.ones(len(starts), np.int64)
    tens = np.full(len(starts), 10, np.int64)
    for position in range(int(np.minimum(length, longest).max(initial=0))):
        byte = content[np.maximum(ends - 1 - position, 0)]
        digit = byte - np.uint8(_ZERO)
        inside = length > position
        if position % 4 == 3:
            separator = inside & grouped
            bad |= separator & (byte != _COMMA)
            inside &= ~separator
            step = np.where(separator, 1, 10)
        else:
            step = tens
        bad |= inside & (digit > 9)
        value += np.where(inside, digit * power, 0)
        power = power * step
    return value, bad


_FORMS = (
    "YYYYMMDDhhmmss",
    "YYYY-MM-DD hh:mm:ss",
    "YYYY/MM/DD hh:mm:ss",
    "YYYY-MM-DD hh:mm:ss.f",
    "YYYYMMDD",
    "YYYY-MM-DD",
    "YYYY/MM/DD",
)
"""Spellings of a moment: letters stand for digits, anything else for itself."""


def moments(cells: pa.Array) -> tuple[pa.Array, Bools, Bools]:
    """Wall-clock timestamps, null for an odd cell; which have only a day; which are odd.

    Years 1900 to 2100 in the spellings of ``_FORMS``; fractions of a second are cut off.
    *cells*: strings without nulls.
    """
    spans = _spans(cells)
    length = spans.ends - spans.starts
    fourth = spans.content[np.minimum(spans.starts + 4, len(spans.content) - 1)]
    micros = np.zeros(len(spans), np.int64)
    odd = np.ones(len(spans), bool)
    days_only = np.zeros(len(spans), bool)
    for form in _FORMS:
        which = length == len(form)
        if form[4] != "M":
            which &= fourth == ord(form[4])
        if not which.any():
            continue
        found = [_moments(block, form) for block in spans.chosen(which).blocks()]
        micros[which] = np.concatenate([each for each, _ in found])
        odd[which] = np.concatenate([each for _, each in found])
        if "h" not in form:
            days_only |= which & ~odd
    loose = np.flatnonzero(odd & (length >= len("YYYY-M-D")))
    if len(loose):
        which = np.zeros(len(spans), bool)
        which[loose] = True
        read = [_loose_moments(block) for block in spans.chosen(which).blocks()]
        micros[loose] = np.concatenate([each for each, _, _ in read])
        days_only[loose] = np.concatenate([each for _, each, _ in read])
        odd[loose] = np.concatenate([each for _, _, each in read])
    return pa.array(micros, mask=odd).cast(pa.timestamp("us")), days_only, odd


_LONGEST_MOMENT = 24
_YEAR, _MONTH, _DAY, _HOUR, _MINUTE, _SECOND = range(6)
_BETWEEN_DATE = np.isin(np.arange(256), list(b"-/."))


def _loose_moments(spans: _Spans) -> tuple[Ints, Bools, Bools]:
    """Microseconds since 1970 of Y/M/D or Y/M/D h:m:s without leading zeros, blanks between.

    And which have only a day; and which are odd.
    """
    size = len(spans)
    parts = np.zeros((6, size), np.int64)
    digits = np.zeros((6, size), np.int64)
    part = np.zeros(size, np.int64)
    every = np.arange(size)
    length = spans.ends - spans.starts
    bad = length > _LONGEST_MOMENT
    for position in range(int(np.minimum(length, _LONGEST_MOMENT).max(initial=0))):
        byte = spans.content[np.minimum(spans.starts + position, spans.ends - 1)]
        inside = (length > position) & ~bad
        digit = byte - np.uint8(_ZERO)
        is_digit = inside & (digit <= 9)
        known = parts[part, every]
        parts[part, every] = np.where(is_digit, known * 10 + digit, known)
        digits[part, every] += is_digit
        begun = digits[part, every] > 0
        again = inside & ~is_digit & (part == _HOUR) & ~begun & (byte == _BLANK)
        ahead = (
            ((part < _DAY) & _BETWEEN_DATE[byte])
            | ((part == _DAY) & (byte == _BLANK))
            | ((part >= _HOUR) & (part < _SECOND) & (byte == ord(":")))
        )
        ahead &= inside & ~is_digit & begun
        bad |= inside & ~(is_digit | again | ahead)
        part += ahead & ~bad
    bad |= (part != _DAY) & (part != _SECOND)
    bad |= (digits[_YEAR] != 4) | (digits[part, every] < 1) | (digits[_MONTH:] > 2).any(axis=0)
    micros, none = _micros(parts)
    return micros, (part == _DAY) & ~bad, bad | none


def _moments(spans: _Spans, form: str) -> tuple[Ints, Bools]:
    """Microseconds since 1970 of cells of one spelling, and which are none."""
    bad = np.zeros(len(spans), bool)
    numbers = {letter: np.zeros(len(spans), np.int64) for letter in "YMDhmsf"}
    for position, letter in enumerate(form):
        byte = spans.content[spans.starts + position]
        if letter not in numbers:
            bad |= byte != ord(letter)
            continue
        digit = byte - np.uint8(_ZERO)
        bad |= digit > 9
        numbers[letter] = numbers[letter] * 10 + digit
    micros, none = _micros([numbers[letter] for letter in "YMDhms"])
    return micros, bad | none


def _micros(parts: Sequence[Ints] | Ints) -> tuple[Ints, Bools]:
    """Microseconds since 1970 of year, month, day, hour, minute and second.

    And which of them are no moment of the years 1900 to 2100.
    """
    year, month, day, hour, minute, second = parts
    bad = (year < 1900) | (year > 2100) | (month < 1) | (month > 12) | (day < 1)
    bad |= (hour > 23) | (minute > 59) | (second > 59)
    month = np.where(bad, 1, month)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    bad |= day > _MONTH_DAYS[month] + (leap & (month == 2))
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 - _DAYS_TO_1970
    days += _DAYS_BEFORE_MONTH[month] + (leap & (month > 2)) + day - 1
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000, bad


_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_DAYS_BEFORE_MONTH = np.cumsum(_MONTH_DAYS) - _MONTH_DAYS
_DAYS_TO_1970 = 719_162


def words(cells: pa.Array) -> tuple[pa.Array, Bools]:
    """Cells of ASCII letters and digits alone, blanks behind them left out; which are odd.

    An empty cell is odd, and words that may stand for nothing are. *cells*: strings without nulls.
    """
    spans = _spans(cells)
    odd = _holds_other(spans, _ALPHANUMERIC)
    for word in (b"null", b"na", b"nan", b"none"):
        odd |= _is_word(spans, word)
    return _without_blanks(cells, spans), odd


def _is_word(spans: _Spans, word: bytes) -> Bools:
    """Which cells are *word*, in capitals or not?"""
    found: Bools = spans.ends - spans.starts == len(word)
    for position, letter in enumerate(word):
        chosen = np.flatnonzero(found)
        byte = spans.content[spans.starts[chosen] + position] | 0x20
        found[chosen] = byte == letter
    return found


def numbers(cells: pa.Array) -> tuple[pa.Array, Bools, Bools]:
    """Numbers of up to 19 digits; which are card numbers whose Luhn digit fails; which are odd.

    Odd are also zeros alone. *cells*: strings without nulls.
    """
    spans = _spans(cells)
    length = spans.ends - spans.starts
    odd = _holds_other(spans, _DIGITS) | (length > _LONGEST_NUMBER)
    first = spans.content[spans.starts]
    second = spans.content[np.minimum(spans.starts + 1, len(spans.content) - 1)]
    total = np.zeros(len(spans), np.int64)
    every = np.zeros(len(spans), np.int64)
    for position in range(_LONGEST_NUMBER):
        byte = spans.content[np.maximum(spans.ends - 1 - position, 0)]
        digit = np.where(length > position, byte - np.uint8(_ZERO), 0).astype(np.int64)
        every += digit
        total += digit if position % 2 == 0 else digit * 2 - 9 * (digit > 4)
    odd |= every == 0
    card = (length >= 16) & (first == ord("6")) & (second == ord("2"))
    return _without_blanks(cells, spans), card & (total % 10 != 0) & ~odd, odd


def citizens(cells: pa.Array) -> tuple[Bools, Bools]:
    """Which 18-character citizen numbers have a wrong check digit; which cells are none.

    *cells*: strings without nulls, without blanks around them.
    """
    spans = _spans(cells)
    eighteen = spans.ends - spans.starts == len(_WEIGHTS) + 1
    odd, failing = ~eighteen, np.zeros(len(spans), bool)
    chosen = spans.chosen(eighteen)
    total = np.zeros(len(chosen), np.int64)
    bad = chosen.content[chosen.starts] == _ZERO
    for position, weight in enumerate(_WEIGHTS):
        digit = chosen.content[chosen.starts + position] - np.uint8(_ZERO)
        bad |= digit > 9
        total += weight * digit.astype(np.int64)
    last = chosen.content[np.maximum(chosen.ends - 1, 0)]
    odd[eighteen] = bad | ~(_DIGITS[last] | (last == ord("X")))
    failing[eighteen] = last != _CHECKS[total % 11]
    return failing & ~odd, odd


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
"""Check digits of GB 11643 by the weighted sum modulo 11."""


def _holds_other(spans: _Spans, allowed: Bools) -> Bools:
    """Which cells are empty or hold a byte that is not *allowed*."""
    other: Bools = spans.ends == spans.starts
    if not len(spans):
        return other
    strange = np.flatnonzero(~allowed[spans.content[: spans.ends.max()]])
    owner = np.searchsorted(spans.starts, strange, side="right") - 1
    inside = (owner >= 0) & (strange < spans.ends[np.maximum(owner, 0)])
    other[owner[inside]] = True
    return other


def _without_blanks(cells: pa.Array, spans: _Spans) -> pa.Array:
    edges = np.frombuffer(cells.buffers()[1], np.int32)[cells.offset :][1 : len(cells) + 1]
    return cells if np.array_equal(spans.ends, edges) else pc.ascii_rtrim(cells, "\t ")
