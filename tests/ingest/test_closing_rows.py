"""Totals and carried balances whose words stand behind a date, or in any column of a list."""

from __future__ import annotations

import pytest

from tests.ingest.imports import CARD, content, read

BOOK = "交易日期,摘要,收入,支出,余额,对方户名,流水号"
ABOVE = f"账号：{CARD}"
FIRST = "2024-01-05,工资,100.00,,1100.00,甲,S1"
SECOND = "2024-01-06,消费,,30.00,1070.00,乙,S2"


def book(day, memo, *amounts_and_rest):
    """*amounts_and_rest*: income, expense, balance, counterparty, serial."""
    rest = [*amounts_and_rest, "", "", "", "", ""][:5]
    return ",".join([f"2024-01-{day:02d}", memo, *rest])


def kinds(table):
    return {each["row"]: each["kind"] for each in table["skipped"]}


def agreeing(table):
    return [each["match"] for each in table["checks"]]


@pytest.mark.parametrize(
    ("closing", "kind"),
    [
        pytest.param(book(31, "本月合计", "100.00", "", "1070.00"), "total", id="balance stays"),
        pytest.param(book(31, "本月合计", "100.00"), "total", id="sum of one side"),
        pytest.param(book(31, "本月合计", "100.00", "30.00"), "total", id="both sides"),
        pytest.param(book(31, "本年累计", "100.00", "30.00", "1070.00"), "total", id="all three"),
        pytest.param(book(31, "合　计", "100.00"), "total", id="wide blank"),
        pytest.param(book(31, "合\u00a0计", "100.00"), "total", id="blank that does not break"),
        pytest.param(book(31, "期末余额", "", "", "1070.00"), "carried", id="balance alone"),
        pytest.param(book(31, "过次页", "0.00", "", "1070.00"), "carried", id="no money"),
        pytest.param(book(31, "上期结余", "1070.00", "", "1070.00"), "carried", id="as income"),
    ],
)
def test_words_behind_a_day_are_no_booking(tmp_path, closing, kind):
    table, _ = read(tmp_path, ABOVE, BOOK, FIRST, SECOND, closing)
    assert (table["rows_kept"], table["rejected"], kinds(table)) == (2, [], {5: kind})
    assert all(agreeing(table))


@pytest.mark.parametrize(
    "closing",
    [
        pytest.param([book(31, "合计", "100.00", "", "1150.00")], id="closing balance beside it"),
        pytest.param(
            [book(1, "上期结余", "", "", "1050.00"), book(31, "合计", "100.00", "", "1150.00")],
            id="opening balance above it",
        ),
    ],
)
def test_a_total_below_rows_newest_first_is_no_booking(tmp_path, closing):
    lines = [book(7, "工资", "50.00", "", "1150.00"), book(6, "工资", "50.00", "", "1100.00")]
    table, _ = read(tmp_path, ABOVE, BOOK, *lines, *closing)
    assert (table["rows_kept"], table["rejected"]) == (2, [])
    assert agreeing(table) == [True] * len(closing)


def test_a_memo_newest_first_is_proved_by_the_booking_above_it(tmp_path):
    lines = [book(7, "工资", "50.00", "", "1150.00"), book(6, "合计", "30.00", "", "1100.00")]
    table, _ = read(tmp_path, ABOVE, BOOK, *lines, book(5, "工资", "7.00", "", "1070.00"))
    assert (table["rows_kept"], table["skipped"], table["warnings"]) == (3, [], [])


@pytest.mark.parametrize("memo", ["本月合计", "合计", "上期结余", "期末余额", "承前页", "Total"])
@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(("50.00", "", "1120.00"), id="the balance moves"),
        pytest.param(("50.00", "", "", "丙"), id="counterparty"),
        pytest.param(("50.00", "", "", "", "S3"), id="serial"),
    ],
)
def test_a_booking_whose_memo_reads_so_stays_one(tmp_path, memo, rest):
    table, _ = read(tmp_path, ABOVE, BOOK, FIRST, SECOND, book(7, memo, *rest))
    assert (table["rows_kept"], table["skipped"], table["warnings"]) == (3, [], [])


def test_what_may_be_either_is_no_income_and_named(tmp_path):
    lines = [book(7, "本月合计", "99.00"), book(8, "上期结余", "77.00")]
    table, case = read(tmp_path, ABOVE, BOOK, FIRST, SECOND, *lines)
    assert [each["row"] for each in table["rejected"]] == [5, 6]
    assert table["rows_kept"] == len(content(case)) == 2


def test_a_total_with_counterparty_that_repeats_the_sum_is_kept_with_a_remark(tmp_path):
    table, _ = read(tmp_path, ABOVE, BOOK, FIRST, SECOND, book(7, "合计", "100.00", "", "", "丙"))
    assert table["rows_kept"] == 3
    assert [each["row"] for each in table["warnings"]] == [5]


def test_an_unreadable_amount_behind_such_words_is_refused_not_skipped(tmp_path):
    table, _ = read(tmp_path, ABOVE, BOOK, FIRST, book(7, "合计", "1.2.3"))
    assert (table["skipped"], [each["row"] for each in table["rejected"]]) == ([], [4])


def test_totals_of_day_month_and_year_follow_one_another(tmp_path):
    lines = [
        "2024-01-01,上期结余,1000.00,,1000.00,,",
        "2024-01-05,工资,100.00,,1100.00,甲,",
        "2024-01-31,本月合计,100.00,,1100.00,,",
        "2024-02-05,工资,50.00,,1150.00,甲,",
        "2024-02-28,本日小计,50.00,,,,",
        "2024-02-28,本月合计,50.00,,,,",
        "2024-02-28,本年累计,150.00,,1150.00,,",
        "2024-02-28,合计,150.00,,1150.00,,",
    ]
    table, case = read(tmp_path, ABOVE, BOOK, *lines)
    assert (table["rows_kept"], table["rejected"]) == (2, [])
    assert (len(content(case)), agreeing(table)) == (2, [True] * 6)


@pytest.mark.parametrize(("opening", "match"), [("1000.00", True), ("900.00", False)])
def test_an_opening_balance_must_lead_to_the_first_booking(tmp_path, opening, match):
    table, _ = read(tmp_path, ABOVE, BOOK, book(1, "承前余额", "", "", opening), FIRST, SECOND)
    (check,) = table["checks"]
    assert (check["kind"], check["row"], check["found"]) == ("opening_balance", 3, "1000.00")
    assert check["match"] is match


@pytest.mark.parametrize(
    ("first", "opening", "last", "closing"),
    [(FIRST, "1000.00", SECOND, "1070.00"), (SECOND, "1070.00", FIRST, "1000.00")],
)
def test_carried_balances_hold_whichever_way_up_the_rows_lie(
    tmp_path, first, opening, last, closing
):
    above, below = ("期初余额", "期末余额") if first is FIRST else ("期末余额", "期初余额")
    lines = [book(1, above, "", "", opening), first, last, book(31, below, "", "", closing)]
    table, _ = read(tmp_path, ABOVE, BOOK, *lines)
    assert (table["rows_kept"], agreeing(table)) == (2, [True, True])


@pytest.mark.parametrize(
    "line",
    [
        "本页支出合计,30.00,本页收入合计,100.00,,,",
        "借方合计：30.00 贷方合计：100.00,,,,,,",
        "收入合计：100.00元,支出合计：30.00元,,,,,",
    ],
)
def test_labelled_totals_are_held_against_their_side(tmp_path, line):
    table, _ = read(tmp_path, ABOVE, BOOK, FIRST, SECOND, line)
    assert (table["rows_kept"], table["rejected"], agreeing(table)) == (2, [], [True, True])


@pytest.mark.parametrize(
    "line",
    ["生成时间：2024-04-01 10:00:00", "合计笔数：2", "村负责人签字：", "打印日期：2024-04-01"],
)
def test_lines_below_a_table_are_no_rejected_records(tmp_path, line):
    table, _ = read(tmp_path, ABOVE, BOOK, FIRST, SECOND, f"{line},,,,,,")
    assert (table["rows_kept"], table["rejected"], len(table["skipped"])) == (2, [], 1)


def test_totals_of_currencies_are_compared_currency_by_currency(tmp_path):
    lines = [
        "交易日期,摘要,收入,支出,余额,币种",
        "2024-05-03,转入,,92.00,908.00,人民币",
        "2024-05-02,消费,,10.00,90.00,美元",
        "人民币合计,,0.00,92.00,,",
        "美元合计,,0.00,10.00,,",
        "美元合计,,0.00,92.00,,",
    ]
    table, _ = read(tmp_path, ABOVE, *lines)
    assert agreeing(table) == [True, True, True, True, True, False]


ROSTER = "序号,村组,姓名,身份证号,补贴金额,账号"
PEOPLE = [
    "1,东山村,王某,359901195001010015,350.00,6217990000000001111",
    "2,东山村,何某,359901195001010023,200.00,6217990000000007779",
]


@pytest.mark.parametrize(
    "closing",
    [
        ",,小计,,550.00,",
        ",,小　　计,,550.00,",
        ",,,合计,550.00,",
        ",,东山村小计,,550.00,",
        ",东山村小计,,,550.00,",
        "东山村小计,,,,550.00,",
        "合　　计,,,,550.00,",
        "合计（2人）,,,,550.00,",
        ",,合计2户,,550.00,",
        "合计,,2户,,550.00,",
        ",共2户,,,550.00,",
        "Total,,,,550.00,",
    ],
)
def test_a_total_in_any_column_of_a_roster_is_no_person(tmp_path, closing):
    table, _ = read(tmp_path, ROSTER, *PEOPLE, closing)
    assert (table["rows_kept"], table["rejected"], kinds(table)) == (2, [], {4: "total"})
    assert agreeing(table) == [True]


def test_a_person_called_like_a_total_stays_one(tmp_path):
    lines = [
        "3,东山村,孔小计,359901195001010031,350.00,6217990000000001111",
        "4,东山村,合计英,359901195001010040,550.00,6217990000000001111",
        "5,小计,李某,359901195001010058,1450.00,6217990000000001111",
    ]
    table, _ = read(tmp_path, ROSTER, *PEOPLE, *lines)
    assert (table["rows_kept"], table["skipped"], table["rejected"]) == (5, [], [])


def test_a_total_among_shareholders_holds_no_share(tmp_path):
    header = "统一社会信用代码,企业名称,股东名称,持股比例,认缴出资额(万元)"
    company = "91359900MA00000000,某公司"
    lines = [f"{company},甲,60%,600", f"{company},乙,40%,400", f"{company},合计,100%,1000"]
    table, _ = read(tmp_path, header, *lines)
    assert (table["rows_kept"], kinds(table)) == (2, {4: "total"})


def test_a_counted_total_of_tickets_is_no_ticket(tmp_path):
    header = "工单编号,诉求内容,承办单位,答复内容,办结时间,受理时间"
    row = "FJ1,甲,A局,x,2024-09-10,2024-09-01 08:30"
    table, _ = read(tmp_path, header, row, "合计,1,,,,", "合计,1件,,,,", "合计,=COUNTA(B2:B2),,,,")
    assert (table["rows_kept"], kinds(table)) == (1, dict.fromkeys([3, 4, 5], "total"))


def test_a_message_that_says_total_is_a_message(tmp_path):
    header = "Time,SenderName,Sender,TalkerName,Talker,Content"
    lines = ["2024-01-05 10:00:00,甲,a1,乙,b1,多少", "2024-01-05 10:00:09,乙,b1,甲,a1,合计"]
    table, _ = read(tmp_path, header, *lines)
    assert (table["table"], table["rows_kept"], table["skipped"]) == ("messages", 2, [])


@pytest.mark.parametrize(
    "words", ["日计", "本期发生额", "发生额合计", "月结", "页计", "本卡合计", "总合计"]
)
def test_words_that_may_sum_up_do_where_the_balance_stays(tmp_path, words):
    again = book(7, "工资", "40.00", "", "1110.00", "甲", "S3")
    total = book(7, words, "140.00", "", "1110.00")
    table, _ = read(tmp_path, ABOVE, BOOK, FIRST, SECOND, again, total)
    assert (table["rows_kept"], kinds(table)) == (3, {6: "total"})
    assert all(agreeing(table))


@pytest.mark.parametrize("words", ["月结", "总额", "月计", "期初"])
def test_words_that_may_sum_up_are_a_memo_where_the_balance_moves(tmp_path, words):
    paid = book(31, words, "100.00", "", "1170.00")
    table, _ = read(tmp_path, ABOVE, BOOK, FIRST, SECOND, paid)
    assert (table["rows_kept"], kinds(table), table["rejected"]) == (3, {}, [])


@pytest.mark.parametrize("words", ["期初", "账户余额", "今日余额"])
def test_short_words_of_a_carried_balance(tmp_path, words):
    carried = book(31, words, "1070.00", "", "1070.00")
    table, _ = read(tmp_path, ABOVE, BOOK, FIRST, SECOND, carried)
    assert (table["rows_kept"], kinds(table)) == (2, {5: "carried"})
