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
from qingfeng.ingest.whole_table import in_slice, note, settled

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
    if not len(spent) or (spent.min() >= 0 and not in_slice()):
        return None
    names, owner = np.unique(tables.to_numpy(), return_inverse=True)
    negative = np.bincount(owner[spent < 0], minlength=len(names))
    positive = np.bincount(owner[spent > 0], minlength=len(names))
    if not in_slice() and not (negative >= positive)[negative > 0].any():
        return None
    habits = _habits(incomes, spent, pieces, owner, len(names))
    if not spent.any():
        note(_KEY, habits[0])
        return None
    answers = np.array([settled(_KEY, each).answer for each in habits], bool)
    if not answers.any():
        return None
    moved = spent != 0
    return Signs(answers[owner, 0] & moved, answers[owner, 1] & moved)


_KEY = ("minus of expenses",)

_Edge = tuple[int, int, int | None, int | None]
"""Of one row: what it takes in, what it spends, its balance and its moment."""


@dataclass(frozen=True, slots=True)
class _Habit:
    """What the expenses of some rows show.

    *negative*, *positive*: how many have a minus, and none. *signed*, *against*: how many
    balances move by the signed amounts, and against the expenses; both in the order of the rows
    and against it. *later*, *earlier*: how often a row is so, of the one above it. *first*,
    *last*: the rows at the edges.
    """

    negative: int
    positive: int
    signed: tuple[int, int]
    against: tuple[int, int]
    later: int
    earlier: int
    first: _Edge
    last: _Edge

    @property
    def answer(self) -> tuple[bool, bool]:
        """Are the amounts turned? Are they doubted?"""
        if not self.negative or self.negative < self.positive:
            return False, False
        signed, against = self._counted(self.signed), self._counted(self.against)
        if signed != against:
            return signed > against, False
        turned = self.positive == 0 and self.negative > 1
        lone = self.negative == 1 and self.positive == 0
        return turned, not turned and (lone or self.negative > self.positive)

    def _counted(self, moves: tuple[int, int]) -> int:
        forward = 0 if self.earlier > self.later else moves[0]
        backward = 0 if self.later > self.earlier else moves[1]
        return max(forward, backward)

    def joined(self, below: _Habit) -> _Habit:
        own, other = self.last, below.first
        moves = [(0, 0), (0, 0)]
        if own[2] is not None and other[2] is not None:
            step = other[2] - own[2]
            for place, sign in enumerate((1, -1)):
                up, down = own[0] + sign * own[1], other[0] + sign * other[1]
                moves[place] = (int(down != 0 and step == down), int(up != 0 and -step == up))
        known = own[3] is not None and other[3] is not None
        after = (other[3] or 0) - (own[3] or 0) if known else 0
        return _Habit(
            self.negative + below.negative,
            self.positive + below.positive,
            _sum(self.signed, below.signed, moves[0]),
            _sum(self.against, below.against, moves[1]),
            self.later + below.later + (after > 0),
            self.earlier + below.earlier + (after < 0),
            self.first,
            below.last,
        )


def _sum(*pairs: tuple[int, int]) -> tuple[int, int]:
    return sum(each[0] for each in pairs), sum(each[1] for each in pairs)


def _habits(
    incomes: pa.Array,
    spent: Ints,
    pieces: Mapping[str, pa.Array],
    owner: npt.NDArray[np.intp],
    size: int,
) -> list[_Habit]:
    """What the expenses of each table show."""
    income = incomes.fill_null(0).to_numpy()
    balances, moments = pieces.get("balance_fen"), _moments(pieces)
    moves = _fitting(income, spent, balances, owner, size)
    later, earlier = _order(moments, owner, size)
    negative = np.bincount(owner[spent < 0], minlength=size)
    positive = np.bincount(owner[spent > 0], minlength=size)

    def edge(row: int) -> _Edge:
        held = balances[row].as_py() if balances is not None else None
        when = moments[row].cast(pa.int64()).as_py() if moments is not None else None
        return int(income[row]), int(spent[row]), held, when

    found = []
    for table in range(size):
        rows = np.flatnonzero(owner == table) if size > 1 else np.array([0, len(owner) - 1])
        signed, against = (
            (int(forward[table]), int(backward[table])) for forward, backward in moves
        )
        first, last = (edge(int(row)) for row in (rows[0], rows[-1]))
        found.append(
            _Habit(
                int(negative[table]),
                int(positive[table]),
                signed,
                against,
                int(later[table]),
                int(earlier[table]),
                first,
                last,
            )
        )
    return found


def _fitting(
    incomes: Ints,
    spent: Ints,
    balances: pa.Array | None,
    owner: npt.NDArray[np.intp],
    size: int,
) -> list[tuple[Ints, Ints]]:
    """By table, how many balances move by the signed amounts, and how many against the expenses.

    Each counted in the order of the rows and against it.
    """
    if balances is None:
        nothing = np.zeros(size, np.int64)
        return [(nothing, nothing)] * 2
    balance, known = balances.fill_null(0).to_numpy(), balances.is_valid().to_numpy(False)
    joint = (owner[1:] == owner[:-1]) & known[1:] & known[:-1]
    step = np.diff(balance)
    found = []
    for change in (incomes + spent, incomes - spent):
        down = joint & (change[1:] != 0) & (step == change[1:])
        up = joint & (change[:-1] != 0) & (-step == change[:-1])
        found.append(
            (
                np.bincount(owner[1:][down], minlength=size),
                np.bincount(owner[:-1][up], minlength=size),
            )
        )
    return found


def _moments(pieces: Mapping[str, pa.Array]) -> pa.Array | None:
    names = ("booked_at", "booked_at.or", "booked_at.date")
    found = next((pieces[name] for name in names if name in pieces), None)
    return None if found is None else plain(found)


def _order(moments: pa.Array | None, owner: npt.NDArray[np.intp], size: int) -> tuple[Ints, Ints]:
    """By table, how often a row is later than the one above it, and how often earlier."""
    if moments is None:
        return np.zeros(size, np.int64), np.zeros(size, np.int64)
    known = moments.is_valid().to_numpy(False)
    when = moments.cast(pa.int64()).fill_null(0).to_numpy()
    joint = (owner[1:] == owner[:-1]) & known[1:] & known[:-1]
    after = np.diff(when)
    later = np.bincount(owner[1:][joint & (after > 0)], minlength=size)
    earlier = np.bincount(owner[1:][joint & (after < 0)], minlength=size)
    return later, earlier
