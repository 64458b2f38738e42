"""Compare findings with the planted truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from qingfeng.synth.truth import POSITIVE, Plant, Truth


@dataclass(frozen=True, slots=True)
class Score:
    """How one detector did.

    recall: planted patterns found. yuan_recall: the same weighed by money; None if the plants
    carry none. precision: findings that name a planted pattern; None without findings.
    negatives_hit: ids of hard negatives that a finding names and no positive explains.
    unplanted: subject keys of findings that name nothing planted.
    """

    detector: str
    planted: int
    found: tuple[str, ...]
    missed: tuple[str, ...]
    findings: int
    true_findings: int
    negatives_hit: tuple[str, ...]
    negatives: int
    unplanted: tuple[str, ...]
    recall: Fraction | None
    precision: Fraction | None
    yuan_recall: Fraction | None


def score(findings: Iterable[Mapping[str, Any]], truth: Truth) -> dict[str, Score]:
    """Score per detector that the truth knows; findings are JSON objects of DESIGN 4.4.

    Only findings whose state is ``hit`` count. A finding names a plant if its subject key is
    one of the plant's keys; a positive goes before a hard negative of the same key.
    """
    by_detector: dict[str, list[str]] = {}
    for finding in findings:
        if finding["state"] == "hit":
            by_detector.setdefault(finding["detector"], []).append(str(finding["subject"]["key"]))
    names = sorted({plant.detector for plant in truth.plants})
    return {
        name: _score(
            name, by_detector.get(name, []), [p for p in truth.plants if p.detector == name]
        )
        for name in names
    }


def _score(detector: str, subjects: list[str], plants: list[Plant]) -> Score:
    positives = [plant for plant in plants if plant.kind == POSITIVE]
    negatives = [plant for plant in plants if plant.kind != POSITIVE]
    found: set[str] = set()
    hit: set[str] = set()
    unplanted: list[str] = []
    true_findings = 0
    for subject in subjects:
        named = {plant.plant_id for plant in positives if subject in plant.keys}
        wrongly = {plant.plant_id for plant in negatives if subject in plant.keys}
        if named:
            found |= named
            true_findings += 1
        elif wrongly:
            hit |= wrongly
        else:
            unplanted.append(subject)
    money = sum(plant.amount_fen for plant in positives)
    money_found = sum(plant.amount_fen for plant in positives if plant.plant_id in found)
    return Score(
        detector,
        len(positives),
        tuple(sorted(found)),
        tuple(p.plant_id for p in positives if p.plant_id not in found),
        len(subjects),
        true_findings,
        tuple(sorted(hit)),
        len(negatives),
        tuple(sorted(unplanted)),
        Fraction(len(found), len(positives)) if positives else None,
        Fraction(true_findings, len(subjects)) if subjects else None,
        Fraction(money_found, money) if money else None,
    )
