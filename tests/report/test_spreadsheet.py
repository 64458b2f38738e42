import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from qingfeng.report.export import export_table
from qingfeng.report.selection import select
from qingfeng.report.spreadsheet import LONGEST_TEXT, display_width, fitting_text, write_workbook
from tests.report.synthetic_rows import ACCOUNT, CARD, CITIZEN, rows_of, transfer


def workbook_of(case, table, **more):
    out = io.BytesIO()
    export_table(case, table, "xlsx", out, **more)
    return openpyxl.load_workbook(out)


def cell_under(sheet, name):
    place = next(cell.column for cell in sheet[2] if cell.value == name)
    return sheet.cell(3, place)


def test_cells_keep_what_was_delivered(case):
    row = transfer(
        "2024-01-31T09:30:05",
        -123_450,
        card=CARD,
        holder_id=CITIZEN,
        remark="=1+1",
        summary="https://x.example",
        cash=False,
    )
    case.add({"transfers": rows_of("transfers", row)})
    sheet = workbook_of(case, "transfers").active
    for name, value in [
        ("account", ACCOUNT),
        ("card", CARD),
        ("holder_id", CITIZEN),
        ("remark", "=1+1"),
        ("summary", "https://x.example"),
    ]:
        cell = cell_under(sheet, name)
        assert (cell.value, cell.data_type) == (value, "s")
    assert cell_under(sheet, "amount_yuan").value == -1234.5
    assert cell_under(sheet, "amount_yuan").number_format == "#,##0.00;[Red]-#,##0.00"
    assert cell_under(sheet, "booked_at").value == datetime(2024, 1, 31, 9, 30, 5)  # noqa: DTZ001
    assert cell_under(sheet, "cash").value is False
    assert cell_under(sheet, "balance_yuan").value is None
    assert cell_under(sheet, "summary").hyperlink is None


def test_headers_frozen_filtered_and_labelled(case):
    case.add({"transfers": rows_of("transfers", transfer("2024-01-31T09:30:05", 1))})
    sheet = workbook_of(case, "transfers", columns=["account", "booked_at", "amount_fen"]).active
    assert sheet.title == "交易明细"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=2)]
    assert rows == [
        ["本方账号", "交易时间（北京时间）", "金额（元）"],
        ["account", "booked_at", "amount_yuan"],
    ]
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref == "A2:C3"
    assert sheet.column_dimensions["A"].width == pytest.approx(20.7, abs=1)


@pytest.mark.parametrize(
    ("amount_fen", "value", "kind"),
    [
        (10**15 - 1, 9_999_999_999_999.99, "n"),
        (10**15, "10,000,000,000,000.00", "s"),
        (-(10**15) + 1, -9_999_999_999_999.99, "n"),
        (-(10**15), "-10,000,000,000,000.00", "s"),
    ],
)
def test_amounts_excel_cannot_hold_are_text(case, amount_fen, value, kind):
    case.add({"transfers": rows_of("transfers", transfer("2024-01-31T09:30:05", amount_fen))})
    cell = workbook_of(case, "transfers", columns=["amount_fen"]).active["A3"]
    assert (cell.value, cell.data_type) == (value, kind)


def test_dates_before_1900_are_text(case):
    persons = rows_of("persons", {"born_on": date(1899, 12, 31)}, {"born_on": date(1900, 3, 1)})
    case.add({"persons": persons})
    sheet = workbook_of(case, "persons", columns=["born_on"]).active
    assert sheet["A3"].value == "1899-12-31"
    assert sheet["A4"].value == datetime(1900, 3, 1)  # noqa: DTZ001


def test_more_rows_than_a_sheet_holds_continue_on_the_next(case):
    case.add({"calls": rows_of("calls", *({"call_id": str(n)} for n in range(5)))})
    out = io.BytesIO()
    with case.connect() as connection:
        chosen = select("calls", ["call_id"])
        assert write_workbook(connection, chosen, out, rows_a_sheet=2) == 5
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["话单", "话单 2", "话单 3"]
    rows = [[cell.value for cell in sheet["A"]] for sheet in book]
    assert rows == [
        ["记录号", "call_id", "0", "1"],
        ["记录号", "call_id", "2", "3"],
        ["记录号", "call_id", "4"],
    ]


def test_a_full_sheet_opens_no_empty_one(case):
    case.add({"calls": rows_of("calls", {"call_id": "0"}, {"call_id": "1"})})
    out = io.BytesIO()
    with case.connect() as connection:
        write_workbook(connection, select("calls", ["call_id"]), out, rows_a_sheet=2)
    assert openpyxl.load_workbook(out).sheetnames == ["话单"]


def test_no_formula_element_in_the_file(case):
    case.add({"transfers": rows_of("transfers", transfer("2024-01-31T09:30:05", 1, remark="=A1"))})
    out = io.BytesIO()
    export_table(case, "transfers", "xlsx", out)
    sheet = zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=A1" in sheet


def test_long_text_is_cut_and_says_so():
    assert fitting_text("长" * LONGEST_TEXT) == "长" * LONGEST_TEXT
    cut = fitting_text("长" * (LONGEST_TEXT + 1))
    assert len(cut) == LONGEST_TEXT
    assert cut.endswith("…〔共32768字，此处截断；全文见 csv 或 jsonl〕")


def test_chinese_is_twice_as_wide():
    assert display_width("本方a1") == 6
