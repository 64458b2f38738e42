"""Whose number is whose: one key an account, its holder, and numbers that many people share."""

from __future__ import annotations

import duckdb

from qingfeng.ingest.linking_identity import build_identities
from qingfeng.ingest.one_place import wallet_account


def believe_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``stated_pair`` and ``shared_account`` as the linking believes them."""
    beside = " UNION ALL ".join(
        f"(SELECT 1 FROM {table} WHERE account IS NOT NULL AND card IS NOT NULL LIMIT 1)"
        for table in ("transfers", "accounts")
    )
    if not connection.execute(beside).fetchall():
        connection.execute(
            "CREATE TEMP TABLE stated_pair (account VARCHAR, card VARCHAR); "
            "CREATE TEMP TABLE shared_account (account VARCHAR)"
        )
        return
    delivered = "SELECT 1 FROM information_schema.tables WHERE table_name = 'delivered_transfers'"
    if not connection.execute(delivered).fetchall():
        connection.execute("CREATE VIEW delivered_transfers AS SELECT * FROM transfers")
    build_identities(connection)


def own_number(row: str) -> str:
    """SQL of the number *row* (``account``, ``card``) is kept under, before cards are joined.

    Needs ``shared`` (``account``, ``crowded``) joined as *row*_shared on the account. Under a
    shared account number a card stands for itself; without a card nobody knows whose it is.
    """
    return (
        f"CASE WHEN {row}_shared.account IS NULL THEN coalesce({row}.account, {row}.card)"
        f" WHEN {row}.card IS NULL AND NOT {row}_shared.crowded THEN {row}.account"
        f" ELSE {row}.card END"
    )


def places_statements() -> list[str]:
    """SQL that makes the tables of this module out of ``transfers`` and ``accounts``.

    ``shared_accounts``   account numbers whose pairs the linking does not believe; *crowded*:
                          several people stand beside it in rows without a card, too
    ``card_accounts``     card -> its one account, where nothing contradicts the pair
    ``account_holders``   account_key -> holder_id, holder_name, each where it is the only one
    ``number_holders``    counterparty number -> the one ID number delivered beside it, if it
                          never stands beside two names

    Needs ``stated_pair``, ``shared_account`` (:func:`believe_pairs`) and ``id_numbers``.
    """
    return [
        f"""CREATE TABLE stated_holders AS
           SELECT s.account, s.card, s.holder_name, s.bound, s.listed,
             CASE WHEN k.kind = 'wrong' THEN NULL ELSE s.holder_id END AS holder_id
           FROM (SELECT DISTINCT account, card, holder_id, holder_name, false AS bound,
                   false AS listed FROM transfers
                 UNION SELECT account, card, holder_id, holder_name, {wallet_account("a")}, true
                 FROM accounts a) s
           LEFT JOIN id_numbers k ON k.number = s.holder_id""",
        """CREATE TABLE shared_accounts AS
           SELECT f.account, coalesce(count(DISTINCT s.holder_id) > 1, false) AS crowded
           FROM shared_account f
           LEFT JOIN stated_holders s ON s.account = f.account AND s.card IS NULL
           GROUP BY f.account""",
        """CREATE TABLE card_accounts AS
           WITH listed AS (
             SELECT card, min(holder_id) AS holder FROM stated_holders
             WHERE listed AND card IS NOT NULL AND account IS NULL AND holder_id IS NOT NULL
             GROUP BY card HAVING count(DISTINCT holder_id) = 1),
           held AS (
             SELECT account, min(holder_id) AS holder FROM stated_holders
             WHERE account IS NOT NULL AND holder_id IS NOT NULL
             GROUP BY account HAVING count(DISTINCT holder_id) = 1)
           SELECT p.card, min(p.account) AS account
           FROM stated_pair p LEFT JOIN listed l ON l.card = p.card
           LEFT JOIN held h ON h.account = p.account
           WHERE p.card <> p.account AND coalesce(l.holder = h.holder, true)
             AND p.account NOT IN (SELECT account FROM shared_accounts)
           GROUP BY p.card HAVING count(DISTINCT p.account) = 1""",
        f"""CREATE TABLE account_holders AS
           WITH keyed AS (
             SELECT coalesce(m.account, s.number) AS account_key, s.holder_id, s.holder_name,
               s.bound
             FROM (SELECT {own_number("h")} AS number, h.holder_id, h.holder_name, false AS bound
                   FROM stated_holders h
                   LEFT JOIN shared_accounts h_shared ON h_shared.account = h.account
                   UNION SELECT card, holder_id, holder_name, bound
                   FROM stated_holders WHERE listed AND card IS NOT NULL) s
             LEFT JOIN card_accounts m ON m.card = s.number
             WHERE s.number IS NOT NULL),
           numbered AS (
             SELECT account_key, min(holder_id) AS holder_id FROM (
               SELECT * FROM keyed WHERE holder_id IS NOT NULL
               QUALIFY bound = min(bound) OVER (PARTITION BY account_key))
             GROUP BY account_key HAVING count(DISTINCT holder_id) = 1),
           named AS (
             SELECT account_key, min(holder_name) AS holder_name FROM keyed
             WHERE holder_name IS NOT NULL AND NOT bound
             GROUP BY account_key HAVING count(DISTINCT holder_name) = 1)
           SELECT coalesce(i.account_key, n.account_key) AS account_key, i.holder_id, n.holder_name
           FROM numbered i FULL JOIN named n ON n.account_key = i.account_key""",
        """CREATE TABLE number_holders AS
           SELECT s.number, min(s.person) AS holder_id
           FROM (SELECT t.number, t.name, CASE WHEN k.kind = 'wrong' THEN NULL ELSE t.person END
                   AS person
                 FROM (SELECT DISTINCT counterparty_account AS number, counterparty_name AS name,
                         counterparty_id AS person
                       FROM transfers WHERE counterparty_account IS NOT NULL) t
                 LEFT JOIN id_numbers k ON k.number = t.person) s
           GROUP BY s.number HAVING count(DISTINCT s.person) = 1 AND count(DISTINCT s.name) <= 1""",
    ]
