"""Equal rows of one table are one record only if nothing in the file tells them apart."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from qingfeng.ingest import apartness
from qingfeng.ingest.run import import_paths
from tests.ingest.imports import CARD, content, new_case

HEADER = "交易卡号,交易时间,收付标志,交易金额,交易余额,对手户名,业务编号"


def counts(folder, *files):
    """Rows kept and dropped, and the case, of files given as lists of lines."""
    paths = []
    for number, lines in enumerate(files):
        path = folder / f"{number}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        paths.append(path)
    case = new_case(folder)
    totals = import_paths(case, paths)["totals"]
    return totals["rows_kept"], totals["duplicates"], case


def row(side, amount, balance, number, day=5):
    return f"{CARD},2024-01-{day:02d},{side},{amount},{balance},店,{number}"


THREE = [row("出", "50.00", "100.00", "A1"), row("进", "50.00", "150.00", "A2")]


def test_a_column_nobody_reads_makes_another_record(tmp_path):
    lines = [HEADER, *THREE, row("出", "50.00", "100.00", "A3")]
    kept, dropped, case = counts(tmp_path, lines)
    assert (kept, dropped) == (3, 0)
    assert len({each[0] for each in content(case)}) == 3


@pytest.mark.parametrize("nothing", ["-", "\\N", " ", "无"])
def test_another_way_to_say_nothing_makes_no_other_record(tmp_path, nothing):
    before = row("进", "50.00", "150.00", "")
    again = [row("出", "50.00", "100.00", number) for number in ("", nothing)]
    assert counts(tmp_path, [HEADER, before, *again])[:2] == (2, 1)


def test_one_serial_is_one_booking_whatever_stands_in_a_column_nobody_reads(tmp_path):
    header = HEADER.replace("对手户名", "交易流水号")
    lines = [header, *(row("出", "50.00", "", note).replace("店", "S1") for note in ("成功", ""))]
    assert counts(tmp_path, lines)[:2] == (1, 1)


def test_the_whole_row_again_is_a_repeat(tmp_path):
    lines = [HEADER, *THREE, row("出", "50.00", "100.00", "A1")]
    assert counts(tmp_path, lines)[:2] == (2, 1)


def test_the_report_says_which_fields_were_compared(tmp_path):
    rich, poor = tmp_path / "a.csv", tmp_path / "b.csv"
    lines = [HEADER, *THREE, THREE[0]]
    rich.write_text("\n".join(lines) + "\n", encoding="utf-8")
    poor.write_text("\n".join(f"{line},x" for line in lines[:2]) + "\n", encoding="utf-8")
    files = import_paths(new_case(tmp_path), [rich, poor])["files"]
    whys = [[each["why"] for each in file["tables"][0]["duplicates"]] for file in files]
    assert whys == [["all fields equal"], ["all fields read are equal"]]


def test_an_overlap_in_another_layout_is_dropped(tmp_path):
    lines = [HEADER, *THREE, row("出", "50.00", "100.00", "A3")]
    poorer = [line.rpartition(",")[0] for line in lines]
    kept, dropped, case = counts(tmp_path, lines, poorer)
    assert (kept, dropped, len(content(case))) == (3, 3, 3)


def test_invoice_lines_of_two_sizes_are_two(tmp_path):
    header = "发票号码,开票日期,销方名称,购买方名称,货物或应税劳务名称,规格型号,金额,税额,价税合计"
    line = "24999000000000000001,2024-01-05,甲,乙,轮胎,{},50.00,3.00,53.00"
    lines = [header, line.format("195/65R15"), line.format("205/55R16")]
    assert counts(tmp_path, lines)[:2] == (2, 0)


@pytest.mark.parametrize("balance", ["0.00", "88.00"])
def test_a_balance_that_never_moves_identifies_nothing(tmp_path, balance):
    again = row("出", "3.20", balance, "")
    lines = [HEADER, again, again, again, row("进", "7.00", balance, "")]
    assert counts(tmp_path, lines)[:2] == (4, 0)


def test_a_balance_that_is_kept_up_identifies(tmp_path):
    again = row("出", "3.20", "96.80", "")
    lines = [HEADER, row("进", "100.00", "100.00", ""), again, again]
    assert counts(tmp_path, lines)[:2] == (2, 1)


def test_a_balance_of_nothing_after_the_last_money_went_identifies(tmp_path):
    again = row("出", "100.00", "0.00", "")
    lines = [HEADER, row("进", "100.00", "100.00", ""), again, again]
    assert counts(tmp_path, lines)[:2] == (2, 1)


def test_a_balance_after_no_money_identifies_nothing(tmp_path):
    again = row("出", "0.00", "100.00", "")
    lines = [HEADER, row("进", "100.00", "100.00", ""), again, again]
    assert counts(tmp_path, lines)[:2] == (3, 0)


def test_unread_columns_are_digested_alike_in_small_and_large_tables(monkeypatch):
    cells = pa.array(["甲", "", "乙", "甲"])
    small = apartness.digest_of_rest([(3, cells)], 4)
    monkeypatch.setattr(apartness, "_FEW", 0)
    large = apartness.digest_of_rest([(3, cells.dictionary_encode())], 4)
    assert small == large == apartness.digest_of_rest([(3, cells)], 4)
    assert (small[0], small[1].as_py()) == (small[3], 0)
    assert len(np.unique(small.to_numpy())) == 3


def test_one_serial_on_rows_that_an_unread_column_tells_apart_is_a_batch(tmp_path):
    header = "账号,交易时间,借贷,金额,交易流水号,摘要,用途,备注"
    row = f"{CARD},2024-01-05 10:00:00,借,100.00,B001,代发,{{}},工资"
    lines = [header, *map(row.format, ("张三", "李四", "王五", "张三"))]
    assert counts(tmp_path, lines)[0] >= 3


@pytest.mark.parametrize("header", ["序号", "", "次"])
def test_a_running_number_tells_nothing_apart(tmp_path, header):
    rows = [row("进", "50.00", "150.00", ""), row("出", "30.00", "120.00", "")] * 2
    lines = [f"{n},{each}" for n, each in enumerate(rows, 1)]
    assert counts(tmp_path, [f"{header},{HEADER}", *lines])[:2] == (2, 2)


@pytest.mark.parametrize("serial", ["20240601", "99999999", "1"])
def test_a_serial_that_stands_on_every_booking_identifies_none(tmp_path, serial):
    header = "账号,交易时间,借贷,金额,对方户名,流水号"
    days = (1, 1, 2, 3)
    lines = [f"{CARD},2024-06-0{day} 08:00:00,借,3.20,公交,{serial}" for day in days]
    assert counts(tmp_path, [header, *lines])[:2] == (4, 0)


def test_a_serial_of_a_booking_its_fee_and_its_reversal_identifies(tmp_path):
    header = "账号,交易时间,借贷,金额,对方户名,流水号"
    said = ["1,借,500.00", "1,借,2.00", "2,借,-500.00", "1,借,2.00"]
    lines = [
        f"{CARD},2024-06-0{day} 08:00:00,{side},{amount},甲,S1"
        for day, side, amount in (each.split(",") for each in said)
    ]
    assert counts(tmp_path, [header, *lines])[:2] == (3, 1)


@pytest.mark.parametrize("order", [1, -1])
def test_an_account_that_comes_back_to_a_balance_was_booked_each_time(tmp_path, order):
    back = [row("进", "100.00", "1100.00", ""), row("出", "100.00", "1000.00", "")] * 3
    assert counts(tmp_path, [HEADER, *back[::order]])[:2] == (6, 0)


@pytest.mark.parametrize("order", [1, -1])
def test_a_page_that_is_printed_again_is_a_repeat(tmp_path, order):
    page = [
        row("进", "100.00", "1100.00", "", 5),
        row("出", "30.00", "1070.00", "", 6),
        row("出", "70.00", "1000.00", "", 7),
    ][::order]
    assert counts(tmp_path, [HEADER, *page, *page])[:2] == (3, 3)


def test_an_overlap_of_bookings_that_come_back_adds_nothing(tmp_path):
    back = [row("进", "100.00", "1100.00", ""), row("出", "100.00", "1000.00", "")] * 2
    more = row("出", "1.00", "999.00", "", 6)
    kept, dropped, case = counts(tmp_path, [HEADER, *back], [HEADER, *back, more])
    assert (kept, dropped, len(content(case))) == (5, 4, 5)
