"""What became of the queries that were sent: those that failed, and answers that brought nothing.

A failed query is a gap, not "no account".
"""

from __future__ import annotations

import duckdb

from qingfeng.report.promised_sources import institution_of
from qingfeng.report.proof_rows import Answer, fetch

_TASK = "bank, subject_number, account, outcome, result, detail_result, task_reference, source_row"
_ORDER = "bank, account, subject_number, source_row"


def failed_queries(connection: duckdb.DuckDBPyConnection) -> list[Answer]:
    """The tasks that failed."""
    return fetch(
        connection,
        f"SELECT {_TASK} FROM query_tasks WHERE outcome = 'failed' ORDER BY {_ORDER}",
    )


def answered_without_rows(connection: duckdb.DuckDBPyConnection) -> list[Answer]:
    """The tasks that were answered, of which neither a booking nor an account came.

    A number that was asked about is answered by rows of that number. A person is answered by
    rows of the institution that was asked; by any rows where the task names none that can be
    told, and by rows that do not say whose they are.
    """
    open_tasks = fetch(
        connection,
        f"""SELECT {_TASK} FROM query_tasks q
            WHERE outcome = 'answered' AND coalesce(account, subject_number) IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM identity i JOIN booked b ON b.own = i.id
                              WHERE i.number IN (q.account, q.subject_number))
              AND NOT EXISTS (SELECT 1 FROM accounts a
                              WHERE a.account = q.account OR a.card = q.account)
            ORDER BY {_ORDER}""",
    )
    if not open_tasks:
        return []
    senders: dict[str, set[str | None]] = {}
    for number, bank in connection.execute(
        """SELECT DISTINCT holder_id, bank FROM (
               SELECT holder_id, bank FROM booked UNION ALL SELECT holder_id, bank FROM accounts)
           WHERE holder_id IN (SELECT subject_number FROM query_tasks WHERE outcome = 'answered')"""
    ).fetchall():
        senders.setdefault(number, set()).add(institution_of(bank))
    return [each for each in open_tasks if not _came(each, senders)]


def _came(task: Answer, senders: dict[str, set[str | None]]) -> bool:
    sent_by = senders.get(task["subject_number"], set())
    asked = institution_of(task["bank"])
    return bool(sent_by) and (asked is None or asked in sent_by or None in sent_by)
