"""How large a synthetic case is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from qingfeng.errors import UsageError


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes of one case.

    bookings: exact number of bookings in the ledger of the delivered accounts, before
        overlaps add repeats and one undelivered gap takes some away.
    layout_share: share of the bookings per way of delivery, in per cent; adds up to 100.
    positives, negatives: upper limits on plants per detector.
    calls, invoices: rows of call records and invoices; the other registers follow the people.
    """

    name: str
    persons: int
    companies: int
    accounts: int
    bookings: int
    layout_share: Mapping[str, int]
    positives: int
    negatives: int
    calls: int
    invoices: int
    awards: int
    starts_on: date
    ends_on: date = date(2024, 6, 30)


SHARES: Mapping[str, int] = MappingProxyType(
    {"police": 80, "discipline": 9, "app": 5, "wallet": 6},
)

SCALES: Mapping[str, Scale] = MappingProxyType(
    {
        "small": Scale("small", 8, 3, 60, 6_000, SHARES, 1, 2, 120, 40, 6, date(2022, 1, 1)),
        "article": Scale(
            "article", 42, 12, 1_100, 400_000, SHARES, 9, 9, 1_300, 420, 60, date(2019, 1, 1)
        ),
    },
)


def scale_named(name: str) -> Scale:
    """The scale of that name; UsageError names the ones there are."""
    if name not in SCALES:
        raise UsageError(f"No scale {name!r}; there is {' and '.join(SCALES)}.")
    return SCALES[name]
