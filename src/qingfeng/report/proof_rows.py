"""Answers of the proof as plain dictionaries, each with its source row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import duckdb

_LOCAL = timezone(timedelta(hours=8))
_EPOCH = date(1970, 1, 1)

LEDGER = (
    "CASE WHEN l.unnumbered_in IS NULL THEN l.ledger_number END AS number, l.account_masked, "
    "l.unnumbered_in, l.sub_account, l.currency"
)
"""SQL of what names a ledger ``l``; without a whole number also the sheet it stands in."""

YUAN = "CNY"

Answer = dict[str, Any]


def moment(seconds: int | None) -> str | None:
    """ISO text with +08:00 of seconds since 1970."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).astimezone(_LOCAL).isoformat()


def day_text(day: int | None) -> str | None:
    """ISO date of a local day number."""
    return None if day is None else (_EPOCH + timedelta(days=day)).isoformat()


def fetch(connection: duckdb.DuckDBPyConnection, query: str) -> list[Answer]:
    """The rows of *query* as dictionaries; ``t`` becomes ``booked_at``, ``*_day`` ``*_on``."""
    found = connection.execute(query)
    names = [column[0] for column in found.description or ()]
    return [_plain(dict(zip(names, row, strict=True))) for row in found.fetchall()]


def _plain(row: Answer) -> Answer:
    plain: Answer = {}
    for name, value in row.items():
        if name == "t":
            plain["booked_at"] = moment(value)
        elif name in ("first_day", "last_day"):
            plain[name.removesuffix("_day") + "_on"] = day_text(value)
        else:
            plain[name] = value.isoformat() if isinstance(value, date) else value
    return plain


def listing(found: list[Answer], limit: int | None, **facts: object) -> Answer:
    """*found*, cut at *limit* if there is one, with how many there are: nothing goes silently."""
    shown = found[:limit]
    return {"count": len(found), "shown": len(shown), **facts, "rows": shown}


def money_of(rows: Iterable[Answer]) -> Answer:
    """``amount_fen``, the yuan of *rows*, and ``other_currencies``: fen by currency.

    The currency of a row that names none is ``""``; nothing is converted.
    """
    sums: dict[str, int] = {YUAN: 0}
    for each in rows:
        sums[each["currency"]] = sums.get(each["currency"], 0) + abs(each["amount_fen"])
    return {"amount_fen": sums.pop(YUAN), "other_currencies": dict(sorted(sums.items()))}
