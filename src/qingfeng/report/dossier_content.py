"""Everything a dossier says, gathered once and then laid out as workbook and page.

A dossier repeats what detectors, the import and the proof said. It concludes nothing: each
finding and run keeps the label its detector gave it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from qingfeng.detectors.wording import YUAN, sums_said
from qingfeng.periods import BEIJING
from qingfeng.report.delivered_files import delivered_files
from qingfeng.report.dossier_evidence import BESIDE, CONTEXT, EXCLUDED, EvidenceRow, evidence_of
from qingfeng.report.dossier_subjects import names_of
from qingfeng.report.dossier_words import LABELS, measured, reason_of
from qingfeng.store import Case
from qingfeng.vocabulary import FindingState, Severity

NO_CURRENCY = "未注明"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Rows of one finding set aside for one reason, told in Chinese.

    *amount_fen*: what they take from the gross sum. *beside*: what they say that is no part of
    it, as ``55,000.00 USD``; then the amount is None.
    """

    reason: str
    rows: int
    amount_fen: int | None
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding in the dossier; *number* is its place there, from 1.

    *rows*: every row looked at, the excluded ones among them. *named*: what delivered rows
    call its subject; empty if none does.
    """

    number: int
    finding: Mapping[str, Any]
    rows: Sequence[EvidenceRow]
    named: str = ""

    @property
    def subject(self) -> str:
        """Name and number of the subject."""
        return f"{self.named} {(self.finding.get('subject') or {}).get('key', '')}".strip()

    @property
    def label(self) -> tuple[str, str]:
        """Chinese and English label, as the detector has it."""
        return LABELS[self.finding["label"]]

    @property
    def evidence(self) -> list[EvidenceRow]:
        """The rows that carry the finding."""
        return [row for row in self.rows if row.role not in BESIDE]

    @property
    def context(self) -> list[EvidenceRow]:
        """Rows that only explain it, such as the record of a death."""
        return [row for row in self.rows if row.role == CONTEXT]

    @property
    def set_aside(self) -> list[EvidenceRow]:
        """The excluded rows."""
        return [row for row in self.rows if row.role == EXCLUDED]

    @property
    def exclusions(self) -> list[Exclusion]:
        """Excluded rows and money by reason; *rows* minus these and *context* is *evidence*."""
        stated = {each["reason"]: each for each in self.finding.get("excluded") or []}
        rows = Counter(row.excluded_by or "" for row in self.set_aside)
        found = []
        for code in sorted(rows):
            said = stated.get(code, {})
            beside = said.get("beside")
            found.append(
                Exclusion(
                    reason_of(code, self.finding["detector"]),
                    rows[code],
                    None if beside else said.get("amount_fen"),
                    sums_said(beside or (), "zh"),
                )
            )
        return found

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
    def amount_head(self) -> str:
        """The head of the column of amounts; only yuan are called so."""
        return "金额（元）" if self.currency == YUAN else "金额"

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
    """One parameter as a detector used it: *value* and *unit* as people write them.

    *first*, *last*: the days of a value that depends on the day of each booking, ISO, both
    included; None: open, or the value holds for the whole run.
    """

    detector: str
    version: str
    name: str
    value: object
    unit: str
    source: str
    first: str | None = None
    last: str | None = None

    @property
    def period(self) -> str:
        """``2007-03-01 至 2017-06-30``; empty if the value holds throughout."""
        if self.first is None and self.last is None:
            return ""
        return f"{self.first or '起初'} 至 {self.last or '今'}"


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
        entries, in the order of ``gravity``.
    Raises StoreDamaged.
    """
    hits = [each for each in findings["findings"] if each.get("state", "hit") == FindingState.HIT]
    hits.sort(key=gravity)
    with case.connect() as connection:
        evidence = evidence_of(connection, hits)
        names = names_of(connection, hits)
        waterfalls = waterfalls_of(connection)
    pairs = zip(hits, evidence, strict=True)
    return Dossier(
        case=case.facts,
        created=created.astimezone(BEIJING),
        files=delivered_files(case.batches()),
        entries=[
            Entry(number, hit, rows, names.get((hit.get("subject") or {}).get("key", ""), ""))
            for number, (hit, rows) in enumerate(pairs, start=1)
        ],
        runs=findings["runs"],
        waterfalls=waterfalls,
        parameters=_parameters([*findings["runs"], *hits]),
        proof=proof,
    )


def run_label(run: Mapping[str, Any]) -> tuple[str, str]:
    """The label of what a detector found on the whole case, as the detector has it."""
    return LABELS[run["label"]]


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
                WHEN copied THEN '同一事件的另一份记录'
                WHEN status = 'failed' THEN '未成功'
                WHEN status IN ('reversal', 'reversed') THEN '冲正与被冲正'
                WHEN status = 'closed' THEN '已关闭'
                WHEN status IN ('returned', 'refunded', 'refund') THEN '退回'
                ELSE '其他不计入' END AS reason, {tally}
            FROM (SELECT t.*, o.event_id IS NOT NULL AS copied
                  FROM transfers t LEFT JOIN transfers o
                    ON o.transfer_id = t.linked_to AND o.event_id = t.event_id
                  WHERE NOT t.counted)
            GROUP BY 1, 2 ORDER BY 1, 2"""
    )
    exclusions: dict[str, dict[str, Tally]] = {}
    for currency, reason, *rest in left_out.fetchall():
        exclusions.setdefault(currency, {})[reason] = Tally(*rest)
    return [
        Waterfall(each, totals[each], exclusions.get(each, {}), counted.get(each, Tally(0, 0)))
        for each in sorted(totals)
    ]


def gravity(finding: Mapping[str, Any]) -> tuple[int, int]:
    """What findings are sorted by wherever they are listed and numbered."""
    return Severity.order(finding.get("level", ""), finding.get("amount_fen"))


def parameters_of(said: Mapping[str, Any]) -> list[Parameter]:
    """The parameters of one finding or run by name, a dated one once for each of its values."""
    found = []
    for name, facts in sorted((said.get("parameters") or {}).items()):
        for dated in facts.get("by_date") or [facts]:
            value, unit = measured(dated.get("value"), facts.get("unit") or "")
            found.append(
                Parameter(
                    said["detector"],
                    said.get("version") or "",
                    name,
                    value,
                    unit,
                    dated.get("source") or "",
                    dated.get("from"),
                    dated.get("to"),
                )
            )
    return found


def _parameters(said: Sequence[Mapping[str, Any]]) -> list[Parameter]:
    found = {each: None for one in said for each in parameters_of(one)}
    return sorted(
        found,
        key=lambda each: (
            each.detector,
            each.version,
            each.name,
            each.first or "",
            str(each.value),
        ),
    )
