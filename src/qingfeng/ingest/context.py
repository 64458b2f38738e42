"""What stands above a table: holder, account, declared totals.

Keys of a context are columns of ``transfers`` (holder_name, holder_id, account, card,
account_masked, bank, currency); what is no column stands in ``extras``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from qingfeng.identifiers import is_citizen_number, is_credit_code
from qingfeng.ingest.bank_names import bank_in_title
from qingfeng.ingest.bill_days import bill_period
from qingfeng.ingest.header_text import is_unit_unsettled, preamble_currency, preamble_unit
from qingfeng.ingest.labels import (
    distinct_cells,
    known_label,
    label_key,
    label_pairs,
    label_row,
    pairs_below,
)
from qingfeng.ingest.path_rules import number_of
from qingfeng.ingest.roster_names import month_alone
from qingfeng.ingest.shapes import CURRENCIES, is_card, is_masked, is_wechat_id

_AMOUNT = r"([¥￥]?-?[\d,，]+(?:\.\d+)?)\s*元?"
_COUNT = re.compile(r"共[:：]?\s*([\d,]+)\s*(?:笔|条)")
_SIDE = re.compile(
    r"(收入|支出|中性交易|不计收支)[:：]?\s*(?:合计)?\s*([\d,]+)笔"
    rf"(?:[(（][^)）]*[)）])?[,，、\s]*{_AMOUNT}"
)
_SIDES = {"收入": "in", "支出": "out", "中性交易": "neutral", "不计收支": "neutral"}
_DAY = r"(\d{4}[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?(?:[ T]+\d{1,2}:\d{2}(?::\d{2})?)?)"
_PERIOD = re.compile(
    rf"(?:起始时间|日期范围|日期区间|查询期间|起止日期|查询时间段|交易时间段"
    rf"|账期|账单周期|账单期间|账单区间|统计区间|交易区间|查询区间|结账期间|对账期间|统计期间|起始日期|开始日期)"
    rf"[:：]?\s*[\[【]?\s*{_DAY}\s*[\]】]?\s*(?:-|—|~|～|至|到)*\s*"
    rf"(?:(?:终止时间|终止日期|结束日期|截止日期)[:：]?\s*)?[\[【]?\s*{_DAY}"
)


@dataclass(frozen=True, slots=True)
class Declared:
    """Totals that a file states about itself; amounts are yuan as text without grouping."""

    count: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    amounts: Mapping[str, str] = field(default_factory=dict)
    period: tuple[str, str] | None = None


_OF_ACCOUNT = frozenset({"account", "card", "account_masked", "owner_number"})
_OF_PERSON = frozenset({"holder_name", "holder_id", "holder_phone"})
_OF_ONE_ACCOUNT = frozenset({"currency", "sub_account"})


@dataclass(frozen=True, slots=True)
class Context:
    """What the rows above a table say. *fields*: column of ``transfers`` to delivered text.

    *month*: the one that stands alone in a cell. *warnings*: what they say twice, and
    differently, and which therefore counts as not said.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    extras: Mapping[str, str] = field(default_factory=dict)
    declared: Declared = field(default_factory=Declared)
    unit: str | None = None
    title: str | None = None
    warnings: tuple[str, ...] = ()
    month: str | None = None

    def going_on(self, anew: Context | None = None) -> Context:
        """What still holds for a further table of the same statement: all but its totals.

        *anew*: what stands above that table; its title, totals and period are its own.
        """
        declared = Declared(period=self.declared.period)
        if anew is None:
            return replace(self, declared=declared, warnings=())
        period = anew.declared.period or self.declared.period
        return replace(
            self,
            extras=MappingProxyType({**self.extras, **anew.extras}),
            declared=replace(anew.declared, period=period),
            unit=anew.unit or self.unit,
            title=anew.title or self.title,
            warnings=anew.warnings,
        )

    def of_part(self, named: Context) -> Context:
        """What holds for the rows below a line that names an account, or a holder, among them.

        The one that *named* names replaces the one above the table. Where account and holder
        stand above it together, they are one statement: another account takes neither the holder
        nor the currency of that one, another holder not its account, and that is said.
        """
        replaced = {
            column: text
            for group in (_OF_ACCOUNT, _OF_PERSON)
            if not group.isdisjoint(named.fields)
            for column, text in self.fields.items()
            if column in group or (group is _OF_ACCOUNT and column == "sub_account")
        }
        left_out = self._of_the_other(named)
        gone = replaced.keys() | left_out.keys()
        kept = {column: text for column, text in self.fields.items() if column not in gone}
        said = ", ".join(left_out[column] for column in left_out if column not in named.fields)
        left = f"{said}: stands above the table with another account or holder; not taken here"
        return replace(
            self.going_on(),
            fields=MappingProxyType({**kept, **named.fields}),
            extras=MappingProxyType({**self.extras, **named.extras}),
            warnings=(*named.warnings, *([left] if said else [])),
        )

    def _of_the_other(self, named: Context) -> dict[str, str]:
        """What above the table belongs to another account, or holder, than *named* names."""
        groups = (_OF_ACCOUNT, _OF_PERSON)
        if any(group.isdisjoint(self.fields) for group in groups):
            return {}
        beside: set[str] = set()
        if self._differs(named, _OF_ACCOUNT):
            beside |= _OF_PERSON | _OF_ONE_ACCOUNT
        if self._differs(named, _OF_PERSON):
            beside |= _OF_ACCOUNT | _OF_ONE_ACCOUNT
        return {column: text for column, text in self.fields.items() if column in beside}

    def _differs(self, named: Context, group: frozenset[str]) -> bool:
        """Does *named* name one of the *group*, and none that stands above the table too?"""
        own = {_digits(text) for column, text in self.fields.items() if column in group}
        other = {_digits(text) for column, text in named.fields.items() if column in group}
        return bool(other) and own.isdisjoint(other)


_ONE_ONLY = frozenset({"account", "card"})
_SEVERAL = re.compile(r"\d{6,}\s*[、,，;；/和及]\s*\d{6,}")
_ACCOUNT = re.compile(r"[A-Za-z]{0,4}[\d*＊][\d*＊_'`-]*(?:[xX]{3,}\d*)?")
_GROUP = re.compile(r"[ -]*\s[ -]*([\d*＊_'`-]+(?:[xX]{3,}\d*)?|[xX]{3,}\d*)")
_LARGEST_GROUP = 6
"""Digits that are printed together where a number is printed in groups."""
_LATIN = re.compile(r"[!-~]+")
_WITH_NUMBER = re.compile(
    r"(?P<name>.*\S)\s*[(（\[【]\s*(?P<number>[0-9A-Za-z*＊]{6,})\s*[)）\]】]?"
)


_IN_CURRENCY = re.compile(rf"(\d{{6,}})[-_ ]?({CURRENCIES})")


def _number_in(value: str) -> str | None:
    """The number that *value* begins with, up to what is said of it: ``6228…（活期）``.

    Names of wallet users are of Latin letters and stay whole. None: there is no number in it.
    """
    if _LATIN.fullmatch(value) or _SEVERAL.search(value):
        return value
    found = _ACCOUNT.match(value)
    if found is None:
        return None
    number, at = found.group(), found.end()
    whole = len(_signs(number)) > _LARGEST_GROUP
    while not whole and not is_card(_digits(number)) and (more := _GROUP.match(value, at)):
        if len(_signs(more[1])) > _LARGEST_GROUP:
            break
        number, at = f"{number} {more[1]}", more.end()
    if len(_signs(number)) < _FEWEST_DIGITS:
        return None
    return number.strip(" -_'`")


def _signs(text: str) -> str:
    return re.sub(r"[^\d*＊xX]", "", text)


_FEWEST_DIGITS = 4
BESIDE_NUMBER = "beside the number"
_OF_ACCOUNTS = (
    "活期|定期|储蓄|账户|一卡通|[金银普]卡|借记|信用|人民币|[美欧日港]元|[本外]币|基本|一般|类户"
)
_OWNER = re.compile(
    rf"(?!.*(?:{_OF_ACCOUNTS}))"
    "(?:[一-鿿]{2,4}|[一-鿿]{1,10}·[一-鿿]{1,10}|[一-鿿()（）]{2,40}(?:公司|委员会|合作社|厂|店))"
)
"""A person or a firm that stands behind a number: ``账号：[6225… 陈砚]``."""

_STATE = re.compile(r"\s*[(（](?:已故|已?死亡|去世|已?销户|已?注销|本人|户主)[)）]\s*$")
_TITLE_OF_ONE = re.compile(
    r"(?P<name>[一-鿿·]{2,30})?[\s_(（]*(?P<number>[\d*＊]+)[\s_)）]*[一-鿿]{0,8}"
    "(?:明细|流水|对账单|清单|账单)表?"
)
_USER_NAMES = ("账户名", "账号名", "用户名", "昵称", "微信号", "支付宝")


def _settled(label: str, column: str | None, value: str) -> Iterator[tuple[str | None, str]]:
    """Columns and texts that one label and its value fill; None: it is no column.

    A masked number is never an account; a card written as 账号 is a card; a name may carry the
    number of its bearer. A WeChat bill puts the user ID where the nickname is asked for, if
    there is no nickname.
    """
    if label == "微信昵称" and column is None and is_wechat_id(value):
        column = "account"
    if column in _ONE_ONLY and not any(word in label for word in _USER_NAMES):
        if in_currency := _IN_CURRENCY.fullmatch(value):
            value = in_currency[1]
            yield "currency", in_currency[2]
        number = _number_in(value)
        if number is None:
            yield None, value
            return
        owner = value.removeprefix(number).strip()
        if owner != value and _OWNER.fullmatch(owner):
            yield BESIDE_NUMBER, owner
        value = number
    if column == "holder_name":
        value, number = _of_name(value)
        if number and (beside := _column_of_number(number)):
            yield beside, number
    if column in _ONE_ONLY and is_masked(value):
        column = "account_masked"
    if column == "account" and is_card(value):
        column = "card"
    yield column, value


def _of_name(value: str) -> tuple[str, str | None]:
    """The name alone, without what is said of its bearer, and the number in brackets behind it."""
    if state := _STATE.search(value):
        value = value[: state.start()].strip() or value
    both = _WITH_NUMBER.fullmatch(value)
    if both is None or _column_of_number(both["number"]) is None:
        return value, None
    return both["name"], both["number"]


def _column_of_number(number: str) -> str | None:
    """Where a number in brackets behind a name belongs, as far as it says itself."""
    if is_citizen_number(number) or is_credit_code(number.upper()):
        return "holder_id"
    if is_card(number):
        return "card"
    return None


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _declared(lines: Sequence[str]) -> Declared:
    count: int | None = None
    counts: dict[str, int] = {}
    amounts: dict[str, str] = {}
    period: tuple[str, str] | None = None
    for line in lines:
        if count is None and (found := _COUNT.search(line)):
            count = _number(found.group(1))
        for side in _SIDE.finditer(line):
            key = _SIDES[side.group(1)]
            counts.setdefault(key, _number(side.group(2)))
            amounts.setdefault(key, re.sub(r"[¥￥,，]", "", side.group(3)))
        if period is None and (days := _PERIOD.search(line)):
            period = (days.group(1), days.group(2))
    period = period or bill_period(lines)
    return Declared(count, MappingProxyType(counts), MappingProxyType(amounts), period)


def _digits(text: str) -> str:
    return re.sub(r"[\s\-'`]|\.0$", "", text)


def _complete(fields: dict[str, str], extras: dict[str, str], title: str | None) -> None:
    """Add what no label says: an owner behind a number, or both in the title."""
    if owner := extras.pop(BESIDE_NUMBER, None):
        fields.setdefault("holder_name", owner)
    found = _TITLE_OF_ONE.fullmatch(title or "")
    said = number_of("", title or "") if found else {}
    if not found or not said or any(column in fields for column in _OF_ACCOUNT):
        return
    fields.update(said)
    name = found["name"]
    if name and not bank_in_title(name) and _OWNER.fullmatch(name):
        fields.setdefault("holder_name", name)


def read_preamble(
    rows: Sequence[Sequence[str]], labels: Mapping[str, str] = MappingProxyType({})
) -> Context:
    """Read the rows above a table. *labels*: further labels of the layout to its columns.

    The first statement of a column wins; two different accounts, or cards, count as none. Labels
    may also stand in one row and their values in the row below. The title is the first row that
    holds one text without a colon.
    """
    own = {label_key(label): column for label, column in labels.items()}
    fields: dict[str, str] = {}
    extras: dict[str, str] = {}
    unit = title = month = None
    lines: list[str] = []
    said_twice: dict[str, list[str]] = {}
    for number, row in enumerate(rows):
        cells = distinct_cells(row)
        if len(cells) == 1 and title is None and not re.search(r"[:：]", cells[0]):
            title = cells[0].strip("-= ") or None
        month = month or month_alone(cells)
        lines.append(" ".join(" ".join(cells).split()))
        unit = unit or next(filter(None, map(preamble_unit, cells)), None)
        if currency := next(filter(None, map(preamble_currency, cells)), None):
            fields.setdefault("currency", currency)
        above = rows[number - 1] if number else ()
        pairs = pairs_below(above, row) if label_row(above) else label_pairs(row, frozenset(labels))
        for key, value in pairs:
            label, column = known_label(key)
            for settled, text in _settled(label, own.get(key, column), value):
                if settled is None or settled == BESIDE_NUMBER:
                    extras.setdefault(label if settled is None else BESIDE_NUMBER, text)
                    continue
                known = fields.setdefault(settled, text)
                if settled in _ONE_ONLY and (
                    _SEVERAL.search(text) or _digits(known) != _digits(text)
                ):
                    said_twice.setdefault(settled, [known]).append(text)
    for column in said_twice:
        del fields[column]
    _complete(fields, extras, title)
    warnings = tuple(
        f"more than one {column} above the table: {', '.join(dict.fromkeys(values))}; none is taken"
        for column, values in said_twice.items()
    )
    warnings += tuple(
        f"{cell}: which unit the amounts have is not clear; where no header says it, yuan are read"
        for cell in dict.fromkeys(cell for row in rows for cell in row if is_unit_unsettled(cell))
    )
    return Context(
        MappingProxyType(fields),
        MappingProxyType(extras),
        _declared(lines),
        unit,
        title,
        warnings,
        month,
    )
