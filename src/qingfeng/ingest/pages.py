"""Found tables that belong together: pages of one statement, blocks side by side in one sheet."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from qingfeng.ingest.declared_totals import COMPARED, Page, balance_checks, total_checks
from qingfeng.ingest.found import Waiting
from qingfeng.ingest.residue import Residue
from qingfeng.ingest.sliced_totals import SlicePage, summed_up

_WHOSE = ("account", "card", "account_masked", "holder_name", "holder_id")
_BLOCK = re.compile(r"(.*·.*?)_?[A-Z]{1,3}-[A-Z]{1,3}")
"""The source of a block beside another: its columns stand behind the name of the sheet."""


@dataclass(frozen=True, slots=True)
class Accounted:
    """One found table that was built, for what its closing rows and those below it declare.

    *kept*: its rows, with the columns of ``COMPARED``; *factors*: fen of one unit by field.
    """

    opened: Waiting
    kept: pa.Table
    residue: Residue | None
    factors: Mapping[str, int]

    @property
    def sheet(self) -> tuple[str, str]:
        """Where it stands, whichever block of the sheet it is, and what it holds."""
        block = _BLOCK.fullmatch(self.opened.source)
        return (block[1] if block else self.opened.source), self.opened.layout.table

    @property
    def declares(self) -> bool:
        """Has it rows that sum up or carry a balance?"""
        return self.residue is not None and bool(self.residue.totals or self.residue.carried)

    def page(self) -> Page:
        """Its rows as the comparison takes them."""
        fields = {name: ref.index for name, ref in self.opened.found.columns.items()}
        return Page(self.kept, fields, self.opened.found.headers, self.factors)

    def goes_on(self, other: Accounted) -> bool:
        """Is *other*, of the same sheet, an earlier page of the same statement?"""
        one, two = self.opened, other.opened
        own, their = (
            {each.found.context[name] for name in _WHOSE if name in each.found.context}
            for each in (one, two)
        )
        return one.source == two.source and two.index < one.index and (own == their or not own)


def accounted(
    opened: Waiting, kept: pa.Table, residue: Residue | None, factors: Mapping[str, int]
) -> Accounted:
    """The table with as much of its rows as totals are compared with."""
    compared = kept.select([name for name in COMPARED if name in kept.column_names])
    return Accounted(opened, compared, residue, factors)


def slice_page(each: Accounted) -> SlicePage:
    """Its sums, to be compared when all slices of its table are there."""
    residue = each.residue or Residue()
    found = each.opened.found
    declared = found.around.declared
    return SlicePage(
        summed_up(each.kept, [*residue.totals, *residue.carried]),
        each.kept.num_rows,
        {name: ref.index for name, ref in found.columns.items()},
        found.headers,
        dict(each.factors),
        residue.totals,
        residue.carried,
        # It goes to another process, which only plain mappings do.
        replace(declared, counts=dict(declared.counts), amounts=dict(declared.amounts)),
    )


def check_totals(tables: Sequence[Accounted]) -> None:
    """Put into the report entries what the closing rows declare, against the rows."""
    sheets: dict[tuple[str, str], list[Accounted]] = defaultdict(list)
    for each in tables:
        sheets[each.sheet].append(each)
    for together in sheets.values():
        if any(each.declares for each in together):
            _check_sheet([(each, each.page()) for each in together])


def _check_sheet(together: Sequence[tuple[Accounted, Page]]) -> None:
    for each, page in together:
        residue = each.residue
        if residue is None or not each.declares:
            continue
        above = [their for other, their in together if each.goes_on(other)]
        source = each.opened.source
        beside = [their for other, their in together if other.opened.source != source]
        stacked = [
            their
            for other, their in together
            if other.opened.source == source
            and other.opened.index < each.opened.index
            and not each.goes_on(other)
        ]
        checks = total_checks(residue.totals, page, above, beside, stacked)
        checks += balance_checks(residue.carried, page)
        checks.sort(key=lambda check: int(check["row"]))
        each.opened.entry["checks"] = [*checks, *each.opened.entry["checks"]]
