"""Rows above a table, and names in its path."""

from __future__ import annotations

import pytest

from qingfeng.ingest.context import read_preamble

CARD = "6228480000000000125"


def fields(*cells: str) -> dict[str, str]:
    return dict(read_preamble([cells]).fields)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("户名：何桂蓉",), {"holder_name": "何桂蓉"}),
        (("户  名：何桂蓉  账号：10359900000001",), {
            "holder_name": "何桂蓉", "account": "10359900000001"
        }),
        (("户名：何桂蓉 账号：10359900000001 币种：人民币",), {
            "holder_name": "何桂蓉", "account": "10359900000001", "currency": "人民币"
        }),
        ((f"账号：{CARD}",), {"card": CARD}),
        ((f"账号: [{CARD} 何桂蓉]",), {"card": CARD, "holder_name": "何桂蓉"}),
        (("# 账号: [6225********0894 陈砚]",), {
            "account_masked": "6225********0894", "holder_name": "陈砚"
        }),
        ((f"账号: {CARD} 测试石业有限公司",), {"card": CARD, "holder_name": "测试石业有限公司"}),
        ((f"账号: [{CARD} 活期储蓄]",), {"card": CARD}),
        ((f"账号: [{CARD} 何桂蓉]  户名：林墨白",), {"card": CARD, "holder_name": "林墨白"}),
        ((f"账号/卡号Account/Card No: {CARD},户名Account Name: 何桂蓉,客户号Customer No: 12",), {
            "card": CARD, "holder_name": "何桂蓉"
        }),
        ((f"户名(Name)：何桂蓉  账号(A/C No.)：{CARD}",), {
            "card": CARD, "holder_name": "何桂蓉"
        }),
        ((f"【户名】何桂蓉 【卡号】{CARD}",), {"card": CARD, "holder_name": "何桂蓉"}),
        ((f"何桂蓉（{CARD}）交易明细",), {"card": CARD, "holder_name": "何桂蓉"}),
        ((f"测试农商银行（{CARD}）交易明细",), {"card": CARD}),
        (("测试石业有限公司 359900000077 交易明细",), {
            "account": "359900000077", "holder_name": "测试石业有限公司"
        }),
        (("测试石业有限公司 20240101 交易明细",), {}),
        (("陈砚20240102123000流水",), {}),
        ((f"客户：何桂蓉,卡折号：{CARD}",), {"card": CARD, "holder_name": "何桂蓉"}),
        (("户名：何桂蓉（已故）；",), {"holder_name": "何桂蓉"}),
        (("户名：何桂蓉（大）；",), {"holder_name": "何桂蓉（大）"}),
        (("身份证：359901197203050119",), {"holder_id": "359901197203050119"}),
        (("账号：10359900000001",), {"account": "10359900000001"}),
        (("卡号: 6228****0125", "卡别名: 工资卡"), {"account_masked": "6228****0125"}),
        (("币　　种：", "人民币"), {"currency": "人民币"}),
        (("账号", CARD, "户名", "何桂蓉"), {"card": CARD, "holder_name": "何桂蓉"}),
        (("账号", "户名"), {}),
        (("支付宝账户：a@b.cn",), {"account": "a@b.cn"}),
        (("美团用户名：[SJT1]",), {"account": "SJT1"}),
        (("微信昵称：[wx_lin_0001]",), {"account": "wx_lin_0001"}),
        (("微信昵称：[wxid_abcdef]",), {"account": "wxid_abcdef"}),
        (("微信昵称：[Sunshine]",), {}),
        (("微信昵称：[山有墨]",), {}),
        (("备注：对方户名：某人",), {}),
        (("户名：",), {}),
        (("户名:何桂蓉 页码:1/2 账号:10359900000001",), {
            "holder_name": "何桂蓉", "account": "10359900000001"
        }),
        (("机构:350001 账号:9010110010010000012345 户名:何桂蓉 打印日期:2024-02-01",), {
            "account": "9010110010010000012345", "holder_name": "何桂蓉"
        }),
        (("姓名：欧阳 㛃 性别：女",), {"holder_name": "欧阳 㛃"}),
        (("户名：何桂蓉 客 户 号：12345678",), {"holder_name": "何桂蓉"}),
        (("账号：10359900000001 余额：90.00",), {"account": "10359900000001"}),
        (("账号：10359900000001（活期）",), {"account": "10359900000001"}),
        (("账号：1035990000000156778 20210101-20211231",), {"account": "1035990000000156778"}),
        (("账号：1035990000000156778 1",), {"account": "1035990000000156778"}),
        ((f"账号：{CARD} 2021-01-01至2021-12-31",), {"card": CARD}),
        ((f"账号：{' '.join(CARD[at:at + 4] for at in range(0, len(CARD), 4))} 1",), {
            "card": " ".join(CARD[at:at + 4] for at in range(0, len(CARD), 4))
        }),
        (("账号：1035 9900 0000 0156 20210101",), {"account": "1035 9900 0000 0156"}),
        (("账号：10359900000001-1",), {"account": "10359900000001-1"}),
        (("账号：10359900000001户名：何桂蓉",), {
            "account": "10359900000001", "holder_name": "何桂蓉"
        }),
        (("账户名称：何桂蓉，账号：10359900000001，币种：人民币，开户行：某农商行",), {
            "holder_name": "何桂蓉", "account": "10359900000001", "currency": "人民币",
            "bank": "某农商行",
        }),
        (("户名：何桂蓉 （35990119680919020X）",), {
            "holder_name": "何桂蓉", "holder_id": "35990119680919020X"
        }),
        (("户名：某公司（普通合伙） 账号：10359900000001",), {
            "holder_name": "某公司（普通合伙）", "account": "10359900000001"
        }),
        (("Account Name: HE GUIRONG Account No: 10359900000001 Currency: USD",), {
            "holder_name": "HE GUIRONG", "account": "10359900000001", "currency": "USD"
        }),
        (("Account Name: He Guirong Branch Code: 12",), {"holder_name": "He Guirong"}),
        (("账户户名:", "何桂蓉", "账户账号:", "10359900000001"), {
            "holder_name": "何桂蓉", "account": "10359900000001"
        }),
        (("户名：", "经办人：", "王五"), {}),
        (("帐户账号：10359900000001",), {"account": "10359900000001"}),
        (("账户：何桂蓉",), {}),
        (("账号：35990000000000000001-CNY",), {
            "account": "35990000000000000001", "currency": "CNY"
        }),
        (("账号：无",), {}),
    ],
)  # fmt: skip
def test_reads_labels_and_values(cells, said):
    assert fields(*cells) == said


def test_the_first_statement_wins():
    assert read_preamble([["户名：甲"], ["户名：乙"]]).fields == {"holder_name": "甲"}


def test_a_layout_may_read_further_labels():
    assert read_preamble([["手机号: 15400000001"]], {"手机号": "owner_number"}).fields == {
        "owner_number": "15400000001"
    }


def test_totals_with_remarks_in_between():
    declared = read_preamble([["共：26笔记录"], ["支出：16笔(含4笔部分退款)，1,648.43元"]]).declared
    assert declared.count == 26
    assert declared.counts == {"out": 16}
    assert declared.amounts == {"out": "1648.43"}
    assert declared.period is None


@pytest.mark.parametrize(
    ("line", "period"),
    [
        ("日期区间：2024-12-01 至 2024-12-31", ("2024-12-01", "2024-12-31")),
        ("起始时间：[2025-02-01] 终止时间：[2025-02-28]", ("2025-02-01", "2025-02-28")),
        ("起止日期：20240101-20241231", ("20240101", "20241231")),
        ("打印时间：2024-01-01", None),
    ],
)
def test_the_period_a_file_speaks_of(line, period):
    assert read_preamble([[line]]).declared.period == period


def test_a_label_of_a_layout_is_read_in_one_cell_too():
    read = read_preamble([["客户代号：甲一  户名：林墨白"]], {"客户代号": "holder_id"})
    assert read.fields == {"holder_id": "甲一", "holder_name": "林墨白"}


def test_labels_in_one_row_and_their_values_in_the_next():
    read = read_preamble([["账号", "户名"], ["1035990000011", "林墨白"]])
    assert read.fields == {"account": "1035990000011", "holder_name": "林墨白"}
    english = read_preamble([["Account No.: 1035990000010", "Account Name: LIN"]])
    assert english.fields == {"account": "1035990000010", "holder_name": "LIN"}


@pytest.mark.parametrize(
    "cells",
    [["账号：1035990000001、1035990000002"], ["账号：1035990000001", "账号：1035990000002"]],
)
def test_two_accounts_above_a_table_are_none(cells):
    read = read_preamble([cells])
    assert read.fields == {}
    (warning,) = read.warnings
    assert "1035990000001" in warning
    assert "1035990000002" in warning


def test_one_account_said_twice_is_one():
    read = read_preamble([["账号：1035990000001"], ["账号：1035-9900-00001"]])
    assert (read.fields, read.warnings) == ({"account": "1035990000001"}, ())


def test_blanks_without_end_cost_no_time():
    line = f"起始日期：2021-01-01{' ' * 20_000}币种：人民币"
    assert read_preamble([[line]]).declared.period is None
