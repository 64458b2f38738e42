"""Electronic invoices, as XML or inside an OFD, to a grid like the tax platform's export."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from lxml import etree

from qingfeng.errors import UnreadableFile, UnsafeArchive
from qingfeng.ingest.grid import Grid, Note
from qingfeng.ingest.readers import cells
from qingfeng.ingest.readers import invoice_words as words
from qingfeng.ingest.readers.invoice_records import (
    Record,
    headed,
    invoices_in,
    lines_of,
    name_of,
    record_of,
)
from qingfeng.ingest.readers.limits import DEFAULT, Limits
from qingfeng.ingest.readers.markup import Document, SafeParser

_EXPORT = "Export the invoice from the tax platform as XML or Excel and import that."
_SIGNATURES = ("signature", "taxbureausignature")


@dataclass(frozen=True, slots=True)
class _Found:
    """The invoices of one document, their lines, and the remarks on it."""

    records: list[Record]
    lines: list[Record]
    encoding: str
    notes: tuple[Note, ...]


def read_invoice_xml(raw: bytes, member: str, place: str, limits: Limits = DEFAULT) -> list[Grid]:
    """Return a grid of a header row and one row an invoice, and one of their lines, if any.

    All cells are text as written. In the row of an invoice the items of its lines are joined by
    ；; a rate that all share stands once. What no header stands for follows in columns named by
    their elements.
    Raises UnreadableFile if no element has an invoice number or the XML is beyond repair.
    """
    if len(raw) > limits.markup_bytes:
        raise UnreadableFile(place, f"XML of more than {limits.markup_bytes:,} bytes", _EXPORT)
    try:
        found = _from_document(SafeParser(place).xml(raw))
    except RecursionError as depth:
        raise UnreadableFile(place, "an XML nested too deeply to be an invoice", _EXPORT) from depth
    if not found.records:
        raise UnreadableFile(place, "an XML in which no element is an invoice number", _EXPORT)
    return _grids(found, member, "xml_invoice")


def read_ofd(raw: bytes, member: str, place: str, limits: Limits = DEFAULT) -> list[Grid]:
    """Return the grids of an OFD: of the XML attached to it, else of its own document data.

    Raises UnsafeArchive for a package beyond *limits*; UnreadableFile if it is damaged or
    holds a picture of an invoice but no data.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            _refuse_large(package, place, limits)
            found = _from_attachments(package, place) or _from_document_data(package, place)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as damage:
        raise UnreadableFile(
            place, f"the OFD is damaged ({damage})", "Ask for it again."
        ) from damage
    if found is None:
        raise UnreadableFile(place, "an OFD without invoice data in it", _EXPORT)
    return _grids(found, member, "ofd")


def _refuse_large(package: zipfile.ZipFile, place: str, limits: Limits) -> None:
    entries = package.infolist()
    if sum(entry.file_size for entry in entries) > limits.markup_bytes or any(
        entry.file_size > max(entry.compress_size * limits.archive_ratio, limits.ratio_floor_bytes)
        for entry in entries
    ):
        raise UnsafeArchive(place, "the OFD unpacks beyond the limits", _EXPORT)


def _from_attachments(package: zipfile.ZipFile, place: str) -> _Found | None:
    """Return the invoices of the first attached XML that holds one."""
    names = [name for name in package.namelist() if name.lower().endswith(".xml")]
    attached = [
        name for name in names if re.search(r"attach|original_?invoice", name, re.IGNORECASE)
    ]
    for name in sorted(attached, key=lambda path: "original" not in path.lower()):
        try:
            found = _from_document(SafeParser(f"{place}!{name}").xml(package.read(name)))
        except (UnreadableFile, RecursionError):
            continue
        if found.records:
            return found
    return None


def _from_document_data(package: zipfile.ZipFile, place: str) -> _Found | None:
    """Return the invoice that the CustomDatas of OFD.xml describe, if they do."""
    name = next((name for name in package.namelist() if name.lower() == "ofd.xml"), None)
    if name is None:
        return None
    document = SafeParser(f"{place}!{name}").xml(package.read(name))
    pairs = [
        (item.get("Name", ""), (item.text or "").strip())
        for item in document.root.iter("{*}CustomData")
    ]
    record = headed(pairs)
    if not record[words.NUMBER] and not record[words.DIGITAL_NUMBER]:
        return None
    note = Note("the OFD has no invoice XML attached; read from its document data, without lines")
    return _Found([record], [], document.encoding, (*document.notes, note))


def _from_document(document: Document) -> _Found:
    for element in list(document.root.iter()):
        if name_of(element) in _SIGNATURES:
            _drop(element)
    notes = list(document.notes)
    records, lines = [], []
    for number, invoice in enumerate(invoices_in(document.root), 2):
        record = record_of(invoice, whole=document.whole)
        lines += lines_of(invoice, record)
        fault = _fault(record)
        if fault is not None:
            notes.append(Note(fault, number))
        records.append(record)
    return _Found(records, lines, document.encoding, tuple(notes))


def _fault(record: Record) -> str | None:
    """Say where amount and tax do not make the total; nothing if one is missing."""
    try:
        net, tax, total = (Decimal(record[header]) for header in ("金额", "税额", "价税合计"))
    except InvalidOperation:
        return None
    return None if net + tax == total else f"金额 {net} and 税额 {tax} do not make 价税合计 {total}"


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _grids(found: _Found, member: str, kind: str) -> list[Grid]:
    frame = cells.Frame(
        member=member, sheet="", kind=kind, encoding=found.encoding, notes=found.notes
    )
    grids = [_grid(found.records, words.HEADERS, frame)]
    if found.lines:
        below = replace(frame, sheet=words.LINES, notes=())
        grids.append(_grid(found.lines, words.LINE_HEADERS, below))
    return grids


def _grid(records: Sequence[Record], headers: Sequence[str], frame: cells.Frame) -> Grid:
    names = list(dict.fromkeys([*headers, *(name for record in records for name in record)]))
    rows: list[Sequence[str]] = [names]
    rows += [[record.get(name, "") for name in names] for record in records]
    return cells.grid_of(rows, frame, fill_limit=0)
