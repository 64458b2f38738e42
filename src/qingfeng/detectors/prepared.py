"""Tables a detector may read: the canonical ones, and two the library prepares.

``bookings``            one row a booking of ``transfers``: one key per account (card and account
                        number joined), holder completed from the account list, the kind of the
                        other side, and each shared exclusion reason as a column
``parameter_values``    the dated values of parameters that apply to each booking
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from qingfeng.detectors.exclusions import excluded_by, platforms, quoted, reasons
from qingfeng.detectors.kinds import name_kinds_statement
from qingfeng.detectors.places import own_number, places_statements
from qingfeng.errors import InvalidDefinition
from qingfeng.schema import tables

BOOKINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "transfer_id": ("VARCHAR", "transfers.transfer_id"),
        "event_id": ("VARCHAR", "transfers.event_id"),
        "account_key": ("VARCHAR", "transfers.account or transfers.card"),
        "sub_account": ("VARCHAR", "transfers.sub_account"),
        "holder_id": ("VARCHAR", "transfers.holder_id or accounts.holder_id"),
        "holder_name": ("VARCHAR", "transfers.holder_name or accounts.holder_name"),
        "holder_kind": ("VARCHAR", "transfers.holder_id or holder_name"),
        "bank": ("VARCHAR", "transfers.bank"),
        "booked_s": ("BIGINT", "transfers.booked_at"),
        "booked_on": ("DATE", "transfers.booked_at"),
        "time_precision": ("VARCHAR", "transfers.time_precision"),
        "direction": ("VARCHAR", "transfers.direction"),
        "amount_fen": ("BIGINT", "transfers.amount_fen"),
        "most_fen": ("BIGINT", "transfers.amount_fen"),
        "balance_fen": ("BIGINT", "transfers.balance_fen"),
        "cash": ("BOOLEAN", "transfers.cash"),
        "counterparty_key": ("VARCHAR", "transfers.counterparty_account"),
        "counterparty_id": ("VARCHAR", "transfers.counterparty_id or accounts.holder_id"),
        "counterparty_name": ("VARCHAR", "transfers.counterparty_name"),
        "counterparty_kind": ("VARCHAR", "transfers.counterparty_name"),
        "memo": ("VARCHAR", "transfers.summary, remark, item"),
        "source_row": ("VARCHAR", "transfers.source_row"),
        "is_own_account": ("BOOLEAN", "transfers.counterparty_account"),
        "is_interest": ("BOOLEAN", "transfers.summary, remark, item"),
        "is_fee": ("BOOLEAN", "transfers.summary, remark, item"),
        "is_wealth_product": ("BOOLEAN", "transfers.summary, remark, item"),
        "is_repayment": ("BOOLEAN", "transfers.summary, remark, item"),
        "is_pension": ("BOOLEAN", "transfers.summary, remark, item"),
        "is_settlement": ("BOOLEAN", "transfers.summary, remark, item"),
        "is_wages": ("BOOLEAN", "transfers.summary, remark, item"),
        "is_dividend": ("BOOLEAN", "transfers.summary, remark, item"),
        "is_reimbursement": ("BOOLEAN", "transfers.summary, remark, item"),
        "excluded_by": ("VARCHAR", "exclusions.yaml"),
    }
)
"""Column -> (type, the delivered column it comes from: named when it is missing)."""

PARAMETER_VALUES: Mapping[str, str] = MappingProxyType(
    {"name": "VARCHAR", "valid_from": "DATE", "valid_to": "DATE", "value": "BIGINT"}
)


ID_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "transfers": ("holder_id", "counterparty_id"),
        "accounts": ("holder_id",),
        "agents": ("agent_id", "holder_id"),
        "deaths": ("person_id",),
        "kin": ("person_id", "relative_id"),
        "persons": ("person_id",),
    }
)
"""Columns that say who somebody is; a number that checks as nothing says it of nobody."""

_CASH = (
    "现金(存|支|取|缴|交易)|(存|取)现|现(存|支|取)|[Aa][Tt][Mm](现金|存|取)"
    "|(自助|柜面|柜台|本行|他行|跨行)(存|取)款"
)
_NO_CASH = "手续费|现金(宝|管理|分红|红利|流|贷)|转账|转存"


MOST_YUAN_A_UNIT = 25
"""No unit of any currency is worth more yuan (the dearest, the Kuwaiti dinar, stays below)."""

_UNDONE = """coalesce(k.status IN ('failed', 'reversed', 'closed', 'returned', 'refunded', 'refund')
  OR k.amount_fen <= 0 OR (k.status = 'reversal' AND NOT k.counted), false)"""
"""Undone is what its own statement undid; what the other side printed of it changes nothing."""

_HOLDER_KIND = """CASE WHEN b.own_kind = 'company' THEN 'company'
  WHEN b.own_kind = 'person' THEN CASE WHEN b.holder_formed THEN 'unclear' ELSE 'person' END
  WHEN b.holder_registered OR b.holder_name_kind IN ('company', 'bank', 'platform', 'institution')
    THEN 'company'
  WHEN b.holder_name_kind = 'person' THEN 'person'
  ELSE 'unknown' END"""
"""person, company (any organisation), unclear (a person's number beside its name), unknown."""

_COUNTERPARTY_KIND = """CASE
  WHEN b.other_holder = b.holder OR b.is_same_name THEN 'self'
  WHEN b.past_platform THEN 'company'
  WHEN b.name_kind IN ('platform', 'bank', 'institution') THEN b.name_kind
  WHEN b.other_kind = 'company' THEN CASE substr(b.other_holder, 1, 1) WHEN '9' THEN 'company'
    WHEN '1' THEN 'institution' ELSE CASE b.name_kind WHEN 'company' THEN 'company' ELSE 'other' END
    END
  WHEN b.other_kind = 'person' THEN CASE WHEN b.formed THEN 'other' ELSE 'person' END
  WHEN b.registered THEN 'company'
  ELSE coalesce(b.name_kind, 'none') END"""
"""A credit code tells by its first sign: 9 is business, 1 a public body; of others the name may."""


def columns_of(table: str, where: str) -> Mapping[str, str]:
    """Column -> type of a table a detector may name; InvalidDefinition if there is none."""
    if table == "bookings":
        return {name: kind for name, (kind, _) in BOOKINGS.items()}
    if table in tables():
        if table == "transfers":
            raise InvalidDefinition(where, "name bookings, which the library makes of transfers")
        return tables()[table].physical()
    raise InvalidDefinition(where, f"no such table; there are bookings, {', '.join(tables())}")


def delivered_column(table: str, column: str) -> str:
    """The name under which people know a column: where it was delivered."""
    return BOOKINGS[column][1] if table == "bookings" else f"{table}.{column}"


def _platform_days() -> str:
    rows = ", ".join(
        f"({quoted(each.name)}, DATE '{each.first}', DATE '{each.last}')" for each in platforms()
    )
    return f"(VALUES {rows})"


def bookings_statements(as_of: date | None) -> list[str]:
    """SQL that makes table ``all_bookings`` out of ``transfers``, ``accounts``, ``companies``.

    Bookings after *as_of* are left out; None keeps all. It needs table ``id_numbers`` (number,
    kind person|company|wrong|other) for every holder and counterparty number, and what
    ``places.believe_pairs`` makes. Card and account
    number of one account become one key where the pair is known from a row that carries both,
    the card has one account only and nobody else's card stands beside that account; a wallet
    and the cards bound to it stay apart, though
    the holder of the wallet holds them where no bank names another. A booking without memo
    takes the memo of another record of its event: what the other side's bank printed of the
    same payment. A reversal whose original was not delivered is a booking like any other: only
    with its original is it undone.
    Where no cash mark was delivered and no other side, the memo may say whether it was cash.
    ``most_fen`` is the most the booking can be worth in yuan, whatever its currency.
    """
    until = "" if as_of is None else f"WHERE CAST(t.booked_at AS DATE) <= DATE '{as_of}'"
    words = ",\n".join(
        f"{each.condition()} AS {each.column}" for each in reasons().values() if each.words
    )
    return [
        *places_statements(),
        name_kinds_statement(),
        f"""CREATE TABLE all_bookings AS
           WITH numbered AS (
             SELECT t.*, {own_number("t")} AS own_number
             FROM transfers t LEFT JOIN shared_accounts t_shared ON t_shared.account = t.account
             {until}),
           keyed AS (
             SELECT t.*, coalesce(own.account, t.own_number) AS account_key,
               coalesce(other.account, t.counterparty_account) AS counterparty_key,
               trim(coalesce(t.summary, '') || ' ' || coalesce(t.remark, '') || ' '
                 || coalesce(t.item, '')) AS own_memo,
               CAST(t.booked_at AS DATE) AS booked_on
             FROM numbered t
             LEFT JOIN card_accounts own ON own.card = t.own_number
             LEFT JOIN card_accounts other ON other.card = t.counterparty_account),
           held AS (
             SELECT k.* EXCLUDE (holder_name),
               coalesce(k.holder_name, h.holder_name) AS holder_name,
               CASE WHEN k.own_memo <> '' THEN k.own_memo
                    ELSE coalesce(max(k.own_memo) OVER (PARTITION BY k.event_id), '') END AS memo,
               CASE WHEN own_id.kind = 'wrong' OR k.holder_id IS NULL THEN h.holder_id
                    ELSE k.holder_id END AS holder,
               CASE WHEN other_id.kind = 'wrong' OR k.counterparty_id IS NULL
                    THEN coalesce(o.holder_id, seen.holder_id)
                    ELSE k.counterparty_id END AS other_holder,
               {_UNDONE} AS is_undone,
               row_number() OVER (PARTITION BY k.event_id, k.account_key, k.direction
                 ORDER BY k.counted DESC, k.transfer_id) AS copy_number
             FROM keyed k
             LEFT JOIN account_holders h ON h.account_key = k.account_key
             LEFT JOIN account_holders o ON o.account_key = k.counterparty_key
             LEFT JOIN number_holders seen ON seen.number = k.counterparty_account
             LEFT JOIN id_numbers own_id ON own_id.number = k.holder_id
             LEFT JOIN id_numbers other_id ON other_id.number = k.counterparty_id),
           known AS (
             SELECT b.* EXCLUDE (holder_id, counterparty_id, memo), b.holder AS holder_id,
               b.other_holder AS counterparty_id,
               CASE WHEN n.kind = 'bank' THEN b.memo || ' ' || b.counterparty_name
                    ELSE b.memo END AS memo,
               own_id.kind AS own_kind, other_id.kind AS other_kind, n.kind AS name_kind,
               n.formed, n.registered, h.kind AS holder_name_kind, h.formed AS holder_formed,
               h.registered AS holder_registered,
               p.last IS NOT NULL AND b.booked_on NOT BETWEEN p.first AND p.last AS past_platform,
               coalesce(b.counterparty_name = b.holder_name, false)
                 AND NOT coalesce(own_id.kind IN ('person', 'company')
                   AND other_id.kind IN ('person', 'company')
                   AND b.other_holder <> b.holder, false) AS is_same_name
             FROM held b LEFT JOIN name_kinds n ON n.name = b.counterparty_name
             LEFT JOIN name_kinds h ON h.name = b.holder_name
             LEFT JOIN {_platform_days()} AS p(name, first, last) ON p.name = n.plain
             LEFT JOIN id_numbers own_id ON own_id.number = b.holder
             LEFT JOIN id_numbers other_id ON other_id.number = b.other_holder),
           kinded AS (
             SELECT b.*, {_HOLDER_KIND} AS holder_kind, {_COUNTERPARTY_KIND} AS counterparty_kind,
               amount_fen - CASE WHEN status = 'partly_refunded' THEN coalesce(refunded_fen, 0)
                                 ELSE 0 END AS moved_fen,
               coalesce(currency NOT IN ('CNY', 'RMB', '156'), true) AS is_foreign
             FROM known b)
           SELECT transfer_id, event_id, account_key, sub_account, holder_id, holder_name,
             holder_kind, bank, CAST(epoch(booked_at) AS BIGINT) AS booked_s, booked_on,
             time_precision, direction, moved_fen AS amount_fen,
             moved_fen * CASE WHEN is_foreign THEN {MOST_YUAN_A_UNIT} ELSE 1 END AS most_fen,
             balance_fen,
             CASE WHEN cash IS NOT NULL OR counterparty_key IS NOT NULL
                    OR counterparty_kind NOT IN ('none', 'self', 'bank') THEN cash
                  WHEN regexp_matches(own_memo, '{_NO_CASH}') THEN false
                  WHEN regexp_matches(own_memo, '{_CASH}') THEN true END AS cash,
             counterparty_key, counterparty_id, counterparty_name,
             counterparty_kind, memo, source_row, is_undone,
             NOT is_undone AND (NOT coalesce(counted, true) OR copy_number > 1) AS is_second_copy,
             is_foreign, coalesce(currency, '') AS currency,
             direction IS NULL OR direction = 'unknown' AS is_undirected,
             coalesce(direction IN ('internal', 'transfer_in', 'transfer_out', 'none'), false)
               AS is_internal,
             coalesce(counterparty_id = holder_id OR counterparty_key = account_key, false)
               AS is_own_account,
             is_same_name,
             counterparty_kind = 'platform' AS is_platform,
             {words}
           FROM kinded""",
    ]


def bookings_view(codes: Iterable[str]) -> str:
    """SQL of the view ``bookings`` as one detector sees it, with its own reasons in order."""
    plain = ", ".join(name for name in BOOKINGS if name != "excluded_by")
    return f"""CREATE OR REPLACE VIEW bookings AS
        SELECT {plain}, {excluded_by(codes)} AS excluded_by FROM all_bookings"""
