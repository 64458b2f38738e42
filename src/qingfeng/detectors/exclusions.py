"""The shared exclusion library: reasons as data (``exclusions.yaml``), compiled to SQL.

Every reason is a true/false column of ``bookings``. A booking set aside by a detector is
counted under the first of its reasons that holds, so that gross, minus each reason, is net.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType

import yaml

from qingfeng.detectors.fields import Fields
from qingfeng.detectors.parameters import FIRST_DAY, LAST_DAY
from qingfeng.errors import InvalidDefinition

NOT_SUMMED = frozenset({"undone", "second_copy", "foreign_currency"})
"""Reasons whose rows add nothing to a gross sum: no money moved, or counted already, or no yuan."""

COUNTERPARTY_KINDS = (
    "none",
    "self",
    "person",
    "company",
    "bank",
    "platform",
    "institution",
    "other",
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a booking is set aside. No *words*: its column is computed in ``bookings`` itself."""

    code: str
    zh: str
    en: str
    column: str
    direction: str | None
    counterparty: tuple[str, ...]
    words: tuple[str, ...]
    exact: tuple[str, ...]
    unless: tuple[str, ...]

    def condition(self) -> str:
        """SQL over ``memo``, ``direction`` and ``counterparty_kind``; never null."""
        tests = [f"regexp_matches(memo, {_any_of(self.words)})"]
        if self.exact:
            tests.append(f"trim(memo) IN ({', '.join(map(quoted, self.exact))})")
        found = [f"({' OR '.join(tests)})"]
        if self.unless:
            found.append(f"NOT regexp_matches(memo, {_any_of(self.unless)})")
        if self.direction is not None:
            found.append(f"direction = {quoted(self.direction)}")
        if self.counterparty:
            found.append(f"counterparty_kind IN ({', '.join(map(quoted, self.counterparty))})")
        return f"coalesce({' AND '.join(found)}, false)"


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform's whole name and the days (both included) on which it counts."""

    name: str
    first: date
    last: date


def quoted(text: str) -> str:
    """*text* as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _any_of(words: Iterable[str]) -> str:
    return quoted("|".join(words))


def _yaml(name: str) -> object:
    text = (resources.files("qingfeng.detectors") / name).read_text(encoding="utf-8")
    found: object = yaml.safe_load(text)
    return found


@cache
def reasons() -> Mapping[str, Reason]:
    """Every shared reason by code, in file order."""
    at = Fields("exclusions.yaml", _yaml("exclusions.yaml"))
    found: dict[str, Reason] = {}
    for code, raw in at.mapping("reasons").items():
        each = Fields(f"exclusions.yaml.{code}", raw)
        bound = each.texts("direction", optional=True)
        if not set(bound) <= {"in", "out"} or len(bound) > 1:
            raise InvalidDefinition(f"{each.where}.direction", "must be [in] or [out]")
        found[code] = Reason(
            code,
            each.text("zh"),
            each.text("en"),
            each.text("column"),
            bound[0] if bound else None,
            each.texts("counterparty", optional=True),
            each.texts("words", optional=True),
            each.texts("exact", optional=True),
            each.texts("unless", optional=True),
        )
        each.done()
        strange = set(found[code].counterparty) - set(COUNTERPARTY_KINDS)
        if strange:
            raise InvalidDefinition(f"{each.where}.counterparty", f"no kind {sorted(strange)}")
    return MappingProxyType(found)


@cache
def platforms() -> tuple[Platform, ...]:
    """The dated list of platform names, brackets in half width."""
    at = Fields("platforms.yaml", _yaml("platforms.yaml"))
    found = []
    for each in at.entries("platforms"):
        each.text("source")
        found.append(
            Platform(
                each.text("name").replace("（", "(").replace("）", ")"),
                each.day("from", optional=True) or FIRST_DAY,
                each.day("to", optional=True) or LAST_DAY,
            )
        )
        each.done()
    return tuple(found)


def excluded_by(codes: Iterable[str]) -> str:
    """SQL giving the first of *codes* whose column holds, else null."""
    cases = " ".join(f"WHEN {reasons()[code].column} THEN {quoted(code)}" for code in codes)
    return f"CASE {cases} END" if cases else "CAST(NULL AS VARCHAR)"
