"""Cells that say there is nothing, and cells that are no number: nobody is found by them."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from qingfeng.ingest.cleaning import Cleaner
from tests.ingest.imports import CARD
from tests.ingest.test_booked_amounts import csv, stored


@pytest.fixture(scope="module")
def cleaner():
    return Cleaner(duckdb.connect())


def answer(pieces):
    return pieces[""].to_pylist()[0], pieces["flag"].to_pylist()[0]


NOTHING = ["无", "NULL", "null", "(null)", "N/A", "#N/A", "／", "\\N", "0.00", "00000"]
UNKNOWN = [
    "未知",
    "无账号",
    "无卡号",
    "无流水号",
    "暂无",
    "空",
    "（空）",
    "未提供",
    "不详",
    "同上",
    "？",
]


@pytest.mark.parametrize("cell", NOTHING)
def test_a_placeholder_is_no_number_and_no_name(cleaner, cell):
    assert answer(cleaner.number({"x": pa.array([cell])})["x"]) == (None, None)
    assert answer(cleaner.name({"x": pa.array([cell])})["x"]) == (None, None)


@pytest.mark.parametrize("cell", UNKNOWN)
def test_words_for_nothing_are_said(cleaner, cell):
    numbers, names = (each({"x": pa.array([cell])})["x"] for each in (cleaner.number, cleaner.name))
    assert answer(numbers) == (None, f"no number: {cell}")
    assert answer(names) == (None, f"no name: {cell}")


@pytest.mark.parametrize("cell", ["-1", "None", "NaN", "NA", "#REF!"])
def test_no_number_but_a_text(cleaner, cell):
    assert answer(cleaner.number({"x": pa.array([cell])})["x"]) == (None, f"no number: {cell}")
    assert answer(cleaner.text({"x": pa.array([cell])})["x"]) == (cell, None)


@pytest.mark.parametrize(
    "cell",
    ["35990119720305011X、359901196809190205", "35990119720305011X\n359901196809190205"],
)
def test_several_numbers_are_not_one(cleaner, cell):
    said = "several numbers in one cell, which is meant is unknown: "
    assert answer(cleaner.number({"x": pa.array([cell])})["x"]) == (None, said + cell)


@pytest.mark.parametrize(
    "cell", ["91359900ma0teut0xd", "91359900MA0TEUT0XD", "９１３５９９００ＭＡ０ＴＥＵＴ０ＸＤ"]
)
def test_a_credit_code_has_one_spelling(cleaner, cell):
    numbers = cleaner.number({"x": pa.array([cell])})
    assert answer(numbers["x"]) == ("91359900MA0TEUT0XD", None)
    assert cleaner.identity(numbers)["x"]["id_type"].to_pylist() == ["uscc"]


def test_rounded_order_numbers_identify_nothing(cleaner):
    said = "scientific notation text, digits are lost: 4.2E+27"
    assert answer(cleaner.text({"x": pa.array(["4.2E+27"])})["x"]) == (None, said)
    assert answer(cleaner.text({"x": pa.array(["4E12"])})["x"]) == ("4E12", None)


@pytest.mark.parametrize("serial", ["4.2E+27", "-1", "0.00", "未知", "NULL", "无流水号", "NA"])
def test_two_fares_with_a_serial_that_is_none_are_two(tmp_path, serial):
    line = f"{CARD},2024-01-05 10:00:00,出,3.20,,测试公交,{serial}"
    rows, entry = stored(
        tmp_path,
        csv("交易卡号,交易时间,收付标志,交易金额,交易余额,对手户名,交易流水号", line, line),
        "serial",
    )
    assert rows == [(None,), (None,)]
    assert entry["duplicates"] == []
    said = [each["text"] for each in entry["warnings"] if each["column"] == "serial"]
    assert serial == "NULL" or said[0].endswith(f": {serial}")


def test_null_joins_no_accounts(tmp_path):
    text = csv(
        "交易卡号,交易账号,交易方户名,交易时间,收付标志,交易金额,交易余额,交易流水号",
        f"{CARD},NULL,NULL,2024-01-05 10:00:00,出,3.20,NULL,NULL",
        "6217000000000003453,不详,不详,2024-01-05 10:00:00,出,3.20,NULL,暂无",
    )
    rows, _ = stored(tmp_path, text, "account, holder_name, balance_fen, serial, flags")
    assert rows[0] == (None, None, None, None, None)
    assert rows[1][:4] == (None, None, None, None)
    assert rows[1][4] == (
        '["account: no number: 不详","holder_name: no name: 不详","serial: no number: 暂无"]'
    )


def test_the_end_of_a_card_is_masked(tmp_path):
    text = csv(
        "户名,卡号,交易时间,收付标志,交易金额,交易余额",
        "林墨白,0125,2024-01-05 10:00:00,出,3.20,9.00",
    )
    rows, _ = stored(tmp_path, text, "card, account_masked")
    assert rows == [(None, "0125")]


def test_a_foreign_prefix_of_zeros_is_a_country_code(tmp_path):
    text = csv(
        "交易卡号,手机号,交易时间,收付标志,交易金额,交易余额",
        f"{CARD},0086-15400000001,2024-01-05 10:00:00,出,3.20,9.00",
    )
    rows, _ = stored(tmp_path, text, "holder_phone")
    assert rows == [("15400000001",)]
