"""Amounts cut at the comma between their thousands: what follows stands one column too far right.

``1,350.00`` without quotation marks becomes two fields. Where the record has as many fields as
the others, because its last one is empty or missing, only its cells show it: they are what the
next columns hold, not their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.grid import Grid
from qingfeng.ingest.headers import Found
from qingfeng.schema.tables import ColumnKind

CUT = (
    "an amount was cut at the comma between its thousands: what follows it fits the columns one"
    " to the left, not its own"
)

_HEAD = r"^[-+(（¥￥$A-Z\s]*[1-9][0-9]{0,2}$"
_GROUP = r"^[0-9]{3}$"
_TAIL = r"^[0-9]{3}(\.[0-9]+)?\s*[元)）+-]?$"
_LED_BY_ZERO = r"^0[0-9]"
_FIXED = r"\.[0-9]*0\s*[元)）+-]?$"
"""Decimals that only a writer of a fixed number of decimals writes."""

_MOST_GROUPS = 3
_SAMPLE_ROWS = 200
_ENOUGH_ROWS = 3
"""So many other records show what a column holds."""

_FEW_CELLS = 1_000

_FOREIGN, _UNUSUAL = 2, 1
"""Weight of a cell that its column cannot hold, and of one that it has not held so far."""

_PLAIN = 3
"""Weight of a group that begins with 0: by itself it is no number."""

_ENOUGH = 2

_NUMBERS = {ColumnKind.FEN, ColumnKind.INT, ColumnKind.QUANTITY}

_HAN = "[\u3400-\u9fff\U00020000-\U000323af]"
_LETTER = "[A-Za-z\u00c0-\u024f\u3400-\u9fff\U00020000-\U000323af]"
_EMPTY = r"^(-*|/|\\N|无)$"
_FORMS = (
    _EMPTY,
    r"^[-+¥￥]*[0-9]{1,3}$",
    r"^[-+¥￥]*[0-9]{4,9}$",
    r"^[0-9]{10,}[0-9Xx_*-]*$",
    r"^[-+¥￥]*\s*[0-9][0-9,]*\.[0-9]+$",
    r"^(19|20)[0-9]{2}\s*[-/.年]\s*[0-9]{1,2}",
    r"^[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$",
    _LETTER,
    "^" + _LETTER.replace("[", "[^") + "+$",
)
"""Forms of cells, the narrower first; the last two hold every other cell."""

_AMOUNT = (
    r"^[^0-9A-Za-z]{0,4}(CNY|RMB|人民币)?\s*[0-9,，]{1,13}(\.[0-9]*)?[^0-9.]*$|[0-9](分|:[0-9]{2})"
)
_DAY = r"^(19|20)[0-9]{2}|^[0-9]{1,2}\s*[-/.:月]\s*[0-9]{1,2}(\D|$)|^[0-9]{6}$|^[0-9]{10,17}$"
_WORD = r"^[^0-9.]|^[0-9]{1,2}$"
_BY_KIND = {
    **dict.fromkeys(_NUMBERS, _AMOUNT),
    ColumnKind.DATE: _DAY,
    ColumnKind.INSTANT: _DAY,
    ColumnKind.NUMBER: "^" + _HAN.replace("[", "[^.") + "{4,}$",
    ColumnKind.NAME: rf"{_LETTER}|\*",
    ColumnKind.CODE: _WORD,
    ColumnKind.BOOL: _WORD,
}
"""What cells of a kind look like at all; of other kinds anything may."""

_MONEY = r"^[-+¥￥]*[0-9]+(,[0-9]{3})*\.[0-9]{2}$"

_Bools = npt.NDArray[np.bool_]
_Places = npt.NDArray[np.intp]
_Weights = npt.NDArray[np.int64]


def cut_amounts(grid: Grid, found: Found) -> _Bools | None:
    """Which rows of the body hold an amount in two cells, and the rest shifted? None: no row.

    A row is one if a group of three digits stands right of the head of an amount, and its
    cells then contradict their columns clearly more than they would one place to the left.
    """
    start, end = found.body
    if grid.delimiter != "," or end <= start or found.layout is None:
        return None
    pairs = _pairs(grid, found)
    if not pairs:
        return None
    table = _Table(grid, found, np.unique(np.concatenate([each for _, each in pairs])))
    mask = np.zeros(end - start, bool)
    for head, places in pairs:
        mask[places[table.is_cut(head, places)]] = True
    return mask if mask.any() else None


def _pairs(grid: Grid, found: Found) -> list[tuple[int, _Places]]:
    """Columns that may hold heads, and the rows of the body with a head and a group there."""
    taken = {ref.index: name for name, ref in found.columns.items()}
    kinds = found.layout.kinds if found.layout is not None else {}
    pairs = []
    for index in range(grid.width - 1):
        kind = kinds.get(taken.get(index, ""))
        if (kind is None or kind in _NUMBERS) and index < len(found.headers):
            places = _groups(_column(grid, found, index + 1))
            if len(places):
                heads = _texts(_column(grid, found, index), places)
                places = places[_matches(heads, _HEAD)]
            if len(places):
                pairs.append((index, places))
    return pairs


def _groups(cells: pa.Array) -> _Places:
    """Rows whose cell is a group of three digits, with or without decimals."""
    if pa.types.is_dictionary(cells.type):
        which = _matches(pc.utf8_trim_whitespace(cells.dictionary), _TAIL)
        return np.flatnonzero(which[cells.indices.to_numpy()]) if which.any() else _NO_PLACES
    _, offsets, content = cells.buffers()
    if content is None:
        return _NO_PLACES
    edges = np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    text = np.frombuffer(content, np.uint8)
    places = np.flatnonzero(np.diff(edges) >= len("000"))
    for position in range(3):
        # No cut leaves a blank before a group.
        places = places[(text[edges[places] + position] - np.uint8(ord("0"))) <= 9]
    return places[_matches(_texts(cells, places), _TAIL)]


_NO_PLACES = np.zeros(0, np.intp)


@dataclass(slots=True)
class _Seen:
    """What one column holds. *forms*: what its other records look like, None if too few."""

    kind: ColumnKind | None
    cells: pa.Array
    forms: str | None

    def weights(self, cells: pa.Array) -> _Weights:
        """How strongly each cell contradicts the column."""
        found = np.zeros(len(cells), np.int64)
        if self.forms is not None:
            unseen = ~_matches(cells, self.forms)
            found[unseen] = _UNUSUAL
        else:
            unseen = ~_matches(cells, _EMPTY)
            if self.kind not in _NUMBERS:
                found[unseen & _matches(cells, _MONEY)] = _UNUSUAL
        possible = _BY_KIND.get(self.kind) if self.kind is not None else None
        if possible is not None:
            found[unseen & ~_matches(cells, f"{possible}|{_EMPTY}")] = _FOREIGN
        return found


class _Table:
    """The body of one table, read column by column as the question comes up."""

    def __init__(self, grid: Grid, found: Found, doubted: _Places) -> None:
        self._grid, self._found = grid, found
        named = (place for place, text in enumerate(found.headers, 1) if text.strip())
        self._width = min(max(named, default=0), grid.width)
        sound = np.ones(found.body[1] - found.body[0], bool)
        sound[doubted] = False
        regular = sound & ~np.isin(
            grid.rows.slice(found.body[0], len(sound)).to_numpy(), grid.odd.to_numpy()
        )
        chosen = np.flatnonzero(regular if np.count_nonzero(regular) >= _ENOUGH_ROWS else sound)
        self._sample = chosen[:: max(1, len(chosen) // _SAMPLE_ROWS)]
        self._seen: dict[int, _Seen] = {}

    def is_cut(self, head: int, places: _Places) -> _Bools:
        """Which of the rows have an amount cut behind column *head*?"""
        own = self._style(head, places)
        own += sum(
            (self._column(index).weights(self._cells(index, places)))
            for index in range(head + 1, self._grid.width)
        )
        cut = np.zeros(len(places), bool)
        likely = np.flatnonzero(own >= _ENOUGH)
        for groups in range(1, _MOST_GROUPS + 1):
            if not len(likely):
                break
            rows = places[likely]
            moved = [
                self._column(index).weights(self._cells(index + groups, rows))
                for index in range(head + 1, min(self._width, self._grid.width - groups))
            ]
            better = own[likely] - sum(moved, np.zeros(len(likely), np.int64)) >= _ENOUGH
            cut[likely[better]] = True
            if head + groups + 1 >= self._grid.width:
                break
            goes_on = _matches(self._cells(head + groups, rows), _GROUP)
            goes_on &= _matches(self._cells(head + groups + 1, rows), _TAIL)
            likely = likely[goes_on & ~better]
        return cut

    def _style(self, head: int, places: _Places) -> _Weights:
        """How strongly head and group by themselves speak against being two numbers."""
        said = np.zeros(len(places), np.int64)
        group, follower = self._cells(head + 1, places), self._column(head + 1)
        number = follower.kind in _NUMBERS
        usual = _matches(follower.cells, _LED_BY_ZERO).any()
        if not usual:
            zero = _matches(group, _LED_BY_ZERO)
            said[zero if number else zero & _matches(group, r"\.")] = _PLAIN
        others = self._column(head).cells
        filled = others.filter(pa.array(~_matches(others, _EMPTY)))
        fixed = _matches(filled, r"\.[0-9]+\D*$").all() and _matches(filled, _FIXED).any()
        if fixed and len(filled):
            weight = _FOREIGN if len(filled) > 1 else _UNUSUAL
            said[_matches(group, r"\.")] += weight
        elif not len(filled) and self._column(head).kind is ColumnKind.FEN and number:
            said[_matches(group, _FIXED)] += _UNUSUAL
        return said

    def _cells(self, index: int, places: _Places) -> pa.Array:
        return _texts(_column(self._grid, self._found, index), places)

    def _column(self, index: int) -> _Seen:
        if index not in self._seen:
            cells = self._cells(index, self._sample)
            forms = _forms(cells) if len(cells) >= _ENOUGH_ROWS else None
            self._seen[index] = _Seen(self._kind(index), cells, forms)
        return self._seen[index]

    def _kind(self, index: int) -> ColumnKind | None:
        columns, layout = self._found.columns, self._found.layout
        named = next((name for name, ref in columns.items() if ref.index == index), "")
        if layout is None or named == "currency":  # which has codes of three digits too
            return None
        return layout.kinds.get(named)


def _forms(cells: pa.Array) -> str:
    """The forms of *cells*, as one expression."""
    left = pc.unique(cells)
    seen: list[str] = []
    for form in _FORMS:
        which = _matches(left, form)
        if which.any():
            seen.append(form)
            left = left.filter(pa.array(~which))
    return "|".join(seen)


def _column(grid: Grid, found: Found, index: int) -> pa.Array:
    start, end = found.body
    cells = grid.cells.column(index).slice(start, end - start)
    return cells.chunk(0) if cells.num_chunks == 1 else cells.cast(pa.string()).combine_chunks()


def _texts(cells: pa.Array, places: Sequence[int] | _Places) -> pa.Array:
    """Some of the cells as text without blanks around them."""
    return pc.utf8_trim_whitespace(cells.take(pa.array(places)).cast(pa.string()))


def _matches(cells: pa.Array, pattern: str) -> _Bools:
    if len(cells) <= _FEW_CELLS:
        # The native engine takes longer to compile an expression than to match so few cells.
        search = _compiled(pattern).search
        return np.array([search(text) is not None for text in cells.to_pylist()], bool)
    found: _Bools = pc.match_substring_regex(cells, pattern).to_numpy(zero_copy_only=False)
    return found


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
