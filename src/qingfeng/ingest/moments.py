"""The instants of one delivery: days, times of day beside them, and years that are left out."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.cleaned import Cleaned
from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.clocks import other_time, read_clocks
from qingfeng.ingest.delivery import Cells, Delivery, plain
from qingfeng.ingest.epochs import from_epoch
from qingfeng.ingest.grid import MARKS
from qingfeng.ingest.instants import YEARLESS, unread, with_year
from qingfeng.ingest.remembered import Pieces
from qingfeng.schema import ColumnKind, Table


def clean_instants(cleaned: Cleaned, cleaner: Cleaner, table: Table, delivery: Delivery) -> None:
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
        if found["problem"].null_count < delivery.height:
            cleaned.also(each.partition(".")[0], unread(plain(found["problem"])))
    for name in names:
        raw = [plain(delivery.fields[each]) for each in fields if _is_of(each, name)]
        clock = clocks[name]
        if clock is not None:
            found = read_clocks(cleaner, clock, delivery.table_index)
            cleaned.pieces[f"{name}.time"] = found[""]
            cleaned.pieces[f"{name}.time!precision"] = found["precision"]
            strange = found["problem"]
            cleaned.problem(f"{name}.time", strange)
            said = pc.binary_join_element_wise("time of day '", strange, "' cannot be read", "")
            # A day of posting (``.or``) is another day, and need not agree.
            days = (moments[each] for each in (name, f"{name}.date") if each in moments)
            cleaned.also(name, pc.coalesce(said, *(other_time(day, found) for day in days)))
            if f"{name}.time" in delivery.fields:
                raw.append(plain(clock))
        if raw and f"{name}_raw" in stored:
            joined = raw[0] if len(raw) == 1 else pc.binary_join_element_wise(*raw, " ")
            cleaned.pieces[f"{name}_raw"] = _without_marks(joined)


def _is_of(field_name: str, name: str) -> bool:
    return field_name.partition(".")[0] == name


def _is_clock(
    cleaner: Cleaner, name: str, moments: Mapping[str, Pieces], delivery: Delivery
) -> bool:
    """Does a column meant for moments hold times of day, the days being in one beside it?"""
    bare = name.removesuffix(".or")
    beside = {bare, f"{bare}.date", f"{bare}.or"} & (moments.keys() - {name})
    if not beside or name not in moments:
        return False
    found = moments[name]
    strange = found["problem"]
    timed = pc.not_equal(found["precision"], "day").fill_null(fill_value=False)
    if strange.null_count == len(strange) or pc.any(timed).as_py():
        return False
    read = read_clocks(cleaner, strange.fill_null(""), delivery.table_index)
    return bool(read[""].null_count < len(strange))


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
        values = pc.replace_substring_regex(values, YEARLESS, rf"{year}-\1-\2\3")
    return pa.DictionaryArray.from_arrays(encoded.indices, values)
