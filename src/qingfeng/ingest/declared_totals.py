"""What the closing rows of a table declare, against the rows that were read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.closing_words import is_part
from qingfeng.ingest.residue import Closing
from qingfeng.ingest.words import CurrencyList, shared_words
from qingfeng.money import NotAnAmount, format_yuan, parse_yuan

SUMMED = ("amount_fen", "quantity", "net_fen", "tax_fen", "total_fen")
"""Columns whose totals are compared."""

COMPARED = (
    *("delivered_row", *SUMMED, "direction", "currency", "status", "balance_fen"),
    "refunded_fen",
)
"""Columns that the comparison reads."""

_FIELDS = ("amount_fen", "amount_fen.in", "amount_fen.out", *SUMMED[1:])
_PARTS_OF_ONE = 1_000_000
_UNDONE = pa.array(["failed", "closed", "returned"])
_CURRENCY = re.compile(r"^(本页|本月|本期)?(人民币|美元|美金|港币|港元|欧元|英镑|日元|澳元|加元)")
_SAID = re.compile(
    r"(?P<words>(?P<side>收入|贷方|收方|存入|转入|支出|借方|付方|支取|转出)"
    r"(?:(?:合计|小计|总计|累计|共计)(?:金额|发生额)?|总?金额))"
    r"\s?[:：]?\s?(?P<amount>[¥￥]?-?[\d,，]*\d(?:\.\d+)?)(?!\s?[笔条\d])"
    r"|(?P<counted>收入|支出)[:：]?\s?(?:合计)?\s?[\d,]+\s?笔"
    r"(?:[(（][^)）]*[)）])?[,，、\s]?(?P<of>[¥￥]?-?[\d,，]*\d(?:\.\d+)?)"
)
_INWARD = {"收入", "贷方", "收方", "存入", "转入"}
_YEAR_SO_FAR = re.compile(r"^[#＃]?(本年|当年|全年|年度)")
_AT_THE_END = re.compile(
    r"期末|年末|月末|日末|日终|[过過]次|转次|[转接]下|结转下|本[页期月日年]|当[前日月]"
    r"|(?i:closing|ending|c/f|carriedforward)"
)


@dataclass(slots=True)
class Page:
    """One found table, for the totals below or beside it.

    *fields*: field to grid column; *headers*: by grid column; *factors*: fen of one unit by
    field; *kept*: its rows, with those of ``COMPARED`` that it has.
    """

    kept: pa.Table
    fields: Mapping[str, int]
    headers: Sequence[str]
    factors: Mapping[str, int]
    _order: npt.NDArray[np.intp] = field(init=False)
    _rows: npt.NDArray[np.int64] = field(init=False)
    _running: dict[tuple[str, str, str | None, bool], npt.NDArray[np.int64]] = field(init=False)

    def __post_init__(self) -> None:
        rows = self.kept["delivered_row"].to_numpy().astype(np.int64)
        self._order = np.argsort(rows, kind="stable")
        self._rows = rows[self._order]
        self._running = {}

    def running(
        self, column: str, side: str, currency: str | None, *, done: bool
    ) -> npt.NDArray[np.int64]:
        """Sums of the first rows, from none to all: fen, or millionths of a quantity."""
        key = (column, side, currency, done)
        if key not in self._running:
            self._running[key] = self._sums(*key)
        return self._running[key]

    def _sums(
        self, column: str, side: str, currency: str | None, done: bool
    ) -> npt.NDArray[np.int64]:
        kept = self.kept
        if column not in kept.column_names:
            return np.zeros(len(self._rows) + 1, np.int64)
        values = kept[column]
        if column == "quantity":
            values = pc.multiply(values, pa.scalar(Decimal(_PARTS_OF_ONE)))
        amounts = values.cast(pa.int64()).fill_null(0).to_numpy().copy()
        for name, wanted in (("direction", side), ("currency", currency)):
            if wanted and name in kept.column_names:
                amounts[~_flags(pc.equal(kept[name], wanted))] = 0
        if done and "status" in kept.column_names:
            amounts[_flags(pc.is_in(kept["status"], _UNDONE))] = 0
        return np.concatenate([[0], np.cumsum(amounts[self._order])])

    def unsided(self, column: str, currency: str | None) -> int:
        """What the rows without a known side come to, in fen."""
        sides = ("in", "out")
        known = sum(self._absolute(column, side, currency) for side in sides)
        return self._absolute(column, "", currency) - known

    def _absolute(self, column: str, side: str, currency: str | None) -> int:
        return int(np.abs(np.diff(self.running(column, side, currency, done=False))).sum())

    def place(self, row: int) -> int:
        """How many rows stand above *row*."""
        return int(np.searchsorted(self._rows, row))

    def balances(self) -> tuple[list[int | None], list[int | None]]:
        """Balances in the order of the rows, and what each booking added to its own, if known."""
        kept = self.kept.take(pa.array(self._order))
        added = [
            {"in": amount, "out": None if amount is None else -amount}.get(
                side, 0 if amount == 0 else None
            )
            for side, amount in zip(
                kept["direction"].to_pylist(), kept["amount_fen"].to_pylist(), strict=True
            )
        ]
        return kept["balance_fen"].to_pylist(), added


def _flags(values: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = values.fill_null(False).to_numpy()
    return found


@dataclass(frozen=True, slots=True)
class Figure:
    """One declared sum: *said* in fen, or in hundredths of a quantity."""

    field: str
    column: str
    said: int
    currency: str | None = None


def total_checks(
    totals: Sequence[Closing],
    page: Page,
    above: Sequence[Page] = (),
    beside: Sequence[Page] = (),
    stacked: Sequence[Page] = (),
) -> list[dict[str, Any]]:
    """Compare declared totals with the kept rows.

    A part total (小计, 本页合计) speaks of the rows since the total before it, any other of
    all rows above it, on this page or on all. *above*: earlier pages of the same statement;
    *beside*: further blocks of the same sheet; *stacked*: other statements above in the sheet.
    Where the words do not settle which rows are meant, a sum of others that agrees does: of the
    rows below, where the totals stand above their rows; of what is left of both sides. A figure
    of the year so far may count months that no file holds, and one of a side rows whose side
    nobody said: nothing is said where such a figure is another.
    """
    ordered = sorted(totals, key=lambda each: each.row)
    ends = [page.place(each.row) for each in ordered]
    said = [
        _Meant(page, (above, beside, stacked), figure, _Reach(at, ends, part=is_part(total.label)))
        for at, total in enumerate(ordered)
        for figure in _figures(total, page)
    ]
    heads = bool(ends) and not ends[0] and not above and any(each.is_below() for each in said)
    checks: list[dict[str, Any]] = []
    for each in said:
        figure, total = each.figure, ordered[each.reach.at]
        found = each.found(heads=heads)
        if found != figure.said and (_YEAR_SO_FAR.match(total.label) or each.is_open(found)):
            continue
        checks.append(
            {
                "kind": "subtotal" if each.reach.part else "total",
                "row": total.row,
                "column": figure.column,
                "declared": _shown(figure.said),
                "found": _shown(found),
                "match": found == figure.said,
            }
        )
    return checks


@dataclass(frozen=True, slots=True)
class _Reach:
    """Where a total stands: the how-manieth it is, and how many rows stand above each total."""

    at: int
    ends: Sequence[int]
    part: bool

    @property
    def end(self) -> int:
        return self.ends[self.at]

    @property
    def bounds(self) -> list[int]:
        """Where the sections above it begin, the first of all first."""
        return sorted({0, *(each for each in self.ends[: self.at] if each < self.end)})

    def below(self, height: int) -> int:
        """Where what stands below it ends."""
        later = (each for each in self.ends[self.at :] if each > self.end)
        return next(later, height) if self.part else height


@dataclass(frozen=True, slots=True)
class _Meant:
    """The sums that one figure may mean, the likeliest first."""

    page: Page
    further: tuple[Sequence[Page], Sequence[Page], Sequence[Page]]
    figure: Figure
    reach: _Reach

    def found(self, *, heads: bool) -> int:
        """The sum that agrees, else the likeliest. *heads*: do totals stand above their rows?"""
        sums = [*self._below(), *self._sums()] if heads else list(self._sums())
        return self.figure.said if self.figure.said in sums else sums[0]

    def is_below(self) -> bool:
        """Do the rows below it, and none above it, add up to it?"""
        return self.figure.said != 0 and self.figure.said in self._below()

    def is_open(self, found: int) -> bool:
        """Can rows whose side is not known make up what is missing?"""
        column, _, side = self.figure.field.partition(".")
        if not side or "direction" not in self.page.kept.column_names:
            return False
        return abs(self.figure.said - found) <= self.page.unsided(column, self.figure.currency)

    def _below(self) -> list[int]:
        own = self._running(self.page, ("",), done=False)
        return [self._rounded(own[self.reach.below(len(own) - 1)] - own[self.reach.end])]

    def _sums(self) -> Iterator[int]:
        plain: Iterable[int] = self._sums_of(("",))
        if self.figure.field == "amount_fen.out" and self.figure.said < 0:
            # The sum of expenses that the file writes with a minus.
            plain = [sign * each for each in plain for sign in (1, -1)]
        if self.figure.field != "amount_fen":
            yield from plain
            return
        sign = -1 if self.figure.said < 0 else 1
        left = (abs(each) for each in self._sums_of(("in", "out")))
        net = (each for size in left for each in (sign * size, -sign * size))
        yield from (*net, *plain) if sign < 0 else (*plain, *net)

    def _sums_of(self, sides: Sequence[str]) -> Iterator[int]:
        end, bounds = self.reach.end, self.reach.bounds
        above, beside, stacked = self.further
        for done in (False, True):
            own = self._running(self.page, sides, done=done)
            pages, blocks, others = (
                sum(int(self._running(each, sides, done=done)[-1]) for each in pages)
                for pages in (above, beside, stacked)
            )
            if self.reach.part:
                yield self._rounded(own[end] - own[bounds[-1]])
            elif above:
                yield self._rounded(own[end] + pages)
            yield self._rounded(own[end])
            if self.figure.said == 0:
                continue
            yield self._rounded(own[end] + pages)
            yield from (self._rounded(own[end] - own[bound]) for bound in reversed(bounds))
            if beside:
                yield self._rounded(own[end] + blocks)
            if stacked:
                yield self._rounded(own[end] + pages + others)

    def _running(self, page: Page, sides: Sequence[str], *, done: bool) -> npt.NDArray[np.int64]:
        """Sums of the figure's side; of two *sides*, the first less the second."""
        column, _, own = self.figure.field.partition(".")
        first, *second = (
            page.running(column, own or side, self.figure.currency, done=done) for side in sides
        )
        return first - second[0] if second else first

    def _rounded(self, summed: int) -> int:
        return (
            int(summed) * 100 // _PARTS_OF_ONE if self.figure.field == "quantity" else int(summed)
        )


def _figures(total: Closing, page: Page) -> list[Figure]:
    """What a total row declares: by its own words (借方合计：10.00), else column by column."""
    currency = _currency(total, page)
    return [replace(each, currency=currency) for each in _said(total, page)]


def _said(total: Closing, page: Page) -> Iterator[Figure]:
    spoken = list(_SAID.finditer(" ".join(" ".join(total.cells).split())))
    if spoken and "amount_fen" in page.kept.column_names:
        factor = next((each for name, each in page.factors.items() if "amount" in name), 100)
        for said in spoken:
            side = "in" if (said["side"] or said["counted"]) in _INWARD else "out"
            words, amount = said["words"] or said["counted"], said["amount"] or said["of"]
            yield from _figure(f"amount_fen.{side}", words, amount, factor)
        return
    for name in _FIELDS:
        index = page.fields.get(name)
        if index is None or index >= len(total.cells) or not total.cells[index]:
            continue
        if name.partition(".")[0] in page.kept.column_names:
            text, factor = total.cells[index], page.factors.get(name, 100)
            yield from _figure(name, page.headers[index], text, factor)


def _figure(name: str, column: str, text: str, factor: int) -> Iterator[Figure]:
    try:
        fen = parse_yuan(text)
    except NotAnAmount:
        return
    yield Figure(name, column, fen if name == "quantity" else fen * factor // 100)


def _currency(total: Closing, page: Page) -> str | None:
    """The currency that the words of a total row, or its own column of currencies, name."""
    known = CurrencyList(shared_words("currencies"))
    if named := _CURRENCY.match(total.label):
        return known.code(named[2])
    index = page.fields.get("currency")
    return (
        known.code(total.cells[index]) if index is not None and index < len(total.cells) else None
    )


def balance_checks(carried: Sequence[Closing], page: Page) -> list[dict[str, Any]]:
    """Compare carried balances with the bookings beside them, whichever way up the rows lie.

    What a page or period begins with must lead to the booking next to it; what it ends with is
    the balance of one. Nothing is said where that booking has no balance or no known side.
    """
    index = page.fields.get("balance_fen")
    needed = {"balance_fen", "amount_fen", "direction"}
    if index is None or not carried or not needed <= {*page.kept.column_names}:
        return []
    balances, added = page.balances()
    checks: list[dict[str, Any]] = []
    for each in carried:
        figures = list(
            _figure(
                "balance_fen",
                page.headers[index],
                each.cells[index],
                page.factors.get("balance_fen", 100),
            )
            if index < len(each.cells)
            else ()
        )
        ends = _AT_THE_END.search(each.label) is not None
        sums = _beside(page.place(each.row), balances, added, ends=ends)
        if not figures or not sums:
            continue
        said = figures[0].said
        found = said if said in sums else sums[0]
        checks.append(
            {
                "kind": "closing_balance" if ends else "opening_balance",
                "row": each.row,
                "column": figures[0].column,
                "declared": _shown(said),
                "found": _shown(found),
                "match": found == said,
            }
        )
    return checks


def _beside(
    place: int, balances: Sequence[int | None], added: Sequence[int | None], *, ends: bool
) -> list[int]:
    """The balances that a carried one at *place* may be, the likeliest first."""
    last = len(balances) - 1
    if last < 0:
        return []
    before, after = max(place - 1, 0), min(place, last)
    if ends:
        found = [balances[each] for each in (before, after, 0, last)]
        return [each for each in found if each is not None]
    led = []
    for each in (after, before, last, 0):
        balance, step = balances[each], added[each]
        led.append(None if balance is None or step is None else balance - step)
    if led[0] is None:
        return []
    return [each for each in (*led, balances[before] if place else None) if each is not None]


def _shown(fen: int) -> str:
    return format_yuan(fen).replace(",", "")
