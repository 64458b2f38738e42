"""Cells written ``="…"``, headers too: a spreadsheet then keeps their digits as text."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

WRAPPED = b'="'
"""A text without these bytes has no such cell."""

_FORM = r'(?s)^\s*="(.*)"\s*$'


def unwrapped(cells: pa.Table) -> pa.Table:
    """The same cells without ``="`` and ``"``; a doubled mark between them is one."""
    columns = []
    for column in cells.columns:
        texts = column.cast(pa.string())
        wrapped = pc.match_substring_regex(texts, _FORM)
        if not pc.any(wrapped).as_py():
            columns.append(column)
            continue
        bare = pc.replace_substring_regex(texts, _FORM, r"\1")
        columns.append(pc.if_else(wrapped, pc.replace_substring(bare, '""', '"'), texts))
    return pa.table(columns, names=cells.column_names)
