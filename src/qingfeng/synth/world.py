"""The people, companies, accounts and ledger of one case, before any file is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from qingfeng.synth.banks import ALIPAY, BANKS, WECHAT, Bank
from qingfeng.synth.companies import Company, invent_companies
from qingfeng.synth.ledger import Account, Ledger, at
from qingfeng.synth.numbers import card_number
from qingfeng.synth.persons import Person, invent_persons
from qingfeng.synth.scale import Scale
from qingfeng.synth.truth import Truth

#: Death dates by role; each serves one plant.
DEATHS: tuple[tuple[str, date], ...] = (
    ("mother", date(2022, 6, 10)),
    ("father_2", date(2022, 9, 3)),
    ("aunt", date(2022, 3, 18)),
    ("quiet_dead", date(2023, 2, 11)),
    ("pensioner", date(2023, 4, 9)),
    ("testator", date(2023, 7, 20)),
)
#: Weights of ordinary spending that an account draws.
WEIGHTS = (1, 1, 1, 2, 2, 3, 5, 8, 12, 20)
MAIN_WEIGHT = 60
APP_CHANCE = {"abc": 10, "icbc": 45, "cmb": 45, "spdb": 60}
#: Apps whose export does not carry the full number of its own account.
UNNAMED_APPS = ("abc", "icbc", "cmb")


@dataclass(slots=True)
class Agency:
    """An account opening done by an agent (代办人)."""

    agent_name: str
    agent_id: str
    holder: Person
    account: int


@dataclass(slots=True)
class World:
    """Everything that happened; the writers turn it into files."""

    scale: Scale
    rng: np.random.Generator
    persons: list[Person]
    companies: list[Company]
    ledger: Ledger
    truth: Truth
    agencies: list[Agency] = field(default_factory=list)
    owned: dict[str, list[int]] = field(default_factory=dict)
    wallets: dict[str, list[int]] = field(default_factory=dict)
    namesakes: list[tuple[str, str, date]] = field(default_factory=list)
    _external: dict[tuple[str, str], int] = field(default_factory=dict)

    def role(self, name: str) -> Person | None:
        """The person in that role; None if the case is too small to have one."""
        return next((person for person in self.persons if person.role == name), None)

    def core(self, name: str) -> Person:
        """A member of the core family, which every scale has; StopIteration for another role."""
        return next(person for person in self.persons if person.role == name)

    def main(self, holder: Person | Company) -> Account:
        """The account that receives a person's wages or a company's income."""
        return self.ledger.accounts[self.owned[holder.holder_id][0]]

    def take(self, holder: Person | Company, layout: str = "") -> Account:
        """Reserve an account of *holder* for a plant: fully named in its file, not the main one.

        An account of *layout* is preferred. Raises LookupError if all are taken: the scale is
        too small for its plants.
        """
        free = [
            account
            for account in (self.ledger.accounts[i] for i in self.owned[holder.holder_id][1:])
            if not account.reserved and account.app not in UNNAMED_APPS
        ]
        if not free:
            raise LookupError(f"no free account left for {holder.holder_id}")
        account = min(free, key=lambda each: (each.layout != layout, each.index))
        account.reserved, account.weight = True, 1
        return account

    def external(self, name: str, kind: str = "person") -> int:
        """Party index of somebody without a delivered account, always the same for a name."""
        known = self._external.get((name, kind))
        if known is None:
            sequence = 500_000 + len(self.ledger.parties)
            bank = BANKS[sequence % len(BANKS)]
            number = card_number(bank.prefix, sequence)
            if kind == "company":
                number = f"3599{sequence:014d}"
            known = self.ledger.party(name, number, "", bank.name)
            self._external[(name, kind)] = known
        return known


class _Opener:
    """Opens accounts with running numbers."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sequence = 0

    def open(self, holder: Person | Company, bank: Bank, kind: str, app: str = "") -> Account:
        world = self.world
        self.sequence += 1
        company = isinstance(holder, Company)
        layout = "app" if app else bank.layout
        number = f"3599{10_000_000 + self.sequence * 37:010d}"
        card = "" if company or kind == "passbook" else card_number(bank.prefix, self.sequence)
        if layout == "wallet":
            number = (
                f"wx_test_{self.sequence:05d}" if bank is WECHAT else (f"2088{self.sequence:012d}")
            )
            card = ""
        rng = world.rng
        opened = date(
            int(rng.integers(2006, 2018)), int(rng.integers(1, 13)), int(rng.integers(1, 29))
        )
        if isinstance(holder, Company):
            opened = max(opened, holder.founded_on)
        ends = at(world.scale.ends_on, 22)
        if isinstance(holder, Person) and holder.died_on is not None:
            ends = at(holder.died_on, 6)
        # A card is what the other side sees where there is one.
        party = world.ledger.party(holder.name, card or number, holder.holder_id, bank.name)
        account = Account(
            len(world.ledger.accounts),
            number,
            card,
            holder,
            bank,
            layout,
            app,
            kind,
            opened,
            f"{bank.name}测试{'东西南北'[self.sequence % 4]}支行",
            party,
            [(at(world.scale.starts_on, 7), ends)],
            weight=int(rng.choice(WEIGHTS)),
            floor_fen=int(rng.integers(100, 500_000)),
        )
        world.ledger.accounts.append(account)
        shelf = world.wallets if layout == "wallet" else world.owned
        shelf.setdefault(holder.holder_id, []).append(account.index)
        return account


def _bank_accounts(world: World, opener: _Opener, holders: Iterable[Person], count: int) -> None:
    """*count* bank accounts over *holders*, evenly; each has its main one at a police bank."""
    people = list(holders)
    # Several accounts at one bank where people have many, as in life.
    together = max(1, count // len(people) // 5)
    police = [bank for bank in BANKS if bank.layout == "police" and not bank.app]
    for number in range(count):
        person = people[number % len(people)]
        turn = number // len(people)
        if turn == 0:
            opener.open(person, police[number % len(police)], "main").weight = MAIN_WEIGHT
            continue
        bank = BANKS[(person.index * 5 + turn // together * 7) % len(BANKS)]
        chance = APP_CHANCE.get(bank.app, 0)
        app = bank.app if int(world.rng.integers(0, 100)) < chance else ""
        kind = "passbook" if turn % 6 == 5 and not app else "plain"
        opener.open(person, bank, kind, app)


def invent_world(scale: Scale, seed: int) -> World:
    """People, companies and their accounts; the ledger is still empty."""
    rng = np.random.default_rng(seed)
    persons = invent_persons(rng, scale.persons)
    deaths = dict(DEATHS)
    for person in persons:
        person.died_on = deaths.get(person.role)
    companies = invent_companies(rng, scale.companies, persons)
    world = World(scale, rng, persons, companies, Ledger(), Truth(scale.name, seed))
    opener = _Opener(world)
    living = [person for person in persons if person.died_on is None]
    corporate = scale.accounts // (8 if scale.companies < 10 else 11)
    walleted = [(person, bank) for bank in (WECHAT, ALIPAY) for person in living]
    wallets = min(len(walleted), scale.accounts // 7)
    _bank_accounts(world, opener, persons, scale.accounts - corporate - wallets)
    whole = [bank for bank in BANKS if not bank.app]
    for number in range(corporate):
        company = companies[number % len(companies)]
        turn = number // len(companies)
        bank = whole[(company.index * 5 + turn * 3) % len(whole)]
        account = opener.open(company, bank, "corporate")
        account.weight = MAIN_WEIGHT if turn == 0 else account.weight
    step = max(1, len(walleted) // wallets)
    for person, bank in walleted[::step][:wallets]:
        opener.open(person, bank, "wallet")
    return world
