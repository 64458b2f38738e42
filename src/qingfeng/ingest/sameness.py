"""When rows of equal content are one record: what identifies them, and what keeps them apart.

An identifier leaves out what may come from the name of a file, an account list or a sheet
(``statement.uncounted``). Where two rows name it differently all the same - two holders, two
months - they are two records; a row that does not name it goes with one that does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from qingfeng.ingest.statement import uncounted
from qingfeng.schema import Table

_IDENTIFIED: Mapping[str, str] = {
    "transfers": "balance_fen IS NOT NULL AND amount_fen <> 0",
    "calls": "started_at IS NOT NULL AND time_precision = 'second'",
    "messages": "time_precision = 'second'",
    "benefits": "false",
    "query_feedback": "false",
    "rejected_rows": "false",
}

_NAMED: Mapping[str, tuple[str, str, str]] = {
    "transfers": (
        "holder_id",
        "CASE WHEN account IS NULL AND card IS NULL THEN holder_name END",
        "CASE WHEN coalesce(account, card, account_masked) IS NULL THEN bank END",
    ),
    "benefits": ("period", "village", "CAST(NULL AS VARCHAR)"),
}
"""SQL of what two rows of one record do not name differently. A name of a holder says whose a
booking is only where no number does: names are spelled in many ways. So are banks, which say it
where not even a hidden number does."""


def identified(table: Table) -> str:
    """SQL: may the rows of one found table with this content be one record only?

    Not if what nobody reads tells them apart (see ``apartness``); bookings of one serial may
    differ in that one says nothing there. It looks at all rows with the same identifier and
    ``delivered_table``: use it where no other condition has removed some.
    """
    if table.name in _IDENTIFIED:
        known = _IDENTIFIED[table.name]
    else:
        known = " OR ".join(f'"{name}" IS NOT NULL' for name in table.identity) or "true"
    same = f"OVER (PARTITION BY {table.id_column}, delivered_table)"
    alike = f"({known}) AND min(delivered_rest) {same} = max(delivered_rest) {same}"
    if table.name != "transfers":
        return f"({alike})"
    said = "nullif(delivered_rest, 0)"
    one = f"serial IS NOT NULL AND min({said}) {same} IS NOT DISTINCT FROM max({said}) {same}"
    return f"(({one}) OR ({alike}))"


def named(table: Table, *, again: bool = False) -> str:
    """Select items ``named_1`` to ``named_3``: what keeps rows of equal content apart.

    *again*: what repeats of a booking say of its holder (``again_holder_id``,
    ``again_holder_name``) counts where the booking does not say it.
    """
    first, second, third = _NAMED.get(table.name, ("CAST(NULL AS VARCHAR)",) * 3)
    if again:
        first, second = (
            re.sub(r"holder_\w+", r"coalesce(\g<0>, again_\g<0>)", each) for each in (first, second)
        )
    return f"{first} AS named_1, {second} AS named_2, {third} AS named_3"


def side(table: Table, base: str) -> str:
    """SQL: which of the records of equal content a row belongs to; empty if there is one.

    Over rows that have ``named_1`` to ``named_3``; *base* is the column of the identifier.
    """
    if table.name not in _NAMED:
        return "''"
    same = f"OVER (PARTITION BY {base})"
    several = f"min(named_2) {same} <> max(named_2) {same}"
    if table.name == "transfers":
        several += (
            f" AND NOT coalesce(count(named_1) {same} = count(*) {same}"
            f" AND min(named_1) {same} = max(named_1) {same}, false)"
        )
    beside = f"CASE WHEN named_1 IS NULL THEN arg_min(named_2, named_1) {same} END"
    parts = [
        f"CASE WHEN {asked} THEN coalesce({name}) END"
        for asked, name in (
            (f"min(named_1) {same} <> max(named_1) {same}", f"named_1, min(named_1) {same}"),
            # Both parts of one holder: not the first number, and the first name of another.
            (several, f"named_2, {beside}, min(named_2) {same}"),
            (f"min(named_3) {same} <> max(named_3) {same}", f"named_3, min(named_3) {same}"),
        )
    ]
    return f"concat_ws('|', {', '.join(parts)})"


def weight(table: Table) -> str:
    """SQL, an integer: how much a row says beside its content; the heaviest of a record stays.

    Of two that say as much, it is the one that claims the less exact time: a moment at midnight
    is how programs write a day.
    """
    said = [f'4 * ("{name}" IS NOT NULL)::INT' for name in uncounted(table)]
    if any(column.name == "time_precision" for column in table.columns):
        said.append("CASE time_precision WHEN 'day' THEN 2 WHEN 'minute' THEN 1 ELSE 0 END")
    return f"({' + '.join(said or '0')})"


def delivered_unit(table: Table) -> str:
    """SQL of what a row is counted in as first, second, third of its content.

    A table; of benefits the whole file, for two sheets of one file are no overlap.
    """
    return "split_part(source_row, '·', 1)" if table.name == "benefits" else "delivered_table"
