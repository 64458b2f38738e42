"""Expenses written with a minus although their column, or a word beside them, says the side.

Some programs write every expense so; elsewhere a minus makes a red entry of one. Each table
has one habit. Its balances tell which, else the signs among themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import plain

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_TURNED = "written with a minus like the expenses of this table, taken as an expense"
_BACK = "written without the minus of the expenses of this table, taken as money back"
DOUBTED = (
    "written with a minus, and nothing tells whether that is an expense or a red entry,"
    " direction is unknown"
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What the minus means, row by row: *turned* (take the amount the other way), *doubted*."""

    turned: Bools
    doubted: Bools

    def turn(self, amounts: pa.Array) -> pa.Array:
        """The amounts, those of expenses turned round."""
        return pc.if_else(pa.array(self.turned), pc.negate(amounts), amounts)

    def remarks(self, amounts: pa.Array) -> pa.Array:
        """What to say of the turned ones, by the *amounts* as they were delivered."""
        said = pc.if_else(pc.less(amounts, 0), _TURNED, _BACK)
        return pc.if_else(pa.array(self.turned), said, None)


def minus_of_expenses(
    incomes: pa.Array, expenses: pa.Array, pieces: Mapping[str, pa.Array], tables: pa.Array
) -> Signs | None:
    """What the minus of *expenses* means; None where no table writes them mostly so.

    *incomes*, *expenses*: fen, null or 0 where the row is none. *pieces*: for the balance and
    the moments. *tables*: the table of each row. A table is turned if more of its balances
    move by the signed amounts than against them; without balances, if it has several expenses
    and a minus before every one. It is doubted if it has only one, or more with than without.
    """
    spent = expenses.fill_null(0).to_numpy()
    if not len(spent) or spent.min() >= 0:
        return None
    names, owner = np.unique(tables.to_numpy(), return_inverse=True)
    negative = np.bincount(owner[spent < 0], minlength=len(names))
    positive = np.bincount(owner[spent > 0], minlength=len(names))
    mostly = (negative > 0) & (negative >= positive)
    if not mostly.any():
        return None
    signed, against = _fitting(incomes.fill_null(0).to_numpy(), spent, pieces, owner)
    told = signed != against
    turned = mostly & np.where(told, signed > against, (positive == 0) & (negative > 1))
    doubted = mostly & ~told & ~turned & ((negative == 1) & (positive == 0) | (negative > positive))
    moved = spent != 0
    return Signs(turned[owner] & moved, doubted[owner] & moved)


def _fitting(
    incomes: Ints, spent: Ints, pieces: Mapping[str, pa.Array], owner: npt.NDArray[np.intp]
) -> tuple[Ints, Ints]:
    """By table, how many balances move by the signed amounts, and how many against the expenses.

    Both are counted in the order of the rows and against it; the order of the days decides
    which counts, else the better one.
    """
    size = int(owner.max()) + 1
    nothing = np.zeros(size, np.int64)
    balances = pieces.get("balance_fen")
    if balances is None:
        return nothing, nothing
    balance, known = balances.fill_null(0).to_numpy(), balances.is_valid().to_numpy(False)
    joint = (owner[1:] == owner[:-1]) & known[1:] & known[:-1]
    step = np.diff(balance)
    later, earlier = _order(pieces, owner, size)
    found = []
    for change in (incomes + spent, incomes - spent):
        down = joint & (change[1:] != 0) & (step == change[1:])
        up = joint & (change[:-1] != 0) & (-step == change[:-1])
        forward = np.bincount(owner[1:][down], minlength=size)
        backward = np.bincount(owner[:-1][up], minlength=size)
        forward[earlier > later] = 0
        backward[later > earlier] = 0
        found.append(np.maximum(forward, backward))
    return found[0], found[1]


def _order(
    pieces: Mapping[str, pa.Array], owner: npt.NDArray[np.intp], size: int
) -> tuple[Ints, Ints]:
    """By table, how often a row is later than the one above it, and how often earlier."""
    names = ("booked_at", "booked_at.or", "booked_at.date")
    moments = next((pieces[name] for name in names if name in pieces), None)
    if moments is None:
        return np.zeros(size, np.int64), np.zeros(size, np.int64)
    known = moments.is_valid().to_numpy(False)
    when = plain(moments).cast(pa.int64()).fill_null(0).to_numpy()
    joint = (owner[1:] == owner[:-1]) & known[1:] & known[:-1]
    after = np.diff(when)
    later = np.bincount(owner[1:][joint & (after > 0)], minlength=size)
    earlier = np.bincount(owner[1:][joint & (after < 0)], minlength=size)
    return later, earlier
