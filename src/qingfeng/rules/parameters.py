"""Read the dated parameters, one YAML file a field of law.

A rule has a unit and one or more values; each value is in force from a day to a day, **both
included**, and cites its source. ``confirmed: false`` means: taken from secondary texts, not
yet compared with the gazette by a lawyer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import yaml

from qingfeng.errors import InvalidDefinition


class Unit(StrEnum):
    """What the whole number of a rule counts."""

    FEN = "fen"
    PERCENT_A_YEAR = "percent_a_year"
    MULTIPLE = "multiple"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value and the days it holds; *until* None: still in force."""

    value: int
    since: date
    until: date | None
    source: str
    confirmed: bool

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on *day*: ``since <= day <= until``."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Rule:
    """One parameter through time; *values* in order of time, never overlapping."""

    name: str
    label: str
    meaning: str
    unit: Unit
    values: tuple[DatedValue, ...]

    def on(self, day: date) -> DatedValue | None:
        """The value in force on *day*; None where none was: then say *not evaluable*."""
        return next((each for each in self.values if each.holds_on(day)), None)


def _value(where: str, raw: Mapping[str, Any]) -> DatedValue:
    value, since, until = raw["value"], raw["from"], raw["to"]
    if type(value) is not int:
        raise InvalidDefinition(where, f"value {value!r} is not a whole number")
    for day in (since, until):
        if day is not None and type(day) is not date:
            raise InvalidDefinition(where, f"{day!r} is not a date")
    if since is None or (until is not None and until < since):
        raise InvalidDefinition(where, f"in force from {since} to {until}: not a period")
    if not raw["source"].strip():
        raise InvalidDefinition(where, "a value cites no source")
    return DatedValue(value, since, until, raw["source"].strip(), raw["confirmed"] is True)


def read_rules(where: str, text: str) -> list[Rule]:
    """Read one definition file; *where* names it in errors. Raises InvalidDefinition."""
    found = []
    for name, raw in yaml.safe_load(text).items():
        place = f"{where}: {name}"
        try:
            values = tuple(_value(place, each) for each in raw["values"])
            found.append(Rule(name, raw["label"], raw["meaning"], Unit(raw["unit"]), values))
        except (KeyError, ValueError) as problem:
            raise InvalidDefinition(place, f"missing or unknown: {problem}") from problem
        for earlier, later in pairwise(values):
            if earlier.until is None or earlier.until + timedelta(days=1) > later.since:
                raise InvalidDefinition(place, f"two values are in force on {later.since}")
    return found


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by name, in alphabetical order. Raises InvalidDefinition."""
    folder = resources.files("qingfeng.rules") / "definitions"
    found: dict[str, Rule] = {}
    for entry in folder.iterdir():
        if not entry.name.endswith(".yaml"):
            continue
        for each in read_rules(entry.name, entry.read_text(encoding="utf-8")):
            if each.name in found:
                raise InvalidDefinition(entry.name, f"{each.name} is defined twice")
            found[each.name] = each
    return MappingProxyType(dict(sorted(found.items())))


def rule(name: str) -> Rule:
    """The rule *name*; InvalidDefinition if there is none."""
    try:
        return rules()[name]
    except KeyError:
        raise InvalidDefinition(name, f"no such rule; there are {', '.join(rules())}") from None
