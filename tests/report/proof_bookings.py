"""Bookings of invented accounts, committed, linked and proved, for the tests of the proof."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from qingfeng.ingest.linking import link
from qingfeng.report.proof import prove
from qingfeng.store import Case
from tests.report.synthetic_rows import rows_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2024, 6, 2, 12, 0, 0, tzinfo=SHANGHAI)
CARD_A, CARD_B = "6228480000000000125", "6217000000000003453"


def booking(
    row: int, direction: str, fen: int, balance: int | None, after_s: float = 0, **more: Any
) -> dict[str, Any]:
    file = more.pop("file", "f1")
    return {
        "transfer_id": f"{file}-{row:04d}",
        "card": CARD_A,
        "direction": direction,
        "amount_fen": fen,
        "balance_fen": balance,
        "booked_at": NOON + timedelta(seconds=after_s),
        "time_precision": "second",
        "currency": "CNY",
        "status": "ok",
        "source_row": f"{file}··{row}",
        **more,
    }


def proved(
    case: Case, bookings: list[dict[str, Any]], limit: int | None = 20, **others: Any
) -> Any:
    contents = {"transfers": bookings, **others}
    case.add({name: rows_of(name, *rows) for name, rows in contents.items()})
    link(case)
    return prove(case, limit=limit)


def ledger_rows(effects: list[int], *, per_instant: int = 1, day: bool = False) -> list[Any]:
    """A consistent ledger: *per_instant* bookings share each second (or day)."""
    found, balance = [], 1_000_000
    for number, effect in enumerate(effects):
        balance += effect
        step = number // per_instant
        found.append(
            booking(
                number + 2,
                "in" if effect > 0 else "out",
                abs(effect),
                balance,
                step * 86400 if day else step,
                time_precision="day" if day else "second",
            )
        )
    return found
