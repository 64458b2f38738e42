"""Text files in the encodings of the institutions, always with the same bytes."""

from __future__ import annotations

from pathlib import Path

BOMS = {"utf-16": b"\xff\xfe"}


def encode(text: str, encoding: str) -> bytes:
    """Bytes of *text*; utf-16 is little-endian with its mark on every machine."""
    if encoding == "utf-16":
        return BOMS["utf-16"] + text.encode("utf-16-le")
    return text.encode(encoding)


def write_text(path: Path, text: str, encoding: str) -> None:
    """Write *text*, making the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(text, encoding))
