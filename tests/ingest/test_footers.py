"""What begins like a total or a footer is one only if the whole row says so."""

from __future__ import annotations

import pytest

from tests.ingest.imports import read

CARD = "6228480000000000125"
LED = "摘要,交易日期,收入,支出,余额,对方户名,卡号"


def led(lead, day, into="", out="", balance=""):
    return f"{lead},2024-01-{day:02d},{into},{out},{balance},甲,{CARD}"


def kinds(table):
    return {each["row"]: each["kind"] for each in table["skipped"]}


@pytest.mark.parametrize(
    "lead",
    [
        "收入",
        "支出",
        "余额",
        "对方户名",
        "汇总",
        "小计",
        "合计",
        "贷方累计",
        "备注：货款",
        "说明:三月",
        "经办人：张三",
        "--------",
        "第1页",
        "以下无正文",
    ],
)
def test_a_full_booking_is_one_whatever_it_begins_with(tmp_path, lead):
    rows = [led("转账", 5, "100.00", "", "1100.00"), led(lead, 6, "", "30.00", "1070.00")]
    table, _ = read(tmp_path, LED, *rows)
    assert (table["rows_kept"], table["skipped"]) == (2, [])


@pytest.mark.parametrize(
    ("closing", "kind"),
    [
        ("合计,,100.00,30.00,,,", "total"),
        ("合计,2024-01-31,100.00,30.00,,,", "total"),
        ("合计,2024-01-31,100.00,,,,", "total"),
        ("合计：2笔,,,,,,", "total"),
        ("本页小计,2024-01-31,,30.00,1070.00,,", "total"),
        ("备注：以上数据仅供参考,,,,,,", "footer"),
        ("—— 以下无正文 ——,,,,,,", "footer"),
        ("以下无正文,,,,,,", "footer"),
        ("# 以上为全部记录,,,,,,", "footer"),
        ("（以下空白）,,,,,,", "footer"),
        ("****以下无正文****,,,,,,", "footer"),
        ("已收入:0笔,0.00元,,,,,", "footer"),
        ("--------,--------,--------,,,,", "footer"),
        (LED, "header"),
        ("摘要,,,,,,", "footer"),
        ("摘 要,2024-01-31,,,,,", "footer"),
    ],
)
def test_what_closes_a_table_is_no_record(tmp_path, closing, kind):
    rows = [led("转账", 5, "100.00", "", "1100.00"), led("转账", 6, "", "30.00", "1070.00")]
    table, _ = read(tmp_path, LED, *rows, closing)
    assert (table["rows_kept"], table["rejected"], kinds(table)) == (2, [], {4: kind})


def test_a_total_with_day_and_amount_that_does_not_add_up_is_refused_and_named(tmp_path):
    rows = [led("转账", 5, "100.00", "", "1100.00"), led("转账", 6, "", "30.00", "1070.00")]
    table, _ = read(tmp_path, LED, *rows, "合计,2024-01-31,99.00,,,,")
    assert table["rows_kept"] == 2
    (rejected,) = table["rejected"]
    assert rejected["row"] == 4
    assert "total" in rejected["reason"]


def test_a_row_that_may_be_a_total_is_kept_with_a_remark(tmp_path):
    header = "摘要,交易日期,交易金额,收付标志,卡号"
    rows = [f"转账,2024-01-05,10.00,进,{CARD}", f"合计,2024-01-06,7.00,进,{CARD}"]
    table, _ = read(tmp_path, header, *rows)
    assert table["rows_kept"] == 2
    assert [each["row"] for each in table["warnings"] if "total" in each["text"]] == [3]


def test_part_totals_speak_of_the_rows_since_the_last(tmp_path):
    header = "摘要,交易日期,交易金额,收付标志,卡号"
    rows = [
        f"转账,2024-01-05,10.00,进,{CARD}",
        f"小计,2024-01-05,10.00,进,{CARD}",
        f"转账,2024-01-06,7.00,进,{CARD}",
        f"小计,2024-01-06,7.00,进,{CARD}",
        f"合计,2024-01-06,17.00,进,{CARD}",
    ]
    table, _ = read(tmp_path, header, *rows)
    assert (table["rows_kept"], kinds(table)) == (2, {3: "total", 5: "total", 6: "total"})


def test_a_note_with_a_readable_day_and_an_unreadable_amount_is_refused_not_skipped(tmp_path):
    table, _ = read(tmp_path, LED, led("转账", 5, "100.00"), led("备注：货款", 6, "1.2.3"))
    assert (table["rows_kept"], table["skipped"]) == (1, [])
    assert "1.2.3" in table["rejected"][0]["reason"]


def test_a_total_of_a_roster_is_no_person(tmp_path):
    header = "村组,姓名,身份证号,补贴项目名称,补贴金额"
    rows = [
        "一组,甲某,359901195001010015,地力补贴,100.00",
        "一组,乙某,359901195001010023,地力补贴,50.00",
        "小计,2户,,,150.00",
        "合计,,,,150.00",
    ]
    table, _ = read(tmp_path, header, *rows)
    assert (table["rows_kept"], kinds(table)) == (2, {4: "total", 5: "total"})


def test_a_header_repeated_in_a_table_of_texts_is_no_person(tmp_path):
    header = "客户名称,证照类型,证照号码,单位地址,单位电话,联系电话"
    rows = ["甲某,居民身份证,359901195001010015,某路,,", header, "乙某,居民身份证,,某街,,"]
    table, _ = read(tmp_path, header, *rows)
    assert (table["rows_kept"], kinds(table)) == (2, {3: "header"})


def test_blank_rows_and_headers_are_told_however_many_rows_are_none(tmp_path):
    rows = [led("转账", 5, "100.00", "", "1100.00"), LED, "合计,,100.00,,,,", *[",,,,,,"] * 25_000]
    table, _ = read(tmp_path, LED, *rows, LED)
    assert (table["rows_read"], table["rows_kept"], table["blank_rows"]) == (1, 1, 25_000)
    assert sorted(kinds(table).values()) == ["header", "header", "total"]
