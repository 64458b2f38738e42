"""The rows behind a finding, looked up in the case by their ``source_row``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from qingfeng.money import format_yuan
from qingfeng.report.lines import beijing_sql
from qingfeng.schema import ColumnKind, Table, tables

MAIN_ROLE = "evidence"
CONTEXT, EXCLUDED = "context", "excluded"
BESIDE = frozenset({CONTEXT, EXCLUDED})
"""Roles of rows that were looked at and are no evidence."""
_LAST = "9999"
_TOLD_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One record a finding names.

    *number*: place within the finding, from 1. *table*: Chinese label of the canonical table,
    ``""`` if the case holds no such row. *moment*: Beijing time without zone. *told*: a
    transfer's summary and remark, or what a row of another table says. *amount_fen*: what is
    left after refunds that the row itself states; *told* then says so. *adds_up*: its amount is
    part of the finding's amount. *excluded_by*: why the detector set it aside; such a row
    is shown, and is no evidence; nor is one with the role ``context``.
    """

    number: int
    source_row: str
    file: str
    sheet: str
    row: int | None
    role: str
    table: str = ""
    moment: datetime | None = None
    time_precision: str | None = None
    account: str | None = None
    holder: str | None = None
    direction: str | None = None
    counterparty_account: str | None = None
    counterparty_name: str | None = None
    amount_fen: int | None = None
    currency: str | None = None
    told: str = ""
    adds_up: bool = False
    excluded_by: str | None = None


def evidence_of(
    connection: duckdb.DuckDBPyConnection, findings: Sequence[Mapping[str, Any]]
) -> list[list[EvidenceRow]]:
    """Return the rows of each finding, the excluded ones too, by time, then as delivered.

    A row without a time of its own stands on the day its finding gives it, else last. A
    delivered row that became two transfers (principal and fee) gives two rows here, one that
    became records of several other tables one; one that the case does not hold stays, without
    content.
    """
    wanted = sorted({named["source_row"] for each in findings for named in each.get("rows", [])})
    connection.register("dossier_wanted", pa.table({"source_row": pa.array(wanted, pa.string())}))
    known = _transfers(connection)
    missing = [each for each in wanted if each not in known]
    if missing:
        known |= _others(connection, missing)
    connection.unregister("dossier_wanted")
    return [_rows_of(each, known) for each in findings]


def _rows_of(
    finding: Mapping[str, Any], known: Mapping[str, list[dict[str, Any]]]
) -> list[EvidenceRow]:
    found: list[EvidenceRow] = []
    moments: list[str] = []
    for named in finding.get("rows", []):
        for content in known.get(named["source_row"], [{}]):
            row = EvidenceRow(
                number=0,
                source_row=named["source_row"],
                file=named.get("file") or "",
                sheet=named.get("sheet") or "",
                row=named.get("row"),
                role=named.get("role") or MAIN_ROLE,
                excluded_by=named.get("excluded_by"),
                **content,
            )
            found.append(row)
            moments.append(str(row.moment or named.get("happened_on") or _LAST))
    order = sorted(
        range(len(found)),
        key=lambda at: (moments[at], found[at].file, found[at].sheet, found[at].row or 0, at),
    )
    rows = [found[at] for at in order]
    counted = {
        named.get("role") or MAIN_ROLE
        for named in finding.get("rows", [])
        if named.get("counted_fen")
    }
    adding = _adding_roles(rows, finding.get("amount_fen"), counted)
    return [
        replace(row, number=number, adds_up=row.role in adding and row.amount_fen is not None)
        for number, row in enumerate(rows, start=1)
    ]


def _adding_roles(
    rows: Sequence[EvidenceRow], amount_fen: int | None, counted: AbstractSet[str]
) -> AbstractSet[str]:
    """The roles whose amounts make the finding's amount.

    A detector names roles, not which of them it summed. The first of these that gives the
    amount is taken: the role ``evidence``, one role alone, all together. If none does: the
    roles of rows that the detector *counted*, else ``evidence`` or, where there is no such
    role, all; the working paper then shows the difference. Context and excluded rows never add.
    """
    roles = sorted({row.role for row in rows} - BESIDE)
    main = [{MAIN_ROLE}] if MAIN_ROLE in roles else []
    choices = [*main, *({role} for role in roles), set(roles)]
    for choice in choices:
        if sum(row.amount_fen or 0 for row in rows if row.role in choice) == amount_fen:
            return choice
    return (counted - BESIDE) or (main[0] if main else set(roles))


def _transfers(connection: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    query = f"""
        SELECT source_row, {beijing_sql("booked_at")} AS moment, time_precision,
               coalesce(account, card, account_masked) AS account, holder_name AS holder,
               direction, counterparty_name, amount_fen, currency,
               CASE WHEN status = 'partly_refunded' THEN refunded_fen END AS refunded_fen,
               coalesce(counterparty_account, counterparty_account_masked) AS counterparty_account,
               concat_ws(' ', summary, remark, item) AS told
        FROM transfers JOIN dossier_wanted USING (source_row) ORDER BY source_row, transfer_id
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for row in _dicts(connection, query):
        refunded = row.pop("refunded_fen")
        if refunded and row["amount_fen"] is not None:
            said = f"交付 {format_yuan(row['amount_fen'])} 元，其中已退 {format_yuan(refunded)} 元"
            row["told"] = "；".join(filter(None, (said, row["told"])))
            row["amount_fen"] -= refunded
        found.setdefault(row.pop("source_row"), []).append(row | {"table": "交易明细"})
    return found


def _others(
    connection: duckdb.DuckDBPyConnection, missing: Iterable[str]
) -> dict[str, list[dict[str, Any]]]:
    sought = pa.table({"source_row": pa.array(missing, pa.string())})
    connection.register("dossier_missing", sought)
    found: dict[str, list[dict[str, Any]]] = {}
    for definition in tables().values():
        if definition.name == "transfers":
            continue
        query = f"""SELECT o.* FROM "{definition.name}" o JOIN dossier_missing USING (source_row)
            ORDER BY source_row, "{definition.id_column}" """
        for row in _dicts(connection, query):
            table, told = definition.label, _told(definition, row)
            for before in found.get(row["source_row"], ()):
                table, told = f"{before['table']}、{table}", f"{before['told']}；{told}"
            found[row["source_row"]] = [{"table": table, "told": told}]
    connection.unregister("dossier_missing")
    return found


def _told(definition: Table, row: Mapping[str, Any]) -> str:
    said = [
        f"{column.label}：{_shown(row[column.name], column.kind)}"
        for column in definition.columns
        if row[column.name] is not None
    ]
    return "；".join(said[:_TOLD_COLUMNS])


def _shown(value: object, kind: ColumnKind) -> str:
    if kind is ColumnKind.FEN and isinstance(value, int):
        return f"{format_yuan(value)} 元"
    return str(value)


def _dicts(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[dict[str, Any]]:
    for batch in connection.sql(query).to_arrow_reader():
        yield from batch.to_pylist()
