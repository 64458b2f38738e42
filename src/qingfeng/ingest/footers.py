"""Rows that may be no record: totals, carried balances, what closes a table.

They are told by the words of their first cells or, for totals and carried balances, of any
column of words. What reads so may be a booking all the same, whose memo says 合计 or 备注：...:
``judging`` looks at the whole row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.closing_words import (
    CARRIED,
    CARRIED_FORM,
    FOOTER,
    FOOTER_FORM,
    LIKELY,
    LIKELY_CARRIED,
    MILD_TOTAL,
    PLACE_TOTAL,
    TOTAL,
    TOTAL_FORM,
    TOTAL_WORDS,
    squeezed,
)
from qingfeng.ingest.delivery import Cells, Delivery, Lead, plain
from qingfeng.ingest.remembered import Pieces
from qingfeng.schema import ColumnKind, Table

_BOOKED_WORDS = {"summary", "remark", "item", "counterparty_name", "channel", "direction"}
"""Columns of bookings in which a total may stand behind a date."""

_PLAIN_FORM = r"^[\x01\x02]?[0-9a-z][-0-9A-Z_a-z:/., ]*\s*$"
"""Numbers, moments, serials: nothing of the forms begins so."""


def footers(table: Table, delivery: Delivery) -> dict[str, pa.Array]:
    """Columns for ``statement``, by name.

    ``is_footer``: the row says total, carried balance, page or signature, or the header of its
    own column. Only if some row does: ``lead_kind``, what it says (see ``closing_words``);
    ``lead_text``, the words without blanks; ``lead_field``, the column that they fill, null if
    none; ``lead_first``, they stand in the first filled of the leading cells; ``lead_firm``,
    they can hardly be a name.
    """
    found = pa.repeat(pa.scalar(False), delivery.height)
    said: Pieces = {
        "lead_kind": pa.nulls(delivery.height, pa.string()),
        "lead_text": pa.nulls(delivery.height, pa.string()),
        "lead_field": pa.nulls(delivery.height, pa.string()),
        "lead_first": pa.repeat(pa.scalar(False), delivery.height),
        "lead_firm": pa.repeat(pa.scalar(True), delivery.height),
    }
    open_rows = pa.repeat(pa.scalar(True), delivery.height)
    for lead in delivery.leads:
        if not open_rows.true_count:
            break
        asked = _by_value(lead.cells, partial(_leading, table, delivery, lead))
        spoken = pc.and_(open_rows, pc.is_valid(asked["kind"]))
        open_rows = pc.and_(open_rows, _blank(lead.cells))
        if spoken.true_count:
            found = pc.or_(found, spoken)
            said = _told(said, spoken, lead, asked, first=True)
    for lead in _columns_of_words(table, delivery):
        asked = _by_value(lead.cells, partial(_in_words, table))
        spoken = pc.and_(pc.invert(found), pc.is_valid(asked["kind"]))
        if spoken.true_count:
            found = pc.or_(found, spoken)
            said = _told(said, spoken, lead, asked, first=False)
    return {"is_footer": found, **said} if found.true_count else {"is_footer": found}


def _told(said: Pieces, spoken: pa.Array, lead: Lead, asked: Pieces, *, first: bool) -> Pieces:
    texts = squeezed(plain(lead.cells).filter(spoken))
    return {
        "lead_kind": pc.if_else(spoken, asked["kind"], said["lead_kind"]),
        "lead_text": pc.replace_with_mask(said["lead_text"], spoken, texts),
        "lead_field": pc.if_else(spoken, pa.scalar(lead.field, pa.string()), said["lead_field"]),
        "lead_first": pc.or_(said["lead_first"], pc.and_(spoken, pa.scalar(first))),
        "lead_firm": pc.if_else(spoken, asked["firm"], said["lead_firm"]),
    }


def _columns_of_words(table: Table, delivery: Delivery) -> list[Lead]:
    """The columns in which a total or a carried balance may stand.

    Names in any table. Numbers and texts only where money is summed: a message may say 合计.
    """
    booking = table.name == "transfers"
    money = any(column.kind is ColumnKind.FEN for column in table.columns)
    kinds = {ColumnKind.NAME, *((ColumnKind.TEXT, ColumnKind.NUMBER) if money else ())}
    wanted = {column.name for column in table.columns if column.kind in kinds}
    wanted = _BOOKED_WORDS if booking else wanted
    return [
        Lead(cells, (), name.partition(".")[0])
        for name, cells in delivery.fields.items()
        if name.partition(".")[0] in wanted
    ]


def _in_words(table: Table, values: pa.Array) -> Pieces:
    """``kind``: total or carried, of words that say nothing else; ``firm``: can it be no name?"""
    booking = table.name == "transfers"
    likely = f"{LIKELY}|{LIKELY_CARRIED}" if booking else LIKELY
    return _where(pc.match_substring_regex(values, likely), values, partial(_worded, booking))


def _worded(booking: bool, values: pa.Array) -> Pieces:
    texts = squeezed(values)
    total = pc.match_substring_regex(texts, TOTAL_WORDS)
    other = pc.match_substring_regex(texts, CARRIED_FORM if booking else PLACE_TOTAL)
    kind = pc.if_else(other, CARRIED if booking else TOTAL, pa.scalar(None, pa.string()))
    mild = pc.match_substring_regex(texts, MILD_TOTAL)
    return {
        "kind": pc.if_else(pc.or_(total, mild), TOTAL, kind),
        "firm": pc.and_(pc.or_(total, pc.invert(mild)), pa.scalar(booking)),
    }


def _leading(table: Table, delivery: Delivery, lead: Lead, values: pa.Array) -> Pieces:
    """``kind`` and ``firm`` of the texts of a leading column; plain ones say nothing."""
    layout = delivery.layout
    likely = pc.invert(pc.or_(pc.match_substring_regex(values, _PLAIN_FORM), _blank(values)))
    own = squeezed(pa.array(lead.headers, pa.string()))
    plainly = pc.any(pc.match_substring_regex(own, _PLAIN_FORM)).as_py()
    if plainly or pc.any(_fits(_bare(values), (*layout.footers, *layout.totals))).as_py():
        likely = pc.invert(_blank(values))
    return _where(likely, values, partial(_begun, table, delivery, own))


def _begun(table: Table, delivery: Delivery, own: pa.Array, values: pa.Array) -> Pieces:
    layout, texts, bare = delivery.layout, squeezed(values), _bare(values)
    firm = pc.or_(pc.match_substring_regex(texts, TOTAL_FORM), _fits(bare, layout.totals))
    booking = table.name == "transfers"
    mild = pc.match_substring_regex(texts, CARRIED_FORM if booking else PLACE_TOTAL)
    footer = pc.or_(pc.match_substring_regex(texts, FOOTER_FORM), pc.is_in(texts, own))
    footer = pc.or_(footer, _fits(bare, layout.footers))
    nothing = pa.scalar(None, pa.string())
    kind = pc.if_else(mild, CARRIED if booking else TOTAL, pc.if_else(footer, FOOTER, nothing))
    return {
        "kind": pc.if_else(firm, TOTAL, kind),
        "firm": pc.or_(firm, pa.scalar(booking)),
    }


def _where(likely: pa.Array, values: pa.Array, answers: partial[Pieces]) -> Pieces:
    """The *answers* to the likely ones among *values*; nothing is said of the others."""
    kind = pa.nulls(len(values), pa.string())
    firm = pa.repeat(pa.scalar(True), len(values))
    if not likely.true_count:
        return {"kind": kind, "firm": firm}
    found = answers(values.filter(likely))
    return {
        "kind": pc.replace_with_mask(kind, likely, found["kind"]),
        "firm": pc.replace_with_mask(firm, likely, found["firm"]),
    }


def _fits(values: pa.Array, forms: Iterable[str]) -> pa.Array:
    """Which of *values* fit one of *forms*?"""
    fits = pa.repeat(pa.scalar(False), len(values))
    for form in forms:
        fits = pc.or_(fits, pc.match_substring_regex(values, form))
    return fits


def _bare(values: pa.Array) -> pa.Array:
    return pc.utf8_trim(values, "\x01\x02\x03 \t\r\n\u00a0\u3000")


def _by_value(cells: Cells, answers: Callable[[pa.Array], Pieces]) -> Pieces:
    """Answers for the cells; for the distinct ones where they are encoded so."""
    if not pa.types.is_dictionary(cells.type):
        return answers(cells)
    found = answers(cells.dictionary)
    return {name: values.take(cells.indices) for name, values in found.items()}


def _blank(cells: Cells) -> pa.Array:
    if pa.types.is_dictionary(cells.type):
        return pc.equal(pc.utf8_trim_whitespace(cells.dictionary), "").take(cells.indices)
    return pc.equal(pc.utf8_trim_whitespace(cells), "")
