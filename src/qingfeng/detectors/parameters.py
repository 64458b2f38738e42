"""Dated parameters: what value holds on which day, and who changed it.

A parameter *applies* to the ``run`` (its value on the as-of day holds for all rows) or to each
``booking`` (the value in force on the day of the booking holds; SQL joins
``parameter_values``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qingfeng.errors import InvalidDefinition, UsageError

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class DatedValue:
    """*value* holds from *start* to *end*, both days included; None is open."""

    start: date | None
    end: date | None
    value: int
    source: str

    @property
    def first(self) -> date:
        return self.start or FIRST_DAY

    @property
    def last(self) -> date:
        return self.end or LAST_DAY


@dataclass(frozen=True, slots=True)
class Parameter:
    """A visible threshold. *low* and *high* bound it, both inclusive."""

    name: str
    kind: str
    unit: str
    low: int
    high: int
    applies: str
    values: tuple[DatedValue, ...]

    def check(self, where: str) -> None:
        """Raise InvalidDefinition unless the periods are in order, apart and in bounds."""
        for value in self.values:
            if value.first > value.last:
                raise InvalidDefinition(where, f"{self.name}: {value.first} is after {value.last}")
        for earlier, later in zip(self.values, self.values[1:], strict=False):
            if earlier.last >= later.first:
                raise InvalidDefinition(where, f"{self.name}: two values on {later.first}")

    def on(self, day: date) -> DatedValue | None:
        """The value in force on *day*, or None if the law or custom had none."""
        for value in self.values:
            if value.first <= day <= value.last:
                return value
        return None

    def overridden(self, value: int, source: str) -> Parameter:
        """The same parameter with *value* at all times. Raises UsageError out of bounds."""
        if not self.low <= value <= self.high:
            raise UsageError(
                f"{self.name}={value} is outside {self.low}..{self.high} ({self.unit})."
            )
        return replace(self, values=(DatedValue(None, None, value, source),))

    def overlaid(self, change: DatedValue) -> Parameter:
        """The same parameter with *change* laid over its own dates. Raises as above."""
        self.overridden(change.value, change.source)
        kept: list[DatedValue] = [change]
        day = timedelta(days=1)
        for value in self.values:
            if value.first < change.first:
                kept.append(replace(value, end=min(value.last, change.first - day)))
            if value.last > change.last:
                kept.append(replace(value, start=max(value.first, change.last + day)))
        return replace(self, values=tuple(sorted(kept, key=lambda each: each.first)))


def read_overrides(
    texts: Iterable[str], known: Mapping[str, Mapping[str, Parameter]]
) -> dict[str, dict[str, int]]:
    """``detector.param=value`` texts, typed and bounded.

    *known*: detector -> its parameters. Raises UsageError on a wrong form, an unknown name, a
    value that is no whole number, or one out of bounds.
    """
    found: dict[str, dict[str, int]] = {}
    for text in texts:
        name, equals, written = text.partition("=")
        detector, dot, param = name.strip().partition(".")
        if not equals or not dot:
            raise UsageError(f"{text!r} is not of the form detector.param=value.")
        if detector not in known:
            raise UsageError(f"No detector {detector!r}; there are {', '.join(sorted(known))}.")
        if param not in known[detector]:
            raise UsageError(
                f"{detector} has no parameter {param!r}; it has {', '.join(known[detector])}."
            )
        try:
            value = int(written.strip().replace("_", ""))
        except ValueError:
            raise UsageError(f"{name}={written!r}: a whole number is needed.") from None
        known[detector][param].overridden(value, "override")
        found.setdefault(detector, {})[param] = value
    return found
