from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.periods import (
    BEIJING,
    Clock,
    NotATime,
    TimePrecision,
    beijing_date,
    parse_day,
    parse_moment,
)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2024, 1, 31, 15, 59, 59, tzinfo=UTC), date(2024, 1, 31)),
        (datetime(2024, 1, 31, 16, 0, 0, tzinfo=UTC), date(2024, 2, 1)),
    ],
)
def test_a_day_ends_at_midnight_in_beijing(instant, day):
    clock = Clock(instant)
    assert (beijing_date(instant), clock.today(), clock.now()) == (day, day, instant)


def test_a_running_clock_is_aware_and_does_not_go_back():
    first, second = Clock().now(), Clock().now()
    assert first.utcoffset() == timedelta(0)
    assert first <= second


@pytest.mark.parametrize(
    ("text", "instant", "precision"),
    [
        ("2024-01-31", datetime(2024, 1, 30, 16, tzinfo=UTC), TimePrecision.DAY),
        ("2024/1/31", datetime(2024, 1, 30, 16, tzinfo=UTC), TimePrecision.DAY),
        ("20240131", datetime(2024, 1, 30, 16, tzinfo=UTC), TimePrecision.DAY),
        ("2024年1月31日", datetime(2024, 1, 30, 16, tzinfo=UTC), TimePrecision.DAY),
        ("2024-01-31 09:30", datetime(2024, 1, 31, 1, 30, tzinfo=UTC), TimePrecision.MINUTE),
        ("2024-01-31T00:00:00", datetime(2024, 1, 30, 16, tzinfo=UTC), TimePrecision.SECOND),
        ("20240131093005", datetime(2024, 1, 31, 1, 30, 5, tzinfo=UTC), TimePrecision.SECOND),
    ],
)
def test_reads_moments_as_exactly_as_they_are_written(text, instant, precision):
    moment = parse_moment(text)
    assert (moment.earliest, moment.precision) == (instant, precision)
    assert moment.before == instant + precision.width


@pytest.mark.parametrize("text", ["", "2024-02-30", "2024-1", "240131", "2024-01-31 25:00", "now"])
def test_refuses_what_is_no_time(text):
    with pytest.raises(NotATime) as refused:
        parse_moment(text)
    assert refused.value.text == text


def test_a_day_has_no_time_of_day():
    with pytest.raises(NotATime):
        parse_day("2024-01-31 09:30")


@given(st.dates(date(1991, 1, 1), date(2200, 1, 1)))
def test_days_read_back_and_start_in_beijing(day):
    assert parse_day(day.isoformat()) == day
    start = datetime(day.year, day.month, day.day, tzinfo=BEIJING).astimezone(UTC)
    assert beijing_date(start) == day
    assert beijing_date(start - timedelta(seconds=1)) == day - timedelta(days=1)
