"""Sheets of the working paper: how cells look, and how a table with formulas is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from qingfeng.report.spreadsheet import FONT, YUAN_FORM, write_text, write_yuan

HEADING_FONT = "黑体"
A4 = 9

_FORMS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "title": {"font_name": HEADING_FONT, "font_size": 16},
        "heading": {"font_name": HEADING_FONT, "font_size": 12},
        "note": {"font_color": "#595959"},
        "head": {
            "bold": True,
            "bg_color": "#E8EDF4",
            "border": 1,
            "border_color": "#A6A6A6",
            "text_wrap": True,
            "valign": "vcenter",
        },
        "text": {"num_format": "@", "text_wrap": True, "border": 1},
        "number": {"num_format": "#,##0;[Red]-#,##0", "border": 1},
        "yuan": {"num_format": YUAN_FORM, "border": 1},
        "moment": {"num_format": "yyyy-mm-dd hh:mm:ss", "border": 1},
        "minute": {"num_format": "yyyy-mm-dd hh:mm", "border": 1},
        "day": {"num_format": "yyyy-mm-dd", "border": 1},
        "number_total": {"num_format": "#,##0;[Red]-#,##0", "border": 1, "bold": True, "top": 6},
        "yuan_total": {"num_format": YUAN_FORM, "border": 1, "bold": True, "top": 6},
        "text_total": {"num_format": "@", "border": 1, "bold": True, "top": 6},
    }
)


@dataclass(frozen=True, slots=True)
class Yuan:
    """An amount, shown in yuan."""

    fen: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment, shown no more finely than it is known (*precision* ``day`` or ``minute``)."""

    at: datetime
    precision: str | None


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with the value it has now, for readers that do not recalculate.

    *form*: ``number``, ``yuan`` or ``text``. A value in yuan is a Decimal.
    """

    text: str
    value: int | str | Decimal
    form: str = "number"


Cell = str | int | Decimal | Moment | Yuan | Formula | None


class Sheet:
    """One worksheet, written from the top down; ready to print on A4 landscape."""

    def __init__(self, book: Book, title: str, widths: Sequence[int]) -> None:
        self.title, self.row = title, 0
        self._forms = book.forms
        self.worksheet: Worksheet = book.workbook.add_worksheet(title)
        for place, width in enumerate(widths):
            self.worksheet.set_column(place, place, width)
        self.worksheet.set_landscape()
        self.worksheet.set_paper(A4)
        self.worksheet.fit_to_pages(1, 0)
        self.worksheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        self.worksheet.set_header(f"&L{book.mark}&R&A")
        self.worksheet.set_footer("&L疑点仅供核实，不作结论&R第 &P 页 共 &N 页")
        self.worksheet.hide_gridlines(2)

    def line(self, text: str, form: str = "text") -> None:
        """One line of words over the full width; forms ``title``, ``heading``, ``note``."""
        write_text(self.worksheet, self.row, 0, text, self._forms[form])
        self.row += 1

    def head(self, names: Sequence[str], *, repeat: bool = False, filtered_to: int = 0) -> None:
        """A header row. *repeat*: frozen here, and printed on top of every page.

        *filtered_to*: number of data rows that follow and get a filter.
        """
        for place, name in enumerate(names):
            write_text(self.worksheet, self.row, place, name, self._forms["head"])
        if filtered_to:
            self.worksheet.autofilter(self.row, 0, self.row + filtered_to, len(names) - 1)
        if repeat:
            self.worksheet.freeze_panes(self.row + 1, 0)
            self.worksheet.repeat_rows(self.row)
        self.row += 1

    def add(self, cells: Sequence[Cell], *, total: bool = False) -> int:
        """Write one row and return its 0-based number."""
        for place, cell in enumerate(cells):
            self._write(place, cell, "_total" if total else "")
        self.row += 1
        return self.row - 1

    def skip(self) -> None:
        """Leave one row empty."""
        self.row += 1

    def _write(self, place: int, cell: Cell, total: str) -> None:
        sheet, row = self.worksheet, self.row
        if isinstance(cell, Formula):
            form = self._forms[cell.form + total]
            sheet.write_formula(row, place, cell.text, form, cell.value)
        elif isinstance(cell, Yuan):
            forms = (self._forms["yuan" + total], self._forms["text" + total])
            write_yuan(sheet, row, place, cell.fen, forms)
        elif isinstance(cell, Moment):
            form = cell.precision if cell.precision in ("day", "minute") else "moment"
            sheet.write_datetime(row, place, cell.at, self._forms[form])
        elif isinstance(cell, int | Decimal):
            sheet.write_number(row, place, cell, self._forms["number" + total])
        elif cell is None:
            sheet.write_blank(row, place, None, self._forms["text" + total])
        else:
            write_text(sheet, row, place, cell, self._forms["text" + total])


class Book:
    """The workbook and its formats; *mark* is printed on every page."""

    def __init__(self, workbook: xlsxwriter.Workbook, mark: str) -> None:
        self.workbook, self.mark = workbook, mark.replace("&", "&&")
        base = {"font_name": FONT, "font_size": 10, "valign": "top", "border_color": "#BFBFBF"}
        self.forms: dict[str, Format] = {
            name: workbook.add_format({**base, **form}) for name, form in _FORMS.items()
        }

    def sheet(self, title: str, widths: Sequence[int]) -> Sheet:
        """A new sheet after the others."""
        return Sheet(self, title, widths)


def cell_name(row: int, column: int) -> str:
    """``B3`` for row 2, column 1."""
    return str(xl_rowcol_to_cell(row, column))


def range_name(column: int, first: int, last: int, sheet: str | None = None) -> str:
    """``$B$3:$B$9`` of one column, rows 0-based and both included; of another *sheet* if named."""
    letter = xl_col_to_name(column)
    where = f"'{sheet}'!" if sheet else ""
    return f"{where}${letter}${first + 1}:${letter}${last + 1}"
