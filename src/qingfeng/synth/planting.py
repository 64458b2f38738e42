"""What all plants share: registering, drawing large amounts, bounds per scale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from qingfeng.synth.companies import Company
from qingfeng.synth.ledger import DAY, Account, Ints, at
from qingfeng.synth.persons import Person
from qingfeng.synth.truth import HARD_NEGATIVE, POSITIVE
from qingfeng.synth.world import World

YUAN = 100
WAN = 10_000 * YUAN


def day_of(second: int) -> date:
    """The wall-clock day of a ledger second."""
    return date(1970, 1, 1) + timedelta(days=int(second) // DAY)


def months(first: date, count: int, day: int, hour: int) -> Ints:
    """*count* seconds, one a month from the month of *first*."""
    found = []
    for number in range(count):
        year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
        found.append(at(date(year, month + 1, day), hour))
    return np.array(found, dtype=np.int64)


def yuan_between(world: World, low: int, high: int, size: int, step: int = 100) -> Ints:
    """*size* amounts in fen, multiples of *step* yuan, low and high inside."""
    return world.rng.integers(low // step, high // step + 1, size) * step * YUAN


def delivered_as(account: Account) -> str:
    """Bank, layout and encoding of an account's statements, for the truth."""
    if account.app:
        return f"{account.bank.name}·app.{account.app}"
    return f"{account.bank.name}·{account.layout}·{account.bank.encoding}"


def plant(  # noqa: PLR0917
    world: World,
    detector: str,
    positive: bool,
    reason: str,
    account: Account,
    when: Ints | Sequence[int],
    fen: Ints | Sequence[int],
) -> None:
    """Register a pattern on *account* made of the bookings at *when* of *fen*."""
    kind = POSITIVE if positive else HARD_NEGATIVE
    register(world, detector, kind, reason, account, when, fen)


def register(  # noqa: PLR0917
    world: World,
    detector: str,
    kind: str,
    reason: str,
    account: Account,
    when: Ints | Sequence[int],
    fen: Ints | Sequence[int],
) -> None:
    """Register the same as *kind*: positive, hard_negative or incidental."""
    seconds = [int(value) for value in when]
    # An export made by an app names the card only.
    number = "" if account.app else account.number
    world.truth.add(
        detector,
        kind,
        reason,
        (number, account.card, account.holder.holder_id),
        amount_fen=sum(int(value) for value in fen),
        bookings=len(seconds),
        from_on=day_of(min(seconds)),
        to_on=day_of(max(seconds)),
        delivered_as=delivered_as(account),
    )


def company(world: World, index: int) -> Company | None:
    """Company number *index*; None if the scale has fewer."""
    return world.companies[index] if index < len(world.companies) else None


def first_role(world: World, *roles: str) -> Person | None:
    """The first of these roles that the case has."""
    return next((p for p in map(world.role, roles) if p is not None), None)
