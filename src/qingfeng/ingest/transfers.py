"""What is special about bookings: direction, sign, split and mixed columns, status.

Directions come from the closed word list of the layout, from which of two columns is filled,
or - only where the layout says so - from the sign. Nothing else is ever guessed.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.columns import Cleaned
from qingfeng.ingest.delivery import Delivery, plain
from qingfeng.ingest.undoing_words import UNDOING_WORDS, nature_form
from qingfeng.ingest.words import WordList, shared_words

_MIXED_PARTY = r"""
    WITH m AS (SELECT b,
        regexp_extract(b, '^([0-9][0-9*＊xX]{4,})\s*[/／|,，;；:：\s-]\s*([^0-9*＊\s].*)$',
                       ['number', 'party']) AS first,
        regexp_extract(b, '^([0-9][0-9*＊xX]{4,}|[^\s()（）@]+@[^\s()（）@]+)\s*[(（](.+)[)）]$',
                       ['number', 'party']) AS outside,
        regexp_extract(b, '^([^()（）]*[^0-9()（）*＊])[(（]([0-9][0-9*＊xX]{4,})[)）]$',
                       ['party', 'number']) AS inside FROM {bare})
    SELECT nullif(CASE WHEN first.number <> '' THEN first.party
                       WHEN outside.number <> '' THEN outside.party
                       WHEN inside.number <> '' THEN inside.party
                       ELSE trim(regexp_replace(b, '[\s:：/,，;；-]*[0-9*]{5,}$', ''))
                       END, '') AS party,
           nullif(CASE WHEN first.number <> '' THEN first.number
                       WHEN outside.number <> '' THEN outside.number
                       WHEN inside.number <> '' THEN inside.number
                       ELSE regexp_extract(b, '[0-9*]{5,}$') END, '') AS number FROM m"""

_MIXED_HOLDER = r"""
    SELECT nullif(regexp_extract(b, '[(（](.+)[)）]$', 1), '') AS party,
           nullif(regexp_extract(b, '^([^(（]+)', 1), '') AS number FROM {bare}"""

_MIXED_AMOUNT = r"""
    SELECT trim(regexp_replace(regexp_replace(b, '[(（].*$', ''),
                               '^([A-Za-z]{3}|人民币|美元|港币)\s*', '')) AS amount,
           nullif(regexp_extract(b, '^([A-Za-z]{3}|人民币|美元|港币)', 1), '') AS currency,
           nullif(regexp_extract(b, '已退款?[¥￥]?([0-9.,]+)', 1), '') AS refunded FROM {bare}"""

_REFUND_SAID = r"""
    SELECT nullif(regexp_extract(b, '已退款?[(（]?[¥￥]?([0-9][0-9.,]*)', 1), '') AS refunded
    FROM {bare}"""

_FEE_SAID = r"""
    SELECT nullif(regexp_extract(b, '(?:服务费|手续费)[¥￥]?([0-9][0-9.,]*)', 1), '') AS fee
    FROM {bare}"""


def transfer_columns(cleaner: Cleaner, delivery: Delivery, cleaned: Cleaned) -> dict[str, str]:
    """Clean the special inputs; return SQL for the columns they decide."""
    pieces = cleaned.pieces
    wallet = delivery.layout.name.startswith("wallet")
    _split_mixed(cleaner, delivery, pieces)
    amount, direction = _amount_and_direction(cleaner, delivery, cleaned)
    for name, query, source in (
        ("refunded_fen", _REFUND_SAID, "status"),
        ("fee_fen", _FEE_SAID, "remark"),
    ):
        cells = delivery.fields.get(source)
        if wallet and cells is not None and name not in pieces:
            said = cleaner.ask(cells, query)[""]
            pieces[name] = cleaner.fen(plain(said).fill_null(""))[""]
    status = _status(cleaner, delivery, cleaned, wallet=wallet)
    special = {"amount_fen": amount, "direction": direction, "status": status}
    if wallet:
        part = '"refunded_fen"' if "refunded_fen" in pieces else "CAST(NULL AS BIGINT)"
        special["refunded_fen"] = (
            f"CASE WHEN ({status}) IN ('refunded', 'returned') THEN abs({amount}) ELSE {part} END"
        )
    special["cash"] = _cash(cleaner, delivery, pieces)
    if "serial" in pieces:
        special["serial"] = "CASE WHEN ltrim(\"serial\", '0') <> '' THEN \"serial\" END"
    currency = '"currency"' if "currency" in pieces else "NULL"
    if "sub_account" in pieces:
        codes = " ".join(
            f"WHEN starts_with(sub_account, '{number}_') THEN '{code}'"
            for number, code in (("156", "CNY"), ("840", "USD"), ("344", "HKD"), ("978", "EUR"))
        )
        currency = f"coalesce({currency}, CASE {codes} END)"
    special["currency"] = f"coalesce({currency}, 'CNY')"
    if wallet and "merchant_order" in pieces and "serial" in pieces:
        special["refund_of"] = (
            f"CASE WHEN ({status}) = 'refund' AND merchant_order IS NOT NULL THEN "
            f"max(CASE WHEN ({status}) IN ('refunded', 'partly_refunded') THEN \"serial\" END)"
            " OVER (PARTITION BY delivered_table, merchant_order) END"
        )
    return special


def _split_mixed(cleaner: Cleaner, delivery: Delivery, pieces: dict[str, pa.Array]) -> None:
    """Two things in one cell become the columns they belong to."""
    for field, query, party, number in (
        ("counterparty.mixed", _MIXED_PARTY, "counterparty_name", "counterparty_account"),
        ("holder.mixed", _MIXED_HOLDER, "holder_name", "account"),
    ):
        cells = delivery.fields.get(field)
        if cells is None:
            continue
        found = cleaner.ask(cells, query)
        name = cleaner.name({party: found[""]})[party]
        digits = cleaner.number({number: found["number"]})[number]
        _fill(pieces, party, name["any_form"])
        _fill(pieces, f"{party}_raw", name["raw"])
        _fill(pieces, number, digits[""])
        _fill(pieces, f"{number}_masked", digits["masked"])


def _fill(pieces: dict[str, pa.Array], name: str, values: pa.Array) -> None:
    known = pieces.get(name)
    pieces[name] = values if known is None else pc.coalesce(plain(known), plain(values))


def _amount_and_direction(
    cleaner: Cleaner, delivery: Delivery, cleaned: Cleaned
) -> tuple[str, str]:
    layout, fields, pieces = delivery.layout, delivery.fields, cleaned.pieces
    amount = '"amount_fen"' if "amount_fen" in pieces else "CAST(NULL AS BIGINT)"
    mixed = fields.get("amount_fen.mixed")
    if mixed is not None:
        found = cleaner.ask(mixed, _MIXED_AMOUNT)
        money = cleaner.fen(
            plain(found[""]).fill_null(""), delivery.factors.get("amount_fen.mixed", 100)
        )
        pieces["amount_fen"] = money[""]
        cleaned.problem("amount_fen", money["problem"])
        refunded = cleaner.fen(found["refunded"].fill_null(""))[""]
        if refunded.null_count < len(refunded):
            pieces["refunded_fen"] = refunded
        if found["currency"].null_count < len(refunded) and "currency" not in pieces:
            pieces["currency"] = cleaner.word(
                found["currency"].fill_null(""), WordList(shared_words("currencies"))
            )[""]
        amount = '"amount_fen"'
    said = _said_direction(cleaner, delivery, cleaned)
    if "amount_fen.in" in fields or "amount_fen.out" in fields:
        problems: list[pa.Array] = []
        for side in ("amount_fen.in", "amount_fen.out"):
            cells = fields.get(side)
            if cells is None:
                pieces[side] = pa.nulls(delivery.height, pa.int64())
                continue
            money = cleaner.fen(cells, delivery.factors.get(side, 100))
            pieces[side] = money[""]
            problems.append(money["problem"])
        into, out = 'coalesce("amount_fen.in", 0)', 'coalesce("amount_fen.out", 0)'
        cleaned.problem("amount_fen", pc.coalesce(*problems, _both(pieces)))
        split = (
            f"CASE WHEN {into} <> 0 AND {out} <> 0 THEN NULL WHEN {into} <> 0 THEN {into}"
            f" WHEN {out} <> 0 THEN {out}"
            ' ELSE coalesce("amount_fen.in", "amount_fen.out") END'
        )
        side_said = (
            f"CASE WHEN {into} <> 0 AND {out} <> 0 THEN 'unknown' WHEN {into} <> 0 THEN 'in'"
            f" WHEN {out} <> 0 THEN 'out' ELSE 'none' END"
        )
        return (
            split if amount.startswith("CAST") else f"coalesce({amount}, {split})",
            f"coalesce({said}, {side_said})",
        )
    if layout.direction_from_sign and "direction" not in fields:
        inward, outward = (
            ("in", "out") if layout.direction_from_sign == "positive_in" else ("out", "in")
        )
        return (
            f"abs({amount})",
            (
                f"CASE WHEN {amount} > 0 THEN '{inward}' WHEN {amount} < 0 THEN '{outward}'"
                " ELSE 'none' END"
            ),
        )
    return amount, f"coalesce({said}, 'unknown')"


def _both(pieces: dict[str, pa.Array]) -> pa.Array:
    """Say it where both sides of split columns are filled."""
    into = pc.not_equal(pieces["amount_fen.in"].fill_null(0), 0)
    out = pc.not_equal(pieces["amount_fen.out"].fill_null(0), 0)
    return pc.if_else(pc.and_(into, out), "both the income and the expense column are filled", None)


def _said_direction(cleaner: Cleaner, delivery: Delivery, cleaned: Cleaned) -> str:
    layout, pieces = delivery.layout, cleaned.pieces
    cells = delivery.fields.get("direction")
    if cells is None:
        return "CAST(NULL AS VARCHAR)"
    found = cleaner.word(cells, WordList(layout.directions))
    pieces["direction!said"] = found[""]
    said_of = "is not in the word list, direction is unknown"
    cleaned.remark(
        "direction", pc.binary_join_element_wise("'", found["problem"], f"' {said_of}", "")
    )
    said = '"direction!said"'
    settling = delivery.fields.get(layout.neutral_field or "")
    if layout.neutral and settling is not None:
        neutral = cleaner.word(settling, WordList(layout.neutral))
        pieces["direction!neutral"] = neutral[""]
        said = (
            'CASE WHEN "direction!said" = \'none\' AND "direction!neutral" IS NOT NULL'
            f' THEN "direction!neutral" ELSE {said} END'
        )
    return said


def _status(
    cleaner: Cleaner,
    delivery: Delivery,
    cleaned: Cleaned,
    *,
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
        strange.append(found["problem"])
        clauses.append(f'"{field}!code"')
    if strange:
        problem = strange[0] if len(strange) == 1 else pc.coalesce(*strange)
        said_of = "is not in the word list, taken as done"
        cleaned.remark("status", pc.binary_join_element_wise("'", problem, f"' {said_of}", ""))
    base = f"coalesce({', '.join([*clauses, chr(39) + 'ok_assumed' + chr(39)])})"
    funds = fields.get("funds_state")
    if funds is not None:
        pieces["funds!paid"] = cleaner.ask(funds, "SELECT starts_with(b, '已') FROM {bare}")[""]
        base = f"CASE WHEN {base} = 'closed' AND \"funds!paid\" THEN 'refunded' ELSE {base} END"
    undone = _undoes(cleaner, delivery, pieces)
    refund = _refunds(cleaner, delivery, pieces) if wallet else "false"
    return (
        f"CASE WHEN {base} IN ('failed', 'closed', 'returned') THEN {base}"
        f" WHEN {refund} THEN 'refund'"
        f" WHEN ({undone}) AND {base} IN ('ok', 'ok_assumed', 'reversal') THEN 'reversal'"
        + (
            f" WHEN {base} IN ('ok', 'ok_assumed') AND \"refunded_fen\" > 0 THEN 'partly_refunded'"
            if "refunded_fen" in pieces
            else ""
        )
        + f" ELSE {base} END"
    )


def _undoes(cleaner: Cleaner, delivery: Delivery, pieces: dict[str, pa.Array]) -> str:
    """SQL: does the booking undo another? By its mark, its nature in words, or a red amount.

    The remark is not asked: there the payer writes what the payer likes.
    """
    layout, fields = delivery.layout, delivery.fields
    mark = fields.get("reversal_mark")
    undone = "false"
    if mark is not None:
        pieces["mark!is"] = cleaner.ask(
            mark,
            "SELECT b IN ('1', '是', 'Y', 'y', 'true') OR contains(b, '冲') OR contains(b, '反')"
            " FROM {bare}",
        )[""]
        undone = '"mark!is"'
    if "summary" in pieces:
        form = nature_form(dict.fromkeys([*UNDOING_WORDS, *layout.reversal_words]))
        said = f"SELECT regexp_matches(b, '{form}')" + " FROM {bare}"
        pieces["summary!undoes"] = cleaner.ask(pieces["summary"], said)[""]
        undone += ' OR "summary!undoes"'
    # A signed layout writes expenses with a minus: there a minus undoes nothing.
    if not (layout.direction_from_sign and "direction" not in fields) and "amount_fen" in pieces:
        undone += ' OR "amount_fen" < 0'
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


def _cash(cleaner: Cleaner, delivery: Delivery, pieces: dict[str, pa.Array]) -> str:
    cells = delivery.fields.get("cash")
    if cells is None:
        return "CAST(NULL AS BOOLEAN)"
    found = cleaner.word(cells, WordList(delivery.layout.words.get("cash") or shared_words("cash")))
    pieces["cash!said"] = found[""]
    return 'CAST("cash!said" AS BOOLEAN)'
