"""xlsx workbooks with fixed dates inside, so that equal content gives equal bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter

CREATED = datetime(2024, 7, 1, 9, 0, 0, tzinfo=UTC).replace(tzinfo=None)
Cell = str | int | Decimal


@dataclass(slots=True)
class Page:
    """One sheet: *above* the header, the header, the rows, *below* them."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    above: Sequence[Sequence[str]] = field(default_factory=tuple)
    below: Sequence[Sequence[Cell]] = field(default_factory=tuple)


def write_workbook(path: Path, pages: Sequence[Page]) -> None:
    """Write *pages*; text stays text, int and Decimal become number cells, "" no cell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"constant_memory": True, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"created": CREATED, "author": ""})
    for page in pages:
        sheet = book.add_worksheet(page.name)
        row_at = 0
        for block in (page.above, (page.header,), page.rows, page.below):
            for row in block:
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        if cell:
                            sheet.write_string(row_at, column, cell)
                    else:
                        sheet.write_number(row_at, column, cell)
                row_at += 1
    book.close()
