"""What balances prove of amounts: of whom a word of direction speaks, what a sign means.

A word beside both columns of amounts (借, 贷) may speak of the balance, not of the booking.

Such a column (借贷, 借或贷) says on which side of the ledger the balance stands. It is told by
the balances: they move by the columns of amounts, or do so once the word gives them their sign.
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

_FEWEST_STEPS = 2
_FEWEST_PROVING = 3


@dataclass(frozen=True, slots=True)
class BalanceSides:
    """Rows whose word is the side of their balance, and those it makes negative.

    *proven*: by balances; *one_word*: as their table has no other word.
    """

    proven: Bools
    one_word: Bools
    negative: Bools


def sides_of_balances(
    incomes: Ints, expenses: Ints, pieces: Mapping[str, pa.Array], tables: pa.Array
) -> BalanceSides:
    """The rows, by their table, of which the word is the side of the balance.

    *incomes*, *expenses*: fen, 0 where the row is none. *pieces*: for the words
    (``direction!said``) and ``balance_fen``. A table is told if both columns are filled in it
    and one word stands throughout, or if the balances of its bookings, at least two, follow from
    the ones above, or below, by the columns, and the words agree with their signs. Balances
    without a minus of their own are negative where only the word makes them follow.
    """
    names, owner = np.unique(tables.to_numpy(), return_inverse=True)
    size = len(names)
    word = plain(pieces["direction!said"])

    def some(rows: Bools) -> Bools:
        return np.bincount(owner[rows], minlength=size) > 0

    words = sum(
        some(pc.equal(word, each).fill_null(False).to_numpy(zero_copy_only=False)).astype(int)
        for each in pc.unique(word).to_pylist()
    )
    both = some(incomes != 0) & some(expenses != 0)
    one_word = both & (words == 1)
    balances = pieces.get("balance_fen")
    negative = np.zeros(len(owner), np.bool_)
    if balances is None:
        return BalanceSides(negative, one_word[owner], negative)
    moved = (incomes != 0) ^ (expenses != 0)
    at = np.flatnonzero(moved & balances.is_valid().to_numpy(zero_copy_only=False))
    balance, change = balances.fill_null(0).to_numpy()[at], (incomes - expenses)[at]
    debit = pc.is_in(word, pa.array(["out", "transfer_out"])).to_numpy(zero_copy_only=False)
    signed = np.where(debit[at], -np.abs(balance), balance)
    against = np.bincount(owner[at][np.where(debit[at], balance > 0, balance < 0)], minlength=size)
    as_printed = both & (against == 0)
    as_printed &= _follow(balance, change, owner[at], size, _FEWEST_STEPS)
    as_worded = both & ~as_printed & _follow(signed, change, owner[at], size, _FEWEST_STEPS)
    negative[at] = as_worded[owner[at]] & debit[at] & (balance > 0)
    return BalanceSides((as_printed | as_worded)[owner], one_word[owner], negative)


def rows_of_proven_signs(amounts: pa.Array, balances: pa.Array, tables: pa.Array) -> Bools:
    """The rows of tables in which amounts of both signs move the balance as they are written.

    Three steps at least; money on the account is a positive balance, so a plus came in.
    """
    names, owner = np.unique(tables.to_numpy(), return_inverse=True)
    size = len(names)
    change = amounts.fill_null(0).to_numpy()
    at = np.flatnonzero((change != 0) & balances.is_valid().to_numpy(zero_copy_only=False))
    balance = balances.fill_null(0).to_numpy()[at]
    both = (np.bincount(owner[change > 0], minlength=size) > 0) & (
        np.bincount(owner[change < 0], minlength=size) > 0
    )
    proven = both & _follow(balance, change[at], owner[at], size, _FEWEST_PROVING)
    return np.asarray(proven[owner], np.bool_)


def _follow(
    balance: Ints, change: Ints, owner: npt.NDArray[np.intp], size: int, fewest: int
) -> Bools:
    """By table, whether the balances follow from the ones above them, or from those below.

    Three of four must: a sum of one side among them, or a row that is not there, breaks the chain.
    """
    joint = owner[1:] == owner[:-1]
    step = np.diff(balance)
    steps = np.bincount(owner[1:][joint], minlength=size)
    down = np.bincount(owner[1:][joint & (step == change[1:])], minlength=size)
    up = np.bincount(owner[1:][joint & (-step == change[:-1])], minlength=size)
    most = np.maximum(down, up)
    found: Bools = (most >= fewest) & (4 * most >= 3 * steps)
    return found
