"""The text of one header cell: its comparable form, its unit, its number among equals.

Two spellings of one header are equal when their normalised forms are: blanks, line breaks,
zero-width characters, letter case, full-width forms and punctuation do not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from qingfeng.ingest.header_groups import group_keys
from qingfeng.ingest.header_letters import one_letter
from qingfeng.ingest.header_notes import FOREIGN, MANY, MEASURES, MONEY_UNITS, without_notes
from qingfeng.schema.tables import ColumnKind

__all__ = [
    "MONEY_UNITS",
    "header_keys",
    "is_unit_unsettled",
    "join_levels",
    "measure_fits",
    "measure_of",
    "normalise_header",
    "number_repeats",
    "preamble_currency",
    "preamble_unit",
    "row_units",
    "split_measure",
]

_PUNCTUATION = frozenset("_:/\\|()【】[]<>《》,.;\"'*-、。“”‘’「」『』〔〕—–?!+")
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})

_PREAMBLE_UNITS = re.compile(
    r"单位:?\s*[(\[【<]?\s*(?P<said>[^\s:;。()\[\]【】<>]{1,24})"
    r"|(?:金额|币值|资金|余额)(?:单位)?:\s*(?P<amounts>[^\s:;。()\[\]【】<>]{1,24})"
    r"|^[(\[【<]\s*(?P<alone>[^\s:;()\[\]【】<>]{1,12})\s*[)\]】>]$"
)
_OF_UNITS = ("单位", "金额", "币值", "资金", "余额")
_OPENING = frozenset("([【<")
_BETWEEN_UNITS = re.compile(r"[、,./和及]")


@lru_cache(maxsize=65_536)
def normalise_header(text: str) -> str:
    r"""Return the comparable form of a header; ``""`` for blanks and bare punctuation.

    Idempotent. NFKC, casefold, then every blank, control, zero-width and punctuation mark of
    the catalogue (``_:/\|()【】[]<>《》,.;"'*-`` and their kin) is dropped. 帐 and 账, 號 and 号
    are one letter.
    """
    while True:
        folded = one_letter(unicodedata.normalize("NFKC", text).casefold())
        kept = "".join(
            mark
            for mark in folded
            if mark not in _PUNCTUATION and unicodedata.category(mark) not in _INVISIBLE
        )
        if kept == text:
            return kept
        text = kept


def _compact(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def split_measure(text: str) -> tuple[str, str | None]:
    """Split ``金额（万元）`` into ``金额`` and ``万元``; the measure is None if there is none."""
    named = without_notes(text)
    return named.name, named.measure


def preamble_unit(text: str) -> str | None:
    """Return the money unit of a line such as ``单位：万元``, ``（万元）``, ``单位：亩、元``."""
    measure = _preamble_measure(text)
    return measure[0] if measure else None


def preamble_currency(text: str) -> str | None:
    """Return the foreign currency of a line such as ``单位：美元`` or ``单位：万美元``."""
    measure = _preamble_measure(text)
    return measure[1] if measure else None


def is_unit_unsettled(text: str) -> bool:
    """True for a line that names two money units (``单位：元/万元``), or one not known (角)."""
    found = _money_measures(text)
    return len(found) > 1 or None in found


def _preamble_measure(text: str) -> tuple[str, str | None] | None:
    """Unit and foreign currency of a line that names one money unit."""
    found = _money_measures(text)
    return next(iter(found)) if len(found) == 1 else None


@lru_cache(maxsize=4_096)
def _money_measures(text: str) -> frozenset[tuple[str, str | None] | None]:
    """The units a line names, each with its foreign currency; None for one that is not known."""
    folded = unicodedata.normalize("NFKC", text).strip()
    if folded[:1] not in _OPENING and not any(word in folded for word in _OF_UNITS):
        return frozenset()
    items = [
        item.strip()
        for found in _PREAMBLE_UNITS.finditer(folded)
        for item in _BETWEEN_UNITS.split(next(filter(None, found.groups())))
    ]
    named = frozenset(_money_measure(item) for item in items)
    return named - {("", None)}


def _money_measure(said: str) -> tuple[str, str | None] | None:
    """One unit and its foreign currency; an empty unit for what is no money, None for 角."""
    if said in {"分", "角"}:
        return ("分", None) if said == "分" else None
    many = MANY.search(said)
    coin = MANY.sub("", said, count=1).replace("人民币", "")
    multiple = f"{many.group() if many else ''}元"
    if coin in {"", "元", "圆"} and said:
        return multiple, None
    return (multiple, coin) if FOREIGN.fullmatch(coin) else ("", None)


def row_units(row: Sequence[str]) -> Mapping[int, str]:
    """The units of a row that holds nothing else, by column: ``（万元）`` below 收入 and 余额."""
    found: dict[int, str] = {}
    for index, text in enumerate(row):
        compact = _compact(text).removeprefix("单位:")
        if not compact:
            continue
        bare = re.fullmatch(r"[(\[【<](?:单位:?)?(.{1,6})[)\]】>]", compact)
        measure = MEASURES.get((bare.group(1) if bare else compact).casefold())
        if measure is None:
            return {}
        found[index] = measure
    return {index: unit for index, unit in found.items() if unit in MONEY_UNITS}


def measure_fits(measure: str, kind: ColumnKind | None) -> bool:
    """Say whether a column of *kind* may carry *measure* behind its name."""
    if measure in {"秒", "分钟"} or (measure == "分" and kind is ColumnKind.INT):
        return kind is ColumnKind.INT
    if measure in MONEY_UNITS:
        return kind is ColumnKind.FEN
    return kind is ColumnKind.QUANTITY


def measure_of(header: str) -> str | None:
    """Return the measure behind the name of a header, or behind its upper cell."""
    return next((measure for _, measure in header_keys(header) if measure), None)


def number_repeats(headers: Iterable[str]) -> tuple[str, ...]:
    """Give later headers of equal normalised form a number: 网联/银联, 网联/银联__2.

    Empty headers stay empty.
    """
    seen: dict[str, int] = {}
    numbered = []
    for header in headers:
        text = header.strip()
        key = normalise_header(text)
        if key:
            seen[key] = seen.get(key, 0) + 1
        numbered.append(f"{text}__{seen[key]}" if key and seen[key] > 1 else text)
    return tuple(numbered)


def join_levels(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Join two header rows cell by cell: 发生额 over 收入 gives 发生额/收入."""
    joined = []
    for above, below in zip(upper, lower, strict=True):
        top, leaf = above.strip(), below.strip()
        same = normalise_header(top) == normalise_header(leaf)
        joined.append(top if not leaf or same else leaf if not top else f"{top}/{leaf}")
    return tuple(joined)


def header_keys(header: str) -> tuple[tuple[str, str | None], ...]:
    """Return the keys a header may be looked up by, best first, each with the header's measure.

    The whole header comes first, then its name alone (see ``header_notes``).

    A joined header is looked up whole, then as ``header_groups`` calls its lowest cell under
    those above. A measure of an upper cell is that of every lower cell without one of its own.
    """
    base, measure = split_measure(header)
    whole, name = normalise_header(header), normalise_header(base)
    keys: list[tuple[str, str | None]] = [(whole, measure)]
    if name != whole:
        keys.append((name, measure))
    keys += _numbered_keys(header)
    if "/" in header:
        *above, leaf = header.split("/")
        split = [split_measure(parent) for parent in above]
        parents = [normalise_header(parent) for parent, _ in split]
        leaf_base, leaf_measure = split_measure(leaf)
        measure = leaf_measure or next((said for _, said in reversed(split) if said), None)
        if measure:
            keys.append(("".join([*parents, normalise_header(leaf_base)]), measure))
        for name in dict.fromkeys([normalise_header(leaf), normalise_header(leaf_base)]):
            keys += [(key, measure) for key in group_keys(parents, name)]
    return tuple(dict.fromkeys((key, found) for key, found in keys if key))


def _numbered_keys(header: str) -> list[tuple[str, str | None]]:
    """The keys of a header that has a number among equals, ``网联/银联 Channel__2``."""
    text, mark, number = header.rpartition("__")
    if not mark or not number.isdigit():
        return []
    base, measure = split_measure(text)
    return [(f"{normalise_header(base)}{number}", measure)]
