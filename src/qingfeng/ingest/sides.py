"""Lists that name payer and payee: which of them is the account the booking stands on.

The direction decides, and where none is said, the account that the file names as its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import Cells, are_blank, plain
from qingfeng.ingest.layout import PARTY_COLUMNS, Layout
from qingfeng.ingest.whole_table import settled, shown
from qingfeng.ingest.words import WordList

_OWN_NUMBERS = ("account", "card")
_PADDING = r"[\s\x01'`-]"
_SIDES = ("payer", "payee")
_FEWEST_ROWS = 3
"""In fewer rows than these, that a number stands in each says nothing."""


def settle_sides(
    fields: Mapping[str, Cells], context: Mapping[str, str], layout: Layout
) -> dict[str, Cells]:
    """Put the columns of payer and payee where the bookings have them.

    A booking of direction ``in`` stands on the payee's account, every other on the payer's: the
    money left it, whichever side the list is of. *context*: what the file says of its own
    account. Columns that name the own side or the counterparty themselves are left alone.

    The numbers of *context* stand beside the rows of which the own side is known, and no others:
    else the card of one would stand beside the account of another.
    """
    if not any(name.startswith(("payer.", "payee.")) for name in fields):
        return dict(fields)
    height = len(next(iter(fields.values())))
    found = {name: cells for name, cells in fields.items() if not name.startswith("paye")}
    payee, payer = _own_sides(fields, context, height)
    said = _said_received(fields, layout)
    received = pc.and_(payee, pc.invert(payer))
    received = received if said is None else pc.coalesce(said, received)
    for part, (own, other) in PARTY_COLUMNS.items():
        of_payer, of_payee = (_cells(fields, f"{side}.{part}", height) for side in _SIDES)
        if f"payer.{part}" in fields or f"payee.{part}" in fields:
            _fill(found, own, pc.if_else(received, of_payee, of_payer))
            _fill(found, other, pc.if_else(received, of_payer, of_payee))
    known = pc.or_(payee, payer)
    if "direction" not in fields and known.true_count:
        word_in, word_out = (layout.directions.get(code, ("",))[0] for code in ("in", "out"))
        words = pc.if_else(received, word_in, pc.if_else(payer, word_out, ""))
        found["direction"] = words.cast(pa.string())
    known = known if said is None else pc.or_(known, pc.is_valid(said))
    numbers = [_cells(fields, f"{side}.account", height) for side in _SIDES]
    unnamed = pc.and_(*(pc.equal(_bare(each), "") for each in numbers))
    for name in _OWN_NUMBERS:
        if context.get(name):
            beside = pc.if_else(pc.or_(known, unnamed), context[name], "")
            _fill(found, name, beside)
    return found


def settled_numbers(fields: Mapping[str, Cells]) -> frozenset[str]:
    """The columns of which ``settle_sides`` has said already what stands around the table."""
    sides = any(name.startswith(("payer.", "payee.")) for name in fields)
    return frozenset(_OWN_NUMBERS) if sides else frozenset()


def _own_sides(
    fields: Mapping[str, Cells], context: Mapping[str, str], height: int
) -> tuple[pa.Array, pa.Array]:
    """Rows whose payee, and rows whose payer, is the list's own side.

    Told by the number that the file names; if no row has it, by the holder's name; else by the
    one number that stands in every row.
    """
    numbers = [_bare(_cells(fields, f"{side}.account", height)) for side in reversed(_SIDES)]
    own = {_bare_text(context[name]) for name in _OWN_NUMBERS if context.get(name)}
    payee, payer = (
        pc.is_in(each, value_set=pa.array(sorted(own), pa.string())) for each in numbers
    )
    if shown(("own number",), pc.or_(payee, payer).true_count > 0)[0]:
        return payee, payer
    if holder := context.get("holder_name"):
        names = [_bare(_cells(fields, f"{side}.name", height)) for side in reversed(_SIDES)]
        payee, payer = (pc.equal(each, _bare_text(holder)) for each in names)
        one = pc.xor(payee, payer)
        if shown(("own name",), one.true_count > 0)[0]:
            return pc.and_(payee, one), pc.and_(payer, one)
    everywhere = _in_every_row(*numbers)
    payee, payer = (pc.equal(each, everywhere or "\0") for each in numbers)
    return payee, payer


@dataclass(frozen=True, slots=True)
class _Everywhere:
    """The *numbers* that are payer or payee in each of so many *rows*."""

    rows: int
    numbers: frozenset[str]

    @property
    def answer(self) -> str | None:
        """The one number that is in every row of several."""
        alone = self.rows >= _FEWEST_ROWS and len(self.numbers) == 1
        return next(iter(self.numbers)) if alone else None

    def joined(self, below: _Everywhere) -> _Everywhere:
        both = self.numbers & below.numbers if self.rows and below.rows else None
        either = self.numbers or below.numbers
        return _Everywhere(self.rows + below.rows, either if both is None else both)


def _in_every_row(one: pa.Array, other: pa.Array) -> str | None:
    """The one number that is payer or payee in every row of several."""
    first = {one[0].as_py(), other[0].as_py()} - {""} if len(one) else set()
    every = frozenset(
        number
        for number in first
        if pc.all(pc.or_(pc.equal(one, number), pc.equal(other, number))).as_py()
    )
    return settled(("in every row",), _Everywhere(len(one), every)).answer


def _said_received(fields: Mapping[str, Cells], layout: Layout) -> pa.Array | None:
    """True where the direction says ``in``, null where it says nothing; None without a column."""
    direction = fields.get("direction")
    if direction is None:
        return None
    cells = direction if pa.types.is_dictionary(direction.type) else direction.dictionary_encode()
    words = WordList(layout.directions)
    codes = [words.code(text) for text in cells.dictionary.to_pylist()]
    said = pa.array([None if code is None else code == "in" for code in codes], pa.bool_())
    return said.take(cells.indices)


def _cells(fields: Mapping[str, Cells], name: str, height: int) -> pa.Array:
    cells = fields.get(name)
    return pa.repeat("", height) if cells is None else plain(cells)


def _bare(cells: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(cells, _PADDING, "")


def _bare_text(text: str) -> str:
    return re.sub(_PADDING, "", text)


def _fill(found: dict[str, Cells], name: str, cells: pa.Array) -> None:
    """Fill a column where it says nothing itself."""
    known = found.get(name)
    if known is None:
        found[name] = cells
        return
    blank = are_blank(plain(known))
    found[name] = pc.if_else(blank, cells, plain(known))
