"""Month and village of a roster, as its title, its sheet or its file names them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_YEAR = r"(?P<year>(?:19|20)\d{2})"
_MONTH = r"(?P<month>1[0-2]|0?[1-9])"
_SPANS = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}\s*年?\s*(?P<span>第?[一二三四1-4]季度|[上下]半年)",
        rf"{_YEAR}\s*年?\s*(?P<span>\d{{1,2}}\s*月?\s*[-—~～至到]\s*\d{{1,2}})\s*月",
        rf"(?<!\d){_YEAR}\s*年\s*{_MONTH}\s*月(?!\s*\d+\s*日)",
        rf"(?<!\d){_YEAR}\s*[-./_]\s*{_MONTH}(?![-./]?\d)(?!\s*月\s*\d)",
        r"(?<!\d)(?P<year>20\d{2})(?P<month>0[1-9]|1[0-2])(?!\d)",
        r"(?P<span>第?[一二三四1-4]季度|[上下]半年|\d{1,2}\s*月?\s*[-—~～至到]\s*\d{1,2}\s*月)",
        r"(?<![\d年])(?P<month>1[0-2]|0?[1-9])\s*月(?!\s*\d+\s*日)",
        r"(?P<span>第[一二三四五六七八九十\d]{1,3}批)",
    )
)
"""What names a time shorter than a year; the first form that occurs counts."""

_YEAR_ALONE = re.compile(rf"(?<!\d){_YEAR}\s*(?:年度?|(?!\d))")
_BATCH = re.compile(r"第[一二三四五六七八九十\d]{1,3}批")
_ONLY_MONTH = re.compile(rf"\s*{_YEAR}\s*[-年./]\s*{_MONTH}\s*(?:月份?)?\s*")
_VILLAGE = re.compile(
    r"(?:^|[镇乡县区市街道_\-\s（(0-9])([一-鿿]{1,6}?(?:村|社区|屯|嘎查)"
    r"(?:[一二三四五六七八九十\d]{1,3}(?:组|队))?)(?![镇庄级民集])"
)
_ABOVE = re.compile(r"[一-鿿]+?(?:镇|乡|街道|县|(?<!社)区|市)(?=[一-鿿]{1,6}?(?:村|社区))")
_TIMES = re.compile(
    r"(?:(?:19|20)\d{2}\s*(?:年度?|(?!\d)))(?:[春夏秋冬]季度?)?"
    r"|(?:\d{1,2}|十?[一二三四五六七八九十])\s*月(?:份|底|初|\s*\d{1,2}\s*[日号])?(?!山)"
    r"|第?[一二三四1-4]季度?|[上下]半年|[至和到、]+(?=\d{1,2}\s*月)"
)
"""Times, which are no part of the name of a village behind them."""

_SEVERAL = re.compile(r"(?:村|社区)[和与及、,，]")
_LONGEST_NAME = 200
_NO_VILLAGE = re.compile(r"(?:农|全|各|本|乡|行政|自然|驻|分)村|各社区|本社区")


def span_in(text: str) -> str | None:
    """The month, quarter or other part of a year that *text* names, ``2024年1月``; else None.

    Two different ones name nothing.
    """
    for form in _SPANS:
        found = {_spoken(each.groupdict()) for each in form.finditer(text)}
        if found:
            batch = _BATCH.search(text)
            said = found.pop() if len(found) == 1 else None
            return f"{said}{batch.group()}" if said and batch and said != batch.group() else said
    return None


def period_in(names: Sequence[str]) -> str | None:
    """The time that names say, the first before the others; a year beside a month completes it."""
    spans = [span_in(name) for name in names]
    years = [{each["year"] for each in _YEAR_ALONE.finditer(name)} for name in names]
    year = next((f"{each.pop()}年" for each in years if len(each) == 1), "")
    for span in spans:
        if span is not None:
            return span if span[:4].isdigit() else year + span
    return year or None


def month_alone(cells: Sequence[str]) -> str | None:
    """The month that stands alone in a cell: ``2024-06``."""
    for cell in cells:
        if found := _ONLY_MONTH.fullmatch(cell):
            return _spoken(found.groupdict())
    return None


def village_in(name: str) -> str | None:
    """The one village, or community, that the name of a sheet or file gives; else None."""
    if len(name) > _LONGEST_NAME or _SEVERAL.search(name):
        return None
    found = set(_VILLAGE.findall(_ABOVE.sub("", _TIMES.sub(" ", name))))
    found = {each for each in found if not _NO_VILLAGE.search(each)}
    return found.pop() if len(found) == 1 else None


def _spoken(parts: dict[str, str | None]) -> str:
    year = f"{parts['year']}年" if parts.get("year") else ""
    if span := parts.get("span"):
        span = re.sub(r"\s", "", span)
        return year + (span if re.search(r"[季年批月]", span[-2:]) else f"{span}月")
    return f"{year}{int(parts['month'] or 0)}月"
