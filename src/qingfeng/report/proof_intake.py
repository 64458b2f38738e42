"""What the import itself accounts for, and what the files say of their own totals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qingfeng.report.delivered_files import delivered_files, import_totals, rows_lost
from qingfeng.report.proof_rows import Answer, listing
from qingfeng.store.batches import Manifest
from qingfeng.vocabulary import FileStatus


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
