"""Sums that a file states, against the rows that they may mean."""

from __future__ import annotations

import openpyxl
import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import new_case, read

JD = (
    "交易时间,商户名称,交易说明,金额,收/付款方式,交易状态,收/支,交易分类,交易订单号,商家订单号,备注"
)


@pytest.mark.parametrize(
    ("stated", "match"), [("130.00", True), ("110.00", True), ("100.00", True), ("99.00", False)]
)
def test_a_bill_may_count_before_or_after_refunds(tmp_path, stated, match):
    lines = [
        "京东账号名：jd_test",
        f"支出：2笔(含1笔部分退款)，{stated}元",
        "",
        JD,
        "2024-12-30 10:00:00,某商户,衣,100.00(已退款20.00),微信支付,交易成功,支出,服饰,1,1,",
        "2024-12-30 11:00:00,某商户,书,20.00,微信支付,交易成功,支出,图书,2,2,",
        "2024-12-30 12:00:00,某商户,笔,10.00,微信支付,交易关闭,支出,图书,3,3,",
    ]
    table, _ = read(tmp_path, *lines)
    (check,) = table["checks"]
    assert (check["match"], check["found"]) == (match, stated if match else "130.00")


PAGE = ["交易日期,摘要,收入,支出,余额"]
WHOSE = ["某银行明细,,,,", "账号：6228480000000000125,,,,"]


@pytest.mark.parametrize(("total", "match"), [("150.00", True), ("50.00", True), ("70.00", False)])
def test_the_total_on_the_last_page_speaks_of_all_pages(tmp_path, total, match):
    lines = [
        *WHOSE,
        *PAGE,
        "2024-01-05,工资,100.00,,100.00",
        "本页合计,,100.00,,",
        *WHOSE,
        *PAGE,
        "2024-02-05,工资,50.00,,150.00",
        "本页合计,,50.00,,",
        f"总计,,{total},,",
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    first, second = import_paths(new_case(tmp_path), [path])["files"][0]["tables"]
    assert [each["match"] for each in first["checks"]] == [True]
    assert [each["match"] for each in second["checks"]] == [True, match]
    assert second["checks"][1]["found"] == (total if match else "150.00")


@pytest.mark.parametrize(("total", "match"), [(60, True), (50, True), (90, False)])
def test_a_total_below_blocks_side_by_side_speaks_of_all_or_its_own(tmp_path, total, match):
    header = ["序号", "姓名", "身份证号", "金额", "账号"]
    rows = [
        ["东山村补贴花名册"],
        [*header, None, *header],
        [1, "甲某", "359901195001010015", 10, "621799", None, 2, "乙某", None, 20, "621798"],
        [None, None, None, None, None, None, 3, "丙某", "359901195001010023", 30, "621797"],
        [None, None, None, None, None, None, "合计", None, None, total, None],
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    tables = import_paths(new_case(tmp_path), [tmp_path / "a.xlsx"])["files"][0]["tables"]
    assert [each["rows_kept"] for each in tables] == [1, 2]
    assert [each["match"] for each in tables[1]["checks"]] == [match]


def test_parts_of_parts_are_sums_of_the_rows_since_some_total(tmp_path):
    lines = [
        "村组,姓名,身份证号,补贴金额",
        "东山村一组,甲某,359901195001010015,10.00",
        "一组小计,,,10.00",
        "东山村二组,乙某,359901195001010023,20.00",
        "二组小计,,,20.00",
        "东山村合计,,,30.00",
        "西山村,丙某,359901195001010031,5.00",
        "西山村合计,,,5.00",
        "总计,,,35.00",
        "总计,,,15.00",
    ]
    table, _ = read(tmp_path, *lines)
    assert [each["match"] for each in table["checks"]] == [*[True] * 5, False]


BILL = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注"
PAID = "2024-01-0{0} 10:00:00,商户消费,某店,书,支出,¥{0}.00,零钱,支付成功,{0},{0},/"


@pytest.mark.parametrize(
    ("below", "figures"),
    [
        (["支出：2笔 3.00元"], [("支出", "3.00", True)]),
        (
            ["收入：0笔 0.00元", "支出：2笔 4.00元"],
            [("收入", "0.00", True), ("支出", "4.00", False)],
        ),
        (["支出笔数：2,,支出金额：3.00"], [("支出金额", "3.00", True)]),
        (
            ["# 收入合计: 0.00  支出合计: 3.00"],
            [("收入合计", "0.00", True), ("支出合计", "3.00", True)],
        ),
        (["中性交易：0笔 0.00元"], []),
    ],
)
def test_sums_said_in_words_below_the_rows(tmp_path, below, figures):
    table, _ = read(tmp_path, BILL, PAID.format(1), PAID.format(2), *below)
    assert [
        (each["column"], each["declared"], each["match"]) for each in table["checks"]
    ] == figures
    assert {each["kind"] for each in table["checks"]} <= {"total"}
    assert (table["rows_kept"], table["rejected"]) == (2, [])


STATEMENT = "交易日期,摘要,收入,支出,余额,币种"


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (("本年累计", "900.00", "840.00"), []),
        (("累计", "900.00", "840.00"), [False, False]),
        (("本年累计", "100.00", "40.00"), [True, True]),
    ],
)
def test_sums_of_the_year_so_far_may_count_months_that_are_not_here(tmp_path, said, says):
    rows = ["2024-06-05,工资,100.00,,100.00,", "2024-06-06,取款,,40.00,60.00,"]
    account = "账号：6228480000000000125"
    table, _ = read(tmp_path, account, STATEMENT, *rows, f",{','.join(said)},,")
    assert [each["match"] for each in table["checks"]] == says


def test_a_total_row_is_of_the_currency_in_its_own_column(tmp_path):
    rows = [
        "2024-06-05,购物,,100.00,,人民币",
        "2024-06-06,购物,,12.34,,美元",
        "合计,,,100.00,,人民币",
        "合计,,,12.34,,美元",
    ]
    table, _ = read(tmp_path, "账号：6228480000000000125", STATEMENT, *rows)
    assert [each["match"] for each in table["checks"]] == [True, True]


CARD_BILL = "交易日,记账日,交易摘要,人民币金额,卡号末四位,交易地金额"


@pytest.mark.parametrize(
    ("said", "match", "found"),
    [("-986.10", True, "-986.10"), ("986.10", True, "986.10"), ("-990.00", False, "-986.10")],
)
def test_a_total_below_signed_amounts_may_be_what_is_left(tmp_path, said, match, found):
    rows = [
        "12/24,12/25,自动还款,-2000.00,0894,-2000.00",
        "12/29,01/02,某店,1013.90,0894,1013.90(CN)",
    ]
    period = "账单周期：2024年12月08日-2025年01月07日"
    table, _ = read(
        tmp_path, "招商银行信用卡对账单", period, CARD_BILL, *rows, f"本期合计,,,{said},,"
    )
    assert [(each["match"], each["found"]) for each in table["checks"]] == [(match, found)]


@pytest.mark.parametrize(
    ("said", "matches"),
    [
        (("790.00", "550.00", "240.00"), [True, True, True]),
        (("790.00", "550.00", "250.00"), [True, True, False]),
    ],
)
def test_totals_may_stand_above_their_rows(tmp_path, said, matches):
    lines = [
        "村组,姓名,身份证号,补贴金额",
        f"合计,,,{said[0]}",
        f"东山村小计,,,{said[1]}",
        "东山村,甲某,359901195001010015,300.00",
        "东山村,乙某,359901195001010023,250.00",
        f"西山村小计,,,{said[2]}",
        "西山村,丙某,359901195001010031,240.00",
    ]
    table, _ = read(tmp_path, *lines)
    assert [each["match"] for each in table["checks"]] == matches
    assert table["checks"][2]["found"] == "240.00"


@pytest.mark.parametrize(("total", "match"), [("150.00", True), ("50.00", True), ("70.00", False)])
def test_a_total_below_two_statements_may_speak_of_both(tmp_path, total, match):
    other = ["某银行明细,,,,", "账号：6228480000000000133,,,,"]
    lines = [
        *(*WHOSE, *PAGE, "2024-01-05,工资,100.00,,100.00", "本页合计,,100.00,,"),
        *(*other, *PAGE, "2024-02-05,工资,50.00,,50.00", f"总计,,{total},,"),
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    tables = import_paths(new_case(tmp_path), [path])["files"][0]["tables"]
    assert [each["match"] for each in tables[1]["checks"]] == [match]


@pytest.mark.parametrize(("said", "says"), [("100.00", []), ("900.00", [False])])
def test_sums_of_a_side_are_not_compared_where_no_side_is_known(tmp_path, said, says):
    rows = ["2024-01-05,工资,100.00,200.00", "2024-01-06,取款,-30.00,170.00"]
    account = "账号：6228480000000000125"
    table, _ = read(tmp_path, account, "交易日期,摘要,交易金额,余额", *rows, f"收入合计 {said}")
    assert [each["match"] for each in table["checks"]] == says
