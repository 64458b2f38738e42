"""deceased_holder: accounts that live on after their holder."""

from __future__ import annotations

from datetime import date

from qingfeng.synth.ledger import DAY, IN, INTEREST, OUT, at
from qingfeng.synth.numbers import id_number
from qingfeng.synth.planting import WAN, months, plant, yuan_between
from qingfeng.synth.world import World


def plant_deceased(world: World) -> None:
    """Positives 2 and 3 (the first is the core story) and four hard negatives."""
    for role, layout, first in (
        ("father_2", "discipline", date(2022, 12, 1)),
        ("aunt", "app", date(2022, 7, 1)),
    ):
        _operated(world, role, layout, first)
    _interest_only(world)
    _pension(world)
    _estate(world)
    _namesake(world)


def _operated(world: World, role: str, layout: str, first: date) -> None:
    person = world.role(role)
    if person is None:
        return
    account = world.take(person, layout)
    size = 8
    in_at = months(first, size, 6, 11) + world.rng.integers(0, 5_000, size)
    fen = yuan_between(world, 510_000, 800_000, size, 1_000)
    out_at = in_at + 12 * DAY
    world.ledger.post(
        account.index, in_at, IN, fen, world.external("测试出借人甲"), "转账存入", planted=1
    )
    world.ledger.post(
        account.index, out_at, OUT, fen - 500_00, world.external("测试借款人乙"), "转账", planted=1
    )
    plant(
        world,
        "deceased_holder",
        True,
        "16 bookings above 500,000 after death",
        account,
        [*in_at, *out_at],
        [*fen, *(fen - 500_00)],
    )


def _interest_only(world: World) -> None:
    """A large balance that only earns interest and pays fees after death."""
    person = world.role("quiet_dead")
    if person is None or person.died_on is None:
        return
    account = world.take(person)
    account.floor_fen = 65 * WAN
    plant(
        world,
        "deceased_holder",
        False,
        f"only {INTEREST} and fees after death",
        account,
        [at(person.died_on)],
        [0],
    )


def _pension(world: World) -> None:
    """Pension of the month of death, and the funeral grant within 30 days."""
    person = world.role("pensioner")
    if person is None or person.died_on is None:
        return
    account = world.take(person)
    when = [at(date(2023, 4, 15), 9), at(date(2023, 4, 28), 9)]
    fen = [6_830_00, 68_000_00]
    payer = world.external("测试县社会保险中心", "company")
    for moment, amount, memo in zip(when, fen, ("养老金", "丧葬抚恤金"), strict=True):
        world.ledger.post(account.index, moment, IN, amount, payer, memo, planted=1)
    plant(
        world,
        "deceased_holder",
        False,
        "pension of the month of death and funeral grant",
        account,
        when,
        fen,
    )


def _estate(world: World) -> None:
    """All money goes to the heir 25 days after death; silent for a year before it."""
    person, heir = world.role("testator"), world.role("heir")
    if person is None or heir is None or person.died_on is None:
        return
    account = world.take(person)
    account.active = [(at(world.scale.starts_on, 7), at(date(2022, 5, 1), 12))]
    account.floor_fen = 20_000_00
    when, fen = [at(person.died_on, 10) + 25 * DAY], [62 * WAN]
    world.ledger.transfer(account.index, world.main(heir).index, when, fen, "继承转存", planted=1)
    plant(world, "deceased_holder", False, "estate to the heir within 30 days", account, when, fen)
    plant(
        world,
        "dormant_then_active",
        False,
        "inherited account paid out to the heir",
        account,
        when,
        fen,
    )


def _namesake(world: World) -> None:
    """A living person; somebody of the same name and another ID has died."""
    person = world.role("namesake")
    if person is None:
        return
    other = id_number(7, date(1935, 3, 9), 248)
    world.namesakes.append((person.name, other, date(2022, 5, 5)))
    account = world.take(person)
    in_at = months(date(2022, 9, 1), 5, 7, 15)
    fen = yuan_between(world, 520_000, 700_000, 5, 1_000)
    out_at = in_at + 15 * DAY
    buyer = world.external("测试购房人丙")
    world.ledger.post(account.index, in_at, IN, fen, buyer, "转账存入", planted=1)
    world.ledger.post(
        account.index, out_at, OUT, fen, world.external("测试购房人丁"), "转账", planted=1
    )
    plant(
        world,
        "deceased_holder",
        False,
        "the dead person is a namesake with another ID",
        account,
        [*in_at, *out_at],
        [*fen, *fen],
    )
