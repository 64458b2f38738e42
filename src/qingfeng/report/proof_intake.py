"""What the import itself accounts for, and what was promised but did not come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import duckdb

from qingfeng.report.delivered_files import delivered_files, import_totals, rows_lost
from qingfeng.report.proof_rows import Answer, fetch, listing
from qingfeng.store.batches import Manifest
from qingfeng.vocabulary import FileStatus

SOURCES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("反洗钱|同车|同住址|同户", ()),
    ("流水|交易明细|银行交易", ("transfers",)),
    ("账户|帐户", ("accounts",)),
    ("不动产|房产|自然资源", ("properties",)),
    ("机动车|车辆", ("vehicles",)),
    ("旅馆|住宿", ("stays",)),
    ("铁路|航班|航信|民航|出入境", ("trips",)),
    ("证券", ("securities",)),
    ("理财", ("wealth_products",)),
    ("保险", ("insurance",)),
    ("税", ("taxes",)),
    ("市场监管|工商|企业登记", ("company_roles", "shareholdings", "companies")),
    ("户籍|人口|人员", ("persons",)),
)
"""Words in the name of a source, and the tables its rows go to; first match decides."""

_SUBJECTS = {
    "transfers": ("booked", "holder_name", "holder_id"),
    "accounts": ("accounts", "holder_name", "holder_id"),
    "properties": ("properties", "holder_name", "holder_id"),
    "vehicles": ("vehicles", "holder_name", "holder_id"),
    "stays": ("stays", "name", "person_id"),
    "trips": ("trips", "name", "person_id"),
    "securities": ("securities", "holder_name", "holder_id"),
    "wealth_products": ("wealth_products", "holder_name", "holder_id"),
    "insurance": ("insurance", "holder_name", "holder_id"),
    "taxes": ("taxes", "taxpayer_name", "taxpayer_id"),
    "company_roles": ("company_roles", "person_name", "person_id"),
    "shareholdings": ("shareholdings", "holder_name", "holder_id"),
    "companies": ("companies", "name", "company_id"),
    "persons": ("persons", "name", "person_id"),
}


def promised(connection: duckdb.DuckDBPyConnection, limit: int | None) -> Answer:
    """Sources that said they have results, against the rows that came.

    *missing*: results promised for a subject, not one row of it delivered. *fewer*: fewer rows
    than promised. *not_replied*. *not_checkable*: no table belongs to the source's name.
    *failed_queries* and *answered_without_rows* come from ``query_tasks``: a failed query is a
    gap, not "no account".
    """
    came = _delivered_subjects(connection)
    missing, fewer, silent, unknown = [], [], [], []
    for each in fetch(
        connection,
        """SELECT source_name, subject_name, subject_id, replied, has_results, promised_rows,
                  result, request_reference, source_row
           FROM query_summaries ORDER BY source_name, subject_id, subject_name, source_row""",
    ):
        if each["replied"] is False:
            silent.append(each)
        if not each["has_results"]:
            continue
        tables = tables_of(each["source_name"])
        if not tables:
            unknown.append(each)
            continue
        subject = each["subject_id"] or each["subject_name"]
        rows = sum(came.get((table, subject), 0) for table in tables)
        judged = {**each, "tables": list(tables), "delivered_rows": rows}
        if rows == 0:
            missing.append(judged)
        elif each["promised_rows"] is not None and rows < each["promised_rows"]:
            fewer.append(judged)
    task = (
        "bank, subject_number, account, outcome, result, detail_result, task_reference, source_row"
    )
    failed = fetch(
        connection,
        f"""SELECT {task} FROM query_tasks WHERE outcome = 'failed'
            ORDER BY bank, account, subject_number, source_row""",
    )
    empty = fetch(
        connection,
        f"""SELECT {task} FROM query_tasks q
            WHERE outcome = 'answered' AND coalesce(account, subject_number) IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM identity i JOIN booked b ON b.own = i.id
                              WHERE i.number IN (q.account, q.subject_number))
              AND NOT EXISTS (SELECT 1 FROM booked b WHERE b.holder_id = q.subject_number)
              AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.holder_id = q.subject_number
                              OR a.account = q.account OR a.card = q.account)
            ORDER BY bank, account, subject_number, source_row""",
    )
    return {
        "missing": listing(missing, limit),
        "fewer": listing(fewer, limit),
        "not_replied": listing(silent, limit),
        "not_checkable": listing(unknown, limit),
        "failed_queries": listing(failed, limit),
        "answered_without_rows": listing(empty, limit),
    }


def tables_of(source_name: str | None) -> tuple[str, ...]:
    """The tables that rows of a source go to; empty if its name says nothing."""
    for words, tables in SOURCES:
        if source_name and re.search(words, source_name):
            return tables
    return ()


def _delivered_subjects(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    parts = [
        f"SELECT '{table}' AS tab, {column} AS subject, count(*) AS rows FROM {view} "
        f"WHERE {column} IS NOT NULL GROUP BY {column}"
        for table, (view, *columns) in _SUBJECTS.items()
        for column in columns
    ]
    found = connection.execute(" UNION ALL ".join(parts)).fetchall()
    return {(table, subject): rows for table, subject, rows in found}


def declared(batches: Sequence[Manifest], limit: int | None) -> Answer:
    """Totals printed in the files (footers, headings) that the rows read do not give."""
    checks = [
        {
            "path": file.get("path"),
            "sha256": file.get("sha256"),
            "member": table.get("member"),
            "sheet": table.get("sheet"),
            **check,
        }
        for file in delivered_files(batches)
        for table in file.get("tables", [])
        for check in table.get("checks", [])
    ]
    wrong = [each for each in checks if each.get("match") is False]
    agreeing = sum(each.get("match") is True for each in checks)
    return listing(wrong, limit, checks=len(checks), agreeing=agreeing)


def import_account(batches: Sequence[Manifest], limit: int | None) -> Answer:
    """Rows read = kept + rejected + duplicates, for each file and for each import.

    A file counts once, however often it was imported: see ``delivered_files``. Kept rows are
    recounted from the parts on disk: *stored_rows* by table. *rows_lost*: duplicates of rows
    that were withdrawn with their file, and *lost* the files they stand in; with any of these
    nothing is *balanced*, for a duplicate is a row that the case has.
    """
    names = ("rows_read", "rows_kept", "rejected", "duplicates")
    stored: dict[str, int] = {}
    for batch in batches:
        for part, facts in batch.parts.items():
            table = part.split("/")[0]
            stored[table] = stored.get(table, 0) + facts["rows"]
    files: list[dict[str, Any]] = delivered_files(batches)
    open_sums = [
        {"path": file.get("path"), "member": table.get("member"), "sheet": table.get("sheet")}
        for file in files
        for table in file.get("tables", [])
        if table.get("rows_read", 0)
        != table.get("rows_kept", 0)
        + len(table.get("rejected", []))
        + len(table.get("duplicates", []))
    ]
    refused = [
        {"path": file.get("path"), "reason": file.get("reason")}
        for file in files
        if file.get("status") == "refused"
    ]
    lost = [
        {"path": file.get("path"), "sha256": file.get("sha256"), "rows": rows_lost([file])}
        for file in files
        if rows_lost([file])
    ]
    withdrawn = [
        {"path": file.get("path"), "reason": file.get("reason")}
        for file in files
        if file.get("status") == FileStatus.WITHDRAWN
    ]
    balanced = all(
        int(batch.totals.get("rows_read", 0))
        == sum(int(batch.totals.get(name, 0)) for name in names[1:])
        for batch in batches
    )
    return {
        **import_totals(files),
        "batches": len(batches),
        "files": len(files),
        "balanced": balanced and not open_sums and not lost,
        "rows_lost": rows_lost(files),
        "stored_rows": dict(sorted(stored.items())),
        "not_balanced": listing(open_sums, limit),
        "lost": listing(lost, limit),
        "refused": listing(refused, limit),
        "withdrawn": listing(withdrawn, limit),
    }
