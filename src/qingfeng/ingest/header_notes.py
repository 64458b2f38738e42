"""What stands around the name in a header cell: its number in a form, a unit, a translation.

``3.交易金额（人民币：万元）``, ``*交易时间(YYYYMMDD)``, ``借方 Debit``, ``发生额RMB``: the name is
what remains. Nothing that may say another thing is taken off: ``贷方发生额（收入）`` stays whole.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MONEY_UNITS = ("元", "百元", "千元", "万元", "百万元", "千万元", "亿元", "分")
"""Units of a money column; a fen is 分, everything else a multiple of the yuan."""

MEASURES = {
    "元": "元",
    "人民币": "元",
    "人民币元": "元",
    "元人民币": "元",
    "rmb": "元",
    "cny": "元",
    "¥": "元",
    "百元": "百元",
    "千元": "千元",
    "人民币千元": "千元",
    "千元人民币": "千元",
    "百万元": "百万元",
    "千万元": "千万元",
    "万元": "万元",
    "万元人民币": "万元",
    "人民币万元": "万元",
    "万": "万元",
    "亿元": "亿元",
    "亿": "亿元",
    "分": "分",
    "平方米": "平方米",
    "m2": "平方米",
    "亩": "亩",
    "公顷": "公顷",
    "秒": "秒",
    "秒钟": "秒",
    "s": "秒",
    "分钟": "分钟",
    "min": "分钟",
    "%": "%",
    "百分比": "%",
}
"""Words of a unit to the unit, letters folded."""

_YUAN = frozenset({"人民币", "rmb", "cny", "¥"})
"""Words that name the currency and leave room for a multiple beside them."""

MANY = re.compile(r"百万|千万|[百千万亿]")
FOREIGN = re.compile(
    r"(?:美|港|欧|日|澳|澳大利亚|加|加拿大|新加坡|新西兰|澳门|韩|台|新台)[元币圆]"
    r"|美金|英镑|泰铢|卢布|瑞士法郎|林吉特"
    r"|USD|HKD|EUR|JPY|GBP|AUD|CAD|SGD|CHF|MOP|TWD|KRW|THB|NZD|RUB",
    re.IGNORECASE,
)
"""A currency that is not the yuan."""

_BRACKETED = re.compile(r"\s*[(\[【<]([^()\[\]【】<>]{1,24})[)\]】>]$")
_BEHIND = re.compile(r"(?:\s+|[/_:,])([^\s/_:,()]{1,6})$")
_GLUED = re.compile(
    rf"(?<=[\u3400-\u9fffA-Za-z)])((?:人民币)?(?:百万元|千万元|[百千万亿]元)|RMB|CNY|人民币元?|{FOREIGN.pattern}|元)$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[,;、:/\s]+")
_NUMBERED = re.compile(r"^\s*(?:[(]\d{1,2}[)][.、:]?|\d{1,2}[.、:)]|[①-⑳])\s*(?=\D)")
_TRANSLATED = re.compile(
    r"(?<=[\u3400-\u9fff)])(?:\s+|\s*/\s*)([A-Za-z][A-Za-z .,'’&/()-]*)$"
    r"|(?<=[\u3400-\u9fff])\s*[(\[]\s*([A-Za-z][A-Za-z .,'’&/-]*)[)\]]$"
)
_SHORT_TRANSLATIONS = frozenset({"d/c", "dr", "cr", "dr.", "cr.", "dr/cr", "no", "no."})
_FORM = re.compile(
    r"(?:非?必填项?|选填|可空|可选|原币|保留.{0,4}小数|精确到.{0,3}|格式.*|年|月|日|时|分|秒|时分秒|年月日"
    r"|[YyMDdHhmSs年月日时分秒-]{4,}|HH|hh|mm|MM|ss|SS|YY|DD|dd)"
)
"""Notes on how the cells of a column are to be filled in."""

_SIDES = re.compile(r"(?:\d[-=]?)?([借贷收付进出支DC])方?(?:[-=]?\d)?")
"""The words of a column of directions; one of them alone says of which side the column is."""


_LONGEST = 80
_PLAIN = re.compile(r"[\u3400-\u9fff]+")
_COIN_ENDS = frozenset("元币圆金镑铢布郎特")
"""Last letters of what may stand glued to a name: 发生额人民币, 交易金额美元."""


@dataclass(frozen=True, slots=True)
class Named:
    """A header cell without what stands around its name.

    *measure*: a unit of ``MEASURES``; *currency*: a foreign one, as it is written.
    """

    name: str
    measure: str | None = None
    currency: str | None = None


@lru_cache(maxsize=65_536)
def without_notes(header: str) -> Named:
    """Take number, unit, currency, format and translation off a header, and say the unit."""
    text = unicodedata.normalize("NFKC", header).strip().lstrip("*").strip()
    if len(text) > _LONGEST or (_PLAIN.fullmatch(text) and text[-1] not in _COIN_ENDS):
        return Named("".join(text.split()))
    text = _NUMBERED.sub("", text)
    measure = currency = None
    while True:
        taken = _taken_off(text)
        if taken is None or (taken.measure and measure) or (taken.currency and currency):
            return Named("".join(text.split()), measure, currency)
        text = taken.name
        measure, currency = measure or taken.measure, currency or taken.currency


def currency_of(header: str) -> str | None:
    """Return the foreign currency that a header, or its upper cell, names for its amounts."""
    parts = [header, *reversed(header.rsplit("/", 1))]
    return next((found for each in parts if (found := without_notes(each).currency)), None)


def _taken_off(text: str) -> Named | None:
    """The text without its last note; None if nothing more is to be taken off."""
    if found := _BRACKETED.search(text):
        note = _note(found.group(1))
        if note is not None and text[: found.start()]:
            return Named(text[: found.start()], *note)
    if (found := _BEHIND.search(text)) and text[: found.start()]:
        note = _unit(found.group(1))
        if note is not None:
            return Named(text[: found.start()], *note)
    if (found := _TRANSLATED.search(text)) and _is_translation(found.group(1) or found.group(2)):
        return Named(text[: found.start()].rstrip())
    if (found := _GLUED.search(text)) and text[: found.start()].strip():
        note = _unit(found.group(1))
        if note is not None:
            return Named(text[: found.start()], *note)
    return None


def _is_translation(latin: str) -> bool:
    letters = sum(1 for mark in latin if mark.isalpha())
    return letters >= 3 or latin.strip().casefold() in _SHORT_TRANSLATIONS


def _note(text: str) -> tuple[str | None, str | None] | None:
    """Unit and currency of what stands in brackets; None if it may say another thing."""
    parts = [part for part in _BETWEEN.split(text) if part and part not in {"单位", "币种"}]
    parts = [part.removeprefix("单位") for part in parts]
    units = [unit for part in parts if (unit := _unit(part)) is not None]
    others = [part for part in parts if _unit(part) is None]
    if len(units) == len(parts) == 1:
        return units[0]
    sides = {found.group(1) for part in others if (found := _SIDES.fullmatch(part))}
    forms = [part for part in others if not _SIDES.fullmatch(part)]
    if len(sides) == 1 or not all(_FORM.fullmatch(part) for part in forms):
        return None
    if len(parts) == 1 and len(parts[0]) < 2:
        return None
    if not units:
        return (None, None) if others else None
    yuan = any(part.casefold() in _YUAN for part in parts)
    coins = {coin for _, coin in units if coin}
    multiples = {unit[0] for part in parts if not _is_coin(part) and (unit := _unit(part))}
    said = multiples or {unit for unit, _ in units}
    if len(coins) > 1 or len(said) > 1 or (coins and yuan):
        return None
    return said.pop(), next(iter(coins), None)


def _is_coin(part: str) -> bool:
    """Does a word name only the currency, and leave room for a multiple beside it?"""
    return part.casefold() in _YUAN or FOREIGN.fullmatch(part) is not None


def _unit(text: str) -> tuple[str, str | None] | None:
    """Unit and foreign currency of one word: 万元, 人民币, 万美元, USD."""
    measure = MEASURES.get(text.casefold())
    if measure is not None:
        return measure, None
    many = MANY.match(text)
    coin = text[many.end() :] if many else text
    if FOREIGN.fullmatch(coin):
        return f"{many.group() if many else ''}元", coin
    return None
