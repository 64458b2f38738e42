"""Rows above a table, and names in its path."""

from __future__ import annotations

import pytest

from qingfeng.ingest.context import bank_of, discipline_of, id_folder_of, read_preamble, sheet_id_of

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
        (("账号：10359900000001",), {"account": "10359900000001"}),
        (("卡号: 6228****0125", "卡别名: 工资卡"), {"account_masked": "6228****0125"}),
        (("币　　种：", "人民币"), {"currency": "人民币"}),
        (("账号", CARD, "户名", "何桂蓉"), {"card": CARD, "holder_name": "何桂蓉"}),
        (("账号", "户名"), {}),
        (("支付宝账户：a@b.cn",), {"account": "a@b.cn"}),
        (("美团用户名：[SJT1]",), {"account": "SJT1"}),
        (("备注：对方户名：某人",), {}),
        (("户名：",), {}),
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


@pytest.mark.parametrize(
    ("path", "bank"),
    [
        ("任务1/测试农业银行交易明细信息.csv", "测试农业银行"),
        ("【20240101】测试农业银行_账户信息[1].csv", "测试农业银行"),
        ("测试农业银行关联子账户信息(2).csv", "测试农业银行"),
        ("测试区农村信用社-交易明细.xls", "测试区农村信用社"),
        ("交易明细信息.csv", None),
        ("银行流水.xlsx", None),
    ],
)
def test_the_bank_in_a_file_name(path, bank):
    assert bank_of(path).get("bank") == bank


def test_names_of_the_query_package():
    assert discipline_of(
        "来源甲（定向查询）/林墨白_35990119720305011x_国监查【2024】第000012号_流水.xlsx"
    ) == {
        "subject_name": "林墨白",
        "subject_id": "35990119720305011X",
        "request_reference": "国监查【2024】第000012号",
        "what": "流水",
        "source": "来源甲",
    }
    assert discipline_of("林墨白_123_国监查【2024】第1号_流水.xlsx") == {}


def test_sheet_and_folder_that_bear_a_number():
    assert sheet_id_of("x.xlsx", "359901197203050119") == {"subject_id": "359901197203050119"}
    assert sheet_id_of("x.xlsx", "Sheet1") == {}
    assert id_folder_of("C1/a/IDCARD/359901197203050119/wx_lin/TenpayTrades.txt") == {
        "subject_id": "359901197203050119",
        "account": "wx_lin",
    }
    assert id_folder_of("C1/TenpayTrades.txt") == {}
