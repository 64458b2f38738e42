"""Answers to values that come again: words, banks, currencies, empty cells."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

Pieces = dict[str, pa.Array]

_FEW = 1_024
"""Lists of more values than this are not remembered: they hardly come again."""

_MOST = 16_384
"""Values whose answers are kept; then it begins anew."""


class Remembered:
    """What one question gave for each value. Bounded; not shared between threads."""

    def __init__(self, ask: Callable[[pa.Array], Pieces]) -> None:
        self._ask = ask
        self._place: dict[str, int] = {}
        self._known: Pieces = {}

    def answers(self, values: pa.Array) -> Pieces:
        """The answers to *values* (strings without nulls), asked only for those not known."""
        if len(values) > _FEW:
            return self._ask(values)
        spoken = values.to_pylist()
        if len(self._place) + len(spoken) > _MOST:
            self._place.clear()
            self._known.clear()
        unknown = list(dict.fromkeys(each for each in spoken if each not in self._place))
        if unknown or not self._known:
            self._learn(unknown)
        places = pa.array([self._place[each] for each in spoken], pa.int64())
        return {name: known.take(places) for name, known in self._known.items()}

    def _learn(self, unknown: list[str]) -> None:
        found = self._ask(pa.array(unknown, pa.string()))
        start = len(self._place)
        self._place.update((each, start + number) for number, each in enumerate(unknown))
        self._known = {
            name: pa.concat_arrays([self._known[name], values]) if self._known else values
            for name, values in found.items()
        }
