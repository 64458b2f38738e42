"""The FollowTheMoney entity: its id, its texts, and how versions of one are joined."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

import duckdb

from qingfeng.identifiers import is_citizen_number, is_credit_code
from qingfeng.ingest.one_place import one_place_pairs
from qingfeng.money import FEN_PER_YUAN
from qingfeng.periods import BEIJING

Entity = dict[str, Any]
Row = Mapping[str, Any]

_ROWS_A_BATCH = 20_000


def join_cards(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table ``ftm_cards``: the ``account`` of each ``card`` that has exactly one."""
    connection.execute(f"""
        CREATE TABLE ftm_cards AS
        SELECT card, any_value(account) AS account FROM ({one_place_pairs("transfers")})
        GROUP BY card HAVING count(DISTINCT account) = 1
    """)


def masked_key(masked: str, source_row: str, holder: str | None) -> str:
    """What a masked number, which may be anybody's, is known by: its sheet and its holder."""
    return f"{masked} {source_row.rpartition('·')[0]}·{holder or ''}"


def entity_id(kind: str, *parts: str) -> str:
    """The id of the thing of this *kind* that *parts* name."""
    return hashlib.sha1("\x1f".join((kind, *parts)).encode(), usedforsecurity=False).hexdigest()


def entity(schema: str, key: str, properties: Mapping[str, object]) -> Entity:
    """Build an entity from values or lists of values; empty properties are left out."""
    filled = {name: _texts(value) for name, value in properties.items()}
    return {
        "id": key,
        "schema": schema,
        "properties": {name: values for name, values in filled.items() if values},
    }


def _texts(value: object) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(str(each) for each in several if each not in (None, "")))


def yuan_text(amount_fen: int | None) -> str | None:
    """Exact yuan without separators: ``-1234.50``."""
    if amount_fen is None:
        return None
    whole, fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    return f"{'-' if amount_fen < 0 else ''}{whole}.{fen:02d}"


def when_text(moment: datetime | None, precision: str | None) -> str | None:
    """Beijing day, or instant with offset where the time of day is known."""
    if moment is None:
        return None
    local = moment.astimezone(BEIJING)
    return local.date().isoformat() if precision == "day" else local.isoformat(timespec="seconds")


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[Row]:
    """Stream a query; finish one before starting the next on the same connection."""
    for batch in connection.sql(query).to_arrow_reader(_ROWS_A_BATCH):
        yield from batch.to_pylist()


def party_id(
    number: str | None, name: str | None, account: str | None, beside: str | None
) -> str | None:
    """The id of a party: by its number, else by account and name; None if nothing names it."""
    if number:
        return entity_id("party", number)
    if name and account:
        return entity_id("party-of-account", account, name)
    if name:
        return entity_id("party-beside", beside or "", name)
    return None


def party_schema(number: str | None) -> str:
    """Person, Company, or LegalEntity where the number does not say which."""
    if number and is_citizen_number(number):
        return "Person"
    return "Company" if number and is_credit_code(number) else "LegalEntity"


def party_properties(number: str | None) -> dict[str, object]:
    """What the number itself tells."""
    if party_schema(number) == "Company":
        return {"uscCode": number, "country": "cn"}
    return {"idNumber": number}


def merged(entities: Iterable[Entity]) -> Iterator[Entity]:
    """Join neighbours with one id; the caller sorted by it. A stated schema beats LegalEntity."""
    for key, group in groupby(entities, key=lambda entity: entity["id"]):
        versions = list(group)
        schemas = [each["schema"] for each in versions]
        schema = next((each for each in schemas if each != "LegalEntity"), "LegalEntity")
        names = dict.fromkeys(name for each in versions for name in each["properties"])
        joined = {
            name: [value for each in versions for value in each["properties"].get(name, [])]
            for name in names
        }
        yield entity(schema, key, joined)


def sorted_merged(entities: Iterable[Entity]) -> Iterator[Entity]:
    """Every entity once, by id."""
    return merged(sorted(entities, key=lambda each: str(each["id"])))
