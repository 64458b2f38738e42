"""Expenses written with a minus although their column, or a word beside them, says the side.

Some programs write every expense so; elsewhere a minus makes a red entry of one. The balance of
a row tells which; where it tells nothing, those of the other rows of its table, else the signs
among themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import plain
from qingfeng.ingest.whole_table import in_slice, settled

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_TURNED = "written with a minus like the expenses of this table, taken as an expense"
_BACK = "written without the minus of the expenses of this table, taken as money back"
_MINUS_DOUBTED = (
    "written with a minus, and nothing tells whether that is an expense or a red entry,"
    " direction is unknown"
)
_PLUS_DOUBTED = (
    "written without the minus of other expenses of this table, and nothing tells whether that is"
    " an expense or money back, direction is unknown"
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

    def unsettled(self, amounts: pa.Array) -> pa.Array:
        """What to say of the doubted ones, by the *amounts* as they were delivered."""
        said = pc.if_else(pc.less(amounts, 0), _MINUS_DOUBTED, _PLUS_DOUBTED)
        return pc.if_else(pa.array(self.doubted), said, None)


def minus_of_expenses(
    incomes: pa.Array, expenses: pa.Array, pieces: Mapping[str, pa.Array], tables: pa.Array
) -> Signs | None:
    """What the minus of *expenses* means; None where there is none.

    *incomes*, *expenses*: fen, null or 0 where the row is none. *pieces*: for the balance and
    the moments. *tables*: the table of each row. A row is turned if its balance moves by the
    signed amount. One whose balance tells nothing goes with most of the table's rows with a
    minus that are told; without any such, it is turned if the table has several expenses and a
    minus before every one. It is doubted if those rows are of two minds, or if none is told and
    there is only one expense, or more of them with a minus than without.
    """
    spent = expenses.fill_null(0).to_numpy()
    if not len(spent) or (spent.min() >= 0 and not in_slice()):
        return None
    names, owner = np.unique(tables.to_numpy(), return_inverse=True)
    size = len(names)
    minus, plus = spent < 0, spent > 0
    signed, against = _fitting(incomes.fill_null(0).to_numpy(), spent, pieces, owner)
    shown = zip(
        *(
            np.bincount(owner[each], minlength=size).tolist()
            for each in (minus & signed, minus & against, plus & against, minus, plus)
        ),
        strict=True,
    )
    answers = np.array([settled(_HABIT, _Habit(*each)).answer for each in shown], bool)
    habit, of_minus, of_plus, back = answers.T
    asked = ~(signed | against)
    turned = signed | asked & (minus & habit[owner] | plus & back[owner])
    doubted = asked & (minus & of_minus[owner] | plus & of_plus[owner])
    return Signs(turned, doubted)


_HABIT, _WAY = ("minus of expenses",), ("way of the balances",)


@dataclass(frozen=True, slots=True)
class _Habit:
    """How many expenses of some rows have a minus, and none, and what their balances say of them.

    *written*: with a minus, and the balance moves by it; *red*: with one, and it moves against
    it; *plain*: without, and it falls by it.
    """

    written: int
    red: int
    plain: int
    negative: int
    positive: int

    @property
    def answer(self) -> tuple[bool, bool, bool, bool]:
        """Of rows untold: is a minus an expense, doubted; without one: doubted, money back?"""
        untold = self.written + self.red == 0
        habit = self.written > self.red or (untold and self.positive == 0 and self.negative > 1)
        doubted = self.written == self.red
        if untold:
            lone = self.negative == 1 and self.positive == 0
            doubted = not habit and (lone or self.negative > self.positive)
        # Without a minus an expense is one in most tables, even beside some that have it.
        back = habit and self.negative >= self.positive and self.plain == 0
        return habit, doubted, doubted and untold, back

    def joined(self, below: _Habit) -> _Habit:
        return _Habit(
            self.written + below.written,
            self.red + below.red,
            self.plain + below.plain,
            self.negative + below.negative,
            self.positive + below.positive,
        )


@dataclass(frozen=True, slots=True)
class _Way:
    """How many balances of some rows follow from the row above, and from the one below.

    *later*, *earlier*: how often a row is so, of the one above it.
    """

    down: int
    up: int
    later: int
    earlier: int

    @property
    def answer(self) -> tuple[bool, bool]:
        """Does a row above tell? Does one below?"""
        down = 0 if self.earlier > self.later else self.down
        up = 0 if self.later > self.earlier else self.up
        return down >= up, up >= down

    def joined(self, below: _Way) -> _Way:
        return _Way(
            self.down + below.down,
            self.up + below.up,
            self.later + below.later,
            self.earlier + below.earlier,
        )


def _fitting(
    incomes: Ints, spent: Ints, pieces: Mapping[str, pa.Array], owner: npt.NDArray[np.intp]
) -> tuple[Bools, Bools]:
    """Which rows' balances move by the signed expense, and which against it.

    Each is compared in the order of the rows and against it; the order of the days decides
    which counts, else the one in which more rows of the table fit. Where as many do, a row
    that fits both is told nothing.
    """
    balances = pieces.get("balance_fen")
    if balances is None:
        nothing = np.zeros(len(spent), bool)
        return nothing, nothing
    size = int(owner.max()) + 1
    balance, known = balances.fill_null(0).to_numpy(), balances.is_valid().to_numpy(False)
    joint = (owner[1:] == owner[:-1]) & known[1:] & known[:-1]
    step = np.diff(balance)
    later, earlier = _order(pieces, owner, size)
    down, up = np.zeros((2, len(spent)), bool), np.zeros((2, len(spent)), bool)
    for each, change in enumerate((incomes + spent, incomes - spent)):
        down[each, 1:] = joint & (step == change[1:])
        up[each, :-1] = joint & (-step == change[:-1])
    down, up = down & (spent != 0), up & (spent != 0)
    forward, backward = (np.bincount(owner[each.any(0)], minlength=size) for each in (down, up))
    shown = zip(*(each.tolist() for each in (forward, backward, later, earlier)), strict=True)
    ways = np.array([settled(_WAY, _Way(*each)).answer for each in shown], bool)
    fits = down & ways[owner, 0] | up & ways[owner, 1]
    return fits[0] & ~fits[1], fits[1] & ~fits[0]


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
