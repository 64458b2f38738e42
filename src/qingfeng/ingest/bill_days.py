"""The year of bookings whose dates have none: from the day of a bill, or the day of posting."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import Cells, plain

_DAY_OF_BILL = re.compile(
    r"(?:账单日期?|出账日期?|结账日期?|对账日期?|[Ss]tatement [Dd]ate)[^\d\w]{0,4}"
    r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})(?!\d)"
)
_MONTH_OF_BILL = re.compile(
    r"(?<!\d)(20\d{2})[-/.年]?(\d{1,2})月?(?:份)?(?:信用卡|个人|电子|交易)*(?:对账单|账单)"
    r"|(?:账单月份?|账务月份?|对账月份?)[^\d\w]{0,4}(20\d{2})[-/.年]?(\d{1,2})(?![\d/.年-])"
    r"|(?:对账单|账单)[^\d]{0,4}(20\d{2})[-/.年](\d{1,2})月?(?![\d日-])"
)
_LONGEST_BILL = timedelta(days=31)
_LATEST_POSTING = 93
"""A booking is posted so many days after its day at most, months counted as 31 of them."""

_YEARLESS = r"^\s*(?P<month>\d{1,2})(?:[/.-]|月)(?P<day>\d{1,2})日?(?P<rest>\s+\d.*|\s*)$"
_WHOLE = (
    r"^[\x01\x02]?\s*(?P<y>(?:19|20)\d{2})[-/.年]?(?P<m>\d{1,2})[-/.月]?(?P<d>\d{1,2})(?:\D.*)?$"
)


def bill_period(lines: Iterable[str]) -> tuple[str, str] | None:
    """First and last day that a bill of this day, or this month, may list; None if none is said.

    A bill of a day lists a month up to it. One of a month may list that and the month before.
    """
    for line in lines:
        try:
            if found := _DAY_OF_BILL.search(line):
                last = date(*map(int, found.groups()))
                return (last - _LONGEST_BILL).isoformat(), last.isoformat()
            if found := _MONTH_OF_BILL.search(line):
                year, month = (int(each) for each in found.groups() if each)
                last = date(year, month, monthrange(year, month)[1])
                first = (last.replace(day=1) - timedelta(days=1)).replace(day=1)
                return first.isoformat(), last.isoformat()
        except ValueError:  # no such day or month
            continue
    return None


def with_year_of_posting(days: Cells, postings: Cells) -> Cells:
    """Give days without a year the one that puts them on their day of posting, or before it.

    A day more than ``_LATEST_POSTING`` days before it, and one whose posting has no year, stays.
    """
    if not pc.any(pc.match_substring_regex(_distinct(days), _YEARLESS)).as_py():
        return days
    texts = plain(days)
    parts, posted = (
        pc.extract_regex(each, form)
        for each, form in ((texts, _YEARLESS), (plain(postings), _WHOLE))
    )
    known = pc.and_(pc.is_valid(parts), pc.is_valid(posted)).to_numpy(zero_copy_only=False)
    if not known.any():
        return days

    def numbers(of: pa.Array, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        field = pc.struct_field(of, name).fill_null("1")
        return np.asarray(field.cast(pa.int64()).to_numpy())

    month, day = numbers(parts, "month"), numbers(parts, "day")
    year, at_month, at_day = (numbers(posted, name) for name in ("y", "m", "d"))
    later = (month > at_month) | ((month == at_month) & (day > at_day))
    year = year - later
    apart = ((at_month - month) % 12) * 31 + at_day - day
    known &= apart <= _LATEST_POSTING
    written = pc.binary_join_element_wise(
        pa.array(year).cast(pa.string()),
        pc.struct_field(parts, "month"),
        pc.struct_field(parts, "day"),
        "-",
    )
    written = pc.binary_join_element_wise(written, pc.struct_field(parts, "rest"), "")
    return pc.if_else(pa.array(known), written, texts).dictionary_encode()


def _distinct(cells: Cells) -> pa.Array:
    return cells.dictionary if pa.types.is_dictionary(cells.type) else cells
