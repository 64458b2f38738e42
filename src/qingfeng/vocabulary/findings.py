"""Code lists of what a detector says."""

from __future__ import annotations

from qingfeng.vocabulary.labelled import Labelled


class FindingState(Labelled):
    """What came of looking (疑点状态). Silence is never ``CLEAR``."""

    HIT = "hit", "命中"
    CLEAR = "clear", "未命中"
    NOT_EVALUABLE = "not evaluable", "无法评估"


class Severity(Labelled):
    """How much a finding would matter if it were true (疑点级别)."""

    CRITICAL = "critical", "严重"
    HIGH = "high", "高"
    MEDIUM = "medium", "中"
    LOW = "low", "低"
    INFORMATIONAL = "informational", "提示"

    @classmethod
    def order(cls, level: str, amount_fen: int | None) -> tuple[int, int]:
        """What findings are sorted by, in every list: the gravest first, then the largest."""
        ranks = [each.value for each in cls]
        return ranks.index(level) if level in ranks else len(ranks), -(amount_fen or 0)


class Confidence(Labelled):
    """How often findings of this kind proved true (可信度)."""

    HIGH = "high", "高"
    MEDIUM = "medium", "中"
    LOW = "low", "低"


class Authority(Labelled):
    """Which kind of authority a table needs before anything may read it (数据权限)."""

    DAILY = "daily", "日常监督"
    CASE = "case", "案件授权"
