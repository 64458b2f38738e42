"""The plain readings agree with the thorough statements, whatever the cell."""

import duckdb
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qingfeng.ingest import plain_cells
from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.cleaning_sql import amount, query

CONNECTION = duckdb.connect()
CLEANER = Cleaner(CONNECTION)


def thorough(cells, statement):
    CONNECTION.register("cells", pa.table({"x": pa.array(cells, pa.string())}))
    return CONNECTION.sql(statement).fetchall()


amounts = st.one_of(
    st.from_regex(r"\A\x01?-?[0-9]{0,13}(\.[0-9]{0,8})? {0,20}\Z"),
    st.from_regex(r"\A-?[0-9]{1,16}(\.[0-9]{0,3})?[\t ]{0,3}\Z"),
    st.from_regex(r"\A-?[0-9]{1,3}(,[0-9]{2,3}){1,5}(\.[0-9]{1,2})?\Z"),
    st.text("0123456789.,-\t ¥万(", max_size=12),
)
moments = st.one_of(
    st.from_regex(
        r"\A(18|19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"
        r"( {1,3}[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2})?)?[\t ]{0,9}\Z"
    ),
    st.from_regex(r"\A(19|20|21)[0-9]{2}[01][0-9][0-3][0-9]([012][0-9][0-6][0-9][0-6][0-9])?\Z"),
    st.from_regex(
        r"\A(18|19|20)[0-9]{2}[-/][01][0-9][-/][0-3][0-9]"
        r"( [012][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9])?)?\t?\Z"
    ),
    st.datetimes().map(lambda each: each.strftime("%Y-%m-%d %H:%M:%S")),
    st.dates().map(lambda each: each.strftime("%Y%m%d")),
    st.text("0123456789-/: .\t", max_size=21),
)
numbers = st.one_of(
    st.from_regex(r"\A(62|86|0|1)?[0-9]{0,19}[\t ]{0,3}\Z"),
    st.text("0123456789xX_*\t-", max_size=20),
)
words = st.one_of(st.from_regex(r"\A[0-9A-Za-z]{0,20}[\t ]{0,3}\Z"), st.text(max_size=6))


def rows(cells):
    """A column as it stands in a longer one: its bytes begin somewhere."""
    return pa.array(["x1", *cells, "2y"], pa.string()).slice(1, len(cells))


@settings(max_examples=500, deadline=None)
@given(st.lists(amounts, max_size=8), st.sampled_from([0, 2, 6]))
@example(
    ["", "-", "1,234.50", "12,34.00", "1234,567", "-0.5", "999999999999999.99", "1,2", "5."], 2
)
@example(
    ["99999999999.999999", "0.000001", ".5", "1.5", "1.1234567", "12.", "\x01-3.25", "\x01"], 6
)
@example(["5", "5.0", "-5", "1,234", "99999999999999999", "\x0112", "\x01\x0112", "-\x011"], 0)
def test_a_plain_amount_is_what_the_statement_reads(cells, decimals):
    fen, odd = plain_cells.amounts(rows(cells), decimals)
    expected = thorough(cells, amount(10**decimals))
    for index, (value, *said) in enumerate(expected):
        if not odd[index]:
            assert (fen[index].as_py(), said) == (value, [None, None, None])


def test_plain_amounts_are_not_odd():
    for decimals, cells in ((2, ["1,234.5", "\x01-3.25", "7  \t \t", ""]), (6, ["0.123456", "12"])):
        assert not plain_cells.amounts(rows(cells), decimals)[1].any()


def test_plain_moments_are_not_odd():
    cells = [
        "2024/1/5 1:30:00",
        "2024-1-5",
        "2024.01.05  01:30:0 \t",
        "20240105013000",
        "2024-01-05",
    ]
    moments, days, odd = plain_cells.moments(rows(cells))
    assert not odd.any()
    assert days.tolist() == [False, True, False, False, True]
    assert moments[0].as_py() == moments[2].as_py()


@settings(max_examples=300, deadline=None)
@given(st.lists(moments, max_size=8))
@example(["20240229", "20230229", "2024/02-29", "1900-02-29 00:00:00", "2024-01-31 24:00:00"])
def test_a_plain_moment_is_what_the_statement_reads(cells):
    stamps, days_only, odd = plain_cells.moments(rows(cells))
    expected = thorough(cells, query("moment"))
    for index, (value, precision, problem) in enumerate(expected):
        if not odd[index]:
            said = "day" if days_only[index] else "second"
            assert (stamps[index].as_py(), said, None) == (value, precision, problem)


@settings(max_examples=300, deadline=None)
@given(st.lists(numbers, max_size=8))
@example(["6217000010001234567", "6222020000000000000", "8613800000000", "000", "0", ""])
def test_a_plain_number_is_what_the_statement_reads(cells):
    bare, failing, odd = plain_cells.numbers(rows(cells))
    expected = thorough(cells, query("number"))
    for index, (value, masked, suffix, flag) in enumerate(expected):
        if not odd[index]:
            said = "Luhn fails" if failing[index] else None
            assert (bare[index].as_py(), None, None, said) == (value, masked, suffix, flag)


@settings(max_examples=300, deadline=None)
@given(st.lists(words, max_size=8))
def test_a_plain_word_is_what_the_statement_reads(cells):
    bare, odd = plain_cells.words(rows(cells))
    expected = thorough(cells, query("text"))
    for index, (value, flag, _) in enumerate(expected):
        if not odd[index]:
            assert (bare[index].as_py(), None) == (value, flag)


citizens = st.one_of(
    st.from_regex(r"\A[0-9]{17}[0-9X]\Z"), st.text("0123456789X", min_size=14, max_size=19)
)


@settings(max_examples=300, deadline=None)
@given(st.lists(citizens, max_size=8))
@example(["359901199001011236", "35990119900101123X", "059901199001011236"])
def test_a_citizen_number_is_what_the_statement_reads(cells):
    failing, odd = plain_cells.citizens(rows(cells))
    expected = thorough(cells, query("identity"))
    for index, (cell, answer) in enumerate(zip(cells, expected, strict=True)):
        if not odd[index]:
            said = "check digit fails" if failing[index] else None
            assert (cell, None, "cn_id18", said) == answer


@pytest.mark.parametrize(
    ("reader", "plain", "strange"),
    [
        (plain_cells.amounts, ["0.01", "-1,234.5", "12\t"], ["¥1", "1.2万", "(3.00)", "1,23"]),
        (
            plain_cells.moments,
            ["20240131093005", "2024/01/31", "2024-01-31 09:30:05.0"],
            ["2024年1月31日", "45000", "20241301", "2024-02-30"],
        ),
        (plain_cells.numbers, ["6217", "0001", "12 ", "8613800000000"], ["12X", "", "00"]),
        (plain_cells.citizens, ["359901199001011236"], ["059901199001011236", "3599", "6217000X1"]),
        (plain_cells.words, ["T01", "a\t"], ["", "汉", "a-b"]),
    ],
)
def test_what_is_plain_is_read_and_what_is_odd_is_said(reader, plain, strange):
    odd = reader(pa.array([*plain, *strange]))[-1]
    assert list(odd) == [False] * len(plain) + [True] * len(strange)
