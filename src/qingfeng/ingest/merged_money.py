"""Money in a cell merged over several rows: one amount, not one for each row.

Readers fill a merged range from its first cell, which is right for a village or a name. An
amount would be booked once for every row of the range.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from qingfeng.ingest.delivery import plain
from qingfeng.ingest.grid import Grid

_SAID = "a cell merged over several rows holds one amount, taken for the first of them"


def is_money(field: str) -> bool:
    """Is *field* (``balance_fen``, ``amount_fen.in``) an amount?"""
    return field.partition(".")[0].endswith("_fen")


def taken_once(
    grid: Grid, start: int, index: int, cells: pa.Array
) -> tuple[pa.Array, list[dict[str, Any]]]:
    """Empty the repeats of merged cells in a money column; a warning for each of them.

    *cells*: grid column *index* from position *start* on. A covered cell with a value of its
    own stays.
    """
    covered = list(_covered(grid, start, index, len(cells)))
    if not covered:
        return cells, []
    texts = plain(cells).to_pylist()
    warnings: list[dict[str, Any]] = []
    for position, first in covered:
        anchor = grid.cells.column(index)[first].as_py()
        if anchor and texts[position] == anchor:
            texts[position] = ""
            row = grid.rows[start + position].as_py()
            warnings.append({"row": row, "column": None, "text": _SAID})
    return pa.array(texts, pa.string()), warnings


def _covered(grid: Grid, start: int, index: int, height: int) -> Iterator[tuple[int, int]]:
    """(position in the cells, position in the grid of the first cell) of each covered cell."""
    if not grid.merged:
        return
    numbers = grid.rows.to_numpy()
    for top, left, bottom, right in grid.merged:
        if bottom == top or not left <= index <= right:
            continue
        first, end = (int(each) for each in np.searchsorted(numbers, [top, bottom + 1]))
        if first < len(numbers) and numbers[first] == top:
            for position in range(max(first + 1, start), min(end, start + height)):
                yield position - start, first
