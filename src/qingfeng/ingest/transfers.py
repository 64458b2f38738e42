"""What is special about bookings: status, cash, what undoes what."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.amounts import amount_and_direction
from qingfeng.ingest.cleaned import Cleaned
from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.currencies import settle_currency
from qingfeng.ingest.delivery import Delivery, plain
from qingfeng.ingest.mixed_cells import split_mixed
from qingfeng.ingest.undoing_words import UNDOING_WORDS, nature_form
from qingfeng.ingest.words import WordList, comparable, shared_words

_REFUND_SAID = r"""
    SELECT nullif(regexp_extract(b, '已退款?[(（]?[¥￥]?([0-9][0-9.,]*)', 1), '') AS refunded
    FROM {bare}"""

_UNPAID = "not paid when the bill was made, not counted"

_FEE_SAID = r"""
    SELECT nullif(regexp_extract(b, '(?:服务费|手续费)[¥￥]?([0-9][0-9.,]*)', 1), '') AS fee
    FROM {bare}"""


_NO_CASH = "' says neither cash nor transfer"


def transfer_columns(cleaner: Cleaner, delivery: Delivery, cleaned: Cleaned) -> dict[str, str]:
    """Clean the special inputs; return SQL for the columns they decide."""
    pieces = cleaned.pieces
    wallet = delivery.layout.name.startswith("wallet")
    split_mixed(cleaner, delivery, pieces)
    amount, direction = amount_and_direction(cleaner, delivery, cleaned)
    for name, query, source in (
        ("refunded_fen", _REFUND_SAID, "status"),
        ("fee_fen", _FEE_SAID, "remark"),
    ):
        cells = delivery.fields.get(source)
        if wallet and cells is not None and name not in pieces:
            said = cleaner.ask(cells, query)[""]
            pieces[name] = cleaner.fen(plain(said).fill_null(""))[""]
    # Without a direction a minus may just as well be an expense.
    red = f"({amount}) < 0 AND ({direction}) <> 'unknown'"
    status = _status(cleaner, delivery, cleaned, red=red, wallet=wallet)
    if wallet and "refunded_fen" in pieces:
        # What was paid back whole is said in the words of a part: 已退款(￥90.00) of 90.00.
        status = (
            f"CASE WHEN ({status}) = 'partly_refunded' AND \"refunded_fen\" >= abs({amount})"
            f" THEN 'refunded' ELSE ({status}) END"
        )
    special = {"amount_fen": amount, "direction": direction, "status": status}
    if wallet:
        part = '"refunded_fen"' if "refunded_fen" in pieces else "CAST(NULL AS BIGINT)"
        special["refunded_fen"] = (
            f"CASE WHEN ({status}) IN ('refunded', 'returned') THEN abs({amount})"
            f" WHEN ({status}) <> 'refund' THEN {part} END"
        )
    special["cash"] = _cash(cleaner, delivery, cleaned)
    for name in ("serial", "voucher"):
        if name in pieces:
            special[name] = f"CASE WHEN ltrim(\"{name}\", '0') <> '' THEN \"{name}\" END"
    settle_currency(cleaner, cleaned, delivery.height)
    if wallet and "merchant_order" in pieces and "serial" in pieces:
        special["refund_of"] = (
            f"CASE WHEN ({status}) = 'refund' AND merchant_order IS NOT NULL THEN "
            f"max(CASE WHEN ({status}) IN ('refunded', 'partly_refunded') THEN \"serial\" END)"
            " OVER (PARTITION BY delivered_table, merchant_order) END"
        )
    return special


def _status(
    cleaner: Cleaner,
    delivery: Delivery,
    cleaned: Cleaned,
    *,
    red: str,
    wallet: bool,
) -> str:
    layout, fields, pieces = delivery.layout, delivery.fields, cleaned.pieces
    known = {code: tuple(words) for code, words in layout.statuses.items()}
    clauses: list[str] = []
    strange: list[pa.Array] = []
    for field in ("status", "success"):
        cells = fields.get(field)
        if cells is None:
            continue
        shared = shared_words("success")
        words = known or shared
        if field == "success" and known:
            codes = {*shared, *known}
            words = {code: (*shared.get(code, ()), *known.get(code, ())) for code in codes}
        found = cleaner.word(cells, WordList(words))
        pieces[f"{field}!code"] = found[""]
        if "unpaid" in words:
            unpaid = _unpaid(cleaner, delivery, plain(found[""]))
            pieces[f"{field}!code"] = pc.if_else(unpaid, "closed", found[""])
            strange.append(pc.if_else(unpaid, _UNPAID, None))
        strange.append(_said_of_status(cleaner, pieces, field, found["problem"]))
        clauses.append(f'"{field}!code"')
    base = f"coalesce({', '.join([*clauses, chr(39) + 'ok_assumed' + chr(39)])})"
    mark = fields.get("reversal_mark")
    if mark is not None:
        found = cleaner.word(mark, WordList(shared_words("reversal_marks")))
        pieces["mark!code"] = found[""]
        said_of = "' is not in the word list, taken as not undone"
        strange.append(pc.binary_join_element_wise("'", found["problem"], said_of, ""))
        base = (
            f"CASE WHEN \"mark!code\" = 'reversed' AND {base} IN ('ok', 'ok_assumed')"
            f" THEN 'reversed' ELSE {base} END"
        )
    if strange:
        cleaned.remark("status", strange[0] if len(strange) == 1 else pc.coalesce(*strange))
    funds = fields.get("funds_state")
    if funds is not None:
        pieces["funds!paid"] = cleaner.ask(funds, "SELECT starts_with(b, '已') FROM {bare}")[""]
        base = f"CASE WHEN {base} = 'closed' AND \"funds!paid\" THEN 'refunded' ELSE {base} END"
    undone = _undoes(cleaner, delivery, pieces, red)
    refund = _refunds(cleaner, delivery, pieces) if wallet else "false"
    extent = "'partly_refunded'"
    if "refunded!whole" in pieces:
        extent = f"CASE WHEN \"refunded!whole\" THEN 'refunded' ELSE {extent} END"
    return (
        f"CASE WHEN {base} IN ('failed', 'closed', 'returned') THEN {base}"
        f" WHEN {refund} THEN 'refund'"
        f" WHEN ({undone}) AND {base} IN ('ok', 'ok_assumed', 'reversal') THEN 'reversal'"
        + (
            f" WHEN {base} IN ('ok', 'ok_assumed') AND \"refunded_fen\" > 0 THEN {extent}"
            if "refunded_fen" in pieces
            else ""
        )
        + f" ELSE {base} END"
    )


def _unpaid(cleaner: Cleaner, delivery: Delivery, codes: pa.Array) -> pa.Array:
    """Where a bill says that the money has not moved yet (等待付款, 资金状态 待支出)."""
    unpaid = pc.equal(codes, "unpaid").fill_null(False)
    funds = delivery.fields.get("funds_state")
    if funds is None:
        return unpaid
    waiting = cleaner.ask(funds, "SELECT starts_with(b, '待') FROM {bare}")[""]
    open_ = pc.or_(pc.is_null(codes), pc.is_in(codes, value_set=pa.array(["ok"])))
    return pc.or_(unpaid, pc.and_(waiting, open_))


def _said_of_status(
    cleaner: Cleaner, pieces: dict[str, pa.Array], field: str, strange: pa.Array
) -> pa.Array:
    """What to say of words outside the list; a booking not carried out yet gets its code."""
    if strange.null_count == len(strange):
        return strange
    waiting = cleaner.word(strange.fill_null(""), WordList(shared_words("unfinished")))
    pieces[f"{field}!code"] = pc.coalesce(plain(pieces[f"{field}!code"]), plain(waiting[""]))
    said_of = pc.if_else(
        pc.is_valid(waiting[""]),
        "' is not carried out yet, not counted",
        "' is not in the word list, taken as done",
    )
    return pc.binary_join_element_wise("'", strange, said_of, "")


def _undoes(cleaner: Cleaner, delivery: Delivery, pieces: dict[str, pa.Array], red: str) -> str:
    """SQL: does the booking undo another? By its mark, its nature in words, or a red amount.

    The word must be the nature of the booking itself (冲正, 消费冲正, 红字冲销), not something it
    pays for (补冲正手续费, 红字印刷品). The remark is asked only where there is no summary: the
    payer writes there what the payer likes.
    """
    undone = "\"mark!code\" = 'reversal'" if "mark!code" in pieces else "false"
    form = nature_form(dict.fromkeys([*UNDOING_WORDS, *delivery.layout.reversal_words]))
    for name in ("summary", "remark"):
        if name not in pieces:
            continue
        query = f"SELECT regexp_matches(b, '{form}'), {_cash_said()} AS cash FROM {{bare}}"
        found = cleaner.ask(pieces[name], query)
        if found["cash"].null_count < delivery.height:
            pieces[f"{name}!cash"] = found["cash"]
        pieces[f"{name}!undoes"] = found[""]
        alone = ' AND "summary" IS NULL' if name == "remark" and "summary" in pieces else ""
        undone += f' OR (coalesce("{name}!undoes", false){alone})'
    undone += f" OR ({red})"
    return undone


def _refunds(cleaner: Cleaner, delivery: Delivery, pieces: dict[str, pa.Array]) -> str:
    """SQL: does a wallet say that the booking gives money back?"""
    fields = delivery.fields
    refund = "false"
    for name in ("channel", "summary", "item"):
        cells = fields.get(name)
        if cells is not None:
            pieces[f"{name}!refund"] = cleaner.ask(
                cells, "SELECT regexp_matches(b, '退款$|^退款|-退款') FROM {bare}"
            )[""]
            refund += f' OR "{name}!refund"'
    expense = "\"direction!said\" <> 'out'" if "direction!said" in pieces else "true"
    return f"({refund}) AND {expense}"


def _cash(cleaner: Cleaner, delivery: Delivery, cleaned: Cleaned) -> str:
    """SQL: was it cash? By its own column, else by the closed list of words of a summary."""
    pieces, cells = cleaned.pieces, delivery.fields.get("cash")
    said = "CAST(NULL AS BOOLEAN)"
    if cells is not None:
        listed = WordList(delivery.layout.words.get("cash") or shared_words("cash"))
        found = cleaner.word(cells, listed)
        pieces["cash!said"] = found[""]
        cleaned.also("cash", pc.binary_join_element_wise("'", found["problem"], _NO_CASH, ""))
        said = 'CAST("cash!said" AS BOOLEAN)'
    if "channel" in pieces:
        found = cleaner.ask(pieces["channel"], f"SELECT {_cash_said()} FROM {{bare}}")[""]
        if found.null_count < delivery.height:
            pieces["channel!cash"] = found
    hits = [f'"{name}!cash"' for name in ("summary", "remark", "channel")]
    hits = [said, *(each for each in hits if each.strip('"') in pieces)]
    return f"coalesce({', '.join(hits)})"


def _cash_said() -> str:
    """SQL: true where the text ``b`` stands in the closed list of cash, else null."""
    words = ", ".join(f"'{comparable(word)}'" for word in shared_words("cash_summaries")["true"])
    spoken = "lower(regexp_replace(qf_narrow(b), '\\s', '', 'g'))"
    return f"CASE WHEN regexp_matches(b, '[现款]') AND {spoken} IN ({words}) THEN true END"
