"""The oracle of the import: what a right importer must see in the delivered files."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

import numpy as np

from qingfeng.synth.ledger import FAILED, IN, OUT, Account
from qingfeng.synth.statements import Statements


@dataclass(slots=True)
class Sheet:
    """One table in one delivered file.

    rows: data rows under the header, without blanks, repeated headers and footers; a feedback
        row and a reject are data rows. ``rows = kept + feedback + rejects + repeats``.
    repeats: rows already delivered by an earlier file (in the order of the paths).
    member, sheet: "" where the file has none.
    """

    path: str
    table: str
    layout: str
    encoding: str
    rows: int
    member: str = ""
    sheet: str = ""
    header_row: int = 1
    feedback: int = 0
    rejects: list[dict[str, object]] = field(default_factory=list)
    repeats: int = 0
    blank_rows: int = 0
    repeated_headers: int = 0
    footer_rows: int = 0
    lost_numbers: int = 0
    note: str = ""

    @property
    def kept(self) -> int:
        return self.rows - self.feedback - len(self.rejects) - self.repeats


@dataclass(slots=True)
class Expected:
    """Everything expected; :meth:`as_json` is the content of expected.json."""

    sheets: list[Sheet] = field(default_factory=list)
    ignored: list[dict[str, str]] = field(default_factory=list)
    overlaps: list[dict[str, object]] = field(default_factory=list)
    promised_missing: list[dict[str, object]] = field(default_factory=list)
    accounts: dict[str, dict[str, object]] = field(default_factory=dict)

    def count_accounts(self, statements: Statements) -> None:
        """Fill ``accounts`` from the bookings that were delivered."""
        book = statements.book
        accounts = statements.world.ledger.accounts
        size = len(accounts)
        here = statements.delivered & ~statements.bad_time
        moved = here & (book.status != FAILED) & ~statements.nodir

        def summed(mask: np.typing.NDArray[np.bool_]) -> list[int]:
            found = np.zeros(size, dtype=np.int64)
            np.add.at(found, book.account[mask], book.fen[mask])
            return [int(value) for value in found]

        def counted(mask: np.typing.NDArray[np.bool_]) -> list[int]:
            return [int(v) for v in np.bincount(book.account[mask], minlength=size)]

        columns = {
            "bookings": counted(here),
            "in_fen": summed(moved & (book.way == IN)),
            "out_fen": summed(moved & (book.way == OUT)),
            "failed": counted(here & (book.status == FAILED)),
            "unknown_direction": counted(here & statements.nodir),
            "impossible_dates": counted(statements.delivered & statements.bad_time),
        }
        for account in accounts:
            row: dict[str, object] = {
                name: values[account.index] for name, values in columns.items()
            }
            row |= _account_row(account)
            self.accounts[account.number] = row

    def as_json(self) -> dict[str, object]:
        """Sheets, ignored files, overlaps, accounts and totals."""
        tables: dict[str, dict[str, int]] = {}
        for sheet in self.sheets:
            total = tables.setdefault(
                sheet.table, {"rows": 0, "kept": 0, "feedback": 0, "rejected": 0, "repeats": 0}
            )
            total["rows"] += sheet.rows
            total["kept"] += sheet.kept
            total["feedback"] += sheet.feedback
            total["rejected"] += len(sheet.rejects)
            total["repeats"] += sheet.repeats
        return {
            "sheets": [{**asdict(sheet), "kept": sheet.kept} for sheet in self.sheets],
            "ignored": self.ignored,
            "overlaps": self.overlaps,
            "promised_missing": self.promised_missing,
            "accounts": self.accounts,
            "totals": tables,
        }


NAMED_BY = {
    "abc": "file name",
    "cmb": "file name",
    "icbc": "masked card",
    "spdb": "card",
}


def _account_row(account: Account) -> dict[str, object]:
    named_by = NAMED_BY.get(account.app, "account")
    if account.layout == "wallet":
        named_by = "preamble or user column"
    return {
        "card": account.card,
        "holder_id": account.holder.holder_id,
        "bank": account.bank.name,
        "layout": f"app.{account.app}" if account.app else account.layout,
        "kind": account.kind,
        "named_by": named_by,
    }
