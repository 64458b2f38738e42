"""The columns that headers name, and what they mean beside each other."""

from __future__ import annotations

from dataclasses import dataclass

from qingfeng.ingest.header_text import header_keys, normalise_header


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """One column of a grid: 0-based index, header as delivered (numbered), money unit or None."""

    index: int
    header: str
    unit: str | None


def settle_columns(columns: dict[str, ColumnRef]) -> None:
    """Settle instants, posted and converted amounts, and sides, in place."""
    _settle_instants(columns)
    _settle_posted(columns)
    _settle_conversion(columns)
    _settle_sides(columns)


def _settle_instants(columns: dict[str, ColumnRef]) -> None:
    """A date or a time alone is the whole instant: ``x.date`` without ``x.time`` becomes ``x``.

    Beside a date, what else would be the whole instant is its time: 交易日期 beside 交易时间.
    """
    _settle_posting(columns)
    for field in list(columns):
        name, _, part = field.rpartition(".")
        if part not in {"date", "time"}:
            continue
        if part == "date" and name in columns and f"{name}.time" not in columns:
            columns[f"{name}.time"] = columns.pop(name)
        other = f"{name}.{'time' if part == 'date' else 'date'}"
        if name not in columns and other not in columns:
            columns[name] = columns.pop(field)


def _settle_posting(columns: dict[str, ColumnRef]) -> None:
    """A time of posting is the clock of a day of posting, and the moment where nothing else is."""
    posted, day = columns.get("booked_at.or"), columns.get("booked_at.date")
    if posted is None or "booked_at" in columns:
        return
    if day is None:
        columns["booked_at"] = columns.pop("booked_at.or")
    elif normalise_header(day.header)[:2] == normalise_header(posted.header)[:2]:
        columns.setdefault("booked_at.time", columns.pop("booked_at.or"))


_ONLY_IN_PAIRS = frozenset({"转入", "转出", "收款金额", "付款金额", "来账金额", "往账金额"})
"""Headers that say in or out only beside their counterpart: alone, of whom they speak is open."""


def _settle_sides(columns: dict[str, ColumnRef]) -> None:
    sides = {each for each in ("amount_fen.in", "amount_fen.out") if each in columns}
    for side in sides if len(sides) == 1 else ():
        if any(key in _ONLY_IN_PAIRS for key, _ in header_keys(columns[side].header)):
            del columns[side]


def _settle_posted(columns: dict[str, ColumnRef]) -> None:
    """Take the amount that was booked, with its currency, before that of the purchase.

    入账金额 beside 出账金额 is an income; beside a purchase it is what the account was charged
    with, of either side.
    """
    posted, coin = columns.pop("amount_fen.posted", None), columns.pop("currency.posted", None)
    if posted is not None and "amount_fen.out" in columns:
        columns.setdefault("amount_fen.in", posted)
    elif posted is not None and "amount_fen.in" not in columns:
        if "amount_fen" in columns and "currency" in columns and coin is None:
            return
        columns["amount_fen"] = posted
        if coin is not None:
            columns["currency"] = coin
    if coin is not None:
        columns.setdefault("currency", coin)


def _settle_conversion(columns: dict[str, ColumnRef]) -> None:
    """Take the original amount with its currency; without that, the one converted to yuan.

    A converted amount is never put beside the currency that it was converted from.
    """
    converted = columns.pop("amount_fen.converted", None)
    if converted is None or ("amount_fen" in columns and "currency" in columns):
        return
    columns["amount_fen"] = converted
    columns.pop("currency", None)
