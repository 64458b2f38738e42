"""Headers of two rows: what a lower cell is called under an upper one that no layout knows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from qingfeng.ingest.header_text import header_keys, join_levels, normalise_header
from qingfeng.ingest.labels import distinct_cells
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.matching import LayoutIndex, Match, use_of
from qingfeng.schema.tables import ColumnKind

_OWN_PARTY = frozenset(
    {"account", "card", "account_masked", "holder_name", "holder_id", "holder_phone", "bank"}
)
"""Fields of a booking that a lower cell alone may not fill: of whom it speaks is said above it."""

_OTHERS = re.compile("对方|对手|收款|付款|代办|代理|代领|经办|联系人|配偶|共有|担保|介绍|监护")
"""Upper cells that speak of another person than the row is about."""

_PARTY_KINDS = frozenset({ColumnKind.NAME, ColumnKind.NUMBER})


def match_levels(
    index: LayoutIndex, upper: Sequence[str], lower: Sequence[str], hints: tuple[str, ...]
) -> tuple[tuple[str, ...], Match, bool]:
    """Match two header rows: the joined headers, the match, and whether it would lose a column.

    A lower cell that is known by itself counts where its upper cell is not known, unless it may
    speak of another person. Where it cannot count, and nothing else fills its field, the match
    loses it.
    """
    joined = join_levels(upper, lower)
    match = index.match(joined, hints)
    alone = _standing_alone(index, upper, lower, joined)
    if alone and goes_down(upper, lower, index):
        named = tuple(lower[i].strip() if i in alone else text for i, text in enumerate(joined))
        other = index.match(named, hints)
        if other.layout is not None and (
            match.layout is None or len(other.columns) > len(match.columns)
        ):
            unsure = set(_unsure(other, other.layout, alone, upper))
            if not unsure:
                joined, match = named, other
            elif match.layout is None or unsure - match.columns.keys():
                return joined, match, True
    return joined, match, _loses(match, upper, lower, joined)


def goes_down(upper: Sequence[str], lower: Sequence[str], index: LayoutIndex) -> bool:
    """Does a known name stand for both rows, as one cell merged over them does?

    Then it is in both, or there is nothing below it: rows above a header do not look so.
    """
    whole = (
        above
        for above, below in zip(upper, lower, strict=True)
        if above.strip() and (not below.strip() or below == above)
    )
    return any(index.knows(text) for text in whole)


def levels_unknown(upper: Sequence[str], joined: Sequence[str]) -> Match:
    """No match, for what the upper row says is not known."""
    said = "|".join(distinct_cells(upper))
    reason = f"two header rows, and what the upper one says is not known: {said}"
    return Match(None, {}, tuple(name for name in joined if name.strip()), (), 0.0, (reason,))


def _standing_alone(
    index: LayoutIndex, upper: Sequence[str], lower: Sequence[str], joined: Sequence[str]
) -> frozenset[int]:
    """Places of lower cells that some layout knows, each but once, under cells none knows."""
    names = Counter(
        normalise_header(below if below.strip() else above)
        for above, below in zip(upper, lower, strict=True)
    )
    return frozenset(
        i
        for i in _two_levels(upper, lower)
        if names[normalise_header(lower[i])] == 1
        and not index.knows(joined[i])
        and not index.knows(upper[i])
        and index.knows(lower[i])
    )


def _two_levels(upper: Sequence[str], lower: Sequence[str]) -> Iterator[int]:
    for i, (above, below) in enumerate(zip(upper, lower, strict=True)):
        both = above.strip() and below.strip()
        if both and normalise_header(above) != normalise_header(below):
            yield i


def _unsure(
    match: Match, layout: Layout, alone: frozenset[int], upper: Sequence[str]
) -> Iterator[str]:
    """Fields that a lower cell alone fills, although it may speak of another person."""
    for field, ref in match.columns.items():
        if ref.index not in alone:
            continue
        party = layout.kinds.get(field) in _PARTY_KINDS
        booking = layout.table == "transfers" and field.partition(".")[0] in _OWN_PARTY
        if booking or (party and _OTHERS.search(upper[ref.index])):
            yield field


def _loses(match: Match, upper: Sequence[str], lower: Sequence[str], joined: Sequence[str]) -> bool:
    """Is a lower cell that the layout knows by itself not taken, and its field empty?"""
    layout = match.layout
    if layout is None:
        return False
    taken = {ref.index for ref in match.columns.values()}
    filled = {field.partition(".")[0] for field in match.columns}
    for i in _two_levels(upper, lower):
        if i in taken or use_of(layout, header_keys(joined[i])) is not None:
            continue
        use = use_of(layout, header_keys(lower[i].strip()))
        if use is not None and use[0] and use[0].partition(".")[0] not in filled:
            return True
    return False
