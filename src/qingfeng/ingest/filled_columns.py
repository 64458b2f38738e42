"""Two columns of one thing, of which the first holds nothing: the filled one is taken.

交易金额(收入) and 交易金额(支出) of ``-`` stand beside 记账金额(收入) and 记账金额(支出), an empty
备注 beside 用途.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.grid import Grid
from qingfeng.ingest.header_text import header_keys, normalise_header, number_repeats
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.matching import ColumnRef, use_of
from qingfeng.schema.tables import ColumnKind

_NOTHING = " nothing:"
_SIDES = ("amount_fen.in", "amount_fen.out")
_FIGURE = r"[1-9０-９]"
_TEXT = r"[^\s\x01-\x03/／\\N无—－-]"
_TEXTS = frozenset({ColumnKind.TEXT, ColumnKind.NAME, ColumnKind.NUMBER})
_STEM = 2
"""So many first letters are one word in headers: 交易, 记账, 入账."""


def filled_columns(
    columns: Mapping[str, ColumnRef],
    layout: Layout,
    headers: Sequence[str],
    grid: Grid,
    body: tuple[int, int],
) -> tuple[dict[str, ColumnRef], tuple[str, ...]]:
    """The columns with the filled one of two of a thing, and what to say of each taken so.

    The rows of *body*, first included, last excluded, are looked at only where *headers* name a
    thing twice. Two pairs of amounts are changed together (see ``filled_pair``).
    """
    found, said = filled_pair(columns, layout, headers, grid, body)
    used = {ref.index for ref in found.values()}
    for index, text in enumerate(number_repeats(headers)):
        use = use_of(layout, header_keys(text)) if text and index not in used else None
        taken = found.get(use[0]) if use is not None else None
        if use is None or taken is None or layout.kinds.get(use[0]) not in _TEXTS:
            continue
        other = ColumnRef(index, text, None)
        if not _is_filled(grid, body, taken, _TEXT) and _is_filled(grid, body, other, _TEXT):
            found[use[0]] = other
            said = (*said, f"{taken.header} holds{_NOTHING} {text} is taken")
    return found, said


def were_replaced(remarks: Iterable[str]) -> bool:
    """Do the remarks on a table say that it takes another column for one without a value?"""
    return any(_NOTHING in each for each in remarks)


def filled_pair(
    columns: Mapping[str, ColumnRef],
    layout: Layout,
    headers: Sequence[str],
    grid: Grid,
    body: tuple[int, int],
) -> tuple[dict[str, ColumnRef], tuple[str, ...]]:
    """The columns with the filled pair of amounts and its currency, and what to say of it.

    The rows of *body*, first included, last excluded, are looked at only where *headers* have
    another pair, and no column that was taken holds an amount.
    """
    found = dict(columns)
    taken = [columns[side] for side in _SIDES if side in columns]
    if not taken:
        return found, ()
    names = number_repeats(headers)
    others = {side: _others(side, columns, layout, names) for side in _SIDES}
    if not all(others.values()) or any(_is_filled(grid, body, ref) for ref in taken):
        return found, ()
    filled = {
        side: next((ref for ref in refs if _is_filled(grid, body, ref)), refs[0])
        for side, refs in others.items()
    }
    if not any(_is_filled(grid, body, ref) for ref in filled.values()):
        return found, ()
    found |= filled
    found |= _currency(columns, layout, names, next(iter(filled.values())))
    listed = (" and ".join(ref.header for ref in refs) for refs in (taken, filled.values()))
    empty, given = listed
    return found, (f"{empty} hold{_NOTHING} {given} are taken",)


def _others(
    field: str, columns: Mapping[str, ColumnRef], layout: Layout, names: Sequence[str]
) -> list[ColumnRef]:
    """The columns that *layout* would read as *field* and that are not taken."""
    used = {ref.index for ref in columns.values()}
    found = []
    for index, text in enumerate(names):
        use = use_of(layout, header_keys(text)) if text and index not in used else None
        if use is not None and use[0] == field:
            found.append(ColumnRef(index, text, columns[field].unit if field in columns else None))
    return found


def _is_filled(grid: Grid, body: tuple[int, int], ref: ColumnRef, form: str = _FIGURE) -> bool:
    """Does some row of *body* hold *form*, by default a figure other than 0, in this column?"""
    start, end = body
    cells = grid.cells.column(ref.index).slice(start, max(0, end - start))
    for chunk in cells.chunks:
        texts = chunk
        if pa.types.is_dictionary(chunk.type):
            texts = chunk.dictionary.take(pc.unique(chunk.indices))
        if pc.any(pc.match_substring_regex(texts, form)).as_py():
            return True
    return False


def _currency(
    columns: Mapping[str, ColumnRef], layout: Layout, names: Sequence[str], amount: ColumnRef
) -> dict[str, ColumnRef]:
    """The column of currencies that is called as the filled pair is, where there is one."""
    stem = normalise_header(amount.header)[:_STEM]
    for ref in _others("currency", columns, layout, names):
        if "currency" in columns and normalise_header(ref.header)[:_STEM] == stem:
            return {"currency": ref}
    return {}
