"""Bookings of invented accounts, committed and linked, for the tests of linking."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from qingfeng.ingest.linking import link
from qingfeng.store import Case
from tests.report.synthetic_rows import rows_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2024, 6, 2, 12, 0, 0, tzinfo=SHANGHAI)
CARD_A, CARD_B = "6228480000000000125", "6217000000000003453"
ACCOUNT_A, ACCOUNT_B = "10359900000001", "10359900000002"


def booking(
    name: str, direction: str, yuan: int, after_s: float = 0, **more: Any
) -> dict[str, Any]:
    return {
        "transfer_id": name,
        "direction": direction,
        "amount_fen": yuan * 100,
        "booked_at": NOON + timedelta(seconds=after_s),
        "time_precision": "second",
        "currency": "CNY",
        "status": "ok",
        "source_row": f"{more.pop('file', 'f1')}··{more.pop('row', int(name[1:]) + 2)}",
        **more,
    }


def linked(
    case: Case, bookings: list[dict[str, Any]], accounts: list[dict[str, Any]] | None = None
) -> dict[str, dict[str, Any]]:
    """Commit, link, and read the view; by transfer_id."""
    listed = [
        {"account_row_id": str(i), "source_row": f"acc··{i}", **each}
        for i, each in enumerate(accounts or [])
    ]
    case.add(
        {"transfers": rows_of("transfers", *bookings), "accounts": rows_of("accounts", *listed)}
    )
    link(case)
    with case.connect() as connection:
        found = connection.sql("SELECT * FROM transfers").to_arrow_table().to_pylist()
    return {row["transfer_id"]: row for row in found}


def same_event(found: dict[str, dict[str, Any]], a: str, b: str) -> bool:
    return bool(found[a]["event_id"] == found[b]["event_id"])
