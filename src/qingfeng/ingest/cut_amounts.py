"""Amounts cut at the comma between their thousands: what follows stands one column too far right.

``1,350.00`` without quotation marks becomes two fields. Where the record has as many fields as
the others, because its last one is empty or missing, only its cells show it: they are what the
next columns hold, not their own.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.column_forms import (
    EMPTY,
    FOREIGN,
    NUMBERS,
    UNUSUAL,
    Body,
    Bools,
    Places,
    Weights,
    body_column,
    matches,
    texts,
)
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
_PLAIN = 3
"""Weight of a group that begins with 0: by itself it is no number."""

_ENOUGH = 2


def cut_amounts(grid: Grid, found: Found) -> Bools | None:
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
    body = Body(grid, found, np.unique(np.concatenate([each for _, each in pairs])))
    mask = np.zeros(end - start, bool)
    for head, places in pairs:
        mask[places[_are_cut(body, head, places)]] = True
    return mask if mask.any() else None


def _pairs(grid: Grid, found: Found) -> list[tuple[int, Places]]:
    """Columns that may hold heads, and the rows of the body with a head and a group there."""
    taken = {ref.index: name for name, ref in found.columns.items()}
    kinds = found.layout.kinds if found.layout is not None else {}
    pairs = []
    for index in range(grid.width - 1):
        kind = kinds.get(taken.get(index, ""))
        if (kind is None or kind in NUMBERS) and index < len(found.headers):
            places = _groups(body_column(grid, found, index + 1))
            if len(places):
                heads = texts(body_column(grid, found, index), places)
                places = places[matches(heads, _HEAD)]
            if len(places):
                pairs.append((index, places))
    return pairs


def _groups(cells: pa.Array) -> Places:
    """Rows whose cell is a group of three digits, with or without decimals."""
    if pa.types.is_dictionary(cells.type):
        which = matches(pc.utf8_trim_whitespace(cells.dictionary), _TAIL)
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
    return places[matches(texts(cells, places), _TAIL)]


_NO_PLACES = np.zeros(0, np.intp)


def _are_cut(body: Body, head: int, places: Places) -> Bools:
    """Which of the rows have an amount cut behind column *head*?"""
    own = _style(body, head, places)
    own += sum(
        (body.column(index).weights(body.cells(index, places)))
        for index in range(head + 1, body.grid_width)
    )
    cut = np.zeros(len(places), bool)
    likely = np.flatnonzero(own >= _ENOUGH)
    for groups in range(1, _MOST_GROUPS + 1):
        if not len(likely):
            break
        rows = places[likely]
        moved = [
            body.column(index).weights(body.cells(index + groups, rows))
            for index in range(head + 1, min(body.width, body.grid_width - groups))
        ]
        better = own[likely] - sum(moved, np.zeros(len(likely), np.int64)) >= _ENOUGH
        cut[likely[better]] = True
        if head + groups + 1 >= body.grid_width:
            break
        goes_on = matches(body.cells(head + groups, rows), _GROUP)
        goes_on &= matches(body.cells(head + groups + 1, rows), _TAIL)
        likely = likely[goes_on & ~better]
    return cut


def _style(body: Body, head: int, places: Places) -> Weights:
    """How strongly head and group by themselves speak against being two numbers."""
    said = np.zeros(len(places), np.int64)
    group, follower = body.cells(head + 1, places), body.column(head + 1)
    number = follower.kind in NUMBERS
    usual = matches(follower.cells, _LED_BY_ZERO).any()
    if not usual:
        zero = matches(group, _LED_BY_ZERO)
        said[zero if number else zero & matches(group, r"\.")] = _PLAIN
    others = body.column(head).cells
    filled = others.filter(pa.array(~matches(others, EMPTY)))
    fixed = matches(filled, r"\.[0-9]+\D*$").all() and matches(filled, _FIXED).any()
    if fixed and len(filled):
        weight = FOREIGN if len(filled) > 1 else UNUSUAL
        said[matches(group, r"\.")] += weight
    elif not len(filled) and body.column(head).kind is ColumnKind.FEN and number:
        said[matches(group, _FIXED)] += UNUSUAL
    return said
