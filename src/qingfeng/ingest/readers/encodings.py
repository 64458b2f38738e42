"""Which encoding a text is in: byte order mark, strict UTF-8, UTF-16 and -32 by NULs, GB18030.

Never by guessing over many encodings (a short GB18030 text passes for Korean) and never
``gbk``, which lacks the four-byte characters that names are written with.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from qingfeng.ingest.grid import MARKS, Note
from qingfeng.ingest.readers.limits import DEFAULT

UTF8, UTF8_BOM, GB18030 = "utf-8", "utf-8-sig", "gb18030"
UTF16_BOM, UTF16_LE, UTF16_BE = "utf-16", "utf-16-le", "utf-16-be"
UTF32_BOM, UTF32_LE, UTF32_BE = "utf-32", "utf-32-le", "utf-32-be"

_BOMS = (
    (codecs.BOM_UTF8, UTF8_BOM),
    (codecs.BOM_UTF32_LE, UTF32_BOM),
    (codecs.BOM_UTF32_BE, UTF32_BOM),
    (codecs.BOM_UTF16_LE, UTF16_BOM),
    (codecs.BOM_UTF16_BE, UTF16_BOM),
)
_PROBE_BYTES = 1 << 20
_MIX_BYTES, _MIX_LINES = 1 << 16, 200
"""So much of the beginning tells whether a text may be mixed."""

_CONTROL = bytes(set(range(1, 32)) - set(b"\t\n\v\f\r\x1a\x1b")) + b"\x7f"
_LOST = "\ufffd"
_MARKS_OR_NUL = re.compile(f"[\x00{MARKS}]")


class Decoded(NamedTuple):
    """A text, the name of the Python codec that read it, and what was wrong with it."""

    text: str
    encoding: str
    notes: tuple[Note, ...]


def detect(raw: bytes) -> str:
    """Return the codec of *raw*, the whole of a file or its first bytes.

    A character cut off at the end is no error. A prefix of plain ASCII is ``utf-8``, although
    a later byte may decide otherwise: ask again with the whole when strict decoding fails.
    """
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return encoding
    wide = _widest_without_bom(raw[:_PROBE_BYTES]) or _wide_without_bom(raw[:_PROBE_BYTES])
    if wide is not None:
        return wide
    if _decodes(raw, UTF8):
        return UTF8
    return UTF8 if _is_damaged_utf8(raw[:_PROBE_BYTES]) else GB18030


def decode(raw: bytes) -> Decoded:
    """Return the text of *raw* without byte order mark, NULs and cell marks.

    What cannot be decoded becomes U+FFFD and is noted with its row (1-based, counted by line
    breaks); removed NULs and other control characters are noted too. Never raises.
    """
    encoding = detect(raw)
    notes: list[Note] = []
    try:
        text = raw.decode(encoding)
        lost = "the character was already lost (U+FFFD) when the file was written"
    except UnicodeDecodeError:
        text = raw.decode(encoding, "replace")
        lost = f"bytes that are not {encoding} were replaced by U+FFFD"
    notes += _notes_at(text, _LOST, lost)
    if _MARKS_OR_NUL.search(text):
        for mark in "\0" + MARKS:
            notes += _notes_at(text, mark, f"control characters 0x{ord(mark):02x} were removed")
        text = _MARKS_OR_NUL.sub("", text)
    return Decoded(text, encoding, tuple(notes))


class Unmixed(NamedTuple):
    """Text of one encoding, and the 1-based lines of it that were in another."""

    raw: bytes
    lines: list[int]


def unmixed(raw: bytes, encoding: str) -> Unmixed:
    """Return *raw*, in which *encoding* was found, with its GB18030 lines rewritten as UTF-8.

    Only where most lines beyond ASCII are UTF-8: files put together from several programs.
    """
    as_it_is = Unmixed(raw, [])
    if encoding not in (UTF8, UTF8_BOM, GB18030) or _is_strictly_utf8(raw):
        return as_it_is
    if not _mostly_utf8(raw[:_MIX_BYTES]):
        return as_it_is
    lines = raw.split(b"\n")
    others = [
        place
        for place, line in enumerate(lines)
        if not line.isascii() and not _decodes(line + b"\n", UTF8) and not _is_damaged_utf8(line)
    ]
    foreign = [place for place in others if _decodes(lines[place] + b"\n", GB18030)]
    high = sum(not line.isascii() for line in lines)
    if not foreign or len(others) * 2 > high:
        return as_it_is
    for place in foreign:
        lines[place] = lines[place].decode(GB18030).encode()
    return Unmixed(b"\n".join(lines), [place + 1 for place in foreign])


def _is_strictly_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(raw: bytes) -> bool:
    """Are at least half of the whole lines beyond ASCII UTF-8 with characters of three bytes?

    GB18030 of a few characters may be UTF-8 by chance, but of two bytes each.
    """
    lines = [line for line in raw.split(b"\n", _MIX_LINES)[:_MIX_LINES] if not line.isascii()]
    good = sum(
        _decodes(line + b"\n", UTF8) and max(line.decode(UTF8, "replace")) > "\u07ff"
        for line in lines
    )
    return bool(good) and good * 2 >= len(lines)


def is_text(raw: bytes) -> bool:
    """Tell text, also NUL-laced text, from binary; *raw* may be a prefix of a file."""
    probe = raw[:_PROBE_BYTES]
    encoding = detect(probe)
    if encoding.startswith(("utf-16", "utf-32")):
        return True
    solid = probe.translate(None, b"\0")
    if not solid:
        return False
    controls = len(solid) - len(solid.translate(None, _CONTROL))
    if controls * 50 > len(solid):
        return False
    text = solid.decode(encoding, "replace")
    return text.count(_LOST) * 20 <= len(text)


def _decodes(raw: bytes, encoding: str) -> bool:
    """Tell whether *raw* is strictly *encoding*, but for a last character cut off."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        decoder.decode(raw, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _is_damaged_utf8(raw: bytes) -> bool:
    """Tell UTF-8 with some broken bytes from another encoding.

    GB18030 text read as UTF-8 gives nearly as many losses as characters; damaged UTF-8
    gives few.
    """
    text = raw.translate(None, b"\0").decode(UTF8, "replace")
    lost = text.count(_LOST)
    ascii_only = len(text.encode("ascii", "ignore"))
    whole = len(text) - ascii_only - lost
    return whole > 0 and lost * 10 <= whole


def _widest_without_bom(raw: bytes) -> str | None:
    """Return the UTF-32 form that *raw* is in, if any: a quarter of its bytes are NUL for sure."""
    if len(raw) < 8 or raw.count(0) * 4 < len(raw):
        return None
    raw = raw[: len(raw) & ~3]
    for place, encoding in ((3, UTF32_LE), (0, UTF32_BE)):
        if not any(raw[place::4]) and any(raw) and _decodes(raw, encoding):
            return encoding if "\0" not in raw.decode(encoding) else None
    return None


def _wide_without_bom(raw: bytes) -> str | None:
    """Return the UTF-16 form that the places of the NULs tell, if any.

    In such text the NULs are the high halves of digits, separators and line breaks: all on
    one side, and every one beside a printable ASCII byte.
    """
    raw = raw[: len(raw) & ~1]
    if raw.count(0) < 2:
        return None
    even, odd = raw[0::2], raw[1::2]
    zeros_even, zeros_odd = even.count(0), odd.count(0)
    high, low, encoding = (odd, even, UTF16_LE) if zeros_odd > zeros_even else (even, odd, UTF16_BE)
    zeros, strays = max(zeros_even, zeros_odd), min(zeros_even, zeros_odd)
    if zeros * 20 < len(high) or strays * 50 > zeros:
        return None
    plain = sum(1 for h, w in zip(high, low, strict=True) if not h and (w >= 32 or w in b"\t\r\n"))
    if plain * 50 < zeros * 49 or not _decodes(raw, encoding):
        return None
    narrow = raw.translate(None, b"\0")
    if len(narrow) > 1.9 * len(high) and _decodes(narrow, UTF8):
        return None  # a few NULs in narrow text that happen to lie on one side
    return encoding


def _notes_at(text: str, character: str, what: str) -> list[Note]:
    """Note each row that holds *character*, up to the limit, then how many there are."""
    total = text.count(character)
    if not total:
        return []
    line_break = "\n" if "\n" in text else "\r"
    notes: list[Note] = []
    row, seen, at = 1, 0, text.find(character)
    while at >= 0 and len(notes) < DEFAULT.notes:
        row += text.count(line_break, seen, at)
        notes.append(Note(what, row))
        end = text.find(line_break, at)
        if end < 0:
            return notes
        seen, at = at, text.find(character, end)
    if at >= 0:
        notes.append(Note(f"{what}; {total} in all, only the first rows are listed"))
    return notes
