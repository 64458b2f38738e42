"""Accounts, persons and the company registry as FollowTheMoney; held in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from qingfeng.report.ftm_entities import (
    Entity,
    Row,
    entity,
    entity_id,
    join_cards,
    masked_key,
    merged,
    party_id,
    party_properties,
    party_schema,
    rows,
    sorted_merged,
    yuan_text,
)

_GENDERS = {"男": "male", "女": "female"}


def account_entities(connection: duckdb.DuckDBPyConnection) -> Iterator[Entity]:
    """BankAccount, holder and the Ownership between them, by id."""
    join_cards(connection)
    query = """SELECT a.*, own.account AS account_of_card
        FROM accounts a LEFT JOIN ftm_cards own ON own.card = a.card ORDER BY account_row_id"""
    found = rows(connection, query)
    return sorted_merged(each for row in found for each in _account(row))


def _account(row: Row) -> Iterator[Entity]:
    shown = row["account"] or row["account_of_card"] or row["card"] or row["account_masked"]
    if not shown:
        return
    number = shown
    if number == row["account_masked"]:
        number = masked_key(number, row["source_row"], row["holder_id"] or row["holder_name"])
    key = entity_id("account", number)
    properties = {
        "accountNumber": [shown, row["card"]],
        "accountType": row["account_type"],
        "bankName": row["bank"],
        "bankAddress": row["branch"],
        "currency": row["currency"],
        "balance": yuan_text(row["balance_fen"]),
        "openingDate": row["opened_on"],
        "closingDate": row["closed_on"],
    }
    yield entity("BankAccount", key, properties)
    owner = party_id(row["holder_id"], row["holder_name"], number, None)
    if owner is None:
        return
    holder = {"name": row["holder_name"], "phone": row["holder_phone"]}
    yield entity(party_schema(row["holder_id"]), owner, holder | party_properties(row["holder_id"]))
    link = {"owner": owner, "asset": key, "role": "户主", "recordId": row["account_row_id"]}
    yield entity("Ownership", entity_id("holds", owner, key), link)


def person_entities(connection: duckdb.DuckDBPyConnection) -> Iterator[Entity]:
    """One Person an ID number; a row without one stays alone."""
    query = "SELECT * FROM persons ORDER BY person_id NULLS LAST, person_row_id"
    return merged(map(_person, rows(connection, query)))


def _person(row: Row) -> Entity:
    number = row["person_id"]
    key = party_id(number, None, None, None) or entity_id("person-row", row["person_row_id"])
    contact = {
        "name": row["name"],
        "address": [row["address"], row["household_address"]],
        "phone": [row["phone"], row["home_phone"], row["work_phone"]],
        "email": row["email"],
    }
    if party_schema(number) == "Company":
        return entity("Company", key, contact | party_properties(number))
    own = {
        "previousName": row["former_name"],
        "birthDate": row["born_on"],
        "gender": _GENDERS.get(row["sex"]),
        "position": row["occupation"],
    }
    return entity("Person", key, contact | own | party_properties(number))


def company_entities(connection: duckdb.DuckDBPyConnection) -> Iterator[Entity]:
    """Every Company, and all that company_roles and shareholdings say, by id."""
    registered = rows(connection, "SELECT * FROM companies ORDER BY company_row_id")
    found = [_company(row) for row in registered]
    found.extend(_roles(connection))
    found.extend(_stakes(connection))
    return sorted_merged(found)


def role_entities(connection: duckdb.DuckDBPyConnection) -> Iterator[Entity]:
    """Directorship with both its ends, by id."""
    return sorted_merged(_roles(connection))


def shareholding_entities(connection: duckdb.DuckDBPyConnection) -> Iterator[Entity]:
    """Ownership of companies with both its ends, by id."""
    return sorted_merged(_stakes(connection))


def _company_key(number: str | None, name: str | None) -> str:
    return entity_id("party", number) if number else entity_id("company-name", name or "")


def _company(row: Row) -> Entity:
    properties = {
        "name": row["name"],
        "uscCode": row["company_id"],
        "registrationNumber": row["registration_number"],
        "capital": yuan_text(row["registered_capital_fen"]),
        "currency": row["currency"],
        "incorporationDate": row["founded_on"],
        "dissolutionDate": row["cancelled_on"],
        "status": row["status"],
        "legalForm": row["kind"],
        "sector": row["industry"],
        "address": row["address"],
        "phone": row["phone"],
        "email": row["email"],
        "country": "cn",
    }
    return entity("Company", _company_key(row["company_id"], row["name"]), properties)


def _company_end(row: Row) -> Entity:
    properties = {"name": row["company_name"], "uscCode": row["company_id"]}
    return entity("Company", _company_key(row["company_id"], row["company_name"]), properties)


def _roles(connection: duckdb.DuckDBPyConnection) -> Iterator[Entity]:
    for row in rows(connection, "SELECT * FROM company_roles ORDER BY role_row_id"):
        company = _company_end(row)
        yield company
        number = row["person_id"]
        director = party_id(number, row["person_name"], None, company["id"])
        if director is None:
            continue
        person = {"name": row["person_name"], **party_properties(number)}
        yield entity(party_schema(number), director, person)
        link = {
            "director": director,
            "organization": company["id"],
            "role": row["role"],
            "startDate": row["from_on"],
            "endDate": row["to_on"],
            "recordId": row["role_row_id"],
        }
        key = entity_id("role", director, company["id"], row["role"] or "", str(row["from_on"]))
        yield entity("Directorship", key, link)


def _stakes(connection: duckdb.DuckDBPyConnection) -> Iterator[Entity]:
    for row in rows(connection, "SELECT * FROM shareholdings ORDER BY stake_row_id"):
        company = _company_end(row)
        yield company
        number = row["holder_id"]
        owner = party_id(number, row["holder_name"], None, company["id"])
        if owner is None:
            continue
        yield entity(
            party_schema(number), owner, {"name": row["holder_name"], **party_properties(number)}
        )
        share = row["share"]
        link = {
            "owner": owner,
            "asset": company["id"],
            "percentage": None if share is None else f"{(share * 100).normalize():f}",
            "sharesValue": yuan_text(row["subscribed_fen"]),
            "sharesCurrency": row["currency"],
            "recordId": row["stake_row_id"],
        }
        yield entity("Ownership", entity_id("stake", owner, company["id"]), link)
