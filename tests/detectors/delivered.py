"""Delivered rows by hand, for the tests of what detectors see."""

from __future__ import annotations

import duckdb

from qingfeng.schema import tables

HOLDER = "359901197001010119"


def empty_connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name, definition in tables().items():
        more = {"event_id": "VARCHAR", "counted": "BOOLEAN"} if name == "transfers" else {}
        columns = ", ".join(f'"{c}" {k}' for c, k in {**definition.physical(), **more}.items())
        connection.execute(f'CREATE TABLE "{name}" ({columns})')
    return connection


def add_transfers(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, object]]) -> None:
    for number, row in enumerate(rows):
        whole = {
            "transfer_id": f"T{number:04d}",
            "event_id": f"T{number:04d}",
            "counted": True,
            "status": "ok",
            "currency": "CNY",
            "time_precision": "second",
            "source_row": f"{'a' * 64}·Sheet1·{number + 2}",
        } | row
        names = ", ".join(whole)
        marks = ", ".join("?" * len(whole))
        connection.execute(
            f"INSERT INTO transfers ({names}) VALUES ({marks})", list(whole.values())
        )


def cash(account: str, day: int, yuan: int, **more: object) -> dict[str, object]:
    return {
        "account": account,
        "booked_at": f"2021-03-{day:02d} 10:00:00+08:00",
        "direction": "in",
        "amount_fen": yuan * 100,
        "cash": True,
    } | more
