"""Names of zip members: in which encoding they are, and which of them are hostile."""

from __future__ import annotations

import re
import zlib

NAME_IS_UTF8 = 0x800
_UNICODE_PATH = 0x7075
_DRIVE = re.compile(r"\A[A-Za-z]:")


def decoded(raw: bytes, flags: int, extra: bytes = b"") -> str:
    """Return the name of a member from its header.

    Order: UTF-8 flag, the Unicode path field, strict UTF-8 (packers of macOS and Linux forget
    the flag), GB18030 (Chinese Windows), code page 437. Back slashes become ``/``.
    """
    if flags & NAME_IS_UTF8:
        return raw.decode("utf-8", "replace").replace("\\", "/")
    name = _unicode_path(raw, extra)
    for encoding in ("utf-8", "gb18030"):
        if name is not None:
            break
        try:
            name = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return (raw.decode("cp437") if name is None else name).replace("\\", "/")


def unsafe(name: str) -> str | None:
    """Return why a member of that name is refused, or None."""
    if name.startswith("/"):
        return "its name is an absolute path"
    if _DRIVE.match(name):
        return "its name begins with a drive letter"
    if ".." in name.split("/"):
        return "its name leads out of the archive (..)"
    if "\0" in name:
        return "its name holds a NUL"
    return None


def _unicode_path(raw: bytes, extra: bytes) -> str | None:
    """Return the name in the Info-ZIP Unicode path field, if it was made for this name."""
    at = 0
    while at + 4 <= len(extra):
        kind = int.from_bytes(extra[at : at + 2], "little")
        size = int.from_bytes(extra[at + 2 : at + 4], "little")
        body = extra[at + 4 : at + 4 + size]
        at += 4 + size
        if kind != _UNICODE_PATH or len(body) < 6:
            continue
        if int.from_bytes(body[1:5], "little") == zlib.crc32(raw):
            return body[5:].decode("utf-8", "replace")
    return None
