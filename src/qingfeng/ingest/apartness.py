"""What tells rows of one table apart although their canonical content is equal.

Two rows of one table that differ in a column nobody reads are two records, whatever else
agrees; so are two that share a balance which the institution does not keep up. Both go into one
number a row. It is compared within a table only: identifiers, and with them the union across
files, stay the same when a column comes or goes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import NOTHING, Cells
from qingfeng.ingest.fingerprint import lanes
from qingfeng.ingest.whole_table import begins_table, in_slice, note, settled
from qingfeng.store.connecting import connect

_FEW = 5_000
"""Distinct cells up to which no query is worth its cost."""


_SAMPLE = 200
"""Rows of a column that show whether it counts them."""


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


_NUMBER = r"^\d{1,9}(\.0)?$"


@dataclass(frozen=True, slots=True)
class _Count:
    """How the cells of a column number their rows.

    *named*: the header says that they do. *first*, *numbers*: the first number, and how many
    there are; *sound*: nothing speaks against it. *whole*: are the first rows those of the table?
    """

    named: bool
    first: int | None
    numbers: int
    sound: bool
    whole: bool

    @property
    def answer(self) -> bool:
        """Does the column only number the rows, as far as these show?"""
        return self.sound and (self.named or self.first == 1 or not self.whole)

    def joined(self, below: _Count) -> _Count:
        goes_on = (
            self.first is None or below.first is None or below.first == self.first + self.numbers
        )
        return _Count(
            self.named,
            below.first if self.first is None else self.first,
            self.numbers + below.numbers,
            self.sound and below.sound and (self.named or goes_on),
            self.whole,
        )


def counts_rows(
    place: int, header: str, cells: Cells, closing: Callable[[], npt.NDArray[np.bool_]]
) -> bool:
    """Does the column at *place* only number the rows of its table?

    By its header and by holding whole numbers alone, or by counting 1, 2, 3 ... to the end. What
    stands there in rows that are no records, which *closing* says, is passed over.
    """
    if not len(cells):
        return False
    count = _count(header.strip().casefold() in _RUNNING, cells, closing)
    if count is None:
        return False
    if not (count.named or count.numbers):
        note(("numbers rows", place), count)
        return False
    return settled(("numbers rows", place), count).answer


def _count(
    named: bool, cells: Cells, closing: Callable[[], npt.NDArray[np.bool_]]
) -> _Count | None:
    """How a column numbers its rows; None of one that shows at once that it does not."""
    broken = _Count(named, None, 0, sound=False, whole=begins_table())
    if not named and not _begins_to_count(cells):
        return broken if in_slice() else None
    texts = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    numbered = pc.match_substring_regex(texts, _NUMBER).to_numpy(zero_copy_only=False)
    other = ~numbered if not named else ~numbered & pc.not_equal(texts, "").to_numpy(False)
    if other.any() and (other & ~closing()).any():
        return broken
    said = pc.replace_substring(texts.filter(pa.array(numbered)), ".0", "")
    numbers = said.cast(pa.int64()).to_numpy()
    first = int(numbers[0]) if len(numbers) else None
    goes_on = named or bool((np.diff(numbers) == 1).all())
    return _Count(named, first, len(numbers), sound=goes_on, whole=begins_table())


def _begins_to_count(cells: Cells) -> bool:
    """Do the first numbers of a column go up by one, from 1 on if the table begins with them?"""
    sample = cells.slice(0, _SAMPLE).cast(pa.string()).to_pylist()
    texts = (text.strip() for text in sample)
    found = [int(text.removesuffix(".0")) for text in texts if re.fullmatch(_NUMBER, text)]
    if not found:
        # The last slice may hold nothing but what closes the table.
        return in_slice() and len(cells) <= _SAMPLE
    if begins_table() and found[0] != 1:
        return False
    return found == list(range(found[0], found[0] + len(found)))


def names_parts(cells: Cells) -> bool:
    """Does a column of parts of an account (00000, 00001; 156_1) name parts, and not count rows?

    Numbers without a zero before them, each on a row of its own, count them.
    """
    texts = pc.unique(pc.utf8_trim_whitespace(cells.cast(pa.string())))
    bare = pc.all(pc.match_substring_regex(texts, r"^[1-9]\d{0,5}(\.0)?$")).as_py()
    return not bare or (len(texts) == 1 < len(cells))


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


def led_to(
    first: pa.Array, table: pa.Array, columns: Mapping[str, pa.Array]
) -> npt.NDArray[np.bool_]:
    """Which repeated rows the chain of balances needs: the account came back to a balance.

    Of the rows of one or more tables in delivered order. *first*: is a row the first of its
    identifier in its table? A row is needed if an unbroken chain leads to it
    from a row that is a first. Rows stand in the order of time, or against it; where a page is
    printed again, time jumps back, or the balance does.
    """
    forward, backward = links(columns)
    within = np.diff(table.to_numpy()) == 0
    forward, backward = forward & within, backward & within
    is_first = first.to_numpy(zero_copy_only=False)
    needed = np.zeros(len(is_first), bool)
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


def links(columns: Mapping[str, pa.Array]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Where the balance of a row leads to the next one, in the order of time; and against it."""
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
    both = sound[1:] & sound[:-1]
    later = np.diff(columns["booked_at"].cast(pa.int64()).fill_null(0).to_numpy())
    forward = both & (later >= 0) & (held[:-1] + net[1:] == held[1:])
    backward = both & (later <= 0) & (held[:-1] - net[:-1] == held[1:])
    return forward, backward
