# ruff: noqa: DTZ001 - cells of spreadsheets know no time zone
import io
import re
import struct
import zipfile
from datetime import datetime, timedelta

import msoffcrypto.format.ooxml
import openpyxl
import pytest
import xlsxwriter

from qingfeng.errors import EmptyFile, PasswordNeeded, UnknownContent, UnreadableFile, UnsafeArchive
from qingfeng.ingest.readers import legacy_xls, workbook
from qingfeng.ingest.readers.limits import Limits
from qingfeng.ingest.readers.workbook import read_workbook


def written(write, **options):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        write(book, book.add_worksheet("流水"))
    return buffer.getvalue()


def repacked(data, change):
    """Rewrite a package: *change* takes a name and bytes and returns bytes, or None to drop it."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            body = change(name, old.read(name))
            if body is not None:
                new.writestr(name, body)
    return buffer.getvalue()


def rows(grid):
    return [list(row.values()) for row in grid.cells.to_pylist()]


def read(data, **options):
    return read_workbook(data, "", "流水.xlsx", **options)


SIMPLE = written(lambda _, sheet: (sheet.write("A1", "户名"), sheet.write("A2", "测试")))


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


def encrypted(password):
    buffer = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(SIMPLE)).encrypt(password, buffer)
    return buffer.getvalue()


def test_an_encrypted_workbook_opens_with_its_password():
    (grid,) = read(encrypted("secret"), passwords=["no", "secret"])
    assert rows(grid) == [["户名"], ["测试"]]


@pytest.mark.parametrize("passwords", [(), ("wrong",)])
def test_an_encrypted_workbook_without_its_password_says_so(passwords):
    with pytest.raises(PasswordNeeded, match="encrypted Office file, no or wrong password"):
        read(encrypted("secret"), passwords=passwords)


def test_a_workbook_only_protected_against_changes_needs_no_password():
    assert len(read(encrypted("VelvetSweatshop"))) == 1


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_cut_workbook_is_refused(share):
    with pytest.raises(UnreadableFile):
        read(SIMPLE[: int(len(SIMPLE) * share)])


def test_a_cut_encrypted_workbook_is_refused():
    with pytest.raises(UnreadableFile):
        read(encrypted("secret")[:3000], passwords=["secret"])


def test_a_workbook_without_sheets_is_an_error():
    def change(name, body):
        return (
            re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", body) if "workbook.xml" in name else body
        )

    with pytest.raises(EmptyFile, match="no sheet"):
        read(repacked(SIMPLE, change))


def test_entities_are_refused():
    def change(name, body):
        if name != "xl/workbook.xml":
            return body
        return body.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "aaaa">]>', 1)

    with pytest.raises(UnsafeArchive, match="entities"):
        read(repacked(SIMPLE, change))


def test_a_package_that_unpacks_beyond_the_limit_is_refused():
    size = sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(SIMPLE)).infolist())
    assert len(read(SIMPLE, limits=Limits(sheet_part_bytes=size))) == 1
    with pytest.raises(UnsafeArchive):
        read(SIMPLE, limits=Limits(sheet_part_bytes=size - 1))


@pytest.mark.parametrize("data", [b"", b"a,b\n", b"\0" * 600, b"%PDF-1.4"])
def test_what_is_no_workbook_is_refused(data):
    with pytest.raises(UnknownContent):
        read(data)


def biff(*records):
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)


def old_workbook(*cells, code_page=None):
    """Return a bare worksheet stream of Excel 4 with *cells* ready as records."""
    head = [(0x0409, struct.pack("<3H", 0x0400, 0x0010, 0))]
    if code_page is not None:
        head.append((0x0042, struct.pack("<H", code_page)))
    return biff(*head, *cells, (0x000A, b""))


def label(row, at, raw):
    return (0x0204, struct.pack("<4H", row, at, 0, len(raw)) + raw)


def test_an_old_xls_with_a_wrong_code_page_is_read_as_gb18030():
    data = old_workbook(
        label(0, 0, "对手户名".encode("gb18030")), label(2, 1, "测试石业".encode("gb18030")),
        code_page=1252,
    )  # fmt: skip
    (grid,) = read(data)
    assert rows(grid) == [["对手户名", ""], ["", ""], ["", "测试石业"]]
    assert (grid.encoding, grid.kind) == ("gb18030", "xls")


def test_an_old_xls_with_error_cells_keeps_their_text():
    data = old_workbook(label(0, 0, b"x"), (0x0205, struct.pack("<3H2B", 1, 0, 0, 0x2A, 1)))
    (grid,) = read(data)
    assert rows(grid) == [["x"], ["#N/A"]]


@pytest.mark.parametrize(
    ("first_row", "rows_declared", "columns_declared", "plausible"),
    [
        (0, 65_536, 256, True),
        (0, 65_537, 256, False),
        (0, 65_536, 257, False),
        (3, 3, 256, True),
        (4, 3, 256, False),
    ],
)
def test_a_forged_size_keeps_the_first_reader_away(
    first_row, rows_declared, columns_declared, plausible
):
    size = struct.pack("<2I3H", first_row, rows_declared, 0, columns_declared, 0)
    assert legacy_xls.is_plausible(old_workbook((0x0200, size))) is plausible


@pytest.mark.parametrize(("at", "plausible"), [(255, True), (256, False)])
def test_a_forged_column_keeps_the_first_reader_away(at, plausible):
    assert legacy_xls.is_plausible(old_workbook(label(0, at, b"x"))) is plausible


@pytest.mark.parametrize("size", [8, 20, 60, 600])
def test_a_torn_old_xls_is_refused(size):
    with pytest.raises(UnreadableFile):
        read((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 600)[:size])


def test_an_old_xls_beyond_its_limit_is_refused():
    data = old_workbook(label(0, 0, b"x"))
    assert len(read(data, limits=Limits(legacy_workbook_bytes=len(data)))) == 1
    with pytest.raises(UnreadableFile, match=r"old \.xls of more than"):
        read(data, limits=Limits(legacy_workbook_bytes=len(data) - 1))


ODS_MANIFEST = (
    "<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>{}</m:manifest>"
)


def ods(manifest=""):
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    body = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        '<table:table table:name="表"><table:table-row>'
        '<table:table-cell office:value-type="string"><text:p>户名</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="1.5"><text:p>1.5</text:p>'
        "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
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


def test_a_locked_opendocument_workbook_says_so():
    with pytest.raises(PasswordNeeded, match="OpenDocument"):
        read(ods("<m:encryption-data/>"))
