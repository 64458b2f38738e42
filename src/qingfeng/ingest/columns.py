"""The columns of one delivery, cleaned: every cell once, kinds of a feather together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.clocks import read_clocks
from qingfeng.ingest.delivery import NOTHING, Cells, Delivery, plain
from qingfeng.ingest.epochs import from_epoch
from qingfeng.ingest.grid import MARKS
from qingfeng.ingest.header_notes import currency_of
from qingfeng.ingest.header_text import measure_of
from qingfeng.ingest.instants import with_year
from qingfeng.ingest.remembered import Pieces
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
}

_ONE_BY_ONE = {*_UNREAD, ColumnKind.BOOL}

_DATE_SAID = (
    "SELECT CASE WHEN b = '' THEN NULL WHEN starts_with(b, '9999') THEN b || ' read as none'"
    " ELSE 'impossible date ' || b END FROM {bare}"
)


@dataclass(slots=True)
class Cleaned:
    """What the cells of one delivery say.

    *pieces*: for a column ``name``, its values under ``name``, unreadable cells under
    ``name!problem``, remarks under ``name!flag``, and what its kind adds (``name!precision``,
    ``name_raw``). *flags*: columns with remarks, in the order they are said.
    """

    pieces: dict[str, pa.Array] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)

    def remark(self, name: str, said: pa.Array) -> None:
        """Keep the remarks on one column; nothing is kept of a column without any."""
        if said.null_count < len(said):
            self.pieces[f"{name}!flag"] = said

    def problem(self, name: str, cells: pa.Array) -> None:
        """Keep the cells of one column that held something unreadable."""
        if cells.null_count < len(cells):
            self.pieces[f"{name}!problem"] = cells

    def currency(self, name: str, words: pa.Array) -> None:
        """Keep the currencies that the cells of one column of amounts name themselves."""
        if words.null_count < len(words):
            self.pieces[f"{name}!currency"] = words

    def lost(self, name: str, values: Cells, said: pa.Array) -> None:
        """Keep as problems the remarks on cells of which nothing could be kept."""
        if said.null_count < len(said):
            self.problem(name, pc.if_else(pc.is_null(plain(values)), said, None))


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
        values = found[""]
        if name.endswith("_masked"):
            values = pc.replace_substring_regex(plain(values), r"^([0-9]+)\.0$", r"\1")
        cleaned.pieces[name] = values
        cleaned.remark(name, found["flag"])
        cleaned.lost(name, values, found["flag"])
    for name, found in cleaner.name(chosen(by_kind.get(ColumnKind.NAME, ()))).items():
        _keep_name(cleaned, table, name, found)
    numbers = cleaner.number(chosen(by_kind.get(ColumnKind.NUMBER, ())))
    personal = {name: numbers.pop(name) for name in list(numbers) if table.column(name).is_personal}
    _keep_numbers(cleaned, table, cleaner.identity(personal), personal=True)
    _keep_numbers(cleaned, table, numbers, personal=False)
    for name, found in cleaner.moment(chosen(by_kind.get(ColumnKind.DATE, ()))).items():
        cleaned.pieces[name] = found[""].cast(pa.date32())
        cleaned.problem(name, found["problem"])
        cleaned.remark(name, cleaner.ask(found["problem"].fill_null(""), _DATE_SAID)[""])
    for column in table.columns:
        if column.name in cells and column.kind in _ONE_BY_ONE:
            _clean_single(cleaned, cleaner, (table, column), cells[column.name], delivery)
    _clean_instants(cleaned, cleaner, table, delivery)
    return cleaned


def _is_phone(name: str) -> bool:
    """Does the column hold phone numbers? Only there are the digits 86 a country code."""
    return name.endswith("phone") or name in ("owner_number", "other_number")


def _without_country(numbers: pa.Array) -> pa.Array:
    """Mobile numbers without the country code before them."""
    form = r"^86(1[0-9]{10})$"
    if not pa.types.is_dictionary(numbers.type):
        return pc.replace_substring_regex(numbers, form, r"\1")
    bare = pc.replace_substring_regex(numbers.dictionary, form, r"\1").dictionary_encode()
    return pa.DictionaryArray.from_arrays(bare.indices.take(numbers.indices), bare.dictionary)


def _cells_of(name: str, delivery: Delivery) -> Cells | None:
    """The cells of a field, with those of its ``.or`` where it is empty."""
    cells, second = delivery.fields.get(name), delivery.fields.get(f"{name}.or")
    if cells is None or second is None:
        return second if cells is None else cells
    blank = pc.is_in(pc.utf8_trim(plain(cells), " \t"), value_set=pa.array(NOTHING))
    return pc.if_else(blank, plain(second), plain(cells))


def _keep_name(cleaned: Cleaned, table: Table, name: str, found: Pieces) -> None:
    twin = MASKED_TWINS.get((table.name, name))
    cleaned.pieces[name] = found[""] if twin else found["any_form"]
    cleaned.pieces[f"{name}_raw"] = found["raw"]
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
    if "suffix" in found and name == "account":
        cleaned.pieces.setdefault("sub_account", found["suffix"])


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
        said = cleaner.word(cells, WordList(own))[""] if own else None
        cleaned.pieces[name] = cleaner.truth(cells)[""] if said is None else pc.equal(said, "true")
        return
    if column.kind is ColumnKind.FEN:
        found = cleaner.fen(cells, delivery.factors.get(name, 100))
        found = with_header(found, delivery.headers.get(name, ""))
        if table.name == "transfers":
            cleaned.currency(name, found["currency"])
        else:
            found = _in_yuan(cleaner, cells, found)
    elif column.kind is ColumnKind.INT:
        found = cleaner.duration(cells, measure if name.endswith("_s") else None)
    elif column.kind is ColumnKind.QUANTITY:
        found = cleaner.quantity(cells, measure)
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


def _measure_of(name: str, delivery: Delivery) -> str | None:
    """The measure behind the header of a column; areas are square metres without one.

    Only columns of square metres change 亩: a subsidised area stays as it is counted there.
    """
    measure = measure_of(delivery.headers.get(name, ""))
    if name.endswith("_m2"):
        return measure or "平方米"
    return None if measure in {"亩", "公顷", "平方米"} else measure


def _clean_instants(cleaned: Cleaned, cleaner: Cleaner, table: Table, delivery: Delivery) -> None:
    """The moments of each instant, its ``.or`` and ``.date``; the clock of its ``.time``."""
    names = [column.name for column in table.columns if column.kind is ColumnKind.INSTANT]
    stored = table.physical()
    fields = [
        each
        for name in names
        for each in (name, f"{name}.or", f"{name}.date")
        if each in delivery.fields
    ]
    moments = cleaner.moment({each: _with_year(delivery.fields[each], delivery) for each in fields})
    clocks = {name: delivery.fields.get(f"{name}.time") for name in names}
    for name in names:
        for each in (name, f"{name}.or"):
            if clocks[name] is None and _is_clock(cleaner, each, moments, delivery):
                clocks[name] = delivery.fields[each]
                del moments[each]
    for each, found in moments.items():
        cleaned.pieces[each] = found[""]
        cleaned.pieces[f"{each}!precision"] = found["precision"]
        cleaned.problem(each, found["problem"])
    for name in names:
        raw = [plain(delivery.fields[each]) for each in fields if each.split(".")[0] == name]
        clock = clocks[name]
        if clock is not None:
            found = read_clocks(cleaner, clock, delivery.table_index)
            cleaned.pieces[f"{name}.time"] = found[""]
            cleaned.pieces[f"{name}.time!precision"] = found["precision"]
            unread = found["problem"]
            cleaned.problem(f"{name}.time", unread)
            said = pc.binary_join_element_wise("time of day '", unread, "' cannot be read", "")
            cleaned.remark(name, said)
            if f"{name}.time" in delivery.fields:
                raw.append(plain(clock))
        if raw and f"{name}_raw" in stored:
            joined = raw[0] if len(raw) == 1 else pc.binary_join_element_wise(*raw, " ")
            cleaned.pieces[f"{name}_raw"] = _without_marks(joined)


def _is_clock(
    cleaner: Cleaner, name: str, moments: Mapping[str, Pieces], delivery: Delivery
) -> bool:
    """Does a column meant for moments hold times of day, the days being in one beside it?"""
    bare = name.removesuffix(".or")
    beside = {bare, f"{bare}.date", f"{bare}.or"} & (moments.keys() - {name})
    if not beside or name not in moments:
        return False
    found = moments[name]
    unread = found["problem"]
    timed = pc.not_equal(found["precision"], "day").fill_null(fill_value=False)
    if unread.null_count == len(unread) or pc.any(timed).as_py():
        return False
    read = read_clocks(cleaner, unread.fill_null(""), delivery.table_index)
    return bool(read[""].null_count < len(unread))


def _without_marks(cells: pa.Array) -> pa.Array:
    """The cells as a person would see them: no marks of the reader, no blanks around."""
    if pc.any(pc.match_substring_regex(cells, f"[{MARKS}]")).as_py():
        cells = pc.replace_substring_regex(cells, f"[{MARKS}]", "")
    return pc.ascii_trim(cells, " \t")


def _with_year(cells: Cells, delivery: Delivery) -> Cells:
    """Give dates without a year, or in another order, the form the cleaner reads."""
    year, order = delivery.year, delivery.layout.date_order
    if order == "epoch":
        return from_epoch(cells)
    if delivery.period is not None:
        cells = with_year(cells, delivery.period)
    if year is None and order == "ymd":
        return cells
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    values = pc.utf8_trim_whitespace(encoded.dictionary)
    if order == "dmy":
        values = pc.replace_substring_regex(
            values, r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", r"\3-\2-\1"
        )
    if order == "mdy":
        values = pc.replace_substring_regex(
            values, r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", r"\3-\1-\2"
        )
    if year is not None:
        values = pc.replace_substring_regex(
            values, r"^(\d{1,2})[/.-](\d{1,2})(\s+\d.*)?$", rf"{year}-\1-\2\3"
        )
    return pa.DictionaryArray.from_arrays(encoded.indices, values)
