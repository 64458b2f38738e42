"""Records with too few fields: is it the last ones that are missing, or one in the middle?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.column_forms import (
    EMPTY,
    FOREIGN,
    UNUSUAL,
    Body,
    Places,
    matches,
)
from qingfeng.ingest.grid import Grid
from qingfeng.ingest.headers import Found
from qingfeng.schema.tables import ColumnKind

SHORT = (
    "fewer fields than the table has columns, and not only last ones that may be empty: what"
    " follows the gap would be read in the wrong column"
)

_SIDES = {"amount_fen.in", "amount_fen.out"}
_SAMPLE_ROWS = 1_000
_WIDEST_GAP = 3
_MANY_ROWS = 15
"""Among so many others a cell of a new form means something by itself."""

_MONEY = r"^\s*[-+¥￥]?[0-9,]+\.[0-9]{2}\s*$"
_NO_MONEY = r"[\p{L}]|[0-9]{4}\s*[-/.]\s*[0-9]{1,2}\s*[-/.]"
_DIGIT = r"[0-9]"
_DAY = r"(19|20)[0-9]{2}\s*[-/.年]?\s*[0-9]{1,2}\s*[-/.月]?\s*[0-9]{1,2}|^\s*[0-9]{1,2}\s*[-/.月]"


def short_rows(grid: Grid, found: Found) -> npt.NDArray[np.bool_] | None:
    """Which rows of the body lack a field that need not be a last one? None: no row.

    Such a row has at least half the fields. A cell that cannot be what its column holds shows
    the gap; so do cells that are more like what the next columns hold, and a missing last field
    of money that the other records always fill.
    """
    width = max((place for place, text in enumerate(found.headers, 1) if text.strip()), default=0)
    start, end = found.body
    if grid.regular is None or not len(grid.odd) or grid.regular > grid.width or end <= start:
        return None
    width = min(width, grid.regular)
    rows = grid.rows.slice(start, end - start).to_numpy()
    sizes = np.full(len(rows), width)
    odd, fields = grid.odd.to_numpy(), grid.odd_fields.to_numpy()
    inside = np.isin(odd, rows)
    sizes[np.searchsorted(rows, odd[inside])] = fields[inside]
    whole = np.flatnonzero(np.isin(rows, odd, invert=True))
    asked = (sizes < width) & (sizes * 2 >= width)
    places = np.flatnonzero(asked & _dated(grid, found, asked))
    if not len(places) or not len(whole):
        return None
    sample = whole[:: max(1, len(whole) // _SAMPLE_ROWS)]
    money = {ref.index for name, ref in found.columns.items() if "_fen" in name}
    sides = {ref.index for name, ref in found.columns.items() if name in _SIDES}
    bad = np.zeros(len(places), bool)
    for index in range(width):
        usual, cells = (_cells(grid, start + each, index) for each in (sample, places))
        missing = sizes[places] <= index
        if index in money:
            # Of income and expense one is empty by nature, in records that leave it out too.
            paired = index in sides and len(sides) == len(_SIDES)
            always = not paired and pc.all(pc.not_equal(usual, "")).as_py()
            bad |= missing & bool(always)
            digits = _matches(cells, _DIGIT)
            bad |= _matches(cells, _NO_MONEY) & ~(digits & ~_matches(cells, _DAY))
        elif not _matches(usual, _MONEY).any():
            bad |= _matches(cells, _MONEY)
    bad |= _gapped(Body(grid, found, places), places, sizes[places], width)
    mask = np.zeros(len(rows), bool)
    mask[places[bad]] = True
    return mask if bad.any() else None


def _gapped(
    body: Body, places: Places, sizes: npt.NDArray[np.intp], width: int
) -> npt.NDArray[np.bool_]:
    """Which rows fit the columns better if a field in the middle is missing than the last ones?"""
    cells = [body.cells(index, places) for index in range(width)]
    zero = np.zeros(len(places), np.int64)
    # A new word, or nothing, is what short records are often for: interest without a counterparty.
    own = [
        np.where(
            (sizes > index) & ~matches(cells[index], EMPTY),
            body.column(index).weights(cells[index], words=False),
            zero,
        )
        for index in range(width)
    ]
    best = total = np.sum(own, axis=0)
    for gap in range(1, min(_WIDEST_GAP, int((width - sizes).max())) + 1):
        moved = [
            np.where(
                sizes > index, body.column(index + gap).weights(cells[index], words=False), zero
            )
            for index in range(width - gap)
        ]
        fits = width - sizes >= gap
        so_far = total
        for index in reversed(range(width - gap)):
            # The gap is before the cell of this index; what is left of it stands as it is.
            so_far = so_far - own[index] + moved[index]
            best = np.where(fits, np.minimum(best, so_far), best)
    return np.asarray(total - best >= (UNUSUAL if body.sampled >= _MANY_ROWS else FOREIGN))


def _dated(grid: Grid, found: Found, asked: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which of the rows asked for have a day where the table has days? All, if it has none."""
    kinds = found.layout.kinds if found.layout is not None else {}
    days = {ColumnKind.INSTANT, ColumnKind.DATE}
    indices = {ref.index for name, ref in found.columns.items() if kinds.get(name) in days}
    if not indices:
        return asked
    places = np.flatnonzero(asked)
    dated = np.zeros(len(asked), bool)
    for index in indices:
        dated[places] |= _matches(_cells(grid, found.body[0] + places, index), _DAY)
    return dated


def _cells(grid: Grid, positions: npt.NDArray[np.intp], index: int) -> pa.Array:
    taken = grid.cells.column(index).take(pa.array(positions)).cast(pa.string())
    return pc.utf8_trim_whitespace(taken.combine_chunks())


def _matches(cells: pa.Array, pattern: str) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = pc.match_substring_regex(cells, pattern).to_numpy(
        zero_copy_only=False
    )
    return found
