"""Put bookings of one instant, or of one day, into the order their balances tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TOLERANCE_FEN = 1
"""A balance agrees if it is at most one fen off (closed bound): some banks round."""

SEARCH_STEPS = 20_000
"""Placements tried for one group; then the delivered order stays."""


@dataclass(frozen=True, slots=True)
class Link:
    """One booking as a step of a balance chain, in fen.

    *effect*: what it adds, None where the direction is not said (then ± *amount*).
    *outside*: paid from a card behind a wallet, so the balance may stay as it is.
    """

    effect: int | None
    amount: int
    balance: int | None
    outside: bool = False

    def follows(self, balance: int) -> bool:
        """Whether the booking's own balance agrees with *balance* before it."""
        if self.balance is None:
            return self.effect is not None
        change = self.balance - balance
        if self.outside and abs(change) <= TOLERANCE_FEN:
            return True
        if self.effect is None:
            return abs(abs(change) - abs(self.amount)) <= TOLERANCE_FEN
        return abs(change - self.effect) <= TOLERANCE_FEN

    def after(self, balance: int | None) -> int | None:
        """The balance after it; None if nothing says."""
        if self.balance is not None:
            return self.balance
        return None if balance is None or self.effect is None else balance + self.effect


def count_breaks(entry: int | None, links: Sequence[Link], target: int | None = None) -> int:
    """How many links do not follow, in the given order, from *entry* (None: unknown) on.

    *target*: the balance the group must end at, None if nothing says; missing it is a break.
    """
    breaks, balance = 0, entry
    for each in links:
        if balance is not None and not each.follows(balance):
            breaks += 1
        balance = each.after(balance)
    return breaks + (target is not None and balance is not None and balance != target)


def best_order(
    entry: int | None, links: Sequence[Link], target: int | None = None
) -> list[int] | None:
    """The order (indices into *links*) with fewest breaks, if it has fewer than the given one.

    None if there is no better one, if a booking says neither balance nor direction, or if
    ``SEARCH_STEPS`` did not suffice.
    """
    if any(each.balance is None and each.effect is None for each in links):
        return None
    search = _Search(links, target)
    for breaks in range(count_breaks(entry, links, target)):
        found = search.run(entry, breaks)
        if found is not None or search.steps_left <= 0:
            return found
    return None


class _Search:
    """Depth first, following the chain; a step that does not follow costs one break."""

    def __init__(self, links: Sequence[Link], target: int | None) -> None:
        self.links, self.target = links, target
        self.steps_left = SEARCH_STEPS
        self.by_before: dict[int, list[int]] = defaultdict(list)
        self.unsaid: list[int] = []
        self.silent: list[int] = []
        for index, each in enumerate(links):
            if each.balance is None:
                self.silent.append(index)
            elif each.effect is None or each.outside:
                self.unsaid.append(index)
            else:
                self.by_before[each.balance - each.effect].append(index)
        self.used = [False] * len(links)

    def run(self, entry: int | None, breaks: int) -> list[int] | None:
        """An order with at most *breaks* breaks, or None."""
        self.used = [False] * len(self.links)
        order: list[int] = []
        spent = [0]
        balances = [entry]
        choices = [self._choices(entry, breaks)]
        while choices:
            choice = next(choices[-1], None)
            if choice is None or self.steps_left <= 0:
                choices.pop()
                balances.pop()
                spent.pop()
                if order:
                    self.used[order.pop()] = False
                continue
            index, cost = choice
            self.steps_left -= 1
            order.append(index)
            self.used[index] = True
            spent.append(spent[-1] + cost)
            balances.append(self.links[index].after(balances[-1]))
            if len(order) == len(self.links) and self._ends_well(balances[-1], breaks - spent[-1]):
                return order
            choices.append(self._choices(balances[-1], breaks - spent[-1]))
        return None

    def _ends_well(self, balance: int | None, breaks_left: int) -> bool:
        missed = self.target is not None and balance is not None and balance != self.target
        return breaks_left >= int(missed)

    def _choices(self, balance: int | None, breaks_left: int) -> Iterator[tuple[int, int]]:
        """What may come next, each kind of equal bookings once: (index, breaks it costs)."""
        seen: set[Link] = set()
        for index in self._following(balance):
            if not self.used[index] and self.links[index] not in seen:
                seen.add(self.links[index])
                yield index, 0
        if breaks_left > 0 and balance is not None:
            for index, each in enumerate(self.links):
                if not self.used[index] and each.balance is not None and each not in seen:
                    seen.add(each)
                    yield index, 1

    def _following(self, balance: int | None) -> Iterator[int]:
        if balance is None:
            yield from (i for i, each in enumerate(self.links) if each.balance is not None)
            return
        for before in (balance, balance - TOLERANCE_FEN, balance + TOLERANCE_FEN):
            yield from self.by_before.get(before, ())
        yield from (index for index in self.unsaid if self.links[index].follows(balance))
        yield from self.silent
