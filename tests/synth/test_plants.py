from collections import Counter
from datetime import timedelta

import numpy as np
import pytest

from qingfeng.synth.ledger import DAY, IN, OUT, at
from qingfeng.synth.lives import BANK_INTERNAL
from qingfeng.synth.planting import day_of
from qingfeng.synth.scale import SCALES
from qingfeng.synth.story import tell
from qingfeng.synth.truth import HARD_NEGATIVE, POSITIVE

DETECTORS = (
    "common_agent",
    "company_to_person",
    "deceased_holder",
    "dormant_then_active",
    "fast_in_fast_out",
    "structuring",
)


@pytest.fixture(scope="module", params=[7, 8, 9])
def told(request):
    return tell(SCALES["article"], request.param)


def plants(world, detector, kind=POSITIVE):
    return [p for p in world.truth.plants if p.detector == detector and p.kind == kind]


def subject(world, plant):
    return next(a for a in world.ledger.accounts if plant.keys[0] in (a.number, a.card))


def bookings(told, plant):
    world, book = told
    rows = book.span(subject(world, plant).index)
    return book.when[rows], book.way[rows], book.fen[rows], book.planted[rows] == 1


def test_article_scale_has_three_positives_and_four_negatives_each(told):
    count = Counter((p.detector, p.kind) for p in told[0].truth.plants)
    for detector in DETECTORS:
        assert count[detector, POSITIVE] >= 3
        assert count[detector, HARD_NEGATIVE] >= 4


def test_positives_are_spread_over_ways_of_delivery(told):
    ways = {p.delivered_as.split("·")[1] for p in told[0].truth.plants if p.kind == POSITIVE}
    assert {"police", "discipline", "app.spdb"} <= ways


def test_bookings_above_500000_follow_death(told):
    for plant in plants(told[0], "deceased_holder"):
        account = subject(told[0], plant)
        when, _, fen, planted = bookings(told, plant)
        died = account.holder.died_on
        assert planted.sum() == plant.bookings
        assert all(day_of(w) > died + timedelta(days=30) for w in when[planted].tolist())
        assert (fen[planted] > 500_000_00).sum() >= plant.bookings - 4
        assert fen[planted].sum() == plant.amount_fen


def test_only_the_bank_books_on_the_quiet_dead_account(told):
    world, book = told
    plant = plants(world, "deceased_holder", HARD_NEGATIVE)[0]
    account = subject(world, plant)
    rows = book.span(account.index)
    late = book.when[rows] > at(account.holder.died_on, 23)
    names = {world.ledger.parties[p].name for p in book.party[rows][late].tolist()}
    assert names == {BANK_INTERNAL}


def test_the_estate_leaves_within_thirty_days(told):
    world = told[0]
    plant = plants(world, "deceased_holder", HARD_NEGATIVE)[2]
    died = subject(world, plant).holder.died_on
    assert died < plant.from_on <= died + timedelta(days=30)


def test_the_namesake_lives(told):
    world = told[0]
    plant = plants(world, "deceased_holder", HARD_NEGATIVE)[3]
    holder = subject(world, plant).holder
    ((name, number, _),) = world.namesakes
    assert (holder.died_on, holder.name) == (None, name)
    assert number != holder.person_id


def test_money_leaves_within_six_hours(told):
    for plant in plants(told[0], "fast_in_fast_out"):
        when, way, fen, planted = bookings(told, plant)
        inward = when[planted & (way == IN)]
        outward = when[planted & (way == OUT)]
        kept = fen[planted & (way == OUT)] * 100 // fen[planted & (way == IN)]
        assert inward.size == outward.size >= 9
        assert (outward > inward).all()
        assert (outward - inward <= 7 * 3_600).all()
        assert kept.min() >= 94


def test_parts_stay_under_the_limit_and_pass_it_within_a_week(told):
    for plant in plants(told[0], "structuring"):
        when, _, fen, planted = bookings(told, plant)
        assert fen[planted].max() < 50_000_00
        assert fen[planted].min() >= 40_000_00
        first = int(when[planted][0])
        week = planted & (when >= first) & (when < first + 7 * DAY)
        assert week.sum() >= 5
        assert fen[week].sum() >= 200_000_00


def test_silence_is_longer_than_180_days_but_for_the_bank(told):
    world, book = told
    for plant in plants(world, "dormant_then_active")[:3]:
        account = subject(world, plant)
        rows = book.span(account.index)
        bank = np.array([p.name == BANK_INTERNAL for p in world.ledger.parties])
        own = ~bank[book.party[rows]]
        wakes = at(plant.from_on, 0)
        before = book.when[rows][own & (book.when[rows] < wakes)]
        assert wakes - int(before.max()) > 300 * DAY
        assert plant.amount_fen > 360_000_00


def test_silence_of_the_short_negative_is_under_180_days(told):
    world = told[0]
    plant = plants(world, "dormant_then_active", HARD_NEGATIVE)[-1]
    when, _, _, planted = bookings(told, plant)
    gap = np.diff(when[planted])[-1]
    assert gap == 150 * DAY


def test_agents_serve_as_many_holders_as_planted(told):
    world = told[0]
    for kind, least in ((POSITIVE, 3), (HARD_NEGATIVE, 3)):
        for plant in plants(world, "common_agent", kind):
            holders = {a.holder.person_id for a in world.agencies if a.agent_id == plant.keys[0]}
            assert len(holders) >= least
            if kind == POSITIVE:
                houses = {a.holder.household for a in world.agencies if a.agent_id == plant.keys[0]}
                assert len(houses) == len(holders)


def test_a_company_of_the_case_pays_every_bribe(told):
    world, book = told
    payers = {a.party for a in world.ledger.accounts if a.kind == "corporate"}
    for plant in plants(world, "company_to_person"):
        _, way, fen, planted = bookings(told, plant)
        rows = book.span(subject(world, plant).index)
        inward = planted & (way == IN)
        assert set(book.party[rows][inward].tolist()) <= payers
        assert inward.sum() == plant.bookings > 6
        assert fen[inward].min() >= 50_000_00


def test_no_large_booking_on_an_account_without_a_plant_but_business_and_wealth(told):
    world, book = told
    memos = {world.ledger.memos.index(text) for text in ("理财申购", "理财赎回", "继承转存")}
    person = np.array([a.kind != "corporate" and not a.reserved for a in world.ledger.accounts])
    large = person[book.account] & (book.fen >= 40_000_00)
    assert set(book.memo[large].tolist()) <= memos
