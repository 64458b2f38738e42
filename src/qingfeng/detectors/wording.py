"""Words of a finding: six labels, no accusation, one sentence with exact figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from qingfeng.errors import InvalidDefinition
from qingfeng.money import format_yuan

YUAN = "CNY"
_UNITS = {
    "zh": {YUAN: "元", "": "（币种不明）"},
    "en": {YUAN: " yuan", "": " of unknown currency"},
}

LABELS = (
    "verified fact",
    "statistical feature",
    "pointer",
    "not found",
    "insufficient",
    "data needed",
)
"""The only conclusions a machine may state."""

FIGURE = re.compile(r"\{(\w+)(?:\|(\w+))?\}")
"""``{name}`` or ``{name|yuan}``; yuan turns whole fen into yuan with two decimals."""

_ACCUSING = (
    "受贿|行贿|贪污|洗钱|犯罪|违法|违纪|嫌疑|涉嫌|白手套|实际控制|赃|诈骗|腐败"
    r"|\bbrib\w*|\blaunder\w*|\bcrim\w*|\bguilt\w*|\bcorrupt\w*|\bsuspect\w*|\bfraud\w*"
    r"|\bnominee\w*|\billegal\w*|\bactual control\w*"
)
_ACCUSING_FORM = re.compile(_ACCUSING, re.IGNORECASE)


def accusing_words(text: str) -> list[str]:
    """The words of *text* that only people may conclude; sorted, each once."""
    return sorted({each.group(0) for each in _ACCUSING_FORM.finditer(text)})


def sums_said(sums: Iterable[Mapping[str, Any]], language: str) -> str:
    """``55,000.00 USD、475,000.00元``: sums by currency (``currency``, ``amount_fen``)."""
    units = _UNITS[language]
    said = [
        format_yuan(each["amount_fen"]) + units.get(each["currency"], f" {each['currency']}")
        for each in sums
    ]
    return ("、" if language == "zh" else ", ").join(said)


def _shown(value: object, form: str | None, where: str) -> str:
    if form == "yuan":
        if not isinstance(value, int):
            raise InvalidDefinition(where, f"{value!r} is no amount in fen")
        return format_yuan(value)
    if form is not None:
        raise InvalidDefinition(where, f"no such form of a figure: {form}")
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


def sentence(template: str, figures: Mapping[str, object], where: str) -> str:
    """Fill *template*; raises InvalidDefinition if it names a figure that is not there."""

    def fill(found: re.Match[str]) -> str:
        name = found.group(1)
        if figures.get(name) is None:
            raise InvalidDefinition(where, f"explain names {name}, which the detector did not give")
        return _shown(figures[name], found.group(2), where)

    return FIGURE.sub(fill, template)
