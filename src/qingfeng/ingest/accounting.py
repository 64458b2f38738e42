"""The report entry of one found table, and the rows that are kept word for word."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.checks import declared_checks
from qingfeng.ingest.counted_warnings import WARNINGS_SHOWN, counted, further_rows, remark
from qingfeng.ingest.delivery import plain
from qingfeng.ingest.found import Waiting
from qingfeng.ingest.grid import Grid, Note, letters
from qingfeng.ingest.header_text import normalise_header
from qingfeng.ingest.headers import Found
from qingfeng.ingest.opening import DOCUMENTS, Opened
from qingfeng.ingest.pages import Accounted, accounted
from qingfeng.ingest.read_in_parts import limits_of_slices
from qingfeng.ingest.residue import answer_instead, classify, rejected_rows
from qingfeng.schema import table as canonical

OWN_SIDE = {"account", "card", "account_masked", "holder.mixed", "payer.account", "payee.account"}
"""Fields that say whose booking it is."""

NO_HEADER = "no row above it reads like a header; qingfeng case map FILE shows what was seen"
NO_LAYOUT = "no layout fits these headers; qingfeng case map FILE shows what they may mean"

_NUMBERED = re.compile(r"__\d+$")

Loose = dict[str, list[dict[str, Any]]]
"""Rows made one by one, by canonical table."""


def entry_of(grid: Grid, found: Found) -> dict[str, Any]:
    layout = found.layout
    return {
        "member": grid.member,
        "sheet": grid.sheet,
        "hidden": grid.hidden,
        "header_row": found.header_rows[0] if found.header_rows else None,
        "header_rows": list(found.header_rows),
        "columns": ["".join(header.split()) for header in found.headers],
        "layout": layout.name if layout else None,
        "encoding": grid.encoding,
        "table": layout.table if layout else None,
        "context": dict(found.context),
        "rows_read": 0,
        "rows_kept": 0,
        "rejected": [],
        "duplicates": [],
        "warnings": [
            *(
                {"row": note.row, "column": _column_name(note, found), "text": note.text}
                for note in grid.notes
            ),
            *({"row": None, "column": None, "text": text} for text in found.warnings),
        ],
        "skipped": [],
        "blank_rows": 0,
        "checks": [],
        "ignored_columns": list(found.ignored),
        "reasons": list(found.reasons),
    }


def _column_name(note: Note, found: Found) -> str | None:
    """The header of the column that a reader speaks of, or its letter."""
    if note.column is None:
        return None
    index = int(note.column[1:])
    header = "".join(found.headers[index].split()) if index < len(found.headers) else ""
    return header or letters(index)


def reject_all(
    grid: Grid, body: tuple[int, int], entry: dict[str, Any], reason: str, source: str
) -> Loose:
    """Cells that nobody can say the meaning of: every row refused, word for word.

    *body*: positions in the grid. Returns the rows to keep: the refused ones, and what an
    institution said instead of a table (账号…不存在).
    """
    start, end = body
    cells = grid.cells.slice(start, end - start)
    columns = [
        plain(
            pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())
        ).to_pylist()
        for column in cells.columns
    ]
    kept: Loose = {"rejected_rows": [], "query_feedback": []}
    for position, row in enumerate(grid.rows.slice(start, end - start).to_pylist()):
        texts = [column[position] for column in columns]
        filled = [text for text in texts if text.strip()]
        if not filled:
            entry["blank_rows"] += 1
            continue
        why, source_row = reason, f"{source}·{row}"
        entry["rejected"].append({"row": row, "reason": why})
        said = answer_instead(filled[0]) if len(filled) == 1 else None
        if said:
            why = said.reason
            entry["rejected"][-1] = {"row": row, "reason": why, "kept_as": "query_feedback"}
            feedback = {"subject_number": said.subject, "text": filled[0].strip()}
            kept["query_feedback"].append({**feedback, "source_row": source_row})
        kept["rejected_rows"].append(
            {
                "table_name": None,
                "layout": None,
                "reason": why,
                "cells": json.dumps(texts, ensure_ascii=False),
                "source_row": source_row,
            }
        )
    entry["rows_read"] = len(entry["rejected"])
    entry["empty"] = grid.height == 0
    return kept


def document_entry(member: str) -> dict[str, Any]:
    """The report entry of a file that is listed, its text unread: no row of it was read."""
    return {
        "member": member,
        "sheet": "",
        "header_row": None,
        "table": "documents",
        "layout": "document",
        "rows_read": 0,
        "rows_kept": 0,
        "rejected": [],
        "duplicates": [],
        "warnings": [
            {"row": None, "column": None, "text": "listed as a document; its text is not read"}
        ],
        "ignored_columns": [],
        "checks": [],
    }


def document_row(place: str, sha256: str, opened: Opened, index: int) -> dict[str, Any]:
    """The row of ``documents`` for one file."""
    return {
        "title": Path(opened.member or place).name,
        "kind": DOCUMENTS[opened.content],
        "member": opened.member or None,
        "bytes": opened.size,
        "source_row": f"{sha256}·{opened.member}·1",
        "delivered_table": index,
        "delivered_row": 1,
    }


def account_for(
    opened: Waiting,
    kept: pa.Table | None,
    rest: pa.Table | None,
    factors: Mapping[str, int],
) -> tuple[Loose, Accounted | None]:
    """Fill the report entry of one found table.

    Returns the rows to keep word for word, and the table for ``check_totals`` if it has rows.
    """
    entry = opened.entry
    residue = None
    loose: Loose = {}
    fields = {name: ref.index for name, ref in opened.found.columns.items()}
    shifted = opened.shifted
    if rest is not None or shifted:
        residue = classify(
            opened.grid,
            fields=fields,
            headers=opened.found.headers,
            rows=[*(rest["delivered_row"].to_pylist() if rest is not None else ()), *shifted],
            reasons=[
                *(rest["reason"].to_pylist() if rest is not None else ()),
                *shifted.values(),
            ],
        )
        entry["rejected"] = sorted(residue.rejected, key=lambda each: int(each["row"]))
        entry["skipped"] = sorted(residue.skipped, key=lambda each: int(each["row"]))
        entry["blank_rows"] = residue.blank
        loose["rejected_rows"] = rejected_rows(
            residue, source=opened.source, table=opened.layout.table, layout=opened.layout.name
        )
        loose["query_feedback"] = [
            {
                "subject_number": subject or None,
                "text": text,
                "source_row": f"{opened.source}·{row}",
            }
            for row, subject, text in residue.feedback
        ]
    entry["rows_kept"] = kept.num_rows if kept is not None else 0
    entry["rows_read"] = entry["rows_kept"] + len(entry["rejected"])
    if opened.layout.table == "transfers" and not OWN_SIDE & {
        *opened.found.columns,
        *opened.found.context,
    }:
        entry["warnings"].append(
            {
                "row": None,
                "column": "account",
                "text": "the account is named neither in the file nor in its name: an overlap with "
                "another file cannot be recognised",
            }
        )
    elif opened.layout.table == "transfers" and kept is not None:
        entry["warnings"] += _unnamed(kept)
    if opened.layout.table == "calls" and not {"owner_number"} & {
        *opened.found.columns,
        *opened.found.context,
    }:
        text = "whose calls these are is said neither in the file nor in its name"
        entry["warnings"].append({"row": None, "column": "owner_number", "text": text})
    entry["warnings"] += [*_without_number(opened), *_repeated_headers(opened)]
    if entry.get("sliced"):
        entry["warnings"] += limits_of_slices(opened, residue)
    if kept is not None:
        _name_headerless(opened, kept)
        if not entry.get("sliced"):
            entry["checks"] += declared_checks(opened.found.around.declared, kept)
        _warn(entry, kept)
        return loose, accounted(opened, kept, residue, factors)
    if entry.get("sliced"):
        return loose, Accounted(opened, _NO_ROWS, residue, factors)
    return loose, None


_NO_ROWS = pa.table({"delivered_row": pa.array([], pa.int32())})


def _without_number(opened: Waiting) -> list[dict[str, Any]]:
    """A warning where a register names people, no column says their numbers, and some is unread.

    What nobody can join on is as good as lost, and the unread column may be the one.
    """
    layout, found = opened.layout, opened.found
    if layout.table in _NUMBERLESS:
        return []
    known = {*layout.fields, *layout.borrowed}
    personal = (
        each for each in canonical(layout.table).columns if each.name in known and each.is_personal
    )
    column = next(personal, None)
    unread = [each for each in found.ignored if normalise_header(each) not in layout.ignore_keys]
    if column is None or not unread or column.name in {*found.columns, *found.context}:
        return []
    said = f"no column is read as {column.label}; not read: {', '.join(unread)}"
    return [{"row": None, "column": column.name, "text": said}]


_NUMBERLESS = {"transfers", "accounts", "calls", "logins", "messages"}
"""Tables that are joined by numbers of accounts and phones."""


def _unnamed(kept: pa.Table) -> list[dict[str, Any]]:
    """The warning of bookings without account, card and masked number in a list that names them."""
    unnamed = [pc.is_null(kept[name]) for name in ("account", "card", "account_masked")]
    rows = pc.sum(pc.and_(pc.and_(unnamed[0], unnamed[1]), unnamed[2])).as_py()
    if not rows:
        return []
    return [counted("account", "{rows} rows do not say on which account they stand", rows)]


def _repeated_headers(opened: Waiting) -> list[dict[str, Any]]:
    """Warnings of columns that are filled and not taken, though their header is that of another.

    A cell merged over both columns says the same in both, and is not counted.
    """
    found = opened.found
    start, end = found.body
    taken = {_NUMBERED.sub("", ref.header): ref.index for ref in found.columns.values()}
    warnings = []
    for index, header in enumerate(found.headers[: opened.grid.width]):
        name = _NUMBERED.sub("", header)
        if name not in taken or header not in found.ignored:
            continue
        cells, other = (
            pc.utf8_trim_whitespace(
                opened.grid.cells.column(each).slice(start, end - start).cast(pa.string())
            )
            for each in (index, taken[name])
        )
        filled = pc.sum(pc.and_(pc.not_equal(cells, ""), pc.not_equal(cells, other))).as_py()
        if filled:
            text = "not taken, though {rows} cells are filled: another column has its header"
            warnings.append(counted(header, text, filled))
    return warnings


def _name_headerless(opened: Waiting, kept: pa.Table) -> None:
    """Name the columns without a header in which kept rows hold something: nobody reads them."""
    start, end = opened.found.body
    headers = opened.found.headers
    for index in range(opened.grid.width):
        if index < len(headers) and headers[index].strip():
            continue
        cells = opened.grid.cells.column(index).slice(start, end - start).cast(pa.string())
        filled = pc.not_equal(pc.utf8_trim_whitespace(cells), "")
        if not pc.any(filled).as_py():
            continue
        rows = opened.grid.rows.slice(start, end - start).filter(filled.combine_chunks())
        own = pc.is_in(rows, value_set=kept["delivered_row"].combine_chunks().cast(rows.type))
        if own.true_count:
            text = "not taken, though {rows} cells are filled: it has no header"
            opened.entry["warnings"].append(counted(letters(index), text, own.true_count))
            opened.entry["ignored_columns"].append(letters(index))


def _warn(entry: dict[str, Any], kept: pa.Table) -> None:
    """List the flags of the kept rows as warnings, the first ones one by one."""
    flagged = kept.select(["delivered_row", "flags"]).filter(pc.is_valid(kept["flags"]))
    for row, flags in zip(
        flagged["delivered_row"].to_pylist()[:WARNINGS_SHOWN],
        flagged["flags"].to_pylist()[:WARNINGS_SHOWN],
        strict=True,
    ):
        for text in json.loads(flags):
            column, colon, said = text.partition(": ")
            entry["warnings"].append(
                remark(row, column if colon else None, said if colon else text)
            )
    if flagged.num_rows > WARNINGS_SHOWN:
        entry["warnings"].append(further_rows(flagged.num_rows - WARNINGS_SHOWN))
    if "direction" in kept.column_names:
        unknown = pc.sum(pc.equal(kept["direction"], "unknown")).as_py()
        if unknown:
            entry["warnings"].append(
                counted("direction", "direction unknown in {rows} rows", unknown)
            )


_BY_PLACE = {"documents"}
"""Tables whose rows are one of a kind because of where they stand, whatever they say."""


def loose_rows(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows made one by one (documents, feedback, rejects) as a canonical table."""
    definition = canonical(name)
    columns = {
        column: pa.array(
            [row.get(column) for row in rows], pa.int64() if kind == "BIGINT" else pa.string()
        )
        for column, kind in definition.physical().items()
    }
    digests = [_digest(name, row) for row in rows]
    columns[definition.id_column] = pa.array([name[0].upper() + digest for digest in digests])
    columns["delivered_table"] = pa.array(
        [row.get("delivered_table", -1) for row in rows], pa.int64()
    )
    columns["delivered_row"] = pa.array([row.get("delivered_row", 0) for row in rows], pa.int32())
    columns["delivered_rest"] = pa.array([0] * len(rows), pa.int32())
    return pa.table(columns)


def _digest(name: str, row: Mapping[str, Any]) -> str:
    said = (
        row["source_row"]
        if name in _BY_PLACE
        else json.dumps(
            {key: value for key, value in row.items() if key not in _WHERE}, sort_keys=True
        )
    )
    return hashlib.md5(said.encode(), usedforsecurity=False).hexdigest()[:24]


_WHERE = {"source_row", "delivered_table", "delivered_row"}
