"""Lists that name payer and payee: which of them is the account the booking stands on.

The direction decides, and where none is said, the account that the file names as its own.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import NOTHING, Cells, plain
from qingfeng.ingest.layout import PARTY_COLUMNS, Layout
from qingfeng.ingest.words import WordList

_OWN_NUMBERS = ("account", "card")


def settle_sides(
    fields: Mapping[str, Cells], context: Mapping[str, str], layout: Layout
) -> dict[str, Cells]:
    """Put the columns of payer and payee where the bookings have them.

    A booking of direction ``in`` stands on the payee's account, every other on the payer's: the
    money left it, whichever side the list is of. *context*: what the file says of its own
    account. Columns that name the own side or the counterparty themselves are left alone.
    """
    if not any(name.startswith(("payer.", "payee.")) for name in fields):
        return dict(fields)
    height = len(next(iter(fields.values())))
    found = {name: cells for name, cells in fields.items() if not name.startswith("paye")}
    received = _received(fields, context, layout, height)
    for part, (own, other) in PARTY_COLUMNS.items():
        payer, payee = (_cells(fields, f"{side}.{part}", height) for side in ("payer", "payee"))
        if f"payer.{part}" in fields or f"payee.{part}" in fields:
            _fill(found, own, pc.if_else(received, payee, payer))
            _fill(found, other, pc.if_else(received, payer, payee))
    if "direction" not in fields and any(context.get(name) for name in _OWN_NUMBERS):
        own_number = next(context[name] for name in _OWN_NUMBERS if context.get(name))
        paid = pc.equal(_bare(_cells(fields, "payer.account", height)), own_number)
        word_in, word_out = (layout.directions.get(code, ("",))[0] for code in ("in", "out"))
        said = pc.if_else(received, word_in, pc.if_else(paid, word_out, ""))
        found["direction"] = said.cast(pa.string())
    return found


def _received(
    fields: Mapping[str, Cells], context: Mapping[str, str], layout: Layout, height: int
) -> pa.Array:
    """True where the list's own account received the money."""
    own = pa.array([context[name] for name in _OWN_NUMBERS if context.get(name)], pa.string())
    payee, payer = (_bare(_cells(fields, f"{side}.account", height)) for side in ("payee", "payer"))
    by_number = pc.and_(pc.is_in(payee, value_set=own), pc.invert(pc.is_in(payer, value_set=own)))
    direction = fields.get("direction")
    if direction is None:
        return by_number
    cells = direction if pa.types.is_dictionary(direction.type) else direction.dictionary_encode()
    words = WordList(layout.directions)
    codes = [words.code(text) for text in cells.dictionary.to_pylist()]
    said = pa.array([None if code is None else code == "in" for code in codes], pa.bool_())
    return pc.coalesce(said.take(cells.indices), by_number)


def _cells(fields: Mapping[str, Cells], name: str, height: int) -> pa.Array:
    cells = fields.get(name)
    return pa.repeat("", height) if cells is None else plain(cells)


def _bare(cells: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(cells, r"[\s\x01'`-]", "")


def _fill(found: dict[str, Cells], name: str, cells: pa.Array) -> None:
    """Fill a column where it says nothing itself."""
    known = found.get(name)
    if known is None:
        found[name] = cells
        return
    blank = pc.is_in(pc.utf8_trim(plain(known), " \t"), value_set=pa.array(NOTHING))
    found[name] = pc.if_else(blank, cells, plain(known))
