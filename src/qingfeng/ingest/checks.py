"""What a file declares about itself in its preamble, against what was read from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.context import Declared
from qingfeng.money import NotAnAmount, format_yuan, parse_yuan

_SIDES = {
    "in": ("in",),
    "out": ("out",),
    "neutral": ("none", "internal", "transfer_in", "transfer_out"),
}

_UNDONE = pa.array(["failed", "closed", "returned"])


def declared_checks(
    declared: Declared, kept: pa.Table, *, rows: int | None = None
) -> list[dict[str, Any]]:
    """One check for each figure of the preamble: number of rows, sums by direction.

    *rows*: how many *kept* stands for, if others than it has.

    A sum agrees with the rows, or with what is left of them after refunds or without what was
    never done: wallets count in either way.
    """
    checks: list[dict[str, Any]] = []
    if declared.count is not None:
        checks.append(
            _check(
                "declared_count", str(declared.count), str(kept.num_rows if rows is None else rows)
            )
        )
    if "direction" not in kept.column_names:
        return checks
    for side, said in declared.amounts.items():
        directions = _SIDES.get(side)
        if directions is None:
            continue
        chosen = kept.filter(pc.is_in(kept["direction"], pa.array(directions)))
        try:
            expected = parse_yuan(said)
        except NotAnAmount:
            continue
        sums = list(_sums(chosen))
        found = expected if expected in sums else sums[0]
        checks.append(_check(f"declared_{side}", _plain(expected), _plain(found)))
    return checks


def _sums(chosen: pa.Table) -> Iterator[int]:
    """The sums that a figure may mean, the plainest first."""
    done = chosen
    if "status" in chosen.column_names:
        done = chosen.filter(pc.invert(pc.is_in(chosen["status"], _UNDONE)))
    for rows in (chosen, done):
        whole = pc.sum(rows["amount_fen"]).as_py() or 0
        yield whole
        if "refunded_fen" in rows.column_names:
            yield whole - (pc.sum(rows["refunded_fen"]).as_py() or 0)


def _check(kind: str, declared: str, found: str) -> dict[str, Any]:
    return {"kind": kind, "declared": declared, "found": found, "match": declared == found}


def _plain(fen: int) -> str:
    return format_yuan(fen).replace(",", "")
