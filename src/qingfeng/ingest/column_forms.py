"""What the columns of one table hold, and how strongly a cell contradicts its column."""

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

FOREIGN, UNUSUAL = 2, 1
"""Weight of a cell that its column cannot hold, and of one unlike all it has held so far."""

_SAMPLE_ROWS = 200
_ENOUGH_ROWS = 3
"""So many other records show what a column holds."""

_LISTED_ROWS, _LISTED_SHARE = 10, 0.2
"""Where so many records share so few words, a column lists words."""

_FEW_CELLS = 1_000

Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
Weights = npt.NDArray[np.int64]

NUMBERS = {ColumnKind.FEN, ColumnKind.INT, ColumnKind.QUANTITY}

_HAN = "[\u3400-\u9fff\U00020000-\U000323af]"
_LATIN = _HAN.replace("[", "^[^") + "*[A-Za-z\u00c0-\u024f]" + _HAN.replace("[", "[^") + "*$"
_LETTER = "[A-Za-z\u00c0-\u024f\u3400-\u9fff\U00020000-\U000323af]"
EMPTY = r"^(-*|/|\\N|无)$"
_FORMS = (
    EMPTY,
    r"^[-+¥￥]*[0-9]{1,3}$",
    r"^[-+¥￥]*[0-9]{4,9}$",
    r"^[0-9]{10,}[0-9Xx_*-]*$",
    r"^[-+¥￥]*\s*[0-9][0-9,]*\.[0-9]+$",
    r"^(19|20)[0-9]{2}\s*[-/.年]\s*[0-9]{1,2}",
    r"^[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$",
    _HAN,
    _LATIN,
    "^" + _LETTER.replace("[", "[^") + "+$",
)
"""Forms of cells, the narrower first; the last two hold every other cell."""

_AMOUNT = (
    r"^[^0-9A-Za-z]{0,4}(CNY|RMB|人民币)?\s*[0-9,，]{1,13}(\.[0-9]*)?[^0-9.]*$|[0-9](分|:[0-9]{2})"
)
_DAY = r"^(19|20)[0-9]{2}|^[0-9]{1,2}\s*[-/.:月]\s*[0-9]{1,2}(\D|$)|^[0-9]{6}$|^[0-9]{10,17}$"
_WORD = r"^[^0-9.]|^[0-9]{1,2}$"
_BY_KIND = {
    **dict.fromkeys(NUMBERS, _AMOUNT),
    ColumnKind.DATE: _DAY,
    ColumnKind.INSTANT: _DAY,
    ColumnKind.NUMBER: "^" + _HAN.replace("[", "[^.") + "{4,}$",
    ColumnKind.NAME: rf"{_LETTER}|\*",
    ColumnKind.CODE: _WORD,
    ColumnKind.BOOL: _WORD,
}
"""What cells of a kind look like at all; of other kinds anything may."""

_MONEY = r"^[-+¥￥]*[0-9]+(,[0-9]{3})*\.[0-9]{2}$"


@dataclass(slots=True)
class Column:
    """One column. *cells*: of a sample of its other records; *forms*: theirs, None if too few.

    *listed*: the words that the column lists, if it lists words.
    """

    kind: ColumnKind | None
    cells: pa.Array
    forms: str | None
    listed: pa.Array | None

    def weights(self, cells: pa.Array, *, words: bool = True) -> Weights:
        """How strongly each cell contradicts the column; *words*: a new word in a list does."""
        found = np.zeros(len(cells), np.int64)
        if self.forms is not None:
            unseen = ~matches(cells, self.forms)
            found[unseen] = UNUSUAL
        else:
            unseen = ~matches(cells, EMPTY)
            if self.kind not in NUMBERS:
                found[unseen & matches(cells, _MONEY)] = UNUSUAL
        if words and self.listed is not None:
            known = pc.is_in(cells, value_set=self.listed).to_numpy(zero_copy_only=False)
            found[~known & ~matches(cells, EMPTY)] = UNUSUAL
        possible = _BY_KIND.get(self.kind) if self.kind is not None else None
        if possible is not None:
            found[unseen & ~matches(cells, f"{possible}|{EMPTY}")] = FOREIGN
        return found


class Body:
    """The body of one table, read column by column as the question comes up.

    *doubted*: positions in the body of the rows that are asked about. *width*: columns up to the
    last with a header; *grid_width*: all. *sampled*: rows that show what the columns hold.
    """

    def __init__(self, grid: Grid, found: Found, doubted: Places) -> None:
        self._grid, self._found = grid, found
        named = (place for place, text in enumerate(found.headers, 1) if text.strip())
        self.grid_width = grid.width
        self.width = min(max(named, default=0), grid.width)
        sound = np.ones(found.body[1] - found.body[0], bool)
        sound[doubted] = False
        regular = sound & ~np.isin(
            grid.rows.slice(found.body[0], len(sound)).to_numpy(), grid.odd.to_numpy()
        )
        chosen = np.flatnonzero(regular if np.count_nonzero(regular) >= _ENOUGH_ROWS else sound)
        self._sample = chosen[:: max(1, len(chosen) // _SAMPLE_ROWS)]
        self.sampled = len(self._sample)
        self._columns: dict[int, Column] = {}

    def cells(self, index: int, places: Places) -> pa.Array:
        """Some cells of a column as text without blanks around them."""
        return texts(body_column(self._grid, self._found, index), places)

    def column(self, index: int) -> Column:
        """What the rows that are not doubted hold in a column."""
        if index not in self._columns:
            cells = self.cells(index, self._sample)
            forms = _forms(cells) if len(cells) >= _ENOUGH_ROWS else None
            words = pc.unique(cells)
            few = len(cells) >= _LISTED_ROWS and len(words) <= len(cells) * _LISTED_SHARE
            worded = forms is not None and (_HAN in forms or _LATIN in forms)
            listed = words if few and worded else None
            self._columns[index] = Column(self._kind(index), cells, forms, listed)
        return self._columns[index]

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
        which = matches(left, form)
        if which.any():
            seen.append(form)
            left = left.filter(pa.array(~which))
    return "|".join(seen)


def body_column(grid: Grid, found: Found, index: int) -> pa.Array:
    start, end = found.body
    cells = grid.cells.column(index).slice(start, end - start)
    return cells.chunk(0) if cells.num_chunks == 1 else cells.cast(pa.string()).combine_chunks()


def texts(cells: pa.Array, places: Sequence[int] | Places) -> pa.Array:
    """Some of the cells as text without blanks around them."""
    return pc.utf8_trim_whitespace(cells.take(pa.array(places)).cast(pa.string()))


def matches(cells: pa.Array, pattern: str) -> Bools:
    if len(cells) <= _FEW_CELLS:
        # The native engine takes longer to compile an expression than to match so few cells.
        search = _compiled(pattern).search
        return np.array([search(text) is not None for text in cells.to_pylist()], bool)
    found: Bools = pc.match_substring_regex(cells, pattern).to_numpy(zero_copy_only=False)
    return found


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
