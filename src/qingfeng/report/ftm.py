"""Transfers and registries as FollowTheMoney entities, one JSON object a line.

    transfers       Payment, with BankAccount and the parties on both sides
    accounts        BankAccount, its holder, and the Ownership between them
    persons         Person
    companies       Company, then everything of company_roles and shareholdings
    company_roles   Directorship, with both ends
    shareholdings   Ownership, with both ends

An entity is ``{"id", "schema", "properties"}`` and every property is a list of texts. Its id is
a SHA-1 of what it stands for, so that the same person, company or account has one id in every
export of every case; only a card goes by its account where the case knows that, and a masked
number, which may be anybody's, by the sheet and holder it stands with. Money is yuan with two
places; a date is a day in Beijing; an instant keeps its offset. Each entity is written once in
one export.

What FollowTheMoney cannot say is left out, not bent (balances, cash, teller, place). Only
transfers that count become a Payment: a failed or undone booking paid nothing. All records of
one event, its two sides for instance, are one Payment, which names each of them. A booking
whose direction is unknown has no payer and no beneficiary, and says so in ``summary``.

An ID number makes a person. A name alone never joins two accounts: a party without an ID number
is known by the account it stands on, or else by the delivered account it dealt with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import BinaryIO

import duckdb

from qingfeng.errors import UsageError
from qingfeng.report import ftm_registries
from qingfeng.report.ftm_entities import Entity
from qingfeng.report.ftm_transfers import transfer_entities

_WRITERS: Mapping[str, Callable[[duckdb.DuckDBPyConnection], Iterator[Entity]]] = MappingProxyType(
    {
        "transfers": transfer_entities,
        "accounts": ftm_registries.account_entities,
        "persons": ftm_registries.person_entities,
        "companies": ftm_registries.company_entities,
        "company_roles": ftm_registries.role_entities,
        "shareholdings": ftm_registries.shareholding_entities,
    }
)


def require_mapped(table: str) -> None:
    """Raise UsageError if FollowTheMoney has no form for *table*."""
    if table not in _WRITERS:
        raise UsageError(
            f"Table {table} has no FollowTheMoney form; there is one for {', '.join(_WRITERS)}. "
            f"Use csv, jsonl, parquet or xlsx."
        )


def write_entities(connection: duckdb.DuckDBPyConnection, table: str, stream: BinaryIO) -> int:
    """Write the entities of *table* as lines and return how many. Raises UsageError."""
    require_mapped(table)
    written = 0
    for entity in _WRITERS[table](connection):
        stream.write((json.dumps(entity, ensure_ascii=False) + "\n").encode())
        written += 1
    return written
