"""The regular part of life: wages, bills, family, wealth products, companies at work."""

from __future__ import annotations

from datetime import date

import numpy as np

from qingfeng.synth.calendar import SPRING_FESTIVALS, monthly, quarter_ends
from qingfeng.synth.companies import Company
from qingfeng.synth.ledger import DAY, FEE, IN, INTEREST, OUT, Account, Ints, at
from qingfeng.synth.people_names import UTILITIES
from qingfeng.synth.persons import Person
from qingfeng.synth.world import World

YUAN = 100
BANK_INTERNAL = "应付个人活期储蓄存款利息"


def live(world: World) -> None:
    """Post everything regular. Call before the plants, so that they see the main accounts."""
    for account in world.ledger.accounts:
        _interest_and_fee(world, account)
    for person in world.persons:
        _wages(world, person)
        _bills(world, person)
        _wealth(world, person)
    _family(world)
    for company in world.companies:
        _business(world, company)


def _last_day(world: World, person: Person) -> date:
    return min(person.died_on or world.scale.ends_on, world.scale.ends_on)


def _interest_and_fee(world: World, account: Account) -> None:
    if account.layout == "wallet":
        return
    quarters = quarter_ends(world.scale.starts_on, world.scale.ends_on)
    internal = world.ledger.party(BANK_INTERNAL, "", "", account.bank.name)
    world.ledger.post(account.index, quarters, IN, 1, internal, INTEREST)
    years = range(world.scale.starts_on.year, world.scale.ends_on.year + 1)
    fees = [at(date(year, 1, 5), 1, 30) for year in years]
    world.ledger.post(account.index, fees, OUT, 10 * YUAN, internal, FEE)


def _wages(world: World, person: Person) -> None:
    """Wage on the 15th to the main account, from the employer's own account where delivered."""
    if person.occupation in ("", "个体", "务农", "无业", "自由职业"):
        return
    rng, ledger = world.rng, world.ledger
    when = monthly(world.scale.starts_on, _last_day(world, person), 15, 9, rng)
    base = int(rng.integers(55, 110)) * 100 * YUAN
    fen = base + rng.integers(0, 800, when.size) * YUAN
    main = world.main(person).index
    employer = next((c for c in world.companies if c.name == person.occupation), None)
    if employer is not None:
        ledger.transfer(world.main(employer).index, main, when, fen, "代发工资")
        return
    memo = "养老金" if person.occupation == "退休" else "代发工资"
    payer = "测试县社会保险中心" if memo == "养老金" else "测试县财政局代发工资专户"
    ledger.post(main, when, IN, fen, world.external(payer, "company"), memo)


def _bills(world: World, person: Person) -> None:
    rng, ledger = world.rng, world.ledger
    if person.index % 2 and person.relation != "户主":
        return
    main, last = world.main(person).index, _last_day(world, person)
    for day, utility in zip((4, 6, 8, 11), UTILITIES, strict=True):
        when = monthly(world.scale.starts_on, last, day, 3, rng)
        fen = rng.integers(30, 480, when.size) * YUAN + rng.integers(0, 100, when.size)
        ledger.post(main, when, OUT, fen, world.external(utility, "company"), "代扣缴费")
    when = monthly(world.scale.starts_on, last, 20, 8, rng)
    if person.index % 3 == 0:
        internal = ledger.party("个人住房贷款", "", "", world.main(person).bank.name)
        ledger.post(
            main, when, OUT, int(rng.integers(32, 78)) * 100 * YUAN + 37, internal, "贷款还款"
        )
    elif person.index % 3 == 1:
        landlord = world.external(f"测试房东{person.index:02d}")
        ledger.post(main, when, OUT, int(rng.integers(15, 40)) * 100 * YUAN, landlord, "房租")


def _wealth(world: World, person: Person) -> None:
    """Buy a wealth product, redeem it after months, buy again 12 to 40 days later."""
    if person.index % 4 != 1 or person.died_on is not None:
        return
    rng, ledger = world.rng, world.ledger
    account = world.main(person)
    product = ledger.party(f"{account.bank.name}理财产品专户", "", "", account.bank.name)
    when = at(world.scale.starts_on, 10) + int(rng.integers(20, 60)) * DAY
    until = at(world.scale.ends_on) - 200 * DAY
    while when < until:
        fen = int(rng.integers(5, 20)) * 10_000 * YUAN
        held = int(rng.integers(60, 180))
        ledger.post(account.index, when, OUT, fen, product, "理财申购")
        ledger.post(
            account.index,
            when + held * DAY,
            IN,
            fen + fen * held * 3 // 36_500,
            product,
            "理财赎回",
        )
        when += (held + int(rng.integers(12, 40))) * DAY


def _family(world: World) -> None:
    """Support inside households every month, red packets at Spring Festival among all."""
    rng, ledger = world.rng, world.ledger
    for person in world.persons:
        head = next(
            (p for p in world.persons if p.household == person.household and p.relation == "户主"),
            person,
        )
        if head is person:
            continue
        last = min(_last_day(world, person), _last_day(world, head))
        when = monthly(world.scale.starts_on, last, 16, 20, rng)
        fen = rng.integers(8, 31, when.size) * 100 * YUAN
        ledger.transfer(
            world.main(head).index, world.main(person).index, when, fen, "家用", memo_in="转账存入"
        )
    gifts = np.array([66_600, 88_800, 100_000, 200_000], dtype=np.int64)
    for day in SPRING_FESTIVALS:
        if not world.scale.starts_on <= day <= world.scale.ends_on:
            continue
        alive = [p for p in world.persons if p.died_on is None or p.died_on > day]
        for giver, taker in zip(alive, alive[1:] + alive[:1], strict=True):
            ledger.transfer(
                world.main(giver).index,
                world.main(taker).index,
                at(day, 10) + int(rng.integers(0, 7_200)),
                int(rng.choice(gifts)),
                "新年快乐",
            )


def _business(world: World, company: Company) -> None:
    """Customers pay early in the month; suppliers and workers are paid from the 12th on."""
    rng, ledger, scale = world.rng, world.ledger, world.scale
    main = world.main(company).index
    when = monthly(scale.starts_on, scale.ends_on, 3, 10, rng)
    owner = world.external(f"测试建设单位{company.index % 5 + 1}", "company")
    fen = rng.integers(20, 90, when.size) * 10_000 * YUAN
    ledger.post(main, when, IN, fen, owner, "工程进度款")
    for number, day in enumerate((12, 17, 22, 26)):
        supplier = world.external(f"测试供应商{(company.index * 3 + number) % 20:02d}号", "company")
        when = monthly(scale.starts_on, scale.ends_on, day, 14, rng)
        fen = rng.integers(100, 390, when.size) * 100 * YUAN + rng.integers(0, 9_900, when.size)
        _with_fee(world, main, when, fen, supplier)
    treasury = ledger.party("国家金库测试县支库", "", "", world.main(company).bank.name)
    when = monthly(scale.starts_on, scale.ends_on, 14, 9, rng)
    ledger.post(main, when, OUT, rng.integers(20_000, 900_000, when.size), treasury, "缴税")
    for worker in range(3):
        name = world.external(f"测试工人{company.index * 3 + worker:02d}")
        when = monthly(scale.starts_on, scale.ends_on, 10, 9, rng)
        ledger.post(main, when, OUT, rng.integers(50, 90, when.size) * 100 * YUAN, name, "代发工资")


def _with_fee(world: World, account: int, when: Ints, fen: Ints, party: int) -> None:
    """A transfer and its fee: one serial, one second, two bookings."""
    events = world.ledger.post(account, when, OUT, fen, party, "货款")
    internal = world.ledger.party("手续费收入", "", "", world.ledger.accounts[account].bank.name)
    world.ledger.post(account, when, OUT, 500, internal, "手续费", event=events)
