"""Amount and direction of a booking: signed, mixed with other text, or split over two columns.

Directions come from the closed word list of the layout, from which of two columns is filled,
or from the sign: only where the layout says so, or the balances prove it. Two statements that
contradict each other leave the direction unknown and are remarked on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.balance_sides import rows_of_proven_signs, sides_of_balances
from qingfeng.ingest.cash_books import TURNED, are_debits_income, rows_of_cash_books
from qingfeng.ingest.cleaned import Cleaned
from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.columns import with_header
from qingfeng.ingest.delivery import Delivery, plain
from qingfeng.ingest.remembered import Pieces
from qingfeng.ingest.signed_expenses import minus_of_expenses
from qingfeng.ingest.whole_table import in_slice, note, settled
from qingfeng.ingest.words import WordList, shared_words

IN, OUT = "amount_fen.in", "amount_fen.out"

_MIXED = r"""
    SELECT trim(regexp_replace(b, '[(（][^0-9].*$', '')) AS amount,
           nullif(regexp_extract(b, '已退款?[¥￥]?([0-9.,]+)', 1), '') AS refunded,
           regexp_matches(b, '[(（]已?全额?退') AS whole,
           CASE WHEN NOT regexp_matches(b, '[(（](已?全额?退|已退款?[¥￥]?[0-9])')
                THEN nullif(regexp_extract(b, '([(（][^0-9].*)$', 1), '') END AS rest
    FROM {bare}"""

_CONTRADICTION = "the word of the direction contradicts the filled column, direction is unknown"
_OF_THE_BALANCE = "a word of direction beside both columns, taken as the side of the balance"
_DEBIT = "the word beside it says the debit side, taken as negative"
_PROVEN = "told by the sign of the amount: the balances of the table move by it"
_OTHER_AMOUNT = "the columns of income and expense say another amount"


def amount_and_direction(cleaner: Cleaner, delivery: Delivery, cleaned: Cleaned) -> tuple[str, str]:
    """Clean the inputs of amount and direction; return the SQL of both."""
    layout, fields, pieces = delivery.layout, delivery.fields, cleaned.pieces
    if "amount_fen.mixed" in fields:
        _read_mixed(cleaner, delivery, cleaned)
    amount = '"amount_fen"' if "amount_fen" in pieces else "CAST(NULL AS BIGINT)"
    said = _said_direction(cleaner, delivery, cleaned)
    if IN in fields or OUT in fields:
        return _of_two_columns(cleaner, delivery, cleaned, said)
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
    _of_one_column(delivery, cleaned)
    if "direction" not in fields and _signs_are_proven(delivery, cleaned):
        signed = (
            f"CASE WHEN NOT \"direction!proven\" THEN 'unknown' WHEN {amount} > 0 THEN 'in'"
            f" WHEN {amount} < 0 THEN 'out' ELSE 'none' END"
        )
        return f'CASE WHEN "direction!proven" THEN abs({amount}) ELSE {amount} END', signed
    return amount, f"coalesce({said}, 'unknown')"


def _signs_are_proven(delivery: Delivery, cleaned: Cleaned) -> bool:
    """Do the balances of some table move by its signed amounts? Then the sign says the side."""
    pieces = cleaned.pieces
    amounts, balances = pieces.get("amount_fen"), pieces.get("balance_fen")
    if delivery.owed or amounts is None or balances is None:
        return False
    if not pc.any(pc.less(amounts, 0)).as_py():
        return False
    proven = pa.array(rows_of_proven_signs(amounts, balances, delivery.table_index))
    pieces["direction!proven"] = proven
    moved = pc.and_(proven, pc.not_equal(amounts, 0))
    cleaned.also("direction", pc.if_else(moved, _PROVEN, None))
    return bool(pc.any(proven).as_py())


def _read_mixed(cleaner: Cleaner, delivery: Delivery, cleaned: Cleaned) -> None:
    """An amount with a currency before it or something in brackets behind it."""
    found = cleaner.ask(delivery.fields["amount_fen.mixed"], _MIXED)
    pieces = cleaned.pieces
    money = cleaner.fen(
        plain(found[""]).fill_null(""), delivery.factors.get("amount_fen.mixed", 100)
    )
    money = with_header(money, delivery.headers.get("amount_fen.mixed", ""))
    pieces["amount_fen"] = money[""]
    cleaned.problem("amount_fen", money["problem"])
    unread = pc.binary_join_element_wise("not read behind the amount", found["rest"], ": ")
    cleaned.remark("amount_fen", pc.coalesce(money["flag"], unread))
    cleaned.currency("amount_fen", money["currency"])
    refunded = cleaner.fen(found["refunded"].fill_null(""))[""]
    whole = found["whole"]
    if refunded.null_count < len(refunded) or pc.any(whole).as_py():
        pieces["refunded_fen"] = pc.if_else(whole, pc.abs(money[""]), refunded)
        pieces["refunded!whole"] = whole


def _of_two_columns(
    cleaner: Cleaner, delivery: Delivery, cleaned: Cleaned, said: str
) -> tuple[str, str]:
    pieces = cleaned.pieces
    read: dict[str, Pieces] = {}
    for side in (IN, OUT):
        cells = delivery.fields.get(side)
        if cells is None:
            pieces[side] = pa.nulls(delivery.height, pa.int64())
            continue
        money = cleaner.fen(cells, delivery.factors.get(side, 100))
        read[side] = with_header(money, delivery.headers.get(side, ""))
        pieces[side] = read[side][""]
        cleaned.currency(side, read[side]["currency"])
    remarks = [each["flag"] for each in read.values()]
    _turn_cash_books(delivery, cleaned)
    signs = minus_of_expenses(pieces[IN], pieces[OUT], pieces, delivery.table_index)
    if signs is not None:
        remarks.append(signs.remarks(pieces[OUT]))
        doubtful = signs.unsettled(pieces[OUT])
        pieces[OUT] = signs.turn(pieces[OUT])
    problems = [each["problem"] for each in read.values()]
    cleaned.problem("amount_fen", pc.coalesce(*problems, _both(delivery, pieces)))
    into, out = f'coalesce("{IN}", 0)', f'coalesce("{OUT}", 0)'
    split = (
        f"CASE WHEN {into} <> 0 AND {out} <> 0 THEN NULL WHEN {into} <> 0 THEN {into}"
        f' WHEN {out} <> 0 THEN {out} ELSE coalesce("{IN}", "{OUT}") END'
    )
    side_said = (
        f"CASE WHEN {into} <> 0 AND {out} <> 0 THEN 'unknown' WHEN {into} <> 0 THEN 'in'"
        f" WHEN {out} <> 0 THEN 'out' ELSE 'none' END"
    )
    direction = f"coalesce({said}, {side_said})"
    if signs is not None and signs.doubted.any():
        pieces["direction!doubted"] = pa.array(signs.doubted)
        cleaned.also("direction", doubtful)
        direction = f"CASE WHEN \"direction!doubted\" THEN 'unknown' ELSE {direction} END"
    if "direction!said" in pieces:
        _note_sides(pieces)
        contradicted = _contradicted(pieces)
        if pc.any(contradicted).as_py():
            balance = _of_the_balance(delivery, cleaned)
            pieces["direction!balance"] = balance
            pieces["direction!contradicted"] = pc.and_not(contradicted, balance)
            remark = pc.if_else(balance, _OF_THE_BALANCE, _CONTRADICTION)
            cleaned.also("direction", pc.if_else(contradicted, remark, None))
            direction = (
                f"CASE WHEN \"direction!contradicted\" THEN 'unknown'"
                f' WHEN "direction!balance" THEN {side_said} ELSE {direction} END'
            )
    if "amount_fen" in pieces:
        # A sign beside a column that already says the side is that side once more.
        whole = f'CASE WHEN "amount_fen" = -({split}) THEN {split} ELSE "amount_fen" END'
        remarks += [
            cleaned.pieces.get("amount_fen!flag", pa.nulls(delivery.height, pa.string())),
            _other_amount(pieces),
        ]
        split = f"coalesce({whole}, {split})"
    cleaned.remark("amount_fen", pc.coalesce(*remarks))
    return split, direction


def _turn_cash_books(delivery: Delivery, cleaned: Cleaned) -> None:
    """Change the sides of tables that every balance shows to write income as debit, and say so."""
    pieces = cleaned.pieces
    balances = pieces.get("balance_fen")
    said = "direction!said" in pieces or "amount_fen" in pieces
    if balances is None or delivery.owed or said:
        return
    headers = {**dict.fromkeys(delivery.fields, ""), **delivery.headers}
    if not are_debits_income(headers, IN, OUT):
        return
    turned = pa.array(rows_of_cash_books(pieces[IN], pieces[OUT], balances, delivery.table_index))
    if pc.any(turned).as_py():
        into, out = pieces[IN], pieces[OUT]
        pieces[IN] = pc.if_else(turned, out, into)
        pieces[OUT] = pc.if_else(turned, into, out)
        cleaned.also("direction", pc.if_else(turned, TURNED, None))


def _of_one_column(delivery: Delivery, cleaned: Cleaned) -> None:
    """Take the minus off expenses that a word beside the amount already calls so.

    What is doubted stays a red entry: that is what a minus beside a word means.
    """
    pieces = cleaned.pieces
    amounts, word = pieces.get("amount_fen"), pieces.get("direction!said")
    if amounts is None or word is None:
        return
    if not in_slice() and not pc.any(pc.less(amounts, 0)).as_py():
        return
    side = plain(word)
    of = [pc.if_else(pc.equal(side, code), amounts, None) for code in ("in", "out")]
    signs = minus_of_expenses(of[0], of[1], pieces, delivery.table_index)
    if signs is not None and signs.turned.any():
        cleaned.also("amount_fen", signs.remarks(amounts))
        pieces["amount_fen"] = signs.turn(amounts)


def _filled(pieces: dict[str, pa.Array], side: str) -> pa.Array:
    return pc.not_equal(pieces[side].fill_null(0), 0)


def _both(delivery: Delivery, pieces: dict[str, pa.Array]) -> pa.Array:
    """What both columns hold, where both are filled."""
    both = pc.and_(_filled(pieces, IN), _filled(pieces, OUT))
    if not pc.any(both).as_py():
        return pa.nulls(delivery.height, pa.string())
    said = [
        pc.binary_join_element_wise(
            delivery.headers.get(side, word), plain(delivery.fields[side]), " "
        )
        for side, word in ((IN, "income"), (OUT, "expense"))
    ]
    return pc.if_else(both, pc.binary_join_element_wise(*said, " beside "), None)


def _contradicted(pieces: dict[str, pa.Array]) -> pa.Array:
    """Where the word says one side and only the other is filled."""
    into, out = _filled(pieces, IN), _filled(pieces, OUT)
    word = plain(pieces["direction!said"])
    said_in = pc.is_in(word, pa.array(["in", "transfer_in"]))
    said_out = pc.is_in(word, pa.array(["out", "transfer_out"]))
    only_in, only_out = pc.and_not(into, out), pc.and_not(out, into)
    return pc.or_(pc.and_(said_in, only_out), pc.and_(said_out, only_in))


@dataclass(frozen=True, slots=True)
class _Sides:
    """The words of direction of some rows, and whether any takes in, whether any spends."""

    words: frozenset[str | None]
    taken_in: bool
    spent: bool

    @property
    def answer(self) -> bool:
        """Is there one word throughout, although both columns are filled?"""
        return self.taken_in and self.spent and len(self.words) == 1

    def joined(self, below: _Sides) -> _Sides:
        return _Sides(
            self.words | below.words,
            self.taken_in or below.taken_in,
            self.spent or below.spent,
        )


_SIDES = ("sides of the balance",)


def _note_sides(pieces: dict[str, pa.Array]) -> None:
    if in_slice():
        note(_SIDES, _sides_of(pieces, slice(None)))


def _sides_of(pieces: dict[str, pa.Array], rows: slice) -> _Sides:
    words = pc.unique(plain(pieces["direction!said"])[rows]).to_pylist()
    some = (_filled(pieces, side)[rows].true_count > 0 for side in (IN, OUT))
    return _Sides(frozenset(words) - {None}, *some)


def _of_the_balance(delivery: Delivery, cleaned: Cleaned) -> pa.Array:
    """Rows whose word is the side of their balance, which takes the sign that the word gives it."""
    pieces = cleaned.pieces
    into, out = (pieces[side].fill_null(0).to_numpy() for side in (IN, OUT))
    sides = sides_of_balances(into, out, pieces, delivery.table_index)
    if sides.negative.any():
        debit = pa.array(sides.negative)
        pieces["balance_fen"] = pc.if_else(
            debit, pc.negate(pieces["balance_fen"]), pieces["balance_fen"]
        )
        cleaned.also("balance_fen", pc.if_else(debit, _DEBIT, None))
    if in_slice():
        whole = settled(_SIDES, _sides_of(pieces, slice(None))).answer
        return pa.array(sides.proven | np.full(delivery.height, whole))
    return pa.array(sides.proven | sides.one_word)


def _other_amount(pieces: dict[str, pa.Array]) -> pa.Array:
    """A remark where the column of amounts and those of the sides differ in more than sign."""
    into, out = _filled(pieces, IN), _filled(pieces, OUT)
    side = pc.if_else(into, pieces[IN], pieces[OUT])
    differs = pc.not_equal(pc.abs(pieces["amount_fen"]), pc.abs(side))
    return pc.if_else(pc.and_(differs, pc.xor(into, out)), _OTHER_AMOUNT, None)


_OWN_MOVE = """coalesce("direction!neutral" IS NOT NULL AND ("direction!said" = 'none'
 OR "direction!neutral" = 'transfer_' || "direction!said"), false)"""
"""SQL: is the direction that of a move between own accounts? A wallet may call it in or out."""


def _said_direction(cleaner: Cleaner, delivery: Delivery, cleaned: Cleaned) -> str:
    layout, pieces = delivery.layout, cleaned.pieces
    cells = delivery.fields.get("direction")
    if cells is None:
        return "CAST(NULL AS VARCHAR)"
    found = cleaner.word(cells, WordList(layout.directions))
    pieces["direction!said"] = found[""]
    funds = delivery.fields.get("funds_state")
    if funds is not None and found[""].null_count:
        moved = cleaner.word(funds, WordList(shared_words("funds_states")))[""]
        moved = pc.if_else(pc.is_null(found["problem"]), plain(moved), None)
        pieces["direction!said"] = pc.coalesce(plain(found[""]), moved)
    cleaned.problem("direction", found["problem"])
    said_of = "is not in the word list, direction is unknown"
    cleaned.remark(
        "direction", pc.binary_join_element_wise("'", found["problem"], f"' {said_of}", "")
    )
    said = '"direction!said"'
    settling = delivery.fields.get(layout.neutral_field or "")
    if layout.neutral and settling is not None:
        neutral = cleaner.word(settling, WordList(layout.neutral))
        pieces["direction!neutral"] = neutral[""]
        said = f'CASE WHEN {_OWN_MOVE} THEN "direction!neutral" ELSE {said} END'
    return said
