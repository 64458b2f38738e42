"""The one SELECT that says what cleaned columns leave open.

It says of every row whether it is a record, and if so its moments, its remarks, and what more
than one cell decides. Its input is the view ``pieces`` (see ``columns.Cleaned``); columns that
need nothing said do not pass through it.
"""

from __future__ import annotations

from collections.abc import Mapping

from qingfeng.ingest.fingerprint import BETWEEN
from qingfeng.ingest.judging import DOUBTED, Elsewhere, judged
from qingfeng.schema import Column, ColumnKind, Table

BOOKKEEPING = ("delivered_table", "delivered_row")
"""Which found table, which row. Every part carries both behind the canonical columns, and
``delivered_rest``: what else tells rows of one table apart (see ``apartness``)."""

_TWIN_PAYMENT = (
    "min(delivered_row) OVER (PARTITION BY delivered_table,"
    " coalesce(beneficiary_id, beneficiary_name), account, amount_fen, period,"
    " CASE WHEN coalesce(beneficiary_id, beneficiary_name) IS NULL THEN delivered_row END)"
)
_TWIN_SAID = "'same person, account and amount as row ' || twin_of"

_UNCOUNTED: Mapping[str, frozenset[str]] = {
    "transfers": frozenset({"holder_name", "holder_id", "holder_phone", "booked_at_raw"}),
    "benefits": frozenset({"village", "period"}),
    "invoices": frozenset(
        {
            "issued_at",
            "seller_name",
            "buyer_name",
            "item",
            "tax_rate",
            "kind",
            "check_number",
            "drawer",
            "remark",
        }
    ),
}
"""Columns that do not make a row another row: they may come from the name of a file or a sheet,
from an account list or from the spelling of the delivery. So may ``bank``, of any table. An
invoice is known by number, parties and sums; the electronic form and the lists of the platform
say different things beside. Within one table these tell lines of an invoice apart."""

_TEXTS = {ColumnKind.TEXT, ColumnKind.NAME, ColumnKind.NUMBER, ColumnKind.CODE}

_HARDLY_REPEATED = {"serial", "voucher", "merchant_order"}
"""Text columns of transfers that are digested with the amounts: most rows have another."""


def _instant(name: str, have: set[str]) -> tuple[str, str, str]:
    """SQL of local wall-clock moment, precision and problem of an instant column.

    A time of day in a column of its own completes a moment that has none: a day, or midnight,
    which is how a database and a spreadsheet write a day. So does ``.or`` where it names the
    same day; else it counts only where the row has no other moment.
    """
    none = "CAST(NULL AS VARCHAR)"
    main = [each for each in (name, f"{name}.date") if each in have]
    second = [each for each in (f"{name}.or",) if each in have]
    sources = [*main, *second]
    if not sources:
        return "CAST(NULL AS TIMESTAMP)", none, none
    moment, precision = _first(main)
    unread = [f'"{each}!problem"' for each in sources if f"{each}!problem" in have]
    problem = f"coalesce({', '.join([*unread, none])})"
    time = f"{name}.time"
    if time in have and main:
        midnight = f"{moment} = date_trunc('day', {moment})"
        clocked = f"\"{time}\" IS NOT NULL AND ({precision} = 'day' OR {midnight})"
        moment, precision = (
            f'CASE WHEN {clocked} THEN {moment} + to_seconds("{time}") ELSE {moment} END',
            f'CASE WHEN {clocked} THEN "{time}!precision" ELSE {precision} END',
        )
    for each in second:
        finer = (
            f"({moment}) IS NULL OR (({precision}) = 'day' AND \"{each}!precision\" <> 'day'"
            f" AND date_trunc('day', {moment}) = date_trunc('day', \"{each}\"))"
        )
        finer = f'"{each}" IS NOT NULL AND ({finer})'
        moment, precision = (
            f'CASE WHEN {finer} THEN "{each}" ELSE {moment} END',
            f'CASE WHEN {finer} THEN "{each}!precision" ELSE {precision} END',
        )
    return moment, precision, problem


def _first(sources: list[str]) -> tuple[str, str]:
    """SQL of the first of some moments that there is, and of its precision."""
    if not sources:
        return "CAST(NULL AS TIMESTAMP)", "CAST(NULL AS VARCHAR)"
    moment = "coalesce(" + ", ".join(f'"{each}"' for each in sources) + ")"
    clauses = (f'WHEN "{each}" IS NOT NULL THEN "{each}!precision"' for each in sources)
    return moment, f"CASE {' '.join(clauses)} END"


def _as_utc(local: str, precision: str) -> str:
    """Beijing wall clock to UTC; the six summers of daylight saving need the zone table.

    A day alone is no moment of a clock: it stays that day wherever it is shown.
    """
    return (
        f"CASE WHEN {local} BETWEEN TIMESTAMP '1986-05-01' AND TIMESTAMP '1991-10-01'"
        f" AND {precision} <> 'day'"
        f" THEN {local} AT TIME ZONE 'Asia/Shanghai'"
        f" ELSE CAST({local} - INTERVAL 8 HOUR AS TIMESTAMPTZ) END"
    )


def statement(
    table: Table,
    have: set[str],
    special: Mapping[str, str],
    headers: Mapping[str, str],
    elsewhere: Elsewhere | None = None,
) -> str:
    """The SELECT over the view ``pieces``.

    Its columns are those of ``table.physical()`` that are not ``passed_through``, without the
    identifier and ``source_row``; then ``own``, for ``fingerprint.identifiers``; ``position``
    of the row in the view; and ``reason``, null for a record. *have*: columns of the view.
    *special*: SQL of the columns that more than one cell decides. *headers*: field to delivered
    header, for the words of a reason. *elsewhere*: of a slice, see ``judging``; where rows were
    weighed, the columns that ``judging.Judged.told`` names follow.
    """
    typed: list[str] = []
    problems: dict[str, str] = {}
    for column in table.columns:
        typed += _typed(column, have, special, problems)
    twins = table.name == "benefits"
    if twins:
        typed.append(f"{_TWIN_PAYMENT} AS twin_of")
    typed += [f'{text} AS "{name}?"' for name, text in problems.items()]
    typed += [f'{_source(table, name, have, headers)} AS "{name}?of"' for name in problems]
    reason = _reason(table, problems, headers)
    judgement = judged(table, have, problems, headers, elsewhere)
    typed += judgement.typed
    return f"""
        WITH typed AS (
            SELECT {", ".join(typed)}, {_remarks(table, have, twins=twins)} AS said,
                   is_footer, position
            FROM pieces){judgement.relations}
        SELECT {"".join(f"{item}, " for item in _said(table, have, special, judgement.doubted))}
               md5_number({_own_content(table, have)}) AS own, position,
               CASE {judgement.closing} {reason} END AS reason
               {"".join(f", {each}" for each in judgement.told)}
        FROM {judgement.source}"""


def passed_through(table: Table, have: set[str], special: Mapping[str, str]) -> list[str]:
    """The stored columns that are taken from the pieces as they are."""
    decided = {*special, *_precision_columns(table)}
    decided |= {column.name for column in table.columns if column.kind is ColumnKind.INSTANT}
    return [name for name in table.physical() if name in have and name not in decided]


def texts_of(table: Table) -> list[str]:
    """The text columns that make a row another row, but for those that ``own`` holds."""
    return [
        column.name
        for column in _content(table)
        if column.kind in _TEXTS and not _is_own(table, column)
    ]


def _typed(
    column: Column, have: set[str], special: Mapping[str, str], problems: dict[str, str]
) -> list[str]:
    """The select items of one column, typed; its unreadable cells go to *problems*."""
    name = column.name
    if column.kind is ColumnKind.INSTANT:
        local, precision, problem = _instant(name, have)
        problems[name] = problem
        items = [f'{local} AS "{name}"', f'{precision} AS "{name}!precision"']
        clock = f"{name}.time!problem"
        return [*items, f'"{clock}"'] if clock in have else items
    if name.endswith("_precision"):
        return []
    if f"{name}!problem" in have:
        problems[name] = f'"{name}!problem"'
    if name in special:
        items = [f'{special[name]} AS "{name}"']
    elif name in have:
        items = [f'CAST("{name}" AS {column.sql_type}) AS "{name}"']
    else:
        items = [f'CAST(NULL AS {column.sql_type}) AS "{name}"']
    if column.kind is ColumnKind.NAME:
        raw = f'"{name}_raw"' if f"{name}_raw" in have else "CAST(NULL AS VARCHAR)"
        items.append(f'{raw} AS "{name}_raw"')
    return items


def _remarks(table: Table, have: set[str], *, twins: bool) -> str:
    """SQL of the remarks on one row, each behind a comma; null without any."""
    said = [
        f'CASE WHEN "{column.name}!flag" IS NOT NULL'
        f" THEN ',' || to_json('{column.name}: ' || \"{column.name}!flag\") END"
        for column in table.columns
        if f"{column.name}!flag" in have
    ]
    if twins:
        said.append(f"CASE WHEN twin_of < delivered_row THEN ',' || to_json({_TWIN_SAID}) END")
    return f"nullif(concat({', '.join(said)}), '')" if said else "CAST(NULL AS VARCHAR)"


def _said(table: Table, have: set[str], special: Mapping[str, str], doubted: str) -> list[str]:
    """The select items of the stored columns that have to be said.

    *doubted*: SQL: is the row to be remarked on for reading like a total? Empty if none is.
    """
    said = "said"
    if doubted:
        said = f"nullif(concat(said, CASE WHEN {doubted} THEN ',' || to_json('{DOUBTED}') END), '')"
    precision_of = _precision_columns(table)
    passed = set(passed_through(table, have, special))
    items: list[str] = []
    for name, kind in table.physical().items():
        if name in passed or name in (table.id_column, "source_row"):
            continue
        if name in precision_of:
            items.append(f'"{precision_of[name]}!precision" AS "{name}"')
        elif name == "flags":
            items.append(f"'[' || ({said})[2:] || ']' AS flags")
        elif kind == "TIMESTAMPTZ":
            items.append(f"""{_as_utc(f'"{name}"', f'"{name}!precision"')} AS "{name}\"""")
        elif name in special:
            items.append(f'"{name}"')
    return items


def _precision_columns(table: Table) -> dict[str, str]:
    """Precision column to the instant it speaks of."""
    instants = [column.name for column in table.columns if column.kind is ColumnKind.INSTANT]
    found: dict[str, str] = {}
    for column in table.columns:
        if column.name == "time_precision":
            found[column.name] = instants[0]
        elif column.name.endswith("_precision"):
            found[column.name] = column.name.removesuffix("_precision") + "_at"
    return found


def _reason(table: Table, problems: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """WHEN clauses that say why a row is no record."""
    clauses: list[str] = []
    for group in table.required:
        missing = " AND ".join(f'"{name}" IS NULL' for name in group)
        said = "/".join(_delivered_name(table, name, headers) for name in group)
        said = said.replace("'", "''")
        unread = [f'"{name}?"' for name in group if name in problems]
        if unread:
            text = unread[0] if len(unread) == 1 else f"coalesce({', '.join(unread)})"
            of = ", ".join(f'"{name}?of"' for name in group if name in problems)
            unreadable = f"coalesce({of}, '{said}') || ': cannot read ''' || {text} || ''''"
            clauses.append(f"WHEN {missing} AND {text} IS NOT NULL THEN {unreadable}")
        clauses.append(f"WHEN {missing} THEN '{said}: empty'")
    return " ".join(clauses)


def _source(table: Table, name: str, have: set[str], headers: Mapping[str, str]) -> str:
    """SQL of the header of the input of an instant that could not be read; null of others."""
    inputs = (name, f"{name}.or", f"{name}.date")
    if table.column(name).kind is not ColumnKind.INSTANT:
        return "CAST(NULL AS VARCHAR)"
    clauses = [
        f"WHEN \"{each}!problem\" IS NOT NULL THEN '{headers[each].replace(chr(39), chr(39) * 2)}'"
        for each in inputs
        if f"{each}!problem" in have and each in headers
    ]
    return f"CASE {' '.join(clauses)} END" if clauses else "CAST(NULL AS VARCHAR)"


def _delivered_name(table: Table, name: str, headers: Mapping[str, str]) -> str:
    """The header of a column, or those of the inputs it is made of, or its label."""
    parts = [headers[each] for each in headers if each.startswith(f"{name}.")]
    return headers.get(name) or "/".join(parts) or table.column(name).label


def _content(table: Table) -> list[Column]:
    """The columns that make a row another row."""
    left_out = {*_precision_columns(table), *uncounted(table)}
    return [column for column in table.columns if column.name not in left_out]


def uncounted(table: Table) -> list[str]:
    """The columns that make no row another row, but for those of precision, in stored order."""
    left_out = _UNCOUNTED.get(table.name, frozenset()) | {"bank"}
    return [column.name for column in table.columns if column.name in left_out]


def _is_own(table: Table, column: Column) -> bool:
    hardly = table.name == "transfers" and column.name in _HARDLY_REPEATED
    return hardly or column.kind not in _TEXTS


def _own_content(table: Table, have: set[str]) -> str:
    """SQL of what is the row's own, as one text; of an unreadable cell that is its text."""
    parts = [
        f'epoch_ms("{column.name}")' if column.kind is ColumnKind.INSTANT else f'"{column.name}"'
        for column in _content(table)
        if _is_own(table, column)
    ]
    unread = [
        f"'{BETWEEN}{column.name}?' || \"{column.name}?\""
        for column in _content(table)
        if f"{column.name}!problem" in have
    ]
    unread += [
        f"'{BETWEEN}{column.name}.time?' || \"{column.name}.time!problem\""
        for column in _content(table)
        if f"{column.name}.time!problem" in have
    ]
    between = f", '{BETWEEN}', "
    return f"concat({between.join([*parts, chr(39) * 2])}{''.join(f', {each}' for each in unread)})"
