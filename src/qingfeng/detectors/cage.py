"""The cage: detector SQL sees materialised tables and nothing else of the machine.

The tables are made first, the views over files are dropped, and then the connection gives up
external access and locks its settings; neither can be taken back on this connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import duckdb
import pyarrow as pa

from qingfeng.detectors.manifest import Detector
from qingfeng.detectors.parameters import LAST_DAY, Parameter
from qingfeng.detectors.places import believe_pairs
from qingfeng.detectors.prepared import ID_COLUMNS, bookings_statements, bookings_view
from qingfeng.identifiers import is_citizen_number, is_credit_code

_DATED = {"bookings": ("transfers", "CAST(booked_at AS DATE)"), "agents": ("agents", "acted_on")}

_CUT_BY = _DATED | {"deaths": ("deaths", "coalesce(died_on, cancelled_on)")}
"""Where the as-of day cuts: table a detector names -> delivered table, day of a row."""

_POLICE_HOUSEHOLD = 9
"""Shortest household number that is one for the whole country; a village counts from 1."""


_NAMED = (
    ("all_bookings", "account_key", "holder_name"),
    ("all_bookings", "holder_id", "holder_name"),
    ("accounts", "account", "holder_name"),
    ("accounts", "card", "holder_name"),
    ("accounts", "holder_id", "holder_name"),
    ("persons", "person_id", "name"),
    ("agents", "agent_id", "agent_name"),
    ("agents", "holder_id", "holder_name"),
)
"""Table, number, and the name that stands beside it."""

_RELATIONS = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"


def number_kind(number: str) -> str:
    """``person``, ``company``, ``wrong`` or ``other``.

    Wrong are 18 characters that check as neither, and one sign repeated: a filler.
    """
    if is_citizen_number(number):
        return "person"
    if is_credit_code(number):
        return "company"
    filler = len(set(number)) == 1
    return "wrong" if filler or (len(number) == 18 and number[:17].isalnum()) else "other"


def newest_day(connection: duckdb.DuckDBPyConnection, detectors: Iterable[Detector]) -> date | None:
    """The latest booking or act among the tables *detectors* read; None if nothing is dated."""
    days: list[date] = []
    for name in sorted({table for each in detectors for table in each.requires} & set(_DATED)):
        table, column = _DATED[name]
        for (day,) in connection.execute(f"SELECT max({column}) FROM {table}").fetchall():
            if day is not None:
                days.append(day)
    return max(days, default=None)


def lock_up(
    connection: duckdb.DuckDBPyConnection, detectors: Iterable[Detector], as_of: date | None
) -> dict[str, int]:
    """Materialise what *detectors* read out of *connection* and cage it.

    Afterwards it holds one table a required canonical table, ``all_bookings`` if bookings are
    read, ``subject_names``, which no detector may name, and no way to a file, a setting or
    another database. Rows dated after *as_of* are left out (None keeps all); so are ID numbers
    that check as nothing, which join nobody. Household numbers get the address or register
    they count in. Returns how many rows *as_of* left out, by table, where any.
    """
    wanted = {table for each in detectors for table in each.requires}
    made = sorted(wanted - {"bookings"})
    left_out = _after(connection, wanted, as_of)
    _id_numbers(connection, {*made, "transfers", "accounts"} if "bookings" in wanted else {*made})
    for table in made:
        connection.execute(f'CREATE TABLE "caged_{table}" AS {_caged(table, as_of)}')
    if "bookings" in wanted:
        believe_pairs(connection)
        for statement in bookings_statements(as_of):
            connection.execute(statement)
    _subject_names(connection)
    kept = {f"caged_{table}" for table in made} | {"all_bookings", "subject_names"}
    relations = connection.execute(
        "SELECT table_name, table_type FROM information_schema.tables "
        "WHERE table_schema = 'main' ORDER BY table_name"
    ).fetchall()
    for name, kind in relations:
        if name not in kept:
            connection.execute(f'DROP {"VIEW" if kind == "VIEW" else "TABLE"} "{name}"')
    for table in made:
        connection.execute(f'ALTER TABLE "caged_{table}" RENAME TO "{table}"')
    connection.execute(
        "SET autoinstall_known_extensions=false; SET autoload_known_extensions=false; "
        "SET enable_external_access=false; SET lock_configuration=true"
    )
    return left_out


def _after(
    connection: duckdb.DuckDBPyConnection, wanted: set[str], as_of: date | None
) -> dict[str, int]:
    if as_of is None:
        return {}
    found = {}
    for name in sorted(wanted & set(_CUT_BY)):
        table, day = _CUT_BY[name]
        row = connection.execute(f"SELECT count(*) FROM {table} WHERE {day} > ?", [as_of])
        found[name] = sum(count for (count,) in row.fetchall())
    return {name: count for name, count in found.items() if count}


def _caged(table: str, as_of: date | None) -> str:
    """SQL of what detectors see of a canonical *table*."""
    seen = [
        f"CASE WHEN {column} IN (SELECT number FROM id_numbers WHERE kind = 'wrong') THEN NULL "
        f"ELSE {column} END AS {column}"
        for column in ID_COLUMNS.get(table, ())
    ]
    if table == "persons":
        seen.append(
            f"CASE WHEN length(household) >= {_POLICE_HOUSEHOLD} THEN household ELSE household "
            "|| ' ' || coalesce(household_address, address, "
            "regexp_replace(source_row, '·[^·]*$', '')) END AS household"
        )
    replaced = f" REPLACE ({', '.join(seen)})" if seen else ""
    until = ""
    if as_of is not None and table in _CUT_BY:
        until = f" WHERE coalesce({_CUT_BY[table][1]} <= DATE '{as_of}', true)"
    return f'SELECT *{replaced} FROM "{table}"{until}'


def _subject_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``subject_names`` (key, name): what the case most often calls a number's owner."""
    there = {name for (name,) in connection.execute(_RELATIONS).fetchall()}
    said = " UNION ALL ".join(
        f"SELECT {key} AS key, {name} AS name FROM {table}"
        for table, key, name in _NAMED
        if table in there
    )
    connection.execute(f"""CREATE TABLE subject_names AS
        SELECT key, name FROM (SELECT key, name, count(*) AS times FROM ({said})
          WHERE key IS NOT NULL AND name IS NOT NULL GROUP BY key, name)
        QUALIFY row_number() OVER (PARTITION BY key ORDER BY times DESC, name) = 1""")


def names_of(connection: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> dict[str, str]:
    """The names of those *keys* (account, person, company or agent) that have one."""
    marks = ", ".join("?" * len(keys))
    found = connection.execute(
        f"SELECT key, name FROM subject_names WHERE key IN ({marks})", list(keys)
    )
    return dict(found.fetchall())


def currencies_of(
    connection: duckdb.DuckDBPyConnection, source_rows: Sequence[str]
) -> dict[str, str]:
    """The currencies of those of *source_rows* that are not in yuan; ``""`` if it is unknown."""
    marks = ", ".join("?" * len(source_rows))
    found = connection.execute(
        "SELECT source_row, currency FROM all_bookings "
        f"WHERE is_foreign AND source_row IN ({marks})",
        list(source_rows),
    )
    return dict(found.fetchall())


def _id_numbers(connection: duckdb.DuckDBPyConnection, among: set[str]) -> None:
    columns = [(table, each) for table in sorted(among) for each in ID_COLUMNS.get(table, ())]
    rows = (
        connection.execute(
            " UNION ".join(
                f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"
                for table, column in columns
            )
        ).fetchall()
        if columns
        else []
    )
    numbers = [str(number) for (number,) in rows]
    listed = pa.table(
        {
            "number": pa.array(numbers, pa.string()),
            "kind": pa.array([number_kind(each) for each in numbers], pa.string()),
        }
    )
    connection.register("id_numbers_given", listed)
    connection.execute("CREATE TABLE id_numbers AS SELECT number, kind FROM id_numbers_given")
    connection.unregister("id_numbers_given")


def open_to(
    connection: duckdb.DuckDBPyConnection, detector: Detector, params: Iterable[Parameter]
) -> None:
    """Show *detector* its own ``bookings`` and ``parameter_values`` inside the cage."""
    if "bookings" in detector.requires:
        connection.execute(bookings_view(detector.exclusions.shared))
    connection.execute(
        "CREATE OR REPLACE TABLE parameter_values "
        "(name VARCHAR, valid_from DATE, valid_to DATE, value BIGINT)"
    )
    rows = [
        (each.name, value.first, value.end or LAST_DAY, value.value)
        for each in params
        if each.applies == "booking"
        for value in each.values
    ]
    if rows:
        connection.executemany("INSERT INTO parameter_values VALUES (?, ?, ?, ?)", rows)
