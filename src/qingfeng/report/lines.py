"""Rows as lines of text, made inside DuckDB: csv and jsonl.

Money is whole fen in both. An instant is Beijing time with its offset,
``2024-01-31T09:30:05+08:00`` (a fraction of a second only where there is one); the offset is
+08:00 also for the summers of 1986 to 1991, when local clocks showed +09:00.

**csv** is RFC 4180: UTF-8 with byte order mark, comma, CRLF, quotes only where needed, null is
an empty cell. A text cell that a spreadsheet would run as a formula, because it begins with
``= + - @``, their full-width forms, a tab or a line break, gets an apostrophe ``'`` in front,
unless the whole cell is a plain number (``-12.50``, ``+8613800000000``). Numbers longer than 15
digits are right in the file, but a spreadsheet that opens a csv rounds them: take xlsx for that.

**jsonl** is one object a line, every column present, null as null, ``flags`` as a list. Nothing
is prefixed: jsonl is for programs.
"""

from __future__ import annotations

from qingfeng.report.selection import Selection
from qingfeng.schema import Column, ColumnKind

BYTE_ORDER_MARK = "\ufeff"
CSV_LINE_END = "\r\n"

_TEXT_KINDS = {ColumnKind.TEXT, ColumnKind.NAME, ColumnKind.NUMBER, ColumnKind.CODE}
_RISKY_FIRST = (
    "'='",
    "'+'",
    "'-'",
    "'@'",
    "'＝'",
    "'＋'",
    "'－'",
    "'＠'",
    "chr(9)",
    "chr(10)",
    "chr(13)",
)


def csv_header(selection: Selection) -> str:
    """The first line: column identifiers, with the byte order mark before them."""
    return BYTE_ORDER_MARK + ",".join(each.name for each in selection.columns) + CSV_LINE_END


def csv_line_sql(selection: Selection) -> str:
    """SQL expression of one row as a csv line, its line end included."""
    cells = (f"coalesce({_csv_cell(each)}, '')" for each in selection.columns)
    return " || ',' || ".join(cells) + " || chr(13) || chr(10)"


def json_line_sql(selection: Selection) -> str:
    """SQL expression of one row as a JSON object, its line end included."""
    members = ", ".join(f"'{each.name}', {_json_value(each)}" for each in selection.columns)
    return f"CAST(json_object({members}) AS VARCHAR) || chr(10)"


def beijing_sql(column: str) -> str:
    """SQL expression of a TIMESTAMPTZ column as a TIMESTAMP that shows Beijing time."""
    return f"((\"{column}\" AT TIME ZONE 'UTC') + INTERVAL 8 HOUR)"


def guard_sql(text: str) -> str:
    """SQL expression: *text*, with an apostrophe in front where a spreadsheet would run it."""
    return (
        f"CASE WHEN substr({text}, 1, 1) IN ({', '.join(_RISKY_FIRST)}) "
        f"AND NOT regexp_full_match({text}, '[+-]?[0-9]+([.][0-9]+)?') "
        f"THEN '''' || {text} ELSE {text} END"
    )


def _csv_cell(column: Column) -> str:
    if column.kind not in _TEXT_KINDS:
        return _plain_text(column)
    guarded = guard_sql(f'"{column.name}"')
    return (
        f'CASE WHEN regexp_matches("{column.name}", \'[",\\r\\n]\') '
        f"THEN '\"' || replace({guarded}, '\"', '\"\"') || '\"' ELSE {guarded} END"
    )


def _plain_text(column: Column) -> str:
    name = f'"{column.name}"'
    if column.kind is ColumnKind.INSTANT:
        beijing = beijing_sql(column.name)
        fraction = f"CASE WHEN microsecond({beijing}) % 1000000 = 0 THEN '' ELSE "
        fraction += f"strftime({beijing}, '.%f') END"
        return f"strftime({beijing}, '%Y-%m-%dT%H:%M:%S') || {fraction} || '+08:00'"
    if column.kind is ColumnKind.QUANTITY:
        return f"rtrim(rtrim(CAST({name} AS VARCHAR), '0'), '.')"
    return f"CAST({name} AS VARCHAR)"


def _json_value(column: Column) -> str:
    name = f'"{column.name}"'
    if column.name == "flags":
        listed = (
            f"CASE WHEN json_valid({name}) THEN CAST({name} AS JSON) ELSE to_json([{name}]) END"
        )
        return f"CASE WHEN {name} IS NOT NULL THEN {listed} END"
    if column.kind is ColumnKind.QUANTITY:
        return f"CAST({_plain_text(column)} AS JSON)"
    if column.kind in {ColumnKind.DATE, ColumnKind.INSTANT}:
        return _plain_text(column)
    return name
