"""Headers that no layout spells, read by their roots: 惠农卡号 ends like an account.

Only layouts with ``roots`` are read so, and only where one column alone can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from qingfeng.ingest.header_text import MONEY_UNITS, header_keys, measure_fits
from qingfeng.ingest.header_uses import Named, use_of
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.settled_columns import ColumnRef
from qingfeng.schema.tables import ColumnKind

_SUM = re.compile("(?:合计|总计|小计|总额|总金额|总数)(?:金额|补贴|元)*$|^总")
_NAME = re.compile("(?:姓名|名称|户名|名)")
_NUMBER = re.compile("(?:公民|居民|有效)?(?:身份证?|证)件?(?:号码?|18位)*")
_PERSON = ("beneficiary_name", "beneficiary_id")
_LEAST_BESIDE_SUM = 2
_BRACKETS = re.compile("[(（][^)）]*[)）]")
_REPEATED = re.compile(r"__\d+$")
"""A header that stands over several columns: the row is the upper one of two."""


@lru_cache(maxsize=512)
def _form(root: str) -> re.Pattern[str]:
    return re.compile(root)


@lru_cache(maxsize=16_384)
def _rank(roots: tuple[str, ...], header: str, kind: ColumnKind | None) -> int | None:
    """The number of the first of *roots* that a header has; None if it has none."""
    for key, measure in header_keys(header):
        if measure is not None and not measure_fits(measure, kind):
            continue
        for rank, root in enumerate(roots):
            if _form(root).search(key):
                return rank
    return None


def root_of(layout: Layout, header: str) -> tuple[str, int] | None:
    """The field whose root a header has, and which of the roots of the field; else None.

    A cell below another one, whose person may be somebody else's, has none.
    """
    if "/" in _BRACKETS.sub("", header):
        return None
    for field, roots in layout.roots.items():
        rank = _rank(roots, header, layout.kinds.get(field))
        if rank is not None:
            return field, rank
    return None


def is_alike(layout: Layout, headers: Sequence[str]) -> bool:
    """Does a header speak of what a table of *layout* is about, and none of what none is about?"""
    told = "\n".join(headers)
    alike = not layout.alike or any(word in told for word in layout.alike)
    return alike and not any(word in told for word in layout.unlike)


def columns_by_roots(
    layout: Layout, named: Named, taken: Mapping[str, ColumnRef]
) -> dict[str, ColumnRef]:
    """The columns that roots name, beside those *taken*; a sum may stand in for one of them."""
    used = {ref.index for ref in taken.values()}
    texts = {index: text for index, text, keys in named if index not in used}
    texts = {
        index: text
        for index, text in texts.items()
        if (use := use_of(layout, header_keys(text))) is None or use[0]
    }
    known = {field: (ref.index, ref.header) for field, ref in taken.items()}
    units = {
        index: next((unit for _, unit in header_keys(text) if unit in MONEY_UNITS), None)
        for index, text in texts.items()
    }
    return {
        field: ColumnRef(index, texts[index], units[index])
        for field, index in by_roots(layout, texts, known).items()
    }


def by_roots(
    layout: Layout, headers: Mapping[int, str], known: Mapping[str, tuple[int, str]]
) -> dict[str, int]:
    """Field to the column that its root names.

    *headers*: the columns for which *layout* has no use; *known*: what it has taken, by field.
    A sum goes before the parts beside it. A number is that of the person whose name is taken:
    of several names and numbers only those of one role are put together.
    """
    rooted: dict[str, dict[int, int]] = {}
    if any(_REPEATED.search(text) for text in (*headers.values(), *(h for _, h in known.values()))):
        return {}
    for index, text in headers.items():
        if found := root_of(layout, text):
            rooted.setdefault(found[0], {})[index] = found[1]
    taken = {}
    for field, ranks in rooted.items():
        if field in known:
            continue
        chosen = _only(ranks)
        if chosen is None and layout.kinds.get(field) is ColumnKind.FEN:
            chosen = _sum_of(ranks, headers)
        if chosen is not None:
            taken[field] = chosen
    money = rooted.get("amount_fen", {})
    if "amount_fen" in known and not _SUM.search(_name_of(known["amount_fen"][1])):
        total = _sum_of(money, headers)
        if total is not None and len(money) >= _LEAST_BESIDE_SUM:
            taken["amount_fen"] = total
    return _of_one_person(taken, rooted, headers, known)


def _only(ranks: Mapping[int, int]) -> int | None:
    """The one column of the best root that any has; None if several have it."""
    best = min(ranks.values())
    first = [index for index, rank in ranks.items() if rank == best]
    return first[0] if len(first) == 1 else None


def _sum_of(ranks: Mapping[int, int], headers: Mapping[int, str]) -> int | None:
    sums = [index for index in ranks if _SUM.search(_name_of(headers[index]))]
    return sums[0] if len(sums) == 1 else None


def _name_of(header: str) -> str:
    keys = header_keys(header)
    return keys[-1][0] if keys else ""


def _of_one_person(
    taken: dict[str, int],
    rooted: Mapping[str, Mapping[int, int]],
    headers: Mapping[int, str],
    known: Mapping[str, tuple[int, str]],
) -> dict[str, int]:
    """*taken* without a number that may be that of another person than the name is."""
    name, number = _PERSON
    names = len(rooted.get(name, {})) + (name in known)
    numbers = rooted.get(number, {})
    if number in known or not numbers or (names < 2 and len(numbers) < 2):
        return taken
    said = known[name][1] if name in known else headers[taken[name]] if name in taken else ""
    role = _role(said, _NAME)
    fitting = [i for i in numbers if _role(headers[i], _NUMBER) in {role, ""}]
    rest = {field: index for field, index in taken.items() if field != number}
    return {**rest, number: fitting[0]} if len(fitting) == 1 and said else rest


def _role(header: str, ending: re.Pattern[str]) -> str:
    """Of whom a header speaks: 户主 of 户主姓名 and of 户主身份证号."""
    return ending.sub("", _name_of(header))


def said_of_roots(
    layout: Layout, columns: Mapping[str, tuple[str, bool]], ignored: Sequence[str]
) -> Iterator[str]:
    """What was read by roots, and what has the root of a field and is not taken.

    *columns*: field to its header and whether *layout* spells it.
    """
    for field, (header, spelled) in columns.items():
        if not spelled and field in layout.roots:
            yield f"{header} is no known spelling: read as {field} by its root"
    for header in ignored:
        found = root_of(layout, header)
        if found is None:
            continue
        taken = columns.get(found[0])
        beside = f"{taken[0]} is taken for that" if taken else "whether it is cannot be told"
        yield f"{header} looks like {found[0]} and is not taken: {beside}"
