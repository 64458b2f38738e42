"""Units above, in and below a header, and who is who under a two-row header."""

from __future__ import annotations

import pytest

from qingfeng.ingest.header_text import preamble_currency, preamble_unit, row_units
from tests.ingest.header_grids import CARD, OTHER, found

RANGES = [(2, 0, 3, 0), (2, 1, 2, 2), (2, 3, 3, 3), (2, 4, 2, 5)]


def two_rows(amounts: str, parties: str) -> list[list[str]]:
    return [
        [f"户名：何桂蓉  账号：{CARD}", *[""] * 5],
        ["交易日期", amounts, "", "余额", parties, ""],
        ["", "收入", "支出", "", "户名", "账号"],
        ["2024-01-05", "1.5", "", "10.25", "甲", OTHER],
    ]


@pytest.mark.parametrize("merged", [RANGES, []], ids=["ranges", "by shape"])
@pytest.mark.parametrize(
    ("amounts", "unit"),
    [
        ("发生额（元）", "元"),
        ("发生额（万元）", "万元"),
        ("交易金额(元)", "元"),
        ("金额（单位：万元）", "万元"),
        ("发生额", None),
    ],
)
@pytest.mark.parametrize("parties", ["对方", "对方信息", "收/付款方"])
def test_a_unit_in_the_upper_cell_holds_for_the_lower_ones(amounts, unit, parties, merged):
    (table,) = found(two_rows(amounts, parties), merged=merged)
    assert table.header_rows == (2, 3)
    assert {name: (ref.index, ref.unit) for name, ref in table.columns.items()} == {
        "booked_at": (0, None),
        "amount_fen.in": (1, unit),
        "amount_fen.out": (2, unit),
        "balance_fen": (3, None),
        "counterparty_name": (4, None),
        "counterparty_account": (5, None),
    }
    assert table.context == {"holder_name": "何桂蓉", "card": CARD}


def test_the_unit_of_the_lower_cell_wins():
    rows = two_rows("发生额（万元）", "对方")
    rows[2] = ["", "收入（元）", "支出", "", "户名", "账号"]
    (table,) = found(rows, merged=RANGES)
    assert table.columns["amount_fen.in"].unit == "元"
    assert table.columns["amount_fen.out"].unit == "万元"


def test_an_unknown_upper_cell_makes_no_holder_of_the_counterparty():
    rows = two_rows("本栏", "彼方某某")
    (table,) = found(rows, merged=RANGES)
    assert "holder_name" not in table.columns
    assert "account" not in table.columns


@pytest.mark.parametrize(
    "row", [["", "（万元）", "（万元）", "（万元）"], ["", "万元", "万元", "万元"]]
)
def test_a_row_of_units_belongs_to_the_header(row):
    rows = [
        ["交易日期", "收入", "支出", "余额"],
        row,
        ["2024-01-05", "1.50", "", "10.00"],
    ]
    (table,) = found(rows)
    assert table.header_rows == (1, 2)
    assert table.body == (2, 3)
    assert {name: ref.unit for name, ref in table.columns.items()} == {
        "booked_at": None,
        "amount_fen.in": "万元",
        "amount_fen.out": "万元",
        "balance_fen": "万元",
    }


def test_a_row_with_more_than_units_is_no_part_of_the_header():
    assert row_units(["", "（万元）", "元"]) == {1: "万元", 2: "元"}
    assert row_units(["甲", "（万元）"]) == {}
    assert row_units(["", ""]) == {}


@pytest.mark.parametrize(
    ("line", "unit", "currency"),
    [
        ("单位：千元", "千元", None),
        ("（单位：万）", "万元", None),
        ("单位：亿", "亿元", None),
        ("金额单位：人民币百万元", "百万元", None),
        ("单位：美元", "元", "美元"),
        ("单位：万美元", "万元", "美元"),
        ("单位：三元", None, None),
        ("单位：测试石业有限公司", None, None),
        ("单位：甲美元公司", None, None),
    ],
)
def test_the_unit_above_a_table(line, unit, currency):
    assert (preamble_unit(line), preamble_currency(line)) == (unit, currency)


def test_the_currency_of_the_unit_is_that_of_the_bookings():
    rows = [
        ["单位：美元"],
        ["交易日期", "收入", "支出", "余额"],
        ["2024-01-05", "1.50", "", "10.00"],
    ]
    (table,) = found(rows)
    assert table.context["currency"] == "美元"


@pytest.mark.parametrize("unknown", [0, 20, 80, 1000])
def test_unknown_columns_beside_key_headers_change_nothing(unknown):
    key = ["交易卡号", "交易时间", "收付标志", "交易金额", "对手户名"]
    rows = [
        [*key, *[f"内部字段{i}" for i in range(unknown)]],
        [CARD, "2024-01-05 10:00:00", "进", "28.00", "甲", *["x"] * unknown],
    ]
    (table,) = found(rows)
    assert table.layout is not None
    assert table.layout.table == "transfers"
    assert len(table.ignored) == unknown


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位（万元）", "万元"),
        ("(万元)", "万元"),
        ("（单位：万元/亩）", "万元"),
        ("金额：万元；面积：亩", "万元"),
        ("面积单位：公顷 金额单位：元", "元"),
        ("计量单位：亩、千元", "千元"),
        ("单位：元（角分）", "元"),
        ("货币单位：人民币万元", "万元"),
        ("单位：万", "万元"),
        ("单位：分", "分"),
        ("填报单位：万元村委会", None),
        ("单位：某镇人民政府", None),
        ("万元村补贴花名册", None),
        ("金额：100元", None),
        ("（某村）", None),
        ("单位：元/万元", None),
    ],
)
def test_lines_that_name_a_unit(line, unit):
    assert preamble_unit(line) == unit


@pytest.mark.parametrize("line", ["单位：元/万元", "单位：角"])
def test_a_unit_that_cannot_be_settled_is_said(line):
    rows = [[line], ["交易日期", "收入", "支出", "余额"], ["2024-01-05", "1.50", "", "10.00"]]
    (table,) = found(rows)
    assert [line in each for each in table.warnings] == [True]
    assert table.columns["balance_fen"].unit is None
