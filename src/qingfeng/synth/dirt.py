"""How clean values become the text that institutions deliver."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType


def yuan(fen: int) -> str:
    """Fen as yuan with two places and, for a red entry, a minus."""
    if fen < 0:
        return "-" + yuan(-fen)
    return f"{fen // 100}.{fen % 100:02d}"


def yuan_grouped(fen: int) -> str:
    """As :func:`yuan` with thousands separators, quoted for csv where there is one."""
    if -100_000 < fen < 100_000:
        return yuan(fen)
    sign = "-" if fen < 0 else ""
    size = abs(fen)
    return f'"{sign}{size // 100:,}.{size % 100:02d}"'


def wan(fen: int) -> str:
    """Fen as ten thousand yuan with six places: exact."""
    sign = "-" if fen < 0 else ""
    size = abs(fen)
    return f"{sign}{size // 1_000_000}.{size % 1_000_000:06d}"


def _previous_day(iso: str) -> str:
    return (date.fromisoformat(iso[:10]) - timedelta(days=1)).isoformat()


def clock_compact(iso: str) -> str:
    """20240131093005; midnight is hour 24 of the day before."""
    if iso[11:] == "00:00:00":
        return _previous_day(iso).replace("-", "") + "240000"
    return f"{iso[:4]}{iso[5:7]}{iso[8:10]}{iso[11:13]}{iso[14:16]}{iso[17:]}"


def clock_dash(iso: str) -> str:
    """2024-01-31 09:30:05; midnight is 24:00:00 of the day before."""
    if iso[11:] == "00:00:00":
        return _previous_day(iso) + " 24:00:00"
    return f"{iso[:10]} {iso[11:]}"


def clock_slash(iso: str) -> str:
    """2024/1/31 9:30:05."""
    return (
        f"{iso[:4]}/{iso[5:7].lstrip('0')}/{iso[8:10].lstrip('0')} "
        f"{iso[11:13].removeprefix('0')}{iso[13:]}"
    )


def clock_dotzero(iso: str) -> str:
    """2024-01-31 09:30:05.0."""
    return f"{iso[:10]} {iso[11:]}.0"


CLOCKS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "compact": clock_compact,
        "dash": clock_dash,
        "slash": clock_slash,
        "dotzero": clock_dotzero,
    }
)

#: Days that no calendar has, in the clock of the bank.
IMPOSSIBLE: Mapping[str, str] = MappingProxyType(
    {
        "compact": "20230230101500",
        "dash": "2023-02-30 10:15:00",
        "slash": "2023/2/30 10:15:00",
        "dotzero": "2023-02-30 10:15:00.0",
    }
)


def masked(number: str) -> str:
    """First four and last four characters around four stars."""
    return f"{number[:4]}****{number[-4:]}"
