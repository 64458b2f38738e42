"""Accounts, counterparties and the book of all bookings.

Times are int64 seconds on the wall clock of Asia/Shanghai, counted from 1970-01-01 00:00:00
of that clock (no zone is applied; the files carry wall-clock text). Money is int64 fen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from qingfeng.synth.banks import Bank
from qingfeng.synth.companies import Company
from qingfeng.synth.persons import Person

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

OK, FAILED, RED, UNDONE = 0, 1, 2, 3
IN, OUT = 1, -1
DAY = 86_400
INTEREST, FEE = "结息", "账户管理费"


def at(day: date, hour: int = 9, minute: int = 0, second: int = 0) -> int:
    """The wall-clock second of *day*."""
    return (day - date(1970, 1, 1)).days * DAY + hour * 3600 + minute * 60 + second


@dataclass(slots=True)
class Account:
    """One account as an institution keeps it.

    active: spans (from, to) in seconds in which ordinary life uses it, both ends inside.
    delivered: spans that are delivered; None means all of it.
    weight: share of ordinary spending. reserved: a plant owns its large bookings.
    """

    index: int
    number: str
    card: str
    holder: Person | Company
    bank: Bank
    layout: str
    app: str
    kind: str
    opened_on: date
    branch: str
    party: int
    active: list[tuple[int, int]]
    weight: int = 1
    reserved: bool = False
    floor_fen: int = 0
    delivered: list[tuple[int, int]] | None = None
    closed_on: date | None = None

    @property
    def key(self) -> str:
        """The number that a right importer groups this account's bookings under."""
        return self.number


@dataclass(frozen=True, slots=True)
class Party:
    """The other side of a booking."""

    name: str
    number: str = ""
    id_number: str = ""
    bank: str = ""


@dataclass(slots=True)
class Book:
    """All bookings, one array a column, sorted by account and then by order of booking."""

    account: Ints
    when: Ints
    way: Ints
    fen: Ints
    party: Ints
    memo: Ints
    cash: Ints
    status: Ints
    event: Ints
    via: Ints
    planted: Ints
    balance: Ints
    starts: Ints
    opening: Ints

    def span(self, account: int) -> slice:
        """Rows of one account."""
        return slice(int(self.starts[account]), int(self.starts[account + 1]))

    def effect(self) -> Ints:
        """What each booking does to its account: fen, signed; 0 if failed or paid elsewhere."""
        moved = (self.status != FAILED) & (self.via < 0)
        effect: Ints = self.way * self.fen * moved
        return effect


COLUMNS = (
    "account",
    "when",
    "way",
    "fen",
    "party",
    "memo",
    "cash",
    "status",
    "event",
    "via",
    "planted",
)


@dataclass(slots=True)
class Ledger:
    """Collects bookings; :meth:`settle` turns them into a :class:`Book`."""

    accounts: list[Account] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    memos: list[str] = field(default_factory=list)
    count: int = 0
    _memo_at: dict[str, int] = field(default_factory=dict)
    _party_at: dict[Party, int] = field(default_factory=dict)
    _chunks: list[dict[str, Ints]] = field(default_factory=list)
    _events: int = 0

    def memo(self, text: str) -> int:
        """Index of a memo text."""
        if text not in self._memo_at:
            self._memo_at[text] = len(self.memos)
            self.memos.append(text)
        return self._memo_at[text]

    def party(self, name: str, number: str = "", id_number: str = "", bank: str = "") -> int:
        """Index of a counterparty."""
        wanted = Party(name, number, id_number, bank)
        if wanted not in self._party_at:
            self._party_at[wanted] = len(self.parties)
            self.parties.append(wanted)
        return self._party_at[wanted]

    def events(self, count: int) -> Ints:
        """*count* fresh event numbers, from 1."""
        first = self._events + 1
        self._events += count
        return np.arange(first, first + count, dtype=np.int64)

    def counts(self) -> Ints:
        """Bookings posted so far, per account."""
        found = np.zeros(len(self.accounts), dtype=np.int64)
        for chunk in self._chunks:
            found += np.bincount(chunk["account"], minlength=found.size)
        return found

    def post(  # noqa: PLR0917
        self,
        account: int | Ints,
        when: int | Ints | Sequence[int],
        way: int | Ints,
        fen: int | Ints | Sequence[int],
        party: int | Ints,
        memo: str | Ints,
        *,
        cash: int | Ints = 0,
        status: int | Ints = OK,
        event: Ints | None = None,
        via: int | Ints = -1,
        planted: int = 0,
    ) -> Ints:
        """Add bookings; every argument is broadcast to the longest. Returns their events."""
        memos = self.memo(memo) if isinstance(memo, str) else memo
        given = np.broadcast_arrays(
            *(
                np.atleast_1d(np.asarray(value, dtype=np.int64))
                for value in (account, when, way, fen, party, memos, cash, status, via, planted)
            )
        )
        size = given[0].size
        events = self.events(size) if event is None else event
        names = (
            "account",
            "when",
            "way",
            "fen",
            "party",
            "memo",
            "cash",
            "status",
            "via",
            "planted",
        )
        chunk = dict(zip(names, given, strict=True))
        chunk["event"] = np.broadcast_to(events, (size,))
        self._chunks.append(chunk)
        self.count += size
        return events

    def transfer(
        self,
        source: int,
        target: int,
        when: int | Ints | Sequence[int],
        fen: int | Ints | Sequence[int],
        memo: str,
        *,
        memo_in: str = "",
        lag: int = 2,
        planted: int = 0,
    ) -> Ints:
        """Move money between two accounts of the case; both statements book it."""
        seconds = np.atleast_1d(np.asarray(when, dtype=np.int64))
        events = self.post(
            source, seconds, OUT, fen, self.accounts[target].party, memo, planted=planted
        )
        self.post(
            target,
            seconds + lag,
            IN,
            fen,
            self.accounts[source].party,
            memo_in or memo,
            event=events,
            planted=planted,
        )
        return events

    def settle(self) -> Book:
        """Sort, fill in interest and compute balances; no balance is ever below zero.

        The opening balance of an account is the least that keeps its chain at or above its
        ``floor_fen``. Interest is 35 fen in 40,000 of the balance before it, at least 1 fen.
        """
        merged = {name: np.concatenate([chunk[name] for chunk in self._chunks]) for name in COLUMNS}
        order = np.lexsort((np.arange(self.count), merged["when"], merged["account"]))
        columns = {name: values[order] for name, values in merged.items()}
        size = len(self.accounts)
        starts = np.searchsorted(columns["account"], np.arange(size + 1)).astype(np.int64)
        empty = np.zeros(self.count, dtype=np.int64)
        book = Book(**columns, balance=empty, starts=starts, opening=np.zeros(size, dtype=np.int64))
        interest = book.memo == self.memo(INTEREST)
        book.fen[interest] = 0
        _balance(book, self.accounts)
        before = book.balance
        book.fen[interest] = np.maximum(before[interest] * 35 // 40_000, 1)
        _balance(book, self.accounts)
        return book


def _balance(book: Book, accounts: list[Account]) -> None:
    """Compute opening and running balances of every account."""
    effect = book.effect()
    running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(effect)])
    base = running[book.starts[:-1]]
    within = running[1:] - base[book.account]
    lowest = np.zeros(len(accounts), dtype=np.int64)
    np.minimum.at(lowest, book.account, within)
    floors = np.array([account.floor_fen for account in accounts], dtype=np.int64)
    book.opening = floors - lowest
    book.balance = within + book.opening[book.account]
