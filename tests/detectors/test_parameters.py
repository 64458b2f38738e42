from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qingfeng.detectors.overlay import read_overlay
from qingfeng.detectors.parameters import DatedValue, Parameter, read_overrides
from qingfeng.detectors.registry import detector
from qingfeng.errors import InvalidDefinition, UsageError

LIMIT = Parameter(
    "limit_fen",
    "int",
    "fen",
    1,
    100,
    "booking",
    (
        DatedValue(date(2007, 3, 1), date(2017, 6, 30), 20, "old"),
        DatedValue(date(2017, 7, 1), None, 5, "new"),
    ),
)


@pytest.mark.parametrize(
    ("day", "value"),
    [
        pytest.param(date(2007, 2, 28), None, id="day before the first"),
        pytest.param(date(2007, 3, 1), 20, id="first day"),
        pytest.param(date(2017, 6, 30), 20, id="last day of the old"),
        pytest.param(date(2017, 7, 1), 5, id="first day of the new"),
    ],
)
def test_value_of_the_day(day: date, value: int | None) -> None:
    found = LIMIT.on(day)
    assert (found.value if found else None) == value


def test_overlapping_periods_are_refused() -> None:
    twice = replace(LIMIT, values=(*LIMIT.values, DatedValue(date(2018, 1, 1), None, 7, "x")))
    with pytest.raises(InvalidDefinition, match="two values on 2018-01-01"):
        twice.check("x.yaml")


def test_overlay_value_holds_on_its_own_days_only() -> None:
    laid = LIMIT.overlaid(DatedValue(date(2017, 6, 1), date(2017, 7, 31), 9, "overlay"))
    days = [date(2017, 5, 31), date(2017, 6, 1), date(2017, 7, 31), date(2017, 8, 1)]
    assert [value.value for day in days if (value := laid.on(day))] == [20, 9, 9, 5]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("d.limit_fen", "form"),
        ("limit_fen=3", "form"),
        ("e.limit_fen=3", "No detector"),
        ("d.limit=3", "no parameter"),
        ("d.limit_fen=3.5", "whole number"),
        ("d.limit_fen=0", "outside 1..100"),
        ("d.limit_fen=101", "outside 1..100"),
    ],
)
def test_wrong_override_is_refused(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read_overrides([text], {"d": {"limit_fen": LIMIT}})


@pytest.mark.parametrize("value", [1, 100])
def test_override_at_the_bounds_is_taken(value: int) -> None:
    known = {"d": {"limit_fen": LIMIT}}
    assert read_overrides([f"d.limit_fen={value}"], known) == {"d": {"limit_fen": value}}


OVERLAY = """
detector: common_agent
entries:
  - {parameter: min_holders, value: 5, from: 2025-01-01, expires: 2025-12-31,
     approval: 测〔2025〕1号, author: 监督室}
  - {subject: AGENT, reason: 银行柜员, from: 2025-01-01, expires: 2025-06-30,
     approval: 测〔2025〕2号, author: 监督室}
"""


def overlay_at(folder: Path, text: str, day: date) -> tuple[int, list[str], int]:
    (folder / "common_agent.yaml").write_text(text, encoding="utf-8")
    found = read_overlay(folder, detector("common_agent"), day)
    value = found.params["min_holders"].on(day)
    assert value is not None
    return value.value, list(found.suppressed), len(found.expired)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2024, 12, 31), (3, [], 0), id="before"),
        pytest.param(date(2025, 1, 1), (5, ["AGENT"], 0), id="first day"),
        pytest.param(date(2025, 6, 30), (5, ["AGENT"], 0), id="last day of the subject"),
        pytest.param(date(2025, 7, 1), (5, [], 1), id="subject expired"),
        pytest.param(date(2025, 12, 31), (5, [], 1), id="last day of the value"),
        pytest.param(date(2026, 1, 1), (3, [], 2), id="all expired"),
    ],
)
def test_overlay_expires(tmp_path: Path, day: date, expected: tuple[int, list[str], int]) -> None:
    assert overlay_at(tmp_path, OVERLAY, day) == expected


@pytest.mark.parametrize("left_out", ["expires", "approval", "author"])
def test_overlay_entry_without_expiry_or_approval_is_refused(tmp_path: Path, left_out: str) -> None:
    text = OVERLAY.replace(f"{left_out}:", "other:", 1)
    with pytest.raises(InvalidDefinition, match=left_out):
        overlay_at(tmp_path, text, date(2025, 3, 1))


def test_overlay_value_out_of_bounds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidDefinition, match="outside"):
        overlay_at(tmp_path, OVERLAY.replace("value: 5", "value: 0"), date(2025, 3, 1))
