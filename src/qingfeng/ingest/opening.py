"""Open one delivered file, whatever it is: its grids, member by member, or why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from qingfeng.errors import EmptyFile, UnknownContent, UnreadableFile
from qingfeng.ingest.grid import Grid, Note
from qingfeng.ingest.readers import delimited
from qingfeng.ingest.readers.archive import open_archive
from qingfeng.ingest.readers.einvoice import read_invoice_xml, read_ofd
from qingfeng.ingest.readers.encodings import UTF8, UTF8_BOM, detect, unmixed
from qingfeng.ingest.readers.html import read_html, read_mhtml
from qingfeng.ingest.readers.labelled_lines import read_labelled_lines
from qingfeng.ingest.readers.limits import DEFAULT, Limits
from qingfeng.ingest.readers.record_xml import read_records
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
}


_FOREIGN = "this line is in GB18030, the file in UTF-8: read as such"

_SHORT_TEXT = 200_000
"""Bytes of a text that may be a few lines of ``label: value``."""


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


@dataclass(frozen=True, slots=True)
class _Piece:
    """The bytes of one file or member, what they are, and where they lie."""

    raw: bytes
    content: Content
    member: str
    place: str


def open_file(
    path: Path, place: str, passwords: Sequence[str], limits: Limits = DEFAULT
) -> Iterator[Opened]:
    """Yield what *path* holds. Nothing is raised for bad content; it stands in ``error``."""
    try:
        raw = path.read_bytes()
    except OSError as problem:
        reason = f"cannot be read ({problem.strerror})"
        refused = UnreadableFile(place, reason, "Check its rights.")
        yield Opened("", Content.UNKNOWN, 0, error=refused)
        return
    whole = _Piece(raw, sniff_bytes(raw, path.name), "", place)
    if whole.content is Content.ZIP:
        yield from _members(whole, passwords, limits)
    else:
        yield _open(whole, passwords, limits)


def _members(archive: _Piece, passwords: Sequence[str], limits: Limits) -> Iterator[Opened]:
    members = 0
    try:
        for member in open_archive(archive.raw, archive.place, passwords, limits):
            members += 1
            litter = is_litter(member.name)
            if litter is not None:
                yield Opened(member.name, Content.UNKNOWN, len(member.content), note=litter)
            elif member.error is not None:
                yield Opened(member.name, Content.UNKNOWN, 0, error=member.error)
            else:
                kind = sniff_bytes(member.content, member.name)
                inner = f"{archive.place}·{member.name}"
                yield _open(_Piece(member.content, kind, member.name, inner), passwords, limits)
    except UnreadableFile as error:
        yield Opened("", archive.content, len(archive.raw), error=error)
        return
    if members == 0:
        empty = EmptyFile(
            archive.place, "the archive holds no file", "Ask the sender for it again."
        )
        yield Opened("", archive.content, len(archive.raw), error=empty)


def _open(piece: _Piece, passwords: Sequence[str], limits: Limits) -> Opened:
    try:
        grids = _grids(piece, passwords, limits)
    except UnreadableFile as error:
        return Opened(piece.member, piece.content, len(piece.raw), error=error)
    return Opened(piece.member, piece.content, len(piece.raw), tuple(grids))


def _grids(piece: _Piece, passwords: Sequence[str], limits: Limits) -> list[Grid]:
    if piece.content in _WORKBOOKS:
        return read_workbook(piece.raw, piece.member, piece.place, passwords, limits)
    if piece.content in DOCUMENTS:
        return []
    if piece.content is Content.EMPTY:
        raise EmptyFile(piece.place, "it holds no byte", "Ask the sender for it again.")
    reader = _READERS.get(piece.content)
    if reader is None:
        way_out = _WAYS_OUT.get(piece.content, "Ask the sender what it is, or for csv or xlsx.")
        reason = f"its content ({piece.content.value}) is not read"
        raise UnknownContent(piece.place, reason, way_out)
    return reader(piece, limits)


def read_text(raw: bytes, member: str) -> Grid:
    """Delimited text, whole; or the record that lines of ``label: value`` make."""
    found = detect(raw)
    raw, foreign = unmixed(raw, found)
    found = UTF8 if foreign or found == UTF8_BOM else found
    plain, encoding = delimited.plain_bytes(raw, found)
    grid = None
    if len(plain) <= _SHORT_TEXT:
        grid = read_labelled_lines(plain.decode(encoding, "replace"), member, found)
    if grid is None:
        grid = delimited.parse(plain, delimited.sense(plain, encoding), member=member)
    notes = [Note(_FOREIGN, line) for line in foreign[: DEFAULT.notes]]
    return replace(grid, encoding=found, notes=(*notes, *grid.notes))


_READERS: Mapping[Content, Callable[[_Piece, Limits], list[Grid]]] = {
    Content.TEXT: lambda piece, _: [read_text(piece.raw, piece.member)],
    Content.HTML: lambda piece, limits: read_html(piece.raw, piece.member, piece.place, limits),
    Content.MHTML: lambda piece, limits: read_mhtml(piece.raw, piece.member, piece.place, limits),
    Content.SPREADSHEETML: lambda piece, limits: read_spreadsheetml(
        piece.raw, piece.member, piece.place, limits
    ),
    Content.OFD: lambda piece, limits: read_ofd(piece.raw, piece.member, piece.place, limits),
    Content.XML: lambda piece, limits: read_records(piece.raw, piece.member, piece.place, limits),
    Content.XML_INVOICE: lambda piece, limits: read_invoice_xml(
        piece.raw, piece.member, piece.place, limits
    ),
}
