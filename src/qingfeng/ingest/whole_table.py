"""What is decided for a whole table, although a large file is read in slices.

How a table writes its dates, its minus, its running number is one habit: the rows of a slice may
show none of it, or only half. Each slice notes the few facts that its decisions rest on and goes
by what they say so far. When all slices are in, the facts of the whole table are known, and a
slice that decided otherwise is read once more with them (see ``retaking``). Outside slices a
table knows all its facts itself, and nothing is noted.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, TypeVar

Key = tuple[Hashable, ...]


class Fact(Protocol):
    """What some rows of a table show, and what follows from it."""

    @property
    def answer(self) -> Hashable:
        """What is decided, if these are all rows."""

    def joined(self, below: Self) -> Self:
        """The fact of these rows and those *below* them."""


AnyFact = TypeVar("AnyFact", bound=Fact)


@dataclass(frozen=True, slots=True)
class Told:
    """What a slice is told: the facts of the *whole* table, and of the rows *above* the slice."""

    whole: Mapping[Key, Any]
    above: Mapping[Key, Any]


@dataclass(slots=True)
class Noted:
    """What one slice noted.

    *facts*: its own. *used*: the answers it went by; *leant_on*: the facts of the rows above that
    it went by, None without any.
    """

    facts: dict[Key, Any] = field(default_factory=dict)
    used: dict[Key, Hashable] = field(default_factory=dict)
    leant_on: dict[Key, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Slice:
    noted: Noted
    told: Told | None
    first: bool


_SLICE: ContextVar[_Slice | None] = ContextVar("slice", default=None)


@contextmanager
def reading_slice(told: Told | None, *, first: bool) -> Iterator[Noted]:
    """Read a slice: what its table decides meanwhile is noted. *first*: it begins the file."""
    noted = Noted()
    token = _SLICE.set(_Slice(noted, told, first))
    try:
        yield noted
    finally:
        _SLICE.reset(token)


def in_slice() -> bool:
    """Are the rows at hand a slice of their table?"""
    return _SLICE.get() is not None


def begins_table() -> bool:
    """Are the first rows at hand the first of their table?"""
    part = _SLICE.get()
    return part is None or part.first


def note(key: Key, fact: Fact) -> None:
    """Note a fact of a slice that decides nothing by it itself; others may."""
    part = _SLICE.get()
    if part is not None:
        part.noted.facts[key] = fact


def settled(key: Key, fact: AnyFact) -> AnyFact:
    """The fact of the whole table, as far as it is known; *fact* is that of the rows at hand."""
    part = _SLICE.get()
    if part is None:
        return fact
    part.noted.facts[key] = fact
    known: AnyFact = fact if part.told is None else part.told.whole.get(key, fact)
    part.noted.used[key] = known.answer
    return known


def above(key: Key) -> Any:  # noqa: ANN401 - the fact of that key
    """The fact of the rows above the slice, None without any."""
    part = _SLICE.get()
    if part is None:
        return None
    known = None if part.told is None else part.told.above.get(key)
    part.noted.leant_on[key] = known
    return known


def told(key: Key) -> tuple[Any, Any] | None:
    """What a slice is told under *key*, of the whole table and of the rows above it.

    None if it is told nothing. It does not go by it before it says so.
    """
    part = _SLICE.get()
    if part is None or part.told is None or key not in part.told.whole:
        return None
    return part.told.whole[key], part.told.above.get(key)


@dataclass(frozen=True, slots=True)
class Some:
    """Of some questions, whether any row says yes."""

    flags: tuple[bool, ...]

    @property
    def answer(self) -> Hashable:
        return self.flags

    def joined(self, below: Some) -> Some:
        pairs = zip(self.flags, below.flags, strict=True)
        return Some(tuple(one or other for one, other in pairs))


def shown(key: Key, *flags: bool) -> tuple[bool, ...]:
    """Of some questions, whether any row of the whole table says yes. *flags*: of those at hand."""
    return settled(key, Some(flags)).flags


@dataclass(frozen=True, slots=True)
class Last:
    """What the last row that says something says; for rows below that say nothing."""

    text: str | None

    @property
    def answer(self) -> None:
        """Nothing follows for the rows themselves."""

    def joined(self, below: Last) -> Last:
        return self if below.text is None else below


def last_above(key: Key) -> str:
    """What the rows above a slice say last; empty without any."""
    known: Last | None = above(key)
    return (known.text if known is not None else None) or ""
