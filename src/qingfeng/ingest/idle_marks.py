"""Balances that an institution does not keep up, and serials that are none.

They tell no bookings apart: a balance that stays although money moves, a serial that most
bookings share. Each table is looked at for itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.whole_table import in_slice, settled

_MANY_MOMENTS = 3
"""A booking, its fee and its reversal may share a serial: at fewer moments than these."""

_SAMPLE = 200
"""Rows of a table that show whether a serial, or a balance, may stand on half of them."""

_FEW = 50
"""So many suspected balances are all looked at."""


def told_apart(
    rest: pa.Array, table_index: pa.Array, rows: pa.Array, columns: Mapping[str, pa.Array]
) -> pa.Array:
    """The digest of the rest; the row itself where neither balance nor serial identifies it.

    *columns*: those of the canonical table. A serial identifies whatever the balance does,
    unless it is one that stands on most bookings.
    """
    amount = columns.get("amount_fen")
    if "serial" not in columns or amount is None:
        return rest
    table = table_index.to_numpy()
    moved = pc.not_equal(amount.fill_null(0), 0)
    balance = columns["balance_fen"]
    useless = pc.invert(pc.and_(pc.is_valid(balance), moved)).to_numpy(zero_copy_only=False)
    idle = np.zeros(len(table), bool)
    if balance.null_count < len(balance):
        idle = _idle(
            balance.fill_null(0).to_numpy(), ~useless, amount.fill_null(0).to_numpy(), table
        )
    common = _common(columns["serial"], columns["booked_at"], table)
    unnamed = pc.is_null(columns["serial"]).to_numpy(zero_copy_only=False)
    alone = (idle & (unnamed | common)) | (useless & common)
    return pc.if_else(pa.array(alone), rows, rest) if alone.any() else rest


def _common(
    serials: pa.Array, moments: pa.Array, table: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Rows whose serial is none: it stands on half of a table's bookings, at many moments."""
    found = np.zeros(len(serials), bool)
    if serials.null_count == len(serials):
        return found
    edges = np.flatnonzero(np.diff(table, prepend=-1, append=-1))
    for start, end in pairwise(edges.tolist()):
        shares = _shares(serials.slice(start, end - start), moments.slice(start, end - start))
        one = settled(("common serial",), shares).answer if in_slice() else shares.answer
        if one is not None:
            those = pc.equal(serials.slice(start, end - start).cast(pa.string()), one)
            found[start:end] = those.fill_null(False).to_numpy(zero_copy_only=False)
    return found


@dataclass(frozen=True, slots=True)
class _Shares:
    """Of so many bookings with a serial, how many share one, and some of their moments."""

    bookings: int
    counts: Mapping[str, int]
    moments: Mapping[str, frozenset[int]]

    @property
    def answer(self) -> str | None:
        """The serial that is none, if there is one."""
        for serial, count in self.counts.items():
            if 2 * count >= self.bookings and len(self.moments[serial]) >= _MANY_MOMENTS:
                return serial
        return None

    def joined(self, below: _Shares) -> _Shares:
        nothing: frozenset[int] = frozenset()
        return _Shares(
            self.bookings + below.bookings,
            dict(Counter(self.counts) + Counter(below.counts)),
            {
                serial: self.moments.get(serial, nothing) | below.moments.get(serial, nothing)
                for serial in {**self.moments, **below.moments}
            },
        )


def _shares(serials: pa.Array, moments: pa.Array) -> _Shares:
    """What the bookings of one table share, as far as it may be the serial of half of them."""
    bookings = len(serials) - serials.null_count
    counts: dict[str, int] = {}
    times: dict[str, frozenset[int]] = {}
    enough = len(serials) >= _MANY_MOMENTS or in_slice()
    for serial in _frequent(serials) if enough else ():
        those = pc.equal(serials.cast(pa.string()), serial).fill_null(False)
        counts[serial] = those.true_count
        first = pc.unique(moments.filter(those).cast(pa.int64()).drop_null()).slice(
            0, _MANY_MOMENTS
        )
        times[serial] = frozenset(first.to_pylist())
    return _Shares(bookings, counts, times)


def _frequent(values: pa.Array) -> list[str]:
    """What stands on a quarter of a sample of the rows."""
    sample = np.linspace(0, len(values) - 1, min(len(values), _SAMPLE)).astype(np.int64)
    seen = values.take(sample).drop_null().value_counts()
    often = seen.filter(pc.greater_equal(pc.multiply(seen.field("counts"), 4), len(sample)))
    return [str(each) for each in often.field("values").to_pylist()]


def _idle(
    balance: npt.NDArray[np.int64],
    moved: npt.NDArray[np.bool_],
    amount: npt.NDArray[np.int64],
    table: npt.NDArray[np.int64],
) -> npt.NDArray[np.bool_]:
    """Rows whose balance is not kept up. *moved*: has a balance, and an amount that is not zero.

    A balance that stays although money moved is not kept up if it is nothing, or that of at
    least half of the rows, and no row leads to it or from it by its amount.
    """
    found = np.zeros(len(balance), bool)
    together = (table[1:] == table[:-1]) & moved[1:] & moved[:-1]
    stays = together & (balance[1:] == balance[:-1])
    asked = np.unique(table) if in_slice() else np.unique(table[1:][stays])
    for each in asked:
        rows = np.flatnonzero((table == each) & moved)
        suspected = np.unique(balance[1:][stays & (table[1:] == each)])
        kept = _kept_up(balance[rows], np.abs(amount[rows]), suspected)
        values = settled(("idle balance",), kept).answer if in_slice() else kept.answer
        found[rows[np.isin(balance[rows], list(values))]] = True
    return found


@dataclass(frozen=True, slots=True)
class _Kept:
    """Of so many bookings with a balance: how many have which one.

    *stay*: balances that stay although money moved; *led*: those that a row leads to or from by
    its amount.
    """

    bookings: int
    counts: Mapping[int, int]
    stay: frozenset[int]
    led: frozenset[int]

    @property
    def answer(self) -> frozenset[int]:
        """The balances that are not kept up."""
        return frozenset(
            value
            for value in self.stay - self.led
            if value == 0 or 2 * self.counts.get(value, 0) >= self.bookings
        )

    def joined(self, below: _Kept) -> _Kept:
        return _Kept(
            self.bookings + below.bookings,
            dict(Counter(self.counts) + Counter(below.counts)),
            self.stay | below.stay,
            self.led | below.led,
        )


def _kept_up(
    values: npt.NDArray[np.int64], amounts: npt.NDArray[np.int64], suspected: Iterable[int]
) -> _Kept:
    """What one table shows of the balances that may not be kept up: nothing, and frequent ones."""
    suspects = {int(each) for each in suspected}
    often = suspects if len(suspects) <= _FEW else set()
    often |= {int(each) for each in _frequent(pa.array(values))} if len(values) else set()
    step = np.abs(np.diff(values))
    moves = (step > 0) & ((step == amounts[1:]) | (step == amounts[:-1]))
    counts, led = {}, set()
    for value in {0} | often:
        hit = values == value
        counts[value] = int(np.count_nonzero(hit))
        if (moves & (hit[1:] | hit[:-1])).any():
            led.add(value)
    return _Kept(len(values), counts, frozenset(suspects & counts.keys()), frozenset(led))
