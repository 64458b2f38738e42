"""Which ledger a booking belongs to, whatever numbers its record gives.

A *ledger* is one account, sub-account and currency; where only a card is given, that. Where no
whole number is given, it is what one sheet holds of one masked number, and of one holder if
the sheet names several. A card whose account is known stands for it, also where the record has
it in the column of the account.
"""

from __future__ import annotations

import duckdb

from qingfeng.ingest.one_place import wallet_booking

LOCAL_OFFSET_S = 28_800
"""Asia/Shanghai is eight hours ahead of UTC, without summer time since 1991."""


def read_bookings(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``booked`` (slim transfers, with what names their ledger) and ``ledger``.

    Also ``listed_account``: ``accounts``, with the ``number`` under which ``ledger`` has them.
    Needs ``identity``, ``stated_pair`` and ``shared_account`` of the linking.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE sole AS
        SELECT card, min(account) AS account FROM stated_pair
        WHERE card IS NOT NULL AND account NOT IN (SELECT account FROM shared_account)
        GROUP BY card HAVING count(DISTINCT account) = 1;
        CREATE OR REPLACE TEMP VIEW listed_account AS
        SELECT a.*, {_NUMBER} AS number FROM accounts a {_joins("a")}
    """)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE booked AS
        WITH named AS (
            SELECT a.*, string_split(a.source_row, '·')[-1] AS row_text, {_NUMBER} AS number,
                   {wallet_booking("a")} AS wallet
            FROM transfers a {_joins("a")}),
        placed AS (
            SELECT *, left(source_row, length(source_row) - length(row_text)) AS sheet_key,
                   epoch_us(booked_at) // 1000000 AS t
            FROM named),
        shared AS (
            SELECT sheet_key, coalesce(account_masked, '') AS masked FROM placed
            WHERE number IS NULL GROUP BY ALL HAVING min(holder_name) <> max(holder_name))
        SELECT row_number() OVER (ORDER BY p.source_row, p.transfer_id) AS n,
               coalesce(p.number, concat_ws(' ', account_masked, p.sheet_key,
                   CASE WHEN shared.sheet_key IS NOT NULL THEN holder_name END)) AS ledger_number,
               CASE WHEN p.number IS NULL THEN p.sheet_key END AS unnumbered_in,
               coalesce(sub_account, '') AS sub_account, coalesce(currency, '') AS currency,
               transfer_id, event_id, linked_to, source_row, hash(p.sheet_key) AS source,
               TRY_CAST(row_text AS BIGINT) AS row, account, card, account_masked, holder_name,
               holder_id, bank, t, (t + {LOCAL_OFFSET_S}) // 86400 AS day,
               coalesce(time_precision, 'second') AS precision, direction,
               amount_fen AS amount, balance_fen AS balance, coalesce(fee_fen, 0) AS fee,
               status, counted,
               own.id AS own, other.id AS cp, counterparty_account, counterparty_account_masked,
               counterparty_name, wallet,
               wallet AND (p.card IS NOT NULL
                   OR coalesce(regexp_matches(pay_method, '\\d{{4}}'), false)) AS outside,
               CASE WHEN direction IN ('in', 'transfer_in') THEN amount_fen
                    WHEN direction IN ('out', 'transfer_out') THEN -amount_fen
                    WHEN amount_fen = 0 THEN 0 END AS effect
        FROM placed p
        LEFT JOIN identity own ON own.number = CASE WHEN wallet THEN p.account
                                                    ELSE coalesce(p.account, p.card) END
        LEFT JOIN identity other ON other.number = p.counterparty_account
        LEFT JOIN shared ON p.number IS NULL AND shared.sheet_key = p.sheet_key
         AND shared.masked = coalesce(p.account_masked, '')
    """)
    _join_vague_statements(connection)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE ledger AS
        SELECT row_number() OVER (ORDER BY ledger_number, sub_account, currency) AS ledger,
               ledger_number, min(unnumbered_in) AS unnumbered_in,
               sub_account, currency, min(account) AS account, min(card) AS card,
               min(account_masked) AS account_masked, min(holder_name) AS holder_name,
               min(bank) AS bank, min(own) AS own, count(*) AS rows, min(day) AS first_day,
               max(day) AS last_day
        FROM booked GROUP BY ledger_number, sub_account, currency
    """)


_NUMBER = """CASE WHEN shared.account IS NOT NULL THEN coalesce(a.card, a.account)
                  ELSE coalesce(meant.account, a.account, sole.account, a.card) END"""


def _joins(row: str) -> str:
    """Joins to *row* (``account``, ``card``) that ``_NUMBER`` needs."""
    return f"""LEFT JOIN sole ON sole.card = {row}.card
        LEFT JOIN sole meant ON meant.card = {row}.account
        LEFT JOIN shared_account shared ON shared.account = {row}.account"""


def _join_vague_statements(connection: duckdb.DuckDBPyConnection) -> None:
    """Let a statement that says less of its number belong where its second copies belong.

    A statement may leave out the sub-account, or give only a card of several accounts. If all
    its bookings that another statement repeats are of one ledger there, it is of that ledger.
    """
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE said_better AS
        WITH repeated AS (
            SELECT a.n AS one, b.n AS two FROM booked a JOIN booked b ON b.transfer_id = a.linked_to
            WHERE NOT a.counted AND a.event_id = b.event_id AND a.unnumbered_in IS NULL
              AND (a.ledger_number <> b.ledger_number OR a.sub_account <> b.sub_account)),
        beside AS (
            SELECT one AS vague, two AS better FROM repeated UNION SELECT two, one FROM repeated)
        SELECT v.source, v.ledger_number, v.sub_account, v.currency,
               min(b.ledger_number) AS better_number, min(b.sub_account) AS better_sub_account
        FROM beside JOIN booked v ON v.n = vague JOIN booked b ON b.n = better
        WHERE v.currency = b.currency AND v.sub_account IN ('', b.sub_account)
          AND (v.ledger_number = b.ledger_number
               OR (b.ledger_number, v.ledger_number) IN (SELECT (account, card) FROM stated_pair))
        GROUP BY v.source, v.ledger_number, v.sub_account, v.currency
        HAVING count(DISTINCT (b.ledger_number, b.sub_account)) = 1
    """)
    connection.execute("""
        UPDATE booked SET ledger_number = s.better_number, sub_account = s.better_sub_account
        FROM said_better s
        WHERE booked.source = s.source AND booked.ledger_number = s.ledger_number
          AND booked.sub_account = s.sub_account AND booked.currency = s.currency
    """)
