"""Which columns of a canonical table leave the case, and in which order its rows do.

Rows come in an order that depends on their content alone: transfers by ``booked_at``,
``account``, ``transfer_id``; every other table by delivered file and sheet, then row number,
then id.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qingfeng.errors import UsageError
from qingfeng.schema import Column, ColumnKind, Table, table

_TRANSFERS_FIRST = (
    "transfer_id",
    "account",
    "card",
    "holder_name",
    "holder_id",
    "bank",
    "booked_at",
    "booked_at_raw",
    "time_precision",
    "direction",
    "amount_fen",
    "balance_fen",
    "currency",
    "counterparty_account",
    "counterparty_name",
    "counterparty_id",
    "counterparty_bank",
    "summary",
    "remark",
    "cash",
    "channel",
    "branch",
    "place",
    "teller",
    "terminal",
    "ip",
    "mac",
    "merchant",
    "voucher",
    "serial",
    "status",
    "event_id",
    "counted",
    "linked_to",
)
_VIEW_ONLY = (
    Column("event_id", ColumnKind.CODE, "事件号"),
    Column("counted", ColumnKind.BOOL, "计入合计"),
    Column("linked_to", ColumnKind.CODE, "关联交易"),
)
_FLAGS = Column("flags", ColumnKind.CODE, "标注")
_SOURCE_FILE = Column("source_file", ColumnKind.CODE, "来源文件")
_SOURCE_ROW = Column("source_row", ColumnKind.CODE, "来源行")


@dataclass(frozen=True, slots=True)
class Selection:
    """Columns of one table in export order; *order_by* is the SQL of the row order."""

    table: Table
    columns: tuple[Column, ...]
    order_by: str

    @property
    def rows_sql(self) -> str:
        """SQL of the rows to select from.

        ``source_file`` is the path that stands in ``delivered_file`` (``sha256``, ``path``,
        one row a file) for the hash at the head of ``source_row``.
        """
        if _SOURCE_FILE not in self.columns:
            return f'"{self.table.name}"'
        return f"""(SELECT t.*, d.path AS source_file FROM "{self.table.name}" t
            LEFT JOIN delivered_file d ON d.sha256 = split_part(t.source_row, '·', 1))"""


def select(name: str, columns: Iterable[str] | None = None) -> Selection:
    """Return what is exported of table *name*.

    Without *columns*: every column of the case's view, and the delivered file of each row; for
    ``transfers`` the columns that the published contract names come first, in its order, and
    ``source_row`` is last. With
    *columns*: exactly those, in that order. Raises InvalidDefinition for an unknown table,
    UsageError for an unknown column, one named twice, or none at all.
    """
    definition = table(name)
    present = {column.name: column for column in _all_columns(definition)}
    names = list(present) if columns is None else list(columns)
    unknown = [each for each in names if each not in present]
    if unknown or not names or len(set(names)) != len(names):
        wrong = ", ".join(unknown) if unknown else "one twice, or none at all"
        raise UsageError(
            f"Table {name} cannot be exported with these columns ({wrong}). "
            f"It has: {', '.join(present)}."
        )
    return Selection(definition, tuple(present[each] for each in names), _order_by(definition))


def _all_columns(definition: Table) -> list[Column]:
    found = [Column(definition.id_column, ColumnKind.CODE, "记录号")]
    for column in definition.columns:
        found.append(column)
        if column.kind is ColumnKind.NAME:
            found.append(Column(f"{column.name}_raw", ColumnKind.TEXT, f"{column.label}原文"))
    if definition.name == "transfers":
        found.extend(_VIEW_ONLY)
        rank = {name: place for place, name in enumerate(_TRANSFERS_FIRST)}
        found.sort(key=lambda column: rank.get(column.name, len(rank)))
    return [*found, _FLAGS, _SOURCE_FILE, _SOURCE_ROW]


def _order_by(definition: Table) -> str:
    if definition.name == "transfers":
        return "booked_at NULLS LAST, account NULLS LAST, transfer_id"
    return (
        "regexp_extract(source_row, '^(.*)·[^·]*$', 1), "
        "TRY_CAST(split_part(source_row, '·', -1) AS BIGINT) NULLS LAST, "
        f'"{definition.id_column}"'
    )
