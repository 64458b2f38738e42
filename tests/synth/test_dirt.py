import pytest

from qingfeng.synth.dirt import CLOCKS, masked, wan, yuan, yuan_grouped


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0.00"), (5, "0.05"), (100, "1.00"), (123_456, "1234.56"), (-30_000, "-300.00")],
)
def test_yuan(fen, text):
    assert yuan(fen) == text


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (99_999, "999.99"),
        (100_000, '"1,000.00"'),
        (-99_999, "-999.99"),
        (-100_000, '"-1,000.00"'),
        (123_456_789, '"1,234,567.89"'),
    ],
)
def test_grouping_starts_at_a_thousand_yuan(fen, text):
    assert yuan_grouped(fen) == text


@pytest.mark.parametrize(
    ("fen", "text"), [(1, "0.000001"), (1_000_000, "1.000000"), (-1_234_567, "-1.234567")]
)
def test_wan_is_exact_to_the_fen(fen, text):
    assert wan(fen) == text


@pytest.mark.parametrize(
    ("clock", "text"),
    [
        ("compact", "20240131090503"),
        ("dash", "2024-01-31 09:05:03"),
        ("slash", "2024/1/31 9:05:03"),
        ("dotzero", "2024-01-31 09:05:03.0"),
    ],
)
def test_clocks(clock, text):
    assert CLOCKS[clock]("2024-01-31T09:05:03") == text


@pytest.mark.parametrize(
    ("clock", "iso", "text"),
    [
        ("compact", "2024-03-01T00:00:00", "20240229240000"),
        ("dash", "2024-03-01T00:00:00", "2024-02-29 24:00:00"),
        ("dash", "2024-03-01T00:00:01", "2024-03-01 00:00:01"),
        ("slash", "2024-03-01T00:00:00", "2024/3/1 0:00:00"),
        ("dotzero", "2024-03-01T00:00:00", "2024-03-01 00:00:00.0"),
    ],
)
def test_midnight_is_hour_24_of_the_day_before_at_two_clocks(clock, iso, text):
    assert CLOCKS[clock](iso) == text


def test_masked_card():
    assert masked("6228480000000000125") == "6228****0125"
