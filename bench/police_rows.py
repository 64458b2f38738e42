"""Dirty rows of the police bank template: 34 columns, GB18030, a fixed seed, written fast.

One account follows another, each in order of time with a running balance. About 20 % of the
counterparties are missing, 0.7 % of the bookings failed, 0.3 % undo the one before, 0.5 % are
there twice in another spelling, and one in 5,000 has no usable time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bench import police_words as words
from qingfeng.synth.numbers import card_number, id_number

SEED = 20_261_125
ROWS_A_CHUNK = 250_000
_MEAN_BOOKINGS = 350
_COUNTERPARTIES = 20_000
_FIRST_DAY = date(2018, 1, 1)
_DAYS = 2_200
_COPIED_PER_MILLE = 5

Indices = npt.NDArray[np.int64]
Pool = pa.Array
"""Binary array: the cells a column draws from, already in GB18030."""


def write_rows(path: Path, rows: int, *, seed: int = SEED) -> None:
    """Write exactly *rows* bookings under one header to *path*; the same call, the same bytes."""
    pools = _Pools()
    with path.open("wb") as stream:
        stream.write((words.HEADER + "\r\n").encode("gb18030"))
        for chunk, start in enumerate(range(0, rows, ROWS_A_CHUNK)):
            size = min(ROWS_A_CHUNK, rows - start)
            rng = np.random.default_rng([seed, chunk])
            stream.write(_Chunk(rng, pools, chunk, size).content())


def _pool(texts: Sequence[str]) -> Pool:
    return pa.array([text.encode("gb18030") for text in texts], pa.binary())


class _Pools:
    """Cells that every chunk draws from."""

    def __init__(self) -> None:
        days = [_FIRST_DAY + timedelta(days=number) for number in range(_DAYS + 1)]
        clocks = [
            f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
            for second in range(86_400)
        ]
        self.days = [
            _pool([day.strftime(form) for day in days])
            for form in ("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d")
        ]
        self.clocks = _pool(clocks)
        self.tight_clocks = _pool([clock.replace(":", "") for clock in clocks])
        self.cents = _pool([f".{cents:02d}" for cents in range(100)])
        numbers = range(_COUNTERPARTIES)
        cards = [card_number(words.CARD_PREFIXES[n % 10], 500_000_000 + n) for n in numbers]
        self.other_cards = _pool(cards)
        self.other_names = _pool([words.person_name(7 * n + 3) for n in numbers])
        self.other_banks = _pool([words.BANKS[n % 10] for n in numbers])
        self.other_ids = _pool([id_number(n % 90 + 10, _born(n), n % 1000) for n in numbers])
        self.addresses = _pool([f"10.{n // 250}.{n % 250}.7" for n in range(5_000)])
        self.macs = _pool([f"02-00-00-00-{n // 256:02X}-{n % 256:02X}" for n in range(5_000)])


def _born(number: int) -> date:
    return date(1950, 1, 1) + timedelta(days=number * 37 % 18_000)


class _Chunk:
    """The bookings of some accounts: what happened first, then how it is spelled."""

    def __init__(self, rng: np.random.Generator, pools: _Pools, number: int, rows: int) -> None:
        self.rng, self.pools, self.number, self.rows = rng, pools, number, rows
        copies = rows * _COPIED_PER_MILLE // 1000
        self.bookings = rows - copies
        self._live()
        # A copy stands right behind its booking; only its spelling is drawn anew.
        copied = rng.choice(self.bookings, copies, replace=False)
        self.order = np.sort(np.concatenate([np.arange(self.bookings), copied]))

    def _live(self) -> None:
        """Accounts, times, amounts, directions and balances."""
        rng, size = self.rng, self.bookings
        lengths = rng.lognormal(np.log(_MEAN_BOOKINGS) - 0.72, 1.2, size // 20 + 2).astype(int) + 1
        self.owner = np.repeat(np.arange(len(lengths)), lengths)[:size]
        self.owners = int(self.owner[-1]) + 1
        seconds = rng.integers(0, _DAYS * 86_400, size)
        self.moment = seconds[np.lexsort([seconds, self.owner])]
        self.fen = np.minimum(np.exp(rng.normal(10.9, 1.9, size)), 9e9).astype(np.int64) + 1
        self.inward = rng.random(size) < 0.45
        self.failed = rng.random(size) < 0.007
        undoes = np.flatnonzero(rng.random(size - 1) < 0.003) + 1
        undoes = undoes[self.owner[undoes] == self.owner[undoes - 1]]
        self.undoes = np.zeros(size, bool)
        self.undoes[undoes] = True
        self.undoes[1:] &= ~self.undoes[:-1]
        undone = np.flatnonzero(self.undoes)
        self.fen[undone] = -self.fen[undone - 1]
        self.inward[undone] = self.inward[undone - 1]
        self.failed[undone] = self.failed[undone - 1] = False
        self.balance = self._balances()

    def _balances(self) -> Indices:
        """Running balances that start high enough never to fall below zero."""
        moved = np.where(self.failed, 0, np.where(self.inward, self.fen, -self.fen))
        total = np.cumsum(moved)
        first = np.flatnonzero(np.diff(self.owner, prepend=-1))
        before = np.repeat((total - moved)[first], np.diff(first, append=len(total)))
        inside = total - before
        lowest = np.minimum.reduceat(inside, first)
        opening = np.repeat(np.maximum(-lowest, 0) + 1_234, np.diff(first, append=len(total)))
        return inside + opening

    def content(self) -> bytes:
        """The lines of the chunk."""
        joined = pc.binary_join_element_wise(*self._columns(), pa.scalar(b",", pa.binary()))
        _, offsets, cells = joined.buffers()
        return bytes(cells[: int(np.frombuffer(offsets, np.int32)[len(joined)])])

    def _columns(self) -> list[pa.Array]:
        """34 columns in the order of the header, the line end behind the last."""
        order, pools = self.order, self.pools
        account = self.owner[order]
        cards, accounts, names, citizens = self._account_cells()
        missing = (self._steady(5) == 0)[order]
        other = (_COUNTERPARTIES * self.rng.random(self.bookings) ** 3).astype(np.int64)[order]
        summaries = [*words.SUMMARIES, "冲正"]
        said = np.where(self.undoes, len(summaries) - 1, self._steady(len(words.SUMMARIES)))[order]
        serial = (self.number * ROWS_A_CHUNK + np.arange(self.bookings))[order]
        blank = self._drawn(("", "-", "\\N"))
        return [
            cards.take(pa.array(account)),
            accounts.take(pa.array(account)),
            names.take(pa.array(account)),
            citizens.take(pa.array(account)),
            self._times(),
            self._money(self.fen[order], quoted=0.15, marked=0.0005),
            self._money(self.balance[order], quoted=0.15, marked=0.0),
            self._direction(),
            _where(missing, self._nothing(), _tabbed(pools.other_cards).take(pa.array(other))),
            self._either(self._steady(12) == 0, words.CASH_WORDS, words.NO_CASH_WORDS),
            _where(missing, self._nothing(), pools.other_names.take(pa.array(other))),
            _where(
                missing | (other % 7 > 0), self._nothing(), pools.other_ids.take(pa.array(other))
            ),
            _where(missing, self._nothing(), pools.other_banks.take(pa.array(other))),
            _pool(summaries).take(pa.array(said)),
            self._drawn(words.CURRENCY_WORDS),
            self._content(words.BRANCHES),
            pc.cast(pa.array(100_000 + account), pa.string()).cast(pa.binary()),
            self._content(words.PLACES),
            self._success(),
            self._nothing(),
            self._content([f"T{number:06d}" for number in range(900)]),
            pools.addresses.take(pa.array(self._steady(5_000)[order])),
            pools.macs.take(pa.array(self._steady(5_000)[order])),
            blank,
            _text(pa.array(90_000_000_000_000 + serial)),
            _text(pa.array(1_000_000 + serial % 900_000)),
            blank,
            _text(pa.array(2_000_000 + serial * 7 % 7_900_000)),
            self._content([f"{number:05d}" for number in range(11, 411)]),
            self._content(words.MERCHANTS),
            blank,
            self._content(words.REMARKS),
            self._content(words.CHANNELS),
            self._drawn(("\r\n", "\\N\r\n", "成功\r\n")),
        ]

    def _account_cells(self) -> tuple[Pool, Pool, Pool, Pool]:
        """Card, account, name and citizen number as the bank of each account writes them."""
        first = self.number * ROWS_A_CHUNK
        numbers = range(self.owners)
        tabs = ["\t" if (first + n) % 3 else "" for n in numbers]
        cards = [card_number(words.CARD_PREFIXES[n % 10], first + n) + tabs[n] for n in numbers]
        suffixes = ["_156_1" if n % 10 == 0 else "" for n in numbers]
        accounts = [f"4{first + n:014d}{suffixes[n]}{tabs[n]}" for n in numbers]
        names = [words.person_name(11 * (first + n)) for n in numbers]
        spaced = [f"{name[0]} {name[1:]}" if n % 20 == 0 else name for n, name in enumerate(names)]
        citizens = [id_number(n % 90 + 10, _born(first + n), n % 1000) + tabs[n] for n in numbers]
        return _pool(cards), _pool(accounts), _pool(spaced), _pool(citizens)

    def _times(self) -> pa.Array:
        """Six ways to write one moment; a booking in 90 has its day only."""
        pools, moment = self.pools, self.moment[self.order]
        day, second = pa.array(moment // 86_400), pa.array(moment % 86_400)
        joint = pa.scalar(b" ", pa.binary())
        forms = [
            pc.binary_join_element_wise(
                pools.days[0].take(day), pools.tight_clocks.take(second), b""
            ),
            pc.binary_join_element_wise(pools.days[1].take(day), pools.clocks.take(second), joint),
            pc.binary_join_element_wise(pools.days[2].take(day), pools.clocks.take(second), joint),
        ]
        style = self.rng.choice(4, self.rows, p=[0.55, 0.3, 0.11, 0.04])
        cells = _where(style == 1, forms[1], _where(style == 2, forms[2], forms[0]))
        fraction = pc.binary_join_element_wise(forms[1], pa.scalar(b".0", pa.binary()), b"")
        cells = _where(style == 3, fraction, cells)
        coarse = self._steady(90)[self.order]
        cells = _where(coarse == 0, pools.days[1].take(day), cells)
        cells = _where(coarse == 1, _tabbed(cells), cells)
        unusable = self._steady(5_000)[self.order] == 0
        return _where(unusable, _pool(["待核", "见附件"]).take(pa.array(self._dice(2))), cells)

    def _money(self, fen: Indices, *, quoted: float, marked: float) -> pa.Array:
        """Yuan with two decimals; some with separators in quotes, some with a currency sign."""
        whole, cents = np.abs(fen) // 100, np.abs(fen) % 100
        sign = _pool(["", "-"]).take(pa.array((fen < 0).astype(np.int8)))
        tail = self.pools.cents.take(pa.array(cents))
        cells = pc.binary_join_element_wise(sign, _text(pa.array(whole)), tail, b"")
        style = self.rng.random(self.rows)
        separated = np.flatnonzero((style < quoted) & (whole >= 1000))
        texts = [
            f'"{"-" if fen[row] < 0 else ""}{whole[row]:,}.{cents[row]:02d}"'.encode()
            for row in separated
        ]
        cells = _replaced(cells, separated, texts)
        signed = np.flatnonzero((style > 1 - marked) & (fen > 0))
        return _replaced(
            cells, signed, [f"¥{whole[row]}.{cents[row]:02d}".encode("gb18030") for row in signed]
        )

    def _direction(self) -> pa.Array:
        unsaid = (self._steady(400) == 0)[self.order]
        return _where(
            unsaid, self._nothing(), self._either(self.inward, words.IN_WORDS, words.OUT_WORDS)
        )

    def _success(self) -> pa.Array:
        unsaid = (self._steady(25) == 0)[self.order] & ~self.failed[self.order]
        return _where(
            unsaid, self._nothing(), self._either(self.failed, words.FAILED_WORDS, words.DONE_WORDS)
        )

    def _steady(self, choices: int) -> Indices:
        """One draw a booking: its copies share it."""
        return self.rng.integers(0, choices, self.bookings)

    def _dice(self, choices: int) -> Indices:
        """One draw a row: spelling, which copies do not share."""
        return self.rng.integers(0, choices, self.rows)

    def _content(self, texts: Sequence[str]) -> pa.Array:
        return _pool(texts).take(pa.array(self._steady(len(texts))[self.order]))

    def _drawn(self, texts: Sequence[str]) -> pa.Array:
        return _pool(texts).take(pa.array(self._dice(len(texts))))

    def _nothing(self) -> pa.Array:
        return self._drawn(words.NOTHING)

    def _either(
        self, chosen: npt.NDArray[np.bool_], yes: Sequence[str], no: Sequence[str]
    ) -> pa.Array:
        """A word of *yes* where the booking is *chosen*, else of *no*."""
        return _where(chosen[self.order], self._drawn(yes), self._drawn(no))


def _text(numbers: pa.Array) -> pa.Array:
    return pc.cast(numbers, pa.string()).cast(pa.binary())


def _tabbed(cells: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(cells, pa.scalar(b"\t", pa.binary()), b"")


def _where(mask: npt.NDArray[np.bool_], yes: pa.Array, no: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(mask), yes, no)


def _replaced(cells: pa.Array, rows: Indices, texts: Sequence[bytes]) -> pa.Array:
    mask = np.zeros(len(cells), bool)
    mask[rows] = True
    return pc.replace_with_mask(cells, pa.array(mask), pa.array(texts, pa.binary()))
