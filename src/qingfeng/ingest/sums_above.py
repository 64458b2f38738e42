"""What a slice of a table holds that rows which read like a total, below it, are weighed against.

``judging`` weighs such a row against the rows above it and against what is usual in its table.
A slice that has one is told of the rows it does not hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.closing_words import CARRIED, TOTAL
from qingfeng.ingest.delivery import plain
from qingfeng.schema import ColumnKind, Table

Sums = Mapping[tuple[str, str], int]
"""Fen by column and side (``in``, ``out``, empty: all rows)."""

K = TypeVar("K", bound=Hashable)

SIDES = ("", "in", "out")
PERIODS = ("day", "month", "year")


@dataclass(frozen=True, slots=True)
class Above:
    """Sums of some rows, and how they end.

    *sums*: of the rows that count; *section*: of those since the last row that sums up, which is
    among them if *cut*. *days*: fen of bookings by local day and side. *opens*, *ends*: does the
    first, the last row sum up? *balance*, *led*: the last balance, and the one it was led from.
    """

    sums: Sums = field(default_factory=dict)
    section: Sums = field(default_factory=dict)
    cut: bool = False
    days: Mapping[tuple[date, str], int] = field(default_factory=dict)
    opens: bool = False
    ends: bool = False
    balance: int | None = None
    led: int | None = None

    @property
    def answer(self) -> None:
        """Nothing follows for the rows themselves."""

    def joined(self, below: Above) -> Above:
        fresh = below.cut or (self.ends and not below.opens)
        return Above(
            _added(self.sums, below.sums),
            below.section if fresh else _added(self.section, below.section),
            self.cut or fresh,
            _added(self.days, below.days),
            self.opens,
            below.ends,
            self.balance if below.balance is None else below.balance,
            self.led if below.balance is None else below.led,
        )

    def by_period(self) -> dict[str, pa.Table]:
        """For each of ``PERIODS``: ``moment`` at which it begins, and a column a side."""
        found = {}
        for period in PERIODS:
            sums: dict[date, Counter[str]] = {}
            for (day, side), fen in self.days.items():
                begins = {
                    "day": day,
                    "month": day.replace(day=1),
                    "year": day.replace(month=1, day=1),
                }[period]
                sums.setdefault(begins, Counter())[side] += fen
            columns = {
                f"of_{side}": pa.array([each[side] for each in sums.values()], pa.int64())
                for side in SIDES
            }
            found[period] = pa.table(
                {"moment": pa.array(sums, pa.date32()).cast(pa.timestamp("us")), **columns}
            )
        return found


@dataclass(frozen=True, slots=True)
class Usual:
    """What all rows of some that count have: the columns *filled*, None without any row.

    *moves*: does their balance? *first*, *last*: of the balances.
    """

    filled: frozenset[str] | None
    moves: bool
    first: int | None
    last: int | None

    @property
    def answer(self) -> tuple[frozenset[str] | None, bool]:
        return self.filled, self.moves

    def joined(self, below: Usual) -> Usual:
        both = None
        if self.filled is not None and below.filled is not None:
            both = self.filled & below.filled
        steps = None not in (self.last, below.first) and self.last != below.first
        return Usual(
            (self.filled if below.filled is None else below.filled) if both is None else both,
            self.moves or below.moves or steps,
            below.first if self.first is None else self.first,
            self.last if below.last is None else below.last,
        )


def _added(one: Mapping[K, int], other: Mapping[K, int]) -> dict[K, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}


def facts_of(
    table: Table, columns: Mapping[str, pa.Array], lead_kind: pa.Array | None, have: set[str]
) -> tuple[Above, Usual]:
    """What the rows of a slice hold. *columns*: of all its rows, with their ``reason``.

    *lead_kind*: what they read like; ``counts`` and ``sums_up``, where they were weighed, say
    what they are. *have*: the columns that the slice delivers.
    """
    if "counts" in columns:
        counts = columns["counts"].fill_null(False)
        up = columns["sums_up"].fill_null(False).to_numpy(zero_copy_only=False)
    else:
        counts = pc.is_null(columns["reason"])
        up = pc.equal(columns["reason"], TOTAL).fill_null(False).to_numpy(zero_copy_only=False)
    counting = counts.to_numpy(zero_copy_only=False)
    balance, led = _last_balance(columns, lead_kind)
    start, cut = _section(up)
    fen = {
        column.name: columns[column.name].fill_null(0).to_numpy()
        for column in table.columns
        if column.kind is ColumnKind.FEN and column.name in columns
    }
    side = None
    if table.name == "transfers":
        fen = {name: each for name, each in fen.items() if name == "amount_fen"}
        side = plain(columns["direction"])
    sums = _sums(fen, side, counting)
    above = Above(
        sums,
        _sums(fen, side, counting & (np.arange(len(up)) >= start)) if cut else sums,
        cut,
        _by_day(fen["amount_fen"], side, columns["booked_at"], counts) if side is not None else {},
        bool(len(up) and up[0]),
        bool(len(up) and up[-1]),
        balance,
        led,
    )
    return above, _usual(table, columns, counts, have)


def _section(up: npt.NDArray[np.bool_]) -> tuple[int, bool]:
    """Where the last section begins, and whether a row that sums up stands above it.

    Rows that sum up one below the other close the same section.
    """
    before = np.flatnonzero(~up)
    if not len(before):
        return 0, False
    closed = np.flatnonzero(up[: before[-1]])
    return (int(closed[-1]) + 1, True) if len(closed) else (0, False)


def _sums(
    fen: Mapping[str, npt.NDArray[np.int64]],
    side: pa.Array | None,
    counting: npt.NDArray[np.bool_],
) -> Sums:
    rows = {"": counting}
    if side is not None:
        for each in SIDES[1:]:
            said = pc.equal(side, each).fill_null(False).to_numpy(zero_copy_only=False)
            rows[each] = counting & said
    return {
        (name, which): int(values[mask].sum())
        for name, values in fen.items()
        for which, mask in rows.items()
    }


def _by_day(
    amounts: npt.NDArray[np.int64], side: pa.Array, moments: pa.Array, counts: pa.Array
) -> dict[tuple[date, str], int]:
    local = pc.local_timestamp(moments.cast(pa.timestamp("us", tz="Asia/Shanghai")))
    rows = pa.table({"day": local.cast(pa.date32()), "side": side, "fen": pa.array(amounts)})
    summed = rows.filter(counts).group_by(["day", "side"], use_threads=False)
    found: dict[tuple[date, str], int] = {}
    for each in summed.aggregate([("fen", "sum")]).to_pylist():
        if each["day"] is None:
            continue
        for which in {"", each["side"] if each["side"] in SIDES else ""}:
            key = (each["day"], which)
            found[key] = found.get(key, 0) + each["fen_sum"]
    return found


def _last_balance(
    columns: Mapping[str, pa.Array], lead_kind: pa.Array | None
) -> tuple[int | None, int | None]:
    balances = columns.get("balance_fen")
    if balances is None or "direction" not in columns:
        return None, None
    held = pc.is_valid(balances)
    if lead_kind is not None:
        held = pc.and_(held, pc.not_equal(lead_kind, CARRIED).fill_null(True))
    places = np.flatnonzero(held.to_numpy(zero_copy_only=False))
    if not len(places):
        return None, None
    last = int(places[-1])
    balance, amount = (columns[name][last].as_py() for name in ("balance_fen", "amount_fen"))
    sign = {"in": 1, "out": -1}.get(str(columns["direction"][last]))
    known = sign is not None and amount is not None
    return balance, balance - sign * amount if known else None


def _usual(
    table: Table, columns: Mapping[str, pa.Array], counts: pa.Array, have: set[str]
) -> Usual:
    if not counts.true_count:
        return Usual(None, moves=False, first=None, last=None)
    filled = [
        name
        for name in usual_columns(table, have)
        if (values := columns.get(name)) is not None
        and (not values.null_count or not pc.and_(counts, pc.is_null(values)).true_count)
    ]
    balances = columns.get("balance_fen")
    if balances is None or "balance_fen" not in have:
        return Usual(frozenset(filled), moves=False, first=None, last=None)
    held = balances.filter(pc.and_(counts, pc.is_valid(balances))).to_numpy()
    moves = bool((held[1:] != held[:-1]).any())
    ends = (int(held[0]), int(held[-1])) if len(held) else (None, None)
    return Usual(frozenset(filled), moves, *ends)


def usual_columns(table: Table, have: set[str]) -> list[str]:
    """The columns of which it is asked whether every row fills them."""
    return [
        column.name
        for column in table.columns
        if column.name in have and not column.name.endswith("_precision")
    ]
