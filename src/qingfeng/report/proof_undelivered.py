"""Accounts that occur in the case and brought no bookings of their own: what to ask for next."""

from __future__ import annotations

import duckdb

from qingfeng.ingest.one_place import wallet_account
from qingfeng.report.proof_rows import YUAN, Answer, fetch, listing


def undelivered(
    connection: duckdb.DuckDBPyConnection, limit: int | None, *, seen_times: int, seen_fen: int
) -> Answer:
    """Numbers that occur but brought no bookings of their own, largest figure first.

    As counterparties if seen at least *seen_times* or for at least *seen_fen* in yuan (counted
    bookings, one per event); those below both bounds that moved money in another currency, or
    in one that is not known, stand in ``in_other_currencies``. ``amount_fen``, ``received_fen``
    and ``paid_fen`` are yuan alone, ``other_currencies`` (``currency``, empty if unknown,
    ``times``, ``amount_fen``) is the rest: nothing is converted.

    In ``accounts``, ``agents``, ``freezes`` and ``wealth_products`` always, and bank cards that
    a wallet names as bound to it or as having paid (*stands_in* is then ``bound_cards``; the
    bank is the one that the wallet says). ``amount_fen`` is of ``currency``, and null where the
    register states none. Payment institutions and shops are among them: only a person can tell
    a household's account from a platform's.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE delivered_number AS
        SELECT i.number FROM identity i SEMI JOIN booked b ON b.own = i.id;
        CREATE OR REPLACE TEMP TABLE seen_booking AS
        SELECT * FROM booked WHERE counted AND counterparty_account IS NOT NULL
          AND counterparty_account NOT IN (SELECT number FROM delivered_number)
        QUALIFY row_number() OVER (PARTITION BY event_id, counterparty_account ORDER BY n) = 1;
        CREATE OR REPLACE TEMP TABLE seen_number AS
        SELECT counterparty_account AS number, min(counterparty_name) AS name,
               count(DISTINCT counterparty_name) AS names, count(*) AS times,
               coalesce(sum(abs(amount)) FILTER (WHERE {_YUAN}), 0)::BIGINT AS amount_fen,
               coalesce(sum(effect) FILTER (WHERE {_YUAN} AND effect < 0), 0)::BIGINT * -1
                   AS received_fen,
               coalesce(sum(effect) FILTER (WHERE {_YUAN} AND effect > 0), 0)::BIGINT AS paid_fen,
               count(DISTINCT own) AS from_accounts, min(day) AS first_day, max(day) AS last_day,
               list(source_row ORDER BY abs(amount) DESC, n)[1:3] AS source_rows,
               NOT bool_and({_YUAN}) AS has_other
        FROM seen_booking GROUP BY counterparty_account
    """)
    enough = f"(times >= {int(seen_times)} OR amount_fen >= {int(seen_fen)})"
    return {
        "as_counterparties": listing(
            _counterparties(connection, enough, "amount_fen"),
            limit,
            seen_times=seen_times,
            seen_fen=seen_fen,
        ),
        "in_other_currencies": listing(
            _counterparties(connection, f"has_other AND NOT {enough}", "other_fen"), limit
        ),
        "in_registers": listing(fetch(connection, _IN_REGISTERS), limit),
    }


_YUAN = f"currency = '{YUAN}'"


def _counterparties(
    connection: duckdb.DuckDBPyConnection, condition: str, order: str
) -> list[Answer]:
    return fetch(
        connection,
        f"""
        WITH chosen AS (SELECT * FROM seen_number WHERE {condition}),
        each_currency AS (
            SELECT counterparty_account AS number, currency, count(*) AS times,
                   sum(abs(amount))::BIGINT AS amount_fen
            FROM seen_booking
            WHERE NOT {_YUAN}
              AND counterparty_account IN (SELECT number FROM chosen WHERE has_other)
            GROUP BY counterparty_account, currency),
        other AS (
            SELECT number, max(amount_fen) AS other_fen,
                   list({{currency: currency, times: times, amount_fen: amount_fen}}
                        ORDER BY currency) AS other_currencies
            FROM each_currency GROUP BY number)
        SELECT chosen.* EXCLUDE (has_other), coalesce(other_currencies, []) AS other_currencies
        FROM chosen LEFT JOIN other USING (number)
        ORDER BY {order} DESC NULLS LAST, number
        """,
    )


_IN_REGISTERS = f"""
    WITH listed AS (SELECT *, {wallet_account("a")} AS wallet FROM accounts a),
    bound AS (
        SELECT card, holder_name, branch, source_row FROM listed WHERE wallet
        UNION ALL SELECT card, holder_name, NULL, source_row FROM booked WHERE wallet),
    named AS (
        SELECT 'accounts' AS stands_in, account, CASE WHEN NOT wallet THEN card END AS card,
               sub_account, holder_name, bank, balance_fen AS amount_fen,
               coalesce(currency, '{YUAN}') AS currency, last_booked_on, source_row
        FROM listed QUALIFY NOT wallet OR row_number() OVER (
            PARTITION BY wallet, account ORDER BY balance_fen DESC NULLS LAST, source_row) = 1
        UNION ALL SELECT 'bound_cards', NULL, card, NULL, holder_name, branch, NULL, NULL, NULL,
               source_row
        FROM bound WHERE card NOT IN (
            SELECT card FROM listed WHERE NOT wallet AND card IS NOT NULL)
        QUALIFY row_number() OVER (PARTITION BY card ORDER BY branch IS NULL, source_row) = 1
        UNION ALL SELECT 'agents', account, card, NULL, holder_name, bank, NULL, NULL, NULL,
               source_row
        FROM agents WHERE coalesce(account, card) IS NOT NULL
        UNION ALL SELECT 'freezes', account, NULL, NULL, NULL, bank, amount_fen, '{YUAN}', NULL,
               source_row FROM freezes
        UNION ALL SELECT 'wealth_products', account, NULL, NULL, holder_name, bank, amount_fen,
               coalesce(currency, '{YUAN}'), NULL, source_row FROM wealth_products)
    SELECT * FROM named
    WHERE coalesce(account, card) IS NOT NULL
      AND coalesce(account NOT IN (SELECT number FROM delivered_number), true)
      AND coalesce(card NOT IN (SELECT number FROM delivered_number), true)
    ORDER BY amount_fen DESC NULLS LAST, stands_in, account, card, source_row"""
