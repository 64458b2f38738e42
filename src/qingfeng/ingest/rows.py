"""Delivered cells to canonical rows, one SQL statement a kind of delivery.

Columns are cleaned one by one (``cleaning``); what remains to be said of a whole row - is it
a record, what its identifier is, what has to be remarked - is said here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.delivery import Delivery, plain
from qingfeng.ingest.transfers import transfer_columns
from qingfeng.ingest.words import DEFAULTS, WordList
from qingfeng.schema import Column, ColumnKind, Table

MASKED_TWINS: Mapping[tuple[str, str], str] = {
    ("transfers", "account"): "account_masked",
    ("transfers", "card"): "account_masked",
    ("transfers", "counterparty_account"): "counterparty_account_masked",
    ("accounts", "account"): "account_masked",
    ("accounts", "card"): "account_masked",
    ("benefits", "beneficiary_id"): "beneficiary_id_masked",
    ("benefits", "beneficiary_name"): "beneficiary_name_masked",
    ("tickets", "phone"): "phone_masked",
}
"""Where a masked number goes, which is never joined on. Without a twin it is only remarked."""

BOOKKEEPING = ("delivered_table", "delivered_row")
"""Two columns every part carries behind the canonical ones: which found table, which row."""

_OWN_SIDE = {"account", "card", "account_masked"}

_TWIN_PAYMENT = (
    "min(delivered_row) OVER (PARTITION BY delivered_table, coalesce(beneficiary_id, beneficiary_name),"
    " account, amount_fen, CASE WHEN coalesce(beneficiary_id, beneficiary_name) IS NULL"
    " THEN delivered_row END)"
)
_TWIN_SAID = "'same person, account and amount as row ' || twin_of"

_UNCOUNTED = {"bank", "holder_name", "holder_id", "holder_phone", "booked_at_raw"}
"""Columns of transfers that do not make a booking another booking: they may come from a file
name, from an account list or from the spelling of the delivery."""


@dataclass(frozen=True, slots=True)
class Built:
    """*kept*: canonical rows with the bookkeeping columns. *rest*: ``delivered_table``,
    ``delivered_row`` and ``reason`` of every row that is no record."""

    kept: pa.Table
    rest: pa.Table


class RowBuilder:
    """Turns deliveries into canonical rows. One DuckDB connection, not shared."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._cleaner = Cleaner(connection)

    def build(self, table: Table, delivery: Delivery, *, constants: Mapping[str, str]) -> Built:
        """Build the rows of *table* from the fields named like its columns."""
        pieces: dict[str, pa.Array] = {}
        flags: list[str] = []
        for column in table.columns:
            self._clean(table, column, delivery, pieces, flags)
        special: dict[str, str] = {}
        if table.name == "transfers":
            special = transfer_columns(self._cleaner, delivery, pieces, flags)
        if table.name == "benefits":
            special["remark!twin"] = _TWIN_PAYMENT
        for name, text in constants.items():
            if name not in pieces:
                pieces[name] = pa.repeat(text, delivery.height)
        for name in [name for name in pieces if "!flag" in name or "!problem" in name]:
            if pieces[name].null_count == delivery.height:
                del pieces[name]
        flags = [name for name in flags if f"{name}!flag" in pieces]
        pieces["is_footer"] = _footers(self._cleaner, delivery)
        pieces["delivered_table"] = delivery.table_index
        pieces["delivered_row"] = delivery.rows
        keys = list(delivery.sources)
        lookup = pa.array([delivery.sources[key] for key in keys], pa.string())
        pieces["source"] = lookup.take(pc.index_in(delivery.table_index, pa.array(keys, pa.int64())))
        self._connection.register("pieces", pa.table(pieces))
        statement = _statement(table, set(pieces), special, flags, delivery.headers)
        result = self._connection.sql(statement).to_arrow_table()
        good = pc.is_null(result["reason"])
        rest = result.slice(0, 0)
        if result["reason"].null_count < result.num_rows:
            result, rest = result.filter(good), result.filter(pc.invert(good))
        kept = result.drop_columns(["reason"])
        if table.name == "transfers" and not _OWN_SIDE & set(pieces):
            kept = self._of_nobody(kept)
        return Built(kept, rest.select([*BOOKKEEPING, "reason"]))

    def _of_nobody(self, kept: pa.Table) -> pa.Table:
        """Bookings of an account that is named nowhere: the whole table stands in its place.

        Equal content in another file is then another booking, unless that whole file is equal.
        """
        self._connection.register("kept", kept)
        return self._connection.sql(
            """
            SELECT kept.* REPLACE ('T' || md5(concat(whole, '|', transfer_id))[1:24] AS transfer_id)
            FROM kept JOIN (SELECT delivered_table, concat(count(*), '|',
                                   sum(CAST(md5_number_lower(transfer_id) AS HUGEINT))) AS whole
                            FROM kept GROUP BY delivered_table) USING (delivered_table)
            ORDER BY delivered_table, delivered_row"""
        ).to_arrow_table()

    def _clean(
        self,
        table: Table,
        column: Column,
        delivery: Delivery,
        pieces: dict[str, pa.Array],
        flags: list[str],
    ) -> None:
        """Add the pieces of one column, and of its ``.or``, ``.date`` and ``.time``."""
        name = column.name
        if column.kind is ColumnKind.INSTANT:
            self._clean_instant(name, delivery, pieces)
            return
        if table.name == "transfers" and name in ("direction", "status"):
            return
        cells = delivery.fields.get(name)
        second = delivery.fields.get(f"{name}.or")
        if cells is not None and second is not None:
            blank = pc.equal(pc.utf8_trim(plain(cells), " \t-/"), "")
            cells = pc.if_else(blank, plain(second), plain(cells))
        elif cells is None:
            cells = second
        if cells is None:
            return
        cleaner = self._cleaner
        if column.kind is ColumnKind.NAME:
            found = cleaner.name(cells)
            twin = MASKED_TWINS.get((table.name, name))
            pieces[name] = found[""] if twin else found["any_form"]
            pieces[f"{name}_raw"] = found["raw"]
            if twin:
                pieces[twin] = found["masked"]
        elif column.kind is ColumnKind.NUMBER:
            self._clean_number(table, column, cells, pieces, flags)
        elif column.kind is ColumnKind.FEN:
            found = cleaner.fen(cells, delivery.factors.get(name, 100))
            _take(name, found, pieces, flags, problem="cannot be read as an amount")
        elif column.kind is ColumnKind.DATE:
            found = cleaner.moment(cells)
            pieces[name] = found[""].cast(pa.date32())
            pieces[f"{name}!flag"] = cleaner.texts(
                found["problem"].fill_null(""),
                "SELECT CASE WHEN b = '' THEN NULL"
                " WHEN regexp_matches(b, '^9999') THEN b || ' read as none'"
                " ELSE 'impossible date ' || b END FROM {bare}",
            )[""]
            flags.append(name)
        elif column.kind is ColumnKind.BOOL:
            words = delivery.layout.words.get(name)
            if words:
                coded = cleaner.word(cells, WordList(words))
                pieces[name] = pc.equal(coded[""], "true")
            else:
                pieces[name] = cleaner.truth(cells)[""]
        elif column.kind is ColumnKind.INT:
            found = cleaner.duration(cells)
            _take(name, found, pieces, flags, problem="cannot be read as a whole number")
        elif column.kind is ColumnKind.QUANTITY:
            found = cleaner.quantity(cells)
            _take(name, found, pieces, flags, problem="cannot be read as a number")
        elif column.kind is ColumnKind.CODE:
            words = delivery.layout.words.get(name) or DEFAULTS.get((table.name, name))
            if words is None:
                pieces[name] = cleaner.text(cells)[""]
                return
            found = cleaner.word(cells, WordList(words))
            _take(name, found, pieces, flags, problem="is not in the word list")
        else:
            found = cleaner.text(cells)
            pieces[name] = found[""]
            pieces[f"{name}!flag"] = found["flag"]
            flags.append(name)

    def _clean_number(
        self,
        table: Table,
        column: Column,
        cells: pa.Array,
        pieces: dict[str, pa.Array],
        flags: list[str],
    ) -> None:
        name = column.name
        personal = "证件号" in column.label
        found = self._cleaner.identity(cells) if personal else self._cleaner.number(cells)
        pieces[name] = found[""]
        pieces[f"{name}!flag"] = found["flag"]
        flags.append(name)
        twin = MASKED_TWINS.get((table.name, name))
        if found["masked"].null_count < len(cells):
            if twin is None:
                said = pc.binary_join_element_wise("masked", found["masked"], ": ")
                pieces[f"{name}!flag"] = pc.coalesce(found["flag"], said)
            else:
                known = pieces.get(twin)
                pieces[twin] = (
                    found["masked"] if known is None else pc.coalesce(known, found["masked"])
                )
        if personal:
            if table.name == "accounts" or name == "person_id":
                pieces["id_type"] = found["id_type"]
            pieces[f"{name}_raw"] = found["raw"]
            said = pc.binary_join_element_wise("upgraded from 15 digits", found["raw"], " ")
            pieces[f"{name}!flag"] = pc.coalesce(pieces[f"{name}!flag"], said)
        if "suffix" in found and name == "account":
            pieces.setdefault("sub_account", found["suffix"])

    def _clean_instant(self, name: str, delivery: Delivery, pieces: dict[str, pa.Array]) -> None:
        raw: list[pa.Array] = []
        for field in (name, f"{name}.or", f"{name}.date"):
            cells = delivery.fields.get(field)
            if cells is None:
                continue
            cells = _with_year(cells, delivery)
            found = self._cleaner.moment(cells)
            pieces[field] = found[""]
            pieces[f"{field}!precision"] = found["precision"]
            pieces[f"{field}!problem"] = found["problem"]
            raw.append(plain(delivery.fields[field]))
        cells = delivery.fields.get(f"{name}.time")
        if cells is not None:
            found = self._cleaner.clock(cells)
            pieces[f"{name}.time"] = found[""]
            pieces[f"{name}.time!precision"] = found["precision"]
            pieces[f"{name}.time!problem"] = found["problem"]
            raw.append(plain(cells))
        if raw and any(pc.any(pc.match_substring_regex(each, "[\x01-\x03]")).as_py() for each in raw):
            pieces[f"{name}!marked"] = pa.nulls(delivery.height)
        if raw:
            pieces[f"{name}!raw"] = raw[0] if len(raw) == 1 else pc.binary_join_element_wise(*raw, " ")


def _take(
    name: str,
    found: dict[str, pa.Array],
    pieces: dict[str, pa.Array],
    flags: list[str],
    *,
    problem: str,
) -> None:
    pieces[name] = found[""]
    pieces[f"{name}!problem"] = found["problem"]
    said = pc.binary_join_element_wise("'", found["problem"], f"' {problem}", "")
    pieces[f"{name}!flag"] = pc.coalesce(said, found["flag"]) if "flag" in found else said
    flags.append(name)


def _with_year(cells: pa.Array, delivery: Delivery) -> pa.Array:
    """Give dates without a year, or in day-month order, the form the cleaner reads."""
    year, order = delivery.year, delivery.layout.date_order
    if year is None and order == "ymd":
        return cells
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    values = pc.utf8_trim_whitespace(encoded.dictionary)
    if order == "dmy":
        values = pc.replace_substring_regex(values, r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", r"\3-\2-\1")
    if order == "mdy":
        values = pc.replace_substring_regex(values, r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", r"\3-\1-\2")
    if year is not None:
        values = pc.replace_substring_regex(values, r"^(\d{1,2})[/.-](\d{1,2})$", rf"{year}-\1-\2")
    return pa.DictionaryArray.from_arrays(encoded.indices, values)


FOOTER_FORM = (
    r"^(人民币|外币|美元|本页|本月|本次|本期|当前|累计|收入|支出|借方|贷方|以上|交易)?"
    r"(合\s*计|小\s*计|总\s*计|累\s*计|共\s*计|合计金额|汇总)([:：].*|\s*\d.*|金额|笔数|数)?$"
    r"|^(打印|制表|制单|填表|审核|复核|负责人|经办人|经办|经手人|主管|单位负责人|导出时间|打印时间|下载时间|查询时间)[^,，]{0,12}[:：]"
    r"|^第\s*\d+\s*页|^共\s*\d+\s*(页|条|笔)|^[-=—－_]{6,}|^(注|说明|备注|温馨提示|特别提示)\s*[:：]"
    r"|^(End of|以下空白|本页结束|\[END\])"
)


def _footers(cleaner: Cleaner, delivery: Delivery) -> pa.Array:
    """True where the first filled of the leading cells says total, page, signature or header."""
    spoken = [*delivery.layout.footers, *delivery.layout.totals]
    own = "".join(f"|{form}" for form in spoken)
    form = (FOOTER_FORM + own).replace("'", "''")
    headers = ", ".join("'" + text.replace("'", "''") + "'" for text in set(delivery.headers.values()))
    query = (
        f"SELECT regexp_matches(b, '{form}')"
        + (f" OR b IN ({headers})" if headers else "")
        + " FROM {bare}"
    )
    marks = [cleaner.texts(cells, query)[""] for cells in delivery.leads]
    found = marks[0]
    blank = pc.equal(pc.utf8_trim_whitespace(plain(delivery.leads[0])), "")
    for cells, each in zip(delivery.leads[1:], marks[1:], strict=True):
        found = pc.or_(found, pc.and_(blank, each))
        blank = pc.and_(blank, pc.equal(pc.utf8_trim_whitespace(plain(cells)), ""))
    return found


def _instant(name: str, have: set[str]) -> tuple[str, str, str]:
    """SQL of local wall-clock moment, precision and problem of an instant column.

    A time of day in a column of its own completes a moment that has none.
    """
    sources = [each for each in (name, f"{name}.or", f"{name}.date") if each in have]
    if not sources:
        return "CAST(NULL AS TIMESTAMP)", "CAST(NULL AS VARCHAR)", "CAST(NULL AS VARCHAR)"
    moment = "coalesce(" + ", ".join(f'"{each}"' for each in sources) + ")"
    precision = (
        "CASE "
        + " ".join(f'WHEN "{each}" IS NOT NULL THEN "{each}!precision"' for each in sources)
        + " END"
    )
    unread = [f'"{each}!problem"' for each in sources if f"{each}!problem" in have]
    problem = f"coalesce({', '.join([*unread, 'CAST(NULL AS VARCHAR)'])})"
    time = f"{name}.time"
    if time in have:
        clocked = f"\"{time}\" IS NOT NULL AND {precision} = 'day'"
        moment, precision = (
            f'CASE WHEN {clocked} THEN {moment} + to_seconds("{time}") ELSE {moment} END',
            f'CASE WHEN {clocked} THEN "{time}!precision" ELSE {precision} END',
        )
    return moment, precision, problem


def _raw_moment(have: set[str]) -> str:
    if "booked_at!raw" not in have:
        return "CAST(NULL AS VARCHAR)"
    if "booked_at!marked" in have:
        return "trim(translate(\"booked_at!raw\", chr(1) || chr(2) || chr(3), ''), E' \\t')"
    return "trim(\"booked_at!raw\", E' \\t')"


def _as_utc(local: str) -> str:
    """Beijing wall clock to UTC; the six summers of daylight saving need the zone table."""
    return (
        f"CASE WHEN {local} BETWEEN TIMESTAMP '1986-05-01' AND TIMESTAMP '1991-10-01'"
        f" THEN {local} AT TIME ZONE 'Asia/Shanghai'"
        f" ELSE CAST({local} - INTERVAL 8 HOUR AS TIMESTAMPTZ) END"
    )


def _statement(
    table: Table,
    have: set[str],
    special: Mapping[str, str],
    flags: list[str],
    headers: Mapping[str, str],
) -> str:
    """The SELECT that makes canonical rows from the view ``pieces``."""
    first: list[str] = []
    problems: dict[str, str] = {}
    filled: set[str] = set()
    for column in table.columns:
        name = column.name
        if name in special or name in have or f"{name}.date" in have or f"{name}.or" in have:
            filled.add(name)
        if name in special:
            first.append(f'{special[name]} AS "{name}"')
        elif column.kind is ColumnKind.INSTANT:
            local, precision, problem = _instant(name, have)
            first.append(f'{local} AS "{name}"')
            first.append(f'{precision} AS "{name}!precision"')
            problems[name] = problem
        elif name == "time_precision" or name.endswith("_precision"):
            continue
        elif name == "booked_at_raw":
            first.append(f"{_raw_moment(have)} AS booked_at_raw")
        elif name in have:
            first.append(f'CAST("{name}" AS {column.sql_type}) AS "{name}"')
            if f"{name}!problem" in have:
                problems[name] = f'"{name}!problem"'
        else:
            first.append(f'CAST(NULL AS {column.sql_type}) AS "{name}"')
        if column.kind is ColumnKind.NAME:
            raw = f'"{name}_raw"' if f"{name}_raw" in have else "CAST(NULL AS VARCHAR)"
            first.append(f'{raw} AS "{name}_raw"')
    remarks = [
        f"CASE WHEN \"{name}!flag\" IS NOT NULL THEN ',' || to_json('{name}: ' || \"{name}!flag\") END"
        for name in dict.fromkeys(flags)
    ]
    if "remark!twin" in special:
        remarks.append(f"CASE WHEN twin_of < delivered_row THEN ',' || to_json({_TWIN_SAID}) END")
        first.append(f"{special['remark!twin']} AS twin_of")
    said = f"nullif(concat({', '.join(remarks)}), '')" if remarks else "NULL"
    reason = _reason(table, problems, headers)
    precision_of = _precision_columns(table)
    outer: list[str] = []
    for name, kind in table.physical().items():
        if name == table.id_column:
            outer.append(f'{_identifier(table, filled)} AS "{name}"')
        elif name in precision_of:
            outer.append(f'"{precision_of[name]}!precision" AS "{name}"')
        elif name == "flags":
            outer.append("CASE WHEN said IS NOT NULL THEN '[' || said[2:] || ']' END AS flags")
        elif name == "source_row":
            outer.append("concat(source, '·', delivered_row) AS source_row")
        elif kind == "TIMESTAMPTZ":
            outer.append(f'{_as_utc(chr(34) + name + chr(34))} AS "{name}"')
        else:
            outer.append(f'"{name}"')
    bookkeeping = ", ".join(BOOKKEEPING)
    return f"""
        WITH typed AS (
            SELECT {", ".join(first)}, {said} AS said, is_footer, source, {bookkeeping},
                   {", ".join(f'{text} AS "{name}?"' for name, text in problems.items()) or "1 AS nothing"}
            FROM pieces)
        SELECT {", ".join(outer)}, {bookkeeping},
               CASE WHEN is_footer THEN 'footer' {reason} END AS reason
        FROM typed"""


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
        said = "/".join(headers.get(name, table.column(name).label) for name in group)
        said = said.replace("'", "''")
        unread = [f'"{name}?"' for name in group if name in problems]
        if unread:
            text = unread[0] if len(unread) == 1 else f"coalesce({', '.join(unread)})"
            clauses.append(
                f"WHEN {missing} AND {text} IS NOT NULL THEN '{said}: cannot read ''' || {text} || ''''"
            )
        clauses.append(f"WHEN {missing} THEN '{said}: empty'")
    return " ".join(clauses)


def _identifier(table: Table, filled: set[str]) -> str:
    """Content-derived identifier: the same content has the same one, wherever it was read.

    A column that was not delivered counts like one that is null, so that forms of one file
    with more and with fewer empty columns agree.
    """
    parts: list[str] = []
    gap = ""
    precisions = _precision_columns(table)
    for column in table.columns:
        uncounted = table.name == "transfers" and column.name in _UNCOUNTED
        if column.name == "bank" or uncounted or column.name in precisions:
            continue
        gap += "|"
        if column.name not in filled:
            continue
        text = f'"{column.name}"'
        if column.kind is ColumnKind.INSTANT:
            text = f"epoch_ms({text})"
        parts += [f"'{gap}'", text]
        gap = ""
    return f"'{table.name[0].upper()}' || md5(concat({', '.join([*parts, repr(gap)])}))[1:24]"
