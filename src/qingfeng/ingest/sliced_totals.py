"""What a large file declares about itself, compared with the rows of all its slices.

Of each slice only its sums are kept, and the few rows whose balances are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.checks import declared_checks
from qingfeng.ingest.context import Declared
from qingfeng.ingest.declared_totals import SUMMED, Page, balance_checks, total_checks
from qingfeng.ingest.residue import Closing

_TOLD_APART = ("direction", "currency", "status")
_SUMS = (*SUMMED, "refunded_fen")


@dataclass(frozen=True, slots=True)
class SlicePage:
    """What one slice of a table holds, for the sums that its file declares.

    *kept*: some of its rows, and one row for others together; *rows*: how many it stands for.
    *fields*: field to grid column; *headers*: by grid column; *factors*: fen of one unit.
    """

    kept: pa.Table
    rows: int
    fields: Mapping[str, int]
    headers: Sequence[str]
    factors: Mapping[str, int]
    totals: Sequence[Closing]
    carried: Sequence[Closing]
    declared: Declared


def summed_up(kept: pa.Table, closings: Sequence[Closing]) -> pa.Table:
    """The rows beside *closings*, the first and the last one; and between them sums of the rest.

    Rows that are summed together differ in no side, sign, currency or status. A sum stands where
    the first of its rows stood, and has no balance.
    """
    if not kept.num_rows:
        return kept
    rows = kept["delivered_row"].to_numpy().astype(np.int64)
    if (np.diff(rows) < 0).any():
        kept, rows = kept.sort_by("delivered_row"), np.sort(rows)
    places = np.searchsorted(rows, sorted(each.row for each in closings))
    last = len(rows) - 1
    single = np.unique(np.clip([0, last, *places, *(places - 1)], 0, last).astype(np.int64))
    rest = kept.slice(1, max(0, last - 1))
    section = pa.array(np.zeros(rest.num_rows, np.int64))
    if len(closings):
        others = np.delete(np.arange(len(rows)), single)
        rest = kept.take(pa.array(others))
        section = pa.array(np.searchsorted(places, others, side="right"))
    keys = [name for name in _TOLD_APART if name in kept.column_names]
    money = [name for name in _SUMS if name in kept.column_names]
    apart = ["section", *keys]
    if "amount_fen" in money:
        # It is asked for too what the rows come to whatever their sign.
        rest = rest.append_column("below", pc.less(rest["amount_fen"], 0))
        apart.append("below")
    asked = [("delivered_row", "min"), *((name, "sum") for name in money)]
    summed = rest.append_column("section", section).group_by(apart, use_threads=False)
    summed = summed.aggregate(asked)
    columns = {name: _spoken(summed[name]) for name in keys}
    columns |= {name: summed[f"{name}_sum"].cast(kept[name].type) for name in money}
    columns["delivered_row"] = summed["delivered_row_min"]
    singles = kept.take(pa.array(single))
    for name in keys:
        place = singles.column_names.index(name)
        singles = singles.set_column(place, name, _spoken(singles[name]))
    return pa.concat_tables([singles, pa.table(columns)], promote_options="default")


def _spoken(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string())


def checks_of(slices: Sequence[SlicePage]) -> list[dict[str, Any]]:
    """What the closing rows and the preamble of one table declare, against all its slices."""
    first = slices[0]
    totals = [closing for each in slices for closing in each.totals]
    carried = [closing for each in slices for closing in each.carried]
    rows = sum(each.rows for each in slices)
    if not rows or not (totals or carried or first.declared.count or first.declared.amounts):
        return []
    kept = pa.concat_tables([each.kept for each in slices], promote_options="permissive")
    page = Page(kept, first.fields, first.headers, first.factors)
    checks = total_checks(totals, page) + balance_checks(carried, page)
    checks.sort(key=lambda check: int(check["row"]))
    return checks + declared_checks(first.declared, kept, rows=rows)
