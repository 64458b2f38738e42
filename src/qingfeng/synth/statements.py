"""Bookings as text columns, shared by all writers of statements.

Dirt that belongs to a booking (a counterparty left out, a direction left empty, an impossible
date) is drawn once here, so that a second delivery of the row says the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qingfeng.synth.banks import BANKS
from qingfeng.synth.ledger import FAILED, IN, OK, Account, Book, Flags, Ints
from qingfeng.synth.world import World

#: In a thousand: rows without counterparty at every bank, rows without direction at one bank.
HIDDEN_PER_MILLE, EMPTY_DIRECTION_PER_MILLE = 180, 22
EMPTY_DIRECTION_BANK = "中国建设银行"


@dataclass(slots=True)
class Statements:
    """Row *i* of every list is booking *i* of the book."""

    world: World
    book: Book
    iso: list[str]
    way: list[int]
    fen: list[int]
    balance: list[int]
    status: list[int]
    cash: list[int]
    memo: list[str]
    name: list[str]
    number: list[str]
    id_number: list[str]
    bank: list[str]
    event: list[int]
    via: list[int]
    nodir: Flags
    bad_time: Flags
    hidden: Flags
    delivered: Flags

    def rows(self, account: Account) -> Ints:
        """Indices of the account's delivered bookings, in order of booking."""
        span = self.book.span(account.index)
        return np.arange(span.start, span.stop)[self.delivered[span]]


def render(world: World, book: Book) -> Statements:
    """Text columns of *book*, with the dirt of each booking drawn from the world's generator."""
    rng, accounts = world.rng, world.ledger.accounts
    size = book.when.size
    plain = (book.planted == 0) & (book.status == OK)
    bank_of = np.array([BANKS.index(a.bank) if a.bank in BANKS else -1 for a in accounts])
    app_of = np.array([bool(a.app) for a in accounts])
    police_of = np.array([a.layout == "police" for a in accounts])
    nodir_bank = next(i for i, bank in enumerate(BANKS) if bank.name == EMPTY_DIRECTION_BANK)
    wallet = bank_of[book.account] < 0
    hidden = plain & ~wallet & (rng.integers(0, 1_000, size) < HIDDEN_PER_MILLE)
    nodir = (
        plain
        & (bank_of[book.account] == nodir_bank)
        & police_of[book.account]
        & (rng.integers(0, 1_000, size) < EMPTY_DIRECTION_PER_MILLE)
    )
    candidates = np.flatnonzero(plain & ~nodir & police_of[book.account])
    bad_time = np.zeros(size, dtype=np.bool_)
    bad_time[rng.choice(candidates, 2 if size < 100_000 else 5, replace=False)] = True
    delivered = ~(app_of[book.account] & (book.status == FAILED))
    for account in accounts:
        if account.delivered is not None:
            span = book.span(account.index)
            inside = np.zeros(span.stop - span.start, dtype=np.bool_)
            for first, last in account.delivered:
                inside |= (book.when[span] >= first) & (book.when[span] <= last)
            delivered[span] &= inside
    parties = world.ledger.parties
    party = book.party.tolist()
    memos = world.ledger.memos
    return Statements(
        world,
        book,
        iso=np.datetime_as_string(book.when.astype("datetime64[s]")).tolist(),
        way=book.way.tolist(),
        fen=book.fen.tolist(),
        balance=book.balance.tolist(),
        status=book.status.tolist(),
        cash=book.cash.tolist(),
        memo=[memos[index] for index in book.memo.tolist()],
        name=_texts([p.name for p in parties], party, hidden),
        number=_texts([p.number for p in parties], party, hidden),
        id_number=_texts([p.id_number for p in parties], party, hidden),
        bank=_texts([p.bank for p in parties], party, hidden),
        event=book.event.tolist(),
        via=book.via.tolist(),
        nodir=nodir,
        bad_time=bad_time,
        hidden=hidden,
        delivered=delivered,
    )


def _texts(texts: list[str], at: list[int], hidden: Flags) -> list[str]:
    found = [texts[index] for index in at]
    for row in np.flatnonzero(hidden).tolist():
        found[row] = ""
    return found


def serial(account: Account, event: int) -> str:
    """Serial number of a booking as this account's bank prints it; "0" is its placeholder."""
    if account.bank.shared_serial is None:
        return "0"
    if account.bank.shared_serial:
        return f"{event:020d}"
    return f"{account.bank.prefix}{event:014d}"


def is_in(way: int) -> bool:
    """True for money received."""
    return way == IN
