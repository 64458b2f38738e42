import pytest

from qingfeng.errors import EmptyFile, UnreadableFile, UnsafeArchive
from qingfeng.ingest.readers.limits import Limits
from qingfeng.ingest.readers.spreadsheetml import read_spreadsheetml

NAMES = (
    'xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)


def book(table, *, more="", head=""):
    return (
        f'<?xml version="1.0" encoding="gb2312"?>{head}<Workbook {NAMES}>'
        f'<Worksheet ss:Name="明细"><Table>{table}</Table>{more}</Worksheet></Workbook>'
    ).encode("gb18030")


def data(kind, text):
    return f'<Cell><Data ss:Type="{kind}">{text}</Data></Cell>'


def read(source, **options):
    return read_spreadsheetml(source, "", "x.xls", **options)


def rows(grid):
    return [list(row.values()) for row in grid.cells.to_pylist()]


@pytest.mark.parametrize(
    ("kind", "text", "cell"),
    [
        ("String", "359901197203050119", "359901197203050119"),
        ("String", "㛃 A&amp;B", "㛃 A&B"),
        ("String", "A & B", "A & B"),
        ("Number", "6.22848E+18", "\x016.22848e+18"),
        ("Number", "45322", "\x0145322"),
        ("Number", "abc", "abc"),
        ("DateTime", "2024-01-31T09:59:59.600", "\x022024-01-31 10:00:00"),
        ("DateTime", "2024-01-31T00:00:00.000", "\x022024-01-31"),
        ("DateTime", "1899-12-31T10:00:00.000", "\x0310:00:00"),
        ("DateTime", "31.1.2024", "31.1.2024"),
        ("Boolean", "1", "TRUE"),
        ("Boolean", "0", "FALSE"),
        ("Error", "#N/A", "#N/A"),
    ],
)
def test_types_become_marks(kind, text, cell):
    (grid,) = read(book(f"<Row>{data(kind, text)}</Row>"))
    assert (rows(grid), grid.encoding) == ([[cell]], grid.encoding)


def test_indexes_and_spans_move_what_follows():
    (grid,) = read(
        book(
            '<Row ss:Index="3"><Cell ss:MergeAcross="1" ss:MergeDown="1"><Data ss:Type="String">t'
            f"</Data></Cell>{data('String', 'u')}</Row><Row>{data('String', 'v')}"
            '<Cell ss:Index="5"><Data ss:Type="String">w</Data></Cell></Row>'
        )
    )
    assert rows(grid) == [["t", "t", "u", "", ""], ["t", "t", "v", "", "w"]]
    assert (grid.rows.to_pylist(), grid.merged) == ([3, 4], ((3, 0, 4, 1),))


@pytest.mark.parametrize(("state", "hidden"), [("SheetHidden", True), ("SheetVisible", False)])
def test_hidden_sheets_are_flagged(state, hidden):
    more = f"<x:WorksheetOptions><x:Visible>{state}</x:Visible></x:WorksheetOptions>"
    (grid,) = read(book("", more=more))
    assert (grid.hidden, grid.height) == (hidden, 0)


def test_a_formula_without_value_is_noted():
    (grid,) = read(book(f'<Row>{data("String", "x")}<Cell ss:Formula="=1+1"/></Row>'))
    assert [(note.row, note.column) for note in grid.notes] == [(1, "c1")]


def test_a_cut_file_gives_its_rows_and_says_so():
    whole = book(f"<Row>{data('String', 'a')}</Row><Row>{data('String', 'b')}</Row>")
    (grid,) = read(whole[: whole.rfind(b"</Row>")])
    assert rows(grid)[0] == ["a"]
    assert [note.text[:17] for note in grid.notes] == ["its XML is faulty"]


def test_entities_are_refused():
    with pytest.raises(UnsafeArchive, match="entities"):
        read(book("<Row/>", head='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'))


def test_a_workbook_without_sheets_is_an_error():
    with pytest.raises(EmptyFile, match="no sheet"):
        read(f"<Workbook {NAMES}/>".encode())


@pytest.mark.parametrize("source", [b"", b"<Workb", b"\0\0"])
def test_what_is_no_xml_is_refused(source):
    with pytest.raises(UnreadableFile):
        read(source)


def test_bytes_are_bounded():
    source = book("<Row/>")
    assert len(read(source, limits=Limits(markup_bytes=len(source)))) == 1
    with pytest.raises(UnreadableFile, match="XML of more than"):
        read(source, limits=Limits(markup_bytes=len(source) - 1))
