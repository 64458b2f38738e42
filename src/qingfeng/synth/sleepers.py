"""Accounts that slept and then moved a large sum although nobody planted that.

Accounts of other patterns are often used for nothing else before, as in life. This is the plain
definition read off the whole book, before delivery: it shares no code with the detector, which
has to find the same in files that leave things out.

The definition repeats the thresholds of the detector. That the detector finds what fits it shows
that two programs read one rule alike; it is no evidence that the rule finds the right accounts.
So these are registered as incidental: they count neither for recall nor for precision.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qingfeng.synth.ledger import DAY, FEE, INTEREST, OK, Account, Book, Ints
from qingfeng.synth.planting import YUAN, register
from qingfeng.synth.truth import INCIDENTAL
from qingfeng.synth.world import World

DETECTOR = "dormant_then_active"
SILENT_DAYS, AWAKENING_DAYS, LARGE_FEN = 180, 30, 50_000 * YUAN
PRODUCT_OR_ESTATE = ("理财申购", "理财赎回", "继承转存")


@dataclass(frozen=True, slots=True)
class Sleeper:
    """An account and the large bookings of its awakenings (rows of the book, in order)."""

    account: Account
    rows: Ints


def sleepers(world: World, book: Book) -> list[Sleeper]:
    """Every account delivered whole that was silent and then moved a large sum.

    Silent: at least 180 days between two good bookings other than interest and fee, or from the
    first booking of all. Large: one booking of at least 50,000 yuan in the 30 days from the
    first after the silence, with nobody's own account, no product and no estate.
    """
    ledger = world.ledger
    quiet = np.isin(book.memo, [ledger.memo(text) for text in (INTEREST, FEE)])
    spared = np.isin(book.memo, [ledger.memo(text) for text in PRODUCT_OR_ESTATE])
    active = (book.status == OK) & ~quiet
    holder_of = {each.party: each.holder.holder_id for each in ledger.accounts}
    found = []
    for account in ledger.accounts:
        span = book.span(account.index)
        if account.delivered is not None or span.start == span.stop:
            continue
        rows = np.arange(span.start, span.stop)[active[span]]
        days = book.when[rows] // DAY
        before = np.concatenate([[int(book.when[span.start]) // DAY], days[:-1]])
        woke = days[days - before >= SILENT_DAYS]
        after = (days[:, None] >= woke) & (days[:, None] < woke + AWAKENING_DAYS)
        large = after.any(axis=1) & (book.fen[rows] >= LARGE_FEN) & ~spared[rows]
        own = [holder_of.get(int(party)) == account.holder.holder_id for party in book.party[rows]]
        kept = rows[large & ~np.array(own, dtype=np.bool_)]
        if kept.size:
            found.append(Sleeper(account, kept))
    return found


def register_sleepers(world: World, book: Book) -> None:
    """Add to the truth, as incidental, the sleepers that nobody planted for this detector."""
    known = {key for each in world.truth.plants if each.detector == DETECTOR for key in each.keys}
    for each in sleepers(world, book):
        if {each.account.number, each.account.card} & known:
            continue
        register(
            world,
            DETECTOR,
            INCIDENTAL,
            "an account of ordinary life or of another pattern that had slept before",
            each.account,
            book.when[each.rows],
            book.fen[each.rows],
        )
