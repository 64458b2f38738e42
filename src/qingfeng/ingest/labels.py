"""Labels above a table and the values behind them: ``户名：甲``, or 户名 | 甲 in two cells.

A value ends where the next label begins, be that one known or not: ``户名：甲 页码：1/2``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from qingfeng.ingest.header_notes import without_notes
from qingfeng.ingest.header_text import normalise_header

_LABELS_BY_COLUMN = {
    "holder_name": "户名 账户名称 账户名 账号户名 客户姓名 客户名称 姓名 户主 持卡人 "
    "开户人 账户开户名称 开户名称 帐户名称 账户姓名 查询对象 公司名称 客户",
    "account": "账号 帐号 账户 查询账号 查询帐号 客户账号 银行账号 对公账号 本方账号 支付宝账户 "
    "支付宝账号 京东账号名 美团用户名 微信号 账户号 账号/卡号 查询账户 主账户 本方账户",
    "card": "卡号 银行卡号 卡号/账号 借记卡号 交易卡号 账卡号 卡折号 卡/折号",
    "sub_account": "子账户序号 子账号 子账户号 子账户 子账户账号 子账户编号 子账号序号 分账户",
    "holder_id": "证件号码 证件号 身份证号 身份证号码 开户证件号码 身份证 身份证件号码",
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
    "Customer Name": "holder_name",
    "Card No.": "card",
    "Card No": "card",
    "Card Number": "card",
    "Currency": "currency",
}
_OF_WHOM: tuple[str, ...] = (
    "账户",
    "客户",
    "本方",
    "我方",
    "己方",
    "查询",
    "开户",
    "交易",
    "主",
    "主账户",
)
_OF_WHOM += ("结算", "对公", "单位", "个人", "银行", "借记卡", "持卡人")
_OWN_NUMBERS = {
    "户名": "holder_name",
    "账号": "account",
    "账户号": "account",
    "卡号": "card",
}
_COMPOSED = {f"{whom}{what}": column for whom in _OF_WHOM for what, column in _OWN_NUMBERS.items()}
LABELS: Mapping[str, str] = MappingProxyType(
    _COMPOSED
    | {label: column for column, labels in _LABELS_BY_COLUMN.items() for label in labels.split()}
    | _ENGLISH
)
"""Labels in front of a value above a table, and the column of its table each means."""

_EXTRA_LABELS = (
    "微信昵称",
    "昵称",
    "账户类型",
    "子账户类别",
    "储种",
    "存款种类",
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


def label_key(label: str) -> str:
    """The comparable form of a label: 帐 and 账 are one."""
    return normalise_header(label).replace("帐", "账")


_KEYS: dict[str, tuple[str, str | None]] = {
    label_key(label): (label, column) for label, column in LABELS.items()
}
_KEYS |= {label_key(label): (label, None) for label in _EXTRA_LABELS}

_ANY_LABEL = re.compile(
    r"(?:(?<=[\s,，、;；|/)）\]】])|^)"
    r"(?:[一-鿿][一-鿿/]{0,11}[A-Za-z][A-Za-z./]*(?: [A-Za-z./]+){1,3}"
    r"|(?:[一-鿿][ 　]+){1,5}[一-鿿]|(?:[A-Z][a-z.]+ )?[^\W\d_][^\s:：,，、;；。|]{0,15})"
    r"[ 　]*[:：](?!//)"
)
"""Something of letters that a colon follows: ``页码：``, ``客 户 号：``, ``Branch Code:``."""

_TRANSLATED = r"(?:\s*[(（]?\s*[A-Za-z][A-Za-z./& ]{2,30}[)）]?)?"
"""The English of a label behind it: ``户名Account Name：``, ``账号（A/C No.）：``."""

_SEPARATORS = " \t　,，、;；|/"


def known_label(key: str) -> tuple[str, str | None]:
    """The usual spelling of a normalised label, and the column of its table, if it has one."""
    return _KEYS.get(key, (key, None))


def _tidy(value: str) -> str:
    return value.strip(" \t　[]【】\"'").strip(_SEPARATORS).strip(" []【】\"'")


@lru_cache(maxsize=64)
def _pair_form(labels: frozenset[str]) -> re.Pattern[str]:
    """``label：``, for the labels known everywhere and those of a layout."""
    listed = sorted({*LABELS, *_EXTRA_LABELS, *labels}, key=lambda label: (-len(label), label))
    known = _spelled(listed)
    return re.compile(
        rf"(?:(?<![\w一-鿿])|(?<=\d{{6}}))"
        rf"(?:({known}){_TRANSLATED}\s*[:：]|[【\[]\s*({known})\s*[】\]]\s*[:：]?)\s*"
    )


def _spelled(labels: Sequence[str]) -> str:
    """A pattern of the labels, with blanks between their characters, and 帐 for 账."""
    return "|".join(r"\s*".join(map(re.escape, each)) for each in labels).replace("账", "[账帐]")


def begins_with_label(columns: Collection[str]) -> str:
    """RE2 pattern of a cell that begins with a usual label of one of these columns."""
    listed = sorted(label for label, column in LABELS.items() if column in columns)
    return rf"^[\s\[【(（]*(?:{_spelled(listed)})\s*[:：]"


def _pairs_in(cell: str, labels: frozenset[str]) -> list[tuple[str, str]]:
    if not any(mark in cell for mark in ":：【["):
        return []
    found = list(_pair_form(labels).finditer(cell))
    if not found:
        return []
    ends = [*(each.start() for each in found[1:]), len(cell)]
    return [
        (label_key(each.group(1) or each.group(2)), _value(cell[each.end() : end]))
        for each, end in zip(found, ends, strict=True)
    ]


def _value(text: str) -> str:
    """What stands before the next label, known or not, and before a wide gap."""
    if following := _ANY_LABEL.search(text):
        text = text[: following.start()]
    return _tidy(re.split(r"\s{2,}|[;；]", text.lstrip())[0])


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
    keys = _KEYS.keys() | {label_key(label) for label in labels}
    cells = distinct_cells(row)
    pairs: list[tuple[str, str]] = []
    position = 0
    while position < len(cells):
        cell = cells[position]
        key = _key_of(cell, keys)
        following = cells[position + 1] if position + 1 < len(cells) else ""
        if key in keys and following and not _is_label(following, keys):
            pairs += [(key, _value(following)), *_pairs_in(following, labels)]
            position += 2
            continue
        pairs += _pairs_in(cell, labels)
        position += 1
    return [(key, value) for key, value in pairs if value]


def _key_of(cell: str, keys: frozenset[str] | set[str]) -> str:
    """The key of a cell that may be a label, its translation aside: ``账号[ Account No. ]``."""
    key = label_key(cell)
    if key in keys or not cell.rstrip(" :：").endswith(("]", ")", "）", "】")):
        return key
    return label_key(without_notes(cell.rstrip(" :：")).name)


def _is_label(cell: str, keys: frozenset[str] | set[str]) -> bool:
    """Is a cell a label, known or ended by a colon?"""
    return _key_of(cell, keys) in keys or bool(
        re.fullmatch(r"[^\s:：]{1,12}\s*[:：]", cell.strip())
    )


def label_row(row: Sequence[str]) -> bool:
    """Is every filled cell a label, at least two of them, for the values in the row below?"""
    filled = [label_key(cell) for cell in row if cell.strip()]
    return len(filled) >= 2 and all(key in _KEYS for key in filled)


def pairs_below(labels: Sequence[str], values: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of a row of labels and the row of values below it."""
    pairs = zip(labels, values, strict=False)
    return [
        (label_key(label), _tidy(value))
        for label, value in pairs
        if label.strip() and value.strip()
    ]
