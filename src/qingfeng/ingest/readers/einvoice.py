"""Electronic invoices, as XML or inside an OFD, to a grid like the tax platform's export."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml import etree

from qingfeng.errors import UnreadableFile, UnsafeArchive
from qingfeng.ingest.grid import Grid, Note
from qingfeng.ingest.readers import cells
from qingfeng.ingest.readers import invoice_words as words
from qingfeng.ingest.readers.limits import DEFAULT, Limits
from qingfeng.ingest.readers.markup import Document, SafeParser

_DIGITAL_LENGTH = 20
_IGNORED = re.compile(r"[\s_\-（()）]")
_EXPORT = "Export the invoice from the tax platform as XML or Excel and import that."
_JOINT = "；"
_NUMBER_NAMES = tuple(name for name in words.OF_INVOICE[words.NUMBER] if name != words.ENTITY_ID)
_SIGNATURES = ("signature", "taxbureausignature")

_Record = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Found:
    """The invoices of one document and the remarks on it."""

    records: list[_Record]
    encoding: str
    notes: tuple[Note, ...]


def read_invoice_xml(raw: bytes, member: str, place: str, limits: Limits = DEFAULT) -> Grid:
    """Return a grid with a header row and one row an invoice, all cells text as written.

    Several lines of an invoice are joined by ；; a rate that all share stands once.
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
    return _grid(found, member, "xml_invoice")


def read_ofd(raw: bytes, member: str, place: str, limits: Limits = DEFAULT) -> Grid:
    """Return the grid of an OFD: of the XML attached to it, else of its own document data.

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
    return _grid(found, member, "ofd")


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
        (_key(item.get("Name", "")), (item.text or "").strip())
        for item in document.root.iter("{*}CustomData")
    ]
    record = _headed(pairs)
    if not record[words.NUMBER] and not record[words.DIGITAL_NUMBER]:
        return None
    note = Note("the OFD has no invoice XML attached; read from its document data, without lines")
    return _Found([record], document.encoding, (*document.notes, note))


def _from_document(document: Document) -> _Found:
    for element in list(document.root.iter()):
        if _name(element) in _SIGNATURES:
            _drop(element)
    notes = list(document.notes)
    records = []
    for number, invoice in enumerate(_invoices(document.root), 2):
        record = _record(invoice)
        fault = _fault(record)
        if fault is not None:
            notes.append(Note(fault, number))
        records.append(record)
    return _Found(records, document.encoding, tuple(notes))


def _invoices(root: etree._Element) -> list[etree._Element]:
    """Return the elements that hold one invoice each: as high up as holds one number."""
    numbered = [
        element
        for element in _walk(root, into_lines=True)
        if _name(element) in _NUMBER_NAMES and (element.text or "").strip()
    ]
    if not numbered:
        record = _record(root)
        return [root] if record[words.NUMBER] or record[words.DIGITAL_NUMBER] else []
    holders: dict[etree._Element, int] = {}
    for element in numbered:
        for ancestor in element.iterancestors():
            holders[ancestor] = holders.get(ancestor, 0) + 1
    invoices: list[etree._Element] = []
    for element in numbered:
        alone = [ancestor for ancestor in element.iterancestors() if holders[ancestor] == 1]
        invoice = alone[-1] if alone else root
        if invoice not in invoices:
            invoices.append(invoice)
    return invoices


def _walk(element: etree._Element, *, into_lines: bool = False) -> Iterator[etree._Element]:
    """Yield *element* and what is below, without foreign invoices and without lines."""
    if _name(element) in words.FOREIGN:
        return
    if not into_lines and _is_line(element):
        return
    yield element
    for child in element:
        yield from _walk(child, into_lines=into_lines)


def _is_line(element: etree._Element) -> bool:
    """Tell an invoice line; an invoice that has the item among its own children is none."""
    names = {_name(child) for child in element}
    return bool(names & set(words.ITEM_NAMES)) and not names & set(words.OF_INVOICE[words.NUMBER])


def _record(invoice: etree._Element) -> _Record:
    pairs = [
        (_name(element), element.text.strip())
        for element in _walk(invoice)
        if element.text and element.text.strip()
    ]
    pairs += [(_key(str(key)), str(value).strip()) for key, value in invoice.items()]
    record = _headed(pairs)
    lines = [e for e in invoice.iter() if _is_line(e)] or [invoice]
    record["货物或应税劳务名称"] = _JOINT.join(
        filter(None, (_child(line, words.ITEM_NAMES) for line in lines))
    )
    rates = [_child(line, words.LINE_RATES) for line in lines]
    record["税率"] = _JOINT.join(dict.fromkeys(filter(None, rates)))
    record["被红冲蓝字发票号码"] = record["被红冲蓝字发票号码"] or _original(invoice)
    if not record["金额"]:
        record["金额"] = _sum(_child(line, words.LINE_AMOUNTS) for line in lines)
    if not record["税额"]:
        record["税额"] = _sum(_child(line, words.LINE_TAXES) for line in lines)
    return record


def _headed(pairs: Sequence[tuple[str, str]]) -> _Record:
    """Return the record of (name, text) pairs; of several names the preferred one counts."""
    first: dict[str, str] = {}
    for name, text in pairs:
        first.setdefault(name, text)
    record = dict.fromkeys(words.HEADERS, "")
    for header, names in words.OF_INVOICE.items():
        record[header] = next((first[name] for name in names if name in first), "")
    if len(record[words.NUMBER]) >= _DIGITAL_LENGTH:
        record[words.DIGITAL_NUMBER] = record[words.NUMBER]
        record[words.NUMBER] = ""
    return record


def _original(invoice: etree._Element) -> str:
    """Return the number of the invoice that this red one cancels, from its own subtree."""
    for element in invoice.iter():
        if _name(element) in words.OF_INVOICE["被红冲蓝字发票号码"]:
            return (element.text or "").strip()
    return ""


def _child(line: etree._Element, names: Sequence[str]) -> str:
    found = {_name(child): (child.text or "").strip() for child in line}
    return next((found[name] for name in names if found.get(name)), "")


def _sum(texts: Iterator[str]) -> str:
    """Return the exact sum of amounts written as decimals, or nothing if one is not."""
    try:
        amounts = [Decimal(text) for text in texts]
    except InvalidOperation:
        return ""
    return str(sum(amounts, Decimal(0))) if amounts else ""


def _fault(record: _Record) -> str | None:
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


def _name(element: etree._Element) -> str:
    return _key(str(element.tag).rpartition("}")[2])


def _key(name: str) -> str:
    return _IGNORED.sub("", name).lower()


def _grid(found: _Found, member: str, kind: str) -> Grid:
    rows: list[Sequence[str]] = [words.HEADERS]
    rows += [[record[header] for header in words.HEADERS] for record in found.records]
    frame = cells.Frame(
        member=member, sheet="", kind=kind, encoding=found.encoding, notes=found.notes
    )
    return cells.grid_of(rows, frame, fill_limit=0)
