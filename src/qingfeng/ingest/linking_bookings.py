"""The slim working table that all linking reads: integers instead of delivered text."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from qingfeng.ingest.one_place import wallet_booking
from qingfeng.ingest.undoing_words import RETURNED_WORDS, UNDOING_WORDS, nature_form
from qingfeng.store.batches import Manifest

_SOMEWHERE = "|".join((*UNDOING_WORDS, *RETURNED_WORDS))
_NATURE = nature_form((*UNDOING_WORDS, *RETURNED_WORDS))

_RICHNESS = [
    "account",
    "card",
    "holder_name",
    "holder_id",
    "counterparty_account",
    "counterparty_name",
    "counterparty_id",
    "counterparty_bank",
    "summary",
    "remark",
    "channel",
    "branch",
    "place",
    "teller",
    "terminal",
    "ip",
    "mac",
    "merchant",
    "voucher",
    "serial",
    "balance_fen",
    "cash",
    "currency",
]


def find_holders(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``holder_by_account`` and ``holder_by_card``: what ``accounts`` says of a number.

    Columns: ``number``, ``holder_name``, ``holder_id``, ``conflict`` (two names or two ids). And
    ``said_again`` (``transfer_id``, these, ``phone``, ``bank``): what repeats of it add.
    """
    for column in ("account", "card"):
        connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE holder_by_{column} AS
            SELECT {column} AS number, min(holder_name) AS holder_name,
                   min(holder_id) AS holder_id,
                   count(DISTINCT holder_name) > 1 OR count(DISTINCT holder_id) > 1 AS conflict
            FROM accounts
            WHERE {column} IS NOT NULL AND coalesce(holder_name, holder_id) IS NOT NULL
            GROUP BY {column}
        """)

    one = ", ".join(
        f"CASE WHEN min({name}) = max({name}) THEN min({name}) END AS {alias}"
        for name, alias in (
            ("holder_name", "name"),
            ("holder_id", "id"),
            ("holder_phone", "phone"),
            ("bank", "bank"),
        )
    )
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE said_again AS
        SELECT record_id AS transfer_id, {one},
               count(DISTINCT holder_name) > 1 OR count(DISTINCT holder_id) > 1 AS conflict
        FROM repeats GROUP BY record_id
    """)


def find_shared_sheets(connection: duckdb.DuckDBPyConnection, batches: Sequence[Manifest]) -> None:
    """Create ``table_start`` (``sheet_key``, ``first_row``): tables that share a sheet.

    ``sheet_key`` is the head of their ``source_row``, up to the row.
    """
    starts: dict[str, set[int]] = {}
    for entry in (entry for batch in batches for entry in batch.files):
        if len(entry["tables"]) < 2:
            continue
        for each in entry["tables"]:
            if each["table"] == "transfers" and each.get("header_row"):
                place = "/".join(filter(None, (each["member"], each["sheet"])))
                starts.setdefault(f"{entry['sha256']}·{place}·", set()).add(each["header_row"])
    found = [(key, row) for key, rows in starts.items() if len(rows) > 1 for row in sorted(rows)]
    listed = pa.table(
        {
            "sheet_key": pa.array([key for key, _ in found], pa.string()),
            "first_row": pa.array([row for _, row in found], pa.int64()),
        }
    )
    connection.register("table_starts", listed)
    connection.execute("CREATE OR REPLACE TEMP TABLE table_start AS SELECT * FROM table_starts")
    connection.unregister("table_starts")


def build_bookings(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary view ``booking``, one row a delivered transfer.

    Needs ``identity``, ``shared_account``, ``table_start`` and the two holder tables. ``n``
    numbers the rows in the order of ``transfer_id`` (the row number of a sorted table: sorting
    spills, a window does not), so the smallest ``n`` is the smallest id. ``own`` and ``cp`` are
    identities (``cp`` null if nothing of that number was delivered); ``net`` is what the booking
    adds to its account in fen, null where the direction does not say; ``t`` and ``day`` are
    seconds and local days since 1970; ``*_key`` are 64-bit hashes, compared only inside groups
    that agree in money and account. ``account_key`` and ``sub_key`` are null where no account,
    but at most a card, or no part of one is named. ``source`` is the sheet, ``delivered_in`` the
    table in it. ``undoes`` says how a booking shows that it undoes another: ``marked`` (by a
    column of its own, or a red amount), ``named`` (its summary says nothing else, or a word may
    have made it a reversal), ``remarked`` (its remark says nothing else), ``mentioned`` (a word
    of undoing somewhere); else null.
    """
    filled = " + ".join(f"({column} IS NOT NULL)::INT" for column in _RICHNESS)
    first_row, within = "NULL", ""
    if connection.execute("SELECT 1 FROM table_start LIMIT 1").fetchall():
        first_row = "start.first_row"
        within = """ASOF LEFT JOIN table_start start
              ON start.sheet_key = placed.sheet_key AND placed.row >= start.first_row"""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE booking_row AS
        WITH cut AS (
            SELECT d.*, string_split(source_row, '·')[-1] AS row_text,
                   {wallet_booking("d")} AS wallet,
                   {filled} + (time_precision = 'second')::INT AS richness
            FROM delivered_transfers d),
        found AS (
            SELECT cut.*, icp.id AS cp, again.name AS again_name, again.id AS again_id,
                   again.phone AS found_phone, again.bank AS found_bank,
                   coalesce(again.conflict, false) AS again_twice,
                   CASE WHEN wallet THEN ia.id
                        WHEN shared.account IS NOT NULL THEN coalesce(ic.id, ia.id)
                        ELSE coalesce(ia.id, ic.id) END AS own,
                   cut.account IN (SELECT card FROM stated_pair WHERE card IS NOT NULL)
                       AS card_as_account,
                   CASE WHEN ha.number IS NULL THEN hc.holder_name ELSE ha.holder_name END
                       AS listed_name,
                   CASE WHEN ha.number IS NULL THEN hc.holder_id ELSE ha.holder_id END
                       AS listed_id,
                   CASE WHEN ha.number IS NULL THEN hc.conflict ELSE ha.conflict END
                       AS listed_twice
            FROM cut
            LEFT JOIN identity ia ON ia.number = cut.account
            LEFT JOIN identity ic ON ic.number = cut.card
            LEFT JOIN said_again again ON again.transfer_id = cut.transfer_id
            LEFT JOIN shared_account shared ON shared.account = cut.account
            LEFT JOIN identity icp ON icp.number = cut.counterparty_account
            LEFT JOIN holder_by_account ha ON ha.number = cut.account
            LEFT JOIN holder_by_card hc ON hc.number = CASE WHEN NOT cut.wallet THEN cut.card END),
        placed AS (
            SELECT *, left(source_row, length(source_row) - length(row_text)) AS sheet_key,
                   TRY_CAST(row_text AS BIGINT) AS row
            FROM found),
        judged AS (
            SELECT placed.*, {first_row} AS first_row, epoch_us(booked_at) // 1000000 AS t,
                   again_twice OR coalesce(listed_twice, false)
                       OR coalesce(coalesce(holder_name, again_name) <> listed_name, false)
                       OR coalesce(coalesce(holder_id, again_id) <> listed_id, false) AS clash,
                   holder_name IS NULL OR holder_id IS NULL AS holder_wanted
            FROM placed {within})
        SELECT transfer_id, own, cp, direction,
               CASE WHEN direction IN ('in', 'transfer_in') THEN amount_fen
                    WHEN direction IN ('out', 'transfer_out') THEN -amount_fen END AS net,
               amount_fen AS amount, balance_fen AS balance, coalesce(fee_fen, 0) AS fee,
               currency, t, (t + 28800) // 86400 AS day,
               coalesce(time_precision, 'second') AS precision,
               hash(sheet_key) AS source, hash(sheet_key, first_row) AS delivered_in, row,
               CASE WHEN account IS NOT NULL AND NOT card_as_account THEN hash(account)
                    END AS account_key,
               CASE WHEN sub_account IS NOT NULL THEN hash(sub_account) END AS sub_key,
               hash(serial) AS serial_key, serial IS NOT NULL AS has_serial,
               hash(counterparty_account) AS cp_key, counterparty_account IS NOT NULL AS has_cp,
               hash(counterparty_name) AS cp_name_key,
               counterparty_name IS NOT NULL AS has_cp_name, status,
               CASE WHEN amount_fen < 0 THEN 'marked'
                    WHEN status NOT IN ('ok', 'ok_assumed', 'reversal') THEN NULL
                    WHEN regexp_matches(concat_ws(' ', summary, remark), '{_SOMEWHERE}') THEN
                        CASE WHEN status = 'reversal'
                               OR coalesce(regexp_matches(summary, '{_NATURE}'), false)
                             THEN 'named'
                             WHEN regexp_matches(remark, '{_NATURE}') THEN 'remarked'
                             ELSE 'mentioned' END
                    WHEN status = 'reversal' THEN 'marked' END AS undoes,
               coalesce(status IN ('failed', 'closed', 'returned'), false) AS void,
               wallet, richness, coalesce(holder_id, again_id, listed_id) AS holder_id,
               CASE WHEN holder_name IS NULL AND NOT clash
                    THEN coalesce(again_name, listed_name) END AS found_name,
               CASE WHEN holder_id IS NULL AND NOT clash
                    THEN coalesce(again_id, listed_id) END AS found_id,
               found_phone, found_bank,
               clash AND holder_wanted AS holder_conflict, holder_wanted
        FROM judged ORDER BY transfer_id;
        CREATE OR REPLACE TEMP VIEW booking AS SELECT rowid AS n, * FROM booking_row
    """)
