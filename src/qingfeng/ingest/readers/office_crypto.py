"""Encrypted Office files: opened with the passwords given, or refused."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence

import msoffcrypto
from msoffcrypto import exceptions

from qingfeng.errors import PasswordNeeded, UnreadableFile

_BUILT_IN = "VelvetSweatshop"
"""What Excel encrypts with when a workbook is only to be protected against changes."""

_WRONG = (exceptions.InvalidKeyError, exceptions.DecryptionError)
_BROKEN = (
    exceptions.FileFormatError,
    exceptions.ParseError,
    struct.error,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
)


def decrypted(raw: bytes, place: str, passwords: Sequence[str]) -> bytes:
    """Return the file inside the encrypted Office file *raw*.

    Raises PasswordNeeded if none of *passwords* opens it; UnreadableFile if it is damaged or
    encrypted in a way not known.
    """
    for password in (*passwords, _BUILT_IN):
        opened = io.BytesIO()
        try:
            office = msoffcrypto.OfficeFile(io.BytesIO(raw))
            office.load_key(password=password)
            office.decrypt(opened)
        except _WRONG:
            continue
        except _BROKEN as damage:
            raise UnreadableFile(
                place,
                f"it is encrypted, and damaged or encrypted in a way not known here ({damage})",
                "Open it where it was made, and save a copy without password.",
            ) from damage
        if opened.getvalue().startswith((b"PK", b"\xd0\xcf\x11\xe0")):
            return opened.getvalue()
    raise PasswordNeeded(
        place,
        "encrypted Office file, no or wrong password",
        "Give the password with --password-file FILE, one password a line.",
    )
