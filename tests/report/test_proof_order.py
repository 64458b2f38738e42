"""Ordering a group of bookings by its balances."""

from __future__ import annotations

import random

import pytest

from qingfeng.report.proof_order import Link, best_order, count_breaks


def said(effect: int, balance: int | None) -> Link:
    return Link(effect, abs(effect), balance)


FIRST, SECOND, THIRD = said(5, 105), said(-20, 85), said(7, 92)


@pytest.mark.parametrize(
    ("links", "order"),
    [
        pytest.param([FIRST, SECOND, THIRD], None, id="right as delivered"),
        pytest.param([THIRD, SECOND, FIRST], [2, 1, 0], id="turned"),
        pytest.param([SECOND, THIRD, FIRST], [2, 0, 1], id="last first"),
        pytest.param([THIRD, FIRST], [1, 0], id="one lost: fewer breaks, not none"),
        pytest.param([FIRST, THIRD], None, id="one lost: nothing better"),
        pytest.param([said(-20, None), FIRST, THIRD], [1, 0, 2], id="silent one in between"),
        pytest.param([Link(None, 20, 85), FIRST], [1, 0], id="direction not said"),
        pytest.param([Link(None, 21, 85), FIRST], [1, 0], id="one fen off"),
        pytest.param([Link(None, 9, None), FIRST, SECOND], None, id="says nothing at all"),
    ],
)
def test_order_with_fewest_breaks(links, order):
    expected = order
    if links == [THIRD, FIRST]:
        assert count_breaks(100, [FIRST, THIRD]) == 1
        assert count_breaks(100, links) == 2
    assert best_order(100, links) == expected


@pytest.mark.parametrize(("off", "breaks"), [(0, 0), (1, 0), (-1, 0), (2, 1), (-2, 1)])
def test_tolerance_is_one_fen(off, breaks):
    assert count_breaks(100, [said(5, 105 + off)]) == breaks


def test_without_entry_the_end_decides():
    there, back = said(100, 200), said(-100, 100)
    assert best_order(None, [there, back], 200) == [1, 0]
    assert best_order(None, [there, back], 100) is None


def test_thousand_bookings_of_one_day_are_found_within_the_steps():
    source = random.Random(7)
    links, balance = [], 0
    for _ in range(1_000):
        effect = source.randint(-9_999, 99_999)
        balance += effect
        links.append(said(effect, balance))
    source.shuffle(links)
    order = best_order(0, links)
    assert order is not None
    assert count_breaks(0, [links[index] for index in order]) == 0


def test_the_search_gives_up_on_hopeless_groups():
    links = [said(1_000 + number, number * number * 7) for number in range(60)]
    assert best_order(0, links) is None
