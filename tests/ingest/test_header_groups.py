"""Lower header cells under known groups, of two and three rows."""

from __future__ import annotations

import pytest

from tests.ingest.header_grids import OTHER, found

TAIL = ["余额", "摘要"]


def places(table):
    return {field: ref.index for field, ref in table.columns.items()}


def statement(group, children):
    """Date, one group over its children, an amount of either side, balance."""
    gaps = [""] * (len(children) - 1)
    top = ["交易日期", group, *gaps, "收入", "支出", *TAIL]
    low = ["", *children, "", "", "", ""]
    record = ["2024-01-05", *["x"] * len(children), "1.50", "", "10.25", "y"]
    return [top, low, record]


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize(
    ("group", "role"),
    [
        ("交易对手", "counterparty_{}"),
        ("对手方单位", "counterparty_{}"),
        ("对方账户信息", "counterparty_{}"),
        ("付方", "payer.{}"),
        ("付款人信息", "payer.{}"),
        ("收方", "payee.{}"),
        ("收款单位", "payee.{}"),
    ],
)
@pytest.mark.parametrize("children", [["名称", "账户", "行名"], ["姓名", "卡号", "开户银行"]])
def test_a_lower_cell_is_of_whom_its_group_speaks(group, role, children, merged):
    ranges = [(1, 1, 1, 3)] if merged else []
    (table,) = found(statement(group, children), merged=ranges)
    assert table.header_rows == (1, 2)
    got = places(table)
    number = {"counterparty_{}": ("counterparty_account", "counterparty_account.or")}
    assert got[role.format("name")] == 1
    assert any(got.get(each) == 2 for each in number.get(role, (role.format("account"),)))
    assert got[role.format("bank")] == 3
    assert not {"holder_name", "account", "card", "bank"} & got.keys()


@pytest.mark.parametrize(
    ("into", "out_of"),
    [("收入", "支出"), ("贷方", "借方"), ("贷", "借"), ("存入", "支取"), ("转入", "转出")],
)
@pytest.mark.parametrize("child", ["金额", "发生额", "金额（万元）"])
def test_an_amount_under_a_side_is_of_that_side_and_a_count_is_none(into, out_of, child):
    rows = [
        ["交易日期", out_of, "", into, "", "余额", "对方户名"],
        ["", "笔数", child, "笔数", child, "", ""],
        ["2024-01-05", "", "", "1", "100.00", "100.00", "甲"],
    ]
    (table,) = found(rows)
    assert table.header_rows == (1, 2)
    assert places(table)["amount_fen.out"] == 2
    assert places(table)["amount_fen.in"] == 4
    assert table.columns["amount_fen.in"].unit == ("万元" if "万" in child else None)
    assert table.ignored == (f"{out_of}/笔数", f"{into}/笔数")


def test_three_rows_of_headers_are_read_as_one():
    rows = [
        ["账户", "交易时间", "本期发生额（单位：万元）", "", "账户余额（万元）", "交易对手", ""],
        ["", "", "借方", "贷方", "", "名称", "账号"],
        ["", "", "支出", "收入", "", "", ""],
        ["359900000077", "2024-01-05 10:00:00", "", "60.5", "60.5", "甲", OTHER],
    ]
    (table,) = found(rows)
    assert table.header_rows == (1, 2, 3)
    assert places(table) == {
        "account": 0,
        "booked_at": 1,
        "amount_fen.out": 2,
        "amount_fen.in": 3,
        "balance_fen": 4,
        "counterparty_name": 5,
        "counterparty_account": 6,
    }
    assert table.columns["amount_fen.in"].unit == "万元"


def test_titles_of_groups_above_two_rows_of_headers():
    rows = [
        ["账户信息", "", "交易信息", "", "", "", "对手信息", ""],
        ["户名", "账号", "交易日期", "发生额", "", "余额", "名称", "账号"],
        ["", "", "", "借", "贷", "", "", ""],
        ["甲", "359900000077", "2024-01-05", "", "1.50", "1.50", "乙", OTHER],
    ]
    (table,) = found(rows)
    assert table.header_rows == (1, 2, 3)
    got = places(table)
    assert (got["holder_name"], got["account"]) == (0, 1)
    assert (got["amount_fen.out"], got["amount_fen.in"]) == (3, 4)
    assert (got["counterparty_name"], got["counterparty_account"]) == (6, 7)


@pytest.mark.parametrize("number", ["热线单号", "工单号"])
def test_tickets_are_read_in_the_words_of_any_hotline(number):
    rows = [
        [number, "来电人信息", "", "反映内容", "承办情况", "", "", "市民评价", "", "来电时间"],
        [
            "",
            "来电人",
            "来电号码",
            "",
            "承办部门",
            "处置结果",
            "办结时间",
            "是否联系",
            "满意情况",
            "",
        ],
        [
            "RX1",
            "甲",
            "15400000011",
            "x",
            "某局",
            "已修复",
            "2024-09-03",
            "是",
            "满意",
            "2024-09-01",
        ],
    ]
    (table,) = found(rows)
    assert table.header_rows == (1, 2)
    assert table.ignored == ()
    got = places(table)
    assert (got["requester_name"], got["phone"], got["request_text"]) == (1, 2, 3)
    assert (got["handling_unit"], got["reply_text"], got["satisfaction"]) == (4, 5, 8)


@pytest.mark.parametrize("merged", [False, True])
def test_an_amount_of_which_two_columns_speak_is_not_guessed(merged):
    rows = [
        ["交易日期", "收入", "", "支出", "", "余额", "对方户名"],
        ["", "甲类", "乙类", "甲类", "乙类", "", ""],
        ["2024-01-05", "1.00", "2.00", "", "", "3.00", "甲"],
    ]
    (table,) = found(rows, merged=[(1, 1, 1, 2), (1, 3, 1, 4)] if merged else [])
    assert table.layout is None
    assert "two header rows" in table.reasons[0]


def test_sides_of_a_balance_are_no_amounts():
    rows = [
        ["交易日期", "交易金额", "借贷标志", "余额", "", "对方户名"],
        ["", "", "", "借方", "贷方", ""],
        ["2024-01-05", "1.00", "贷", "", "3.00", "甲"],
    ]
    (table,) = found(rows)
    assert "amount_fen.out" not in table.columns
    assert "balance_fen" not in table.columns
