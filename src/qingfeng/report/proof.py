"""The proof of a case: is what was delivered complete, and does it agree with itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from qingfeng.ingest.linking import last_summary
from qingfeng.ingest.linking_identity import build_identities
from qingfeng.report.delivered_files import paths_by_hash
from qingfeng.report.proof_chain import build_chain
from qingfeng.report.proof_continuity import continuity
from qingfeng.report.proof_coverage import closing, periods
from qingfeng.report.proof_intake import declared, import_account
from qingfeng.report.proof_mirrors import mirrors
from qingfeng.report.proof_promised import promised
from qingfeng.report.proof_text import render
from qingfeng.report.proof_undelivered import undelivered
from qingfeng.store import Case

__all__ = ["prove", "render"]

SEEN_TIMES = 3
SEEN_FEN = 10_000_000
"""An account never delivered is named from this many bookings, or 100,000 yuan, on."""


def prove(
    case: Case,
    *,
    limit: int | None = None,
    seen_times: int = SEEN_TIMES,
    seen_fen: int = SEEN_FEN,
    memory: str | None = None,
) -> dict[str, Any]:
    """Everything the committed rows prove or fail to prove; JSON-able, in a stable order.

    Lists are whole, or cut at *limit* rows; they say ``count`` and ``shown``. Money is fen.
    ``files`` maps the sha256 at the head of each ``source_row`` to the delivered path.
    ``linking`` is null if the case was never linked; then copies and reversals are not known
    and the chain shows second copies as breaks. Raises StoreDamaged.
    """
    batches = case.batches()
    summary = last_summary(case)
    with case.connect(memory=memory) as connection:
        build_identities(connection)
        build_chain(connection)
        return {
            "case": case.code,
            "limit": limit,
            "import_account": import_account(batches, limit),
            "declared_totals": declared(batches, limit),
            "continuity": continuity(connection, limit),
            "closing": closing(connection, limit),
            "periods": periods(connection, limit),
            "mirrors": mirrors(connection, limit),
            "promised": promised(connection, batches, limit),
            "undelivered": undelivered(connection, limit, seen_times=seen_times, seen_fen=seen_fen),
            "linking": asdict(summary) if summary else None,
            "files": paths_by_hash(batches),
        }
