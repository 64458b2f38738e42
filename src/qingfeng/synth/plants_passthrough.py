"""fast_in_fast_out: money that stays for hours."""

from __future__ import annotations

from datetime import date

from qingfeng.synth.ledger import DAY, IN, OUT
from qingfeng.synth.planting import YUAN, company, first_role, months, plant, yuan_between
from qingfeng.synth.world import World

PAIRS = 9


def plant_passthrough(world: World) -> None:
    """Positives 2 to 4 (the first is the core story) and hard negatives."""
    _person(world, "nominee_2", "discipline")
    _person(world, "nominee_3", "police")
    _company(world)
    _wealth_cycle(world)
    _own_sweep(world)


def _person(world: World, role: str, layout: str) -> None:
    person = world.role(role)
    if person is None:
        return
    rng, ledger = world.rng, world.ledger
    account = world.take(person, layout)
    in_at = months(date(2022, 10, 1), PAIRS, 8, 9) + rng.integers(0, 12, PAIRS) * DAY
    fen = yuan_between(world, 80_000, 400_000, PAIRS, 1_000)
    out_at = in_at + rng.integers(1_800, 6 * 3_600, PAIRS)
    out_fen = fen * rng.integers(95, 100, PAIRS) // 100
    ledger.post(
        account.index,
        in_at,
        IN,
        fen,
        world.external(f"测试付款人{person.index}"),
        "转账存入",
        planted=1,
    )
    ledger.post(
        account.index,
        out_at,
        OUT,
        out_fen,
        world.external(f"测试收款人{person.index}"),
        "转账",
        planted=1,
    )
    plant(
        world,
        "fast_in_fast_out",
        True,
        "95 to 99 % leaves within six hours, 9 times",
        account,
        [*in_at, *out_at],
        fen,
    )


def _company(world: World) -> None:
    """A shell company of the driver between a contractor and an unknown firm."""
    shell, payer = company(world, 7), company(world, 1)
    if shell is None or payer is None:
        return
    rng = world.rng
    account = world.take(shell, "discipline")
    account.active = []
    in_at = months(date(2022, 9, 1), PAIRS, 13, 9) + rng.integers(0, 12, PAIRS) * DAY
    fen = yuan_between(world, 180_000, 400_000, PAIRS, 1_000)
    out_at = in_at + rng.integers(1_800, 5 * 3_600, PAIRS)
    out_fen = fen * 98 // 100
    world.ledger.transfer(world.main(payer).index, account.index, in_at, fen, "材料款", planted=1)
    world.ledger.post(
        account.index,
        out_at,
        OUT,
        out_fen,
        world.external("测试贸易公司", "company"),
        "货款",
        planted=1,
    )
    plant(
        world,
        "fast_in_fast_out",
        True,
        "shell company passes on 98 % within five hours",
        account,
        [*in_at, *out_at],
        fen,
    )


def _wealth_cycle(world: World) -> None:
    """A product is redeemed in the morning and bought again in the afternoon."""
    person = world.role("bystander_1")
    if person is None:
        return
    account = world.take(person)
    product = world.ledger.party(f"{account.bank.name}理财产品专户", "", "", account.bank.name)
    in_at = months(date(2022, 8, 1), 8, 9, 9)
    fen = yuan_between(world, 200_000, 200_000, 8)
    world.ledger.post(account.index, in_at, IN, fen + 810_00, product, "理财赎回", planted=1)
    world.ledger.post(account.index, in_at + 5 * 3_600, OUT, fen, product, "理财申购", planted=1)
    plant(world, "fast_in_fast_out", False, "wealth product cycle", account, in_at, fen)


def _own_sweep(world: World) -> None:
    """Large receipts swept to another account of the same holder."""
    person = first_role(world, "executive", "official")
    if person is None:
        return
    account, savings = world.take(person), world.take(person)
    in_at = months(date(2022, 7, 1), 6, 18, 10)
    fen = yuan_between(world, 150_000, 150_000, 6)
    world.ledger.post(
        account.index, in_at, IN, fen, world.external("测试购房人戊"), "转账存入", planted=1
    )
    world.ledger.transfer(
        account.index, savings.index, in_at + 3_600, fen - 100 * YUAN, "本人账户互转", planted=1
    )
    plant(
        world, "fast_in_fast_out", False, "sweep to the holder's own account", account, in_at, fen
    )
