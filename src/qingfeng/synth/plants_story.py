"""The core story: contractor, the official's driver, the official's dead mother.

The driver passes the contractor's money on within hours; from the mother's account it leaves
days later for houses and gold.

One chain, three detectors: company_to_person and fast_in_fast_out on the driver's account,
deceased_holder on the mother's.
"""

from __future__ import annotations

from datetime import date

from qingfeng.synth.ledger import DAY, OUT
from qingfeng.synth.planting import months, plant, yuan_between
from qingfeng.synth.world import World

ROUNDS = 18


def plant_story(world: World) -> None:
    """18 rounds of 520,000 to 900,000 yuan, one a month from August 2022."""
    rng, ledger = world.rng, world.ledger
    mother, nominee = world.core("mother"), world.core("nominee")
    payer = world.main(world.companies[0])
    relay, grave = world.take(nominee, "police"), world.take(mother, "police")
    grave.floor_fen = 1_000_00
    paid_at = months(date(2022, 8, 1), ROUNDS, 13, 10) + rng.integers(0, 14, ROUNDS) * DAY
    fen = yuan_between(world, 520_000, 900_000, ROUNDS, 1_000)
    ledger.transfer(payer.index, relay.index, paid_at, fen, "咨询费", planted=1)
    on_at = paid_at + rng.integers(1, 6, ROUNDS) * 3_600 + rng.integers(0, 3_000, ROUNDS)
    on_fen = fen * rng.integers(97, 100, ROUNDS) // 100
    ledger.transfer(relay.index, grave.index, on_at, on_fen, "转账", planted=1)
    out_at = on_at + rng.integers(9, 13, ROUNDS) * DAY
    out_fen = on_fen - rng.integers(0, 3, ROUNDS) * 1_000_00
    sellers = [
        world.external("测试置业有限公司", "company"),
        world.external("测试黄金行", "company"),
    ]
    party = rng.choice(sellers, ROUNDS)
    ledger.post(grave.index, out_at, OUT, out_fen, party, "转账", planted=1)
    plant(
        world,
        "company_to_person",
        True,
        "contractor pays the official's driver, no service",
        relay,
        paid_at,
        fen,
    )
    plant(
        world,
        "fast_in_fast_out",
        True,
        "97 to 99 % leaves within six hours, 18 times",
        relay,
        [*paid_at, *on_at],
        fen,
    )
    plant(
        world,
        "deceased_holder",
        True,
        "36 bookings above 500,000 after the mother's death",
        grave,
        [*on_at, *out_at],
        [*on_fen, *out_fen],
    )
