"""What stands above a table: holder, account, declared totals.

Keys of a context are columns of ``transfers`` (holder_name, holder_id, account, card,
account_masked, bank, currency); what is no column stands in ``extras``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

from qingfeng.ingest.header_text import normalise_header, preamble_currency, preamble_unit
from qingfeng.ingest.roster_names import month_alone
from qingfeng.ingest.shapes import is_card, is_masked, is_wechat_id

_LABELS_BY_COLUMN = {
    "holder_name": "户名 账户名称 账户名 账号户名 客户姓名 客户名称 姓名 户主 持卡人 "
    "开户人 账户开户名称 开户名称 帐户名称 账户姓名 查询对象 公司名称",
    "account": "账号 帐号 账户 查询账号 查询帐号 客户账号 银行账号 对公账号 本方账号 支付宝账户 "
    "支付宝账号 京东账号名 美团用户名 微信号 账户号 账号/卡号 查询账户",
    "card": "卡号 银行卡号 卡号/账号 借记卡号 交易卡号 账卡号",
    "holder_id": "证件号码 证件号 身份证号 身份证号码 开户证件号码",
    "bank": "开户行 开户银行 银行名称 开户机构 开户网点 账号开户银行",
    "currency": "币种 币别 货币 账户币种",
    "holder_phone": "手机号 联系电话 手机号码",
    "owner_number": "用户号码 本机号码 查询号码 机主号码 业务号码 计费号码 服务号码 己方号码",
}
_ENGLISH = {
    "Account No.": "account",
    "Account No": "account",
    "Account Number": "account",
    "Account Name": "holder_name",
}
LABELS: Mapping[str, str] = MappingProxyType(
    {label: column for column, labels in _LABELS_BY_COLUMN.items() for label in labels.split()}
    | _ENGLISH
)
"""Labels in front of a value above a table, and the column of its table each means."""

_EXTRA_LABELS = (
    "微信昵称",
    "昵称",
    "账户类型",
    "子账户序号",
    "子账户类别",
    "子账户别名",
    "卡别名",
    "起始时间",
    "终止时间",
    "日期范围",
    "日期区间",
    "查询期间",
    "起止日期",
    "查询时间段",
    "交易时间段",
    "起始日期",
    "终止日期",
    "结束日期",
    "开始日期",
    "截止日期",
    "账期",
    "账单周期",
    "账单期间",
    "结账期间",
    "对账期间",
    "统计期间",
    "导出时间",
    "导出类型",
    "打印时间",
    "申请时间",
    "填表日期",
    "制表日期",
    "项目名称",
    "调证编号",
)
_KEYS: dict[str, tuple[str, str | None]] = {
    normalise_header(label): (label, column) for label, column in LABELS.items()
}
_KEYS |= {normalise_header(label): (label, None) for label in _EXTRA_LABELS}

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
    rf"|账期|账单周期|账单期间|结账期间|对账期间|统计期间|起始日期|开始日期)"
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

    def going_on(self) -> Context:
        """What still holds for a further table of the same statement: all but its totals."""
        return replace(self, declared=Declared(period=self.declared.period), warnings=())


def _tidy(value: str) -> str:
    return value.strip(" \t　[]【】\"'").strip()


@lru_cache(maxsize=64)
def _pair_form(labels: frozenset[str]) -> re.Pattern[str]:
    """``label：``, for the labels known everywhere and those of a layout."""
    listed = sorted({*LABELS, *_EXTRA_LABELS, *labels}, key=lambda label: (-len(label), label))
    form = "|".join(r"\s*".join(map(re.escape, label)) for label in listed)
    return re.compile(rf"(?<![\w一-鿿])({form})\s*[:：]\s*")


def _pairs_in(cell: str, labels: frozenset[str]) -> list[tuple[str, str]]:
    found = list(_pair_form(labels).finditer(cell))
    if not found:
        return []
    ends = [*(each.start() for each in found[1:]), len(cell)]
    pairs = []
    for each, end in zip(found, ends, strict=True):
        value = re.split(r"\s{2,}|[;；]|[/|](?=\s*\S+[:：])", cell[each.end() : end])[0]
        pairs.append((normalise_header(each.group(1)), _tidy(value)))
    return pairs


def distinct_cells(row: Sequence[str]) -> list[str]:
    """The filled cells of a row, a run of equal ones (a merged range) once."""
    found: list[str] = []
    for cell in row:
        text = cell.strip()
        if text and (not found or found[-1] != text):
            found.append(text)
    return found


def label_pairs(row: Sequence[str], labels: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """Return (normalised label, value) of one row: ``户名：甲`` in a cell, or 户名 | 甲 in two.

    *labels*: those of a layout, known beside the usual ones.
    """
    keys = _KEYS.keys() | {normalise_header(label) for label in labels}
    cells = distinct_cells(row)
    pairs: list[tuple[str, str]] = []
    position = 0
    while position < len(cells):
        cell = cells[position]
        key = normalise_header(cell)
        following = cells[position + 1] if position + 1 < len(cells) else ""
        if key in keys and following and normalise_header(following) not in keys:
            pairs.append((key, _tidy(following)))
            position += 2
            continue
        pairs += _pairs_in(cell, labels)
        position += 1
    return [(key, value) for key, value in pairs if value]


def label_row(row: Sequence[str]) -> bool:
    """Is every filled cell a label, at least two of them, for the values in the row below?"""
    filled = [normalise_header(cell) for cell in row if cell.strip()]
    return len(filled) >= 2 and all(key in _KEYS for key in filled)


def _pairs_below(labels: Sequence[str], values: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of a row of labels and the row of values below it."""
    pairs = zip(labels, values, strict=False)
    return [
        (normalise_header(label), _tidy(value))
        for label, value in pairs
        if label.strip() and value.strip()
    ]


def _column_for(label: str, column: str | None, value: str) -> str | None:
    """A masked number is never an account; a card written as 账号 is a card.

    A WeChat bill puts the user ID where the nickname is asked for, if there is no nickname.
    """
    if label == "微信昵称" and column is None and is_wechat_id(value):
        return "account"
    if column in {"account", "card"} and is_masked(value):
        return "account_masked"
    if column == "account" and is_card(value):
        return "card"
    return column


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _declared(lines: Iterable[str]) -> Declared:
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
    return Declared(count, MappingProxyType(counts), MappingProxyType(amounts), period)


_ONE_ONLY = frozenset({"account", "card"})
_SEVERAL = re.compile(r"\d{6,}\s*[、,，;；/和及]\s*\d{6,}")


def _digits(text: str) -> str:
    return re.sub(r"[\s\-'`]|\.0$", "", text)


def read_preamble(
    rows: Sequence[Sequence[str]], labels: Mapping[str, str] = MappingProxyType({})
) -> Context:
    """Read the rows above a table. *labels*: further labels of the layout to its columns.

    The first statement of a column wins; two different accounts, or cards, count as none. Labels
    may also stand in one row and their values in the row below. The title is the first row that
    holds one text without a colon.
    """
    own = {normalise_header(label): column for label, column in labels.items()}
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
        lines.append("  ".join(cells))
        unit = unit or next(filter(None, map(preamble_unit, cells)), None)
        if currency := next(filter(None, map(preamble_currency, cells)), None):
            fields.setdefault("currency", currency)
        above = rows[number - 1] if number else ()
        pairs = (
            _pairs_below(above, row) if label_row(above) else label_pairs(row, frozenset(labels))
        )
        for key, value in pairs:
            label, column = _KEYS.get(key, (key, None))
            settled = _column_for(label, own.get(key, column), value)
            if settled is None:
                extras.setdefault(label, value)
                continue
            known = fields.setdefault(settled, value)
            if settled in _ONE_ONLY and (
                _SEVERAL.search(value) or _digits(known) != _digits(value)
            ):
                said_twice.setdefault(settled, [known]).append(value)
    for column in said_twice:
        del fields[column]
    warnings = tuple(
        f"more than one {column} above the table: {', '.join(dict.fromkeys(values))}; none is taken"
        for column, values in said_twice.items()
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
