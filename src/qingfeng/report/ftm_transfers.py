"""Transfers as FollowTheMoney: accounts, then parties, then one Payment for each event.

An event seen by both sides, or by a wallet and the bank, is paid once. The record that says
most of it makes the Payment: one with a known direction, then one that names its other side,
then the first by id. The others are named beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from qingfeng.ingest.one_place import wallet_booking
from qingfeng.report.ftm_entities import (
    Entity,
    Row,
    entity,
    entity_id,
    join_cards,
    party_id,
    party_properties,
    party_schema,
    rows,
    when_text,
    yuan_text,
)

_DOUBTED = "another record of it says that it failed or was undone"

# A masked number may be anybody's: it stands for one holder's account in one sheet.
_BOOKINGS = """
    CREATE VIEW ftm_bookings AS
    SELECT t.*,
           coalesce(t.account, own.account, t.card, t.account_masked) AS own_number,
           coalesce(t.account, own.account, t.card,
               t.account_masked || ' ' || regexp_replace(t.source_row, '[^·]*$', '')
               || coalesce(t.holder_id, t.holder_name, '')) AS own_key,
           coalesce(other.account, t.counterparty_account) AS other_key
    FROM transfers t
    LEFT JOIN ftm_cards own ON own.card = t.card
    LEFT JOIN ftm_cards other ON other.card = t.counterparty_account
    WHERE t.counted
"""
_SIDES = f"""
    SELECT own_key AS account_key, own_number AS number, account,
           CASE WHEN NOT {wallet_booking("b")} THEN card END AS card, holder_id AS id,
           holder_name AS name, holder_phone AS phone, bank, currency, NULL AS beside
    FROM ftm_bookings b
    UNION
    SELECT other_key, other_key, counterparty_account, NULL, counterparty_id,
           counterparty_name, NULL, counterparty_bank, NULL,
           CASE WHEN other_key IS NULL THEN own_key END
    FROM ftm_bookings
"""


def transfer_entities(connection: duckdb.DuckDBPyConnection) -> Iterator[Entity]:
    """Stream them; makes a table and a view in *connection*."""
    join_cards(connection)
    connection.execute(_BOOKINGS)
    sides = f"""SELECT account_key, min(number) AS number,
            list(DISTINCT account ORDER BY account) AS accounts,
            list(DISTINCT card ORDER BY card) AS cards,
            list(DISTINCT bank ORDER BY bank) AS banks,
            list(DISTINCT currency ORDER BY currency) AS currencies
        FROM ({_SIDES}) WHERE account_key IS NOT NULL GROUP BY account_key ORDER BY account_key"""
    for row in rows(connection, sides):
        properties = {
            "accountNumber": [row["number"], *row["accounts"], *row["cards"]],
            "bankName": row["banks"],
            "currency": row["currencies"],
        }
        yield entity("BankAccount", entity_id("account", row["account_key"]), properties)
    yield from _parties(connection)
    bookings = """
        WITH shared AS (
            SELECT event_id, list(transfer_id) AS transfer_ids, list(source_row) AS source_rows,
                   list(DISTINCT serial) AS serials
            FROM ftm_bookings GROUP BY event_id HAVING count(*) > 1),
        chosen AS (
            SELECT b.transfer_id FROM ftm_bookings b JOIN shared USING (event_id)
            QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY
                direction IN ('in', 'out', 'transfer_in', 'transfer_out') DESC,
                (other_key IS NOT NULL)::INT + (counterparty_id IS NOT NULL)::INT DESC,
                transfer_id) = 1)
        SELECT b.*, transfer_ids, source_rows, serials, doubted.event_id IS NOT NULL AS doubted
        FROM ftm_bookings b LEFT JOIN shared USING (event_id)
        LEFT JOIN (SELECT DISTINCT event_id FROM transfers
                   WHERE NOT counted AND status IN ('failed', 'reversed', 'closed', 'returned',
                                                    'refunded')) doubted USING (event_id)
        WHERE shared.event_id IS NULL OR transfer_id IN (SELECT transfer_id FROM chosen)
        ORDER BY booked_at NULLS LAST, account NULLS LAST, transfer_id"""
    yield from map(_payment, rows(connection, bookings))


def _parties(connection: duckdb.DuckDBPyConnection) -> Iterator[Entity]:
    """Every party once: those with a number grouped by it, the others by account and name."""
    query = f"""SELECT id, CASE WHEN id IS NULL THEN account_key END AS account_key,
            CASE WHEN id IS NULL THEN beside END AS beside,
            CASE WHEN id IS NULL THEN name END AS only_name,
            list(DISTINCT name ORDER BY name) FILTER (WHERE name IS NOT NULL) AS names,
            list(DISTINCT phone ORDER BY phone) FILTER (WHERE phone IS NOT NULL) AS phones
        FROM ({_SIDES}) WHERE id IS NOT NULL OR name IS NOT NULL
        GROUP BY ALL ORDER BY id NULLS LAST, account_key NULLS LAST, beside NULLS LAST, only_name"""
    for row in rows(connection, query):
        key = party_id(row["id"], row["only_name"], row["account_key"], row["beside"])
        if key is not None:
            found = {"name": row["names"], "phone": row["phones"], **party_properties(row["id"])}
            yield entity(party_schema(row["id"]), key, found)


def _payment(row: Row) -> Entity:
    own_account, other_account = (
        entity_id("account", key) if key else None for key in (row["own_key"], row["other_key"])
    )
    own = party_id(row["holder_id"], row["holder_name"], row["own_key"], None)
    other = party_id(
        row["counterparty_id"],
        row["counterparty_name"],
        row["other_key"],
        row["own_key"] if row["other_key"] is None else None,
    )
    properties: dict[str, object] = {
        "amount": yuan_text(row["amount_fen"]),
        "currency": row["currency"],
        "date": when_text(row["booked_at"], row["time_precision"]),
        "purpose": [row["summary"], row["remark"], row["item"]],
        "transactionNumber": sorted(filter(None, row["serials"] or [row["serial"]])),
        "recordId": sorted(row["transfer_ids"] or [row["transfer_id"]]),
        "description": sorted(row["source_rows"] or [row["source_row"]]),
    }
    said = [_DOUBTED] if row["doubted"] else []
    if row["direction"] in ("in", "transfer_in"):
        own, other, own_account, other_account = other, own, other_account, own_account
    elif row["direction"] not in ("out", "transfer_out"):
        where = row["own_number"] or "an account not named"
        said.append(f"booked on {where}; direction {row['direction'] or 'not stated'}")
        own = other = own_account = other_account = None
    properties |= {
        "summary": said,
        "payer": own,
        "payerAccount": own_account,
        "beneficiary": other,
        "beneficiaryAccount": other_account,
    }
    return entity("Payment", entity_id("payment", row["event_id"]), properties)
