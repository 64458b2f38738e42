"""structuring: parts of 40,000 to 49,900 yuan that stay under the cash limit of 50,000."""

from __future__ import annotations

from datetime import date

import numpy as np

from qingfeng.synth.ledger import DAY, IN, OUT, at
from qingfeng.synth.planting import YUAN, company, first_role, months, plant, yuan_between
from qingfeng.synth.world import World

DETECTOR = "structuring"


def plant_structuring(world: World) -> None:
    """Four positives and four hard negatives where the cast allows."""
    _split(world, "nominee", "police", IN, "现金存入", date(2023, 3, 6))
    _split(world, "contractor_2", "discipline", OUT, "现金支取", date(2022, 10, 10))
    _split(world, "contractor_3", "police", IN, "现金存入", date(2023, 8, 14))
    if world.scale.positives > 1:
        _split(world, "wife", "discipline", IN, "现金存入", date(2023, 4, 10))
    _instalments(world)
    _rent(world)
    _daily_cap(world)
    _bonuses(world)


def _episodes(first: date, parts: int) -> list[int]:
    """Three weeks of *parts* bookings on following days, 50 days apart."""
    return [
        at(first, 10, 7 * part) + week * 50 * DAY + part * DAY
        for week in range(3)
        for part in range(parts)
    ]


def _split(world: World, role: str, layout: str, way: int, memo: str, first: date) -> None:  # noqa: PLR0917
    person = world.role(role)
    if person is None:
        return
    account = world.take(person, layout)
    when = _episodes(first, 5)
    fen = yuan_between(world, 45_000, 49_900, len(when))
    nobody = world.ledger.party("", "", "", "")
    world.ledger.post(account.index, when, way, fen, nobody, memo, cash=1, planted=1)
    plant(
        world,
        DETECTOR,
        True,
        "cash in parts just under 50,000 on five days running",
        account,
        when,
        fen,
    )


def _instalments(world: World) -> None:
    person = first_role(world, "executive", "contractor_1")
    if person is None:
        return
    account = world.take(person)
    when, fen = months(date(2022, 9, 1), 14, 25, 10), yuan_between(world, 45_000, 45_000, 14)
    world.ledger.post(
        account.index,
        when,
        OUT,
        fen,
        world.external("测试汽车销售公司", "company"),
        "分期付款",
        planted=1,
    )
    plant(world, DETECTOR, False, "one instalment a month", account, when, fen)


def _rent(world: World) -> None:
    """Three shops, one landlord: three rents of 42,000 on quarter days."""
    person = world.role("shareholder")
    if person is None:
        return
    account = world.take(person)
    first = np.array([at(date(2023, month, 1), 9) for month in (1, 4, 7, 10)], dtype=np.int64)
    when = np.concatenate([first, first + 60, first + 120])
    fen = yuan_between(world, 42_000, 42_000, when.size)
    world.ledger.post(
        account.index, when, OUT, fen, world.external("测试房东壬"), "房租", planted=1
    )
    plant(world, DETECTOR, False, "rents of three shops", account, when, fen)


def _daily_cap(world: World) -> None:
    """49,900 a day to the holder's own account: the channel's daily cap."""
    person = first_role(world, "engineer", "bystander_1")
    if person is None:
        return
    account, own = world.take(person), world.take(person)
    when = np.array([at(date(2023, 5, 8), 20) + n * DAY for n in range(5)], dtype=np.int64)
    fen = yuan_between(world, 49_900, 49_900, 5)
    world.ledger.transfer(account.index, own.index, when, fen, "本人账户互转", planted=1)
    plant(world, DETECTOR, False, "daily cap, to the holder's own account", account, when, fen)


def _bonuses(world: World) -> None:
    """A company pays five year-end bonuses of 45,000 on one day, booked as wages."""
    firm = company(world, 6)
    if firm is None:
        return
    account = world.take(firm)
    when = np.array([at(date(2023, 1, 13), 10, n) for n in range(5)], dtype=np.int64)
    fen = yuan_between(world, 45_000, 45_000, 5) + np.arange(5) * YUAN
    for number in range(5):
        world.ledger.post(
            account.index,
            when[number : number + 1],
            OUT,
            fen[number : number + 1],
            world.external(f"测试职工{number}"),
            "代发工资年终奖",
            planted=1,
        )
    plant(world, DETECTOR, False, "year-end bonuses by payroll", account, when, fen)
