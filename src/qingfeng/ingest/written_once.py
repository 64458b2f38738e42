"""Lists that write account and holder only where they change: on the first row of each block.

That is what merged cells leave in a csv. Such a list never writes the same number twice in a
row, and leaves the number empty in between; any other blank is a blank.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import NOTHING, Cells, plain

_NUMBERS = ("account", "card")
_TIMES = ("booked_at", "booked_at.date", "booked_at.or")
_OF_BLOCK = ("account", "card", "holder_name", "holder_id", "bank", "currency")


def carried_down(fields: Mapping[str, Cells]) -> tuple[dict[str, Cells], int]:
    """The fields of which a block's first row alone speaks, filled; and how many rows were.

    Nothing if the list is none of that kind: its blocks have two rows on average, or more. Rows
    without a time are no records, and left alone. A row below takes nothing of another block:
    where the first row of its block leaves a field empty, it stays empty.
    """
    own = [name for name in _NUMBERS if name in fields]
    if not own:
        return {}, 0
    named = functools.reduce(pc.or_, [_filled(fields[name]) for name in own])
    times = [name for name in _TIMES if name in fields]
    if named.true_count == len(named) or not times:
        return {}, 0
    record = functools.reduce(pc.or_, [_has_digit(fields[name]) for name in times])
    begins = pc.and_(named, record)
    if 2 * begins.true_count > record.true_count or not begins.true_count or not begins[0].as_py():
        return {}, 0
    firsts = pc.indices_nonzero(begins)
    written = [plain(fields[name].take(firsts)) for name in own]
    if len(firsts) > 1 and pc.any(_repeats(written)).as_py():
        return {}, 0
    within = _places(begins)
    found: dict[str, Cells] = {}
    for name in _OF_BLOCK:
        cells = fields.get(name)
        if cells is not None and not _elsewhere(cells, begins):
            carried = plain(cells.take(firsts)).take(within)
            found[name] = pc.if_else(record, carried, plain(cells))
    if not all(name in found for name in own):
        return {}, 0
    return found, record.true_count - begins.true_count


def carried_villages(fields: Mapping[str, Cells]) -> tuple[dict[str, Cells], int]:
    """The villages of a roster that names each on the first row of its block only; see above.

    A row without a name is no record: where its village cell is filled, as that of a subtotal
    is, the block ends with it.
    """
    cells, person = fields.get("village"), fields.get("beneficiary_name")
    if cells is None or person is None:
        return {}, 0
    named, record = _filled(cells), _filled(person)
    begins = pc.and_(named, record)
    count, records = begins.true_count, record.true_count
    if count == records or not count or 2 * count > records:
        return {}, 0
    firsts = pc.indices_nonzero(begins)
    if pc.any(pc.and_(record, pc.invert(named)).slice(0, firsts[0].as_py())).as_py():
        return {}, 0
    written = [plain(cells.take(firsts))]
    if len(firsts) > 1 and pc.any(_repeats(written)).as_py():
        return {}, 0
    told = pc.if_else(named, pc.if_else(record, plain(cells), ""), None)
    carried = pc.fill_null(pc.fill_null_forward(told), "")
    filled = pc.if_else(pc.and_(record, pc.invert(named)), carried, plain(cells))
    added = pc.and_(pc.and_(record, pc.invert(named)), pc.not_equal(carried, ""))
    return ({"village": filled}, added.true_count) if added.true_count else ({}, 0)


_ORDER = (
    "reference",
    "title",
    "request_text",
    "request_kind",
    "channel",
    "requester_name",
    "phone",
)
_ORDER_TIMES = ("accepted_at", "dispatched_at", "due_at")
_HANDLING = ("handling_unit", "reply_text")


def carried_tickets(fields: Mapping[str, Cells]) -> tuple[dict[str, Cells], int]:
    """The order beside each further unit that handled it, and how many rows those are.

    Such a row says nothing of an order and names a unit or its reply; it stands below an order.
    """
    have = [name for name in _ORDER if name in fields]
    done = [name for name in _HANDLING if name in fields]
    if "reference" not in have or len(have) < len(_HANDLING) or not done:
        return {}, 0
    silent = pc.invert(functools.reduce(pc.or_, [_filled(fields[name]) for name in have]))
    if not silent.true_count:
        return {}, 0
    handled = functools.reduce(pc.or_, [_filled(fields[name]) for name in done])
    further = pc.and_(silent, handled)
    number = plain(fields["reference"])
    order = pc.and_(_filled(number), handled)
    above = pc.fill_null_forward(pc.if_else(silent, None, order)).fill_null(False)
    further = pc.and_(further, above)
    if not further.true_count:
        return {}, 0
    found: dict[str, Cells] = {}
    for name in (*have, *(each for each in _ORDER_TIMES if each in fields)):
        cells = plain(fields[name])
        told = pc.fill_null_forward(pc.if_else(silent, None, cells)).fill_null("")
        blank = pc.and_(further, pc.invert(_filled(cells)))
        found[name] = pc.if_else(blank, told, cells)
    return found, further.true_count


def _filled(cells: Cells) -> pa.Array:
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    texts = pc.utf8_trim(plain(encoded.dictionary), " \t")
    return pc.invert(pc.is_in(texts, value_set=pa.array(NOTHING))).take(encoded.indices)


def _has_digit(cells: Cells) -> pa.Array:
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    return pc.match_substring_regex(plain(encoded.dictionary), r"\d").take(encoded.indices)


def _elsewhere(cells: Cells, begins: pa.Array) -> bool:
    """Is the field filled in a row that begins no block? Then each row speaks for itself."""
    return bool(pc.any(pc.and_(_filled(cells), pc.invert(begins))).as_py())


def _repeats(written: list[pa.Array]) -> pa.Array:
    """Where a block names the same numbers as the block before it."""
    count = len(written[0]) - 1
    same = [pc.equal(each.slice(0, count), each.slice(1, count)) for each in written]
    return same[0] if len(same) == 1 else pc.and_(*same)


def _places(begins: pa.Array) -> pa.Array:
    """The number of its block for each row, from 0 on."""
    return pc.subtract(pc.cumulative_sum(begins.cast(pa.int32())), pa.scalar(1, pa.int32()))
