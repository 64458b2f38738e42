"""Dates without a year: the year from the period of the statement, or as it was told."""

from __future__ import annotations

import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import CARD, new_case


def days(folder, above, dates, year=None):
    lines = [*above, "交易卡号,交易时间,收入,支出,余额"]
    lines += [f"{CARD},{day},1.00,,{at}.00" for at, day in enumerate(dates, 1)]
    path = folder / "流水.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    case = new_case(folder / "home")
    import_paths(case, [path], year=year)
    with case.connect() as connection:
        found = connection.sql(
            "SELECT strftime(booked_at, '%Y-%m-%d %H:%M') FROM transfers ORDER BY balance_fen"
        ).fetchall()
    return [day for (day,) in found]


def test_a_day_inside_the_period_is_not_one_before_it(tmp_path):
    dates = ["01-15", "06-15", "12-01", "12-31"]
    found = days(tmp_path, ["查询期间：2021-01-01至2021-12-31"], dates)
    assert found == [f"2021-{day} 00:00" for day in dates]


def test_a_day_only_before_the_period_is_one_of_the_year_before(tmp_path):
    found = days(tmp_path, ["查询期间：2021-01-01至2021-06-30"], ["12-15", "01-15"])
    assert found == ["2020-12-15 00:00", "2021-01-15 00:00"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1月8日", "2024-01-08 00:00"),
        ("03月05日", "2024-03-05 00:00"),
        ("3月5日 10:20", "2024-03-05 10:20"),
        ("3月5号", "2024-03-05 00:00"),
        ("12-31 23:59", "2024-12-31 23:59"),
    ],
)
def test_a_told_year_counts_for_every_way_of_writing_a_day(tmp_path, written, expected):
    assert days(tmp_path, [], [written], year=2024) == [expected]
