"""What tells rows of one table apart although their canonical content is equal.

Two rows of one table that differ in a column nobody reads are two records, whatever else
agrees; so are two that share a balance which the institution does not keep up. Both go into one
number a row. It is compared within a table only: identifiers, and with them the union across
files, stay the same when a column comes or goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import NOTHING, Cells
from qingfeng.ingest.fingerprint import lanes
from qingfeng.store.connecting import connect

_FEW = 5_000
"""Distinct cells up to which no query is worth its cost."""


_MANY_MOMENTS = 3
"""A booking, its fee and its reversal may share a serial: at fewer moments than these."""


_SAMPLE = 200
"""Rows of a table that show whether a serial may stand on half of them."""


def digest_of_rest(columns: Iterable[tuple[int, Cells]], height: int) -> pa.Array:
    """A 32-bit digest a row of the cells of *columns*, each with its place in the table.

    Equal in every slice of a file; 0 where no cell says anything.
    """
    total = np.zeros(height, np.uint64)
    for place, cells in columns:
        if pa.types.is_dictionary(cells.type):
            digests = _digests(cells.dictionary).take(cells.indices.to_numpy())
        else:
            digests = _digests(cells)
        total += digests * np.uint64(2 * place + 1)
    return pa.array((total >> np.uint64(32)).astype(np.uint32).view(np.int32))


_RUNNING = {"", "序号", "行号", "项次", "顺序号", "编号", "no", "no.", "#"}
"""Headers of columns that count the rows."""


def counts_rows(header: str, cells: Cells) -> bool:
    """Does a column only number the rows of its table?

    By its header and by holding whole numbers alone, or by counting 1, 2, 3 ... to the end.
    """
    if not len(cells):
        return False
    named = header.strip().casefold() in _RUNNING
    if not named and cells[0].as_py().strip() != "1":
        return False
    texts = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    numbers = pc.if_else(pc.match_substring_regex(texts, r"^\d{1,9}(\.0)?$"), texts, None)
    if named:
        return bool(pc.all(pc.or_(pc.is_valid(numbers), pc.equal(texts, ""))).as_py())
    steps = np.arange(1, len(texts) + 1).astype(str)
    return bool(pc.all(pc.equal(pc.replace_substring(texts, ".0", ""), pa.array(steps))).as_py())


def _digests(texts: pa.Array) -> npt.NDArray[np.uint64]:
    """64 bits of the MD5 of each text without blanks around it; 0 where it says nothing."""
    texts = pc.utf8_trim_whitespace(texts)
    texts = pc.if_else(pc.is_in(texts, value_set=pa.array(NOTHING)), "", texts)
    if len(texts) <= _FEW:
        found = np.array([_digest(text) for text in texts.to_pylist()], np.uint64)
    else:
        _database().register("cells", pa.table({"x": texts}))
        answer = _database().sql("SELECT md5_number(x) AS digest FROM cells").to_arrow_table()
        found = lanes(answer["digest"].combine_chunks())[:, 0].copy()
        found[pc.equal(texts, "").to_numpy(zero_copy_only=False)] = 0
    return found


def _digest(text: str) -> int:
    if not text:
        return 0
    return int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest()[:8], "little")


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return connect(threads=1)


def told_apart(
    rest: pa.Array, table_index: pa.Array, rows: pa.Array, columns: Mapping[str, pa.Array]
) -> pa.Array:
    """The digest of the rest; the row itself where neither balance nor serial identifies it.

    *columns*: those of the canonical table. A serial identifies whatever the balance does,
    unless it is one that stands on most bookings.
    """
    amount = columns.get("amount_fen")
    if "serial" not in columns or amount is None:
        return rest
    table = table_index.to_numpy()
    moved = pc.not_equal(amount.fill_null(0), 0)
    balance = columns["balance_fen"]
    useless = pc.invert(pc.and_(pc.is_valid(balance), moved)).to_numpy(zero_copy_only=False)
    idle = np.zeros(len(table), bool)
    if balance.null_count < len(balance):
        idle = _idle(
            balance.fill_null(0).to_numpy(), ~useless, amount.fill_null(0).to_numpy(), table
        )
    common = _common(columns["serial"], columns["booked_at"], table)
    unnamed = pc.is_null(columns["serial"]).to_numpy(zero_copy_only=False)
    alone = (idle & (unnamed | common)) | (useless & common)
    return pc.if_else(pa.array(alone), rows, rest) if alone.any() else rest


def _common(
    serials: pa.Array, moments: pa.Array, table: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Rows whose serial is none: it stands on half of a table's bookings, at many moments."""
    found = np.zeros(len(serials), bool)
    if serials.null_count == len(serials):
        return found
    edges = np.flatnonzero(np.diff(table, prepend=-1, append=-1))
    for start, end in pairwise(edges.tolist()):
        if end - start < _MANY_MOMENTS:
            continue
        sample = np.linspace(start, end - 1, min(end - start, _SAMPLE)).astype(np.int64)
        seen = serials.take(sample).drop_null().value_counts()
        if not len(seen) or 4 * pc.max(seen.field("counts")).as_py() < len(sample):
            continue
        of_table = serials.slice(start, end - start)
        seen = of_table.drop_null().value_counts()
        place = int(np.argmax(seen.field("counts").to_numpy()))
        if 2 * seen.field("counts")[place].as_py() < len(of_table) - of_table.null_count:
            continue
        those = pc.equal(of_table.cast(pa.string()), seen.field("values")[place].as_py())
        if pc.count_distinct(moments.slice(start, end - start).filter(those)).as_py() < (
            _MANY_MOMENTS
        ):
            continue
        found[start:end] = those.fill_null(False).to_numpy(zero_copy_only=False)
    return found


def _idle(
    balance: npt.NDArray[np.int64],
    moved: npt.NDArray[np.bool_],
    amount: npt.NDArray[np.int64],
    table: npt.NDArray[np.int64],
) -> npt.NDArray[np.bool_]:
    """Rows whose balance is not kept up. *moved*: has a balance, and an amount that is not zero.

    A balance that stays although money moved is not kept up if it is nothing, or that of at
    least half of the rows, and no row leads to it or from it by its amount.
    """
    found = np.zeros(len(balance), bool)
    together = (table[1:] == table[:-1]) & moved[1:] & moved[:-1]
    stays = together & (balance[1:] == balance[:-1])
    for each in np.unique(table[1:][stays]):
        rows = np.flatnonzero((table == each) & moved)
        values, amounts = balance[rows], np.abs(amount[rows])
        suspected = np.unique(balance[1:][stays & (table[1:] == each)])
        which = np.minimum(np.searchsorted(suspected, values), len(suspected) - 1)
        hit = suspected[which] == values
        times = np.bincount(which[hit], minlength=len(suspected))
        step = np.abs(np.diff(values))
        led = (step > 0) & ((step == amounts[1:]) | (step == amounts[:-1]))
        kept_up = np.zeros(len(suspected), bool)
        kept_up[which[1:][led & hit[1:]]] = True
        kept_up[which[:-1][led & hit[:-1]]] = True
        idle = ~kept_up & ((suspected == 0) | (2 * times >= len(rows)))
        found[rows[hit & idle[which]]] = True
    return found


def led_to(
    first: pa.Array, table: pa.Array, columns: Mapping[str, pa.Array]
) -> npt.NDArray[np.bool_]:
    """Which repeated rows the chain of balances needs: the account came back to a balance.

    Of the rows of one or more tables in delivered order. *first*: is a row the first of its
    identifier in its table? A row is needed if an unbroken chain leads to it
    from a row that is a first. Rows stand in the order of time, or against it; where a page is
    printed again, time jumps back, or the balance does.
    """
    amount = columns["amount_fen"].fill_null(0).to_numpy()
    side = columns["direction"].cast(pa.string())
    sign = pc.if_else(
        pc.is_in(side, pa.array(["in", "transfer_in"])),
        1,
        pc.if_else(pc.is_in(side, pa.array(["out", "transfer_out"])), -1, 0),
    )
    net = sign.fill_null(0).to_numpy(zero_copy_only=False) * amount
    balance = columns["balance_fen"]
    sound = pc.is_valid(balance).to_numpy(zero_copy_only=False) & (net != 0)
    held = balance.fill_null(0).to_numpy()
    within = (np.diff(table.to_numpy()) == 0) & sound[1:] & sound[:-1]
    later = np.diff(columns["booked_at"].cast(pa.int64()).fill_null(0).to_numpy())
    forward = within & (later >= 0) & (held[:-1] + net[1:] == held[1:])
    backward = within & (later <= 0) & (held[:-1] - net[:-1] == held[1:])
    is_first = first.to_numpy(zero_copy_only=False)
    needed = np.zeros(len(amount), bool)
    for index in np.unique(table.to_numpy()):
        rows = np.flatnonzero(table.to_numpy() == index)
        steps = rows[1:] - 1
        linked = max(forward[steps], backward[steps], key=np.count_nonzero)
        firsts = np.cumsum(is_first[rows])
        starts = np.flatnonzero(np.concatenate([[True], ~linked]))
        before = firsts[starts] - is_first[rows][starts]
        of_run = np.repeat(before, np.diff(np.append(starts, len(rows))))
        needed[rows] = (firsts > of_run) & ~is_first[rows]
    return needed
