"""The words around runs and findings, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qingfeng.vocabulary.findings import FindingState, Severity


@dataclass(frozen=True, slots=True)
class Words:
    """One language. *reason*, *warning*, *explain*: keys of a run or finding in it."""

    run_header: tuple[str, ...]
    finding_header: tuple[str, ...]
    right: frozenset[str]
    states: Mapping[str, str]
    levels: Mapping[str, str]
    kinds: Mapping[str, str]
    roles: Mapping[str, str]
    reason: str
    warning: str
    explain: str
    place: str
    more_findings: str
    more_rows: str
    excluded_rows: str
    open_subjects: str
    pending: str
    between: str


_KINDS = {"account": "账户", "person": "个人", "agent": "代办人", "company": "单位"}
_ROLES = {"evidence": "证据", "in": "转入", "out": "转出", "context": "背景"}

WORDS = {
    "zh": Words(
        run_header=("检测器", "状态", "疑点", "秒", "原因"),
        finding_header=("序号", "级别", "检测器", "对象", "元", "行"),
        right=frozenset({"疑点", "秒", "序号", "元", "行"}),
        states={each.value: each.label for each in FindingState},
        levels={each.value: each.label for each in Severity},
        kinds=_KINDS,
        roles=_ROLES,
        reason="reason",
        warning="warning",
        explain="explain",
        place="{} 第{}行",
        more_findings="… 另有{:,}条疑点",
        more_rows="… 另有{:,}行（--rows N 或 --json）",
        excluded_rows="已排除{:,}行（--json）",
        open_subjects="{:,}/{:,}个对象不可评估：{}",
        pending="尚未生效：{}",
        between="；",
    ),
    "en": Words(
        run_header=("detector", "state", "findings", "seconds", "reason"),
        finding_header=("no.", "level", "detector", "subject", "yuan", "rows"),
        right=frozenset({"findings", "seconds", "no.", "yuan", "rows"}),
        states={each.value: each.value for each in FindingState},
        levels={each.value: each.value for each in Severity},
        kinds={each: each for each in _KINDS},
        roles={each: each for each in _ROLES},
        reason="reason_en",
        warning="warning_en",
        explain="explain_en",
        place="{} row {}",
        more_findings="… and {:,} more findings",
        more_rows="… and {:,} more rows (--rows N or --json)",
        excluded_rows="{:,} rows set aside (--json)",
        open_subjects="{:,} of {:,} subjects not evaluable: {}",
        pending="not yet in force: {}",
        between="; ",
    ),
}
