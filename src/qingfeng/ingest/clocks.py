"""Times of day written as bare digits, whose leading zeros a program may have dropped.

``905`` is 09:05 among ``1305`` and ``0930``, and 00:09:05 among ``93015``. Each table decides for
itself; what it leaves open is unread, as ``2530`` among ``1305`` is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.delivery import Cells, plain
from qingfeng.ingest.instants import NO_DAY
from qingfeng.ingest.remembered import Pieces
from qingfeng.ingest.whole_table import in_slice, note, settled

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

DAY_S = 86_400


def read_clocks(cleaner: Cleaner, cells: Cells, tables: pa.Array, name: str = "") -> Pieces:
    """Seconds since midnight, 0 to 86,400 both included; ``precision``; ``problem``.

    *tables*: which table each cell belongs to; *name*: the field of the column, if it is one. A
    cell that holds date and time gives its time.
    """
    found = cleaner.clock(cells)
    if found["short"].null_count < len(cells):
        _settle_short(found, tables, name)
    elif name and in_slice():
        timed = bool(pc.any(pc.greater(found[""], 0)).as_py())
        note((_KEY, name), _Written(long=bool(pc.any(found["long"]).as_py()), timed=timed))
    if found["problem"].null_count < len(cells):
        _read_moments(cleaner, found)
    return {name: found[name] for name in ("", "precision", "problem")}


def other_time(moments: Pieces, clocks: Pieces) -> pa.Array:
    """What to say where a moment holds a time of day and the clock beside it says another.

    Midnight is none, and a moment without seconds may leave those of the clock out.
    """
    height = len(clocks[""])
    timed = pc.and_(pc.is_valid(moments[""]), pc.not_equal(moments["precision"], "day"))
    if not pc.any(timed).as_py():
        return pa.nulls(height, pa.string())
    since = pc.seconds_between(pc.floor_temporal(moments[""], unit="day"), moments[""])
    apart = pc.abs(pc.subtract(since.cast(pa.int64()), clocks[""]))
    minute = pc.or_(
        pc.equal(moments["precision"], "minute"), pc.equal(clocks["precision"], "minute")
    )
    differs = pc.greater(apart, pc.if_else(minute, 59, 0))
    differs = pc.and_(pc.and_(timed, pc.not_equal(since, 0)), differs).fill_null(fill_value=False)
    said = pc.binary_join_element_wise(
        "its day says ",
        pc.strftime(moments[""].cast(pa.timestamp("s")), "%H:%M:%S"),
        ", the time beside it ",
        pc.strftime(clocks[""].cast(pa.int64()).cast(pa.timestamp("s")), "%H:%M:%S"),
        "",
    )
    return pc.if_else(differs, said, None)


_KEY = "clocks"


@dataclass(frozen=True, slots=True)
class _Written:
    """How some cells of a column write their times; whether any says one but midnight."""

    long: bool = False
    zero_led: bool = False
    whole: bool = False
    no_second: bool = False
    timed: bool = False

    @property
    def answer(self) -> tuple[bool, bool, bool]:
        """Hours and minutes? Minutes and seconds? A time at all?"""
        minutes = not self.long and (self.zero_led or self.whole)
        return minutes, self.long and not (self.zero_led or self.no_second), self.timed

    def joined(self, below: _Written) -> _Written:
        return _Written(
            self.long or below.long,
            self.zero_led or below.zero_led,
            self.whole or below.whole,
            self.no_second or below.no_second,
            self.timed or below.timed,
        )


def _settle_short(found: Pieces, tables: pa.Array, name: str) -> None:
    """Read cells of at most four digits as their table writes its times."""
    text = plain(found["short"])
    short = text.is_valid().to_numpy(zero_copy_only=False)
    value = text.cast(pa.int64()).fill_null(0).to_numpy()
    size = pc.utf8_length(text).fill_null(0).to_numpy()
    zero_led = pc.starts_with(text, "0").fill_null(fill_value=False).to_numpy(zero_copy_only=False)
    zero_led &= size == 4
    by_minute = (value // 100) * 3_600 + (value % 100) * 60
    as_minute = short & (value % 100 < 60) & (by_minute <= DAY_S)
    by_second = (value // 100) * 60 + value % 100
    as_second = short & (value // 100 < 60) & (value % 100 < 60)
    asked = short & ~zero_led
    # A column of zeros alone says nothing of the time; among times it is midnight.
    minutes, seconds, timed = _styles(
        tables,
        name,
        found["long"].to_numpy(zero_copy_only=False),
        zero_led,
        short & (size == 4) & as_minute,
        asked & ~as_second,
        value + found[""].fill_null(0).to_numpy() > 0,
    )
    in_minutes = as_minute & (zero_led | minutes) & timed
    in_seconds = as_second & ~zero_led & (seconds | (value == 0)) & timed
    read = pa.array(in_minutes | in_seconds)
    settled = pa.array(np.where(in_minutes, by_minute, by_second))
    found[""] = pc.if_else(read, settled, found[""])
    found["precision"] = pc.if_else(pa.array(in_minutes), "minute", found["precision"])
    unread = pc.if_else(pa.array(short & ~(in_minutes | in_seconds) & timed), text, None)
    found["problem"] = pc.coalesce(found["problem"], unread)


def _styles(tables: pa.Array, name: str, *shown: Bools) -> tuple[Bools, Bools, Bools]:
    """For each cell, the answers of its table. *shown*: what each cell shows, see ``_Written``."""
    names, owner = np.unique(tables.to_numpy(), return_inverse=True)
    some = [np.bincount(owner[each], minlength=len(names)) > 0 for each in shown]
    facts = [_Written(*map(bool, flags)) for flags in zip(*some, strict=True)]
    if name and in_slice():
        facts = [settled((_KEY, name), each) for each in facts]
    answers = np.array([each.answer for each in facts], bool)[owner]
    return answers[:, 0], answers[:, 1], answers[:, 2]


def _read_moments(cleaner: Cleaner, found: Pieces) -> None:
    """The time of a cell that holds a day too, or a word such as 下午."""
    cells = plain(found["problem"]).fill_null("")
    cells = pc.replace_substring_regex(cells, NO_DAY, r"\1")
    alone = pc.if_else(
        pc.equal(cells, ""), "", pc.binary_join_element_wise("2000-01-01", cells, " ")
    )
    moments = cleaner.moment({"whole": cells, "alone": alone})
    for each in (moments["whole"], moments["alone"]):
        timed = pc.and_(pc.is_valid(each[""]), pc.not_equal(each["precision"], "day"))
        timed = timed.fill_null(fill_value=False)
        midnight = pc.floor_temporal(each[""], unit="day")
        since = pc.cast(pc.seconds_between(midnight, each[""]), pa.int64())
        found[""] = pc.if_else(timed, since, found[""])
        found["precision"] = pc.if_else(timed, plain(each["precision"]), found["precision"])
        found["problem"] = pc.if_else(timed, None, found["problem"])
