"""Tests made from a detector's own folder: ``tests/case_*/``.

A case folder holds ``case.yaml`` (title, kind, and where wanted as_of and parameters), one CSV a
canonical table (``<table>.csv``, only the columns it needs), and ``expected.csv``: one row a
subject with ``subject, state, amount_fen, evidence, excluded, reason``. *evidence* lists the
rows shown and not set aside, as ``transfers:7`` (line 7 of transfers.csv), sorted as text;
*excluded* lists ``reason:rows``. A run that is not evaluable as a whole is one row without
subject whose *reason* is contained in the run's English one.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml

from qingfeng.detectors.fields import Fields
from qingfeng.detectors.findings import HIT
from qingfeng.detectors.manifest import Detector
from qingfeng.detectors.registry import detector as named
from qingfeng.detectors.runner import Evaluation, evaluate
from qingfeng.errors import InvalidDefinition
from qingfeng.schema import tables
from qingfeng.store.connecting import connect

CASE_KINDS = ("positive", "hard_negative", "not_evaluable")
LEAST = {"positive": 1, "hard_negative": 2, "not_evaluable": 1}
EXPECTED = ("subject", "state", "amount_fen", "evidence", "excluded", "reason")

_MORE_OF_TRANSFERS = {"event_id": "VARCHAR", "counted": "BOOLEAN", "linked_to": "VARCHAR"}


@dataclass(frozen=True, slots=True)
class DetectorCase:
    """One case folder of one detector."""

    folder: Path
    title: str
    kind: str
    as_of: date | None
    parameters: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.folder.name


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How one case went; no *differences* means it passed."""

    case: str
    kind: str
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


def cases_of(detector: Detector) -> list[DetectorCase]:
    """The cases of *detector* by name. Raises InvalidDefinition for a wrong case.yaml."""
    found = []
    for folder in sorted((detector.folder / "tests").glob("case_*")):
        where = f"{detector.name}/tests/{folder.name}/case.yaml"
        at = Fields(where, yaml.safe_load((folder / "case.yaml").read_text(encoding="utf-8")))
        found.append(
            DetectorCase(
                folder,
                at.text("title"),
                at.choice("kind", CASE_KINDS),
                at.day("as_of", optional=True),
                at.texts("parameters", optional=True),
            )
        )
        at.done()
    return found


def open_case(detector: Detector, case: DetectorCase) -> duckdb.DuckDBPyConnection:
    """A connection that holds the tables *detector* reads, filled from the case's CSV files.

    A transfers file may leave out ``event_id``, ``counted`` and ``status`` (itself, true,
    ok). ``source_row`` is the line in the case's file. An empty cell is null.
    """
    connection = connect(zone="Asia/Shanghai", threads=1)
    strange = {each.stem for each in case.folder.glob("*.csv")} - set(tables()) - {"expected"}
    if strange:
        raise InvalidDefinition(case.name, f"no such table: {', '.join(sorted(strange))}")
    read = {"transfers", "accounts", "companies"} | (set(detector.requires) - {"bookings"})
    for name in sorted(read):
        definition = tables()[name]
        kinds = definition.physical() | (_MORE_OF_TRANSFERS if name == "transfers" else {})
        rows = _read(case.folder / f"{name}.csv", set(kinds))
        for number, row in enumerate(rows, start=2):
            row["source_row"] = f"{name}.csv··{number}"
            row[definition.id_column] = row.get(definition.id_column) or f"{name}-{number}"
            if name == "transfers":
                row["event_id"] = row.get("event_id") or row["transfer_id"]
                row["counted"] = row.get("counted") or "true"
                row["status"] = row.get("status") or "ok"
        given = pa.table(
            {column: pa.array([row.get(column) for row in rows], pa.string()) for column in kinds}
        )
        connection.register("given", given)
        typed = ", ".join(f'CAST("{each}" AS {kind}) AS "{each}"' for each, kind in kinds.items())
        connection.execute(f'CREATE TABLE "{name}" AS SELECT {typed} FROM given')
        connection.unregister("given")
    return connection


def _read(path: Path, known: set[str]) -> list[dict[str, str | None]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    strange = {column for row in rows for column in row} - known
    if strange:
        raise InvalidDefinition(f"{path.parent.name}/{path.name}", f"unknown: {sorted(strange)}")
    return [{column: value or None for column, value in row.items()} for row in rows]


def evaluate_case(detector: Detector, case: DetectorCase, extra: Sequence[str] = ()) -> Evaluation:
    """Run *detector* on one case, with *extra* parameter settings after the case's own."""
    with open_case(detector, case) as connection:
        (found,) = evaluate(
            connection, [detector], parameters=[*case.parameters, *extra], as_of=case.as_of
        )
    return found


def outcome(evaluation: Evaluation) -> list[dict[str, str]]:
    """The rows that ``expected.csv`` would hold for *evaluation*."""
    if not evaluation.subjects:
        state, reason = evaluation.run["state"], evaluation.run["reason_en"] or ""
        return [dict.fromkeys(EXPECTED, "") | {"state": state, "reason": reason}]
    findings = {each["subject"]["key"]: each for each in evaluation.findings}
    return [
        _outcome_row(subject, state, reason, findings.get(subject))
        for subject, (state, reason) in sorted(evaluation.subjects.items())
    ]


def _outcome_row(
    subject: str, state: str, reason: str | None, finding: dict[str, Any] | None
) -> dict[str, str]:
    row = dict.fromkeys(EXPECTED, "") | {"subject": subject, "state": state, "reason": reason or ""}
    if state == HIT and finding is not None:
        places = [each["source_row"] for each in finding["rows"] if each["excluded_by"] is None]
        row["amount_fen"] = str(finding["amount_fen"])
        row["evidence"] = " ".join(sorted({_short(each) for each in places}))
        taken = finding["excluded"]
        row["excluded"] = " ".join(f"{each['reason']}:{each['rows']}" for each in taken)
    return row


def _short(source_row: str) -> str:
    """``transfers.csv··7`` as ``transfers:7``: the line of the case's own file."""
    return source_row.replace(".csv··", ":")


def check_case(detector: Detector, case: DetectorCase) -> CaseResult:
    """Compare what *detector* says of *case* with its expected.csv."""
    with (case.folder / "expected.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    wanted = [{name: row.get(name) or "" for name in EXPECTED} for row in rows]
    given = outcome(evaluate_case(detector, case))
    if len(wanted) == len(given) == 1 and not wanted[0]["subject"]:
        part, whole = wanted[0]["reason"], given[0]["reason"]
        wanted[0]["reason"] = whole if part and part in whole else part
    differences = [f"expected and not given: {row}" for row in wanted if row not in given]
    differences += [f"given and not expected: {row}" for row in given if row not in wanted]
    if not wanted:
        differences.append("expected.csv is empty")
    return CaseResult(case.name, case.kind, tuple(differences))


def check_detector_folder(name: str) -> list[CaseResult]:
    """Every case of the detector *name*, and one line each for kinds of case it lacks.

    Raises UsageError for an unknown name.
    """
    detector = named(name)
    results = [check_case(detector, case) for case in cases_of(detector)]
    for kind, least in LEAST.items():
        there = sum(1 for each in results if each.kind == kind)
        if there < least:
            text = f"{there} {kind} cases, {least} needed"
            results.append(CaseResult("folder", kind, (text,)))
    return results


def dead_parameters(detector: Detector) -> list[str]:
    """Parameters that change no outcome of any case, not even moved to a bound."""
    cases = cases_of(detector)
    before = {case.name: outcome(evaluate_case(detector, case)) for case in cases}
    return [
        name
        for name, each in detector.params.items()
        if not any(
            outcome(evaluate_case(detector, case, [f"{detector.name}.{name}={value}"]))
            != before[case.name]
            for value in (each.low, each.high)
            for case in cases
        )
    ]


def dead_exclusions(detector: Detector) -> list[str]:
    """Shared reasons the detector lists whose removal changes no outcome of any case."""
    cases = cases_of(detector)
    before = {case.name: outcome(evaluate_case(detector, case)) for case in cases}
    dead = []
    for reason in detector.exclusions.shared:
        left = tuple(each for each in detector.exclusions.shared if each != reason)
        without = replace(detector, exclusions=replace(detector.exclusions, shared=left))
        if all(outcome(evaluate_case(without, case)) == before[case.name] for case in cases):
            dead.append(reason)
    return dead
