"""Open one delivered file, whatever it is: its grids, member by member, or why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qingfeng.errors import EmptyFile, UnknownContent, UnreadableFile
from qingfeng.ingest.grid import Grid, Note
from qingfeng.ingest.readers import delimited
from qingfeng.ingest.readers.archive import open_archive
from qingfeng.ingest.readers.einvoice import read_invoice_xml, read_ofd
from qingfeng.ingest.readers.encodings import detect
from qingfeng.ingest.readers.html import read_html, read_mhtml
from qingfeng.ingest.readers.limits import DEFAULT, Limits
from qingfeng.ingest.readers.sniff import Content, is_litter, sniff_bytes
from qingfeng.ingest.readers.spreadsheetml import read_spreadsheetml
from qingfeng.ingest.readers.workbook import read_workbook

_WORKBOOKS = {Content.XLSX, Content.XLSB, Content.XLS, Content.ODS, Content.OOXML_ENCRYPTED}

DOCUMENTS = {
    Content.PDF: "pdf",
    Content.DOCX: "docx",
    Content.DOC: "doc",
    Content.PPTX: "pptx",
    Content.IMAGE: "image",
}
"""Kinds that hold no table: listed in ``documents`` with their size, their text unread."""

_WAYS_OUT = {
    Content.SEVEN_ZIP: "Unpack it and import the folder, or pack it again as zip.",
    Content.RAR: "Unpack it and import the folder, or pack it again as zip.",
    Content.GZIP: "Unpack it (gunzip) and import the file inside.",
    Content.SQLITE: "Export its tables as csv and import those.",
    Content.XML: "It is XML of no kind known here; export it as csv or xlsx.",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """One file or one member of an archive: its grids, or *error*, or a bare document."""

    member: str
    content: Content
    size: int
    grids: tuple[Grid, ...] = ()
    error: UnreadableFile | None = None
    note: str | None = None
    notes: tuple[Note, ...] = field(default_factory=tuple)


def open_file(
    path: Path, place: str, passwords: Sequence[str], limits: Limits = DEFAULT
) -> Iterator[Opened]:
    """Yield what *path* holds. Nothing is raised for bad content; it stands in ``error``."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        error = UnreadableFile(place, f"cannot be read ({problem.strerror})", "Check its rights.")
        yield Opened("", Content.UNKNOWN, 0, error=error)
        return
    content = sniff_bytes(data, path.name)
    if content is not Content.ZIP:
        yield _open(data, content, "", place, passwords, limits)
        return
    members = 0
    try:
        for member in open_archive(data, place, passwords, limits):
            members += 1
            litter = is_litter(member.name)
            inner = f"{place}·{member.name}"
            if litter is not None:
                yield Opened(member.name, Content.UNKNOWN, len(member.data), note=litter)
            elif member.error is not None:
                yield Opened(member.name, Content.UNKNOWN, 0, error=member.error)
            else:
                kind = sniff_bytes(member.data, member.name)
                yield _open(member.data, kind, member.name, inner, passwords, limits)
    except UnreadableFile as error:
        yield Opened("", content, len(data), error=error)
        return
    if members == 0:
        error = EmptyFile(place, "the archive holds no file", "Ask the sender for it again.")
        yield Opened("", content, len(data), error=error)


def _open(
    data: bytes,
    content: Content,
    member: str,
    place: str,
    passwords: Sequence[str],
    limits: Limits,
) -> Opened:
    try:
        grids = _grids(data, content, member, place, passwords, limits)
    except UnreadableFile as error:
        return Opened(member, content, len(data), error=error)
    return Opened(member, content, len(data), tuple(grids))


def _grids(
    data: bytes,
    content: Content,
    member: str,
    place: str,
    passwords: Sequence[str],
    limits: Limits,
) -> list[Grid]:
    if content in _WORKBOOKS:
        return read_workbook(data, member, place, passwords, limits)
    if content is Content.TEXT:
        return [read_text(data, member)]
    if content is Content.HTML:
        return read_html(data, member, place, limits)
    if content is Content.MHTML:
        return read_mhtml(data, member, place, limits)
    if content is Content.SPREADSHEETML:
        return read_spreadsheetml(data, member, place, limits)
    if content is Content.OFD:
        return [read_ofd(data, member, place, limits)]
    if content is Content.XML_INVOICE:
        return [read_invoice_xml(data, member, place, limits)]
    if content in DOCUMENTS:
        return []
    if content is Content.EMPTY:
        raise EmptyFile(place, "it holds no byte", "Ask the sender for it again.")
    way_out = _WAYS_OUT.get(content, "Ask the sender what it is, or for csv or xlsx.")
    raise UnknownContent(place, f"its content ({content.value}) is not read", way_out)


def read_text(data: bytes, member: str) -> Grid:
    """Delimited text, whole."""
    plain, encoding = delimited.plain_bytes(data, detect(data))
    return delimited.parse(plain, delimited.sense(plain, encoding), member=member)
