"""Where one grid holds several statements under one header: lines that say that another begins."""

from __future__ import annotations

import enum
import re

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.context import Context, read_preamble
from qingfeng.ingest.header_rows import Rows
from qingfeng.ingest.labels import begins_with_label, distinct_cells, label_pairs

_OWN_SIDE = frozenset({"account", "card", "account_masked", "holder_name", "owner_number"})
_COLON = r"[^\d\s][ \t　]*[:：]"
"""A colon that is none of a time of day: a short pattern, for most columns hold none."""
_LABELLED = begins_with_label(_OWN_SIDE)
_MOST_LINES = 10_000

_IDENTIFYING = ("昵称", "别名", "子账户", "项目名称", "用户名", "账号名")
"""Parts of labels that say whose statement it is, or of what, though they fill no column."""


class Begins(enum.Enum):
    """What a repeated header begins."""

    NOT = enum.auto()
    """Nothing: a page of the table above."""
    GOING_ON = enum.auto()
    """A table of the same account, with totals or a period of its own."""
    ANEW = enum.auto()


def naming_rows(rows: Rows, start: int) -> frozenset[int]:
    """Positions from *start* on that hold nothing but labels and values, and name an account.

    ``账号：6228…`` above the records of each account, below one header.
    """
    grid = rows.grid
    if grid.height <= start or not grid.width:
        return frozenset()
    places = _labelled(grid.cells.column(0).slice(start))
    if len(places) > _MOST_LINES:
        return frozenset()
    return frozenset(start + place for place in places if _names_account(rows, start + place))


def _labelled(column: pa.ChunkedArray) -> list[int]:
    """The rows of a first column that begin with a label and its colon."""
    whole = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    encoded = pa.types.is_dictionary(whole.type)
    texts = whole.dictionary if encoded else whole
    if not pc.match_substring_regex(texts, _COLON).true_count:
        return []
    wanted = pc.match_substring_regex(texts, _LABELLED)
    return list(pc.indices_nonzero(wanted.take(whole.indices) if encoded else wanted).to_pylist())


def _names_account(rows: Rows, position: int) -> bool:
    cells = distinct_cells(rows[position])
    pairs = label_pairs(rows[position])
    if not pairs or len(cells) > 2 * len(pairs):
        return False
    return bool(_OWN_SIDE & read_preamble([rows[position]]).fields.keys())


def begins_anew(above: Context, before: Context, *, by_title: bool = False) -> Begins:
    """What a repeated header with *above* over it begins, *before* standing over the first.

    A page repeats title and labels, or leaves them out. Other labels, or a title that differs in
    more than its dates and numbers, are another statement; a total or a period of its own
    belongs to the same one. *by_title*: a title names its rows' list, to the month (rosters).
    """
    if above.fields:
        return Begins.ANEW
    told = {label: text for label, text in above.extras.items() if _identifies(label)}
    if any(before.extras.get(label) != text for label, text in told.items()):
        return Begins.ANEW
    if above.month and above.month != before.month:
        return Begins.ANEW
    titles = [each.title or "" for each in (above, before)]
    if all(titles) and len(set(titles if by_title else map(_bare, titles))) > 1:
        return Begins.ANEW
    declared = above.declared
    if declared != before.declared and (declared.count or declared.counts or declared.period):
        return Begins.GOING_ON
    return Begins.NOT


def _identifies(label: str) -> bool:
    return any(part in label for part in _IDENTIFYING)


def _bare(title: str) -> str:
    """A title without days, months, numbers and punctuation."""
    return re.sub(r"[\W\d年月日季度份期第续上下半至到一二三四五六七八九十]", "", title)
