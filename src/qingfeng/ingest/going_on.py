"""Tables of one page, or sheets of one print, that go on with the statement of the one before.

Programs print a statement in pages and say only above the first whose it is: the next table of
an HTML page, the sheet ``Page 2``, has the same headers and nobody's name above them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qingfeng.ingest.grid import Grid
from qingfeng.ingest.header_text import normalise_header
from qingfeng.ingest.headers import Found
from qingfeng.ingest.statements import Begins, begins_anew

_OF_ONE_PAGE = frozenset({"html", "mhtml"})
_PAGE = re.compile(r"(?:page|table)[\s_-]*\d{1,4}|第?\s*\d{1,4}\s*页", re.IGNORECASE)
_NUMBER_OF_PAGE = re.compile(
    r"\W*第?\s*\d+\s*页?\W*(?:共?\s*\d+\s*页)?\W*|\W*page\s*\d+.{0,12}", re.IGNORECASE
)
_WHOSE = frozenset({"account", "card", "account_masked", "owner_number", "holder_name"})


def going_on(grid: Grid, found: Sequence[Found], above: tuple[Grid, Found] | None) -> list[Found]:
    """The tables of *grid*, the first with the context of the one *above* if it goes on with it.

    It does if both are tables of one page, or of sheets that are called pages, with the same
    headers, and nothing above it, nor in its columns, names an account or a holder.
    """
    tables = list(found)
    if above is None or not tables or not _is_next(grid, tables[0], *above):
        return tables
    before, table = above[1], tables[0]
    context = {key: text for key, text in before.context.items() if key not in table.context}
    if not context:
        return tables
    said = f"nothing above it names its account: it goes on with {above[0].sheet or 'the table'}"
    tables[0] = replace(
        table,
        layout=before.layout,
        columns=before.columns,
        ignored=before.ignored,
        missing=before.missing,
        reasons=before.reasons,
        constants=before.constants,
        around=before.around.going_on(table.around),
        context={**table.context, **context},
        remarks=(*table.remarks, said),
    )
    return tables


def _is_next(grid: Grid, table: Found, before_grid: Grid, before: Found) -> bool:
    if before.layout is None or table.layout is None or before.layout.table != table.layout.table:
        return False
    if grid.member != before_grid.member or _names(table) != _names(before):
        return False
    pages = grid.kind in _OF_ONE_PAGE or all(
        _PAGE.fullmatch(each.sheet.strip()) for each in (grid, before_grid)
    )
    named = _WHOSE & {*table.context, *table.columns}
    if named or not pages:
        return False
    above = table.around
    if above.title and _NUMBER_OF_PAGE.fullmatch(above.title.strip()):
        above = replace(above, title=None)
    return begins_anew(above, before.around) is not Begins.ANEW


def _names(table: Found) -> list[str]:
    return [normalise_header(text) for text in table.headers]
