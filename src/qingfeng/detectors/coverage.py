"""How much a detector could see: what is missing is named, and missing is never clear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import duckdb

from qingfeng.detectors.manifest import Bilingual, Detector
from qingfeng.detectors.prepared import ID_COLUMNS, delivered_column


@dataclass(frozen=True, slots=True)
class Coverage:
    """What stands in the tables of one detector.

    *fill*: delivered column -> filled share, 0 to 1. *blocking*: why nothing can be said.
    *missing*: these and what was only optional.
    """

    fill: dict[str, float]
    blocking: tuple[Bilingual, ...]
    missing: tuple[Bilingual, ...]


def measure(
    connection: duckdb.DuckDBPyConnection,
    detector: Detector,
    as_of: date | None,
    left_out: Mapping[str, int] = MappingProxyType({}),
) -> Coverage:
    """Measure the tables of *detector* on *connection*, where they must already stand.

    A table without a row, a required column filled in fewer rows than its least share (at the
    share itself it passes), and a source older than its greatest age block the run.
    *left_out*: table -> rows delivered that lie after *as_of*.
    """
    fill: dict[str, float] = {}
    blocking: list[Bilingual] = []
    missing: list[Bilingual] = []
    for table, need in detector.requires.items():
        counts = ", ".join(f'count("{column}")' for column in need.columns)
        ((rows, *filled),) = connection.execute(
            f'SELECT count(*), {counts} FROM "{table}"'
        ).fetchall()
        stands_for = "transfers" if table == "bookings" else table
        if not rows:
            missing.append(_nothing(stands_for, left_out.get(table, 0), as_of))
            if not need.optional:
                blocking.append(missing[-1])
            continue
        for column, count in zip(need.columns, filled, strict=True):
            name = delivered_column(table, column)
            fill[name] = min(fill.get(name, 1.0), round(count / rows, 4))
            least = need.min_fill.get(column, 0)
            if count == 0 and column in need.optional_columns:
                missing.append(_said(name, "从未填写", "never filled"))
            elif count * 100 < least * rows:
                missing.append(_too_few(table, column, count, rows, least))
                if not need.optional and column not in need.optional_columns:
                    blocking.append(missing[-1])
        if need.dated_by is not None and need.max_age_days is not None and as_of is not None:
            stale = _stale(connection, table, need.dated_by, need.max_age_days, as_of)
            if stale is not None:
                missing.append(_said(stands_for, *stale))
                blocking.append(missing[-1])
    return Coverage(fill, tuple(blocking), tuple(missing))


def _too_few(table: str, column: str, count: int, rows: int, least: int) -> Bilingual:
    zh, en = "有值", "filled"
    if column in ID_COLUMNS.get(table, ()):
        zh, en = "有可核验的号码", "filled with a number that checks"
    return _said(
        delivered_column(table, column),
        f"{rows}行中{count}行{zh}，至少须{least}%",
        f"{count} of {rows} rows {en}, {least} % needed",
    )


def _nothing(name: str, later: int, as_of: date | None) -> Bilingual:
    if later:
        return _said(
            name,
            f"交付的{later}行都在{as_of}之后",
            f"all {later} rows delivered lie after {as_of}",
        )
    return _said(name, "没有交付任何行", "no row delivered")


def _said(name: str, zh: str, en: str) -> Bilingual:
    return Bilingual(f"{name}（{zh}）", f"{name} ({en})")


def _stale(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, max_age: int, as_of: date
) -> tuple[str, str] | None:
    ((newest,),) = connection.execute(
        f'SELECT CAST(max("{column}") AS DATE) FROM "{table}"'
    ).fetchall()
    if newest is None or (as_of - newest).days <= max_age:
        return None
    return (
        f"已过时：最新一条为{newest}，早于{as_of}超过{max_age}天",
        f"stale: newest is {newest}, more than {max_age} days before {as_of}",
    )
