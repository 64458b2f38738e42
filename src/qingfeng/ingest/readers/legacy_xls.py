"""Old .xls: what the first reader gets wrong, and the second reader for it."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from datetime import timedelta

import olefile
import xlrd
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError
from xlrd.sheet import Cell, Sheet

from qingfeng.errors import EmptyFile, UnreadableFile
from qingfeng.ingest.grid import Grid, Note
from qingfeng.ingest.readers import cells
from qingfeng.ingest.readers.limits import Limits

_CODES = rb"[\x00\x07\x0f\x17\x1d\x24\x2a]"
_ERROR_CELLS = (
    re.compile(rb"\x05\x02\x08\x00.{6}" + _CODES + rb"\x01", re.DOTALL),
    re.compile(rb"\x06\x00.{8}\x02\x00" + _CODES + rb"\x00{3}\xff\xff", re.DOTALL),
)
"""BOOLERR records, and FORMULA records whose result is an error (MS-XLS 2.4.24, 2.4.127)."""

_GARBLED = re.compile("[\x80-\xff\ufffd]")
_SOUND = re.compile("[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")
_RECORD = struct.Struct("<HH")
_ROWS, _COLUMNS = 65_536, 256
_CELL_RECORDS = frozenset((0x06, 0xBD, 0xBE, 0xD6, 0xFD, 0x201, 0x203, 0x204, 0x205, 0x27E))
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_SAMPLE_CELLS = 20_000
_BROKEN = (
    XLRDError,
    CompDocError,
    struct.error,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    ArithmeticError,
    MemoryError,
    OSError,
)
_RESAVE = "Open it in an office program, save it as xlsx, and import that."


def is_encrypted(raw: bytes) -> bool:
    """Tell whether the workbook stream of *raw* begins with a password record."""
    stream = _stream(raw)
    at = 0
    while at + 4 <= min(len(stream), 4096):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == 0x2F:  # FILEPASS
            return True
        at += 4 + size
    return False


def is_plausible(raw: bytes) -> bool:
    """Tell whether all sizes and cells that *raw* declares fit an old worksheet.

    The first reader reserves memory for what is declared, and ends the process when a forged
    or damaged record declares more than there is.
    """
    stream = _stream(raw)
    at = 0
    while at + 4 <= len(stream):
        kind, size = _RECORD.unpack_from(stream, at)
        at += 4
        body = stream[at : at + min(size, 12)]
        if kind == 0x200 and size >= 14:
            if not _is_extent(body):
                return False
        elif kind in _CELL_RECORDS and int.from_bytes(body[2:4], "little") >= _COLUMNS:
            return False
        at += size
    return bool(stream)


def counts_from_1904(raw: bytes) -> bool:
    """Tell whether the workbook of *raw* counts days from 1904-01-01."""
    stream = _stream(raw)
    at = 0
    while at + 6 <= len(stream):
        kind, size = _RECORD.unpack_from(stream, at)
        if kind == 0x22:  # DATE1904
            return stream[at + 4] == 1
        if kind == 0x0A:  # EOF of what holds for all sheets
            return False
        at += 4 + size
    return False


def _is_extent(body: bytes) -> bool:
    """Tell whether a DIMENSIONS record of BIFF8 names a part of an old worksheet."""
    if len(body) < 12:
        return False
    first_row, row_end, first_column, column_end = struct.unpack("<IIHH", body)
    return bool(first_row <= row_end <= _ROWS and first_column <= column_end <= _COLUMNS)


def has_errors(raw: bytes) -> bool:
    """Tell whether *raw* may hold error cells, which the first reader gives as empty."""
    return any(pattern.search(raw) for pattern in _ERROR_CELLS)


def garbled(grids: list[Grid]) -> bool:
    """Tell text decoded by a wrong code page: accented letters instead of Chinese."""
    wrong = sound = 0
    for grid in grids:
        for column in grid.cells.columns:
            text = "".join(column.slice(0, _SAMPLE_CELLS // grid.width + 1).to_pylist())
            wrong += len(_GARBLED.findall(text))
            sound += len(_SOUND.findall(text))
    return wrong > 3 and wrong > sound


def read(raw: bytes, member: str, place: str, limits: Limits) -> list[Grid]:
    """Return one grid a sheet by the second reader; garbled text is read as GB18030.

    Raises EmptyFile if there is no sheet, UnreadableFile if it cannot be read.
    """
    grids = _read(raw, member, place, limits, None)
    if garbled(grids):
        mended = _read(raw, member, place, limits, "gb18030")
        return grids if garbled(mended) else mended
    return grids


def _read(raw: bytes, member: str, place: str, limits: Limits, encoding: str | None) -> list[Grid]:
    try:
        book = _opened(raw, encoding)
        grids = []
        for sheet in book.sheets():
            if sheet.nrows * sheet.ncols > limits.cells:
                raise UnreadableFile(
                    f"{place}#{sheet.name}", f"more than {limits.cells:,} cells", _RESAVE
                )
            merged = tuple(
                (top + 1, left, bottom, right - 1)
                for top, bottom, left, right in sheet.merged_cells
            )
            notes = [Note("read by the second, slower reader")]
            if encoding is not None:
                notes.append(Note("its code page was wrong; read as GB18030"))
            frame = cells.Frame(
                member=member,
                sheet=sheet.name,
                kind="xls",
                hidden=sheet.visibility != 0,
                merged=merged,
                notes=tuple(notes),
                encoding=encoding,
                since_1904=book.datemode == 1,
            )
            grids.append(cells.grid_of(_rows(book, sheet), frame, fill_limit=limits.cells))
    except _BROKEN as damage:
        raise UnreadableFile(
            place, f"the old .xls is damaged ({str(damage) or type(damage).__name__})", _RESAVE
        ) from damage
    if not grids:
        raise EmptyFile(place, "the workbook holds no sheet", _RESAVE)
    return grids


def _opened(raw: bytes, encoding: str | None) -> xlrd.Book:
    """Open with formats and merged ranges; without them where those records are damaged."""
    for formatting in (True, False):
        try:
            return xlrd.open_workbook(
                file_contents=raw,
                logfile=io.StringIO(),
                formatting_info=formatting,
                encoding_override=encoding,
            )
        except (*_BROKEN, NotImplementedError):
            if not formatting:
                raise
    raise AssertionError("one of the two attempts returns or raises")


def _rows(book: xlrd.Book, sheet: Sheet) -> Iterator[list[object]]:
    for row in range(sheet.nrows):
        yield [_value(book, cell) for cell in sheet.row(row)]


def _value(book: xlrd.Book, cell: Cell) -> object:
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(int(cell.value), "#ERROR")
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _instant(book, cell)
    return cell.value


def _instant(book: xlrd.Book, cell: Cell) -> object:
    """Return a date serial as its format shows it; one outside the calendar as a number."""
    serial = float(cell.value)
    if 0 <= serial < 1 or _is_duration(book, cell):
        return timedelta(days=serial)
    try:
        moment = xlrd.xldate_as_datetime(serial, book.datemode)
    except (xlrd.xldate.XLDateError, OverflowError, ValueError):
        return serial
    return moment.date() if serial == int(serial) else moment


def _is_duration(book: xlrd.Book, cell: Cell) -> bool:
    if not book.formatting_info or cell.xf_index is None:
        return False
    key = book.xf_list[cell.xf_index].format_key
    return key in book.format_map and bool(_ELAPSED.search(book.format_map[key].format_str))


def _stream(raw: bytes) -> bytes:
    """Return the workbook stream, or *raw* if it is no container."""
    if not raw.startswith(olefile.MAGIC):
        return raw
    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as container:
            for name in ("Workbook", "Book"):
                if container.exists(name):
                    return bytes(container.openstream(name).read())
    except (OSError, ValueError, IndexError, TypeError, AttributeError):
        pass
    return b""
