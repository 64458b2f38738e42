"""The columns of one delivery, cleaned: every cell once, kinds of a feather together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.identifiers import normalise_plate
from qingfeng.ingest.cleaned import Cleaned
from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.delivery import Cells, Delivery, are_blank, plain
from qingfeng.ingest.header_notes import currency_of
from qingfeng.ingest.header_text import measure_of
from qingfeng.ingest.instants import unread
from qingfeng.ingest.moments import clean_instants
from qingfeng.ingest.remembered import Pieces
from qingfeng.ingest.whole_table import Key, in_slice, shown
from qingfeng.ingest.words import DEFAULTS, CurrencyList, WordList, shared_words
from qingfeng.schema import Column, ColumnKind, Table

MASKED_TWINS: Mapping[tuple[str, str], str] = {
    ("transfers", "account"): "account_masked",
    ("transfers", "card"): "account_masked",
    ("transfers", "counterparty_account"): "counterparty_account_masked",
    ("accounts", "account"): "account_masked",
    ("accounts", "card"): "account_masked",
    ("benefits", "beneficiary_id"): "beneficiary_id_masked",
    ("benefits", "beneficiary_name"): "beneficiary_name_masked",
    ("tickets", "phone"): "phone_masked",
}
"""Where a masked number goes, which is never joined on. Without a twin it is only remarked."""

_OWN_CODES = {("transfers", "direction"), ("transfers", "status"), ("transfers", "cash")}
"""Code columns that ``transfers`` decides from more than one cell."""

_UNREAD = {
    ColumnKind.FEN: "cannot be read as an amount",
    ColumnKind.INT: "cannot be read as a whole number",
    ColumnKind.QUANTITY: "cannot be read as a number",
    ColumnKind.CODE: "is not in the word list",
    ColumnKind.BOOL: "says neither yes nor no",
}

_PARTS = {"share", "tax_rate"}
"""Quantities that are parts of a whole: none is more than 1."""

_LONGEST_TAIL = 4
"""Digits of a card number by which statements name it in short."""

_WITH_TAILS = {"card", "counterparty_account"}

_ONE_BY_ONE = set(_UNREAD)


def _in_yuan(cleaner: Cleaner, cells: Cells, found: Pieces) -> Pieces:
    """Amounts of a table in which nothing says another currency: such a cell is a problem."""
    words = found["currency"]
    if words.null_count == len(words):
        return found
    listed = CurrencyList(shared_words("currencies"))
    spoken = plain(cleaner.word(words.fill_null(""), listed)[""])
    foreign = pc.and_(pc.is_valid(words), pc.fill_null(pc.not_equal(spoken, "CNY"), True))
    said = cleaner.ask(cells, "SELECT b FROM {bare}")[""]
    return {
        "": pc.if_else(foreign, None, found[""]),
        "problem": pc.if_else(foreign, plain(said), found["problem"]),
        "flag": pc.if_else(foreign, None, found["flag"]),
    }


def with_header(found: Pieces, header: str) -> Pieces:
    """Amounts read, with the foreign currency that the header names where a cell names none."""
    coin = currency_of(header)
    if coin is None:
        return found
    said = pc.if_else(pc.is_valid(found[""]), coin, None)
    return {**found, "currency": pc.coalesce(plain(found["currency"]), said)}


def clean_columns(cleaner: Cleaner, table: Table, delivery: Delivery) -> Cleaned:
    """Clean the fields named like the columns of *table*."""
    cleaned = Cleaned()
    cells = {
        column.name: found
        for column in table.columns
        if column.kind is not ColumnKind.INSTANT
        and (table.name, column.name) not in _OWN_CODES
        and (found := _cells_of(column.name, delivery)) is not None
    }
    by_kind: dict[ColumnKind, list[Column]] = {}
    for column in table.columns:
        if column.name in cells:
            by_kind.setdefault(column.kind, []).append(column)

    def chosen(columns: Iterable[Column]) -> dict[str, Cells]:
        return {column.name: cells[column.name] for column in columns}

    for name, found in cleaner.text(chosen(by_kind.get(ColumnKind.TEXT, ()))).items():
        _keep_text(cleaned, table, name, found)
    for name, found in cleaner.name(chosen(by_kind.get(ColumnKind.NAME, ()))).items():
        _keep_name(cleaned, table, name, found)
    numbers = cleaner.number(chosen(by_kind.get(ColumnKind.NUMBER, ())))
    personal = {name: numbers.pop(name) for name in list(numbers) if table.column(name).is_personal}
    _keep_numbers(cleaned, table, cleaner.identity(personal), personal=True)
    _keep_numbers(cleaned, table, numbers, personal=False)
    for name, found in cleaner.moment(chosen(by_kind.get(ColumnKind.DATE, ()))).items():
        cleaned.pieces[name] = found[""].cast(pa.date32())
        problem = plain(found["problem"])
        if problem.null_count < len(problem):
            cleaned.remark(name, unread(problem))
            cleaned.problem(name, pc.if_else(pc.starts_with(problem, "9999"), None, problem))
    for column in table.columns:
        if column.name in cells and column.kind in _ONE_BY_ONE:
            _clean_single(cleaned, cleaner, (table, column), cells[column.name], delivery)
    clean_instants(cleaned, cleaner, table, delivery)
    _fill_codes(cleaned, table, delivery.height)
    return cleaned


def _fill_codes(cleaned: Cleaned, table: Table, height: int) -> None:
    """Codes that say themselves that nothing is known."""
    if table.name == "calls":
        said = cleaned.pieces.get("direction", pa.nulls(height, pa.string()))
        cleaned.pieces["direction"] = pc.fill_null(plain(said), "unknown")


def _is_reference(table: Table, name: str) -> bool:
    """Does the text of the column tell records apart, as a serial does?"""
    return name in table.identity or name == "merchant_order"


def _is_phone(name: str) -> bool:
    """Does the column hold phone numbers? Only there are the digits 86 a country code."""
    return name.endswith("phone") or name in ("owner_number", "other_number")


def _without_country(numbers: pa.Array) -> pa.Array:
    """Mobile numbers without the country code before them."""
    form = r"^(?:00)?86(1[0-9]{10})$"
    if not pa.types.is_dictionary(numbers.type):
        return pc.replace_substring_regex(numbers, form, r"\1")
    bare = pc.replace_substring_regex(numbers.dictionary, form, r"\1").dictionary_encode()
    return pa.DictionaryArray.from_arrays(bare.indices.take(numbers.indices), bare.dictionary)


def _cells_of(name: str, delivery: Delivery) -> Cells | None:
    """The cells of a field, with those of its ``.or`` where it is empty."""
    cells, second = delivery.fields.get(name), delivery.fields.get(f"{name}.or")
    if cells is None or second is None:
        return second if cells is None else cells
    blank = are_blank(plain(cells))
    return pc.if_else(blank, plain(second), plain(cells))


def _keep_text(cleaned: Cleaned, table: Table, name: str, found: Pieces) -> None:
    values, said, unknown = found[""], found["flag"], found["unknown"]
    if name.endswith("_masked"):
        values = pc.replace_substring_regex(plain(values), r"^([0-9]+)\.0$", r"\1")
        few = pc.match_substring_regex(values, r"^[0-9]{1,3}$").fill_null(fill_value=False)
        # The last four digits, of which a number cell drops the zeros.
        values = pc.if_else(few, pc.utf8_lpad(values, 4, "0"), values)
    if name == "plate":
        values = _plates(values)
    elif name in ("vin", "engine_number"):
        values = pc.utf8_upper(plain(values))
    if _is_reference(table, name) and unknown.null_count < len(unknown):
        values = pc.if_else(pc.is_valid(unknown), None, plain(values))
        said = pc.coalesce(said, pc.binary_join_element_wise("no number", unknown, ": "))
    cleaned.pieces[name] = values
    cleaned.remark(name, said)
    cleaned.lost(name, values, said)


def _plates(cells: Cells) -> pa.Array:
    """Plates in their one spelling; what is none stays as it is."""
    encoded = plain(cells).dictionary_encode()
    plates = [normalise_plate(text) or text for text in encoded.dictionary.to_pylist()]
    return pa.array(plates, pa.string()).take(encoded.indices)


def _keep_name(cleaned: Cleaned, table: Table, name: str, found: Pieces) -> None:
    twin = MASKED_TWINS.get((table.name, name))
    cleaned.pieces[name] = found[""] if twin else found["any_form"]
    cleaned.pieces[f"{name}_raw"] = found["raw"]
    cleaned.remark(name, found["flag"])
    cleaned.lost(name, found["any_form"], found["flag"])
    if twin:
        cleaned.pieces[twin] = found["masked"]


def _keep_numbers(
    cleaned: Cleaned, table: Table, columns: Mapping[str, Pieces], *, personal: bool
) -> None:
    for name, found in columns.items():
        _keep_number(cleaned, table, name, found)
        if personal:
            _keep_identity(cleaned, table, name, found)


def _keep_number(cleaned: Cleaned, table: Table, name: str, found: Pieces) -> None:
    if name in _WITH_TAILS:
        found = without_tails(found)
    cleaned.pieces[name] = _without_country(found[""]) if _is_phone(name) else found[""]
    said, masked = found["flag"], found["masked"]
    twin = MASKED_TWINS.get((table.name, name))
    if masked.null_count < len(masked):
        if twin is None:
            said = pc.coalesce(said, pc.binary_join_element_wise("masked", masked, ": "))
        else:
            known = cleaned.pieces.get(twin)
            cleaned.pieces[twin] = masked if known is None else pc.coalesce(plain(known), masked)
    cleaned.remark(name, said)
    cleaned.lost(name, found[""], found["flag"])
    if "suffix" in found and name in ("account", "card"):
        known, suffix = cleaned.pieces.get("sub_account"), found["suffix"]
        if known is None or suffix.null_count < len(suffix):
            cleaned.pieces["sub_account"] = (
                suffix if known is None else pc.coalesce(plain(known), plain(suffix))
            )


def without_tails(cards: Pieces) -> Pieces:
    """Numbers of which the last digits of a card are none, but masked: many cards end so."""
    numbers = cards[""]
    few = numbers.dictionary if pa.types.is_dictionary(numbers.type) else numbers
    if not pc.any(pc.less_equal(pc.utf8_length(few), _LONGEST_TAIL)).as_py():
        return cards
    values = plain(numbers)
    tail = pc.match_substring_regex(values, rf"^\d{{1,{_LONGEST_TAIL}}}$").fill_null(
        fill_value=False
    )
    return {
        **cards,
        "": pc.if_else(tail, None, values),
        "masked": pc.coalesce(cards["masked"], pc.if_else(tail, values, None)),
    }


def _keep_identity(cleaned: Cleaned, table: Table, name: str, found: Pieces) -> None:
    if table.name == "accounts" or name == "person_id":
        cleaned.pieces["id_type"] = found["id_type"]
    raw = found["raw"]
    if raw.null_count < len(raw):
        cleaned.pieces[f"{name}_raw"] = raw
        known = cleaned.pieces.get(f"{name}!flag", pa.nulls(len(raw), pa.string()))
        said = pc.binary_join_element_wise("upgraded from 15 digits", raw, " ")
        cleaned.remark(name, pc.coalesce(known, said))


def _clean_single(
    cleaned: Cleaned,
    cleaner: Cleaner,
    target: tuple[Table, Column],
    cells: Cells,
    delivery: Delivery,
) -> None:
    table, column = target
    name = column.name
    own = delivery.layout.words.get(name)
    measure = _measure_of(name, delivery)
    if column.kind is ColumnKind.BOOL:
        found = cleaner.truth(cells)
        if own:
            spoken = cleaner.word(cells, WordList(own))
            value = pc.coalesce(pc.equal(plain(spoken[""]), "true"), found[""])
            found = {"": value, "problem": pc.if_else(pc.is_valid(value), None, spoken["problem"])}
    elif column.kind is ColumnKind.FEN:
        factor = delivery.factors.get(name, 100)
        found = with_header(cleaner.fen(cells, factor), delivery.headers.get(name, ""))
        if name == "balance_fen":
            found = _with_sides(cleaner, found, factor)
        if table.name == "transfers":
            cleaned.currency(name, found["currency"])
        else:
            found = _in_yuan(cleaner, cells, found)
    elif column.kind is ColumnKind.INT:
        found = cleaner.duration(cells, measure if name.endswith("_s") else None)
    elif column.kind is ColumnKind.QUANTITY:
        found = cleaner.quantity(cells, measure)
        if name in _PARTS:
            key = ("parts", table.name, name)
            found = _as_parts(found, delivery.table_index, key, at_one=name == "tax_rate")
    else:
        shared = DEFAULTS.get((table.name, name))
        if own is None and shared is None:
            cleaned.pieces[name] = cleaner.text({name: cells})[name][""]
            return
        listed = CurrencyList if shared == "currencies" else WordList
        found = cleaner.word(cells, listed(own or shared_words(shared or "")))
    cleaned.pieces[name] = found[""]
    problem = found["problem"]
    cleaned.problem(name, problem)
    said = pc.binary_join_element_wise("'", problem, f"' {_UNREAD[column.kind]}", "")
    cleaned.remark(name, pc.coalesce(said, found["flag"]) if "flag" in found else said)


_SIDES = {
    r"\1": r"(?:贷方?|CR)",
    r"-\1": r"(?:借方?|DR)",
}
"""Words of the credit and the debit side, by what is left of a balance that has one."""


def _with_sides(cleaner: Cleaner, found: Pieces, factor: int) -> Pieces:
    """Balances with those that carry the word of their side: on the debit side, below nothing."""
    unread = plain(found["problem"])
    if unread.null_count == len(unread):
        return found
    values = unread.fill_null("")
    for left, word in _SIDES.items():
        for form in (rf"(?i)^{word}[:：\s]*([\d.,]+)$", rf"(?i)^([\d.,]+)\s*{word}$"):
            values = pc.replace_substring_regex(values, form, left)
    again = cleaner.fen(values, factor)
    read = pc.is_valid(again[""])
    return {
        **found,
        "": pc.coalesce(again[""], found[""]),
        "problem": pc.if_else(read, None, unread),
        "flag": pc.coalesce(found["flag"], again["flag"]),
    }


def _as_parts(found: Pieces, tables: pa.Array, key: Key, *, at_one: bool) -> Pieces:
    """Numbers without a sign in tables that write percentages so: one is above the whole.

    Where others have their sign, a number below the whole may be either, and is unknown.

    *at_one*: the whole itself is one hundredth there, for nothing is taxed at 100 percent.
    """
    above = pc.greater_equal if at_one else pc.greater
    bare = pc.is_valid(found["percent"])
    written = pc.and_(bare, above(found[""], 1)).fill_null(fill_value=False)
    signs = pc.and_(pc.is_valid(found[""]), pc.is_null(found["percent"]))
    if in_slice():
        rows = pa.repeat(pa.scalar(True), len(bare))
        kinds = shown(key, *(bool(pc.any(each).as_py()) for each in (written, signs)))
        in_percent, signed = (pc.and_(rows, pa.scalar(each)) for each in kinds)
    else:
        in_percent, signed = (_in_tables_of(each, tables) for each in (written, signs))
    if not pc.any(in_percent).as_py():
        return found
    taken = pc.and_(bare, in_percent)
    told = pc.and_not(pc.and_(taken, pc.not_equal(found[""], 0)), written)
    open_ones = pc.and_(told, signed)
    number = pc.replace_substring_regex(found[""].cast(pa.string()), r"\.?0+$", "")
    number = pc.if_else(written, pc.cast(pc.cast(found[""], pa.float64()), pa.string()), number)
    return {
        "": pc.if_else(open_ones, None, pc.if_else(taken, found["percent"], found[""])),
        "problem": found["problem"],
        "flag": pc.if_else(
            open_ones,
            pc.binary_join_element_wise(number, "may be a share or a percentage", " "),
            pc.if_else(
                pc.or_(told, written),
                pc.binary_join_element_wise(number, "read as a percentage", " "),
                None,
            ),
        ),
    }


def _in_tables_of(which: pa.Array, tables: pa.Array) -> pa.Array:
    """For each row: does *which* hold for any row of its table?"""
    return pc.is_in(tables, value_set=pc.unique(tables.filter(which)))


def _measure_of(name: str, delivery: Delivery) -> str | None:
    """The measure behind the header of a column; areas are square metres without one.

    Only columns of square metres change 亩: a subsidised area stays as it is counted there.
    """
    measure = measure_of(delivery.headers.get(name, ""))
    if name.endswith("_m2"):
        return measure or "平方米"
    return None if measure in {"亩", "公顷", "平方米"} else measure
