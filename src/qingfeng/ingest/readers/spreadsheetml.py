"""SpreadsheetML 2003: one XML file that Excel opens as a workbook, mostly named .xls."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from lxml import etree

from qingfeng.errors import EmptyFile, UnreadableFile
from qingfeng.ingest.grid import Grid, Note
from qingfeng.ingest.readers import cells
from qingfeng.ingest.readers.limits import DEFAULT, Limits
from qingfeng.ingest.readers.markup import SafeParser
from qingfeng.ingest.readers.spans import Layout

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_DAY_ZERO = date(1899, 12, 31)
_RESAVE = "Open it in an office program, save it as xlsx, and import that."
_UNSTORED = "a formula without a stored value; open the file in Excel and save it to get one"


def read_spreadsheetml(raw: bytes, member: str, place: str, limits: Limits = DEFAULT) -> list[Grid]:
    """Return one grid a worksheet, hidden and empty ones included.

    Raises UnsafeArchive if entities are declared, EmptyFile without any worksheet,
    UnreadableFile if the XML has no root or a limit is passed.
    """
    if len(raw) > limits.markup_bytes:
        raise UnreadableFile(place, f"XML of more than {limits.markup_bytes:,} bytes", _RESAVE)
    document = SafeParser(place).xml(raw)
    grids = []
    for sheet in document.root.iter(f"{_SS}Worksheet"):
        name = sheet.get(f"{_SS}Name", "")
        layout = Layout(f"{place}#{name}", limits)
        notes = list(document.notes)
        for table in sheet.iter(f"{_SS}Table"):
            notes += _lay_out(table, layout)
        frame = cells.Frame(
            member=member,
            sheet=name,
            kind="spreadsheetml",
            hidden=any(
                (mark.text or "").strip() != "SheetVisible" for mark in sheet.iter("{*}Visible")
            ),
            notes=tuple(notes),
            encoding=document.encoding,
        )
        grids.append(layout.grid(frame))
    if not grids:
        raise EmptyFile(place, "the workbook holds no sheet", _RESAVE)
    return grids


def _lay_out(table: etree._Element, layout: Layout) -> list[Note]:
    """Put the cells of *table*; an index or a span moves all that follow."""
    notes = []
    number = 0
    for row in table.iter(f"{_SS}Row"):
        number = _whole(row, "Index", number + 1)
        at = -1
        for cell in row.iter(f"{_SS}Cell"):
            at = _whole(cell, "Index", layout.free(number, at + 1) + 1) - 1
            right = _whole(cell, "MergeAcross", 0) + 1
            down = _whole(cell, "MergeDown", 0) + 1
            content = cell.find(f"{_SS}Data")
            value = "" if content is None else _value(content)
            layout.put(number, at, value, down=down, right=right)
            if cell.get(f"{_SS}Formula") and (content is None or not content.text):
                notes.append(Note(_UNSTORED, number, f"c{at}"))
            at += right - 1
        number += _whole(row, "Span", 0)
    return notes


def _whole(element: etree._Element, name: str, default: int) -> int:
    """Return a whole number attribute, at most 7 digits long, or *default*."""
    text = (element.get(_SS + name) or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 7 else default


def _value(content: etree._Element) -> object:
    text = "".join(str(part) for part in content.itertext())
    kind = content.get(f"{_SS}Type", "String")
    stripped = text.strip()
    try:
        if kind == "Number":
            return float(stripped)
        if kind == "DateTime":
            return _instant(datetime.fromisoformat(stripped))
    except ValueError:
        return text
    if kind == "Boolean":
        return stripped == "1"
    return text


def _instant(value: datetime) -> date | datetime | time | timedelta:
    """Return a moment; days before 1900 are how Excel writes times and durations."""
    if value.date() < _DAY_ZERO + timedelta(days=1):
        return value.time()
    return value.date() if value.time() == time() else value
