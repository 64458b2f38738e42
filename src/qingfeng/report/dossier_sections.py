"""Any nested answer, such as the proof of completeness, as flat titled tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from qingfeng.money import format_yuan
from qingfeng.schema import tables

_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "accounts": "账户",
        "breaks": "余额断点",
        "continuity": "余额连续性",
        "checked": "已核对",
        "unchecked": "未核对",
        "gaps": "期间空档",
        "mirrors": "双边记录",
        "mismatches": "不一致",
        "disagreements": "不一致",
        "promised": "应反馈",
        "delivered": "已交付",
        "missing": "缺少",
        "undelivered": "未交付账户",
        "overlaps": "重叠",
        "reordered": "同秒重排",
        "opening": "期初",
        "closing": "期末",
        "first_on": "最早日期",
        "last_on": "最晚日期",
        "from_on": "起",
        "to_on": "止",
        "days": "天数",
        "rows": "行数",
        "count": "数量",
        "sources": "数据源",
        "state": "状态",
        "reason": "原因",
        "file": "文件",
        "row": "行",
        "sheet": "工作表",
        "source": "来源",
        "expected_fen": "应为",
        "found_fen": "实为",
        "difference_fen": "差额",
        "seen": "出现",
        "name": "名称",
        "value": "内容",
    }
)


@dataclass(frozen=True, slots=True)
class Section:
    """One flat table; cells are text, ready to read."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def label_of(name: str) -> str:
    """The Chinese term of an identifier: a known one, a column's, or the identifier itself."""
    if name in _LABELS:
        return _LABELS[name]
    for definition in tables().values():
        if definition.name == name:
            return definition.label
        for column in definition.columns:
            if column.name == name:
                return column.label
    return name


def sections_of(answer: Mapping[str, object], title: str = "概要") -> list[Section]:
    """Lay out *answer*: plain values first, then a section for each nested part, in order."""
    plain = [
        [_heading(name), shown(name, value)] for name, value in answer.items() if not _nested(value)
    ]
    found = [Section(title, ("项目", "内容"), plain)] if plain else []
    for name, value in answer.items():
        below = label_of(name) if title == "概要" else f"{title} · {label_of(name)}"
        if isinstance(value, Mapping) and value:
            found.extend(sections_of(value, below))
        elif isinstance(value, list) and value:
            found.append(_listed(below, value))
    return found


def shown(name: str, value: object) -> str:
    """One value as text; ``*_fen`` in yuan."""
    if value is None:
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return format_yuan(value) if name.endswith("_fen") else str(value)
    if isinstance(value, Mapping):
        return "；".join(f"{_heading(key)} {shown(key, each)}" for key, each in value.items())
    if isinstance(value, list):
        return "；".join(shown(name, each) for each in value) or "无"
    return str(value)


def _nested(value: object) -> bool:
    return isinstance(value, Mapping | list) and bool(value)


def _heading(name: str) -> str:
    unit = "（元）" if name.endswith("_fen") else ""
    return f"{label_of(name)}{unit}"


def _listed(title: str, values: list[object]) -> Section:
    if not all(isinstance(each, Mapping) for each in values):
        return Section(title, ("内容",), [[shown("", each)] for each in values])
    rows = [each for each in values if isinstance(each, Mapping)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[shown(name, row[name]) if name in row else "" for name in names] for row in rows]
    return Section(title, [_heading(name) for name in names], cells)
