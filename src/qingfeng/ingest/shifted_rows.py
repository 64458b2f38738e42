"""Rows of text whose fields are not those of the table's columns, and why: they are refused."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.column_forms import FOREIGN, UNUSUAL, Body
from qingfeng.ingest.cut_amounts import CUT, cut_amounts
from qingfeng.ingest.grid import Grid
from qingfeng.ingest.headers import Found
from qingfeng.ingest.short_rows import SHORT, short_rows

SURPLUS = (
    "more fields than the table has columns: a delimiter stands inside a cell, and what follows"
    " it would be read in the wrong column"
)

CUT_OFF = (
    "the file ends inside this record: its last cell may be cut, and what follows it is missing"
)

MISPLACED = frozenset({SURPLUS, CUT})
"""Reasons that say that cells stand in wrong columns."""

SHIFTED = frozenset({*MISPLACED, SHORT, CUT_OFF})

_ODD_SHARE = 0.1
_ENOUGH_ROWS = 10
"""At most that share of at least so many records may have another number of fields, where the
usual number is the table's own and its last columns have no header."""


def shifted_rows(grid: Grid, found: Found) -> dict[int, str]:
    """Rows of the body, by their number in the file, that would be read shifted; and the reason."""
    start, end = found.body
    if grid.regular is None or end <= start:
        return {}
    shifted: dict[int, str] = {}
    reasons = (
        (hidden_surplus, SURPLUS),
        (cut_amounts, CUT),
        (short_rows, SHORT),
        (surplus, SURPLUS),
        (cut_off, CUT_OFF),
    )
    for masking, reason in reasons:
        mask = masking(grid, found)
        if mask is not None:
            rows = grid.rows.slice(start, end - start).to_numpy()
            shifted.update(dict.fromkeys(map(int, rows[mask]), reason))
    return shifted


def surplus(grid: Grid, found: Found) -> npt.NDArray[np.bool_] | None:
    """Which rows of the body hold more fields than the table has columns? None: no row.

    A delimiter inside a cell makes such a row, and shifts what stands behind it. Where nearly
    all records have the same number of fields, the last ones only lack a header.
    """
    start, end = found.body
    width = max((place for place, text in enumerate(found.headers, 1) if text.strip()), default=0)
    if grid.regular is None or grid.width <= width or end <= start:
        return None
    rows = grid.rows.slice(start, end - start).to_numpy()
    mask = np.zeros(len(rows), bool)
    odd = np.count_nonzero(np.isin(grid.odd.to_numpy(), rows))
    if grid.regular > width and len(rows) >= _ENOUGH_ROWS and odd <= len(rows) * _ODD_SHARE:
        width = grid.regular
    for index in range(width, grid.width):
        column = grid.cells.column(index).slice(start, end - start).cast(pa.string())
        cells = pc.utf8_trim_whitespace(column.combine_chunks())
        mask |= pc.not_equal(cells, "").to_numpy(zero_copy_only=False)
    return mask if mask.any() else None


def hidden_surplus(grid: Grid, found: Found) -> npt.NDArray[np.bool_] | None:
    """Which rows have more fields than the others, the last ones empty, and fit one to the left?

    A delimiter inside a cell of such a row has only pushed an empty field out. None: no row.
    """
    start, end = found.body
    if grid.regular is None or not len(grid.odd):
        return None
    rows = grid.rows.slice(start, end - start).to_numpy()
    width = max((place for place, text in enumerate(found.headers, 1) if text.strip()), default=0)
    wide = grid.odd.to_numpy()[grid.odd_fields.to_numpy() > max(grid.regular, width)]
    places = np.flatnonzero(np.isin(rows, wide))
    if not len(places):
        return None
    body = Body(grid, found, places)
    cells = [body.cells(index, places) for index in range(body.width)]
    own = [body.column(index).weights(each) for index, each in enumerate(cells)]
    moved = [body.column(index).weights(each) for index, each in enumerate(cells[1:])]
    nothing = np.zeros(len(places), np.int64)
    best = total = np.sum(own, axis=0)
    right = nothing
    for index in reversed(range(body.width - 1)):
        # The cell of this index goes on in the next one; what is right of both stands one too far.
        best = np.minimum(best, np.sum(own[:index], axis=0) + right)
        right = right + moved[index]
    mask = np.zeros(len(rows), bool)
    mask[places[total - best >= FOREIGN]] = True
    return mask if mask.any() else None


def cut_off(grid: Grid, found: Found) -> npt.NDArray[np.bool_] | None:
    """Is the last row of the body one that the file ends in? None: it is not.

    No line end follows it, and it has fewer fields than the others, but at least half, and what
    it has is like theirs; or as many, but its last one is an amount with fewer decimals than all
    others have.
    """
    start, end = found.body
    if not grid.unended or end != grid.height or grid.regular is None:
        return None
    last = int(grid.rows[end - 1].as_py())
    sizes = dict(zip(grid.odd.to_pylist(), grid.odd_fields.to_pylist(), strict=True))
    size = sizes.pop(last, grid.regular)
    if size < grid.regular:
        bad = size * 2 >= grid.regular and size not in sizes.values()
        bad = bad and _is_like_others(grid, found, size - 1)
    else:
        bad = any(
            ref.index == size - 1 and "_fen" in name and _lacks_decimals(grid, found, ref.index)
            for name, ref in found.columns.items()
        )
    if not bad:
        return None
    mask = np.zeros(end - start, bool)
    mask[-1] = True
    return mask


def _is_like_others(grid: Grid, found: Found, cells: int) -> bool:
    """Are the first *cells* of the last row what their columns hold? Closing lines are not."""
    last = np.array([found.body[1] - found.body[0] - 1])
    body = Body(grid, found, last)
    said = [body.cells(index, last) for index in range(cells)]
    if any(str(each[0]).endswith((":", "：")) for each in said):
        return False
    weights = (body.column(index).weights(each) for index, each in enumerate(said))
    return sum(int(each[0]) for each in weights) <= UNUSUAL


_DECIMALS = r"\.[0-9][0-9]\s*$"


def _lacks_decimals(grid: Grid, found: Found, index: int) -> bool:
    """Have all amounts of a column two decimals, but not the last?"""
    start, end = found.body
    column = grid.cells.column(index).slice(start, end - start).cast(pa.string())
    *others, last = column.slice(max(0, len(column) - _ENOUGH_ROWS)).to_pylist()
    filled = [text for text in others if text.strip()]
    wanted = re.compile(_DECIMALS)
    return (
        bool(last.strip() and filled)
        and not wanted.search(last)
        and all(map(wanted.search, filled))
        and any(text.rstrip().endswith("0") for text in filled)
    )
