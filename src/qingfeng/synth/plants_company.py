"""company_to_person: company money that reaches relatives, and pay that only looks like it.

Two hard negatives of fast_in_fast_out ride on the same bookings: a prepaid mortgage after each
dividend, and a wage card emptied every month.
"""

from __future__ import annotations

from datetime import date

from qingfeng.synth.ledger import DAY, OUT, Account, Ints
from qingfeng.synth.planting import YUAN, company, first_role, months, plant, yuan_between
from qingfeng.synth.world import World

DETECTOR = "company_to_person"


def plant_company(world: World) -> None:
    """Positives 2 to 4 (the first is the core story) and four hard negatives."""
    _bribe(world, 1, "wife", "discipline", "服务费", 52_000, 95_000)
    _bribe(world, 2, "son", "police", "借款", 60_000, 120_000)
    _bribe(world, 1, "contractor_3", "app", "劳务费", 55_000, 90_000)
    _executive_wages(world)
    _dividends(world)
    _reimbursement(world)
    _engineer_wages(world)


def _pay(  # noqa: PLR0917
    world: World, payer: int, role: str, layout: str, memo: str, when: Ints, fen: Ints
) -> Account | None:
    """Book the payments of company *payer*; None if the case has no such pair."""
    person, firm = first_role(world, *role.split("|")), company(world, payer)
    if person is None or firm is None:
        return None
    account = world.take(person, layout)
    world.ledger.transfer(world.main(firm).index, account.index, when, fen, memo, planted=1)
    return account


def _bribe(  # noqa: PLR0917
    world: World, payer: int, role: str, layout: str, memo: str, low: int, high: int
) -> None:
    if world.scale.positives < 2:
        return
    size = 9
    when = months(date(2022, 11, 1), size, 15, 11) + world.rng.integers(0, 10, size) * DAY
    fen = yuan_between(world, low, high, size, 1_000)
    account = _pay(world, payer, role, layout, memo, when, fen)
    if account is not None:
        plant(
            world,
            DETECTOR,
            True,
            f"contractor pays a private account as {memo}",
            account,
            when,
            fen,
        )


def _executive_wages(world: World) -> None:
    when, fen = months(date(2022, 3, 1), 24, 10, 9), yuan_between(world, 55_000, 55_000, 24)
    payer = 3 if company(world, 3) else 2
    account = _pay(world, payer, "executive|official", "", "代发工资", when, fen)
    if account is not None:
        plant(world, DETECTOR, False, "wages of an executive, every month", account, when, fen)


def _dividends(world: World) -> None:
    when, fen = months(date(2022, 5, 1), 8, 16, 10), yuan_between(world, 120_000, 120_000, 8)
    account = _pay(world, 4, "shareholder", "discipline", "股东分红", when, fen)
    if account is None:
        return
    internal = world.ledger.party("个人住房贷款", "", "", account.bank.name)
    world.ledger.post(
        account.index,
        when + DAY - 3_600,
        OUT,
        fen - 8_000 * YUAN,
        internal,
        "提前归还个人住房贷款",
        planted=1,
    )
    plant(world, DETECTOR, False, "dividends of a registered shareholder", account, when, fen)
    plant(
        world, "fast_in_fast_out", False, "mortgage repaid after each dividend", account, when, fen
    )


def _reimbursement(world: World) -> None:
    when = months(date(2022, 6, 1), 8, 18, 15)
    fen = yuan_between(world, 51_000, 58_000, 8) + 37
    account = _pay(world, 5, "salesman", "", "费用报销", when, fen)
    if account is not None:
        plant(world, DETECTOR, False, "reimbursement of a salesman's advances", account, when, fen)


def _engineer_wages(world: World) -> None:
    when, fen = months(date(2022, 3, 1), 20, 10, 9), yuan_between(world, 52_000, 52_000, 20)
    account = _pay(world, 3, "engineer", "police", "工资奖金", when, fen)
    if account is None:
        return
    world.ledger.post(
        account.index,
        when + 9 * 3_600,
        OUT,
        fen - 300 * YUAN,
        world.external("测试配偶庚"),
        "家用",
        planted=1,
    )
    plant(world, DETECTOR, False, "wages with bonus of an engineer", account, when, fen)
    plant(world, "fast_in_fast_out", False, "wage card emptied every month", account, when, fen)
