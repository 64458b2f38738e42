"""Which layout fits a row of headers: by the set of names, never by position.

The score of a layout is 2·own / (headers + own fields), where *own* counts the headers met by
its own spellings: the share explained, weighed against the share of the layout that is there.
Spellings from a shared list add at most a tenth. Ties are settled by marks, hints, priority;
a tie of layouts that would read the same columns differently is no match. A bank's layout is
taken before a general one also where a mark is not there (see ``nearness``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from qingfeng.ingest.header_roots import columns_by_roots, is_alike
from qingfeng.ingest.header_text import (
    MONEY_UNITS,
    header_keys,
    normalise_header,
    number_repeats,
)
from qingfeng.ingest.header_uses import Named, use_of
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.nearness import Nearness, Shown, nearness, said_of_near, undecided
from qingfeng.ingest.settled_columns import ColumnRef, settle

__all__ = ["ColumnRef", "LayoutIndex", "Match", "index_of", "is_converted", "use_of"]

BORROWED_WEIGHT = 0.1
HINT_WEIGHT = 0.05

_COUNTERPARTY_SIDES = ("对手", "对方")
_SIDE = re.compile("用户侧|本方|我方|对手|对方")
_MARKS = ("one of its marks",)
_SPELLINGS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Match:
    """How one layout reads one row of headers; *reasons* say why it was taken, or not.

    *remarks*: what to say of a layout that was taken, or not, without all its marks.
    """

    layout: Layout | None
    columns: Mapping[str, ColumnRef]
    ignored: tuple[str, ...]
    missing: tuple[str, ...]
    score: float
    reasons: tuple[str, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Fit:
    layout: Layout
    columns: dict[str, ColumnRef]
    own: int
    borrowed: int
    lacking: tuple[tuple[str, ...], ...]
    rank: tuple[float, float, int]
    near: Nearness = Nearness.NONE


def is_converted(layout: Layout, columns: Mapping[str, ColumnRef]) -> bool:
    """Is the amount that *columns* take one converted to yuan?"""
    ref = columns.get("amount_fen")
    keys = header_keys(ref.header) if ref else ()
    return any(layout.keys.get(key, ("",))[0] == "amount_fen.converted" for key, _ in keys)


class LayoutIndex:
    """The layouts, ready to be asked about rows of headers. Answers are remembered."""

    def __init__(self, layouts: Sequence[Layout]) -> None:
        self.layouts = tuple(layouts)
        self._memo: dict[tuple[tuple[str, ...], tuple[str, ...]], Match] = {}
        self._users: dict[str, list[int]] = {}
        for number, layout in enumerate(self.layouts):
            for key in {*layout.keys, *layout.ignore_keys}:
                self._users.setdefault(key, []).append(number)
        self.hints = tuple(sorted({hint for layout in layouts for hint in layout.hints}))
        self.markers = frozenset(
            normalise_header(marker) for layout in layouts for marker in layout.blocks
        )
        self.spellings = self._spellings()
        self.banks = frozenset(filter(None, (each.constants.get("bank") for each in layouts)))
        self._rare = self._rare_keys()
        self._twice = frozenset(
            normalise_header(text.removesuffix("__2"))
            for layout in layouts
            for texts in layout.fields.values()
            for text in texts
            if text.endswith("__2")
        )

    def _spellings(self) -> frozenset[str]:
        """Header texts as they may stand in a cell, for the first coarse look at a grid."""
        found = set(self._users) | set(self.markers)
        for layout in self.layouts:
            for listed in (layout.fields, layout.borrowed):
                found.update(text for texts in listed.values() for text in texts)
            found.update(layout.ignore)
            found.update(layout.blocks)
        found.update([text.replace("账", "帐") for text in found if "账" in text])
        return frozenset(found)

    def _rare_keys(self) -> frozenset[str]:
        """Headers that the layouts of one bank alone have as their own."""
        owners: dict[str, set[str]] = {}
        for layout in self.layouts:
            own = [key for key, (_, _, is_own) in layout.keys.items() if is_own]
            for key in (*own, *layout.ignore_keys):
                owners.setdefault(key, set()).add(layout.constants.get("bank", layout.name))
        return frozenset(key for key, names in owners.items() if len(names) == 1)

    def knows(self, header: str) -> bool:
        """True if some layout has a use for a header of this text."""
        return any(key in self._users for key, _ in header_keys(header))

    def hints_in(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The hint words of any layout that stand in *texts* (path, sheet, preamble)."""
        joined = "\n".join(texts)
        return tuple(hint for hint in self.hints if hint in joined)

    def match(self, headers: Sequence[str], hints: tuple[str, ...] = ()) -> Match:
        """Return the best layout for *headers*, or a match without layout and the reasons."""
        key = (tuple(headers), hints)
        if key not in self._memo:
            self._memo[key] = self._match(self._sided(number_repeats(headers)), hints)
        return self._memo[key]

    def _sided(self, headers: tuple[str, ...]) -> tuple[str, ...]:
        """Number a name as the second one where it stands alone on the counterparty's side.

        网联/银联 is known once for each side: delivered once, it belongs to the side that the
        nearest name to its left speaks of.
        """
        keys = [normalise_header(text) for text in headers]
        alone = [i for i, key in enumerate(keys) if key in self._twice and f"{key}2" not in keys]
        found = list(headers)
        for place in alone:
            sides = (_SIDE.match(key) for key in reversed(keys[:place]))
            nearest = next(filter(None, sides), None)
            if nearest is not None and nearest.group() in _COUNTERPARTY_SIDES:
                found[place] = f"{headers[place]}__2"
        return tuple(found)

    def _match(self, headers: Sequence[str], hints: tuple[str, ...]) -> Match:
        named = [(index, text, header_keys(text)) for index, text in enumerate(headers) if text]
        named = [each for each in named if each[2]]
        votes = Counter(
            number
            for _, _, keys in named
            for number in {user for key, _ in keys for user in self._users.get(key, ())}
        )
        layouts = [self.layouts[number] for number in sorted(votes)]
        fits = [_fit(layout, named, hints, self._rare) for layout in layouts]
        usable = _in_order(each for each in fits if each is not None and not each.lacking)
        near, remarks = _nearest(fits, usable, named, hints)
        if near is not None:
            return _chosen(near, usable, named, hints, remarks)
        if not usable and not remarks:
            usable = _in_order(_fits_by_roots(layouts, named, hints, self._rare))
        texts = tuple(text for _, text, _ in named)
        if not usable:
            return Match(None, {}, texts, (), 0.0, (*remarks, *_why_none(fits)))
        best = usable[0]
        for rival in usable[1:]:
            if rival.rank == best.rank and not _same_reading(best, rival):
                names = f"{best.layout.name} and {rival.layout.name}"
                return Match(None, {}, texts, (), 0.0, (f"ambiguous: {names} fit alike",))
        return _chosen(best, usable[1:], named, hints, remarks)


@lru_cache(maxsize=8)
def index_of(layouts: tuple[Layout, ...]) -> LayoutIndex:
    """The index of a tuple of layouts, built once."""
    return LayoutIndex(layouts)


def _in_order(fits: Iterable[_Fit]) -> list[_Fit]:
    return sorted(fits, key=lambda each: (*(-part for part in each.rank), each.layout.name))


def _nearest(
    fits: Iterable[_Fit | None], usable: Sequence[_Fit], named: Named, hints: tuple[str, ...]
) -> tuple[_Fit | None, tuple[str, ...]]:
    """The bank's layout without all its marks that goes before the *usable* ones, and what to say.

    It goes before general layouts only. None where two banks' are equally near.
    """
    if usable and usable[0].layout.priority >= 0:
        return None, ()
    least = Nearness.SURE if usable else Nearness.ALONE
    near = _in_order(each for each in fits if each is not None and each.near >= least)
    if not near:
        return None, ()
    banks = {each.layout.constants.get("bank"): each for each in reversed(near)}
    alike = [each for each in banks.values() if each.rank[:2] == near[0].rank[:2]]
    if len(alike) > 1:
        return None, (undecided([each.layout for each in reversed(alike)]),)
    return near[0], (said_of_near(near[0].layout, _plain_keys(named), hints),)


def _plain_keys(named: Named) -> set[str]:
    return {key for _, _, keys in named for key, _ in keys}


def _fits_by_roots(
    layouts: Iterable[Layout], named: Named, hints: tuple[str, ...], rare: frozenset[str]
) -> Iterator[_Fit]:
    """The layouts that fit if what they require may be read by its root."""
    texts = [text for _, text, _ in named]
    for layout in layouts:
        if not layout.roots or not is_alike(layout, texts):
            continue
        fit = _fit(layout, named, hints, rare, by_root=True)
        if fit is not None and not fit.lacking:
            yield fit


def _fit(
    layout: Layout,
    named: Named,
    hints: tuple[str, ...],
    rare: frozenset[str],
    *,
    by_root: bool = False,
) -> _Fit | None:
    """Lay the layout over the headers; None if it excludes one of them or lacks its hint.

    *by_root*: fields read by their roots count for what the layout requires.
    """
    hinted = any(hint in hints for hint in layout.hints)
    plain = _plain_keys(named)
    if plain & layout.excludes or (layout.requires_hint and not hinted):
        return None
    laid = _lay(layout, named)
    rooted = columns_by_roots(layout, named, laid.columns) if layout.roots else {}
    if by_root:
        laid = replace(laid, columns={**laid.columns, **rooted})
    lacking = tuple(group for group in layout.requires if not any(map(laid.has, group)))
    met = sum(1 for mark in layout.marks if plain & mark)
    if by_root and not met:
        marked = {layout.keys[key][0] for mark in layout.marks for key in mark & {*layout.keys}}
        met = int(any(field in laid.columns for field in marked))
    near = Nearness.NONE
    if met < (len(layout.marks) if "bank" in layout.constants else min(1, len(layout.marks))):
        if "bank" in layout.constants and not lacking:
            whole = len(layout.fields) + len(layout.ignore)
            few = sum(1 for _, _, keys in named if _is_rare(layout, keys, rare))
            shown = Shown(whole, laid.own, few, len(named) - laid.own, met)
            near = nearness(layout, shown, hints)
        lacking = (*lacking, _MARKS)
    total = len(layout.fields) + laid.known
    share = 2 * laid.own / (len(named) + total) if laid.own > laid.known else 0.0
    score = share + BORROWED_WEIGHT * laid.borrowed / len(named) + HINT_WEIGHT * hinted
    marks = met / len(layout.marks) if layout.marks else 0.0
    rank = (round(score, 6), round(marks, 6), layout.priority)
    return _Fit(layout, {**laid.columns, **rooted}, laid.own, laid.borrowed, lacking, rank, near)


def _is_rare(layout: Layout, keys: Sequence[tuple[str, str | None]], rare: frozenset[str]) -> bool:
    use = use_of(layout, keys)
    return use is not None and use[2] and any(key in rare for key, _ in keys)


@dataclass(frozen=True, slots=True)
class _Laid:
    """A layout laid over headers; *own* counts the *known* ones that it ignores too."""

    columns: dict[str, ColumnRef]
    own: int
    known: int
    borrowed: int

    def has(self, field: str) -> bool:
        parts = (field, field.rpartition(".")[0], f"{field}.date")
        return any(each in self.columns for each in parts)


def _lay(layout: Layout, named: Named) -> _Laid:
    taken: dict[str, tuple[int, ColumnRef]] = {}
    own = known = borrowed = 0
    for index, text, keys in named:
        use = use_of(layout, keys)
        if use is None:
            continue
        field, rank, is_own, measure = use
        own, borrowed = own + is_own, borrowed + (not is_own)
        if not field:
            known += 1
        elif field not in taken or rank < taken[field][0]:
            unit = measure if measure in MONEY_UNITS else None
            taken[field] = (rank, ColumnRef(index, text, unit))
    columns = {field: ref for field, (_, ref) in taken.items()}
    settle(columns)
    for field, source in layout.same_as.items():
        if source in columns:
            columns.setdefault(field, columns[source])
    return _Laid(columns, own, known, borrowed)


def _same_reading(one: _Fit, other: _Fit) -> bool:
    return one.layout.table == other.layout.table and one.columns == other.columns


def _why_none(fits: Iterable[_Fit | None]) -> tuple[str, ...]:
    """Name the three layouts that came nearest and what each lacks.

    Layouts of which a mark is lacking are of another kind of file: they are named last.
    """
    near = [each for each in fits if each is not None and each.own + each.borrowed > 1]
    near.sort(
        key=lambda each: (
            _MARKS in each.lacking,
            len(each.lacking),
            -each.rank[0],
            each.layout.name,
        )
    )
    return tuple(f"{each.layout.name} lacks {_lacks(each)}" for each in near[:3]) or (
        "no layout knows two of these headers",
    )


def _lacks(fit: _Fit) -> str:
    """What a layout lacks, each with spellings that would do: booked_at (交易时间, 交易日期)."""
    said = []
    for group in fit.lacking:
        if group == _MARKS:
            said.append("one of its marks")
            continue
        layout = fit.layout
        known = [
            text
            for field in group
            for text in (*layout.fields.get(field, ()), *layout.borrowed.get(field, ()))[:2]
        ]
        spelled = f" ({', '.join(dict.fromkeys(known[:_SPELLINGS_SHOWN]))})" if known else ""
        said.append(f"{'|'.join(group)}{spelled}")
    return ", ".join(said)


def _chosen(
    best: _Fit,
    others: Sequence[_Fit],
    named: Named,
    hints: tuple[str, ...],
    remarks: tuple[str, ...],
) -> Match:
    used = {ref.index for ref in best.columns.values()}
    ignored = tuple(text for index, text, _ in named if index not in used)
    missing = tuple(
        field
        for field in best.layout.fields
        if field not in best.columns and field.rpartition(".")[0] not in best.columns
    )
    said = f"{best.own} of {len(named)} headers are its own, {best.borrowed} by shared spellings"
    reasons = [f"{best.layout.name}: {said}; score {best.rank[0]:.3f}"]
    reasons += [f"hint {hint!r}" for hint in best.layout.hints if hint in hints]
    reasons += [f"next {each.layout.name}: score {each.rank[0]:.3f}" for each in others[:1]]
    return Match(
        best.layout,
        MappingProxyType(best.columns),
        ignored,
        missing,
        best.rank[0],
        tuple(reasons),
        remarks,
    )
