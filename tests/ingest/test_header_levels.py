"""Headers of two rows whose upper cells no layout knows."""

from __future__ import annotations

import pytest

from tests.ingest.header_grids import CARD, OTHER, found

ROSTER = [
    ["序号", "受益对象", "", "补贴情况", "", "一卡通", ""],
    ["", "姓名", "身份证号", "面积", "金额", "开户行", "账号"],
    ["1", "甲", "359901197203050119", "2", "30.00", "某行", OTHER],
]
HOTLINE = [
    ["工单号", "反映内容", "诉求人信息", "", "承办情况", "", "", "登记时间"],
    ["", "", "姓名", "联系方式", "承办单位", "办理结果", "办结时间", ""],
    ["FJ1", "内容", "赵", "15400000011", "某局", "已办", "2024-09-09", "2024-09-01"],
]


def places(table):
    return {field: ref.index for field, ref in table.columns.items()}


def test_a_lower_name_known_by_itself_counts_under_an_unknown_one():
    (table,) = found(ROSTER)
    assert table.layout.name == "benefits.roster"
    assert places(table) == {
        "beneficiary_name": 1,
        "beneficiary_id": 2,
        "quantity": 3,
        "amount_fen": 4,
        "account": 6,
    }


def test_what_an_upper_name_is_about_goes_before_the_lower_one():
    (table,) = found(HOTLINE)
    assert table.layout.name == "hotline.handling"
    assert {field: place for field, place in places(table).items() if 2 <= place <= 6} == {
        "requester_name": 2,
        "phone": 3,
        "handling_unit": 4,
        "reply_text": 5,
        "completed_at": 6,
    }


@pytest.mark.parametrize("other", ["代领人", "收款人情况"])
def test_a_name_under_another_person_is_not_the_subjects(other):
    rows = [[*row] for row in ROSTER]
    rows[0][1] = other
    (table,) = found(rows)
    assert table.layout is None
    assert table.reasons[0].startswith("two header rows, and what the upper one says is not known")


def test_a_name_in_two_unknown_groups_is_not_guessed():
    rows = [
        ["序号", "受益对象", "", "代领对象", "", "补贴情况", ""],
        ["", "姓名", "身份证号", "姓名", "身份证号", "面积", "金额"],
        ["1", "甲", "359901197203050119", "乙", "", "2", "30.00"],
    ]
    (table,) = found(rows)
    assert table.layout is None


def test_amounts_of_bookings_count_and_their_parties_do_not():
    rows = [
        ["交易日期", "本栏", "", "余额", "摘要"],
        ["", "收入", "支出", "", ""],
        ["2024-01-05", "1.5", "", "10.25", "x"],
    ]
    (table,) = found(rows)
    assert places(table)["amount_fen.in"] == 1
    rows[0][1], rows[1] = "彼方某某", ["", "账号", "户名", "", ""]
    rows[2] = ["2024-01-05", CARD, "甲", "10.25", "x"]
    (table,) = found(rows)
    assert table.layout is None


@pytest.mark.parametrize(
    ("amounts", "sides"),
    [
        ("交易金额", ("借", "贷")),
        ("发生额", ("支出", "收入")),
        ("金额", ("付", "收")),
        ("交易金额（元）", ("支出（借）", "收入（贷）")),
    ],
)
@pytest.mark.parametrize(
    ("party", "names"),
    [
        ("对方信息", ("户名", "账号")),
        ("交易对手", ("名称", "账号")),
        ("交易对手信息", ("对手名称", "对手账号")),
        ("对方账户", ("户名", "账号")),
    ],
)
@pytest.mark.parametrize("is_merged", [True, False])
def test_groups_of_a_statement_in_two_rows(amounts, sides, party, names, is_merged):
    rows = [
        ["交易日期", amounts, "", "余额", party, "", "摘要"],
        ["", *sides, "", *names, ""],
        ["2024-01-05", "", "6.00", "6.00", "测试石业", OTHER, "货款"],
    ]
    merged = [(1, 1, 1, 2), (1, 4, 1, 5), *((1, i, 2, i) for i in (0, 3, 6))]
    (table,) = found(rows, merged=merged if is_merged else ())
    assert table.header_rows == (1, 2)
    assert places(table) == {
        "booked_at": 0,
        "amount_fen.out": 1,
        "amount_fen.in": 2,
        "balance_fen": 3,
        "counterparty_name": 4,
        "counterparty_account": 5,
        "summary": 6,
    }


def test_the_amount_beside_a_number_of_bookings_is_the_one_below_its_side():
    rows = [
        ["日期", "收入", "", "支出", "", "余额"],
        ["", "笔数", "金额", "笔数", "金额", ""],
        ["2024-01-05", "1", "100.00", "0", "0.00", "100.00"],
    ]
    (table,) = found(rows)
    assert places(table) == {
        "booked_at": 0,
        "amount_fen.in": 2,
        "amount_fen.out": 4,
        "balance_fen": 5,
    }


def test_payer_and_payee_in_two_rows():
    rows = [
        ["交易时间", "付款方", "", "收款方", "", "金额"],
        ["", "户名", "账号", "户名", "账号", ""],
        ["2024-01-05", "甲", CARD, "乙", OTHER, "6.00"],
    ]
    (table,) = found(rows)
    assert places(table) == {
        "booked_at": 0,
        "payer.name": 1,
        "payer.account": 2,
        "payee.name": 3,
        "payee.account": 4,
        "amount_fen": 5,
    }
