"""SQL that tells a record from a total, a carried balance or a footer by the whole row.

A row with everything a record needs is one, whatever it reads; only a total or a carried
balance is no record although it may hold a date and an amount. Used where some row of a table
reads so; other tables never pay for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.closing_words import BLANKS, CARRIED, COUNT_ONLY, LABEL, TOTAL
from qingfeng.ingest.sums_above import PERIODS, SIDES, Above, Usual, usual_columns
from qingfeng.schema import Column, ColumnKind, Table

_TEXTS = {ColumnKind.TEXT, ColumnKind.NAME, ColumnKind.NUMBER, ColumnKind.CODE}

NEITHER = "reads like a total, lacks what every other row has, and is not the sum of those above"
UNPROVED = "reads like a carried balance, and nothing shows that it is a booking"
DOUBTED = "reads like a total; taken as a record, as the rest of the row does not say so"

_NO_BALANCE = -(10**18)
"""Stands in fen for a balance that cannot be told; nulls are passed over."""

_CLOSING_PIECES = ("lead_text", "lead_field", "lead_first", "lead_firm")
"""What only the weighing needs of what ``footers`` says."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How the statement goes on from the relation ``typed``.

    *typed*: further select items of it. *relations*: SQL of further relations, each behind a
    comma; *source*: the last of them. *closing*: WHEN clauses that come before the reasons of a
    rejected row. *doubted*: SQL: is a kept row to be remarked on? *told*: select items for
    ``sums_above``: what the row is, and whether rows that are not at hand might say otherwise.
    """

    typed: tuple[str, ...]
    relations: str
    source: str
    closing: str
    doubted: str
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What is known of the rows of a table that are not at hand: those above, and all."""

    above: Above
    usual: Usual


def closes_plainly(table: Table, pieces: Mapping[str, pa.Array]) -> bool:
    """Is every row that reads like a total or a footer no record beyond doubt?

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


def without_weighing(pieces: dict[str, pa.Array]) -> None:
    """Take out of *pieces* what only the weighing asks for."""
    for name in _CLOSING_PIECES:
        del pieces[name]


def judged(
    table: Table,
    have: set[str],
    problems: Mapping[str, str],
    headers: Mapping[str, str],
    elsewhere: Elsewhere | None = None,
) -> Judged:
    """Say how rows that read like a total or a footer are told from records.

    *have*: columns of ``pieces``; *problems*: columns of ``typed`` with a ``?`` twin that says
    what could not be read; *headers*: field to delivered header. *elsewhere*: of a slice; the
    relations of ``Above.by_period`` are then there as ``above_day``, ``above_month``,
    ``above_year``.
    """
    if "lead_kind" not in have:
        return Judged((), "", "typed", "", "")
    if "lead_text" not in have:
        return Judged(("lead_kind",), "", "typed", "WHEN is_footer THEN lead_kind", "")
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
    closes = f"(lead_first AND lead_kind = '{TOTAL}') OR both_sides OR NOT ({somewhat})"
    total = f"lead_kind = '{TOTAL}' AND is_record AND NOT is_proved"
    carried = f"lead_kind = '{CARRIED}' AND is_record AND NOT is_proved"
    return Judged(
        ("lead_kind", *_CLOSING_PIECES, _both_sides(have), "delivered_table", "delivered_row"),
        _relations(table, have, is_record, headers, elsewhere),
        "weighed",
        f"WHEN is_footer AND NOT is_record AND ({closes}) THEN lead_kind"
        f" WHEN {total} AND (is_sum OR stays) THEN lead_kind"
        f" WHEN {total} AND lead_firm AND lacks THEN '{NEITHER}'"
        f" WHEN {carried} AND (stays OR is_balance) THEN lead_kind"
        f" WHEN {carried} THEN '{UNPROVED}'",
        f"lead_kind = '{TOTAL}' AND is_record AND (NOT is_proved OR is_contradicted)",
        ("counts", "sums_up", "asks_others"),
    )


def _both_sides(have: set[str]) -> str:
    """SQL: are the columns of income and of expense both filled, as in no booking?"""
    sides = {"amount_fen.in", "amount_fen.out"}
    said = " AND ".join(f'coalesce("{each}", 0) <> 0' for each in sorted(sides))
    return f"({said if sides <= have else 'false'}) AS both_sides"


def _squeezed(name: str) -> str:
    return f"regexp_replace(\"{name}\", '{BLANKS}', '', 'g')"


def _filled(column: Column, headers: Mapping[str, str]) -> str:
    """SQL: does the row fill the column, and not with what its words or the header say?

    A count (2户) or a label (制表：) fills no column of texts either.
    """
    name = f'"{column.name}"'
    filled = f"{name} IS NOT NULL AND lead_field IS DISTINCT FROM '{column.name}'"
    if column.kind not in _TEXTS:
        return f"({filled})"
    squeezed = _squeezed(column.name)
    filled += f" AND {squeezed} IS DISTINCT FROM lead_text"
    header = "".join(headers.get(column.name, "").split()).replace("'", "''")
    counted = f"regexp_full_match({squeezed}, '{COUNT_ONLY}')"
    if column.kind is ColumnKind.NUMBER:
        counted = f"length({squeezed}) < 6 AND {counted}"
    return (
        f"({filled} AND NOT ends_with('{header}', {squeezed})"
        f" AND NOT (lead_kind = '{TOTAL}' AND {counted})"
        f" AND NOT regexp_full_match({squeezed}, '{LABEL}'))"
    )


def _unread(group: tuple[str, ...], problems: Mapping[str, str]) -> str:
    """SQL: does one of the columns hold what cannot be read, and is neither label nor words?"""
    said = [
        f"(\"{name}?\" IS NOT NULL AND lead_field IS DISTINCT FROM '{name}'"
        f" AND NOT regexp_matches(\"{name}?\", '^{LABEL}'))"
        for name in group
        if name in problems
    ]
    return " OR ".join(said) or "false"


def _proved(table: Table, headers: Mapping[str, str]) -> tuple[str, str]:
    """SQL: does the row show that it is a record; and is that all but contradicted?

    A booking: by its serial, its counterparty, or a balance that moved by the amount. In other
    tables a name that reads like a total is one where its number stands beside it.
    """
    if table.name == "transfers":
        own, party = (
            " OR ".join(_filled(table.column(name), headers) for name in names)
            for names in (("serial",), ("counterparty_name", "counterparty_account"))
        )
        moved = (
            "(balance_fen <> balance_before AND (abs(balance_fen - balance_before)"
            f" = abs(amount_fen) OR (balance_fen = led_from AND lead_kind <> '{CARRIED}')))"
        )
        return f"({own}) OR ({party}) OR {moved}", f"NOT coalesce(({own}) OR {moved}, false)"
    numbers = [
        (name, group)
        for group in table.required
        for name in group
        if table.column(name).kind is ColumnKind.NUMBER
    ]
    said = [
        f"({_filled(table.column(name), headers)} AND lead_field IN ({_listed(group)}))"
        for name, group in numbers
    ]
    if table.name == "benefits":
        said.append(_filled(table.column("beneficiary_id"), headers))
    return " OR ".join(said) or "false", "false"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _sums(table: Table, elsewhere: Elsewhere | None) -> tuple[list[str], str]:
    """SQL of the sums above a row, and whether one of its amounts equals one of them.

    Of all rows, of those since the last total, of the same day, month and year; of bookings on
    one side, where the row says the side.
    """
    booking = table.name == "transfers"
    money = [
        column.name
        for column in table.columns
        if column.kind is ColumnKind.FEN and (not booking or column.name == "amount_fen")
    ]
    parts = {"": "", "section": ", section"}
    sides = {"": "true"}
    if booking:
        parts |= {each: f", date_trunc('{each}', booked_at)" for each in PERIODS}
        sides = {
            "": "coalesce(direction NOT IN ('in', 'out'), true)",
            **{side: f"direction = '{side}'" for side in SIDES[1:]},
        }
    sums: list[str] = []
    equal: list[str] = []
    for name in money:
        for side, own in sides.items():
            for part, within in parts.items():
                said = f"sum_{len(sums)}"
                counts = f"counts AND {own}" if side else "counts"
                summed = (
                    f"sum(CASE WHEN {counts} THEN {name} END) OVER (PARTITION BY"
                    f" delivered_table{within} ORDER BY delivered_row"
                    " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
                )
                if elsewhere is not None:
                    summed = f"coalesce({summed}, 0) + {_beyond(elsewhere.above, name, side, part)}"
                sums.append(f"{summed} AS {said}")
                equal.append(f"({own} AND {name} <> 0 AND {name} = {said})")
    return sums, " OR ".join(equal) or "false"


def _beyond(above: Above, name: str, side: str, part: str) -> str:
    """SQL of what the rows above the slice add to a sum."""
    if part in PERIODS:
        return f"coalesce(above_{part}.of_{side}, 0)"
    if not part:
        return str(above.sums.get((name, side), 0))
    return f"CASE WHEN section = 0 THEN {above.section.get((name, side), 0)} ELSE 0 END"


def _relations(
    table: Table,
    have: set[str],
    is_record: str,
    headers: Mapping[str, str],
    elsewhere: Elsewhere | None,
) -> str:
    """Weigh the rows that read like a total against the rows above and beside them.

    ``is_proved``: something says that it is a record. ``is_sum``: an amount equals that of the
    rows above. ``stays``: the balance of the table moves, and does not here. ``lacks``: every
    other row has something that it has not.
    """
    booking = table.name == "transfers"
    proved, contradicted = _proved(table, headers)
    before = stays = moves = is_balance = ""
    if booking:
        # Newest first, the booking above says which balance it was led from.
        side = "CASE direction WHEN 'in' THEN amount_fen WHEN 'out' THEN -amount_fen END"
        led = f"coalesce(balance_fen - {side}, {_NO_BALANCE})"
        left = f"CASE WHEN balance_fen IS NOT NULL THEN {led} END"
        own = f"CASE WHEN lead_kind IS DISTINCT FROM '{CARRIED}' THEN"
        lags = [f"lag({own} {each} END IGNORE NULLS) OVER seq" for each in ("balance_fen", left)]
        if elsewhere is not None and elsewhere.above.balance is not None:
            led_above = _NO_BALANCE if elsewhere.above.led is None else elsewhere.above.led
            edge = (elsewhere.above.balance, led_above)
            lags = [f"coalesce({lag}, {fen})" for lag, fen in zip(lags, edge, strict=True)]
        before = f", {lags[0]} AS balance_before, {lags[1]} AS led_from"
        moves = ", bool_or(balance_fen <> balance_before) AS moves"
        stays = "balance_fen = balance_before AND (amount_fen = 0 OR moves)"
        is_balance = "amount_fen = 0 OR abs(amount_fen) = abs(balance_fen)"
    sums, equal = _sums(table, elsewhere)
    usual = usual_columns(table, have)
    lacks = " OR ".join(f'("{name}" IS NULL AND "always {name}")' for name in usual) or "false"
    always = "".join(f', bool_and("{name}" IS NOT NULL) AS "always {name}"' for name in usual)
    summed = "".join(f", {each}" for each in sums)
    joins, after, some = "", "false", "counts"
    if elsewhere is not None:
        filled, after = elsewhere.usual.filled or (), str(elsewhere.above.ends).lower()
        some = "true"
        always = "".join(f', {str(name in filled).lower()} AS "always {name}"' for name in usual)
        if booking:
            moves = f", {str(elsewhere.usual.moves).lower()} AS moves"
            joins = "".join(
                f" LEFT JOIN above_{each} ON date_trunc('{each}', booked_at) = above_{each}.moment"
                for each in PERIODS
            )
    return f""",
        placed AS (
            SELECT *, ({is_record}) AS is_record{before}
            FROM typed WINDOW seq AS (PARTITION BY delivered_table ORDER BY delivered_row)),
        proved AS (
            SELECT *, coalesce({proved}, false) AS is_proved,
                   is_record AND (NOT is_footer OR coalesce({proved}, false)) AS counts
            FROM placed),
        turned AS (
            SELECT *, NOT counts AND lead_kind = '{TOTAL}' AS sums_up, coalesce(lag(NOT counts
                      AND lead_kind = '{TOTAL}') OVER (PARTITION BY delivered_table
                      ORDER BY delivered_row), {after}) AS after_total
            FROM proved),
        cut AS (
            SELECT *, count(*) FILTER (after_total AND sums_up IS NOT TRUE) OVER (PARTITION BY
                      delivered_table ORDER BY delivered_row ROWS UNBOUNDED PRECEDING) AS section
            FROM turned),
        summed AS (SELECT cut.*{summed} FROM cut{joins}),
        usual AS (SELECT delivered_table{always}{moves} FROM proved WHERE {some} GROUP BY ALL),
        compared AS (
            SELECT summed.*, coalesce({equal}, false) AS is_sum,
                   coalesce({stays or "false"}, false) AS stays,
                   coalesce({is_balance or "false"}, false) AS is_balance,
                   coalesce({lacks}, false) AS lacks
            FROM summed LEFT JOIN usual USING (delivered_table)),
        weighed AS (SELECT *, ({contradicted}) AND (is_sum OR stays) AS is_contradicted,
                           lead_kind IN ('{TOTAL}', '{CARRIED}') AND is_record
                           AND (NOT is_proved OR ({contradicted})) AS asks_others
                    FROM compared)"""
