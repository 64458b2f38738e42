"""The folder that institutions deliver, and the record of what was put into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qingfeng.synth.expected import Expected, Sheet
from qingfeng.synth.ledger import Account
from qingfeng.synth.statements import Statements
from qingfeng.synth.writers.discipline import file_name
from qingfeng.synth.writers.tables import Table
from qingfeng.synth.writers.workbook import write_workbook

PACKAGE = "国监查"


@dataclass(slots=True)
class Delivery:
    """Paths are relative to *folder* and recorded in *expected* as they are written."""

    folder: Path
    statements: Statements
    expected: Expected = field(default_factory=Expected)
    passwords: list[str] = field(default_factory=list)
    promised: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _number: int = 0

    @property
    def accounts(self) -> list[Account]:
        """All accounts of the world."""
        return self.statements.world.ledger.accounts

    def by_bank(self, layout: str) -> dict[tuple[str, str], list[Account]]:
        """Accounts of one layout by (holder id, bank name), in order of opening."""
        found: dict[tuple[str, str], list[Account]] = {}
        for account in self.accounts:
            if account.layout == layout:
                key = (account.holder.holder_id, account.bank.name)
                found.setdefault(key, []).append(account)
        return found

    def next_number(self) -> int:
        """Running number of the query letters."""
        self._number += 1
        return self._number

    def put_package(
        self, source: str, name: str, subject_id: str, what: str, tables: Sequence[Table]
    ) -> None:
        """Write one workbook of the discipline package and remember what it answers."""
        folder = f"{PACKAGE}/{source}（定向查询）"
        relative = f"{folder}/{file_name(name, subject_id, self.next_number(), what)}"
        write_workbook(self.folder / relative, [table.page for table in tables])
        for table in tables:
            self.expected.sheets.append(
                Sheet(
                    relative,
                    table.table,
                    f"discipline.{source}",
                    "xlsx",
                    table.rows,
                    sheet=table.page.name,
                )
            )
        rows = sum(table.rows for table in tables)
        self.promise(source, name, subject_id, rows)

    def promise(self, source: str, name: str, subject_id: str, rows: int) -> None:
        """Add *rows* to what the summary workbook says of this source and subject."""
        key = (source, name, subject_id)
        self.promised[key] = self.promised.get(key, 0) + rows

    def put_lock_file(self, beside: str) -> None:
        """Leave an Office lock file beside a workbook."""
        path = Path(beside)
        relative = str(path.with_name("~$" + path.name))
        (self.folder / relative).write_bytes(
            b"\x04user" + b" " * 50 + b"\x04\x00u\x00s" + b"\x00" * 106
        )
        self.expected.ignored.append({"path": relative, "reason": "office lock file"})
