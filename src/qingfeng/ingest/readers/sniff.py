"""What a file is, by its bytes. Its name is only believed for litter of the desktop."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum
from pathlib import Path, PurePosixPath

import olefile

from qingfeng.ingest.readers import encodings


class Content(StrEnum):
    """Kinds of content. The readers of this package read those down to ``TEXT``."""

    ZIP = "zip"
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    OOXML_ENCRYPTED = "ooxml_encrypted"
    OFD = "ofd"
    XML_INVOICE = "xml_invoice"
    SPREADSHEETML = "spreadsheetml"
    HTML = "html"
    MHTML = "mhtml"
    TEXT = "text"
    XML = "xml"
    PDF = "pdf"
    DOCX = "docx"
    DOC = "doc"
    PPTX = "pptx"
    IMAGE = "image"
    SQLITE = "sqlite"
    GZIP = "gzip"
    SEVEN_ZIP = "seven_zip"
    RAR = "rar"
    EMPTY = "empty"
    UNKNOWN = "unknown"


HEAD_BYTES = 1 << 16
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_MAGIC: tuple[tuple[bytes, Content], ...] = (
    (b"7z\xbc\xaf\x27\x1c", Content.SEVEN_ZIP),
    (b"Rar!\x1a\x07", Content.RAR),
    (b"\x1f\x8b\x08", Content.GZIP),
    (b"SQLite format 3\0", Content.SQLITE),
    (b"\x89PNG\r\n\x1a\n", Content.IMAGE),
    (b"\xff\xd8\xff", Content.IMAGE),
    (b"GIF87a", Content.IMAGE),
    (b"GIF89a", Content.IMAGE),
    (b"II*\0", Content.IMAGE),
    (b"MM\0*", Content.IMAGE),
    # Worksheets of Excel 2 to 5 without the OLE container around them.
    (b"\x09\x00\x04\x00", Content.XLS),
    (b"\x09\x02\x06\x00", Content.XLS),
    (b"\x09\x04\x06\x00", Content.XLS),
    (b"\x09\x08\x08\x00", Content.XLS),
    (b"\x09\x08\x10\x00", Content.XLS),
)
_INVOICE_ROOTS = {"einvoice", "invoice", "发票", "电子发票"}
_INVOICE_WORDS = re.compile(
    r"<(?:\w+:)?(?:FPHM|InvoiceNumber|InvoiceNo|发票号码|数电发票号码|数电票号码)[\s>/]",
    re.IGNORECASE,
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)[\s>/]")
_PROLOGUE = re.compile(
    r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE
)
_HTML_ROOTS = {
    "html", "head", "body", "table", "meta", "style", "div", "center", "script", "title", "tr",
    "font", "form", "p", "link", "base", "br", "span", "thead", "tbody",
}  # fmt: skip
_MHTML = re.compile(
    r"\A\s*(?:MIME-Version|From|Content-Type|Subject|Date|X-Sender):", re.IGNORECASE
)
_PACKAGE_PARTS = (
    ("word/", Content.DOCX),
    ("ppt/", Content.PPTX),
    ("xl/", Content.XLSX),
    ("docprops/app.xml", Content.XLSX),
    ("docprops/core.xml", Content.XLSX),
)
"""Members that only an office package has; what it is a package of comes later in the file."""

_LITTER = {
    ".ds_store": "folder settings of macOS",
    "thumbs.db": "picture cache of Windows",
    "ehthumbs.db": "picture cache of Windows",
    "desktop.ini": "folder settings of Windows",
}


def is_litter(name: str) -> str | None:
    """Return why the file of that path is no delivery, or None.

    Office lock files ``~$…`` and ``.~lock.…#``, ``__MACOSX`` shadows, folder settings.
    """
    parts = name.replace("\\", "/").split("/")
    last = parts[-1]
    if last.startswith("~$") or (last.startswith(".~lock.") and last.endswith("#")):
        return f"{last}: lock file of an Office program, ignored"
    if "__MACOSX" in parts[:-1] or last.startswith("._"):
        return f"{last}: file attributes of macOS, ignored"
    kind = _LITTER.get(last.lower())
    return f"{last}: {kind}, ignored" if kind else None


def sniff(head: bytes, name: str) -> Content:
    """Return what the file seems to be whose first bytes are *head*.

    *name* is not looked at; it is there for callers that log. Containers (zip, OLE) need
    their whole: of these a head tells the kind only if its members happen to come first, so
    prefer ``sniff_bytes`` and ``sniff_path``.
    """
    del name
    if not head:
        return Content.EMPTY
    if head.startswith(_ZIP_STARTS):
        return _of_local_names(head)
    if head.startswith(_OLE):
        return _of_streams(head)
    return _of_magic(head) or _of_text(head)


def sniff_bytes(raw: bytes, name: str) -> Content:
    """Return what *raw*, the whole of a file, is."""
    if raw.startswith(_ZIP_STARTS):
        return _of_zip(io.BytesIO(raw), raw[:HEAD_BYTES])
    if raw.startswith(_OLE):
        return _of_streams(raw)
    return sniff(raw[:HEAD_BYTES], name)


def sniff_path(path: Path) -> Content:
    """Return what the file at *path* is; reads its head, and its directory if it has one."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        if head.startswith(_ZIP_STARTS):
            return _of_zip(file, head)
        if head.startswith(_OLE):
            file.seek(0)
            return _of_streams(file.read())
    return sniff(head, path.name)


def _of_zip(file: io.BufferedIOBase, head: bytes) -> Content:
    try:
        with zipfile.ZipFile(file) as archive:
            return _of_members(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return _of_local_names(head)


def _of_local_names(head: bytes) -> Content:
    """Return the kind of a zip whose directory is not there: an office package cut off is one."""
    names = _local_names(head)
    found = _of_members(names)
    lower = [name.lower() for name in names]
    if found is not Content.ZIP:
        return found
    for start, content in _PACKAGE_PARTS:
        if any(name.startswith(start) for name in lower):
            return content
    return found


def _local_names(head: bytes) -> list[str]:
    """Return the member names in the local headers of *head*, as far as it goes."""
    names, at = [], head.find(b"PK\x03\x04")
    while at >= 0 and at + 30 <= len(head):
        length = int.from_bytes(head[at + 26 : at + 28], "little")
        names.append(head[at + 30 : at + 30 + length].decode("cp437"))
        at = head.find(b"PK\x03\x04", at + 30)
    return names


def _of_members(names: list[str]) -> Content:
    """Return the kind of a zip; a package inside a folder of the zip is not that package."""
    lower = {name.replace("\\", "/").lstrip("/").lower() for name in names}
    if "ofd.xml" in lower:
        return Content.OFD
    if "xl/workbook.bin" in lower:
        return Content.XLSB
    folders = {PurePosixPath(name).parts[0] for name in lower if name}
    if "[content_types].xml" in lower:
        for folder, content in (
            ("xl", Content.XLSX),
            ("word", Content.DOCX),
            ("ppt", Content.PPTX),
        ):
            if folder in folders:
                return content
    if "xl/workbook.xml" in lower:
        return Content.XLSX
    if "content.xml" in lower and "mimetype" in lower:
        return Content.ODS
    return Content.ZIP


def _of_streams(raw: bytes) -> Content:
    """Return the kind of an OLE file; a truncated one counts as xls, whose reader says so."""
    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as container:
            streams = {path[0].lower() for path in container.listdir()}
    except (OSError, ValueError, IndexError, TypeError, AttributeError):
        return Content.XLS
    if "encryptedpackage" in streams:
        return Content.OOXML_ENCRYPTED
    if streams & {"workbook", "book"}:
        return Content.XLS
    return Content.DOC if "worddocument" in streams else Content.UNKNOWN


def _of_magic(head: bytes) -> Content | None:
    for magic, content in _MAGIC:
        if head.startswith(magic):
            return content
    if b"%PDF-" in head[:1024]:
        return Content.PDF
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    bitmap = head[:2] == b"BM" and head[6:10] == b"\0\0\0\0"
    return Content.IMAGE if webp or bitmap else None


def _of_text(head: bytes) -> Content:
    if not encodings.is_text(head):
        return Content.UNKNOWN
    text = encodings.decode(head[:HEAD_BYTES]).text
    start = 0
    while (prologue := _PROLOGUE.match(text, start)) is not None:
        start = prologue.end()
    doctype = text[:start].lower()
    if "<!doctype html" in doctype:
        return Content.HTML
    root = _ROOT.match(text, start)
    if root is not None:
        return _of_root(root[1].lower(), text, declared="<?xml" in doctype)
    if _MHTML.match(text) and re.search(
        r"^Content-Type:\s*(?:multipart|text/html)", text, re.IGNORECASE | re.MULTILINE
    ):
        return Content.MHTML
    return Content.TEXT


def _of_root(root: str, text: str, *, declared: bool) -> Content:
    """Return the kind of a text that begins with the element *root*."""
    if "urn:schemas-microsoft-com:office:spreadsheet" in text and root == "workbook":
        return Content.SPREADSHEETML
    if root in _HTML_ROOTS:
        return Content.HTML
    if root in _INVOICE_ROOTS or _INVOICE_WORDS.search(text):
        return Content.XML_INVOICE
    return Content.XML if declared or f"</{root}" in text.lower() else Content.TEXT
