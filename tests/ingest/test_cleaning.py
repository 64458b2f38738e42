"""What becomes of one cell, spelling by spelling."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.grid import CLOCK, MOMENT, NUMBER
from qingfeng.ingest.words import WordList


@pytest.fixture(scope="module")
def cleaner():
    return Cleaner(duckdb.connect())


def only(pieces, name=""):
    (value,) = pieces[name].to_pylist()
    return value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("6228480000000000125\t", "6228480000000000125"),
        ("'6217000000000003453", "6217000000000003453"),
        ("6222 0200 0000 0676", "6222020000000676"),
        ("35-9900 0000 77", "359900000077"),
        ("35990119680919020ｘ", "35990119680919020X"),
        ("+86 154-0000-0001", "15400000001"),
        (f"{NUMBER}15400000001", "15400000001"),
        (f"{NUMBER}1234.0", "1234"),
        ("8615400000001", "8615400000001"),
        ('="6228480000000000125"', "6228480000000000125"),
        ("10359900000001.00", "10359900000001"),
        ("0000101", "0000101"),
        ("wxid_test-01", "wxid_test-01"),
        ("\\N", None),
        ("-", None),
        ("无", None),
        ("0000", None),
        ("", None),
    ],
)
def test_numbers_that_are_names(cleaner, cell, value):
    assert only(cleaner.number({"x": pa.array([cell])})["x"]) == value


@pytest.mark.parametrize(
    ("cell", "value", "flag"),
    [
        (f"{NUMBER}123456789012345", "123456789012345", None),
        (
            f"{NUMBER}6222020000000676",
            "6222020000000676",
            "numeric cell, 16 digits, exact but low confidence",
        ),
        (
            f"{NUMBER}6222020000000670",
            None,
            "numeric cell with more than 15 digits, unusable for matching: 6222020000000670",
        ),
        (
            f"{NUMBER}359901197203050112",
            None,
            "numeric cell with more than 15 digits, unusable for matching: 359901197203050112",
        ),
        (
            f"{NUMBER}6.22848e+18",
            None,
            "numeric cell with more than 15 digits, unusable for matching: 6.22848e+18",
        ),
        ("6.22848E+18", None, "scientific notation text, digits are lost: 6.22848E+18"),
        ("6222020000000670", "6222020000000670", "Luhn fails"),
    ],
)
def test_digits_that_a_spreadsheet_lost_are_never_joined_on(cleaner, cell, value, flag):
    found = cleaner.number({"x": pa.array([cell])})["x"]
    assert (only(found), only(found, "flag")) == (value, flag)


@pytest.mark.parametrize(
    "cell",
    [
        "2088********0156    \t",
        "6217xxxxxxxx3453",
        "359901XXXXXXXX0119",
        "XXXX1230",
        "6217######3453",
        "尾号1230",
        "末四位7652",
        "（后4位7652）",
    ],
)
def test_masked_numbers_stand_apart(cleaner, cell):
    found = cleaner.number({"x": pa.array([cell])})["x"]
    masked = cell.strip().replace("（", "(").replace("）", ")")
    assert (only(found), only(found, "masked")) == (None, masked)


@pytest.mark.parametrize("cell", ["35990119680919020X", "wxid_xxx1", "91359900MA0TEUT0XD", "xxx"])
def test_an_x_alone_hides_nothing(cleaner, cell):
    found = cleaner.number({"x": pa.array([cell])})["x"]
    assert (only(found), only(found, "masked")) == (cell, None)


@pytest.mark.parametrize(
    ("cell", "text"),
    [('="000123"', "000123"), ("'000123", "000123"), ("'陈砚", "陈砚"), ("'t Hooft", "'t Hooft")],
)
def test_wrapped_cells_are_unwrapped(cleaner, cell, text):
    assert only(cleaner.text({"x": pa.array([cell])})["x"]) == text
    assert only(cleaner.name({"x": pa.array([cell])})["x"]) == text


def test_a_currency_suffix_leaves_the_account(cleaner):
    found = cleaner.number({"x": pa.array(["10359900000001_156_1\t"])})["x"]
    assert (only(found), only(found, "suffix")) == ("10359900000001", "156_1")


@pytest.mark.parametrize(
    ("cell", "value", "kind", "flag"),
    [
        ("359902310614024", "359902193106140241", "cn_id15_upgraded", None),
        ("359901197203050119", "359901197203050119", "cn_id18", None),
        ("359901197203050118", "359901197203050118", "cn_id18", "check digit fails"),
        ("91359900MA0TEUT0XD", "91359900MA0TEUT0XD", "uscc", None),
        ("wxid_a", "wxid_a", "other", None),
        ("", None, None, None),
    ],
)
def test_identity_numbers(cleaner, cell, value, kind, flag):
    found = cleaner.identity(cleaner.number({"x": pa.array([cell])}))["x"]
    assert (only(found), only(found, "id_type"), only(found, "flag")) == (value, kind, flag)


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("￥1，020.00", 102_000),
        ("(1,234.56)", -123_456),
        ("（1,000.00）", -100_000),
        ("－3", -300),
        ("1.2万", 1_200_000),
        ("1234.50元", 123_450),
        ("１，２３４．５０", 123_450),
        ("+10.00", 1_000),
        ("300.00-", -30_000),
        ("CNY 1.00", 100),
        (".5", 50),
        ("0", 0),
        (f"{NUMBER}28.16", 2_816),
        (f"{NUMBER}0.30000000000000004", 30),
        (f"{NUMBER}1e+06", 100_000_000),
    ],
)
@pytest.mark.parametrize("rows", [1, 40_000], ids=["short column", "long column"])
def test_amounts_in_every_spelling(cleaner, cell, fen, rows):
    found = cleaner.fen(pa.array([cell] * rows))
    assert set(found[""].to_pylist()) == {fen}
    assert found["problem"].null_count == rows


@pytest.mark.parametrize("cell", ["1,0,2", "abc", "1.2.3", "(5", "99999999999999999999"])
def test_what_is_no_amount_is_kept_as_a_problem(cleaner, cell):
    found = cleaner.fen(pa.array([cell]))
    assert (only(found), only(found, "problem")) == (None, cell)


def test_units_multiply_exactly(cleaner):
    assert only(cleaner.fen(pa.array(["0.0123"]), 1_000_000)) == 12_300
    assert only(cleaner.fen(pa.array(["1234"]), 1)) == 1_234
    assert only(cleaner.fen(pa.array(["0.12345678"]), 10_000_000_000)) == 1_234_567_800
    assert only(cleaner.fen(pa.array(["1.23456789亿"]))) == 12_345_678_900


@pytest.mark.parametrize("cell", ["1.5万", "15000元", "1.5万元", "1.5万人民币", "1.5万元整"])
def test_a_unit_in_the_cell_counts_and_not_that_of_the_column(cleaner, cell):
    found = cleaner.fen(pa.array([cell]), 1_000_000)
    said = f"the unit in the cell counts, not that of the column: {cell}"
    assert (only(found), only(found, "flag")) == (1_500_000, said)


@pytest.mark.parametrize(
    ("cell", "fen", "flag"),
    [
        (f"{NUMBER}1.005", 101, "rounded to the fen: 1.005"),
        (f"{NUMBER}0.001", 0, "rounded to the fen: 0.001"),
        ("1.005", 101, "rounded to the fen: 1.005"),
        (f"{NUMBER}0.30000000000000004", 30, None),
        (f"{NUMBER}123456789.12000001", 12_345_678_912, None),
    ],
)
def test_rounding_is_said_of_number_cells_too(cleaner, cell, fen, flag):
    found = cleaner.fen(pa.array([cell]))
    assert (only(found), only(found, "flag")) == (fen, flag)


@pytest.mark.parametrize(
    ("cell", "fen", "currency"),
    [
        ("$10", 1_000, "$"),
        ("USD 9", 900, "USD"),
        ("-HK$1,000.00", -100_000, "HK$"),
        ("2万美元", 2_000_000, "美元"),
        ("CNY13.50", 1_350, "CNY"),
        ("￥5", 500, None),
    ],
)
@pytest.mark.parametrize("rows", [1, 40_000], ids=["short column", "long column"])
def test_a_currency_in_the_cell_is_given_as_written(cleaner, cell, fen, currency, rows):
    found = cleaner.fen(pa.array([cell] * rows))
    assert set(found[""].to_pylist()) == {fen}
    assert set(found["currency"].to_pylist()) == {currency}


@pytest.mark.parametrize(
    ("cell", "moment", "precision"),
    [
        ("20240131093005\t", "2024-01-31T09:30:05", "second"),
        ("2024-01-31 24:00:00", "2024-02-01T00:00:00", "second"),
        ("2024/2/1 9:05:03", "2024-02-01T09:05:03", "second"),
        ("45323.3784722222", "2024-02-01T09:05:00", "second"),
        ("2024-02-02 10:00:00.0", "2024-02-02T10:00:00", "second"),
        ("2025/12/03  14:06:51", "2025-12-03T14:06:51", "second"),
        ("2026-01-27 11:53:50 +0800 CST", "2026-01-27T11:53:50", "second"),
        ("2024-01-31-09.30.05.123456", "2024-01-31T09:30:05", "second"),
        ("2017-11-02T16:48:24", "2017-11-02T16:48:24", "second"),
        ("2024/9/3 24:00", "2024-09-04T00:00:00", "minute"),
        ("2024年1月31日 9时30分", "2024-01-31T09:30:00", "minute"),
        ("2024年1月31日 9时5分3秒", "2024-01-31T09:05:03", "second"),
        ("2024-01-31 9:5:3", "2024-01-31T09:05:03", "second"),
        ("20240131 93005", "2024-01-31T09:30:05", "second"),
        ("2024/1/31 下午 3:05:00", "2024-01-31T15:05:00", "second"),
        ("2024/1/31 下午12:05:00", "2024-01-31T12:05:00", "second"),
        ("2024-1-31 3:05:00 PM", "2024-01-31T15:05:00", "second"),
        ("2024-1-31 12:05 AM", "2024-01-31T00:05:00", "minute"),
        ('="20240131093005"', "2024-01-31T09:30:05", "second"),
        ("'2024-01-31 09:30:05", "2024-01-31T09:30:05", "second"),
        ("2024.01.05", "2024-01-05T00:00:00", "day"),
        ("20240131", "2024-01-31T00:00:00", "day"),
        (f"{NUMBER}45322", "2024-01-31T00:00:00", "day"),
        (f"{MOMENT}2024-01-31 09:30:05", "2024-01-31T09:30:05", "second"),
    ],
)
@pytest.mark.parametrize("rows", [1, 40_000], ids=["short column", "long column"])
def test_moments_in_every_spelling(cleaner, cell, moment, precision, rows):
    found = cleaner.moment({"x": pa.array([cell] * rows)})["x"]
    assert {each.isoformat() for each in found[""].to_pylist()} == {moment}
    assert set(found["precision"].to_pylist()) == {precision}


@pytest.mark.parametrize("cell", ["1998-02-29", "9999-12-31", "13:00", "2024-13-01", "gestern"])
def test_what_is_no_moment_is_kept_as_a_problem(cleaner, cell):
    found = cleaner.moment({"x": pa.array([cell])})["x"]
    assert (only(found), only(found, "problem")) == (None, cell)


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        (f"{CLOCK}09:30:05", 34_205),
        (f"{NUMBER}0.395891203703704", 34_205),
        ("93005", 34_205),
        ("9:30", 34_200),
        ("24:00:00", 86_400),
        ("25:00:01", None),
        ("", None),
    ],
)
def test_times_of_day(cleaner, cell, seconds):
    assert only(cleaner.clock(pa.array([cell]))) == seconds


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [("00:05:32", 332), ("5分32秒", 332), ("332", 332), ("1小时2分3秒", 3_723), ("x", None)],
)
def test_durations(cleaner, cell, seconds):
    assert only(cleaner.duration(pa.array([cell]))) == seconds


def test_quantities_and_shares(cleaner):
    found = cleaner.quantity(pa.array(["3.50", "12%", "100㎡", "1.5万股", ""]))
    said = [Decimal("3.5"), Decimal("0.12"), Decimal(100), Decimal(15_000), None]
    assert found[""].to_pylist() == said


@pytest.mark.parametrize(
    ("measure", "cell", "value"),
    [
        ("%", "60", "0.6"),
        ("%", "60%", "0.6"),
        ("亩", "3", "2000"),
        ("亩", "3.5", "2333.333333"),
        ("亩", "100㎡", "100"),
        ("平方米", "3亩", "2000"),
        ("平方米", "0.2公顷", "2000"),
        (None, "3亩", "3"),
    ],
)
def test_the_unit_in_the_cell_counts_before_that_of_the_column(cleaner, measure, cell, value):
    assert only(cleaner.quantity(pa.array([cell]), measure)) == Decimal(value)


@pytest.mark.parametrize(
    ("measure", "cell", "seconds"),
    [
        ("分钟", "5", 300),
        ("分", "0.5", 30),
        ("分钟", "5分32秒", 332),
        ("分钟", "00:05:32", 332),
        ("秒", "5", 5),
        (None, "5", 5),
    ],
)
def test_minutes_are_seconds(cleaner, measure, cell, seconds):
    assert only(cleaner.duration(pa.array([cell]), measure)) == seconds


@pytest.mark.parametrize(
    ("cell", "name", "raw"),
    [
        ("陈 砚", "陈砚", "陈 砚"),
        ("陈\u200b砚\u202e", "陈砚", "陈\u200b砚\u202e"),
        ("John  Smith", "John Smith", "John  Smith"),
        ("阿七🐟", "阿七🐟", None),
        ("****", None, None),
        ("(一)陈砚", "陈砚", "(一)陈砚"),
        ("（十二）陈砚", "陈砚", "（十二）陈砚"),
        ("（一）期项目部", "（一）期项目部", None),
    ],
)
def test_names_keep_their_raw_form_where_it_differs(cleaner, cell, name, raw):
    found = cleaner.name({"x": pa.array([cell])})["x"]
    assert (only(found), only(found, "raw")) == (name, raw)


def test_na_is_text(cleaner):
    found = cleaner.text({"x": pa.array(["NA", "NaN", "None", "-", "/"])})["x"]
    assert found[""].to_pylist() == ["NA", "NaN", "None", None, None]


def test_a_word_outside_the_list_is_a_problem_and_no_code(cleaner):
    words = WordList({"in": ("进", "贷*"), "out": ("出",)})
    found = cleaner.word(pa.array(["进", "贷 Cr", "出", "外", ""]), words)
    assert found[""].to_pylist() == ["in", "in", "out", None, None]
    assert found["problem"].to_pylist() == [None, None, None, "外", None]


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("零钱通转出-到建设银行(1234)", "transfer_out"),
        ("零钱通转出-到零钱", "internal"),
        ("转到银行", None),
        ("*", "none"),
    ],
)
def test_a_star_inside_a_word_stands_for_anything_too(word, code):
    listed = {
        "internal": ("零钱通转出*",),
        "transfer_out": ("零钱通转出-到*银行*",),
        "none": ("*",),
    }
    assert WordList(listed).code(word) == code


def test_a_number_in_powers_of_ten_is_rounded_with_a_remark(cleaner):
    found = cleaner.fen(pa.array([f"{NUMBER}1.23456e-06", f"{NUMBER}1.5e-06"]), 10_000_000_000)
    assert found[""].to_pylist() == [12_346, 15_000]
    assert found["flag"].to_pylist() == ["rounded to the fen: 1.23456e-06", None]
