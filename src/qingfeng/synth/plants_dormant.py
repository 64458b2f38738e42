"""dormant_then_active: long silence, then a large booking."""

from __future__ import annotations

from datetime import date

import numpy as np

from qingfeng.synth.ledger import DAY, IN, OUT, at
from qingfeng.synth.planting import WAN, YUAN, first_role, plant, yuan_between
from qingfeng.synth.world import World

DETECTOR = "dormant_then_active"


def plant_dormant(world: World) -> None:
    """Three positives; hard negatives (the inherited account is planted with the deceased)."""
    for role, layout, wakes in (
        ("official", "police", date(2023, 5, 16)),
        ("son", "discipline", date(2023, 9, 5)),
        ("contractor_1", "app", date(2023, 2, 20)),
    ):
        if world.scale.positives > 1 or role == "official":
            _wakes(world, role, layout, wakes)
    _undelivered_gap(world)
    _seasonal(world)
    _short_silence(world)


def _wakes(world: World, role: str, layout: str, wakes: date) -> None:
    """Silent but for interest and fees from February 2022 until *wakes*."""
    person = world.role(role)
    if person is None:
        return
    account = world.take(person, layout)
    starts, ends = account.active[0]
    account.active = [(starts, at(date(2022, 2, 10))), (at(wakes) + 2 * DAY, ends)]
    when = [at(wakes, 10), at(wakes, 11) + 20 * DAY]
    fen = yuan_between(world, 360_000, 480_000, 1, 1_000)
    amounts = [int(fen[0]), int(fen[0]) - 2 * WAN]
    world.ledger.post(
        account.index,
        when[0],
        IN,
        amounts[0],
        world.external("测试付款人癸"),
        "转账存入",
        planted=1,
    )
    world.ledger.post(
        account.index, when[1], OUT, amounts[1], world.external("测试收款人子"), "转账", planted=1
    )
    plant(
        world,
        DETECTOR,
        True,
        "silent for more than 300 days, then more than 360,000",
        account,
        when,
        amounts,
    )


def _undelivered_gap(world: World) -> None:
    """Used all the time, but a year of statements was never delivered."""
    person = world.role("bystander_1")
    if person is None:
        return
    account = world.take(person, "police")
    account.weight = 3
    gap_from, gap_to = at(date(2022, 9, 1), 0), at(date(2023, 9, 1), 0)
    account.delivered = [(0, gap_from - 1), (gap_to, 2**40)]
    account.floor_fen = 300 * YUAN
    when, fen = [at(date(2023, 9, 10), 10)], [26 * WAN]
    world.ledger.post(
        account.index, when, IN, fen, world.external("测试购车人丑"), "转账存入", planted=1
    )
    # Life inside the gap that the balance after it shows.
    world.ledger.post(
        account.index,
        [at(date(2023, 1, 5), 9)],
        IN,
        12_345_67,
        world.external("测试友人000"),
        "转账存入",
    )
    plant(world, DETECTOR, False, "no statement delivered for the gap", account, when, fen)


def _seasonal(world: World) -> None:
    """Harvest money every autumn, each under 40,000."""
    person = world.role("farmer")
    if person is None:
        return
    account = world.take(person)
    account.active = []
    when = np.array(
        [at(date(year, 10, day), 10) for year in (2021, 2022, 2023) for day in (8, 15, 22)],
        dtype=np.int64,
    )
    fen = yuan_between(world, 20_000, 38_000, when.size)
    world.ledger.post(
        account.index, when, IN, fen, world.external("测试粮站", "company"), "售粮款", planted=1
    )
    plant(world, DETECTOR, False, "seasonal harvest money", account, when, fen)


def _short_silence(world: World) -> None:
    """150 days of silence: under the limit of 180."""
    person = first_role(world, "bystander_2", "quiet_dead" if world.scale.negatives > 2 else "")
    if person is None:
        return
    account = world.take(person)
    last = at(date(2022, 11, 1), 9)
    account.active = []
    every = np.arange(at(world.scale.starts_on, 9), last, 40 * DAY, dtype=np.int64)
    world.ledger.post(
        account.index,
        np.append(every, last),
        OUT,
        85 * YUAN,
        world.external("测试通信公司", "company"),
        "代扣缴费",
        planted=1,
    )
    when, fen = [last + 150 * DAY], [20 * WAN]
    world.ledger.post(
        account.index, when, IN, fen, world.external("测试友人寅"), "转账存入", planted=1
    )
    plant(world, DETECTOR, False, "silent for 150 days only", account, when, fen)
