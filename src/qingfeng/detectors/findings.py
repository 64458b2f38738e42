"""From the rows a detector gives to findings: the waterfall, the evidence, the sentence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, TypedDict

from qingfeng.detectors.coverage import Coverage
from qingfeng.detectors.exclusions import NOT_SUMMED, reasons
from qingfeng.detectors.guard import OUTPUT, OWN_AMOUNT
from qingfeng.detectors.manifest import Bilingual, Detector
from qingfeng.detectors.wording import YUAN, sentence, sums_said
from qingfeng.errors import InvalidDefinition

HIT, CLEAR, NOT_EVALUABLE = "hit", "clear", "not evaluable"
STATES = (HIT, CLEAR, NOT_EVALUABLE)


class EvidenceRow(TypedDict):
    """One delivered row; *role* is ``evidence``, ``in``, ``out``, ``context`` or ``excluded``.

    *amount_fen*: what the row itself says. *counted_fen*: what it adds to ``gross_fen``; less
    where counting it would count one sum twice, as the outflow of an inflow that is counted, and
    nothing where the row is set aside as one of ``NOT_SUMMED``.
    """

    source_row: str
    file: str | None
    sheet: str | None
    row: int | None
    role: str
    happened_on: str | None
    amount_fen: int
    counted_fen: int
    excluded_by: str | None


class Beside(TypedDict):
    """What rows that add nothing to the gross sum say, in one currency; ``""`` if unknown."""

    currency: str
    amount_fen: int


class Excluded(TypedDict):
    """Rows set aside for one reason, and what they take from the gross sum.

    *beside*: what rows say that are no part of it, by currency.
    """

    reason: str
    rows: int
    amount_fen: int
    beside: list[Beside]


Finding = dict[str, Any]
"""The JSON object of DESIGN 4.4; see ``build``."""


def hit_key(detector: str, kind: str, subject: str, evidence: list[str]) -> str:
    """32 hex digits that stay the same as long as subject and evidence do, in any order."""
    whole = json.dumps([detector, kind, subject, sorted(set(evidence))], ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


def place(source_row: str) -> tuple[str, str | None, int | None]:
    """Split ``<sha256>·<member/sheet>·<row>``: digest, sheet or None, 1-based row or None."""
    digest, _, rest = source_row.partition("·")
    sheet, _, row = rest.rpartition("·")
    return digest, sheet or None, int(row) if row.isdigit() else None


def _reading_order(source_row: str) -> tuple[str, str, int]:
    """Sorts rows of one day as they stand in their file."""
    digest, sheet, row = place(source_row)
    return digest, sheet or "", row or 0


def _evidence(given: Mapping[str, Any], files: Mapping[str, str]) -> EvidenceRow:
    digest, sheet, row = place(given["source_row"])
    day, own = given["happened_on"], given.get(OWN_AMOUNT)
    counted = int(given["counted_fen"] or 0)
    return {
        "source_row": given["source_row"],
        "file": files.get(digest),
        "sheet": sheet,
        "row": row,
        "role": "excluded" if given["excluded_by"] else given["role"],
        "happened_on": None if day is None else day.isoformat(),
        "amount_fen": counted if own is None else int(own),
        "counted_fen": 0 if given["excluded_by"] in NOT_SUMMED else counted,
        "excluded_by": given["excluded_by"],
    }


def _waterfall(
    rows: list[EvidenceRow], currencies: Mapping[str, str]
) -> tuple[int, list[Excluded], int]:
    """Gross, what each reason takes away (in order of reason), and net; they add up."""
    gross = sum(each["counted_fen"] for each in rows)
    taken: dict[str, Excluded] = {}
    beside: dict[str, dict[str, int]] = {}
    for each in rows:
        reason = each["excluded_by"]
        if reason is None:
            continue
        entry = taken.setdefault(
            reason, {"reason": reason, "rows": 0, "amount_fen": 0, "beside": []}
        )
        entry["rows"] += 1
        entry["amount_fen"] += each["counted_fen"]
        if reason in NOT_SUMMED:
            sums = beside.setdefault(reason, {})
            currency = currencies.get(each["source_row"], YUAN)
            sums[currency] = sums.get(currency, 0) + each["amount_fen"]
    for reason, sums in beside.items():
        taken[reason]["beside"] = [
            {"currency": currency, "amount_fen": fen} for currency, fen in sorted(sums.items())
        ]
    excluded = [taken[reason] for reason in sorted(taken)]
    return gross, excluded, gross - sum(each["amount_fen"] for each in excluded)


def _said_beside(excluded: list[Excluded]) -> Bilingual:
    """What is no part of the gross sum, as the end of a sentence; empty if nothing is."""
    zh, en = "", ""
    for each in excluded:
        if each["beside"]:
            reason, rows = reasons()[each["reason"]], each["rows"]
            zh += f"；不计入总额的{reason.zh}{rows}笔{sums_said(each['beside'], 'zh')}"
            en += f"; not part of it: {reason.en}, {rows} ({sums_said(each['beside'], 'en')})"
    return Bilingual(zh, en)


def _chance(figures: Mapping[str, Any]) -> dict[str, Any] | None:
    if figures.get("chance_expected") is None:
        return None
    return {
        "observed": int(figures["chance_observed"]),
        "expected": round(float(figures["chance_expected"]), 2),
        "method": figures["chance_method"],
    }


def build(
    detector: Detector,
    given: list[dict[str, Any]],
    *,
    parameters: Mapping[str, Any],
    run_values: Mapping[str, int],
    coverage: Coverage,
    evaluable_share: float,
    files: Mapping[str, str],
    name: str | None = None,
    currencies: Mapping[str, str] | None = None,
) -> Finding:
    """One finding out of all rows *given* for one subject.

    *parameters*: as printed; *run_values*: their values on the as-of day, for the sentence.
    *files*: sha256 -> path. *name*: whose number the subject's key is, if that is known.
    *currencies*: ``source_row`` to currency, ``""`` if unknown, of rows that are not in yuan.
    ``gross_fen`` (yuan, each movement once) minus every ``excluded`` amount is ``amount_fen``.
    Raises InvalidDefinition if the detector gave no evidence or lacks a figure it names.
    """
    where = f"{detector.name}/{'detect.py' if detector.sql is None else 'detect.sql'}"
    given = sorted(
        (each for each in given if each["source_row"] is not None),
        key=lambda each: (
            each["happened_on"] or date.min,
            _reading_order(each["source_row"]),
            each["evidence_key"] or "",
            each["role"],
        ),
    )
    evidence = [each for each in given if not each["excluded_by"]]
    if all(each["role"] == "context" for each in evidence):
        raise InvalidDefinition(where, "gives a subject without an evidence row")
    first = evidence[0]
    kind = first.get("subject_kind") or detector.subject_kind
    rows = [_evidence(each, files) for each in given]
    gross, excluded, net = _waterfall(rows, currencies or {})
    beside = _said_beside(excluded)
    figures: dict[str, Any] = {
        **run_values,
        **{figure: value for figure, value in first.items() if figure not in OUTPUT},
        "gross": gross,
        "net": net,
        "excluded": gross - net,
        "rows": sum(1 for each in evidence if each["role"] == "evidence"),
        "excluded_rows": len(given) - len(evidence),
    }
    key = first["subject"]
    named = {
        "zh": figures | {"subject": f"{key}（{name}）" if name else key, "beside": beside.zh},
        "en": figures | {"subject": f"{key} ({name})" if name else key, "beside": beside.en},
    }
    keys = [each["evidence_key"] for each in evidence if each["role"] != "context"]
    return {
        "detector": detector.name,
        "catalogue_id": detector.catalogue_id,
        "version": detector.version,
        "state": HIT,
        "label": detector.label,
        "name_zh": detector.name_zh,
        "name_en": detector.name_en,
        "subject": {"kind": kind, "key": key, "name": name},
        "hit_key": hit_key(detector.name, kind, key, keys),
        "level": detector.level,
        "confidence": detector.confidence,
        "explain": sentence(detector.explain.zh, named["zh"], f"{where} explain.zh"),
        "explain_en": sentence(detector.explain.en, named["en"], f"{where} explain.en"),
        "gross_fen": gross,
        "amount_fen": net,
        "parameters": dict(parameters),
        "rows": rows,
        "excluded": excluded,
        "coverage": {
            "evaluable": evaluable_share,
            "missing": [each.en for each in coverage.missing],
            "missing_zh": [each.zh for each in coverage.missing],
            "fill": dict(coverage.fill),
        },
        "chance": _chance(figures),
        "innocent_explanations": [each.zh for each in detector.innocent_explanations],
        "innocent_explanations_en": [each.en for each in detector.innocent_explanations],
        "verify": list(detector.verify),
        "next_requests": [each.zh for each in detector.next_requests],
        "next_requests_en": [each.en for each in detector.next_requests],
    }
