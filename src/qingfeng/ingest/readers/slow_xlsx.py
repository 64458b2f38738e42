"""The second reader of xlsx: row by row, for what the first one cannot or must not read."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from qingfeng.errors import EmptyFile, UnreadableFile
from qingfeng.ingest.grid import Grid, Note
from qingfeng.ingest.readers import cells, ooxml
from qingfeng.ingest.readers.limits import Limits

_BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # the XML parsers' errors derive from it
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    EOFError,
    OSError,
)
_RESAVE = "Open it in an office program, save it as a new xlsx, and import that."
_SPLIT = "Delete stray cells far out, or split the sheet, save, and import again."


def read(
    raw: bytes,
    member: str,
    place: str,
    facts: dict[str, ooxml.SheetFacts],
    limits: Limits,
) -> list[Grid]:
    """Return one grid a sheet; rows without a value are left out, row numbers are true.

    Raises EmptyFile if no sheet is found, UnreadableFile if it cannot be read or has more
    cells than *limits* allow.
    """
    grids = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions that hold no cells
        try:
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            for sheet in book.worksheets:
                found = facts.get(sheet.title, ooxml.SheetFacts())
                sheet.reset_dimensions()
                where = f"{place}#{sheet.title}"
                rows, numbers = _rows(sheet.iter_rows(values_only=True), where, limits, found.texts)
                frame = cells.Frame(
                    member=member,
                    sheet=sheet.title,
                    kind="xlsx",
                    hidden=sheet.sheet_state != "visible",
                    merged=tuple(found.merged),
                    notes=(*ooxml.unstored_notes(found, limits), _NOTE),
                    row_numbers=numbers,
                    since_1904=found.since_1904,
                )
                grids.append(cells.grid_of(rows, frame, fill_limit=limits.cells))
            book.close()
        except _BROKEN as damage:
            raise UnreadableFile(
                place, f"the workbook is damaged ({str(damage) or type(damage).__name__})", _RESAVE
            ) from damage
    if not grids:
        raise EmptyFile(place, "the workbook holds no sheet", _RESAVE)
    return grids


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
"""A character that XML cannot hold, or that would pass for one: ``_x000D_``."""

_HALVES = (0xD800, 0xDFFF)


def _unescaped(value: object) -> object:
    if not isinstance(value, str) or "_x" not in value:
        return value
    return _ESCAPED.sub(_character, value)


def _character(found: re.Match[str]) -> str:
    """The character of a code; half of a pair is none and stays as it is written."""
    code = int(found.group(1), 16)
    return found.group() if _HALVES[0] <= code <= _HALVES[1] else chr(code)


_NOTE = Note("read by the second, slower reader; empty rows are left out")


def _rows(
    sheet: Iterable[Sequence[object]],
    place: str,
    limits: Limits,
    texts: Mapping[tuple[int, int], str],
) -> tuple[list[Sequence[object]], list[int]]:
    """Return the rows that hold a value, padded to one length, with their numbers."""
    rows: list[Sequence[object]] = []
    numbers: list[int] = []
    width = 0
    by_row: dict[int, dict[int, str]] = {}
    for (row, at), text in texts.items():
        by_row.setdefault(row, {})[at] = text
    for row_number, given in enumerate(sheet, 1):
        written = by_row.get(row_number)
        values = [written.get(at, value) for at, value in enumerate(given)] if written else given
        last = len(values)
        while last and values[last - 1] in (None, ""):
            last -= 1
        if not last:
            continue
        width = max(width, last)
        rows.append([_unescaped(value) for value in values[:last]])
        numbers.append(row_number)
        if len(rows) * width > limits.cells:
            raise UnreadableFile(place, f"more than {limits.cells:,} cells", _SPLIT)
    return [(*row, *(None,) * (width - len(row))) for row in rows], numbers
