import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.errors import UsageError
from qingfeng.money import LARGEST_FEN, NotAnAmount, format_yuan, parse_yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("0.01", 1),
        (".5", 50),
        ("12.", 1200),
        ("￥1，020.00", 102_000),
        ("¥-3", -300),
        ("-¥3", -300),
        ("－3", -300),
        ("\N{MINUS SIGN}3", -300),
        ("(1,234.56)", -123_456),
        ("1.2万", 1_200_000),
        ("3万元", 3_000_000),
        ("1.5亿元", 15_000_000_000),
        ("100元", 10_000),
        (" 1 020.00 ", 102_000),
        ("0.0100", 1),
        ("92233720368547758.07", LARGEST_FEN),
    ],
)
def test_reads_amounts(text, fen):
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "", "abc", "1,02.00", "1.2.3", "0.005", "(1", "1)", "(-1)", "--1", "1e5", "NaN",
        "92233720368547758.08",
    ],
)  # fmt: skip
def test_refuses_what_is_no_amount(text):
    with pytest.raises(NotAnAmount) as refused:
        parse_yuan(text)
    assert refused.value.text == text
    assert isinstance(refused.value, UsageError)


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (99_999, "999.99"), (-123_456_789, "-1,234,567.89")],
)
def test_writes_amounts(fen, text):
    assert format_yuan(fen) == text


@given(st.integers(-LARGEST_FEN, LARGEST_FEN))
def test_what_is_written_reads_back(fen):
    assert parse_yuan(format_yuan(fen)) == fen
