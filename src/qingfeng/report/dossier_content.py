"""Everything a dossier says, gathered once and then laid out as workbook and page.

A dossier repeats what detectors, the import and the proof said. It concludes nothing: each
state gets one of the labels a machine may use (统计特征, 疑点指向, 未发现, 需补数据, 材料不足).
The sixth, 已核实事实, is for people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import duckdb

from qingfeng.periods import BEIJING
from qingfeng.report.delivered_files import delivered_files
from qingfeng.report.dossier_evidence import EvidenceRow, evidence_of
from qingfeng.store import Case
from qingfeng.vocabulary import FindingState, Severity

LABELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "feature": ("统计特征", "statistical feature"),
        "pointer": ("疑点指向", "pointer"),
        "not_found": ("未发现", "not found"),
        "insufficient": ("材料不足", "insufficient"),
        "data_needed": ("需补数据", "data needed"),
    }
)
NO_CURRENCY = "未注明"

_PROOF_LEFT_OUT = {"case", "files"}
"""Parts of the proof that the dossier says elsewhere."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding in the dossier; *number* is its place there, from 1."""

    number: int
    finding: Mapping[str, Any]
    rows: Sequence[EvidenceRow]

    @property
    def label(self) -> tuple[str, str]:
        """Chinese and English label."""
        return LABELS["feature" if self.finding.get("chance") else "pointer"]

    @property
    def amount_fen(self) -> int:
        """As the detector stated it; 0 if it stated none."""
        return int(self.finding.get("amount_fen") or 0)

    @property
    def evidence_fen(self) -> int:
        """The sum of the rows that make the amount."""
        return sum(row.amount_fen or 0 for row in self.rows if row.adds_up)

    @property
    def currencies(self) -> list[str]:
        """Of the rows that make the amount; more than one should not be added."""
        return sorted({row.currency or NO_CURRENCY for row in self.rows if row.adds_up})


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows and their amounts; an amount not delivered adds nothing."""

    rows: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Waterfall:
    """All delivered transfers of one currency, down to those that count.

    *gross* and *net* are counted on their own, so ``gross - exclusions = net`` can fail.
    """

    currency: str
    gross: Tally
    exclusions: Mapping[str, Tally]
    net: Tally

    @property
    def difference(self) -> Tally:
        """What gross minus exclusions leaves beside net: zero, or a fault to be shown."""
        left = self.exclusions.values()
        return Tally(
            self.gross.rows - sum(each.rows for each in left) - self.net.rows,
            self.gross.amount_fen - sum(each.amount_fen for each in left) - self.net.amount_fen,
        )


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter as a detector used it."""

    detector: str
    version: str
    name: str
    value: object
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is laid out. *created* is Beijing time, aware."""

    case: Mapping[str, str]
    created: datetime
    files: Sequence[Mapping[str, Any]]
    entries: Sequence[Entry]
    runs: Sequence[Mapping[str, Any]]
    waterfalls: Sequence[Waterfall]
    parameters: Sequence[Parameter]
    proof: Mapping[str, Any]


def gather(
    case: Case,
    *,
    findings: Mapping[str, Any],
    proof: Mapping[str, Any],
    created: datetime,
) -> Dossier:
    """Look up all that the dossier needs.

    findings: ``{"runs": [...], "findings": [...]}``; only findings with state ``hit`` become
        entries, most severe first, else in the given order.
    Raises StoreDamaged.
    """
    hits = [each for each in findings["findings"] if each.get("state", "hit") == FindingState.HIT]
    ranks = {severity.value: rank for rank, severity in enumerate(Severity)}
    hits.sort(key=lambda each: ranks.get(each.get("level", ""), len(ranks)))
    with case.connect() as connection:
        evidence = evidence_of(connection, hits)
        waterfalls = waterfalls_of(connection)
    pairs = zip(hits, evidence, strict=True)
    return Dossier(
        case=case.facts,
        created=created.astimezone(BEIJING),
        files=delivered_files(case.batches()),
        entries=[Entry(number, hit, rows) for number, (hit, rows) in enumerate(pairs, start=1)],
        runs=findings["runs"],
        waterfalls=waterfalls,
        parameters=_parameters([*findings["runs"], *hits]),
        proof={name: each for name, each in proof.items() if name not in _PROOF_LEFT_OUT},
    )


def run_label(run: Mapping[str, Any]) -> tuple[str, str]:
    """The label of what a detector found on the whole case."""
    state = run["state"]
    if state == FindingState.HIT:
        return LABELS["pointer"]
    if state == FindingState.CLEAR:
        return LABELS["not_found"]
    return LABELS["insufficient" if run.get("population") else "data_needed"]


def waterfalls_of(connection: duckdb.DuckDBPyConnection) -> list[Waterfall]:
    """One waterfall a currency, by currency."""
    tally = "count(*), coalesce(sum(amount_fen), 0)::BIGINT"
    money = f"coalesce(currency, '{NO_CURRENCY}')"
    gross = connection.execute(f"SELECT {money}, {tally} FROM delivered_transfers GROUP BY 1")
    totals = {currency: Tally(*rest) for currency, *rest in gross.fetchall()}
    net = connection.execute(f"SELECT {money}, {tally} FROM transfers WHERE counted GROUP BY 1")
    counted = {currency: Tally(*rest) for currency, *rest in net.fetchall()}
    left_out = connection.execute(
        f"""SELECT {money}, CASE
                WHEN status = 'failed' THEN '未成功'
                WHEN status IN ('reversal', 'reversed') THEN '冲正与被冲正'
                WHEN status = 'closed' THEN '已关闭'
                WHEN status IN ('returned', 'refunded', 'refund') THEN '退回'
                WHEN event_id <> transfer_id THEN '同一事件的另一份记录'
                ELSE '其他不计入' END AS reason, {tally}
            FROM transfers WHERE NOT counted GROUP BY 1, 2 ORDER BY 1, 2"""
    )
    exclusions: dict[str, dict[str, Tally]] = {}
    for currency, reason, *rest in left_out.fetchall():
        exclusions.setdefault(currency, {})[reason] = Tally(*rest)
    return [
        Waterfall(each, totals[each], exclusions.get(each, {}), counted.get(each, Tally(0, 0)))
        for each in sorted(totals)
    ]


def parameter_value(facts: Mapping[str, Any]) -> object:
    """The value in force, or every dated one where it is taken on the day of each booking."""
    dated = facts.get("by_date")
    if not dated:
        return facts.get("value")
    return "；".join(" ".join(f"{key} {each}" for key, each in one.items()) for one in dated)


def _parameters(findings: Sequence[Mapping[str, Any]]) -> list[Parameter]:
    found: dict[tuple[str, str, str, str], Parameter] = {}
    for each in findings:
        for name, facts in (each.get("parameters") or {}).items():
            parameter = Parameter(
                each["detector"],
                each.get("version") or "",
                name,
                parameter_value(facts),
                facts.get("unit") or "",
                facts.get("source") or "",
            )
            key = (parameter.detector, parameter.version, name, str(parameter.value))
            found.setdefault(key, parameter)
    return [found[key] for key in sorted(found)]
