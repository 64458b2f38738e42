"""When equal rows are one record, and when another person, month or column makes two of them."""

from __future__ import annotations

import itertools

import pytest
import xlsxwriter

from qingfeng.ingest.run import import_paths
from qingfeng.ingest.withdrawal import withdraw
from tests.ingest.imports import CARD, content, new_case

ONE, OTHER = ("林墨白", "359901197203050119"), ("陈砚", "35990119680919020X")
HEADER = "交易账号,户名,证件号码,交易时间,收付标志,交易金额,交易余额,对手户名,交易流水号"


def wage(holder, number="", balance="", serial=""):
    return f"{number},{','.join(holder)},2024-06-01 10:00:00,进,5000.00,{balance},测试建材,{serial}"


def written(folder, *files, names=None):
    paths = []
    for place, lines in enumerate(files):
        path = folder / (names[place] if names else f"{place}.csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def counts(folder, *files, names=None):
    """Rows kept and dropped of files given as lists of lines, and the case."""
    case = new_case(folder)
    totals = import_paths(case, written(folder, *files, names=names))["totals"]
    return totals["rows_kept"], totals["duplicates"], case


@pytest.mark.parametrize("number", ["", "6228********0125", CARD])
@pytest.mark.parametrize("balance", ["", "5000.00"])
def test_bookings_of_two_holders_are_two(tmp_path, number, balance):
    files = [[HEADER, wage(each, number, balance)] for each in (ONE, OTHER)]
    kept, dropped, case = counts(tmp_path, *files)
    assert (kept, dropped) == (2, 0)
    with case.connect() as connection:
        rows = connection.sql("SELECT holder_id, flags FROM transfers ORDER BY ALL").fetchall()
    assert {row[0] for row in rows} == {ONE[1], OTHER[1]}
    assert sum("in the holder alone" in (row[1] or "") for row in rows) == 1


def test_bookings_of_two_holders_in_one_table_are_two_whatever_the_serial(tmp_path):
    lines = [HEADER, *(wage(each, "6228********0125", "", "S1") for each in (ONE, OTHER, ONE))]
    assert counts(tmp_path, lines)[:2] == (2, 1)


def test_bookings_of_two_holders_stay_two_when_they_come_again(tmp_path):
    files = [[HEADER, wage(each, CARD, "5000.00")] for each in (ONE, OTHER)]
    _, _, case = counts(tmp_path, *files)
    before = content(case)
    again = written(tmp_path / "again", *([*each, ""] for each in reversed(files)))
    for path in again:
        assert import_paths(case, [path])["totals"]["rows_kept"] == 0
    assert content(case) == before


def test_names_of_one_number_may_be_spelled_in_two_ways(tmp_path):
    files = [[HEADER, wage((name, ONE[1]), CARD, "5000.00")] for name in ("林墨白", "LIN MOBAI")]
    assert counts(tmp_path, *files)[:2] == (1, 1)


def test_a_booking_whose_account_cell_is_empty_is_not_that_of_another_file(tmp_path):
    numbered = wage(ONE, CARD, "1.00")
    files = [[HEADER, numbered, wage(("", ""))], [HEADER, wage(("", "")), wage(("", ""))]]
    assert counts(tmp_path, *files)[:2] == (4, 0)


@pytest.mark.parametrize("order", [1, -1])
def test_the_row_that_names_the_holder_stays(tmp_path, order):
    files = [[HEADER, wage(each, CARD, "5000.00")] for each in (("", ""), ONE)][::order]
    kept, dropped, case = counts(tmp_path, *files)
    assert (kept, dropped) == (1, 1)
    with case.connect() as connection:
        rows = connection.sql("SELECT holder_name, holder_id FROM transfers").fetchall()
    assert rows == [ONE]


@pytest.mark.parametrize("order", [1, -1])
def test_a_midnight_is_no_more_than_a_day_whichever_file_comes_first(tmp_path, order):
    header = "账号,交易日期,借贷,金额,余额"
    row = "6228480000000000125,2024-01-05{},借,5.00,95.00"
    files = [[header, row.format(time)] for time in ("", " 00:00:00")][::order]
    _, _, case = counts(tmp_path, *files)
    with case.connect() as connection:
        assert connection.sql("SELECT time_precision FROM transfers").fetchall() == [("day",)]


def test_two_tables_of_one_sheet_that_overlap_are_linked(tmp_path):
    poor = "卡号,交易时间,借贷标志,交易金额,余额"
    rows = [f"{CARD},2024-01-0{day} 10:00:00,借,10.00,{100 - day}0.00" for day in (5, 6, 7)]
    lines = [
        poor,
        *rows[:2],
        ",,,,",
        f"{poor},流水号",
        *(f"{row},L{n}" for n, row in enumerate(rows[1:])),
    ]
    kept, dropped, case = counts(tmp_path, lines)
    assert (kept, dropped) == (4, 0)
    with case.connect() as connection:
        said = connection.sql("SELECT serial, counted FROM transfers ORDER BY booked_at, serial")
        assert said.fetchall() == [(None, True), ("L0", True), (None, False), ("L1", True)]


ROSTER = ["村组,姓名,身份证号,金额,账号", "东山村,王伟,359902198501010378,500,6217990000000001111"]
ROSTER += ["东山村,何桂蓉,359902193106140241,500,6217990000000007779"]


def periods(case):
    with case.connect() as connection:
        return [
            row[0]
            for row in connection.sql(
                "SELECT period FROM benefits GROUP BY ALL ORDER BY ALL"
            ).fetchall()
        ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param([], ["2024年2月低保"], id="title"),
        pytest.param(["发放月份：2024年1月"], ["发放月份：2024年2月"], id="label"),
        pytest.param(["填表日期：2024年1月1日"], ["填表日期：2024年2月1日"], id="date of the list"),
        pytest.param(["低保", "2024-01"], ["低保", "2024-02"], id="month alone"),
    ],
)
def test_the_rosters_of_two_months_are_two(tmp_path, first, second):
    kept, dropped, _ = counts(tmp_path, [*first, *ROSTER], [*second, *ROSTER])
    assert (kept, dropped) == (4, 0)


def test_rosters_whose_files_name_two_months_are_two(tmp_path):
    names = ("2024年1月低保.csv", "2024年2月低保.csv")
    roster = ([*ROSTER, ""], ROSTER)
    kept, dropped, case = counts(tmp_path, *roster, names=names)
    assert (kept, dropped, periods(case)) == (4, 0, ["2024年1月", "2024年2月"])
    before = content(case, "benefits")
    again = written(
        tmp_path, *([*each, "", ""] for each in roster), names=[f"复{n}" for n in names]
    )
    assert import_paths(case, again)["totals"]["rows_kept"] == 0
    assert content(case, "benefits") == before


def test_a_roster_under_a_name_without_its_month_is_the_same(tmp_path):
    names = ("2024年1月低保.csv", "花名册.csv")
    kept, dropped, case = counts(tmp_path, ROSTER, [*ROSTER, ""], names=names)
    assert (kept, dropped, periods(case)) == (2, 2, ["2024年1月"])


def test_payments_of_two_rosters_are_no_repeats_unless_the_rosters_are_equal(tmp_path):
    assert counts(tmp_path, ROSTER, ROSTER[:2])[:2] == (3, 0)


def test_months_in_a_column_are_told_apart(tmp_path):
    lines = [f"{ROSTER[0]},发放月份", *(f"{ROSTER[1]},2024-0{n}" for n in (1, 2))]
    _, _, case = counts(tmp_path, lines)
    with case.connect() as connection:
        rows = connection.sql("SELECT period, flags FROM benefits ORDER BY period").fetchall()
    assert rows == [("2024-01", None), ("2024-02", None)]


def test_a_village_that_one_form_leaves_out_makes_no_other_payment(tmp_path):
    blank = [ROSTER[0], ROSTER[1], ROSTER[2].replace("东山村", "")]
    kept, dropped, case = counts(tmp_path, blank, ROSTER)
    assert (kept, dropped) == (2, 2)
    with case.connect() as connection:
        assert connection.sql("SELECT DISTINCT village FROM benefits").fetchall() == [("东山村",)]


def test_equal_wages_at_two_banks_are_two(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "林墨白.xlsx") as book:
        for name in ("建行", "农行"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["交易日期", "摘要", "收入", "支出", "余额", "对方户名"])
            sheet.write_row(1, 0, ["2024-01-05", "工资", "5000.00", "", "5000.00", "某厂"])
    case = new_case(tmp_path)
    totals = import_paths(case, [tmp_path / "林墨白.xlsx"])["totals"]
    assert (totals["rows_kept"], totals["duplicates"]) == (2, 0)


def test_sheets_of_one_workbook_are_no_overlap(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "低保.xlsx") as book:
        for name in ("东山村", "西山村", "甲", "乙"):
            sheet = book.add_worksheet(name)
            for row, line in enumerate(ROSTER):
                sheet.write_row(row, 0, [*line.split(",")[1:]])
    case = new_case(tmp_path)
    totals = import_paths(case, [tmp_path / "低保.xlsx"])["totals"]
    assert (totals["rows_kept"], totals["duplicates"]) == (8, 0)
    with case.connect() as connection:
        rows = connection.sql("SELECT village, count(*) FROM benefits GROUP BY 1 ORDER BY 1")
        assert rows.fetchall() == [("东山村", 2), ("西山村", 2), (None, 4)]


@pytest.mark.parametrize(
    ("header", "row", "kept"),
    [
        pytest.param("通话日期", "2024-01-05", 3, id="day"),
        pytest.param("开始时间", "2024/1/5 10:01", 3, id="minute"),
        pytest.param("开始时间", "2024-01-05 10:01:07", 1, id="second"),
    ],
)
def test_calls_of_one_day_or_minute_may_be_several(tmp_path, header, row, kept):
    lines = [f"本机号码,对方号码,{header},通话时长,呼叫类型"]
    lines += [f"15400000001,15400000002,{row},0,短信主叫"] * 3
    first = counts(tmp_path, lines)
    assert first[:2] == (kept, 3 - kept)
    again = written(tmp_path / "again", [*lines, ""])
    assert import_paths(first[2], again)["totals"]["rows_kept"] == 0


@pytest.mark.parametrize(("time", "kept"), [("2024-01-05 10:01", 2), ("2024-01-05 10:01:07", 1)])
def test_messages_of_one_minute_may_be_several(tmp_path, time, kept):
    lines = ["Time,SenderName,TalkerName,Content", *[f"{time},测试甲,测试乙,好的"] * 2]
    _, _, case = counts(tmp_path, lines)
    assert len(content(case, "messages")) == kept


RICH = "交易卡号,户名,证件号码,手机号,交易时间,收付标志,交易金额,交易余额"
PAID = "2024-01-05 10:00:00,出,5.00,95.00"
SAYS = f"{CARD},林墨白,359901197203050119,15400000001,{PAID}"


def holders(case):
    with case.connect() as connection:
        return connection.sql(
            "SELECT holder_name, holder_id, holder_phone, bank FROM transfers"
        ).fetchall()


def test_what_a_later_repeat_says_of_the_holder_is_not_lost(tmp_path):
    poor = ["交易卡号,交易时间,收付标志,交易金额,交易余额", f"{CARD},{PAID}"]
    _, _, case = counts(tmp_path, poor)
    (rich,) = written(tmp_path, [RICH, SAYS], names=["农业银行_流水.csv"])
    totals = import_paths(case, [rich])["totals"]
    assert (totals["rows_kept"], totals["duplicates"]) == (0, 1)
    assert holders(case) == [("林墨白", "359901197203050119", "15400000001", "中国农业银行")]
    again = written(tmp_path, [RICH, SAYS, ""], names=["农业银行_流水2.csv"])
    assert import_paths(case, again)["totals"]["rows_kept"] == 0
    assert len(content(case, "repeats")) == 1
    withdraw(case, [str(rich), str(again[0])], "test")
    assert holders(case) == [(None, None, None, None)]


OTHER_SAYS = SAYS.replace("359901197203050119", "35990119680919020X").replace("林墨白", "陈砚")


@pytest.mark.parametrize("number", [CARD, "6228********0125"])
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_two_holders_are_two_in_whatever_order_they_come(tmp_path, order, number):
    files = [
        [RICH.replace(",户名,证件号码,手机号", ""), f"{CARD},{PAID}"],
        [RICH, SAYS],
        [RICH, OTHER_SAYS],
    ]
    files = [[line.replace(CARD, number) for line in file] for file in files]
    case = new_case(tmp_path)
    paths = written(tmp_path / "in", *files)
    for place in order:
        import_paths(case, [paths[place]])
    assert sorted(each[:2] for each in holders(case)) == [ONE, OTHER]


def test_what_was_said_of_a_withdrawn_booking_is_withdrawn(tmp_path):
    poor = [RICH.replace(",户名,证件号码,手机号", ""), f"{CARD},{PAID}"]
    _, _, case = counts(tmp_path, poor)
    (rich,) = written(tmp_path / "more", [RICH, SAYS])
    import_paths(case, [rich])
    withdraw(case, [str(tmp_path / "0.csv")], "test")
    assert (content(case), content(case, "repeats")) == ([], [])
    import_paths(case, [rich])
    assert (holders(case)[0][:2], content(case, "repeats")) == (ONE, [])


INVOICE = (
    "数电票号码,开票日期,销方名称,销方识别号,购买方名称,购方识别号,金额,税额,价税合计,发票状态"
)
SOLD = "24999000000000000001,{},{},91359900MA00000000,乙公司,91359900MA00000001,50.00,3.00,53.00,{}"


def test_one_invoice_of_two_lists_is_one(tmp_path):
    lists = [
        [INVOICE, SOLD.format("2024-01-05", "甲公司", "正常")],
        [f"{INVOICE},开票人", SOLD.format("2024-01-05 10:00:00", "甲公司", "正常") + ",测试甲"],
        [INVOICE, SOLD.format("2024-01-05", "甲公司", "作废")],
    ]
    kept, dropped, case = counts(tmp_path, *lists)
    assert (kept, dropped) == (2, 1)
    with case.connect() as connection:
        rows = connection.sql("SELECT status, drawer FROM invoices ORDER BY status").fetchall()
    assert rows == [("ok", "测试甲"), ("void", None)]
