"""Two tables side by side, and what the headers leave in doubt."""

from __future__ import annotations

from qingfeng.ingest.side_by_side import set_side_by_side
from tests.ingest.header_grids import CARD, LAYOUTS, OTHER, found, grid
from tests.ingest.test_header_sides import read

HEADERS = ["交易卡号", "交易时间", "收付标志", "交易金额", "对手户名"]
LEFT = [CARD, "2024-01-05 10:00:00", "进", "300.00", "甲"]
RIGHT = [CARD, "2024-02-05 10:00:00", "出", "10.00", "乙"]
STATEMENT = ["交易时间", "收入", "支出", "余额"]


def cells(part):
    return [list(row.values()) for row in part.cells.to_pylist()]


def test_both_tables_are_read(tmp_path):
    lines = [[*HEADERS, "", *HEADERS], [*LEFT, "", *RIGHT], LEFT[:3] + ["1.00", "丙"] + [""] * 6]
    said = "amount_fen, split_part(source_row, '·', 2), split_part(source_row, '·', 3)"
    assert read(tmp_path, [",".join(line) for line in lines], said) == [
        (30_000, "A-F", "2"),
        (100, "A-F", "3"),
        (1_000, "G-K", "2"),
    ]


def test_what_stands_above_belongs_to_both():
    rows = [["户名：林墨白", "", "", "", f"卡号：{CARD}"], STATEMENT * 2, ["x"] * 8]
    left, right = set_side_by_side(grid(rows, sheet="S"), LAYOUTS)
    assert (left.sheet, right.sheet) == ("S_A-D", "S_E-H")
    assert cells(left)[0] == cells(right)[0] == ["户名：林墨白", f"卡号：{CARD}", "", ""]


def test_a_label_above_each_belongs_to_each():
    rows = [
        [f"卡号：{CARD}", "", "", "", f"卡号：{OTHER}", "", "", ""],
        STATEMENT * 2,
        ["2024-01-05 10:00:00", "1", "", "1"] * 2,
    ]
    left, right = set_side_by_side(grid(rows), LAYOUTS)
    assert cells(left)[0][0] == f"卡号：{CARD}"
    assert cells(right)[0][0] == f"卡号：{OTHER}"


def test_one_table_stays_as_it_is():
    for header in (HEADERS, [*STATEMENT, "网联/银联", "摘要", "网联/银联"], ["标题"] * 6):
        whole = grid([header, ["x"] * len(header)])
        assert set_side_by_side(whole, LAYOUTS) == [whole]


def test_repeated_headers_that_are_not_taken_are_said():
    header = ["备注", *STATEMENT, *STATEMENT]
    (table,) = found([header, ["a", "2024-01-05 10:00:00", "1", "", "1", *[""] * 4]])
    assert [text for text in table.warnings if "余额__2" in text]


def test_amounts_without_a_unit_beside_others_with_one_are_said():
    (table,) = found(
        [["交易时间", "收入（万元）", "支出（万元）", "余额"], ["2024-01-05", "1", "", "1"]]
    )
    assert table.warnings == ("no unit stands at 余额, and 万元 at other amounts: read as yuan",)
    (plain,) = found([STATEMENT, ["2024-01-05", "1", "", "1"]])
    assert plain.warnings == ()
