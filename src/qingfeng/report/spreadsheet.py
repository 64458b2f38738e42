"""A table as an Excel workbook: two header rows (Chinese label, identifier), then the rows.

- Every text cell is text: long numbers keep all digits, nothing becomes a formula or a link.
- ``*_fen`` columns are shown in yuan as ``*_yuan``: the cell holds the exact value fen / 100.
  Excel keeps 15 digits, so an amount of 10**15 fen or more is written as text instead.
- Instants are Beijing time without an offset; a date or time before 1900 is text.
- More than ROWS_A_SHEET rows continue on further sheets, each with both header rows.
- A text over Excel's 32,767 characters is cut and says so at its end.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from qingfeng.money import FEN_PER_YUAN, format_yuan
from qingfeng.report.lines import beijing_sql
from qingfeng.report.selection import Selection
from qingfeng.schema import Column, ColumnKind

ROWS_A_SHEET = 1_048_000
LONGEST_TEXT = 32_767
FEN_BEYOND_EXCEL = 10**15
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - the file form has no zone
FONT = "宋体"
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
YUAN_FORM = "#,##0.00;[Red]-#,##0.00"

_ROWS_MEASURED = 1_000
_NARROWEST, _WIDEST = 6, 60
_HEADER_ROWS = 2
_ROWS_A_BATCH = 10_000


def write_workbook(
    connection: duckdb.DuckDBPyConnection,
    selection: Selection,
    stream: BinaryIO,
    *,
    rows_a_sheet: int = ROWS_A_SHEET,
) -> int:
    """Write the selected rows as a workbook and return how many there were."""
    cells = ", ".join(
        f'{beijing_sql(each.name)} AS "{each.name}"'
        if each.kind is ColumnKind.INSTANT
        else f'"{each.name}"'
        for each in selection.columns
    )
    query = f"SELECT {cells} FROM {selection.rows_sql} ORDER BY {selection.order_by}"
    written = 0
    with xlsxwriter.Workbook(stream, OPTIONS) as workbook:
        workbook.set_properties({"title": selection.table.label, "created": CREATED})
        sheet = _Sheet(workbook, selection, 1)
        for batch in connection.sql(query).to_arrow_reader(_ROWS_A_BATCH):
            columns = [column.to_pylist() for column in batch.columns]
            for values in zip(*columns, strict=True):
                if sheet.rows == rows_a_sheet:
                    sheet.finish()
                    sheet = _Sheet(workbook, selection, sheet.number + 1)
                sheet.add(values)
            written += batch.num_rows
        sheet.finish()
    return written


def yuan(amount_fen: int) -> Decimal:
    """Exactly *amount_fen* / 100."""
    return Decimal(amount_fen) / FEN_PER_YUAN


def display_width(text: str) -> int:
    """Columns *text* takes in a fixed-width font: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def fitting_text(text: str) -> str:
    """Return *text*, or its beginning with a remark if Excel cannot hold all of it."""
    if len(text) <= LONGEST_TEXT:
        return text
    remark = f"…〔共{len(text)}字，此处截断；全文见 csv 或 jsonl〕"
    return text[: LONGEST_TEXT - len(remark)] + remark


def write_text(sheet: Worksheet, row: int, column: int, text: str, form: Format) -> None:
    """Write *text* as a text cell whatever it looks like."""
    sheet.write_string(row, column, fitting_text(text), form)


def write_yuan(
    sheet: Worksheet, row: int, column: int, amount_fen: int, forms: tuple[Format, Format]
) -> None:
    """Write an amount as its exact number of yuan; as text where Excel would round it.

    *forms*: the format of the number, and of the text.
    """
    if abs(amount_fen) < FEN_BEYOND_EXCEL:
        sheet.write_number(row, column, yuan(amount_fen), forms[0])
    else:
        sheet.write_string(row, column, format_yuan(amount_fen), forms[1])


class _Sheet:
    """One worksheet being filled; *rows* counts the data rows in it."""

    def __init__(self, workbook: xlsxwriter.Workbook, selection: Selection, number: int) -> None:
        self.number, self.rows = number, 0
        self._columns = selection.columns
        title = selection.table.label if number == 1 else f"{selection.table.label} {number}"
        self._sheet = workbook.add_worksheet(title)
        self._text = workbook.add_format({"num_format": "@", "font_name": FONT})
        self._yuan = workbook.add_format({"num_format": YUAN_FORM, "font_name": FONT})
        self._plain = workbook.add_format({"font_name": FONT})
        self._day = workbook.add_format({"num_format": "yyyy-mm-dd", "font_name": FONT})
        self._moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "font_name": FONT})
        head = workbook.add_format(
            {"bold": True, "font_name": FONT, "bg_color": "#E8EDF4", "bottom": 1, "num_format": "@"}
        )
        headings = [_heading(column) for column in self._columns]
        for row in range(_HEADER_ROWS):
            for place, heading in enumerate(headings):
                self._sheet.write_string(row, place, heading[row], head)
        self._widths = [max(display_width(a), display_width(b) + 2) for a, b in headings]
        self._sheet.freeze_panes(_HEADER_ROWS, 0)
        self._writers = [self._writer(column.kind) for column in self._columns]

    def add(self, values: tuple[Any, ...]) -> None:
        """Write one row; null cells stay empty."""
        row = self.rows + _HEADER_ROWS
        for place, value in enumerate(values):
            if value is not None:
                self._writers[place](row, place, value)
        if self.rows < _ROWS_MEASURED:
            for place, value in enumerate(values):
                if value is not None:
                    shown = _shown(value, self._columns[place].kind)
                    self._widths[place] = max(self._widths[place], display_width(shown))
        self.rows += 1

    def finish(self) -> None:
        """Set widths and the filter."""
        for place, width in enumerate(self._widths):
            self._sheet.set_column(place, place, min(max(width + 1, _NARROWEST), _WIDEST))
        last = self.rows + _HEADER_ROWS - 1
        self._sheet.autofilter(_HEADER_ROWS - 1, 0, last, len(self._columns) - 1)

    def _writer(self, kind: ColumnKind) -> Callable[[int, int, Any], object]:
        sheet = self._sheet
        if kind is ColumnKind.FEN:
            forms = (self._yuan, self._text)
            return lambda row, at, fen: write_yuan(sheet, row, at, fen, forms)
        if kind in {ColumnKind.INT, ColumnKind.QUANTITY}:
            return lambda row, at, value: sheet.write_number(row, at, value, self._plain)
        if kind is ColumnKind.BOOL:
            return lambda row, at, value: sheet.write_boolean(row, at, value, self._plain)
        if kind is ColumnKind.DATE:
            return lambda row, at, day: self._write_time(row, at, day, self._day)
        if kind is ColumnKind.INSTANT:
            return lambda row, at, moment: self._write_time(row, at, moment, self._moment)
        return lambda row, at, text: write_text(sheet, row, at, text, self._text)

    def _write_time(self, row: int, at: int, when: date | datetime, form: Format) -> None:
        if when.year < 1900:
            self._sheet.write_string(row, at, when.isoformat(), self._text)
        else:
            self._sheet.write_datetime(row, at, when, form)


def _heading(column: Column) -> tuple[str, str]:
    if column.kind is ColumnKind.FEN:
        return f"{column.label}（元）", f"{column.name.removesuffix('_fen')}_yuan"
    if column.kind is ColumnKind.INSTANT:
        return f"{column.label}（北京时间）", column.name
    return column.label, column.name


def _shown(value: object, kind: ColumnKind) -> str:
    if kind is ColumnKind.FEN and isinstance(value, int):
        return format_yuan(value)
    return str(value)
