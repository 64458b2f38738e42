"""Books whose debit side is income: those of a cash box, or of money as its owner sees it.

A bank writes what leaves an account as a debit (借); an owner's book writes there what comes in.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bools = npt.NDArray[np.bool_]

_FEWEST_STEPS = 3

TURNED = "every balance of the table rises by the debit side: read as a cash book, debit is income"


def are_debits_income(headers: Mapping[str, str], incomes: str, expenses: str) -> bool:
    """May the columns be those of such a book: a voucher number, a credit and a debit side?"""
    return (
        "voucher" in headers
        and headers.get(incomes, "").startswith("贷")
        and headers.get(expenses, "").startswith("借")
    )


def rows_of_cash_books(
    incomes: pa.Array, expenses: pa.Array, balances: pa.Array, tables: pa.Array
) -> Bools:
    """The rows of tables of which every balance moves against both columns, in one order.

    *incomes*, *expenses*, *balances*: fen, null where there is none. Three steps at least.
    """
    names, owner = np.unique(tables.to_numpy(), return_inverse=True)
    size = len(names)
    change = expenses.fill_null(0).to_numpy() - incomes.fill_null(0).to_numpy()
    at = np.flatnonzero((change != 0) & balances.is_valid().to_numpy(zero_copy_only=False))
    of, moved = owner[at], change[at]
    joint = of[1:] == of[:-1]
    step = np.diff(balances.fill_null(0).to_numpy()[at])

    def count(rows: Bools) -> npt.NDArray[np.int64]:
        return np.bincount(of[1:][joint & rows], minlength=size)

    steps = count(np.ones(len(step), bool))
    most = np.maximum(count(step == moved[1:]), count(-step == moved[:-1]))
    found: Bools = ((steps >= _FEWEST_STEPS) & (most == steps))[owner]
    return found
