"""Small imports for tests: files of invented bookings, and what a case holds of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qingfeng.ingest.run import import_paths
from qingfeng.store import Case, Home

HEADER = "交易卡号,交易时间,收付标志,交易金额,交易余额,对手卡号,对手户名,交易流水号,摘要"
CARD = "6228480000000000125"


def new_case(folder: Path, code: str = "C") -> Case:
    """An empty case below *folder*."""
    return Home(folder).create_case(code, title="T", instrument="N")


def booking(number: int, *, card: str = CARD, amount: str = "3.20", serial: str = "") -> str:
    """One delivered line; *number* makes its second and its balance."""
    minute, second = divmod(number, 60)
    time = f"2024-06-01 08:{minute % 60:02d}:{second:02d}"
    return f"{card},{time},出,{amount},{1000 + number}.00,,测试公交,{serial},消费"


def content(case: Case, table: str = "transfers") -> list[tuple[object, ...]]:
    """The rows of a table without what says only where they came from, sorted."""
    with case.connect() as connection:
        chosen = connection.sql(f"SELECT * EXCLUDE (source_row, flags) FROM {table} ORDER BY ALL")
        return chosen.fetchall()


def imported(folder: Path, *paths: Path, code: str = "C", **options: object) -> Case:
    """A new case with *paths* imported."""
    case = new_case(folder, code)
    import_paths(case, list(paths), **options)  # type: ignore[arg-type]
    return case


def read(folder: Path, *lines: str, name: str = "a.csv") -> tuple[dict[str, Any], Case]:
    """The report entry of the one table of a file of *lines*, and the case."""
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    case = new_case(folder)
    report = import_paths(case, [path])
    (table,) = report["files"][0]["tables"]
    taken = table["rows_kept"] + len(table["rejected"]) + len(table["duplicates"])
    assert table["rows_read"] == taken
    return table, case
