from collections import Counter

import numpy as np
import pytest

from qingfeng.synth.ledger import DAY, FEE, IN, INTEREST, OUT
from qingfeng.synth.planting import YUAN
from qingfeng.synth.scale import SCALES
from qingfeng.synth.sleepers import DETECTOR, register_sleepers, sleepers
from qingfeng.synth.story import tell
from qingfeng.synth.truth import HARD_NEGATIVE, INCIDENTAL
from qingfeng.synth.world import invent_world

LARGE = 50_000 * YUAN


@pytest.fixture
def world():
    return invent_world(SCALES["small"], 7)


def whole_account(world):
    return next(each for each in world.ledger.accounts if each.layout == "police")


def woken(world, bookings):
    """Post (day, fen, memo) on one account; the days on which sleepers() sees large money."""
    account, stranger = whole_account(world), world.external("测试路人")
    for day, fen, memo in bookings:
        way = OUT if fen < 0 else IN
        world.ledger.post(account.index, day * DAY, way, abs(fen), stranger, memo)
    book = world.ledger.settle()
    return [(book.when[each.rows] // DAY).tolist() for each in sleepers(world, book)]


@pytest.mark.parametrize(
    ("bookings", "days"),
    [
        pytest.param([(1, 100, "消费"), (181, LARGE, "转账")], [[181]], id="180 days"),
        pytest.param([(1, 100, "消费"), (180, LARGE, "转账")], [], id="179 days"),
        pytest.param([(1, 100, "消费"), (181, LARGE - 1, "转账")], [], id="one fen under"),
        pytest.param([(1, 1, INTEREST), (181, LARGE, "转账")], [[181]], id="asleep from the first"),
        pytest.param(
            [(1, 100, "消费"), (90, 1, INTEREST), (91, -100, FEE), (181, LARGE, "转账")],
            [[181]],
            id="interest and fee do not wake",
        ),
        pytest.param(
            [(1, 100, "消费"), (90, 100, "消费"), (181, LARGE, "转账")], [], id="used between"
        ),
        pytest.param(
            [(1, 1, "消费"), (181, 1, "消费"), (210, LARGE, "转账")], [[210]], id="day 30"
        ),
        pytest.param([(1, 1, "消费"), (181, 1, "消费"), (211, LARGE, "转账")], [], id="day 31"),
        pytest.param([(1, 1, "消费"), (181, LARGE, "理财赎回")], [], id="product"),
        pytest.param([(1, 1, "消费"), (181, -LARGE, "继承转存")], [], id="estate"),
    ],
)
def test_silence_and_large_money(world, bookings, days):
    assert woken(world, bookings) == days


def test_own_account_and_gap_in_delivery_are_no_awakening(world):
    account = whole_account(world)
    other = next(
        each
        for each in world.ledger.accounts
        if each.holder is account.holder and each is not account
    )
    world.ledger.post(account.index, DAY, OUT, 100, world.external("测试路人"), "消费")
    world.ledger.transfer(other.index, account.index, 181 * DAY, LARGE, "转账")
    book = world.ledger.settle()
    assert account.index not in [each.account.index for each in sleepers(world, book)]
    world.ledger.post(account.index, 182 * DAY, IN, LARGE, world.external("测试路人"), "转账")
    book = world.ledger.settle()
    assert [each.account.index for each in sleepers(world, book)].count(account.index) == 1
    account.delivered = [(0, 2**40)]
    assert account.index not in [each.account.index for each in sleepers(world, book)]


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_planted_truth_and_the_plain_definition_agree(seed):
    world, book = tell(SCALES["article"], seed)
    numbers = {key for s in sleepers(world, book) for key in (s.account.number, s.account.card)}
    plants = [each for each in world.truth.plants if each.detector == DETECTOR]
    for each in plants:
        assert (not numbers.isdisjoint(each.keys[:1])) == (each.kind != HARD_NEGATIVE)
    assert Counter(each.kind for each in plants)[HARD_NEGATIVE] >= 4
    before = list(world.truth.plants)
    register_sleepers(world, book)
    assert world.truth.plants == before


def test_own_counts_are_of_the_large_bookings(world):
    account, stranger = whole_account(world), world.external("测试路人")
    world.ledger.post(
        account.index,
        np.array([1, 200, 201, 202]) * DAY,
        IN,
        [1, LARGE, 5, LARGE],
        stranger,
        "转账",
    )
    register_sleepers(world, world.ledger.settle())
    (plant,) = (each for each in world.truth.plants if each.detector == DETECTOR)
    assert (plant.kind, plant.bookings, plant.amount_fen) == (INCIDENTAL, 2, 2 * LARGE)
