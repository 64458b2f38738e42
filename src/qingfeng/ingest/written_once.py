"""Lists that write account and holder only where they change: on the first row of each block.

That is what merged cells leave in a csv. Such a list never writes the same number twice in a
row, and leaves the number empty in between; any other blank is a blank. So do rosters with their
villages, and lists of orders with what further units did about the order above.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import Cells, are_blank, plain
from qingfeng.ingest.whole_table import above, in_slice, note, settled

_NUMBERS = ("account", "card")
_TIMES = ("booked_at", "booked_at.date", "booked_at.or")
_OF_BLOCK = ("account", "card", "holder_name", "holder_id", "bank", "currency")


@dataclass(frozen=True, slots=True)
class _Blocks:
    """What some rows show of the blocks of their list.

    *numbers*: the fields that begin a block, one of them at least; *of_block*: those that its
    first row may say for all of them. *rows*: how many; of these *named* by a number, *records*
    with a time, and both: *begins*. *leads*: does the first of them begin a block? *filled*,
    *elsewhere*: fields that say something at all, and in records that begin no block. *repeats*:
    some block names the numbers of the one before it. *first*, *last*: the numbers of the first
    and the last block, if there is one; *carried*: what the last one says, by field.
    """

    numbers: tuple[str, ...]
    of_block: tuple[str, ...]
    rows: int
    named: int
    records: int
    begins: int
    leads: bool
    filled: frozenset[str]
    elsewhere: frozenset[str]
    repeats: bool
    first: tuple[str, ...] | None = None
    last: tuple[str, ...] | None = None
    carried: tuple[tuple[str, str], ...] = ()

    @property
    def answer(self) -> tuple[str, ...]:
        """The fields of which the first row of a block speaks for all of them."""
        own = [name for name in self.numbers if name in self.filled]
        if not own or self.named == self.rows or not self.begins or not self.leads or self.repeats:
            return ()
        if 2 * self.begins > self.records or any(name in self.elsewhere for name in own):
            return ()
        return tuple(
            name for name in self.of_block if name in self.filled and name not in self.elsewhere
        )

    def joined(self, below: _Blocks) -> _Blocks:
        return _Blocks(
            self.numbers,
            self.of_block,
            self.rows + below.rows,
            self.named + below.named,
            self.records + below.records,
            self.begins + below.begins,
            self.leads if self.rows else below.leads,
            self.filled | below.filled,
            self.elsewhere | below.elsewhere,
            self.repeats or below.repeats or (self.last is not None and self.last == below.first),
            below.first if self.first is None else self.first,
            self.last if below.last is None else below.last,
            below.carried or self.carried,
        )


_BLOCKS = ("blocks",)
_VILLAGES = ("blocks", "villages")
_ORDERS = ("blocks", "orders")


def carried_in(
    table: str, fields: Mapping[str, Cells], height: int, *, owned: bool = False
) -> tuple[dict[str, Cells], int]:
    """The fields of rows of *table* that are said by a row above, filled; and how many rows were.

    *owned*: an account stands above the table.
    """
    if table == "transfers":
        return carried_down(fields, height, owned=owned)
    if table == "tickets":
        return carried_tickets(fields, height)
    return carried_villages(fields, height) if table == "benefits" else ({}, 0)


def carried_down(
    fields: Mapping[str, Cells], height: int, *, owned: bool = False
) -> tuple[dict[str, Cells], int]:
    """The fields of which a block's first row alone speaks, filled; and how many rows were.

    Nothing if the list is none of that kind: its blocks have two rows on average, or more. Rows
    without a time are no records, and left alone. A row below takes nothing of another block:
    where the first row of its block leaves a field empty, it stays empty.

    *owned*: an account stands above the table, so that nothing is missing where a row, made
    without the card, names no card.
    """
    own = [name for name in _NUMBERS if name in fields]
    if owned or not (own or in_slice()):
        return {}, 0
    named = functools.reduce(pc.or_, [_filled(fields[name]) for name in own], _none(height))
    if named.true_count == height and not in_slice():
        return {}, 0
    if named.true_count == height:
        # Nothing is to be carried; a slice says so to the others.
        note(_BLOCKS, _shown(fields, named, named, named))
        return {}, 0
    times = [name for name in _TIMES if name in fields]
    record = functools.reduce(pc.or_, [_has_digit(fields[name]) for name in times], _none(height))
    begins = pc.and_(named, record)
    if not in_slice() and (2 * begins.true_count > record.true_count or not begins[0].as_py()):
        return {}, 0
    chosen = settled(_BLOCKS, _shown(fields, named, record, begins)).answer
    if not chosen:
        return {}, 0
    before = above(_BLOCKS)
    led = dict(before.carried) if before is not None else {}
    firsts, within = pc.indices_nonzero(begins), _places(begins)
    found: dict[str, Cells] = {}
    for name in chosen:
        cells = _texts(fields, name, height)
        said = pa.concat_arrays([pa.array([led.get(name, "")]), cells.take(firsts)])
        found[name] = pc.if_else(record, said.take(within), cells)
    return found, record.true_count - begins.true_count


def _shown(
    fields: Mapping[str, Cells], named: pa.Array, record: pa.Array, begins: pa.Array
) -> _Blocks:
    firsts = pc.indices_nonzero(begins)
    own = [fields.get(name) for name in _NUMBERS]
    written = [pa.repeat("", len(firsts)) if c is None else plain(c.take(firsts)) for c in own]
    blocks = len(firsts)
    filled = {name: begins for name in _OF_BLOCK if name in fields}
    if blocks < len(named):
        filled = {name: _filled(fields[name]) for name in filled}
    return _Blocks(
        _NUMBERS,
        _OF_BLOCK,
        len(named),
        named.true_count,
        record.true_count,
        blocks,
        bool(blocks and firsts[0].as_py() == 0),
        frozenset(name for name, rows in filled.items() if rows.true_count),
        frozenset(
            name
            for name, rows in filled.items()
            if pc.and_(rows, pc.and_not(record, begins)).true_count
        ),
        blocks > 1 and bool(pc.any(_repeats(written)).as_py()),
        tuple(each[0].as_py() for each in written) if blocks else None,
        tuple(each[-1].as_py() for each in written) if blocks else None,
        tuple((name, str(fields[name][firsts[-1].as_py()])) for name in filled) if blocks else (),
    )


def carried_villages(fields: Mapping[str, Cells], height: int) -> tuple[dict[str, Cells], int]:
    """The villages of a roster that names each on the first row of its block only; see above.

    A row without a name is no record: where its village cell is filled, as that of a subtotal
    is, the block ends with it.
    """
    person = fields.get("beneficiary_name")
    if person is None or not ("village" in fields or in_slice()):
        return {}, 0
    cells = _texts(fields, "village", height)
    named, record = _filled(cells), _filled(person)
    begins = pc.and_(named, record)
    if not in_slice() and 2 * begins.true_count > record.true_count:
        return {}, 0
    said = pc.if_else(named, pc.if_else(record, cells, ""), None)
    shown = _shown_villages(cells, record, begins, said)
    if begins.true_count == record.true_count:
        # Nothing is to be carried; a slice says so to the others.
        note(_VILLAGES, shown)
        return {}, 0
    if not settled(_VILLAGES, shown).answer:
        return {}, 0
    before = above(_VILLAGES)
    led = dict(before.carried).get("village", "") if before is not None else ""
    carried = pc.fill_null(pc.fill_null_forward(said), led)
    silent = pc.and_not(record, named)
    added = pc.and_(silent, pc.not_equal(carried, ""))
    if not added.true_count:
        return {}, 0
    return {"village": pc.if_else(silent, carried, cells)}, added.true_count


def _shown_villages(cells: pa.Array, record: pa.Array, begins: pa.Array, said: pa.Array) -> _Blocks:
    """Of the records alone: rows without a name may stand anywhere."""
    records, count = record.true_count, begins.true_count
    written = cells.filter(begins)
    told = said.drop_null()
    return _Blocks(
        ("village",),
        ("village",),
        records,
        count,
        records,
        count,
        bool(records and begins.filter(record)[0].as_py()),
        frozenset({"village"} if count else ()),
        frozenset(),
        count > 1 and bool(pc.any(_repeats([written])).as_py()),
        (written[0].as_py(),) if count else None,
        (written[-1].as_py(),) if count else None,
        (("village", told[-1].as_py()),) if len(told) else (),
    )


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


@dataclass(frozen=True, slots=True)
class _Orders:
    """Which fields some rows of a list of orders fill, and the last of them that is not silent.

    *carried*: what that one says, by field, if it is an order, else nothing; None without any.
    """

    fields: frozenset[str]
    carried: tuple[tuple[str, str], ...] | None

    @property
    def answer(self) -> bool:
        """May a row that says nothing of an order be a further handling of the one above?"""
        have = self.fields & {*_ORDER}
        return "reference" in have and len(have) > 1 and bool(self.fields & {*_HANDLING})

    def joined(self, below: _Orders) -> _Orders:
        last = self.carried if below.carried is None else below.carried
        return _Orders(self.fields | below.fields, last)


def carried_tickets(fields: Mapping[str, Cells], height: int) -> tuple[dict[str, Cells], int]:
    """The order beside each further unit that handled it, and how many rows those are.

    Such a row says nothing of an order and names a unit or its reply; it stands below an order.
    """
    have = frozenset(fields) & {*_ORDER, *_ORDER_TIMES, *_HANDLING}
    if not in_slice() and not _Orders(have, None).answer:
        return {}, 0
    said, handled = (
        functools.reduce(pc.or_, [_filled(fields[n]) for n in names if n in have], _none(height))
        for names in (_ORDER, _HANDLING)
    )
    silent = pc.invert(said)
    order = pc.and_(_filled(_texts(fields, "reference", height)), handled)
    shown = _Orders(have, _last_order(fields, said, order))
    if not pc.and_(silent, handled).true_count:
        note(_ORDERS, shown)
        return {}, 0
    if not settled(_ORDERS, shown).answer:
        return {}, 0
    before = above(_ORDERS)
    led = dict(before.carried or ()) if before is not None else {}
    below = pc.fill_null_forward(pc.if_else(silent, None, order)).fill_null(bool(led))
    further = pc.and_(pc.and_(silent, handled), below)
    if not further.true_count:
        return {}, 0
    found: dict[str, Cells] = {}
    for name in (*_ORDER, *_ORDER_TIMES):
        if name not in have and name not in led:
            continue
        cells = _texts(fields, name, height)
        told = pc.fill_null_forward(pc.if_else(silent, None, cells)).fill_null(led.get(name, ""))
        blank = pc.and_not(further, _filled(cells))
        found[name] = pc.if_else(blank, told, cells)
    return found, further.true_count


def _last_order(
    fields: Mapping[str, Cells], said: pa.Array, order: pa.Array
) -> tuple[tuple[str, str], ...] | None:
    places = pc.indices_nonzero(said)
    if not len(places):
        return None
    last = places[-1].as_py()
    if not order[last].as_py():
        return ()
    names = [name for name in (*_ORDER, *_ORDER_TIMES) if name in fields]
    return tuple((name, str(fields[name][last].as_py())) for name in names)


def _texts(fields: Mapping[str, Cells], name: str, height: int) -> pa.Array:
    """The cells of a field; of one that no row at hand fills, empty ones."""
    return plain(fields[name]) if name in fields else pa.repeat("", height)


def _none(height: int) -> pa.Array:
    return pa.repeat(pa.scalar(False), height)


def _filled(cells: Cells) -> pa.Array:
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    return pc.invert(are_blank(plain(encoded.dictionary))).take(encoded.indices)


def _has_digit(cells: Cells) -> pa.Array:
    return _by_value(cells, lambda texts: pc.match_substring_regex(texts, r"\d"))


def _by_value(cells: Cells, answers: Callable[[pa.Array], pa.Array]) -> pa.Array:
    if not pa.types.is_dictionary(cells.type):
        return answers(cells)
    return answers(plain(cells.dictionary)).take(cells.indices)


def _repeats(written: list[pa.Array]) -> pa.Array:
    """Where a block names the same numbers as the block before it."""
    count = len(written[0]) - 1
    same = [pc.equal(each.slice(0, count), each.slice(1, count)) for each in written]
    return same[0] if len(same) == 1 else pc.and_(*same)


def _places(begins: pa.Array) -> pa.Array:
    """The number of its block for each row, from 1 on; 0 before the first."""
    return pc.cumulative_sum(begins.cast(pa.int32()))
