import base64

import pytest

from qingfeng.errors import EmptyFile, UnreadableFile
from qingfeng.ingest.readers.html import read_html, read_mhtml
from qingfeng.ingest.readers.limits import Limits

PAGE = (
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head>'
    "<table><tr><td colspan=4>测试银行㛃</td></tr>"
    "<tr><th rowspan=2>日期</th><th colspan=2>发生额</th><th rowspan=2>户名</th></tr>"
    "<tr><th>收入<th>支出</tr>"
    "<tr><td>2024.01.05</td><td>&nbsp;</td><td> 1<br>2 </td><td>甲 &amp;\n 乙</td></tr></table>"
)


def rows(grid):
    return [list(row.values()) for row in grid.cells.to_pylist()]


def test_spans_are_filled_and_declared_gb2312_is_gb18030():
    (grid,) = read_html(PAGE.encode("gb18030"), "", "流水.xls")
    assert rows(grid) == [
        ["测试银行㛃"] * 4,
        ["日期", "发生额", "发生额", "户名"],
        ["日期", "收入", "支出", "户名"],
        ["2024.01.05", "", "1\n2", "甲 & 乙"],
    ]
    assert grid.merged == ((1, 0, 1, 3), (2, 0, 3, 0), (2, 1, 2, 2), (2, 3, 3, 3))
    assert (grid.encoding, grid.kind, grid.rows.to_pylist()) == ("gb18030", "html", [1, 2, 3, 4])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_declared_encoding_is_not_believed(encoding):
    (grid,) = read_html(PAGE.encode(encoding), "", "流水.xls")
    assert (rows(grid)[0][0], grid.encoding) == ("测试银行㛃", encoding)


def test_a_number_too_wide_for_its_column_is_taken_from_beside_it():
    page = (
        '<table><tr><td x:num="500000.5">####</td><td x:num="1">1.00</td><td>##</td></tr></table>'
    )
    (grid,) = read_html(page.encode(), "", "x.xls")
    assert rows(grid) == [["500000.5", "1.00", "##"]]


def test_tables_are_grids_and_a_layout_table_is_none():
    page = (
        b"<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>"
        b"<table><tr><td>b</td></tr></table><table></table>"
    )
    grids = read_html(page, "", "x.xls")
    assert [(grid.sheet, rows(grid)) for grid in grids] == [
        ("table 1", [["a"]]),
        ("table 2", [["b"]]),
    ]


def test_a_page_cut_off_gives_the_rows_it_has():
    (grid,) = read_html(b"<table><tr><td>a<td>b<tr><td>c", "", "x.xls")
    assert rows(grid) == [["a", "b"], ["c", ""]]


@pytest.mark.parametrize("page", [b"<html></html>", b"<p>\xc4\xe3", b"<html>" + b"\0" * 9])
def test_a_page_without_a_table_is_refused(page):
    with pytest.raises(UnreadableFile):
        read_html(page, "", "x.xls")


@pytest.mark.parametrize(
    "cell",
    [
        b"<td rowspan=99999999999999999999>a",
        b"<td colspan=9999999 rowspan=9999999>a",
        b"<td colspan=-1>a",
        b"<td colspan=x>a",
    ],
)
def test_absurd_spans_do_no_harm(cell):
    (grid,) = read_html(b"<table><tr>" + cell + b"</table>", "", "x.xls")
    assert rows(grid)[0][0] == "a"


def test_a_cell_beyond_the_last_column_is_refused():
    row = b"<td colspan=16383>a" + b"<td>b"
    assert read_html(b"<table><tr>" + row + b"</table>", "", "x.xls")[0].width == 16384
    with pytest.raises(UnreadableFile, match="column 16,385"):
        read_html(b"<table><tr>" + row + b"<td>c</table>", "", "x.xls")


def test_cells_are_bounded():
    page = b"<table><tr><td>a<td>b<tr><td>c<td>d</table>"
    assert read_html(page, "", "x.xls", Limits(cells=4))[0].height == 2
    with pytest.raises(UnreadableFile, match="more than 3 cells"):
        read_html(page, "", "x.xls", Limits(cells=3))


def test_bytes_are_bounded():
    page = b"<table><tr><td>a</table>"
    assert len(read_html(page, "", "x.xls", Limits(markup_bytes=len(page)))) == 1
    with pytest.raises(UnreadableFile, match="a page of more than"):
        read_html(page, "", "x.xls", Limits(markup_bytes=len(page) - 1))


def test_endless_nesting_is_no_crash():
    page = b"<table><tr><td>" + b"<b><i>" * 20_000 + b"a" + b"</table>"
    with pytest.raises(UnreadableFile):
        read_html(page, "", "x.xls")


def archive(*parts):
    body = "".join(
        f"--B\r\nContent-Location: file:///C:/x/{name}\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Type: {kind}; charset="gb2312"\r\n\r\n{text}\r\n'
        for name, kind, text in parts
    )
    return (
        f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"\r\n\r\n{body}--B--'
    ).encode()


def coded(html):
    return base64.b64encode(html.encode("gb18030")).decode()


def test_the_tables_of_a_web_archive_are_named_by_their_parts():
    data = archive(
        ("book.htm", "text/html", coded("<html><body>frame</body></html>")),
        ("sheet001.htm", "text/html", coded("<table><tr><td>户名㛃</table>")),
        ("style.css", "text/css", coded("td{}")),
        ("sheet002.htm", "text/html", coded("<table><tr><td>乙</table>")),
    )
    grids = read_mhtml(data, "m", "x.xls")
    assert [(grid.sheet, rows(grid), grid.kind, grid.member) for grid in grids] == [
        ("sheet001 table 1", [["户名㛃"]], "mhtml", "m"),
        ("sheet002 table 2", [["乙"]], "mhtml", "m"),
    ]


def test_a_web_archive_without_tables_is_refused():
    with pytest.raises(EmptyFile, match="web archive"):
        read_mhtml(archive(("a.htm", "text/html", coded("<html>x</html>"))), "", "x.xls")


def table(*cells: str) -> str:
    return f"<table><tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr></table>"


def test_text_between_tables_stands_above_the_next():
    page = (
        "<html><head><title>流水</title><style>td {x}</style></head><body><h3>户名：何桂蓉</h3>"
        f"<p>账号：1<br>币种：人民币</p>{table('日期', '金额')}<div>户名：林墨白</div>"
        f"{table('日期', '金额')}尾</body></html>"
    )
    first, second = read_html(page.encode(), "", "流水.xls")
    assert first.above == ("户名：何桂蓉", "账号：1", "币种：人民币")
    assert second.above == ("户名：林墨白",)
    assert (first.height, first.rows.to_pylist()) == (1, [1])


def test_a_table_of_labels_introduces_the_next():
    page = f"<p>明细</p>{table('户名：', '何桂蓉', '账号：', '1')}<p>二</p>{table('日期', '金额')}"
    (only,) = read_html(page.encode(), "", "流水.xls")
    assert only.above == ("明细", "户名：  何桂蓉  账号：  1", "二")


def test_a_table_of_labels_alone_is_a_grid():
    (only,) = read_html(table("户名：", "何桂蓉").encode(), "", "流水.xls")
    assert rows(only) == [["户名：", "何桂蓉"]]


def test_an_outer_table_may_introduce_the_one_inside_it():
    page = f"<table><tr><td>户名：何桂蓉</td></tr><tr><td>{table('日期', '金额')}</td></tr></table>"
    *_, inner = read_html(page.encode(), "", "流水.xls")
    assert inner.above == ("户名：何桂蓉",)
