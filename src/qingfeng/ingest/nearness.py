"""Statements of one bank of which some columns are not there, or some that no layout knows.

All its marks name a bank's layout. Where one of them is not there, most of its other headers do,
if some of them are no other bank's; so does a title, a label or a path that names the bank
beside half of them. Another bank that is named there speaks against it.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from qingfeng.ingest.bank_names import bank_in_title, known_bank
from qingfeng.ingest.header_text import normalise_header
from qingfeng.ingest.labels import distinct_cells, known_label, label_pairs
from qingfeng.ingest.layout import Layout

NAMED = "bank named: "
"""A hint that begins so is no word of a layout but the bank that title, label or path name."""

_MANY = 9
_MOST_FOREIGN = 2
_ENOUGH_RARE = 3


class Nearness(enum.IntEnum):
    """How near a layout is whose marks are not all there."""

    NONE = enum.auto()
    ALONE = enum.auto()
    """It is taken where nothing else fits."""
    SURE = enum.auto()
    """It is taken before a general layout."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a layout a row of headers shows, in numbers of headers.

    *known*: those the layout has; *own*: those of them that are there, *rare* of them in no
    layout of another bank; *foreign*: those there that the layout does not know; *marks*: those
    of its marks that are there.
    """

    known: int
    own: int
    rare: int
    foreign: int
    marks: int


def nearness(layout: Layout, shown: Shown, hints: Sequence[str]) -> Nearness:
    """How near *layout*, of which not every mark is there, is to what is *shown*."""
    named = {hint.removeprefix(NAMED) for hint in hints if hint.startswith(NAMED)}
    if named:
        told = layout.constants.get("bank") in named and bool(shown.marks or shown.rare)
        enough = 2 * shown.own >= shown.known and shown.own > shown.foreign
        return Nearness.SURE if told and enough else Nearness.NONE
    few = shown.known - shown.own <= (2 if shown.known >= _MANY else 1)
    if not few or shown.foreign > _MOST_FOREIGN or not shown.marks or not shown.rare:
        return Nearness.NONE
    told = layout.direction_from_sign is not None or shown.rare >= _ENOUGH_RARE
    return Nearness.SURE if told else Nearness.ALONE


def not_there(layout: Layout, present: Collection[str]) -> tuple[str, ...]:
    """The layout's headers of which no spelling is among the normalised ones *present*."""
    entries = [*layout.fields.values(), *((text,) for text in layout.ignore)]
    return tuple(
        spellings[0]
        for spellings in entries
        if spellings and not any(normalise_header(text) in present for text in spellings)
    )


def said_of_near(layout: Layout, present: Collection[str], hints: Sequence[str]) -> str:
    """What to say of a layout that is taken without all its marks."""
    bank = layout.constants.get("bank", "")
    lacking = ", ".join(not_there(layout, present))
    named = f"; {bank} is named beside them" if f"{NAMED}{bank}" in hints else ""
    return (
        f"taken as {layout.name} ({bank}) although its columns {lacking} are not there: its"
        f" others are{named}"
    )


def undecided(layouts: Sequence[Layout]) -> str:
    """What to say where several banks' layouts are equally near, and none is taken."""
    listed = " and ".join(f"{each.name} ({each.constants.get('bank', '')})" for each in layouts)
    return f"the headers are as near to {listed}: which bank's they are is undecided"


def bank_in_row(row: Sequence[str]) -> str | None:
    """The bank that a row above a table names: as its title, or behind a label of banks."""
    cells = distinct_cells(row)
    if not any("行" in cell or "社" in cell or "邮储" in cell for cell in cells):
        return None
    pairs = label_pairs(row)
    labelled = [value for key, value in pairs if known_label(key)[1] == "bank"]
    titles = [] if pairs else cells
    for text in (*labelled, *titles):
        if bank := bank_in_title(text.lstrip("#*-= \"'")):
            return known_bank(bank)
    return None
