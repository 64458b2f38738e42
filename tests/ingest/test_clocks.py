"""Times of day: what one table writes decides what its bare digits mean."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.clocks import read_clocks
from qingfeng.ingest.grid import CLOCK, MOMENT, NUMBER
from tests.ingest.imports import CARD
from tests.ingest.test_booked_amounts import csv, stored


@pytest.fixture(scope="module")
def cleaner():
    return Cleaner(duckdb.connect())


def read(cleaner, *cells, tables=None):
    owners = tables or [0] * len(cells)
    found = read_clocks(cleaner, pa.array(cells), pa.array(owners, pa.int64()))
    return [
        f"{value // 3600:02d}:{value % 3600 // 60:02d}:{value % 60:02d}"[
            : 5 if p == "minute" else 8
        ]
        if value is not None
        else problem and f"? {problem}"
        for value, p, problem in zip(*(found[each].to_pylist() for each in found), strict=True)
    ]


@pytest.mark.parametrize(
    ("cells", "times"),
    [
        pytest.param(
            ["93015", "1305", "905", "5", "0", "213000", ""],
            ["09:30:15", "00:13:05", "00:09:05", "00:00:05", "00:00:00", "21:30:00", None],
            id="seconds, zeros dropped",
        ),
        pytest.param(
            ["0905", f"{NUMBER}905", f"{NUMBER}205", "1305"],
            ["09:05", "09:05", "02:05", "13:05"],
            id="minutes, zeros dropped in number cells",
        ),
        pytest.param(["905", "1305", "2400"], ["09:05", "13:05", "24:00"], id="minutes"),
        pytest.param(["2959", "105"], ["? 2959", "? 105"], id="no such hour"),
        pytest.param(["2530", "1305"], ["? 2530", "13:05"], id="no such hour among hours"),
        pytest.param(["905", "5"], ["? 905", "? 5"], id="nothing decides"),
        pytest.param(["0905", "93015", "905"], ["09:05", "09:30:15", "? 905"], id="both written"),
        pytest.param(["0", "0", ""], [None, None, None], id="zeros alone say nothing"),
    ],
)
def test_bare_digits_are_read_as_the_table_writes_them(cleaner, cells, times):
    assert read(cleaner, *cells) == times


def test_each_table_decides_for_itself(cleaner):
    cells = ["1305", "93015", "1305", "0905"]
    assert read(cleaner, *cells, tables=[7, 7, 9, 9]) == ["00:13:05", "09:30:15", "13:05", "09:05"]


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("2024-01-05 10:00:01", "10:00:01"),
        (f"{NUMBER}45297.5", "12:00:00"),
        (f"{MOMENT}2024-01-05 10:00:01", "10:00:01"),
        (f"{CLOCK}09:30:05", "09:30:05"),
        ("上午10:00:01", "10:00:01"),
        ("下午 3:05:00", "15:05:00"),
        ("3:05 PM", "15:05"),
        ("100001.0", "10:00:01"),
        ("00100001", "00:10:00"),
        ("10000100", "10:00:01"),
        ("0930", "09:30"),
        ("10.00.01", "10:00:01"),
        ("9:5:3", "09:05:03"),
        ("9时5分3秒", "09:05:03"),
        ("20240105", "? 20240105"),
        ("999999", "? 999999"),
        ("12:75", "? 12:75"),
    ],
)
def test_one_spelling(cleaner, cell, time):
    assert read(cleaner, cell) == [time]


def test_an_unread_time_of_day_is_said_and_makes_another_booking(tmp_path):
    text = csv(
        "卡号,交易日期,交易时间,收入,支出,余额,对方户名",
        f"{CARD},20240105,999999,,5.00,90.00,陈砚",
        f"{CARD},20240105,888888,,5.00,90.00,陈砚",
        f"{CARD},20240105,100001,,5.00,90.00,陈砚",
    )
    rows, entry = stored(tmp_path, text, "time_precision, flags")
    assert rows == [
        ("day", "[\"booked_at: time of day '999999' cannot be read\"]"),
        ("day", "[\"booked_at: time of day '888888' cannot be read\"]"),
        ("second", None),
    ]
    assert entry["duplicates"] == []


UNIFIED = (
    "交易卡号,交易户名,交易证件号码,交易日期,交易时间,交易金额,交易余额,收付标志,交易对手账卡号,"
    "对手户名,摘要说明,交易是否成功"
)


def test_times_of_day_in_a_column_for_moments_complete_the_day_beside_it(tmp_path):
    line = f"{CARD},陈砚,359901197203050119,{{}},5.00,9.00,进,6217000000003453,林默,家用,成功"
    text = csv(
        UNIFIED,
        line.format("20230108,154001"),
        line.format("20230109,90500"),
        line.format("20230231,101010"),
    )
    rows, entry = stored(
        tmp_path, text, "strftime(booked_at, '%d %H:%M:%S'), time_precision, booked_at_raw"
    )
    assert rows == [
        ("08 15:40:01", "second", "20230108 154001"),
        ("09 09:05:00", "second", "20230109 90500"),
    ]
    assert entry["rejected"] == [{"row": 4, "reason": "交易日期: cannot read '20230231'"}]


@pytest.mark.parametrize(
    ("day", "time", "moment"),
    [
        ("2024-01-05 00:00:00", "10:00:01", "2024-01-05 10:00:01"),
        ("2024-01-05 00:00:00.0", "10:00:01", "2024-01-05 10:00:01"),
        ("20240105000000", "100001", "2024-01-05 10:00:01"),
        ("2024/1/5 0:00", "10:00:01", "2024-01-05 10:00:01"),
        ("2024-01-05", "1900/1/1 10:00:01", "2024-01-05 10:00:01"),
        ("2024-01-05", "1900-01-00 10:00:01", "2024-01-05 10:00:01"),
        ("2024-01-05", "1899-12-30 10:00:01", "2024-01-05 10:00:01"),
        ("2024-01-05 00:00:00", "1970-01-01 10:00:01", "2024-01-05 10:00:01"),
        ("2024-01-05 00:00:00", "", "2024-01-05 00:00:00"),
        ("2024-01-05", "2024-01-06 10:00:01", "2024-01-06 10:00:01"),
    ],
)
def test_the_time_beside_a_day_counts(tmp_path, day, time, moment):
    text = csv("卡号,交易日期,交易时间,收入,支出,余额", f"{CARD},{day},{time},,5.00,90.00")
    rows, _ = stored(tmp_path, text, "strftime(booked_at, '%Y-%m-%d %H:%M:%S'), flags")
    assert rows == [(moment, None)]


def test_times_among_whole_moments_complete_the_day_beside_them(tmp_path):
    line = f"{CARD},陈砚,359901197203050119,{{}},5.00,{{}}.00,进,6217000000003453,林默,家用,成功"
    times = ["1900/1/1 10:00:08", "2024-01-05 10:00:09", "10:00:10"]
    text = csv(UNIFIED, *(line.format(f"2024-01-05,{each}", n) for n, each in enumerate(times, 1)))
    rows, _ = stored(tmp_path, text, "strftime(booked_at, '%Y-%m-%d %H:%M:%S')")
    assert rows == [(f"2024-01-05 10:00:{second:02d}",) for second in (8, 9, 10)]


def test_two_times_of_day_are_said(tmp_path):
    lines = [
        f"{CARD},2024-01-05 11:00:00,{time},,5.00,9{time[1]}.00" for time in ("10:00:04", "11:00")
    ]
    rows, _ = stored(
        tmp_path,
        csv("卡号,交易日期,交易时间,收入,支出,余额", *lines),
        "strftime(booked_at, '%H:%M:%S'), flags",
    )
    said = '["booked_at: its day says 11:00:00, the time beside it 10:00:04"]'
    assert rows == [("11:00:00", said), ("11:00:00", None)]
