"""A record that lacks a field in the middle is refused; one that lacks empty last ones is not."""

from __future__ import annotations

import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import HEADER, booking, new_case
from tests.ingest.test_footers import kinds, read

ROWS = [booking(number, serial=f"S{number}") for number in range(30)]
FIELDS = booking(40, serial="S40").split(",")
NAMES = HEADER.split(",")


def without(name):
    place = NAMES.index(name)
    return ",".join([*FIELDS[:place], *FIELDS[place + 1 :]])


@pytest.mark.parametrize(
    "name", ["交易卡号", "交易时间", "收付标志", "交易金额", "交易余额", "对手卡号", "交易流水号"]
)
def test_a_record_without_one_of_its_fields_is_refused(tmp_path, name):
    table, case = read(tmp_path, HEADER, *ROWS, without(name))
    assert (table["rows_kept"], [each["row"] for each in table["rejected"]]) == (30, [32])
    with case.connect() as connection:
        ((cells,),) = connection.sql("SELECT cells FROM rejected_rows").fetchall()
    assert "测试公交" in cells


def test_the_balance_is_not_taken_as_the_amount_in_a_small_file(tmp_path):
    header = "交易卡号,交易时间,收付标志,交易金额,交易余额,对手户名"
    table, case = read(
        tmp_path,
        header,
        "6228480000000000125,2024-01-05 10:00:00,进,100.00,500.00,甲",
        "6228480000000000125,2024-01-05 10:00:01,100.00,600.00,甲",
        "6228480000000000125,2024-01-05 10:00:02,进,600.00",
    )
    assert [each["row"] for each in table["rejected"]] == [3, 4]
    assert all("fewer fields" in each["reason"] for each in table["rejected"])
    with case.connect() as connection:
        assert connection.sql("SELECT amount_fen FROM transfers").fetchall() == [(10_000,)]


def test_a_writer_that_leaves_out_empty_last_fields_loses_nothing(tmp_path):
    short = [row.rsplit(",", 2)[0] for row in ROWS[::2]]
    table, _ = read(tmp_path, HEADER, *ROWS[1::2], *short)
    assert (table["rows_kept"], table["rejected"]) == (30, [])


def test_last_fields_that_others_leave_empty_may_be_missing(tmp_path):
    rows = [*ROWS[:-1], f"{ROWS[-1].removesuffix('消费')}"]
    short = booking(40, serial="S40").removesuffix(",消费")
    table, _ = read(tmp_path, HEADER, *rows, short)
    assert (table["rows_kept"], table["rejected"]) == (31, [])


def test_totals_and_closing_lines_with_few_fields_stay_what_they_are(tmp_path):
    table, _ = read(tmp_path, HEADER, *ROWS, "合计,,,96.00,,", "备注：以上为全部记录,,,,,")
    assert (table["rows_kept"], table["rejected"]) == (30, [])
    assert kinds(table) == {32: "total", 33: "footer"}


ROSTER = "村组,姓名,身份证号,金额,账号,备注"
PAID = [f"东山村,甲{n},359902198501010378,2{n}.00,6217990000000001111,好" for n in range(4)]


def delivered(folder, *lines, end=""):
    path = folder / "a.csv"
    path.write_text("\n".join(lines) + end, encoding="utf-8")
    (table,) = import_paths(new_case(folder), [path])["files"][0]["tables"]
    return table["rows_kept"], [each["reason"][:32] for each in table["rejected"]]


CUT_OFF = "the file ends inside this record"


@pytest.mark.parametrize(
    "cut", ["东山村,林墨白,359901197203050119,3", "东山村,林墨白,359901197203050119"]
)
def test_the_record_that_a_file_ends_in_is_no_data(tmp_path, cut):
    assert delivered(tmp_path, ROSTER, *PAID, cut) == (4, [CUT_OFF])


@pytest.mark.parametrize(
    ("last", "end"),
    [
        (PAID[0], ""),
        ("东山村,林墨白,359901197203050119,3", "\n"),
        ("东山村,林墨白,359901197203050119,3,6217990000000001111,", ""),
    ],
    ids=["whole", "ended", "last field empty"],
)
def test_a_last_record_with_its_line_end_or_all_its_fields_is_one(tmp_path, last, end):
    assert delivered(tmp_path, ROSTER, *PAID, last, end=end) == (5, [])


def test_a_writer_of_short_records_may_leave_out_the_last_line_end(tmp_path):
    short = "东山村,林墨白,359901197203050119,30.00"
    assert delivered(tmp_path, ROSTER, *PAID, short, PAID[0], short) == (7, [])


@pytest.mark.parametrize(("last", "kept"), [("30.00", 5), ("30.0", 4), ("3", 4)])
def test_an_amount_that_the_file_ends_in(tmp_path, last, kept):
    header, rows = (
        "姓名,身份证号,账号,金额",
        [f"甲,359902198501010378,,{n}0.00" for n in range(1, 5)],
    )
    assert delivered(tmp_path, header, *rows, f"乙,359901197203050119,,{last}")[0] == kept


def test_a_total_without_a_line_end_stays_one(tmp_path):
    assert delivered(tmp_path, ROSTER, *PAID, "合计,,,86.00") == (4, [])


ABC = "交易日期,交易时间,交易摘要,交易金额,本次余额,对手信息,日 志 号,交易渠道,交易附言"
FULL = [
    f"202401{day:02d},{day:02d}3005,消费,-1.00,{100 - day}.00,店 62170000000000000{day:02d},"
    f"0000000{day:02d},网银,附言{day}"
    for day in range(1, 21)
]


@pytest.mark.parametrize(
    ("short", "kept"),
    [
        (FULL[5].rsplit(",", 1)[0], 20),
        ("20240106,063005,结息,+0.10,94.10,,000000006", 20),
        ("20240106,063005,结息,+0.10,94.10", 20),
        ("20240106,063005,转存,-1.00,94.00,店 6217000000000000006,000000006,柜面", 20),
        ("20240106,063005,消费,-1.00,94.00,", 20),
        (FULL[5].replace(",000000006", ""), 19),
        (FULL[5].replace(",消费", ""), 19),
    ],
    ids=[
        "no memo",
        "interest",
        "interest alone",
        "a new word",
        "ends empty",
        "no serial",
        "no summary",
    ],
)
def test_one_short_record_among_full_ones(tmp_path, short, kept):
    path = tmp_path / "农行.csv"
    lines = ["户名：林墨白,账户：6228480000000000125", ABC, *FULL[:5], short, *FULL[6:]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (table,) = import_paths(new_case(tmp_path), [path])["files"][0]["tables"]
    assert (table["layout"], table["rows_kept"]) == ("bank.abc_debit", kept)


@pytest.mark.parametrize("last", ["此用户无更多数据", "村负责人签字：,,,制表：,"])
def test_a_closing_line_without_a_line_end_is_not_cut(tmp_path, last):
    kept, reasons = delivered(tmp_path, ROSTER, *PAID, last)
    assert kept == 4
    assert CUT_OFF not in reasons


def test_a_record_that_leaves_out_its_empty_side_is_whole(tmp_path):
    path = tmp_path / "流水.csv"
    path.write_text(
        "交易卡号,余额,交易时间,收入,支出\n"
        "6217000000000003453,100.00,2021-01-04 10:00:00,100.00\n"
        "6217000000000003453,94.00,2021-01-04 10:01:00,,6.00\n"
        "6217000000000003453,92.00,2021-01-04 10:02:00,,2.00\n",
        encoding="utf-8",
    )
    report = import_paths(new_case(tmp_path / "home"), [path])
    assert report["totals"]["rows_kept"] == 3
