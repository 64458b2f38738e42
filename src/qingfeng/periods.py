"""Time: the Beijing zone, the clock, and how exactly an instant is known.

An instant is aware and in UTC; a date is the date in Beijing. Only this module asks the
machine what time it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from qingfeng.errors import UsageError

BEIJING = ZoneInfo("Asia/Shanghai")

_DAY = r"(?:(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2}))"
_TIME = r"(?:[ T]?(\d{2}):?(\d{2})(?::?(\d{2}))?)?"
_MOMENT = re.compile(_DAY + _TIME)


class NotATime(UsageError):
    """A text that is no date, or no date and time of day."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"{text!r} is not a date or time such as 2024-01-31 or 2024-01-31 09:30:05."
        )


class TimePrecision(StrEnum):
    """How exactly an instant was delivered (时间精度)."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"

    @property
    def label(self) -> str:
        """The Chinese term shown to people."""
        return {"second": "秒", "minute": "分钟", "day": "日"}[self.value]

    @property
    def width(self) -> timedelta:
        """How much time one delivered value may stand for."""
        return {
            "second": timedelta(seconds=1),
            "minute": timedelta(minutes=1),
            "day": timedelta(days=1),
        }[self.value]


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as somebody wrote it: the earliest it can be, and how exactly it is known."""

    earliest: datetime
    precision: TimePrecision

    @property
    def before(self) -> datetime:
        """The first instant it cannot be: the moment lies in [earliest, before)."""
        return self.earliest + self.precision.width


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is. A clock with a *fixed* instant (aware) always tells that one."""

    fixed: datetime | None = None

    def now(self) -> datetime:
        """This instant, in UTC."""
        return datetime.now(UTC) if self.fixed is None else self.fixed.astimezone(UTC)

    def today(self) -> date:
        """The date in Beijing."""
        return beijing_date(self.now())


def beijing_date(instant: datetime) -> date:
    """The date in Beijing of an aware instant."""
    return instant.astimezone(BEIJING).date()


def parse_day(text: str) -> date:
    """Return the date *text* says: ``2024-01-31``, ``2024/1/31``, ``20240131``, ``2024年1月31日``.

    Raises NotATime, also where a time of day follows.
    """
    moment = parse_moment(text)
    if moment.precision is not TimePrecision.DAY:
        raise NotATime(text)
    return beijing_date(moment.earliest)


def parse_moment(text: str) -> Moment:
    """Return the moment *text* says in Beijing time, as exactly as it says it.

    A date as for parse_day, alone or followed by ``09:30``, ``09:30:05``, ``0930`` or
    ``093005``. Raises NotATime.
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise NotATime(text)
    groups = found.groups()
    year, month, day = (int(each) for each in (groups[:3] if groups[0] else groups[3:6]))
    hour, minute, second = groups[6:]
    try:
        local = datetime(
            year, month, day, int(hour or 0), int(minute or 0), int(second or 0), tzinfo=BEIJING
        )
    except ValueError:
        raise NotATime(text) from None
    if hour is None:
        precision = TimePrecision.DAY
    else:
        precision = TimePrecision.MINUTE if second is None else TimePrecision.SECOND
    return Moment(local.astimezone(UTC), precision)
