"""Workbooks (xlsx, xlsb, xls, ods) to grids, one a sheet.

One fast reader does nearly all; where it is known to be wrong or silent (error cells, sheets
of two far-apart cells, old code pages, packages it rejects) a second reader takes over.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import python_calamine as calamine

from qingfeng.errors import EmptyFile, PasswordNeeded, UnknownContent, UnreadableFile
from qingfeng.ingest.grid import Grid, Note
from qingfeng.ingest.readers import (
    cells,
    legacy_xls,
    ods_spans,
    office_crypto,
    ooxml,
    slow_xlsx,
)
from qingfeng.ingest.readers.limits import DEFAULT, Limits
from qingfeng.ingest.readers.sniff import Content, sniff_bytes

_T = TypeVar("_T")
_SPARSE_FLOOR = 4_000_000
_SPARSE_SHARE = 50
_VERY_HIDDEN = Note("the sheet is hidden so that Excel does not list it")
_UNTOLD = Note("which of its cells are merged cannot be told: those below the first may be empty")
_RESAVE = "Open it in an office program, save it as a new xlsx, and import that."
_UNLOCK = "It cannot be unlocked here: open it with its password, save a copy without, import that."
_SPLIT = "Delete stray cells far out, or split the sheet, save, and import again."
_READABLE = (Content.XLSX, Content.XLSB, Content.XLS, Content.ODS, Content.OOXML_ENCRYPTED)


class _FirstReaderFailed(Exception):
    """The first reader gives up on a workbook; the second may be tried."""


def read_workbook(
    source: Path | bytes,
    member: str,
    place: str,
    passwords: Sequence[str] = (),
    limits: Limits = DEFAULT,
) -> list[Grid]:
    """Return one grid a sheet, in the order of the workbook, hidden and empty ones included.

    *place* names the file in errors, *member* its path inside an archive. Rows before the
    first and after the last cell with a value are not in the grid; row numbers are true.
    In sheets with a few cells far apart, empty rows between them are left out too.
    Raises UnknownContent if it is no workbook, PasswordNeeded, UnsafeArchive, EmptyFile if
    it holds no sheet, UnreadableFile if no reader can read it or a limit is passed.
    """
    raw = source if isinstance(source, bytes) else source.read_bytes()
    content = sniff_bytes(raw, member)
    if content is Content.OOXML_ENCRYPTED:
        raw = office_crypto.decrypted(raw, place, passwords)
        content = sniff_bytes(raw, member)
    if content not in _READABLE:
        raise UnknownContent(place, f"it is no workbook but {content.value}", _RESAVE)
    if content is Content.XLS:
        return _old_workbook(raw, member, place, passwords, limits)
    if content is Content.ODS and _is_locked_ods(raw):
        raise PasswordNeeded(place, "password-protected OpenDocument workbook", _UNLOCK)
    facts = ooxml.survey(raw, place, limits) if content is Content.XLSX else {}
    if any(sheet.unplaced or _is_sparse(sheet, limits) for sheet in facts.values()):
        return slow_xlsx.read(raw, member, place, facts, limits)
    try:
        return _fast(raw, member, place, content=content, facts=facts, limits=limits)
    except calamine.PasswordError as error:
        raise PasswordNeeded(place, "password-protected workbook", _UNLOCK) from error
    except _FirstReaderFailed as failure:
        if content is not Content.XLSX:
            raise UnreadableFile(
                place, f"the workbook cannot be read ({failure})", _RESAVE
            ) from failure
        return slow_xlsx.read(raw, member, place, facts, limits)


def _old_workbook(
    raw: bytes, member: str, place: str, passwords: Sequence[str], limits: Limits
) -> list[Grid]:
    if len(raw) > limits.legacy_workbook_bytes:
        raise UnreadableFile(
            place, f"an old .xls of more than {limits.legacy_workbook_bytes:,} bytes", _RESAVE
        )
    if legacy_xls.is_encrypted(raw):
        raw = office_crypto.decrypted(raw, place, passwords)
    if legacy_xls.has_errors(raw) or not legacy_xls.is_plausible(raw):
        return legacy_xls.read(raw, member, place, limits)
    try:
        grids = _fast(raw, member, place, content=Content.XLS, facts={}, limits=limits)
    except calamine.PasswordError as error:
        raise PasswordNeeded(place, "encrypted old .xls of an unknown kind", _UNLOCK) from error
    except _FirstReaderFailed:
        return legacy_xls.read(raw, member, place, limits)
    if legacy_xls.garbled(grids):
        return legacy_xls.read(raw, member, place, limits)
    return grids


def _is_locked_ods(raw: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            return b"encryption-data" in package.read("META-INF/manifest.xml")
    except (KeyError, zipfile.BadZipFile, zlib.error, OSError, RuntimeError, ValueError):
        return False


def _is_sparse(facts: ooxml.SheetFacts, limits: Limits) -> bool:
    """Tell a sheet whose rectangle is far larger than what stands in it."""
    if facts.area > limits.cells:
        return True
    return facts.area > _SPARSE_FLOOR and facts.area > _SPARSE_SHARE * facts.filled


def _fast(
    raw: bytes,
    member: str,
    place: str,
    *,
    content: Content,
    facts: dict[str, ooxml.SheetFacts],
    limits: Limits,
) -> list[Grid]:
    book = _guarded(lambda: calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw)))
    sheets = book.sheets_metadata
    if not sheets:
        if content is Content.XLSX:
            raise _FirstReaderFailed("no sheet found")
        raise EmptyFile(place, "the workbook holds no sheet", _RESAVE)
    if len(sheets) > limits.sheets:
        raise UnreadableFile(place, f"it has more than {limits.sheets:,} sheets", _SPLIT)
    spans = ods_spans.merged_ranges(raw, limits) if content is Content.ODS else None
    since_1904 = content is Content.XLS and legacy_xls.counts_from_1904(raw)
    grids = []
    for sheet in sheets:
        found = facts.get(sheet.name, ooxml.SheetFacts())
        frame = cells.Frame(
            member=member,
            sheet=sheet.name,
            kind=content.value,
            hidden=sheet.visible != calamine.SheetVisibleEnum.Visible,
            notes=ooxml.unstored_notes(found, limits),
            since_1904=since_1904 or found.since_1904,
        )
        if spans is not None:
            frame = replace(frame, merged=spans.get(sheet.name, ()))
        elif content is Content.ODS:
            frame = replace(frame, notes=(*frame.notes, _UNTOLD))
        if sheet.visible == calamine.SheetVisibleEnum.VeryHidden:
            frame = replace(frame, notes=(_VERY_HIDDEN, *frame.notes))
        if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
            frame = replace(
                frame, notes=(*frame.notes, Note("a sheet without cells (chart, macro)"))
            )
            grids.append(cells.grid_of((), frame, fill_limit=0))
            continue
        grids.append(_sheet(book, frame, found, place, limits))
    return grids


def _sheet(
    book: calamine.CalamineWorkbook,
    frame: cells.Frame,
    facts: ooxml.SheetFacts,
    place: str,
    limits: Limits,
) -> Grid:
    sheet = _guarded(lambda: book.get_sheet_by_name(frame.sheet))
    if not _holds(sheet, facts.texts):
        raise _FirstReaderFailed("texts outside the cells with a value")
    if sheet.start is None:
        return cells.grid_of((), frame, fill_limit=0)
    top, left = sheet.start
    bottom, right = sheet.end or sheet.start
    if (bottom + 1 - top) * (right + 1) > limits.cells:
        raise UnreadableFile(f"{place}#{frame.sheet}", f"more than {limits.cells:,} cells", _SPLIT)
    ranges = _guarded(lambda: sheet.merged_cell_ranges) or []
    merged = tuple((a + 1, b, c + 1, d) for (a, b), (c, d) in ranges)
    frame = replace(
        frame,
        first_row=top + 1,
        first_column=left,
        merged=merged or frame.merged,
    )
    rows: Iterator[list[Any]] = islice(sheet.iter_rows(), top, None)
    if facts.errors or facts.texts:
        rows = _with_texts(rows, top + 1, left, {**facts.errors, **facts.texts})
    return _guarded(lambda: cells.grid_of(rows, frame, fill_limit=limits.cells))


def _holds(sheet: calamine.CalamineSheet, texts: Iterable[tuple[int, int]]) -> bool:
    """Do all of these cells (1-based row, column) lie between the first and the last value?"""
    if sheet.start is None or sheet.end is None:
        return not any(True for _ in texts)
    (top, left), (bottom, right) = sheet.start, sheet.end
    return all(top < row <= bottom + 1 and left <= at <= right for row, at in texts)


def _with_texts(
    rows: Iterator[list[Any]], first_row: int, left: int, texts: dict[tuple[int, int], str]
) -> Iterator[list[Any]]:
    """Put the texts of errors (``#N/A``) in, and others the first reader gives as empty cells."""
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in texts.items():
        by_row.setdefault(row, []).append((column - left, text))
    for number, cells_of_row in enumerate(rows, first_row):
        for at, text in by_row.get(number, ()):
            if 0 <= at < len(cells_of_row):
                cells_of_row[at] = text
        yield cells_of_row


def _guarded(call: Callable[[], _T]) -> _T:
    """Run a call of the first reader; what goes wrong inside it becomes _FirstReaderFailed."""
    try:
        return call()
    except calamine.PasswordError:
        raise
    except (calamine.CalamineError, OSError, ValueError, OverflowError, MemoryError) as error:
        raise _FirstReaderFailed(str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a class of the reader, not importable
            raise
        raise _FirstReaderFailed("the reader stopped on a damaged record") from error
