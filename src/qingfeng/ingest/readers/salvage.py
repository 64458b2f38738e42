"""Zips without a readable directory: files are found by their own local headers."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from qingfeng.ingest.readers import member_names

_SIGNATURE = b"PK\x03\x04"
_FOLLOWS = (_SIGNATURE, b"PK\x01\x02", b"PK\x05\x06", b"PK\x07\x08")
_HEADER = struct.Struct("<4s5H3I2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _SIZES_FOLLOW = 0x1, 0x8


@dataclass(frozen=True, slots=True)
class Remnant:
    """One file of a damaged zip; *reason* says why *content* is not whole (it is then empty).

    *too_large* tells a file beyond the bounds from a damaged one.
    """

    name: str
    content: bytes
    reason: str | None = None
    locked: bool = False
    too_large: bool = False


def remnants(archive: bytes, *, most_bytes: int, ratio: int, floor: int) -> Iterator[Remnant]:
    """Yield the files of *archive* in order.

    A file is whole if its packed bytes are all there and the check sum agrees. It may unpack
    to *most_bytes*, and to *ratio* times its packed size or *floor* bytes if that is more.
    """
    at = archive.find(_SIGNATURE)
    while at >= 0:
        found, end = _remnant(archive, at, most_bytes, ratio, floor)
        if found is not None:
            yield found
        at = archive.find(_SIGNATURE, max(end, at + 4))


def _remnant(
    archive: bytes, at: int, most_bytes: int, ratio: int, floor: int
) -> tuple[Remnant | None, int]:
    """Return the file whose header is at *at*, and where it ends."""
    if at + _HEADER.size > len(archive):
        return None, len(archive)
    (_, _, flags, method, _, _, crc, packed, unpacked, name_size, extra_size) = _HEADER.unpack(
        archive[at : at + _HEADER.size]
    )
    start = at + _HEADER.size + name_size + extra_size
    raw = archive[at + _HEADER.size : at + _HEADER.size + name_size]
    name = member_names.decoded(raw, flags, archive[start - extra_size : start])
    if name.endswith("/"):
        return None, start
    said = _said_end(archive, start, packed)
    locked = bool(flags & _ENCRYPTED)
    if locked or method not in (_STORED, _DEFLATED):
        why = "encrypted" if locked else f"packed by method {method}"
        return Remnant(name, b"", f"{why}, and the zip is damaged", locked=locked), said
    most = most_bytes
    if method == _STORED:
        body, end = bytes(archive[start : start + packed]), start + packed
        whole = not flags & _SIZES_FOLLOW and len(body) == unpacked and zlib.crc32(body) == crc
    else:
        known = 0 if flags & _SIZES_FOLLOW else packed
        most = min(most, max(floor, (known or len(archive) - start) * ratio))
        body, end, ended = _inflated(archive, start, most)
        whole = ended and (bool(flags & _SIZES_FOLLOW) or zlib.crc32(body) == crc)
    if len(body) > most:
        return Remnant(name, b"", "it unpacks to more than the limit", too_large=True), end
    if whole:
        return Remnant(name, body), end
    return Remnant(name, b"", "cut off or damaged"), said


def _said_end(archive: bytes, start: int, packed: int) -> int:
    """Where the file ends by its header if another record of a zip stands there, else *start*.

    What lies behind a damaged file is looked through for the next one from there.
    """
    end = start + packed
    return end if archive[end : end + 4] in _FOLLOWS else start


def _inflated(archive: bytes, start: int, most: int) -> tuple[bytes, int, bool]:
    """Return at most *most* + 1 unpacked bytes, where their stream ends, whether it ended.

    A stream that breaks off has no end; its start is returned for it.
    """
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    parts: list[bytes] = []
    size, at = 0, start
    pending = b""
    while not inflater.eof and size <= most:
        if not pending:
            pending = archive[at : at + (1 << 20)]
            at += len(pending)
            if not pending:
                break
        try:
            part = inflater.decompress(pending, most + 1 - size)
        except zlib.error:
            # Nothing tells where a broken stream ends: look for the next file from its start.
            return b"".join(parts), start, False
        pending = inflater.unconsumed_tail
        size += len(part)
        parts.append(part)
    return b"".join(parts), at - len(inflater.unused_data) - len(pending), inflater.eof
