"""Pages with the canonical table that their rows become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qingfeng.synth.writers.workbook import Cell, Page


@dataclass(frozen=True, slots=True)
class Table:
    """A page and the canonical table its rows become."""

    table: str
    page: Page
    rows: int


def table_of(table: str, name: str, header: Sequence[str], rows: list[list[Cell]]) -> Table:
    return Table(table, Page(name, header, rows), len(rows))
