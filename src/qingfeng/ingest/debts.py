"""Statements of what is owed: there a plus is spending, and a rising balance too."""

from __future__ import annotations

import re

from qingfeng.ingest.grid import Grid
from qingfeng.ingest.headers import Found

_OWED = re.compile("信用卡|贷记卡|贷款|欠款|应还|借据|借款|账单日|还款日")


def speaks_of_debt(place: str, grid: Grid, found: Found) -> bool:
    """Does the path, the sheet, a line above the table or a header speak of a debt?"""
    first, last = found.preamble
    above = grid.cells.slice(first, last - first) if last > first else None
    cells = (cell for column in (above.columns if above else ()) for cell in column.to_pylist())
    return any(
        _OWED.search(text) for text in (place, grid.sheet, *grid.above, *found.headers, *cells)
    )
