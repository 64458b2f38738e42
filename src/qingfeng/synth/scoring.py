"""Compare findings with the planted truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from qingfeng.synth.truth import HARD_NEGATIVE, INCIDENTAL, POSITIVE, Plant, Truth


@dataclass(frozen=True, slots=True)
class Score:
    """How one detector did.

    recall: planted patterns found. yuan_recall: the share of their money that the findings
    which name them say, of no pattern more than was planted; None if the plants carry none.
    precision: share of the findings that name a planted pattern; None without findings.
    negatives_hit: ids of hard negatives that a finding names and no positive explains.
    incidental_found: ids of patterns that came by themselves and a finding names; such a finding
    is no true one. unplanted: subject keys of findings that name nothing of all that.
    """

    detector: str
    planted: int
    found: tuple[str, ...]
    missed: tuple[str, ...]
    findings: int
    true_findings: int
    negatives_hit: tuple[str, ...]
    negatives: int
    incidental_found: tuple[str, ...]
    incidental: int
    unplanted: tuple[str, ...]
    recall: Fraction | None
    precision: Fraction | None
    yuan_recall: Fraction | None


def score(findings: Iterable[Mapping[str, Any]], truth: Truth) -> dict[str, Score]:
    """Score per detector that the truth knows; findings are JSON objects of DESIGN 4.4.

    Only findings whose state is ``hit`` count. A finding names a plant if its subject key is
    one of the plant's keys; a positive is named only if besides one of the evidence rows lies
    in its days. A positive goes before a hard negative of the same key, that before what is
    incidental.
    """
    by_detector: dict[str, list[_Named]] = {}
    for finding in findings:
        if finding["state"] == "hit":
            said = int(finding["amount_fen"] or 0)
            named = _Named(str(finding["subject"]["key"]), _days(finding), said)
            by_detector.setdefault(finding["detector"], []).append(named)
    names = sorted({plant.detector for plant in truth.plants})
    return {
        name: _score(
            name, by_detector.get(name, []), [p for p in truth.plants if p.detector == name]
        )
        for name in names
    }


@dataclass(frozen=True, slots=True)
class _Named:
    """Subject of a finding, days of its evidence (ISO; none if no row has a day), its amount."""

    subject: str
    days: frozenset[str]
    amount_fen: int

    def shows(self, plant: Plant) -> bool:
        first, last = plant.from_on.isoformat(), plant.to_on.isoformat()
        return not self.days or any(first <= day <= last for day in self.days)


def _days(finding: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(
        row["happened_on"]
        for row in finding.get("rows", ())
        if row["role"] not in {"context", "excluded"} and row["happened_on"]
    )


def _score(detector: str, findings: list[_Named], plants: list[Plant]) -> Score:
    positives = [plant for plant in plants if plant.kind == POSITIVE]
    negatives = [plant for plant in plants if plant.kind == HARD_NEGATIVE]
    incidental = [plant for plant in plants if plant.kind == INCIDENTAL]
    said: dict[str, int] = {}
    hit: set[str] = set()
    by_itself: set[str] = set()
    unplanted: list[str] = []
    true_findings = 0
    for each in findings:
        subject = each.subject
        named = {p.plant_id for p in positives if subject in p.keys and each.shows(p)}
        wrongly = {plant.plant_id for plant in negatives if subject in plant.keys}
        came = {plant.plant_id for plant in incidental if subject in plant.keys}
        if named:
            for plant_id in named:
                said[plant_id] = said.get(plant_id, 0) + each.amount_fen
            true_findings += 1
        elif wrongly:
            hit |= wrongly
        elif came:
            by_itself |= came
        else:
            unplanted.append(subject)
    money = sum(plant.amount_fen for plant in positives)
    money_found = sum(min(p.amount_fen, said.get(p.plant_id, 0)) for p in positives)
    return Score(
        detector,
        len(positives),
        tuple(sorted(said)),
        tuple(p.plant_id for p in positives if p.plant_id not in said),
        len(findings),
        true_findings,
        tuple(sorted(hit)),
        len(negatives),
        tuple(sorted(by_itself)),
        len(incidental),
        tuple(sorted(unplanted)),
        Fraction(len(said), len(positives)) if positives else None,
        Fraction(true_findings, len(findings)) if findings else None,
        Fraction(money_found, money) if money else None,
    )
