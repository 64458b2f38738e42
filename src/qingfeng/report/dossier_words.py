"""What a dossier says in Chinese where detectors and imports use identifiers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from qingfeng.detectors.exclusions import reasons
from qingfeng.detectors.registry import detectors
from qingfeng.money import format_yuan
from qingfeng.report.dossier_evidence import CONTEXT, EXCLUDED
from qingfeng.schema import tables
from qingfeng.vocabulary import Labelled

LABELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "statistical feature": ("统计特征", "statistical feature"),
        "pointer": ("疑点指向", "pointer"),
        "not found": ("未发现", "not found"),
        "insufficient": ("材料不足", "insufficient"),
        "data needed": ("需补数据", "data needed"),
    }
)
"""What a machine may call a finding or a run. The sixth label, 已核实事实, is for people."""

ROLES: Mapping[str, str] = MappingProxyType(
    {"evidence": "证据", CONTEXT: "背景", "in": "转入", "out": "转出", EXCLUDED: "排除"}
)

_UNITS = {
    "fen": "元",
    "day": "天",
    "hour": "小时",
    "month": "个月",
    "percent": "%",
    "count": "个",
}
_GAPS = {"never filled": "均未填写", "no row delivered": "未交付"}
_GAP = re.compile(r"(?P<name>[a-z_]+(?:\.[a-z_]+)?) \((?P<why>[^)]*)\)")


def finding_number(number: int) -> str:
    """``疑点001``."""
    return f"疑点{number:03d}"


def label_in(words: type[Labelled], value: str | None) -> str:
    """The Chinese label of a code; the code itself if it is none of the list."""
    return {str(each.value): each.label for each in words}.get(value or "", value or "")


def title_of(said: Mapping[str, Any]) -> str:
    """What a finding's or a run's detector is called: ``公转私（company_to_person）``."""
    name = said["detector"]
    return f"{said['name_zh']}（{name}）" if said.get("name_zh") else name


def reason_of(code: str, detector: str) -> str:
    """Why rows were set aside; the code itself where no detector or library knows it."""
    known = detectors().get(detector)
    if known is not None and code in known.exclusions.own:
        return known.exclusions.own[code].zh
    shared = reasons().get(code)
    return shared.zh if shared is not None else code


def decided(run: Mapping[str, Any]) -> list[str]:
    """One line an entry of the local overlay that holds no longer, or not yet."""
    return [
        *(f"本地调整已过期、不再适用：{each}" for each in run.get("expired") or ()),
        *(f"本地调整尚未生效：{each}" for each in run.get("pending") or ()),
    ]


def gap_of(missing: str) -> str:
    """``agents.card (never filled)`` as ``代办人 卡号（均未填写）``; anything else as it is."""
    found = _GAP.fullmatch(missing)
    if found is None or found["why"] not in _GAPS:
        return missing
    name, _, column = found["name"].partition(".")
    definition = tables().get(name)
    if definition is None:
        return missing
    labels = {each.name: each.label for each in definition.columns}
    said = " ".join(filter(None, [definition.label, labels.get(column, column)]))
    return f"{said}（{_GAPS[found['why']]}）"


def measured(value: object, unit: str) -> tuple[object, str]:
    """A parameter's value and unit as people write them: fen become yuan."""
    if unit == "fen" and isinstance(value, int):
        return format_yuan(value), _UNITS[unit]
    return value, _UNITS.get(unit, unit)
