"""Read the table definitions and say which physical columns each has.

Physical columns, in order: the id, the declared columns (each name column followed by its
``_raw`` form, null when the delivered text was the same), ``flags`` and ``source_row``.
``flags`` is null or a JSON list of remarks on the row; ``source_row`` is
``<sha256 of the delivered file>·<member/sheet, may be empty>·<1-based row>``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

from qingfeng.errors import InvalidDefinition

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The compiled form where there is one: every command reads all definitions."""


class ColumnKind(StrEnum):
    """How a column is normalised and stored."""

    TEXT = "text"
    NAME = "name"
    NUMBER = "number"
    FEN = "fen"
    DATE = "date"
    INSTANT = "instant"
    BOOL = "bool"
    CODE = "code"
    INT = "int"
    QUANTITY = "quantity"


_SQL_TYPES: Mapping[ColumnKind, str] = MappingProxyType(
    {
        ColumnKind.TEXT: "VARCHAR",
        ColumnKind.NAME: "VARCHAR",
        ColumnKind.NUMBER: "VARCHAR",
        ColumnKind.CODE: "VARCHAR",
        ColumnKind.FEN: "BIGINT",
        ColumnKind.DATE: "DATE",
        ColumnKind.INSTANT: "TIMESTAMPTZ",
        ColumnKind.BOOL: "BOOLEAN",
        ColumnKind.INT: "BIGINT",
        ColumnKind.QUANTITY: "DECIMAL(18,6)",
    }
)


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column; *label* is the Chinese term shown to people."""

    name: str
    kind: ColumnKind
    label: str
    note: str = ""

    @property
    def sql_type(self) -> str:
        return _SQL_TYPES[self.kind]

    @property
    def is_personal(self) -> bool:
        """Does it hold numbers of identity papers?"""
        return "证件号" in self.label and self.kind is ColumnKind.NUMBER


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table.

    *identity*: if one of these columns is filled, two rows of one file that agree in all
    content are one record delivered twice; if all are null they may be twins and both stay.
    *required*: of each group of columns at least one must be filled, or the row is no record.
    """

    name: str
    label: str
    grain: str
    authority: str
    id_column: str
    identity: tuple[str, ...]
    required: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Return the declared column; KeyError if there is none of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")

    def physical(self) -> dict[str, str]:
        """Column name to DuckDB type, in stored order."""
        found = {self.id_column: "VARCHAR"}
        for column in self.columns:
            found[column.name] = column.sql_type
            if column.kind is ColumnKind.NAME:
                found[f"{column.name}_raw"] = "VARCHAR"
        found["flags"] = "VARCHAR"
        found["source_row"] = "VARCHAR"
        return found

    def missing(self, names: Collection[str]) -> list[str]:
        """The physical columns that are not among *names*, in stored order."""
        return [column for column in self.physical() if column not in names]


def _read(name: str, text: str) -> Table:
    raw: dict[str, Any] = yaml.load(text, Loader=_LOADER)  # noqa: S506 - the safe loader
    try:
        columns = tuple(
            Column(key, ColumnKind(spec["type"]), spec["label"], spec.get("note", ""))
            for key, spec in raw["columns"].items()
        )
        found = Table(
            raw["table"],
            raw["label"],
            raw["grain"],
            raw["authority"],
            raw["id"],
            tuple(raw["identity"]),
            tuple(tuple(group.split("|")) for group in raw["required"]),
            columns,
        )
    except (KeyError, ValueError) as problem:
        raise InvalidDefinition(name, f"missing or unknown: {problem}") from problem
    named = {*found.identity, *(each for group in found.required for each in group)}
    unknown = named - {column.name for column in columns}
    if unknown:
        raise InvalidDefinition(name, f"identity or required names no column: {sorted(unknown)}")
    return found


@cache
def tables() -> Mapping[str, Table]:
    """Every canonical table by name, in alphabetical order."""
    folder = resources.files("qingfeng.schema") / "definitions"
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".yaml")),
        key=lambda entry: entry.name,
    )
    found = (_read(entry.name, entry.read_text(encoding="utf-8")) for entry in files)
    return MappingProxyType({each.name: each for each in found})


def table(name: str) -> Table:
    """The canonical table *name*; InvalidDefinition if there is none."""
    try:
        return tables()[name]
    except KeyError:
        raise InvalidDefinition(name, f"no such table; there are {', '.join(tables())}") from None
