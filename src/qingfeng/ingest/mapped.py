"""What the tables of one file mean, without importing it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qingfeng.ingest.headers import Found, find_tables
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.mapping import Proposal, propose_layout
from qingfeng.ingest.opening import DOCUMENTS, Opened, open_file
from qingfeng.ingest.side_by_side import set_side_by_side

_NO_HEADER = "no row reads like a header: name the columns in its first row, in its own program"


@dataclass(frozen=True, slots=True)
class Mapped:
    """One table of a file, or a part of it that is none.

    *proposal* is None if a layout fits; *found* is None if there is no header, and then
    *problem* says why, and what to do.
    """

    member: str
    sheet: str
    found: Found | None = None
    proposal: Proposal | None = None
    problem: str | None = None

    @property
    def understood(self) -> bool:
        """Does a layout fit, or can one be proposed that is whole?"""
        if self.proposal is not None:
            return not self.proposal.lacking
        return self.problem is None

    def as_json(self) -> dict[str, Any]:
        """The table as plain values; cells only as masked shapes."""
        said: dict[str, Any] = {
            "member": self.member,
            "sheet": self.sheet,
            "problem": self.problem,
            "header_row": None,
            "headers": [],
            "layout": None,
            "table": None,
            "columns": [],
            "proposal": None,
        }
        if self.found is None:
            return said
        found, proposal = self.found, self.proposal
        said["header_row"] = found.header_rows[0]
        said["headers"] = list(found.headers)
        if found.layout is not None:
            said |= {"layout": found.layout.name, "table": found.layout.table}
            said["columns"] = [
                {"field": field, "header": ref.header} for field, ref in found.columns.items()
            ]
        if proposal is not None:
            said["table"] = proposal.table
            said["proposal"] = {
                "name": proposal.name,
                "complete": not proposal.lacking,
                "lacking": list(proposal.lacking),
                "reasons": list(proposal.reasons),
                "columns": [
                    {
                        "header": each.header,
                        "field": each.field,
                        "confidence": each.confidence,
                        "reasons": list(each.reasons),
                        "samples": list(each.samples),
                    }
                    for each in proposal.suggestions
                ],
                "yaml": proposal.to_yaml(),
            }
        return said


def map_file(path: Path, layouts: tuple[Layout, ...], passwords: Sequence[str]) -> Iterator[Mapped]:
    """The tables of *path*, in the order import finds them.

    Whole proposals are named ``own.<file name>``, numbered where that name is taken: a layout
    file whose name is taken stops every import.
    """
    names = {layout.name for layout in layouts}
    name = "own." + (re.sub(r"\W+", "_", path.stem).strip("_") or "proposal")
    for opened in open_file(path, path.name, passwords):
        for each in _tables(opened, path.name, layouts):
            proposal = each.proposal
            if proposal is not None and not proposal.lacking:
                free = _free(name, names)
                names.add(free)
                yield replace(each, proposal=replace(proposal, name=free))
            else:
                yield each


def _free(name: str, taken: set[str]) -> str:
    number = 1
    free = name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _tables(opened: Opened, place: str, layouts: tuple[Layout, ...]) -> Iterator[Mapped]:
    if opened.note is not None:
        return
    if opened.error is not None:
        problem = f"{opened.error.reason}. {opened.error.way_out}"
        yield Mapped(opened.member, "", problem=problem)
    elif opened.content in DOCUMENTS:
        problem = f"a {DOCUMENTS[opened.content]} document; import lists it, its text is not read"
        yield Mapped(opened.member, "", problem=problem)
    for grid in (part for each in opened.grids for part in set_side_by_side(each, layouts)):
        path = f"{place}/{grid.member}" if grid.member else place
        tables = find_tables(grid, layouts, file_name=path)
        if not tables:
            yield Mapped(grid.member, grid.sheet, problem=_NO_HEADER)
        for found in tables:
            proposal = None
            if found.layout is None:
                proposal = propose_layout(found, grid, layouts=layouts)
            yield Mapped(grid.member, grid.sheet, found, proposal)
