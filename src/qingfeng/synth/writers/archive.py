"""Zip files as old Windows tools make them: member names in GBK, fixed dates, ZipCrypto.

The standard library writes names in UTF-8 and cannot encrypt, so the few structures needed
are written here (APPNOTE 4.3 and 6.1). ZipCrypto is broken as a cipher; it is what offices use.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

DOS_TIME, DOS_DATE = 9 << 11, (44 << 9) | (7 << 5) | 1
ENCRYPTED = 0x1


class _Keys:
    """The three rolling keys of ZipCrypto."""

    def __init__(self, password: bytes) -> None:
        self.first, self.second, self.third = 0x12345678, 0x23456789, 0x34567890
        for byte in password:
            self._update(byte)

    def _update(self, byte: int) -> None:
        self.first = _crc(self.first, byte)
        self.second = (self.second + (self.first & 0xFF)) & 0xFFFFFFFF
        self.second = (self.second * 134775813 + 1) & 0xFFFFFFFF
        self.third = _crc(self.third, self.second >> 24)

    def encrypt(self, plain: bytes) -> bytes:
        found = bytearray()
        for byte in plain:
            mask = (self.third | 2) & 0xFFFF
            found.append(byte ^ ((mask * (mask ^ 1)) >> 8 & 0xFF))
            self._update(byte)
        return bytes(found)


def _crc(key: int, byte: int) -> int:
    return (key >> 8) ^ _TABLE[(key ^ byte) & 0xFF]


def _table() -> list[int]:
    found = []
    for value in range(256):
        register = value
        for _ in range(8):
            register = (register >> 1) ^ 0xEDB88320 if register & 1 else register >> 1
        found.append(register)
    return found


_TABLE = _table()


def write_zip(path: Path, members: Mapping[str, bytes], password: str = "") -> None:
    """Write *members* deflated, in the given order; encrypted if there is a *password*."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body, directory = bytearray(), bytearray()
    for name, content in members.items():
        raw_name, crc = name.encode("gbk"), zlib.crc32(content)
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = packer.compress(content) + packer.flush()
        flags = 0
        if password:
            head = bytes(range(1, 12)) + bytes([crc >> 24])
            packed = _Keys(password.encode()).encrypt(head + packed)
            flags = ENCRYPTED
        common = struct.pack(
            "<HHHHHIIIHH",
            20,
            flags,
            8,
            DOS_TIME,
            DOS_DATE,
            crc,
            len(packed),
            len(content),
            len(raw_name),
            0,
        )
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + common
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + raw_name
        body += b"PK\x03\x04" + common + raw_name + packed
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(body), 0)
    path.write_bytes(bytes(body + directory + b"PK\x05\x06" + end))
