"""Dates that ordinary life hangs on."""

from __future__ import annotations

from datetime import date

import numpy as np

from qingfeng.synth.ledger import Ints, at

SPRING_FESTIVALS = (
    date(2019, 2, 5),
    date(2020, 1, 25),
    date(2021, 2, 12),
    date(2022, 2, 1),
    date(2023, 1, 22),
    date(2024, 2, 10),
)


def monthly(first: date, last: date, day: int, hour: int, rng: np.random.Generator) -> Ints:
    """One second a month on *day* at about *hour*, from *first* to *last*, both ends inside."""
    found: list[int] = []
    year, month = first.year, first.month
    while date(year, month, day) <= last:
        if date(year, month, day) >= first:
            found.append(at(date(year, month, day), hour))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    seconds = np.array(found, dtype=np.int64)
    return seconds + rng.integers(0, 3_000, seconds.size)


def quarter_ends(first: date, last: date) -> Ints:
    """Midnight after the 20th of March, June, September and December."""
    days = [
        date(year, month, 21)
        for year in range(first.year, last.year + 1)
        for month in (3, 6, 9, 12)
    ]
    return np.array([at(day, 0) for day in days if first <= day <= last], dtype=np.int64)
