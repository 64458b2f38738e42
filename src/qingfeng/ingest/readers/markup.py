"""XML and HTML parsing that follows no reference out of the file and expands no entity."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from qingfeng.errors import UnreadableFile, UnsafeArchive
from qingfeng.ingest.grid import Note
from qingfeng.ingest.readers import encodings

_AGAIN = "Ask for the file again, or open it in the program that made it and export once more."


_BARE_AMPERSAND = re.compile(rb"&(?!#?\w+;)")
_DECLARATION = re.compile(r"\A\s*<\?xml.*?\?>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: its root element, its encoding, and what was mended on the way.

    *whole*: nothing of it is known to be missing.
    """

    root: etree._Element
    encoding: str
    notes: tuple[Note, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class SafeParser:
    """Parser of what *place* delivered."""

    place: str

    def xml(self, raw: bytes) -> Document:
        """Return *raw* parsed; faults such as a bare ``&`` or a missing end are mended, noted.

        A value that the file ends in is left out: what there is of it may be another number.
        The declared encoding is not believed (``gb2312`` is written over GB18030).
        Raises UnsafeArchive if it declares entities, UnreadableFile if there is no root.
        """
        decoded = encodings.decode(raw)
        text = _DECLARATION.sub("", decoded.text, count=1)
        if "<!ENTITY" in text[:8192] or "<!DOCTYPE" in text[:8192]:
            raise UnsafeArchive(
                self.place,
                "it declares XML entities or a document type",
                "No known program writes such files; ask the sender what made it.",
            )
        encoded = text.encode("utf-8", "replace")
        notes = decoded.notes
        root, fault = _parsed(encoded, recover=False)
        if root is None:
            root, _ = _parsed(_BARE_AMPERSAND.sub(b"&amp;", encoded), recover=False)
        whole = root is not None
        if root is None:
            root, _ = _parsed(_without_open_end(encoded), recover=True)
            notes = (*notes, Note(f"its XML is faulty ({fault}); what follows may be missing"))
        if root is None:
            raise UnreadableFile(self.place, f"its XML cannot be read ({fault})", _AGAIN)
        return Document(root, decoded.encoding, notes, whole)

    def html(self, text: str) -> etree._Element:
        """Return the root of an HTML *text*; raises UnreadableFile if there is no element."""
        parser = etree.HTMLParser(
            encoding="utf-8", recover=True, no_network=True, huge_tree=True, remove_comments=True
        )
        try:
            root = etree.fromstring(text.encode("utf-8", "replace"), parser)
        except (etree.XMLSyntaxError, ValueError) as fault:
            raise UnreadableFile(
                self.place, f"its HTML cannot be read ({fault})", _AGAIN
            ) from fault
        if root is None:
            raise UnreadableFile(self.place, "its HTML holds nothing", _AGAIN)
        return root


def _without_open_end(raw: bytes) -> bytes:
    """*raw* up to the last value or mark that it holds whole."""
    end = raw.rfind(b">") + 1
    begun = raw.find(b"<", end)
    return raw[: begun if begun >= 0 else end] if raw[end:].strip() else raw


def _parsed(raw: bytes, *, recover: bool) -> tuple[etree._Element | None, str]:
    """Return the root, or None and the reason."""
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(raw, parser), ""
    except (etree.XMLSyntaxError, ValueError) as fault:
        return None, str(fault)
