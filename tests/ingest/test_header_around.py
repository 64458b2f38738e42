"""What stands around a table: period, bank, owner of the calls, number of a sheet."""

from __future__ import annotations

import openpyxl
import pytest

from qingfeng.ingest.path_rules import bank_of, discipline_of, number_of, phone_of
from qingfeng.ingest.run import import_paths
from tests.ingest.header_grids import CARD, OTHER, found
from tests.ingest.imports import imported, new_case
from tests.ingest.test_header_sides import read, rows

BILL = "交易日,记账日,交易摘要,人民币金额,卡号末四位,交易地金额"
DAY = "strftime(booked_at AT TIME ZONE 'Asia/Shanghai', '%Y-%m-%d')"


@pytest.mark.parametrize("label", ["账单周期", "账期", "结账期间", "起止日期"])
def test_the_period_gives_the_year(tmp_path, label):
    lines = [
        f"{label}：2024-12-10 至 2025-01-09",
        BILL,
        "12/29,12/30,超市,100.00,0894,100.00(CN)",
        "01/02,01/03,还款,-3.90,0894,-3.90(CN)",
        "12月08日,12/11,超市,1.00,0894,1.00(CN)",
        "02/29,03/01,x,1.00,0894,1.00(CN)",
    ]
    assert read(tmp_path, lines, DAY) == [("2024-12-29",), ("2025-01-02",), ("2024-12-08",)]


def test_a_period_that_leaves_two_years_gives_none(tmp_path):
    lines = ["账期：2023-01-01 至 2024-06-30", BILL, "03/01,,a,1.00,0894,", "09/01,,b,2.00,0894,"]
    assert read(tmp_path, lines, DAY) == [("2023-09-01",)]


def test_dates_without_a_year_are_refused_with_the_way_out(tmp_path):
    path = tmp_path / "甲.csv"
    path.write_text(f"{BILL}\n12/29,12/30,超市,100.00,0894,\n", encoding="utf-8")
    report = import_paths(new_case(tmp_path / "home"), [path])
    assert report["files"][0]["status"] == "refused"
    assert "--year" in report["files"][0]["reason"]
    assert rows(imported(tmp_path / "other", path, year=2024), DAY) == [("2024-12-29",)]


CALLS = "对方号码,开始时间,通话时长,类型"
CALL = "13900000002,2024-01-05 10:00:00,60,主叫"


@pytest.mark.parametrize(
    ("name", "lines", "owner"),
    [
        ("移动详单_13900000001.csv", [CALLS, CALL], "13900000001"),
        ("详单.csv", ["通话详单 13900000001 2023年", CALLS, CALL], "13900000001"),
        ("详单.csv", ["业务号码：13900000001", CALLS, CALL], "13900000001"),
        ("13900000003_13900000001.csv", [CALLS, CALL], None),
        ("详单.csv", [CALLS, CALL], None),
    ],
)
def test_whose_calls_they_are(tmp_path, name, lines, owner):
    assert read(tmp_path, lines, "owner_number", name=name, table="calls") == [(owner,)]


def test_calls_of_nobody_are_said(tmp_path):
    path = tmp_path / "详单.csv"
    path.write_text(f"{CALLS}\n{CALL}\n", encoding="utf-8")
    report = import_paths(new_case(tmp_path / "home"), [path])
    warnings = report["files"][0]["tables"][0]["warnings"]
    assert [each["column"] for each in warnings] == ["owner_number"]


def test_a_sheet_an_account(tmp_path):
    book = openpyxl.Workbook()
    for card in (CARD, OTHER):
        sheet = book.create_sheet(card)
        sheet.append(["交易时间", "收入", "支出", "余额", "对方户名"])
        sheet.append(["2024-01-05 10:00:00", "1.50", "", "1.50", "甲"])
    del book["Sheet"]
    book.save(tmp_path / "流水.xlsx")
    case = imported(tmp_path / "home", tmp_path / "流水.xlsx")
    assert sorted(rows(case, "card, amount_fen")) == [(OTHER, 150), (CARD, 150)]


def test_the_number_of_a_sheet_goes_before_that_of_its_file():
    assert number_of(f"{CARD}.xlsx", OTHER) == {"card": OTHER}
    assert number_of(f"{CARD}.xlsx", "Sheet1") == {"card": CARD}
    assert phone_of("13900000001.xlsx", "13900000002") == {"owner_number": "13900000002"}


@pytest.mark.parametrize(
    ("path", "bank"),
    [
        ("建行流水.xls", "中国建设银行"),
        ("甲_农行_2024.csv", "中国农业银行"),
        ("任务/招商银行/流水.csv", "招商银行"),
        ("任务/招商银行.zip/流水.csv", "招商银行"),
        ("中国人民银行银行账户（定向查询）/甲.xlsx", None),
        ("多家银行/流水.csv", None),
        ("途中行.csv", None),
        ("甲/流水.csv", None),
    ],
)
def test_the_bank_of_a_path(path, bank):
    assert bank_of(path).get("bank") == bank


@pytest.mark.parametrize(
    ("title", "bank"),
    [
        ("中国农业银行 账户明细", "中国农业银行"),
        ("农业银行账户明细", "中国农业银行"),
        ("甲在招商银行的流水", None),
        ("账户明细", None),
    ],
)
def test_the_bank_of_a_title(title, bank):
    lines = [[title], ["交易日期", "收入", "支出", "余额"], ["2024-01-05", "1.50", "", "10.00"]]
    (table,) = found(lines)
    assert table.context.get("bank") == bank


def test_a_dot_in_a_name_divides_nothing():
    path = "银行流水（定向查询）/阿依·买买提_359901197203050119_国监查【2024】第000123号_流水.xlsx"
    assert discipline_of(path)["subject_name"] == "阿依·买买提"
    assert discipline_of(f"包.zip·{path}")["source"] == "银行流水"


def test_flights_not_flown_are_marked_and_prices_keep_their_currency(tmp_path):
    headers = [
        "旅客中文姓名",
        "旅客证件号",
        "航班号",
        "起飞日期",
        "起飞时间",
        "起飞机场",
        "到达机场",
    ]
    headers += ["票面总价", "票价货币类型"]
    book = openpyxl.Workbook()
    del book["Sheet"]
    for title, currency in (("已成行", "HKD"), ("未成行", "人民币")):
        sheet = book.create_sheet(title)
        sheet.append(headers)
        trip = ["林墨白", "359901197203050119", "TS1", "2024-01-02", "09:30", "甲", "乙"]
        sheet.append([*trip, "1,230.00", currency])
    book.save(tmp_path / "航班.xlsx")
    case = imported(tmp_path / "home", tmp_path / "航班.xlsx")
    columns = "travelled, price_fen, currency"
    assert sorted(rows(case, columns, "trips")) == [
        (False, 123_000, "CNY"),
        (True, 123_000, "HKD"),
    ]


def test_a_summary_takes_its_source_from_the_folder_and_a_name_without_its_number(tmp_path):
    name = "反洗钱（定向查询）/(一)甲某_359901197203050119_国监查【2024】第000123号_摘要.csv"
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text("证件号码,姓名,查询结果\n359901197203050119,,有账户\n", encoding="utf-8")
    case = imported(tmp_path / "home", path.parent)
    assert rows(case, "subject_name, source_name", "query_summaries") == [("甲某", "反洗钱")]


def test_the_text_around_html_tables_says_whose_each_is(tmp_path):
    path = tmp_path / "流水.xls"
    head = "<tr><td>交易日期</td><td>摘要</td><td>收入</td><td>支出</td><td>余额</td></tr>"
    row = "<tr><td>2024-01-05</td><td>a</td><td>1.00</td><td></td><td>1.00</td></tr>"
    body = "".join(
        f"<h3>户名：{name} 账号：{card}</h3><table>{head}{row}</table>"
        for name, card in (("何桂蓉", OTHER), ("林墨白", CARD))
    )
    path.write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    case = imported(tmp_path / "home", path)
    assert rows(case, "holder_name, card") == [("何桂蓉", OTHER), ("林墨白", CARD)]
