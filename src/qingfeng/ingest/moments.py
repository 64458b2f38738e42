"""The instants of one delivery: days, times of day beside them, and years that are left out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.bill_days import with_year_of_posting
from qingfeng.ingest.cleaned import Cleaned
from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.clocks import other_time, read_clocks
from qingfeng.ingest.delivery import Cells, Delivery, plain
from qingfeng.ingest.epochs import from_epoch
from qingfeng.ingest.grid import MARKS
from qingfeng.ingest.instants import YEARLESS, unread, with_year
from qingfeng.ingest.remembered import Pieces
from qingfeng.ingest.whole_table import in_slice, shown
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
    moments = cleaner.moment({each: _with_years(each, delivery) for each in fields})
    clocks = {name: delivery.fields.get(f"{name}.time") for name in names}
    for name in names:
        if clocks[name] is None:
            clocks[name] = _clock_among(cleaner, name, moments, delivery)
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
            found = read_clocks(cleaner, clock, delivery.table_index, f"{table.name}.{name}")
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


def _clock_among(
    cleaner: Cleaner, name: str, moments: dict[str, Pieces], delivery: Delivery
) -> Cells | None:
    """The times of day in columns meant for moments, which are taken out of *moments*."""
    clock: Cells | None = None
    for each in (name, f"{name}.or"):
        rows = _clock_rows(cleaner, each, moments, delivery)
        if clock is not None and rows is not None:
            rows = pc.and_(rows, pc.equal(plain(clock), ""))
        if rows is None or not rows.true_count:
            continue
        if rows.true_count == delivery.height:
            del moments[each]
            return delivery.fields[each]
        cells = plain(delivery.fields[each])
        clock = pc.if_else(rows, cells, "" if clock is None else clock)
        moments[each] = {
            part: pc.if_else(rows, None, plain(values)) for part, values in moments[each].items()
        }
    return clock


def _clock_rows(
    cleaner: Cleaner, name: str, moments: Mapping[str, Pieces], delivery: Delivery
) -> pa.Array | None:
    """Rows of tables in which a column meant for moments holds times of day; None: of no table.

    The days must be in a column beside it. Each table decides for itself.
    """
    bare = name.removesuffix(".or")
    beside = {bare, f"{bare}.date", f"{bare}.or"} & (moments.keys() - {name})
    if not beside or name not in moments:
        return None
    found = moments[name]
    strange = found["problem"]
    nothing = strange.null_count == len(strange)
    if nothing and not in_slice():
        return None
    timed = pc.not_equal(found["precision"], "day").fill_null(fill_value=False)
    read = pa.nulls(len(strange), pa.int64())
    if not nothing:
        read = read_clocks(cleaner, strange.fill_null(""), delivery.table_index)[""]
    tables, owner = np.unique(delivery.table_index.to_numpy(), return_inverse=True)
    some = [
        np.bincount(owner[each.to_numpy(zero_copy_only=False)], minlength=len(tables)) > 0
        for each in (timed, pc.is_valid(read))
    ]
    answers = []
    for flags in zip(*some, strict=True):
        has_moments, has_clocks = shown(("times of day", name), *map(bool, flags))
        answers.append(has_clocks and not has_moments)
    return pa.array(np.array(answers, bool)[owner]) if any(answers) else None


def _without_marks(cells: pa.Array) -> pa.Array:
    """The cells as a person would see them: no marks of the reader, no blanks around."""
    if pc.any(pc.match_substring_regex(cells, f"[{MARKS}]")).as_py():
        cells = pc.replace_substring_regex(cells, f"[{MARKS}]", "")
    return pc.ascii_trim(cells, " \t")


def _with_years(field: str, delivery: Delivery) -> Cells:
    """The days of one field, with the year of their posting where that has one."""
    cells = delivery.fields[field]
    postings = delivery.fields.get(f"{field.removesuffix('.date')}.or")
    if postings is not None and not field.endswith(".or") and delivery.layout.date_order == "ymd":
        cells = with_year_of_posting(cells, _with_year(postings, delivery))
    return _with_year(cells, delivery)


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
