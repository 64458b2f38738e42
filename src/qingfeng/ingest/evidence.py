"""What speaks for the meaning of a column: its header's spelling and words, its values' shape."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import pyarrow as pa

from qingfeng.identifiers import is_citizen_number, is_credit_code
from qingfeng.ingest.grid import CLOCK, MARKS, MOMENT, NUMBER, Grid
from qingfeng.ingest.header_text import header_keys, normalise_header
from qingfeng.ingest.headers import Found
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.layouts import alias_lists
from qingfeng.ingest.shapes import is_card

SAMPLE_ROWS = 200
"""Rows under the header that are looked at."""

LEAST_SHARE = 0.8
"""Share of the values, at or above, that must have the shape that is looked for."""

_DAY = re.compile(r"(19|20)\d{2}[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?([ T]+\d{1,2}:\d{2}(:\d{2})?)?")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_MONEY = re.compile(r"[-+¥￥]{0,2}\d{1,3}(?:[,，]?\d{3})*\.\d{2}元?")
_QUANTITY = re.compile(r"[-+¥￥]{0,2}\d{1,3}(?:[,，]?\d{3}){0,3}(?:\.\d{1,2})?元?")
_PHONE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_LONG = re.compile(r"\d{13,32}")

SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "citizen number": "18 characters with a right ID check character",
        "credit code": "18 characters with a right credit-code check",
        "card": "digits of a card range that pass Luhn",
        "day": "dates",
        "clock": "times of day",
        "money": "amounts with two decimals",
        "phone": "11 digits of a mobile phone",
        "in/out": "words of the closed list of directions",
        "quantity": "plain numbers of at most 12 digits",
        "long number": "digits, 13 to 32 of them",
    }
)
"""Shape to its description, tried in this order."""

FIELDS_BY_SHAPE: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "transfers": {
            "citizen number": ("holder_id", "counterparty_id"),
            "card": ("card", "counterparty_account"),
            "day": ("booked_at",),
            "clock": ("booked_at.time",),
            "money": ("amount_fen",),
            "in/out": ("direction",),
            "phone": ("holder_phone",),
        },
        "persons": {
            "citizen number": ("person_id",),
            "day": ("born_on",),
            "phone": ("phone",),
        },
        "benefits": {
            "citizen number": ("beneficiary_id",),
            "card": ("account",),
            "money": ("amount_fen",),
            "day": ("paid_on",),
            "phone": ("phone",),
        },
        "companies": {"credit code": ("company_id",), "day": ("founded_on",)},
    }
)
"""Table to the fields that a shape alone speaks for."""

_AMOUNTS = frozenset({"money", "quantity"})
_DAYS = frozenset({"day"})
_NUMBERS = frozenset({"card", "quantity", "long number"})
_TIMES = frozenset({"clock", "quantity"})
_THEIRS = "对方|对手|往来|交易对象|[Oo]pp|OPP|[Cc]ounter|COUNTER|[Cc]pty|CPTY|^df|^DF"
_OTHER = f"{_THEIRS}|收款|付款"
_WORDS: Mapping[str, tuple[tuple[str, str, frozenset[str]], ...]] = MappingProxyType(
    {
        "transfers": (
            ("余额|结余|结存", "balance_fen", _AMOUNTS),
            ("收入|进账|存入|存进|转入|贷方|增加", "amount_fen.in", _AMOUNTS),
            ("支出|出账|借出|取出|转出|借方|减少", "amount_fen.out", _AMOUNTS),
            ("金额|数额|发生额|款额", "amount_fen", _AMOUNTS),
            ("日期|时间|日$", "booked_at", _DAYS),
            (f"(?:{_OTHER}).*(?:账|帐|卡|(?i:acc|card|zh$|kh$))", "counterparty_account", _NUMBERS),
            (f"(?:{_OTHER})", "counterparty_name", frozenset()),
            ("卡号|银行卡", "card", frozenset({"card"})),
            ("账号|帐号|账户", "account", _NUMBERS),
            ("摘要|用途|事由|说明", "summary", frozenset()),
            ("备注|附言", "remark", frozenset()),
            ("(?i)bal(?:ance)?$", "balance_fen", _AMOUNTS),
            ("(?i)am(?:oun)?t$", "amount_fen", _AMOUNTS),
            ("(?i)(?:tm|time)$", "booked_at.time", _TIMES),
            ("(?i)acc(?:oun)?t", "account", _NUMBERS),
            ("(?i)card", "card", frozenset({"card"})),
            ("(?i)memo|remark|note", "remark", frozenset()),
        ),
        "benefits": (
            ("金额|数额|补贴|补助", "amount_fen", _AMOUNTS),
            ("日期|时间|日$", "paid_on", _DAYS),
            ("身份证|证件", "beneficiary_id", frozenset({"citizen number"})),
            ("姓名|户主|受益", "beneficiary_name", frozenset()),
        ),
    }
)
"""Table to (words of a header, field, shapes of which the values have one; empty: free text)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One column: its header and its sampled values.

    *uses*: how many layouts read that header as which (table, field). *shapes*: how many of the
    values have which shape.
    """

    header: str
    index: int
    values: list[str]
    uses: Counter[tuple[str, str]]
    shapes: Counter[str]

    @property
    def is_theirs(self) -> bool:
        """Does the header speak of the counterparty?"""
        return re.search(_THEIRS, self.header) is not None

    def share(self, shapes: frozenset[str]) -> float:
        """The share of the values that have one of *shapes*; 0 without any value."""
        if not self.values:
            return 0.0
        return sum(self.shapes[name] for name in shapes) / len(self.values)


def look_at(found: Found, grid: Grid, layouts: Sequence[Layout]) -> list[Seen]:
    """The columns of *found* that have a header, with at most ``SAMPLE_ROWS`` values each."""
    columns = []
    for index, header in enumerate(found.headers):
        if normalise_header(header):
            values = _values(grid, found, index)
            shapes = Counter(filter(None, map(_shape_of, values)))
            columns.append(Seen(header, index, values, _uses(layouts, header), shapes))
    return columns


def fields_by_words(seen: Seen, table: str) -> list[tuple[str, str, float]]:
    """(field, the word of the header, share of the values of a fitting shape), best first."""
    given = []
    for words, field, shapes in _WORDS.get(table, ()):
        if seen.is_theirs and not field.startswith("counterparty"):
            continue
        word = re.search(words, seen.header)
        share = seen.share(shapes) if shapes else 1 - seen.share(frozenset(SHAPES))
        if word and share >= LEAST_SHARE:
            given.append((field, word.group(), share))
    return given


@lru_cache(maxsize=1)
def _direction_words() -> frozenset[str]:
    listed = alias_lists()["transfers"]["directions"].values()
    return frozenset(word.casefold() for words in listed for word in words)


def _shape_of(text: str) -> str | None:
    """The name of the first of ``SHAPES`` that the cell has."""
    plain = text.strip(MARKS)
    tests = (
        is_citizen_number(plain),
        is_credit_code(plain),
        is_card(plain),
        text[0] == MOMENT or (text[0] != NUMBER and _DAY.fullmatch(text)),
        text[0] == CLOCK or _CLOCK.fullmatch(text),
        _MONEY.fullmatch(plain),
        _PHONE.fullmatch(plain),
        plain.casefold() in _direction_words(),
        _QUANTITY.fullmatch(plain),
        _LONG.fullmatch(plain),
    )
    return next((name for name, met in zip(SHAPES, tests, strict=True) if met), None)


def _values(grid: Grid, found: Found, index: int) -> list[str]:
    start, stop = found.body
    column = grid.cells.column(index).slice(start, min(stop - start, SAMPLE_ROWS))
    return [text.strip() for text in column.cast(pa.string()).to_pylist() if text.strip()]


def _uses(layouts: Sequence[Layout], header: str) -> Counter[tuple[str, str]]:
    """How many layouts read *header* as which (table, field)."""
    found: Counter[tuple[str, str]] = Counter()
    for layout in layouts:
        for key, _ in header_keys(header):
            if key in layout.keys:
                found[layout.table, layout.keys[key][0]] += 1
                break
    return found
