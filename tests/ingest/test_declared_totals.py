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
