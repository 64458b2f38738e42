"""``detector.yaml`` read into a frozen ``Detector``; anything missing or unknown is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import yaml

from qingfeng.detectors.fields import Fields
from qingfeng.detectors.parameters import DatedValue, Parameter
from qingfeng.detectors.prepared import columns_of
from qingfeng.detectors.wording import FIGURE, LABELS, accusing_words
from qingfeng.errors import InvalidDefinition

SPEC_VERSION = 1
LEVELS = ("informational", "low", "medium", "high", "critical")
CONFIDENCES = ("low", "medium", "high")
KINDS = ("rule", "peer", "graph", "text", "quality", "under_service")
AUTHORITIES = ("daily", "case")
SUBJECT_KINDS = ("account", "person", "agent", "company")
SHARED_CODES = tuple(f"X{number}" for number in range(1, 13))

_NAME = re.compile(r"[a-z][a-z0-9_]{2,47}")
_VERSION = re.compile(r"\d+\.\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text for people, in Chinese (the official form) and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a detector reads of one table.

    *min_fill*: column -> least share of filled cells, in percent (0-100, inclusive). An
    *optional* table or column may be empty: the detector still runs, and coverage says so.
    If the newest value of column *dated_by* is more than *max_age_days* before the as-of day,
    the source is stale.
    """

    columns: tuple[str, ...]
    min_fill: Mapping[str, int]
    optional: bool
    optional_columns: tuple[str, ...]
    dated_by: str | None
    max_age_days: int | None


@dataclass(frozen=True, slots=True)
class Exclusions:
    """What is set aside before anything is counted.

    *codes*: entries of the shared list X1..X12 that apply. *shared*: reasons of
    ``exclusions.yaml`` in the order they are tried. *own*: reasons only this detector knows.
    """

    codes: tuple[str, ...]
    shared: tuple[str, ...]
    own: Mapping[str, Bilingual]
    text: Bilingual


@dataclass(frozen=True, slots=True)
class Detector:
    """One detector as its folder describes it."""

    folder: Path
    id: UUID
    name: str
    name_zh: str
    name_en: str
    catalogue_id: str | None
    version: str
    label: str
    level: str
    confidence: str
    kind: str
    authority: str
    subject_kind: str
    requires: Mapping[str, Requirement]
    hit_key: tuple[str, ...]
    soft_percent: int
    hard_percent: int
    params: Mapping[str, Parameter]
    exclusions: Exclusions
    explain: Bilingual
    innocent_explanations: tuple[Bilingual, ...]
    verify: tuple[str, ...]
    next_requests: tuple[Bilingual, ...]
    lawful_basis: tuple[str, ...]
    references: tuple[str, ...]

    @property
    def sql(self) -> str | None:
        """Text of ``detect.sql``; None for a detector written in ``detect.py``."""
        path = self.folder / "detect.sql"
        return path.read_text(encoding="utf-8") if path.is_file() else None


def _bilingual(at: Fields) -> Bilingual:
    found = Bilingual(at.text("zh"), at.text("en"))
    at.done()
    for words in (found.zh, found.en):
        accusing = accusing_words(words)
        if accusing:
            raise InvalidDefinition(at.where, f"accuses: {', '.join(accusing)}; point at rows")
    return found


def _requirement(table: str, at: Fields) -> Requirement:
    known = columns_of(table, at.where)
    columns = at.texts("columns")
    optional_columns = at.texts("optional_columns", optional=True)
    min_fill = {
        name: at.within(f"min_fill.{name}", value, 0, 100)
        for name, value in at.mapping("min_fill", optional=True).items()
    }
    unknown = sorted({*columns, *min_fill, *optional_columns} - set(known))
    if unknown:
        raise InvalidDefinition(f"{at.where}.columns", f"{table} has no {', '.join(unknown)}")
    stray = sorted({*min_fill, *optional_columns} - set(columns))
    if stray:
        raise InvalidDefinition(at.where, f"{', '.join(stray)} not among its columns")
    dated_by = at.choice("dated_by", columns) if at.has("dated_by") else None
    max_age = at.bounded("max_age_days", 0, 36_500) if dated_by is not None else None
    found = Requirement(
        columns,
        MappingProxyType(min_fill),
        at.flag("optional", default=False),
        optional_columns,
        dated_by,
        max_age,
    )
    at.done()
    return found


def _parameter(at: Fields) -> Parameter:
    name, kind = at.text("name"), at.choice("type", ("int",))
    low, high = at.pair("bounds")
    values = []
    for entry in at.entries("values"):
        value = entry.number("value")
        if not low <= value <= high:
            raise InvalidDefinition(f"{entry.where}.value", f"{value} is outside {low}..{high}")
        start, end = entry.day("from", optional=True), entry.day("to", optional=True)
        values.append(DatedValue(start, end, value, entry.text("source")))
        entry.done()
    applies = at.choice("applies", ("run", "booking"))
    found = Parameter(name, kind, at.text("unit"), low, high, applies, tuple(values))
    found.check(at.where)
    at.done()
    return found


def _exclusions(at: Fields, reasons: tuple[str, ...]) -> Exclusions:
    codes = at.texts("codes")
    unknown = [code for code in codes if code not in SHARED_CODES]
    if unknown:
        raise InvalidDefinition(f"{at.where}.codes", f"no such code: {', '.join(unknown)}")
    shared = at.texts("shared", optional=True)
    strange = [reason for reason in shared if reason not in reasons]
    if strange:
        raise InvalidDefinition(f"{at.where}.shared", f"no such reason: {', '.join(strange)}")
    own = {
        name: _bilingual(Fields(f"{at.where}.own.{name}", value))
        for name, value in at.mapping("own", optional=True).items()
    }
    text = _bilingual(at.child("text"))
    if {text.zh.strip(), text.en.strip().lower()} & {"无", "none", "没有"}:
        raise InvalidDefinition(f"{at.where}.text", "say which findings can be false; not 'none'")
    at.done()
    return Exclusions(codes, shared, MappingProxyType(own), text)


def _verify(folder: Path, at: Fields) -> tuple[str, ...]:
    path = folder / at.text("verify")
    if path.parent != folder or not path.is_file():
        raise InvalidDefinition(f"{at.where}.verify", f"no file {path.name} in the folder")
    steps = tuple(
        line[2:].strip()
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("- ")
    )
    if not steps:
        raise InvalidDefinition(f"{at.where}.verify", "no step: write them as lines with '- '")
    return steps


def read_manifest(folder: Path, reasons: tuple[str, ...]) -> Detector:
    """Read *folder*/detector.yaml. *reasons*: the shared exclusion reasons there are.

    Raises InvalidDefinition naming file and key for anything missing, unknown, of the wrong
    type, out of bounds, or worded as an accusation.
    """
    path = folder / "detector.yaml"
    where = f"{folder.name}/detector.yaml"
    if not path.is_file():
        raise InvalidDefinition(where, "there is no such file")
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as problem:
        raise InvalidDefinition(where, f"is not YAML: {problem}") from problem
    at = Fields(where, raw)
    if at.number("spec_version") != SPEC_VERSION:
        raise InvalidDefinition(f"{where}.spec_version", f"only {SPEC_VERSION} is understood")
    name = at.matching("name", _NAME)
    if name != folder.name:
        raise InvalidDefinition(f"{where}.name", f"{name!r} is not its folder {folder.name!r}")
    params = [_parameter(each) for each in at.entries("params")]
    if len({each.name for each in params}) != len(params):
        raise InvalidDefinition(f"{where}.params", "a name occurs twice")
    subject, ceiling = at.child("subject"), at.child("ceiling")
    found = Detector(
        folder=folder,
        id=at.uuid("id"),
        name=name,
        name_zh=at.text("name_zh"),
        name_en=at.text("name_en"),
        catalogue_id=at.text_or_none("catalogue_id"),
        version=at.matching("version", _VERSION),
        label=at.choice("label", LABELS),
        level=at.choice("level", LEVELS),
        confidence=at.choice("confidence", CONFIDENCES),
        kind=at.choice("kind", KINDS),
        authority=at.choice("authority", AUTHORITIES),
        subject_kind=subject.choice("kind", SUBJECT_KINDS),
        requires=MappingProxyType(
            {
                table: _requirement(table, Fields(f"{where}.requires.{table}", value))
                for table, value in at.mapping("requires").items()
            }
        ),
        hit_key=at.texts("hit_key"),
        soft_percent=ceiling.bounded("soft_percent", 1, 100),
        hard_percent=ceiling.bounded("hard_percent", 1, 100),
        params=MappingProxyType({each.name: each for each in params}),
        exclusions=_exclusions(at.child("exclusions"), reasons),
        explain=_bilingual(at.child("explain")),
        innocent_explanations=tuple(map(_bilingual, at.entries("innocent_explanations"))),
        verify=_verify(folder, at),
        next_requests=tuple(map(_bilingual, at.entries("next_requests"))),
        lawful_basis=at.texts("lawful_basis"),
        references=at.texts("references"),
    )
    subject.done()
    ceiling.done()
    at.done()
    _check_whole(found, where)
    return found


def _check_whole(found: Detector, where: str) -> None:
    if found.hit_key != ("subject", "evidence_key"):
        raise InvalidDefinition(f"{where}.hit_key", "must be [subject, evidence_key]")
    if found.soft_percent > found.hard_percent:
        raise InvalidDefinition(f"{where}.ceiling", "soft_percent is above hard_percent")
    for language, words in (("zh", found.explain.zh), ("en", found.explain.en)):
        if not FIGURE.search(words):
            raise InvalidDefinition(f"{where}.explain.{language}", "has no figure such as {net}")
    if (found.folder / "detect.sql").is_file() == (found.folder / "detect.py").is_file():
        raise InvalidDefinition(found.folder.name, "needs detect.sql or detect.py, and not both")
