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
from qingfeng.errors import InvalidDefinition
from qingfeng.ingest.one_place import one_place_pairs, wallet_account
from qingfeng.schema import tables

BOOKINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "transfer_id": ("VARCHAR", "transfers.transfer_id"),
        "event_id": ("VARCHAR", "transfers.event_id"),
        "account_key": ("VARCHAR", "transfers.account or transfers.card"),
        "sub_account": ("VARCHAR", "transfers.sub_account"),
        "holder_id": ("VARCHAR", "transfers.holder_id or accounts.holder_id"),
        "holder_name": ("VARCHAR", "transfers.holder_name"),
        "holder_kind": ("VARCHAR", "transfers.holder_id"),
        "bank": ("VARCHAR", "transfers.bank"),
        "booked_s": ("BIGINT", "transfers.booked_at"),
        "booked_on": ("DATE", "transfers.booked_at"),
        "time_precision": ("VARCHAR", "transfers.time_precision"),
        "direction": ("VARCHAR", "transfers.direction"),
        "amount_fen": ("BIGINT", "transfers.amount_fen"),
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


_BANK = (
    r"(银行|信用社|信用合作社|信用合作联社|农商行)(股份有限公司|有限责任公司|有限公司)?"
    r"([\x{4e00}-\x{9fff}()]{0,20}(分行|支行|营业部|营业室|分理处|储蓄所|联社|信用卡中心|总行))?$"
    r"|银行[\x{4e00}-\x{9fff}()]{0,16}(专户|内部户|过渡户)$|^(应付|应收|待清算|待划转)[\x{4e00}-\x{9fff}]+$"
    r"|^(个人|一手|二手|住房|消费|经营|公积金|助学|汽车|信用卡)[\x{4e00}-\x{9fff}()]{0,12}(贷款|透支)(本金|户|专户)?$"
)
_INSTITUTION = (
    r"(财政局|财政所|社会保险[\x{4e00}-\x{9fff}]*|社保中心|公积金[\x{4e00}-\x{9fff}]*中心|税务局"
    r"|人民政府"
    r"|委员会|法院|检察院|管理局|国库|保险[\x{4e00}-\x{9fff}()]*公司|证券[\x{4e00}-\x{9fff}()]*公司"
    r"|基金[\x{4e00}-\x{9fff}()]*公司|供电公司|自来水公司|学校|大学|中学|小学|医院|管理所|局|中心)$"
)
_COMPANY = (
    r"(公司|厂|合伙企业|\(有限合伙\)|\(普通合伙\)|事务所|商行|经营部|工作室|合作社|集团"
    r"|门市部|服务部|工程队|商店"
    r"|[\x{4e00}-\x{9fff}]{3,}(店|行|部|院|社|馆|坊))$"
)
_PERSON = r"^[\x{4e00}-\x{9fff}]{2,4}$|^[\x{4e00}-\x{9fff}]{2,10}·[\x{4e00}-\x{9fff}·]{2,14}$"


_CASH = (
    "现金(存|支|取|缴|交易)|(存|取)现|现(存|支|取)|[Aa][Tt][Mm](现金|存|取)"
    "|(自助|柜面|柜台|本行|他行|跨行)(存|取)款"
)
_NO_CASH = "手续费|现金(宝|管理|分红|红利|流|贷)|转账|转存"


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


def _name_kind(name: str) -> str:
    listed = ", ".join(quoted(each.name) for each in platforms())
    return f"""CASE WHEN {name} IS NULL THEN NULL
        WHEN {name} IN ({listed}) THEN 'platform'
        WHEN regexp_matches({name}, '{_BANK}') THEN 'bank'
        WHEN regexp_matches({name}, '{_INSTITUTION}') AND NOT {name} LIKE '%中心有限公司' THEN
            'institution'
        WHEN regexp_matches({name}, '{_COMPANY}') THEN 'company'
        WHEN regexp_matches({name}, '{_PERSON}') THEN 'person' ELSE 'other' END"""


def _platform_days() -> str:
    rows = ", ".join(
        f"({quoted(each.name)}, DATE '{each.first}', DATE '{each.last}')" for each in platforms()
    )
    return f"(VALUES {rows})"


def bookings_statements(as_of: date | None) -> list[str]:
    """SQL that makes table ``all_bookings`` out of ``transfers``, ``accounts``, ``companies``.

    Bookings after *as_of* are left out; None keeps all. It needs table ``id_numbers`` (number,
    kind person|company|wrong|other) for every holder and counterparty number. Card and account
    number of one account become one key where the pair is known from a row that carries both
    and the card has one account only; a wallet and the cards bound to it stay apart, though
    the holder of the wallet holds them where no bank names another. A booking without memo
    takes the memo of another record of its event: what the other side's bank printed of the
    same payment. A reversal whose original was not delivered is a booking like any other: only
    with its original is it undone.
    Where no cash mark was delivered and no other side, the memo may say that it was cash.
    """
    until = "" if as_of is None else f"WHERE CAST(t.booked_at AS DATE) <= DATE '{as_of}'"
    words = ",\n".join(
        f"{each.condition()} AS {each.column}" for each in reasons().values() if each.words
    )
    return [
        f"""CREATE TABLE card_accounts AS
           SELECT card, min(account) AS account FROM ({one_place_pairs("transfers")})
           WHERE card <> account GROUP BY card HAVING count(DISTINCT account) = 1""",
        f"""CREATE TABLE account_holders AS
           SELECT account_key, min(holder_id) AS holder_id FROM (
             SELECT * FROM (
             SELECT coalesce(m.account, a.account, a.card) AS account_key, a.holder_id,
               false AS bound
             FROM accounts a LEFT JOIN card_accounts m ON m.card = coalesce(a.account, a.card)
             UNION
             SELECT coalesce(m.account, a.card), a.holder_id, {wallet_account("a")}
             FROM accounts a LEFT JOIN card_accounts m ON m.card = a.card
             UNION
             SELECT coalesce(m.account, t.account, t.card), t.holder_id, false
             FROM (SELECT DISTINCT account, card, holder_id FROM transfers) t
             LEFT JOIN card_accounts m ON m.card = coalesce(t.account, t.card))
             WHERE holder_id IS NOT NULL AND account_key IS NOT NULL
               AND holder_id NOT IN (SELECT number FROM id_numbers WHERE kind = 'wrong')
             QUALIFY bound = min(bound) OVER (PARTITION BY account_key))
           GROUP BY account_key HAVING count(DISTINCT holder_id) = 1""",
        f"""CREATE TABLE name_kinds AS
           SELECT name, plain, {_name_kind("plain")} AS kind,
             plain IN (SELECT replace(replace(name, '（', '('), '）', ')') FROM companies
                       WHERE name IS NOT NULL) AS registered
           FROM (SELECT DISTINCT counterparty_name AS name,
                   replace(replace(counterparty_name, '（', '('), '）', ')') AS plain
                 FROM transfers WHERE counterparty_name IS NOT NULL)""",
        f"""CREATE TABLE all_bookings AS
           WITH keyed AS (
             SELECT t.*, coalesce(own.account, t.account, t.card) AS account_key,
               coalesce(other.account, t.counterparty_account) AS counterparty_key,
               trim(coalesce(t.summary, '') || ' ' || coalesce(t.remark, '') || ' '
                 || coalesce(t.item, '')) AS own_memo,
               CAST(t.booked_at AS DATE) AS booked_on,
               bool_or(t.counted) OVER (PARTITION BY t.event_id) AS event_counted
             FROM transfers t
             LEFT JOIN card_accounts own ON own.card = coalesce(t.account, t.card)
             LEFT JOIN card_accounts other ON other.card = t.counterparty_account
             {until}),
           held AS (
             SELECT k.*,
               CASE WHEN k.own_memo <> '' THEN k.own_memo
                    ELSE coalesce(max(k.own_memo) OVER (PARTITION BY k.event_id), '') END AS memo,
               CASE WHEN own_id.kind = 'wrong' OR k.holder_id IS NULL THEN h.holder_id
                    ELSE k.holder_id END AS holder,
               CASE WHEN other_id.kind = 'wrong' OR k.counterparty_id IS NULL THEN o.holder_id
                    ELSE k.counterparty_id END AS other_holder,
               row_number() OVER (PARTITION BY k.event_id, k.account_key, k.direction
                 ORDER BY k.counted DESC, k.transfer_id) AS copy_number
             FROM keyed k
             LEFT JOIN account_holders h ON h.account_key = k.account_key
             LEFT JOIN account_holders o ON o.account_key = k.counterparty_key
             LEFT JOIN id_numbers own_id ON own_id.number = k.holder_id
             LEFT JOIN id_numbers other_id ON other_id.number = k.counterparty_id),
           kinded AS (
             SELECT b.* EXCLUDE (holder_id, counterparty_id, memo), b.holder AS holder_id,
               CASE WHEN n.kind = 'bank' THEN b.memo || ' ' || b.counterparty_name
                    ELSE b.memo END AS memo,
               b.other_holder AS counterparty_id,
               coalesce(own_id.kind, 'unknown') AS holder_kind,
               CASE WHEN b.other_holder = b.holder
                      OR (b.counterparty_name = b.holder_name AND b.holder_name IS NOT NULL)
                      THEN 'self'
                    WHEN p.last IS NOT NULL AND b.booked_on NOT BETWEEN p.first AND p.last
                      THEN 'company'
                    WHEN n.kind IN ('platform', 'bank', 'institution') THEN n.kind
                    WHEN other_id.kind IN ('company', 'person') THEN other_id.kind
                    WHEN n.registered THEN 'company'
                    ELSE coalesce(n.kind, 'none') END AS counterparty_kind
             FROM held b LEFT JOIN name_kinds n ON n.name = b.counterparty_name
             LEFT JOIN {_platform_days()} AS p(name, first, last) ON p.name = n.plain
             LEFT JOIN id_numbers own_id ON own_id.number = b.holder
             LEFT JOIN id_numbers other_id ON other_id.number = b.other_holder)
           SELECT transfer_id, event_id, account_key, sub_account, holder_id, holder_name,
             holder_kind, bank, CAST(epoch(booked_at) AS BIGINT) AS booked_s, booked_on,
             time_precision, direction,
             amount_fen - CASE WHEN status = 'partly_refunded' THEN coalesce(refunded_fen, 0)
                               ELSE 0 END AS amount_fen,
             balance_fen,
             CASE WHEN cash IS NOT NULL OR counterparty_key IS NOT NULL
                    OR counterparty_kind NOT IN ('none', 'self', 'bank') THEN cash
                  WHEN regexp_matches(own_memo, '{_CASH}')
                    AND NOT regexp_matches(own_memo, '{_NO_CASH}') THEN true END AS cash,
             counterparty_key, counterparty_id, counterparty_name,
             counterparty_kind, memo, source_row,
             coalesce(status IN ('failed', 'reversed', 'closed', 'returned',
               'refunded', 'refund') OR amount_fen <= 0 OR NOT event_counted, false) AS is_undone,
             copy_number > 1 AS is_second_copy,
             coalesce(currency NOT IN ('CNY', 'RMB', '156'), true) AS is_foreign,
             direction IS NULL OR direction = 'unknown' AS is_undirected,
             coalesce(direction IN ('internal', 'transfer_in', 'transfer_out', 'none'), false)
               AS is_internal,
             coalesce(counterparty_id = holder_id OR counterparty_key = account_key, false)
               AS is_own_account,
             coalesce(counterparty_name = holder_name, false) AS is_same_name,
             counterparty_kind = 'platform' AS is_platform,
             {words}
           FROM kinded""",
    ]


def bookings_view(codes: Iterable[str]) -> str:
    """SQL of the view ``bookings`` as one detector sees it, with its own reasons in order."""
    plain = ", ".join(name for name in BOOKINGS if name != "excluded_by")
    return f"""CREATE OR REPLACE VIEW bookings AS
        SELECT {plain}, {excluded_by(codes)} AS excluded_by FROM all_bookings"""
