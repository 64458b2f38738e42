"""A row below the header that numbers the columns: 1 2 3, ① ②, (1) (2), 甲 乙 1 2, 7=5×6."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.closing_words import squeeze
from qingfeng.ingest.grid import MARKS, Grid

_CIRCLED = {chr(code): str(number) for number, code in enumerate(range(0x2460, 0x2474), 1)}
_CIRCLED |= {chr(code): str(number) for number, code in enumerate(range(0x2474, 0x2488), 1)}
_SERIES = ("甲乙丙丁戊己庚辛壬癸", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_CELL = re.compile(
    r"[(\[【]?(\d{1,3}|[甲乙丙丁戊己庚辛壬癸]|[A-Z])[)\]】.、]?(=[-+*/×÷xX()%.\d]+)?"
)
_NAMES = {"栏次", "列次", "行次", "栏目", "列号", "序号"}
_NARROW = str.maketrans("（）［］＝＋－０１２３４５６７８９", "()[]=+-0123456789")
_FEWEST, _FEWEST_PLAIN = 3, 4
"""Cells that make a row of column numbers; of bare numbers, which a record may hold, one more."""


def numbers_columns(cells: Sequence[str], names: Sequence[str]) -> bool:
    """Does a row below the header *names* number its columns, and hold nothing else?

    The numbers go up by one from left to right; letters or stems may stand before them. Most
    of the named columns must be numbered.
    """
    texts = [_narrow(cell) for cell in cells]
    filled = [text for text in texts if text]
    if filled and filled[0] in _NAMES:
        filled = filled[1:]
    found = [_CELL.fullmatch(text) for text in filled]
    plain = all(text.isdigit() for text in filled)
    named = sum(1 for name in names if name.strip())
    if len(filled) < (_FEWEST_PLAIN if plain else _FEWEST) or len(filled) * 2 < named:
        return False
    places = [_place(each[1]) for each in found if each is not None]
    return len(places) == len(filled) and all(
        two == (one[0], one[1] + 1) or (one[0] != two[0] and two[1] <= 1)
        for one, two in pairwise(places)
    )


def _narrow(cell: str) -> str:
    text = squeeze(cell.strip(MARKS)).translate(_NARROW)
    return "".join(_CIRCLED.get(each, each) for each in text)


def _place(mark: str) -> tuple[int, int]:
    """Which series a mark belongs to, and its place there."""
    if mark.isdigit():
        return len(_SERIES), int(mark)
    series = next(number for number, each in enumerate(_SERIES) if mark in each)
    return series, _SERIES[series].index(mark) + 1


def numbered_again(
    grid: Grid, body: tuple[int, int], numbers: Sequence[str]
) -> npt.NDArray[np.bool_] | None:
    """Which rows of the *body* repeat the row of column *numbers*? None: no row."""
    start, end = body
    if not numbers or end <= start:
        return None
    mask = np.ones(end - start, bool)
    for index, text in enumerate(numbers):
        if not text:
            continue
        cells = grid.cells.column(index).slice(start, end - start).cast(pa.string())
        mask &= pc.equal(pc.utf8_trim(cells, MARKS + " \t\r\n"), text).to_numpy()
        if not mask.any():
            return None
    return mask
