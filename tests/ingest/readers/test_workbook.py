# ruff: noqa: DTZ001 - cells of spreadsheets know no time zone
import io
import re
import zipfile
from datetime import datetime, timedelta

import openpyxl
import pytest

from qingfeng.errors import PasswordNeeded, UnreadableFile
from qingfeng.ingest.readers import workbook
from qingfeng.ingest.readers.limits import Limits
from qingfeng.ingest.readers.workbook import read_workbook
from tests.ingest.readers.written_workbooks import SIMPLE, read, repacked, rows, written


def test_cells_keep_what_they_were(tmp_path):
    def write(book, sheet):
        def shown(form):
            return book.add_format({"num_format": form})

        sheet.write_string("A1", "6228480000000000125")
        sheet.write_number("B1", 6228480000000000125)
        sheet.write_number("C1", 45322)
        sheet.write_datetime("D1", datetime(2024, 1, 31, 9, 30, 5), shown("yyyy-mm-dd hh:mm:ss"))
        sheet.write_datetime("E1", datetime(2024, 1, 31), shown("yyyy-mm-dd"))
        sheet.write_number("F1", 0.41666666, shown("hh:mm:ss"))
        sheet.write_datetime("G1", timedelta(hours=30), shown("[h]:mm:ss"))
        sheet.write_boolean("H1", True)
        sheet.write_formula("I1", "=NA()", None, "#N/A")
        sheet.write_string("J1", "a\x01b\r")
        sheet.write_rich_string("K1", "甲", book.add_format({"bold": True}), "乙", "丙")
        sheet.write_formula("L1", "=1+1", None, 2)

    path = tmp_path / "名.dat"
    path.write_bytes(written(write))
    (grid,) = read_workbook(path, "", "名.dat")
    assert rows(grid) == [
        [
            "6228480000000000125", "\x016.22848e+18", "\x0145322", "\x022024-01-31 09:30:05",
            "\x022024-01-31", "\x0310:00:00", "\x0330:00:00", "TRUE", "#N/A", "ab\r", "甲乙丙",
            "\x012",
        ]
    ]  # fmt: skip
    assert (grid.kind, grid.sheet, grid.notes) == ("xlsx", "流水", ())


def test_dates_count_from_1904_where_the_workbook_says_so():
    def write(book, sheet):
        sheet.write_datetime(
            "A1", datetime(2021, 1, 1), book.add_format({"num_format": "yyyy/m/d"})
        )

    (grid,) = read(written(write, date_1904=True))
    assert rows(grid) == [["\x022021-01-01"]]
    assert grid.since_1904
    (other,) = read(written(write))
    assert not other.since_1904


def test_leading_empty_rows_and_columns_are_counted():
    (grid,) = read(written(lambda _, sheet: (sheet.write("C4", "x"), sheet.write("D6", "y"))))
    assert rows(grid) == [["", "", "x", ""], ["", "", "", ""], ["", "", "", "y"]]
    assert grid.rows.to_pylist() == [4, 5, 6]


def test_error_cells_are_put_at_their_place():
    def write(_, sheet):
        sheet.write("B3", "x")
        sheet.write_formula("C4", "=1/0", None, "#DIV/0!")
        sheet.write("D5", "y")

    (grid,) = read(written(write))
    assert rows(grid)[1] == ["", "", "#DIV/0!", ""]


def test_an_error_that_does_not_name_its_cell_is_no_empty_one():
    def write(_, sheet):
        sheet.write_row("A1", ["户名", "金额"])
        sheet.write("A2", "甲")
        sheet.write_formula("B2", "=NA()", None, "#REF!")

    def change(name, body):
        return (
            re.sub(rb' r="[A-Z]+[0-9]+"', b"", body) if name.startswith("xl/worksheets") else body
        )

    (grid,) = read(repacked(written(write), change))
    assert rows(grid) == [["户名", "金额"], ["甲", "#REF!"]]


def test_merged_ranges_are_filled():
    def write(book, sheet):
        sheet.merge_range("A1:C1", "标题")
        sheet.merge_range("A2:A3", "东山村")
        sheet.write("B2", "1")
        sheet.write("B3", "2")

    (grid,) = read(written(write))
    assert rows(grid) == [["标题", "标题"], ["东山村", "1"], ["东山村", "2"]]
    assert sorted(grid.merged) == [(1, 0, 1, 2), (2, 0, 3, 0)]


def test_hidden_and_empty_sheets_are_there():
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    for name, state in (("隐", "hidden"), ("深隐", "veryHidden"), ("空", "visible")):
        book.create_sheet(name).sheet_state = state
    buffer = io.BytesIO()
    book.save(buffer)
    grids = read(buffer.getvalue())
    assert [(grid.sheet, grid.hidden, grid.height) for grid in grids] == [
        ("Sheet", False, 1),
        ("隐", True, 0),
        ("深隐", True, 0),
        ("空", False, 0),
    ]
    assert [note.text[:19] for note in grids[2].notes] == ["the sheet is hidden"]


def test_a_text_behind_an_equals_sign_is_no_formula():
    book = openpyxl.Workbook()
    book.active.append(["=转账", "=单价*2", "=A1", "=1+1", "=IF(1,2)", "说明"])
    buffer = io.BytesIO()
    book.save(buffer)
    (grid,) = read(buffer.getvalue())
    assert rows(grid) == [["=转账", "=单价*2", "", "", "", "说明"]]
    columns = ["c2", "c3", "c4", "c0", "c1"]
    assert [note.column for note in grid.notes if note.column] == columns
    book.active["A2"] = "首"
    buffer = io.BytesIO()
    book.save(buffer)
    (grid,) = read(buffer.getvalue())
    assert rows(grid)[0] == ["=转账", "=单价*2", "", "", "", "说明"]
    assert [note.column for note in grid.notes] == columns


def test_the_second_reader_knows_characters_that_are_written_as_codes():
    def change(name, body):
        if not name.startswith(("xl/worksheets", "xl/shared")):
            return body
        body = re.sub(rb' r="[A-Z]+[0-9]+"', b"", body)
        return body.replace("\u4e59".encode(), "\u4e59_x000D_\n_xD83D_".encode())

    def write(_, sheet):
        sheet.write_row("A1", ["户名", "甲乙丙"])
        sheet.write_formula("B2", "=NA()", None, "#REF!")

    (grid,) = read(repacked(written(write), change))
    assert rows(grid)[0] == ["户名", "甲乙\r\n_xD83D_丙"]


def test_a_formula_without_a_stored_value_is_empty_and_noted():
    book = openpyxl.Workbook()
    book.active.append(["合计", "=SUM(B3:B9)", "说明"])
    buffer = io.BytesIO()
    book.save(buffer)
    (grid,) = read(buffer.getvalue())
    assert rows(grid) == [["合计", "", "说明"]]
    assert [(note.row, note.column) for note in grid.notes] == [(1, "c1")]


def test_a_formula_whose_stored_value_is_empty_text_is_not_noted():
    def change(name, body):
        if name != "xl/worksheets/sheet1.xml":
            return body
        cell = b'<c r="B1" t="str"><f>IF(1,"")</f><v></v></c></row>'
        return body.replace(b"</row>", cell, 1)

    (grid,) = read(repacked(SIMPLE, change))
    assert grid.notes == ()


@pytest.mark.parametrize(("limit", "listed"), [(2, 2), (1, 2), (3, 2)])
def test_notes_of_formulas_are_bounded(limit, listed):
    book = openpyxl.Workbook()
    book.active.append(["x", "=A1", "=A1"])
    buffer = io.BytesIO()
    book.save(buffer)
    notes = read(buffer.getvalue(), limits=Limits(notes=limit))[0].notes
    assert len(notes) == listed
    assert ("2 in all" in notes[-1].text) is (limit < 2)


def test_a_wrong_dimension_hides_nothing():
    def change(_, body):
        return re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1"/>', body)

    (grid,) = read(repacked(SIMPLE, change))
    assert rows(grid) == [["户名"], ["测试"]]


def test_strict_ooxml_is_read():
    transitional = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strict = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    relations = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    strict_relations = b"http://purl.oclc.org/ooxml/officeDocument/relationships"

    def change(_, body):
        return body.replace(transitional, strict).replace(relations, strict_relations)

    (grid,) = read(repacked(SIMPLE, change))
    assert rows(grid) == [["户名"], ["测试"]]


def test_two_cells_far_apart_do_not_fill_the_memory():
    def write(_, sheet):
        sheet.write("A1", "首")
        sheet.write("B1048576", "末")

    (grid,) = read(written(write), limits=Limits(cells=1000))
    assert (rows(grid), grid.rows.to_pylist()) == ([["首", ""], ["", "末"]], [1, 1048576])


def test_far_corners_beyond_the_limit_are_refused():
    def write(_, sheet):
        for row in range(10):
            sheet.write(row, 0, "x")
        sheet.write(10, 16383, "y")

    assert read(written(write), limits=Limits(cells=11 * 16384))[0].width == 16384
    with pytest.raises(UnreadableFile, match="more than 180,223 cells"):
        read(written(write), limits=Limits(cells=11 * 16384 - 1))


def test_a_sheet_of_a_thousand_columns_is_read():
    data = written(lambda _, sheet: [sheet.write(1, at, f"{at}") for at in range(1000)])
    (grid,) = read(data)
    assert (grid.width, grid.height, grid.cells["c999"][0].as_py()) == (1000, 1, "999")


class PanicException(BaseException):
    """What the first reader raises when its own code fails."""


@pytest.mark.parametrize("failure", [workbook.calamine.CalamineError("x"), PanicException("x")])
def test_what_the_first_reader_fails_on_goes_to_the_second(monkeypatch, failure):
    class Failing:
        @staticmethod
        def from_filelike(_):
            raise failure

    monkeypatch.setattr(workbook.calamine, "CalamineWorkbook", Failing)
    (grid,) = read(SIMPLE)
    assert rows(grid) == [["户名"], ["测试"]]
    assert [note.text[:18] for note in grid.notes] == ["read by the second"]


def test_an_interruption_is_no_failure_of_the_reader(monkeypatch):
    class Interrupted:
        @staticmethod
        def from_filelike(_):
            raise KeyboardInterrupt

    monkeypatch.setattr(workbook.calamine, "CalamineWorkbook", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        read(SIMPLE)


ODS_MANIFEST = (
    "<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>{}</m:manifest>"
)


def ods(manifest="", rows=""):
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    body = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        '<table:table table:name="表"><table:table-row>'
        '<table:table-cell office:value-type="string"><text:p>户名</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="1.5"><text:p>1.5</text:p>'
        f"</table:table-cell></table:table-row>{rows}</table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", body)
        package.writestr("META-INF/manifest.xml", ODS_MANIFEST.format(manifest))
    return buffer.getvalue()


def test_an_opendocument_workbook_is_read():
    (grid,) = read(ods())
    assert (rows(grid), grid.kind) == ([["户名", "\x011.5"]], "ods")


MERGED_ROWS = (
    '<table:table-row table:number-rows-repeated="2"/><table:table-row>'
    '<table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>东</text:p>'
    '</table:table-cell><table:table-cell office:value-type="string"><text:p>甲</text:p>'
    "</table:table-cell></table:table-row><table:table-row><table:covered-table-cell/>"
    '<table:table-cell office:value-type="string"><text:p>乙</text:p></table:table-cell>'
    "</table:table-row>"
)


def test_merged_cells_of_an_opendocument_workbook_are_filled():
    (grid,) = read(ods(rows=MERGED_ROWS))
    assert rows(grid)[3:] == [["东", "甲"], ["东", "乙"]]
    assert grid.merged == ((4, 0, 5, 0),)


def test_a_locked_opendocument_workbook_says_so():
    with pytest.raises(PasswordNeeded, match="OpenDocument"):
        read(ods("<m:encryption-data/>"))
