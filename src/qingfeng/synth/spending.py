"""Ordinary spending that fills the statements up to the size of the case.

Single amounts stay under 10,000 yuan for people and under 40,000 yuan for companies, so that
no large pattern arises by accident.
"""

from __future__ import annotations

import numpy as np

from qingfeng.synth.companies import Company
from qingfeng.synth.ledger import DAY, FAILED, IN, OK, OUT, RED, UNDONE, Account, Ints
from qingfeng.synth.people_names import MERCHANTS, ONLINE_SHOPS
from qingfeng.synth.world import World

PRICES = np.array(
    [
        320,
        600,
        990,
        1_200,
        1_550,
        1_880,
        2_300,
        2_990,
        3_500,
        4_200,
        5_900,
        6_800,
        8_800,
        12_900,
        19_900,
        25_600,
        39_900,
        68_000,
        129_900,
        268_000,
    ],
    dtype=np.int64,
)
TIDES = np.array(
    [7, 8, 9, 10, 11, 12, 12, 13, 14, 15, 16, 17, 18, 18, 19, 19, 20, 20, 21, 22], dtype=np.int64
)


def fill(world: World) -> None:
    """Post wallets, then bank spending, until the ledger holds exactly the wanted bookings."""
    scale = world.scale
    wanted = {name: scale.bookings * share // 100 for name, share in scale.layout_share.items()}
    wallets = [a for a in world.ledger.accounts if a.layout == "wallet"]
    for account, size in _shares(wallets, wanted["wallet"]):
        _wallet(world, account, size)
    _undone(world)
    posted = _posted(world)
    for layout in ("app", "discipline", "police"):
        rest = wanted[layout] - posted[layout]
        if layout == "police":
            rest = scale.bookings - world.ledger.count
        accounts = [a for a in world.ledger.accounts if a.layout == layout]
        for account, size in _shares(accounts, max(0, rest)):
            if isinstance(account.holder, Company):
                _trade(world, account, size)
            else:
                _shop(world, account, size)


def _posted(world: World) -> dict[str, int]:
    counts = world.ledger.counts()
    found: dict[str, int] = {"police": 0, "discipline": 0, "app": 0, "wallet": 0}
    for account in world.ledger.accounts:
        found[account.layout] += int(counts[account.index])
    return found


def _shares(accounts: list[Account], total: int) -> list[tuple[Account, int]]:
    """Cut *total* by weight; the heaviest account takes what rounding leaves."""
    accounts = [account for account in accounts if account.active]
    if not accounts or total <= 0:
        return []
    whole = sum(account.weight for account in accounts)
    cut = [total * account.weight // whole for account in accounts]
    heaviest = max(range(len(accounts)), key=lambda index: accounts[index].weight)
    cut[heaviest] += total - sum(cut)
    return [(account, size) for account, size in zip(accounts, cut, strict=True) if size]


def _moments(world: World, account: Account, size: int) -> Ints:
    """*size* seconds inside the active spans, by day, hour of life and second."""
    days = np.concatenate(
        [np.arange(first // DAY, last // DAY, dtype=np.int64) for first, last in account.active]
    )
    rng = world.rng
    found: Ints = rng.choice(days, size) * DAY + rng.choice(TIDES, size) * 3_600
    return found + rng.integers(0, 3_600, size)


def _pool(world: World, names: tuple[str, ...], kind: str) -> Ints:
    return np.array([world.external(name, kind) for name in names], dtype=np.int64)


def _prices(world: World, size: int) -> Ints:
    rng = world.rng
    return rng.choice(PRICES, size) + rng.integers(0, 100, size)


def _shop(world: World, account: Account, size: int) -> None:
    """Spending of a person: platforms, shops, cash, friends; a few failed, some refunds."""
    rng, ledger = world.rng, world.ledger
    kind = rng.integers(0, 100, size)
    when, fen = _moments(world, account, size), _prices(world, size)
    way = np.full(size, OUT, dtype=np.int64)
    shops = _pool(world, MERCHANTS, "company")
    friends = np.array(
        [world.external(f"测试友人{(account.index * 7 + n) % 400:03d}") for n in range(6)],
        dtype=np.int64,
    )
    tenpay = ledger.party("财付通支付科技有限公司", "243300133", "", "财付通")
    alipay = ledger.party("支付宝（中国）网络技术有限公司", "215500690", "", "支付宝")
    party = np.full(size, tenpay, dtype=np.int64)
    memo = np.full(size, ledger.memo("财付通快捷支付"), dtype=np.int64)

    def choose(mask: np.typing.NDArray[np.bool_], who: int | Ints, text: str) -> None:
        party[mask] = who if isinstance(who, int) else rng.choice(who, int(mask.sum()))
        memo[mask] = ledger.memo(text)

    choose((kind >= 44) & (kind < 68), alipay, "支付宝快捷支付")
    choose((kind >= 68) & (kind < 78), shops, "消费")
    choose((kind >= 84) & (kind < 90), friends, "转账")
    choose((kind >= 90) & (kind < 97), friends, "转账存入")
    choose(kind >= 97, shops, "退款")
    atm = (kind >= 78) & (kind < 84)
    choose(atm, ledger.party("", "", "", ""), "ATM取款")
    fen[atm] = rng.integers(1, 50, int(atm.sum())) * 10_000
    friendly = (kind >= 84) & (kind < 97)
    fen[friendly] = rng.integers(1, 90, int(friendly.sum())) * 10_000
    way[kind >= 90] = IN
    failed = (rng.integers(0, 1_000, size) < 5) & (way == OUT)
    ledger.post(
        account.index,
        when,
        way,
        fen,
        party,
        memo,
        cash=atm.astype(np.int64),
        status=np.where(failed, FAILED, OK),
    )


def _trade(world: World, account: Account, size: int) -> None:
    """Small business of a company: customers in, suppliers out."""
    rng, ledger = world.rng, world.ledger
    way = np.where(rng.integers(0, 100, size) < 55, OUT, IN)
    partners = np.array(
        [
            world.external(f"测试往来单位{(account.index * 5 + n) % 150:03d}", "company")
            for n in range(12)
        ],
        dtype=np.int64,
    )
    memo = np.where(way == IN, ledger.memo("货款"), ledger.memo("材料款"))
    fen = rng.integers(5, 390, size) * 10_000 + rng.integers(0, 9_999, size)
    ledger.post(
        account.index, _moments(world, account, size), way, fen, rng.choice(partners, size), memo
    )


def _wallet(world: World, account: Account, size: int) -> None:
    """Wallet life: half paid by bank card (booked there too), half from the wallet balance."""
    rng, ledger = world.rng, world.ledger
    banks = [ledger.accounts[index] for index in world.owned[account.holder.holder_id]]
    cards = [bank.index for bank in banks if bank.card and not bank.reserved][:3]
    when, fen = _moments(world, account, size), _prices(world, size)
    kind = rng.integers(0, 100, size)
    shops = _pool(world, ONLINE_SHOPS + MERCHANTS[:20], "company")
    friends = np.array(
        [world.external(f"测试好友{(account.index * 3 + n) % 200:03d}") for n in range(5)],
        dtype=np.int64,
    )
    party = np.where(kind < 70, rng.choice(shops, size), rng.choice(friends, size))
    memo = np.where(
        kind < 70,
        ledger.memo("商户消费"),
        np.where(
            kind < 85,
            ledger.memo("转账"),
            ledger.memo(
                "微信红包"
                if account.bank.prefix == "" and account.number.startswith("wx")
                else "收款"
            ),
        ),
    )
    way = np.where(kind < 85, OUT, IN)
    via = np.where((kind < 50) & bool(cards), rng.choice(np.array(cards or [-1])), -1)
    events = ledger.post(account.index, when, way, fen, party, memo, via=via)
    paid = via >= 0
    channel = ledger.party("财付通支付科技有限公司", "243300133", "", "财付通")
    text = "财付通-微信支付"
    if not account.number.startswith("wx"):
        channel = ledger.party("支付宝（中国）网络技术有限公司", "215500690", "", "支付宝")
        text = "支付宝-消费"
    ledger.post(via[paid], when[paid] + 1, OUT, fen[paid], channel, text, event=events[paid])


def _undone(world: World) -> None:
    """Bookings undone by a red entry a minute later, and twins: one fare twice in one second."""
    ledger = world.ledger
    twin_shop = world.external("测试公交一卡通", "company")
    for account in ledger.accounts:
        if account.layout == "wallet" or isinstance(account.holder, Company):
            continue
        if account.reserved or account.app or account.weight < 5:
            continue
        when = _moments(world, account, 2)
        fen = _prices(world, 2)
        party = world.external(f"测试友人{account.index % 400:03d}")
        events = ledger.post(account.index, when, OUT, fen, party, "转账", status=UNDONE)
        ledger.post(account.index, when + 60, OUT, -fen, party, "冲正", status=RED, event=events)
        fare = _moments(world, account, 1)
        ledger.post(account.index, fare, OUT, 320, twin_shop, "消费")
        ledger.post(account.index, fare, OUT, 320, twin_shop, "消费")
