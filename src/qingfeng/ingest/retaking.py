"""Slices that decided otherwise than their whole table: they are read once more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from qingfeng.ingest.whole_table import Fact, Key, Noted, Told
from qingfeng.ingest.work import FileJob, FileResult

ROUNDS = 6
"""What is read once more may show further facts; so often at most."""

UNSETTLED = (
    "the file is large and read in parts, and what its parts show of the whole table did not"
    " settle: check the rows at the edges of its parts"
)

Taken = tuple[int, FileJob, FileResult]
"""The number of a unit that is one slice, the slice, and what became of it."""

Slices = dict[tuple[int, int], Taken]
"""Slices by file and by where they begin."""


def settle_slices(
    taken: Iterable[Taken], take: Callable[[list[tuple[int, FileJob]]], Iterable[Taken]]
) -> list[Taken]:
    """The slices of large files, in their order, when each goes by its whole table.

    *take* reads slices once more; what they gave before no longer counts.
    """
    found: Slices = {}
    _put(found, taken)
    for _ in range(ROUNDS):
        again = list(_to_retake(found))
        if not again:
            break
        _put(found, take(again))
    else:
        for _, job in _to_retake(found):
            for entry in found[job.index, _start(job)][2].tables.values():
                entry["warnings"].append({"row": None, "column": None, "text": UNSETTLED})
    return [found[place] for place in sorted(found)]


def _put(found: Slices, taken: Iterable[Taken]) -> None:
    for each in taken:
        found[each[1].index, _start(each[1])] = each


def _to_retake(found: Slices) -> Iterator[tuple[int, FileJob]]:
    """Slices that went by something else than what their whole table says, and what it says."""
    for _, own in groupby(sorted(found), key=itemgetter(0)):
        slices = [found[place] for place in own]
        noted = [result.noted or Noted() for _, _, result in slices]
        whole = _joined(noted)
        leant = {key for each in noted for key in each.leant_on}
        above: dict[Key, Any] = {}
        for (number, job, _), each in zip(slices, noted, strict=True):
            if _differs(each, whole, above):
                yield number, replace(job, told=Told(whole, dict(above)))
            _add(above, {key: fact for key, fact in each.facts.items() if key in leant})


def _start(job: FileJob) -> int:
    return job.part.start if job.part else 0


def _joined(noted: Sequence[Noted]) -> dict[Key, Any]:
    """The facts of all slices of a table, given from the first to the last."""
    whole: dict[Key, Any] = {}
    for each in noted:
        _add(whole, each.facts)
    return whole


def _add(known: dict[Key, Any], below: dict[Key, Any]) -> None:
    for key, fact in below.items():
        known[key] = known[key].joined(fact) if key in known else fact


def _differs(own: Noted, whole: dict[Key, Fact], above: dict[Key, Fact]) -> bool:
    if any(whole[key].answer != used for key, used in own.used.items()):
        return True
    return any(above.get(key) != used for key, used in own.leant_on.items())
