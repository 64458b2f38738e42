"""Run detectors over a case: ``run`` for callers, ``evaluate`` for any prepared connection."""

from __future__ import annotations

import importlib
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.detectors.cage import currencies_of, lock_up, names_of, newest_day, open_to
from qingfeng.detectors.coverage import Coverage, measure
from qingfeng.detectors.exclusions import NOT_SUMMED
from qingfeng.detectors.findings import CLEAR, HIT, NOT_EVALUABLE, STATES, Finding, build
from qingfeng.detectors.guard import OUTPUT
from qingfeng.detectors.manifest import Bilingual, Detector
from qingfeng.detectors.overlay import Overlay, check_names, overlay_folder, read_overlay
from qingfeng.detectors.parameters import LAST_DAY, Parameter, read_overrides
from qingfeng.detectors.registry import chosen, detectors
from qingfeng.errors import InvalidDefinition
from qingfeng.periods import Clock
from qingfeng.store.case import Case

JUDGED_FROM = 20
"""Fewest evaluable subjects for which a flag rate is judged (X7)."""

ALWAYS_READ = 10
"""So many findings can be read whatever their share; the ceilings begin above."""

Run = dict[str, Any]
"""One run of one detector: DESIGN 4.1; see ``evaluate``."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one detector said: its run, its findings, and (state, reason) of each subject."""

    run: Run
    findings: list[Finding]
    subjects: Mapping[str, tuple[str, str | None]]


def run(
    case: Case,
    names: Iterable[str] | None = None,
    parameters: Iterable[str] | None = None,
    as_of: date | None = None,
    today: date | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Run detectors over *case* and return ``{"runs": [...], "findings": [...]}``.

    *names*: detectors; None is all. *parameters*: texts ``detector.param=value`` that hold at
    all times. *as_of*: bookings, acts and deaths after this day are not seen, and parameters are
    resolved on it; None is the day of the latest record. The local overlay of the case's home
    is applied as it holds on *as_of*, else on *today*, else on the day the clock shows.
    Runs come in order of name, findings by detector, then largest amount, then subject.
    Raises UsageError for an unknown name or value, InvalidDefinition for a wrong detector,
    StoreDamaged for a damaged case.
    """
    picked = chosen(names)
    files: dict[str, str] = {}
    for entry in (entry for batch in case.batches() for entry in batch.files):
        if entry.get("sha256") and entry.get("path"):
            files.setdefault(entry["sha256"], entry["path"])
    with case.connect() as connection:
        evaluations = evaluate(
            connection,
            picked,
            parameters=list(parameters or ()),
            as_of=as_of,
            today=today,
            overlays=overlay_folder(case.folder.parent.parent),
            files=files,
        )
    return {
        "runs": [each.run for each in evaluations],
        "findings": [finding for each in evaluations for finding in each.findings],
    }


def evaluate(
    connection: duckdb.DuckDBPyConnection,
    picked: Sequence[Detector],
    *,
    parameters: Sequence[str] = (),
    as_of: date | None = None,
    today: date | None = None,
    overlays: Path | None = None,
    files: Mapping[str, str] | None = None,
) -> list[Evaluation]:
    """Cage *connection* (it holds the canonical tables) and run the detectors on it.

    The connection is of no other use afterwards. Keys of a run beyond DESIGN 4.1: ``name_zh``,
    ``name_en``, ``as_of``, ``parameters``, ``coverage``, ``not_evaluable`` (reason, subjects),
    ``suppressed`` (hits that the overlay sets aside: subject, reason, approval, expires; a run
    with no other hit is ``hit`` all the same, with no finding), ``expired`` and ``pending``
    overlay entries,
    ``warning``, ``withheld`` (findings not published because the flag rate is above the hard
    ceiling). Reasons, warnings and what is missing stand in Chinese and English (``_en``, or
    ``_zh`` beside ``missing``).
    """
    connection.execute("SET TimeZone='Asia/Shanghai'")
    overrides = read_overrides(parameters, {each.name: each.params for each in picked})
    day = as_of or newest_day(connection, picked)
    left_out = lock_up(connection, picked, as_of)
    check_names(overlays, detectors())
    found = []
    for detector in picked:
        overlay = read_overlay(overlays, detector, as_of or today or Clock().today())
        params = dict(overlay.params)
        for name, value in overrides.get(detector.name, {}).items():
            params[name] = params[name].overridden(value, "set for this run")
        found.append(
            _evaluate_one(
                connection,
                detector,
                params=params,
                overlay=overlay,
                as_of=day,
                left_out=left_out,
                files=files or {},
            )
        )
    return found


def printed(params: Mapping[str, Parameter], day: date) -> dict[str, Any]:
    """Parameters as a finding shows them: the value of the day, or every dated value."""
    shown: dict[str, Any] = {}
    for name, each in params.items():
        value = each.on(day)
        shown[name] = {
            "value": None if value is None else value.value,
            "unit": each.unit,
            "source": None if value is None else value.source,
        }
        if each.applies == "booking":
            shown[name]["by_date"] = [
                {
                    "from": one.start and one.start.isoformat(),
                    "to": one.end and one.end.isoformat(),
                    "value": one.value,
                    "source": one.source,
                }
                for one in each.values
            ]
    return shown


def _evaluate_one(
    connection: duckdb.DuckDBPyConnection,
    detector: Detector,
    *,
    params: Mapping[str, Parameter],
    overlay: Overlay,
    as_of: date | None,
    left_out: Mapping[str, int],
    files: Mapping[str, str],
) -> Evaluation:
    started = time.perf_counter()
    day = as_of or LAST_DAY
    open_to(connection, detector, params.values())
    coverage = measure(connection, detector, as_of, left_out)
    in_force = {name: each.on(day) for name, each in params.items() if each.applies == "run"}
    blocking = list(coverage.blocking) + [
        Bilingual(f"参数{name}在{day}没有取值", f"parameter {name} has no value on {day}")
        for name, value in in_force.items()
        if not value
    ]
    values = {name: value.value for name, value in in_force.items() if value is not None}
    findings: list[Finding] = []
    rows = pa.table({})
    subjects: dict[str, tuple[str, str | None]] = {}
    shown = printed(params, day)
    if not blocking:
        rows = _rows(connection, detector, values)
        subjects = _subjects(rows, detector)
    run = _summary(detector, subjects, blocking, overlay)
    if run["hits"] and not run["withheld"]:
        hit_rows = rows.filter(pc.equal(rows["state"], HIT))
        findings = _findings(
            hit_rows,
            detector,
            names=names_of(connection, hit_rows["subject"].unique().to_pylist()),
            currencies=_currencies(connection, hit_rows),
            parameters=shown,
            run_values=values,
            coverage=coverage,
            evaluable_share=round(run["evaluable"] / run["population"], 4),
            files=files,
        )
    run |= {
        "as_of": None if as_of is None else as_of.isoformat(),
        "parameters": shown,
        "coverage": {
            "fill": coverage.fill,
            "missing": [each.en for each in coverage.missing],
            "missing_zh": [each.zh for each in coverage.missing],
        },
    }
    findings = [each for each in findings if each["subject"]["key"] not in overlay.suppressed]
    run["seconds"] = round(time.perf_counter() - started, 3)
    return Evaluation(run, findings, subjects)


def _rows(
    connection: duckdb.DuckDBPyConnection, detector: Detector, values: Mapping[str, int]
) -> pa.Table:
    sql = detector.sql
    if sql is not None:
        return connection.sql(sql, params=dict(values)).to_arrow_table()
    module = importlib.import_module(f"{__package__}.{detector.authority}.{detector.name}.detect")
    found: pa.Table = module.detect(connection, dict(values))
    missing = [column for column in OUTPUT if column not in found.column_names]
    if missing:
        raise InvalidDefinition(f"{detector.name}/detect.py", f"does not give {missing}")
    return found


def _currencies(connection: duckdb.DuckDBPyConnection, hit_rows: pa.Table) -> dict[str, str]:
    """Of the rows that are no part of a gross sum, those that are not in yuan."""
    beside = hit_rows.filter(pc.is_in(hit_rows["excluded_by"], pa.array(sorted(NOT_SUMMED))))
    rows = beside["source_row"].unique().drop_null().to_pylist()
    return currencies_of(connection, rows) if rows else {}


def _subjects(rows: pa.Table, detector: Detector) -> dict[str, tuple[str, str | None]]:
    """State and reason of each subject; a subject with two states is a fault of the detector."""
    distinct = (
        rows.select(["subject", "state", "reason"])
        .group_by(["subject", "state", "reason"])
        .aggregate([])
    )
    found: dict[str, tuple[str, str | None]] = {}
    for row in distinct.sort_by([("subject", "ascending"), ("state", "ascending")]).to_pylist():
        subject, state = row["subject"], row["state"]
        if subject is None or state not in STATES:
            raise InvalidDefinition(detector.name, f"gave subject {subject!r} in state {state!r}")
        if subject in found:
            raise InvalidDefinition(detector.name, f"gave subject {subject} in two states")
        found[subject] = (state, row["reason"])
    return found


def _findings(
    hit_rows: pa.Table,
    detector: Detector,
    *,
    names: Mapping[str, str],
    currencies: Mapping[str, str],
    parameters: Mapping[str, Any],
    run_values: Mapping[str, int],
    coverage: Coverage,
    evaluable_share: float,
    files: Mapping[str, str],
) -> list[Finding]:
    by_subject: dict[str, list[dict[str, Any]]] = {}
    for row in hit_rows.to_pylist():
        by_subject.setdefault(row["subject"], []).append(row)
    found = [
        build(
            detector,
            given,
            parameters=parameters,
            run_values=run_values,
            coverage=coverage,
            evaluable_share=evaluable_share,
            files=files,
            name=names.get(subject),
            currencies=currencies,
        )
        for subject, given in by_subject.items()
    ]
    return sorted(found, key=lambda each: (-each["amount_fen"], each["subject"]["key"]))


_NO_SUBJECT = Bilingual("交付材料中没有可评估对象", "no subject in what was delivered")


def spoken(reason: str) -> Bilingual:
    """A detector's reason ``中文 / English`` in its two languages."""
    zh, found, en = reason.partition(" / ")
    return Bilingual(zh, en if found else zh)


def _joined(texts: Sequence[Bilingual]) -> Bilingual:
    return Bilingual("；".join(each.zh for each in texts), "; ".join(each.en for each in texts))


def _set_aside(suppressed: Sequence[Mapping[str, str]]) -> Bilingual:
    each_zh = "；".join(
        f"{one['subject']}：{one['reason']}（{one['approval']}，至{one['expires']}）"
        for one in suppressed
    )
    each_en = "; ".join(
        f"{one['subject']}: {one['reason']} ({one['approval']}, until {one['expires']})"
        for one in suppressed
    )
    return Bilingual(
        f"{len(suppressed)}个命中对象经批准不列为疑点：{each_zh}",
        f"{len(suppressed)} subjects hit and set aside by approval: {each_en}",
    )


def _summary(
    detector: Detector,
    subjects: Mapping[str, tuple[str, str | None]],
    blocking: list[Bilingual],
    overlay: Overlay,
) -> Run:
    states = Counter(state for state, _ in subjects.values())
    open_reasons = Counter(
        reason or "未说明原因 / no reason given"
        for state, reason in subjects.values()
        if state == NOT_EVALUABLE
    )
    suppressed = [
        {
            "subject": one.subject,
            "reason": one.reason,
            "approval": one.approval,
            "expires": one.expires.isoformat(),
        }
        for one in overlay.suppressed.values()
        if subjects.get(one.subject, (CLEAR, None))[0] == HIT
    ]
    evaluable, hits = states[HIT] + states[CLEAR], states[HIT] - len(suppressed)
    rate = round(hits / evaluable, 4) if evaluable else None
    judged = evaluable >= JUDGED_FROM and hits > ALWAYS_READ
    too_many = judged and hits * 100 > detector.hard_percent * evaluable
    many = judged and hits * 100 > detector.soft_percent * evaluable
    reason: Bilingual | None = None
    state = HIT if hits or suppressed else CLEAR
    if suppressed:
        reason = _set_aside(suppressed)
    if blocking:
        state, reason = NOT_EVALUABLE, _joined(blocking)
    elif not evaluable:
        state = NOT_EVALUABLE
        reason = _joined([spoken(each) for each in sorted(open_reasons)] or [_NO_SUBJECT])
    elif too_many:
        state = NOT_EVALUABLE
        ceiling = Bilingual(
            f"命中率过高：{evaluable}个对象中{hits}个，超过上限{detector.hard_percent}%；"
            "疑点未发布，请核查参数和来源",
            f"flag rate: {hits} of {evaluable} subjects is above the ceiling of "
            f"{detector.hard_percent} %; findings withheld, check parameters and sources",
        )
        reason = _joined([ceiling, *([reason] if reason else [])])
    warning = Bilingual(
        f"命中率超过{detector.soft_percent}%，多得无法逐一查看",
        f"flag rate above {detector.soft_percent} %: too many to read",
    )
    return {
        "detector": detector.name,
        "catalogue_id": detector.catalogue_id,
        "version": detector.version,
        "state": state,
        "label": {HIT: detector.label, CLEAR: "not found"}.get(
            state, "data needed" if blocking else "insufficient"
        ),
        "reason": reason and reason.zh,
        "population": len(subjects),
        "evaluable": evaluable,
        "hits": hits,
        "flag_rate": rate,
        "name_zh": detector.name_zh,
        "name_en": detector.name_en,
        "reason_en": reason and reason.en,
        "warning": warning.zh if many else None,
        "warning_en": warning.en if many else None,
        "withheld": hits if too_many else 0,
        "not_evaluable": [
            {"reason": spoken(each).zh, "reason_en": spoken(each).en, "subjects": count}
            for each, count in sorted(open_reasons.items())
        ],
        "suppressed": suppressed,
        "expired": list(overlay.expired),
        "pending": list(overlay.pending),
    }
