"""The static guard: detector SQL is one portable SELECT over what the manifest declares.

It stands in front of the cage (``cage.py``), which refuses files and settings in the engine;
both are kept, because either may have a hole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import sqlglot
from sqlglot import ErrorLevel, exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify

from qingfeng.detectors.manifest import Detector
from qingfeng.detectors.prepared import PARAMETER_VALUES, columns_of
from qingfeng.errors import InvalidDefinition

OUTPUT = (
    "subject",
    "state",
    "reason",
    "evidence_key",
    "source_row",
    "happened_on",
    "role",
    "counted_fen",
    "excluded_by",
)
"""Columns every detector gives, in any order; further ones are figures of the explanation."""

OWN_AMOUNT = "booked_fen"
"""A column a detector may give: the row's own amount, where less than that is counted."""

_FUNCTIONS = frozenset(
    """
    ABS AND AVG CASE CAST CEIL COALESCE CONCAT COUNT DATEDIFF DENSE_RANK EXISTS FLOOR GREATEST IF
    LAG LEAD LEAST LENGTH LOWER MAX MIN MOD MONTH NULLIF OR RANK REPLACE ROUND ROW_NUMBER
    STR_POSITION SUBSTRING SUM TRIM UPPER YEAR
    """.split()  # noqa: SIM905 - one word a function reads better
)

_REFUSED: tuple[tuple[type[exp.Expression], str], ...] = (
    (exp.Star, "a star; name the columns (count(*) is allowed)"),
    (exp.Columns, "COLUMNS(...)"),
    (exp.Qualify, "QUALIFY"),
    (exp.TableSample, "a sample"),
    (exp.Lateral, "LATERAL"),
    (exp.Unnest, "UNNEST"),
    (exp.Values, "VALUES"),
    (exp.Pivot, "PIVOT"),
    (exp.Array, "a list"),
    (exp.Struct, "a struct"),
    (exp.Bracket, "a subscript"),
    (exp.Lambda, "a lambda"),
    (exp.Into, "INTO"),
    (exp.Lock, "a lock"),
    (exp.Command, "a command"),
    (exp.Interval, "INTERVAL; count days with date_diff"),
    (exp.Limit, "LIMIT, which hides rows"),
    (exp.Fetch, "FETCH, which hides rows"),
    (exp.Offset, "OFFSET, which hides rows"),
    (exp.Glob, "GLOB"),
    (exp.SimilarTo, "SIMILAR TO"),
    (exp.AtTimeZone, "AT TIME ZONE"),
    (exp.Describe, "DESCRIBE"),
    (exp.Summarize, "SUMMARIZE"),
    (exp.Rollup, "ROLLUP"),
    (exp.Cube, "CUBE"),
    (exp.GroupingSets, "GROUPING SETS"),
    (exp.Collate, "COLLATE"),
    (exp.IgnoreNulls, "IGNORE NULLS"),
)

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_REFUSED_FORMS: tuple[tuple[type[exp.Expression], str, str], ...] = (
    (exp.With, "recursive", "WITH RECURSIVE"),
    (exp.Group, "all", "GROUP BY ALL"),
    (exp.Distinct, "on", "DISTINCT ON"),
    (exp.SetOperation, "by_name", "BY NAME"),
    (exp.Between, "symmetric", "BETWEEN SYMMETRIC"),
    (exp.TableAlias, "columns", "a list of columns behind an alias, which can name any column,"),
)

_PLAIN_TYPES = {
    exp.DataType.Type[name]
    for name in ("TEXT", "VARCHAR", "BIGINT", "INT", "DATE", "TIMESTAMP", "DOUBLE", "BOOLEAN")
}

_BY_ORDER = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead)
"""Window functions that mean nothing without ORDER BY: any engine may answer as it likes."""


class UnsafeStatement(InvalidDefinition):
    """Detector SQL that is not one portable SELECT over declared tables and columns."""


def _only_query(sql: str, where: str) -> exp.Query:
    try:
        statements = [each for each in sqlglot.parse(sql, read="duckdb") if each is not None]
    except SqlglotError as problem:
        raise UnsafeStatement(where, f"cannot be parsed: {problem}") from problem
    if len(statements) != 1:
        raise UnsafeStatement(where, f"exactly one SELECT is wanted, not {len(statements)}")
    query = statements[0]
    if not isinstance(query, exp.Select | exp.SetOperation):
        raise UnsafeStatement(where, f"only a SELECT is allowed, not {query.key.upper()}")
    return query


def _check_tables(query: exp.Query, declared: Mapping[str, object], where: str) -> None:
    """One WITH at the head, whose parts see the declared tables and the parts before them.

    Names are compared as the engine does, without regard to case. A WITH inside would give a
    name that holds in one place only, and elsewhere means a table nobody declared.
    """
    known = {name.lower() for name in declared}
    visible = set(known)
    for head in query.find_all(exp.With):
        if head.parent is not query:
            raise UnsafeStatement(where, "WITH inside a part of the statement; put it at the head")
    for cte in query.ctes:
        name = cte.alias.lower()
        if name in known:
            raise UnsafeStatement(where, f"WITH {cte.alias} hides a declared table")
        if name in visible:
            raise UnsafeStatement(where, f"WITH names {cte.alias} twice")
        _check_sources(cte.this, visible, where)
        visible.add(name)
    for table in query.find_all(exp.Table):
        if table.find_ancestor(exp.CTE) is None:
            _check_source(table, visible, where)


def _check_sources(part: exp.Expression, visible: set[str], where: str) -> None:
    for table in part.find_all(exp.Table):
        _check_source(table, visible, where)


def _check_source(table: exp.Table, visible: set[str], where: str) -> None:
    if not isinstance(table.this, exp.Identifier):
        raise UnsafeStatement(where, f"reads from a function: {table.sql('duckdb')}")
    if table.args.get("db") or table.args.get("catalog"):
        raise UnsafeStatement(where, f"names a schema: {table.sql('duckdb')}")
    if not _PLAIN_NAME.fullmatch(table.name) or table.name.lower() not in visible:
        raise UnsafeStatement(where, f"table {table.name!r} is not declared under requires")


def _check_nodes(query: exp.Query, where: str) -> None:
    for node in query.walk():
        if isinstance(node, exp.Star) and isinstance(node.parent, exp.Count):
            continue
        for kind, name in _REFUSED:
            if isinstance(node, kind):
                raise UnsafeStatement(where, f"{name} is outside the portable subset")
        if isinstance(node, exp.Func):
            _check_function(node, where)
        for form, argument, name in _REFUSED_FORMS:
            if isinstance(node, form) and node.args.get(argument):
                raise UnsafeStatement(where, f"{name} is outside the portable subset")
        _check_form(node, where)
        if isinstance(node, exp.Join):
            _check_join(node, where)
        if isinstance(node, exp.Select):
            _check_having(node, where)


def _check_form(node: exp.Expression, where: str) -> None:
    """Refuse what is allowed in general and not in this form."""
    if isinstance(node, exp.DataType) and node.this not in _PLAIN_TYPES:
        raise UnsafeStatement(where, f"type {node.sql('duckdb')} is outside the portable subset")
    if isinstance(node, exp.Ordered) and isinstance(node.this, exp.Var):
        raise UnsafeStatement(where, "ORDER BY ALL is outside the portable subset")
    if (
        isinstance(node, exp.Window)
        and isinstance(node.this, _BY_ORDER)
        and not node.args.get("order")
    ):
        raise UnsafeStatement(where, f"{node.this.sql_name()} OVER needs ORDER BY")
    if isinstance(node, exp.Subquery) and not isinstance(node.this, exp.Query | exp.Table):
        raise UnsafeStatement(where, f"reads from {node.this.key.upper()}, which is no SELECT")


def _check_function(call: exp.Func, where: str) -> None:
    if isinstance(call, exp.Anonymous | exp.AnonymousAggFunc):
        raise UnsafeStatement(where, f"function {call.name} is not on the allowed list")
    if call.sql_name().upper() not in _FUNCTIONS:
        raise UnsafeStatement(where, f"function {call.sql_name()} is not on the allowed list")


def _check_join(join: exp.Join, where: str) -> None:
    if join.args.get("method"):
        raise UnsafeStatement(where, f"{join.args['method']} JOIN is outside the portable subset")
    condition = join.args.get("on")
    if join.args.get("using"):
        return
    if condition is None:
        raise UnsafeStatement(where, "a join without ON or USING multiplies rows without bound")
    joined = join.alias_or_name.lower()
    if not any(_ties(each, joined) for each in _all_of(condition)):
        raise UnsafeStatement(
            where,
            f"ON of {join.alias_or_name} has no equality with a column of another table, "
            "so the join multiplies rows without bound",
        )


def _all_of(condition: exp.Expression) -> Iterator[exp.Expression]:
    """The conditions that must all hold."""
    if isinstance(condition, exp.Paren):
        yield from _all_of(condition.this)
    elif isinstance(condition, exp.And):
        yield from _all_of(condition.this)
        yield from _all_of(condition.expression)
    else:
        yield condition


def _ties(condition: exp.Expression, joined: str) -> bool:
    """Whether *condition* sets a column of the table *joined* equal to something of another.

    A column itself, not something made of it: ``x * 0`` is equal in every row.
    """
    if not isinstance(condition, exp.EQ):
        return False
    for own, other in (
        (condition.this, condition.expression),
        (condition.expression, condition.this),
    ):
        tables = {column.table.lower() for column in other.find_all(exp.Column)}
        bare = isinstance(own, exp.Column) and own.table.lower() == joined
        if bare and tables and not tables & {joined, ""}:
            return True
    return False


def _check_having(select: exp.Select, where: str) -> None:
    """Refuse an alias of the select list in HAVING or WHERE of the same level."""
    aliases = {each.alias for each in select.expressions if isinstance(each, exp.Alias)}
    for clause in (select.args.get("having"), select.args.get("where")):
        for column in clause.find_all(exp.Column) if clause is not None else ():
            here = column.find_ancestor(exp.Select) is select
            if here and not column.table and column.name in aliases:
                raise UnsafeStatement(
                    where, f"alias {column.name!r} in HAVING or WHERE is not portable"
                )


def _check_columns(query: exp.Query, schema: Mapping[str, Mapping[str, str]], where: str) -> None:
    """Every column must be a declared one; the statement must also carry over to Spark."""
    try:
        qualified = qualify(
            query.copy(), schema={**schema}, dialect="duckdb", quote_identifiers=False
        )
        query.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE)
    except SqlglotError as problem:
        raise UnsafeStatement(where, str(problem)) from problem
    for row in qualified.find_all(exp.TableColumn):
        raise UnsafeStatement(where, f"takes whole rows of {row.name}; name the columns")


def check_statement(
    sql: str, schema: Mapping[str, Mapping[str, str]], parameters: frozenset[str], where: str
) -> tuple[str, ...]:
    """Check *sql* and return the names of the columns it gives.

    *schema*: table -> column -> type, exactly what may be read. *parameters*: the names that
    may stand after ``$``; each must be used. Raises UnsafeStatement.
    """
    query = _only_query(sql, where)
    _check_nodes(query, where)
    _check_tables(query, schema, where)
    _check_columns(query, schema, where)
    used = {each.name for each in query.find_all(exp.Placeholder, exp.Parameter)}
    if used - parameters:
        raise UnsafeStatement(where, f"no such parameter: ${min(used - parameters)}")
    if parameters - used:
        raise UnsafeStatement(where, f"parameter {min(parameters - used)} is never used")
    return tuple(query.named_selects)


def check_detector(detector: Detector) -> None:
    """Check ``detect.sql`` of *detector*, if it has one, against its manifest."""
    sql = detector.sql
    if sql is None:
        return
    where = f"{detector.name}/detect.sql"
    schema: dict[str, dict[str, str]] = {}
    for table, requirement in detector.requires.items():
        known = columns_of(table, where)
        schema[table] = {column: known[column] for column in requirement.columns}
    schema["parameter_values"] = dict(PARAMETER_VALUES)
    per_run = {each.name for each in detector.params.values() if each.applies == "run"}
    given = check_statement(sql, schema, frozenset(per_run), where)
    missing = [column for column in OUTPUT if column not in given]
    if missing:
        raise UnsafeStatement(where, f"does not give {', '.join(missing)}")
    for name, each in detector.params.items():
        if each.applies == "booking" and f"'{name}'" not in sql:
            raise UnsafeStatement(where, f"parameter {name} is never used")
