"""Cells that hold a name and a number, or a memo and a name."""

from __future__ import annotations

import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import new_case

OTHER = "6217000000000003453"


def rows_of(folder, text, columns):
    path = folder / "x.csv"
    path.write_text(text, encoding="utf-8")
    case = new_case(folder / "home")
    import_paths(case, [path])
    with case.connect() as connection:
        return connection.sql(f"SELECT {columns} FROM transfers ORDER BY source_row").fetchall()


CELLS = {
    "张三 6666000011112222": ("张三", "6666000011112222", None),
    "测试科技有限公司9999000011": ("测试科技有限公司", "9999000011", None),
    "欧阳㛃 6217 0000 0000 0003 453": ("欧阳㛃", OTHER, None),
    f"{OTHER}张三": ("张三", OTHER, None),
    f"张三{OTHER}测试银行": ("张三", OTHER, "测试银行"),
    "张三 NRA12345678": ("张三", "NRA12345678", None),
    "张三 35001600000000000001-1": ("张三", "350016000000000000011", None),
    "测试公司/3599": ("测试公司", None, None),
    "李四/": ("李四", None, None),
    "/王五": ("王五", None, None),
    "(赵六)": ("赵六", None, None),
    "孙七6217 0000 0000 0003 453": ("孙七", OTHER, None),
    f"/{OTHER}": (None, OTHER, None),
    "测试移动10086": ("测试移动10086", None, None),
    "2024年物业费": ("2024年物业费", None, None),
    "测试市第101中学": ("测试市第101中学", None, None),
    "支付宝-张三-代付": ("支付宝-张三-代付", None, None),
    "/林墨白": ("林墨白", None, None),
    "何桂蓉6217 0000 0000 0003 453": ("何桂蓉", OTHER, None),
    "12306-测试铁路": ("12306-测试铁路", None, None),
    "95598 测试电网": ("95598测试电网", None, None),
    "测试外卖订单20210301123456": ("测试外卖订单20210301123456", None, None),
    "测试加油站0359-87654321": ("测试加油站0359-87654321", None, None),
    OTHER: (None, OTHER, None),
}


@pytest.fixture(scope="module")
def parties(tmp_path_factory):
    lines = [
        f"2024-01-{day:02d},CNY,-1.00,{1000 - day}.00,转账,{cell},"
        for day, cell in enumerate(CELLS, start=1)
    ]
    text = "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要\n" + "\n".join(lines)
    columns = "counterparty_name, counterparty_account, counterparty_bank, balance_fen"
    found = rows_of(tmp_path_factory.mktemp("mixed"), text, columns)
    return {row[3]: row[:3] for row in found}


@pytest.mark.parametrize(("day", "cell"), list(enumerate(CELLS, start=1)), ids=list(CELLS))
def test_a_name_and_a_number_in_one_cell(day, cell, parties):
    assert parties[(1000 - day) * 100] == CELLS[cell]


def test_a_memo_with_a_name_run_into_it(tmp_path):
    filler = "-" * 18
    lines = [
        f"2024-01-01,10:00:00,人民币,-1.00,9.00,转账,网银,{filler},测试店{filler}测试公司,{filler},",
        f"2024-01-02,10:00:00,人民币,-1.00,8.00,转账,网银,{filler},房租{filler}张三,张三,",
        f"2024-01-03,10:00:00,人民币,-1.00,7.00,转账,网银,{filler},房租{filler}张三,李四,",
        f"2024-01-04,10:00:00,人民币,-1.00,6.00,转账,网银,{filler},支付宝-鞋,李四,",
    ]
    text = (
        "记账日期,记账时间,币别,金额,余额,交易名称,渠道,网点名称,附言,对方账户名,对方卡号/账号,"
        "对方开户行,借记卡号\n" + "\n".join(f"{line},,6228480000000000125" for line in lines)
    )
    assert rows_of(tmp_path, text, "remark, counterparty_name") == [
        ("测试店", "测试公司"),
        ("房租", "张三"),
        (f"房租{filler}张三", "李四"),
        ("支付宝-鞋", "李四"),
    ]


def test_the_end_of_a_card_is_no_account_of_the_other_side(tmp_path):
    lines = ["交易卡号,交易时间,收付标志,交易金额,交易余额,交易对手账卡号,对手户名"]
    lines += [f"{OTHER},2024-01-05 10:00:00,出,5.00,95.00,3453,王五"]
    columns = "counterparty_account, counterparty_account_masked, counterparty_name"
    assert rows_of(tmp_path, "\n".join(lines), columns) == [(None, "3453", "王五")]
