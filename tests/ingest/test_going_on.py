"""Pages of one statement of which only the first says whose it is."""

from __future__ import annotations

import openpyxl
import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.header_grids import CARD, OTHER
from tests.ingest.imports import new_case

HEADER = ["交易日期", "收入", "支出", "余额", "对方户名"]
ONE = ["2024-01-05", "6.00", "", "6.00", "甲"]
TWO = ["2024-01-06", "", "2.00", "4.00", "乙"]


def cards(folder, path):
    case = new_case(folder / "home")
    (entry,) = import_paths(case, [path])["files"]
    with case.connect() as connection:
        rows = connection.sql(
            "SELECT card, holder_name, bank FROM transfers ORDER BY balance_fen DESC"
        ).fetchall()
    return rows, [each["text"] for table in entry["tables"] for each in table["warnings"]]


def page(*tables):
    def laid(rows):
        lines = ("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table>{''.join(lines)}</table>"

    parts = (each if isinstance(each, str) else laid(each) for each in tables)
    return f"<html><body>{''.join(parts)}</body></html>"


def test_the_next_table_of_a_page_belongs_to_the_same_account(tmp_path):
    path = tmp_path / "x.xls"
    labels = [["户　名：", "林墨白", "卡号：", CARD]]
    title = "<h3>测试农村商业银行账户交易明细</h3>"
    path.write_text(
        page(title, labels, [HEADER, ONE], "<p>第1页/共2页</p>", [HEADER, TWO]), "utf-8"
    )
    rows, said = cards(tmp_path, path)
    assert rows == [(CARD, "林墨白", "测试农村商业银行")] * 2
    assert "nothing above it names its account: it goes on with table 1" in said


@pytest.mark.parametrize(
    ("second", "rows_above", "card"),
    [
        ("Page 2", [], CARD),
        ("第2页", [["第2页"]], CARD),
        ("Sheet2", [], None),
        ("林墨白二", [], None),
        ("Page 2", [["卡号：", OTHER]], OTHER),
        ("Page 2", [["测试石业有限公司交易明细"]], None),
    ],
)
def test_a_sheet_that_is_a_page_belongs_to_the_same_account(second, rows_above, card, tmp_path):
    book = openpyxl.Workbook()
    first = book.active
    first.title = "Sheet1" if second == "Sheet2" else "Page 1"
    for row in (["林墨白交易明细"], ["户名：", "林墨白", "卡号：", CARD], HEADER, ONE):
        first.append(row)
    sheet = book.create_sheet(second)
    for row in (*rows_above, HEADER, TWO):
        sheet.append(row)
    path = tmp_path / "x.xlsx"
    book.save(path)
    rows, _ = cards(tmp_path, path)
    assert [row[0] for row in rows] == [CARD, card]


def test_other_columns_do_not_go_on(tmp_path):
    path = tmp_path / "x.xls"
    other = ["交易日期", "收入", "支出", "余额", "摘要"]
    path.write_text(page([["卡号：", CARD]], [HEADER, ONE], [other, TWO]), "utf-8")
    rows, _ = cards(tmp_path, path)
    assert [row[0] for row in rows] == [CARD, None]
