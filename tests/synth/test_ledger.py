from datetime import date

import numpy as np
import pytest

from qingfeng.errors import UsageError
from qingfeng.synth.ledger import FAILED, IN, INTEREST, OUT, RED, UNDONE, at
from qingfeng.synth.scale import SCALES, scale_named
from qingfeng.synth.story import tell
from qingfeng.synth.world import invent_world


@pytest.fixture
def world():
    return invent_world(SCALES["small"], 3)


@pytest.fixture(scope="module")
def told():
    return tell(SCALES["small"], 7)


def booked(world, account):
    world.ledger.accounts[account].floor_fen = 0
    book = world.ledger.settle()
    rows = book.span(account)
    return book.opening[account], book.fen[rows].tolist(), book.balance[rows].tolist()


NOON = at(date(2023, 1, 5), 12)


def test_opening_is_the_least_that_keeps_the_chain_from_going_below_zero(world):
    world.ledger.post(0, [NOON, NOON + 1, NOON + 2], [IN, OUT, IN], [300, 1_000, 50], 0, "转账")
    assert booked(world, 0) == (700, [300, 1_000, 50], [1_000, 0, 50])


def test_failed_bookings_move_nothing(world):
    world.ledger.post(0, [NOON, NOON + 1], OUT, [100, 900], 0, "转账", status=[0, FAILED])
    assert booked(world, 0) == (100, [100, 900], [0, 0])


def test_a_red_entry_takes_the_undone_booking_back(world):
    world.ledger.post(0, [NOON, NOON + 60], OUT, [400, -400], 0, "转账", status=[UNDONE, RED])
    assert booked(world, 0) == (400, [400, -400], [0, 400])


def test_a_payment_by_card_leaves_the_wallet_balance(world):
    world.ledger.post(0, [NOON, NOON + 1], OUT, [100, 900], 0, "商户消费", via=[-1, 3])
    assert booked(world, 0) == (100, [100, 900], [0, 0])


@pytest.mark.parametrize(("balance", "interest"), [(1_142, 1), (2_286, 2), (4_000_000, 3_500)])
def test_interest_is_35_in_40000_of_the_balance_before_it(world, balance, interest):
    world.ledger.post(0, NOON, IN, balance, 0, "转账")
    world.ledger.post(0, NOON + 1, IN, 77, 0, INTEREST)
    assert booked(world, 0)[1] == [balance, interest]


def test_every_booking_continues_the_balance_of_the_one_before(told):
    world, book = told
    effect = book.effect()
    for account in world.ledger.accounts:
        rows = book.span(account.index)
        previous = np.concatenate([[book.opening[account.index]], book.balance[rows][:-1]])
        assert (previous + effect[rows] == book.balance[rows]).all()
        assert (np.diff(book.when[rows]) >= 0).all()
    assert book.balance.min() >= 0


def test_both_sides_of_a_transfer_between_case_accounts_agree(told):
    world, book = told
    owner = {account.party: account.index for account in world.ledger.accounts}
    sides = {}
    for row in range(book.when.size):
        other = owner.get(int(book.party[row]))
        if other is not None:
            sides.setdefault(int(book.event[row]), []).append((row, other))
    assert len(sides) > 150
    for rows in sides.values():
        (first, first_other), (second, second_other) = rows
        assert book.account[first] == second_other
        assert book.account[second] == first_other
        assert book.fen[first] == book.fen[second]
        assert book.way[first] == -book.way[second]
        assert abs(int(book.when[first] - book.when[second])) == 2


def test_a_wallet_payment_by_card_is_booked_at_the_bank_a_second_later(told):
    _, book = told
    paid = np.flatnonzero(book.via >= 0)
    assert paid.size > 50
    by_event = {}
    for row in range(book.when.size):
        by_event.setdefault(int(book.event[row]), []).append(row)
    for row in paid.tolist():
        bank = next(r for r in by_event[int(book.event[row])] if r != row)
        assert book.account[bank] == book.via[row]
        assert book.fen[bank] == book.fen[row]
        assert book.when[bank] == book.when[row] + 1


@pytest.mark.parametrize("name", ["small", "article"])
def test_scales_hold_exactly_what_they_promise(name):
    scale = SCALES[name]
    world, book = tell(scale, 11)
    assert len(world.persons) == scale.persons
    assert len(world.ledger.accounts) == scale.accounts
    assert book.when.size == scale.bookings
    police = sum(a.layout == "police" for a in world.ledger.accounts)
    assert police > scale.accounts // 2


def test_an_unknown_scale_is_refused():
    with pytest.raises(UsageError, match="small and article"):
        scale_named("huge")
