"""SQL that tells a record from a total, a footer or a repeated header by the whole row.

A row with everything a record needs is one, whatever its first cell says; only a total is no
record although it may hold a date and an amount. Used where some row of a table begins like a
total or a footer; other tables never pay for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.schema import Column, ColumnKind, Table

_TEXTS = {ColumnKind.TEXT, ColumnKind.NAME, ColumnKind.NUMBER, ColumnKind.CODE}

NEITHER = "begins like a total, lacks what every other row has, and is not the sum of those above"
DOUBTED = "begins like a total; taken as a record, as it is not the sum of the rows above"


@dataclass(frozen=True, slots=True)
class Judged:
    """How the statement goes on from the relation ``typed``.

    *relations*: SQL of further relations, each behind a comma; *source*: the last of them.
    *closing*: WHEN clauses that come before the reasons of a rejected row. *doubted*: SQL: is
    a kept row to be remarked on?
    """

    relations: str
    source: str
    closing: str
    doubted: str


def closes_plainly(table: Table, pieces: Mapping[str, pa.Array]) -> bool:
    """Is every row that begins like a total or a footer no record beyond doubt?

    It is none if nothing that a record needs is filled, or if one such thing is neither filled
    nor filled with something unread. *pieces*: cleaned columns with those of ``footers``.
    """
    if "lead_text" not in pieces:
        return False
    spoken = pieces["is_footer"]
    lead = pieces["lead_field"].filter(spoken)
    nothing = pa.repeat(pa.scalar(False), len(lead))
    filled = lacking = nothing
    for group in table.required:
        own = unread = nothing
        for name, values in pieces.items():
            piece, _, said = name.partition("!")
            column = piece.partition(".")[0]
            if column not in group or said not in ("", "problem"):
                continue
            there = pc.is_valid(values.filter(spoken))
            there = pc.and_(there, pc.not_equal(lead, column).fill_null(True))
            own, unread = (own, pc.or_(unread, there)) if said else (pc.or_(own, there), unread)
        filled = pc.or_(filled, own)
        lacking = pc.or_(lacking, pc.invert(pc.or_(own, unread)))
    return bool(pc.all(pc.or_(lacking, pc.invert(filled))).as_py())


def judged(
    table: Table, have: set[str], problems: Mapping[str, str], headers: Mapping[str, str]
) -> Judged:
    """Say how rows that begin like a total or a footer are told from records.

    *have*: columns of ``pieces``; *problems*: columns of ``typed`` with a ``?`` twin that says
    what could not be read; *headers*: field to delivered header.
    """
    if "lead_text" not in have:
        return Judged("", "typed", "WHEN is_footer THEN 'footer'", "")
    groups = [
        " OR ".join(_filled(table.column(name), headers) for name in group)
        for group in table.required
    ]
    is_record = " AND ".join(f"({each})" for each in groups) or "false"
    nearly = [
        f"({filled} OR {unread})"
        for filled, group in zip(groups, table.required, strict=True)
        for unread in [_unread(group, problems)]
    ]
    somewhat = f"({' OR '.join(groups)}) AND {' AND '.join(nearly)}" if groups else "false"
    money = [
        f'"{column.name}"'
        for column in table.columns
        if column.kind is ColumnKind.FEN and column.name != "balance_fen"
    ]
    return Judged(
        _relations(table, have, money, is_record),
        "weighed",
        f"WHEN is_footer AND NOT is_record AND (is_total OR NOT ({somewhat})) THEN 'footer'"
        " WHEN is_total AND is_record AND NOT is_proved AND is_sum THEN 'footer'"
        f" WHEN is_total AND is_record AND NOT is_proved AND lacks THEN '{NEITHER}'",
        "is_total AND is_record AND NOT is_proved",
    )


def _filled(column: Column, headers: Mapping[str, str]) -> str:
    """SQL: does the row fill the column, and not with what its first cell or the header says?"""
    name = f'"{column.name}"'
    filled = f"{name} IS NOT NULL AND lead_field IS DISTINCT FROM '{column.name}'"
    if column.kind not in _TEXTS:
        return f"({filled})"
    squeezed = f"regexp_replace({name}, '\\s', '', 'g')"
    filled += f" AND {squeezed} IS DISTINCT FROM lead_text"
    header = "".join(headers.get(column.name, "").split()).replace("'", "''")
    return f"({filled} AND NOT ends_with('{header}', {squeezed}))"


def _unread(group: tuple[str, ...], problems: Mapping[str, str]) -> str:
    """SQL: does one of the columns hold what cannot be read, and is not the first cell?"""
    said = [
        f"(\"{name}?\" IS NOT NULL AND lead_field IS DISTINCT FROM '{name}')"
        for name in group
        if name in problems
    ]
    return " OR ".join(said) or "false"


def _relations(table: Table, have: set[str], money: list[str], is_record: str) -> str:
    """Weigh the rows that begin like a total against the rows above and beside them.

    ``is_proved``: a serial, or a balance that moved by the amount, says that it is a booking.
    ``is_sum``: an amount equals that of the rows above, or of those since the last total, in
    all or on one side. ``lacks``: every other row has something that it has not.
    """
    booking = table.name == "transfers"
    proved = (
        '("serial" IS NOT NULL OR (balance_fen <> balance_before'
        " AND abs(balance_fen - balance_before) IN (abs(amount_fen), abs(amount_before))))"
        if booking
        else "false"
    )
    before = (
        ", lag(balance_fen) OVER seq AS balance_before, lag(amount_fen) OVER seq AS amount_before"
        if booking
        else ""
    )
    sums: list[str] = []
    equal: list[str] = []
    for name in money:
        for side in ("", *((" AND direction = 'in'", " AND direction = 'out'") if booking else ())):
            for part in ("", ", section"):
                said = f"sum_{len(sums)}"
                sums.append(
                    f"sum(CASE WHEN counts{side} THEN {name} END) OVER (PARTITION BY"
                    f" delivered_table{part} ORDER BY delivered_row ROWS UNBOUNDED PRECEDING)"
                    f" AS {said}"
                )
                equal.append(f"({name} <> 0 AND {name} = {said})")
    usual = [
        column.name
        for column in table.columns
        if column.name in have and not column.name.endswith("_precision")
    ]
    lacks = " OR ".join(f'("{name}" IS NULL AND "always {name}")' for name in usual) or "false"
    always = "".join(f', bool_and("{name}" IS NOT NULL) AS "always {name}"' for name in usual)
    summed = "".join(f", {each}" for each in sums)
    return f""",
        placed AS (
            SELECT *, ({is_record}) AS is_record, count(*) FILTER (is_total) OVER (
                       seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS section{before}
            FROM typed WINDOW seq AS (PARTITION BY delivered_table ORDER BY delivered_row)),
        proved AS (
            SELECT *, coalesce({proved}, false) AS is_proved,
                   is_record AND (NOT is_footer OR coalesce({proved}, false)) AS counts
            FROM placed),
        summed AS (SELECT *{summed} FROM proved),
        usual AS (SELECT delivered_table{always} FROM proved WHERE counts GROUP BY ALL),
        weighed AS (
            SELECT summed.*, coalesce({" OR ".join(equal) or "false"}, false) AS is_sum,
                   coalesce({lacks}, false) AS lacks
            FROM summed LEFT JOIN usual USING (delivered_table))"""
