"""What commands print: JSON, and tables whose columns line up with Chinese in them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Iterable, Sequence

_GAP = "  "
_ESCAPED = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}
"""Control characters that JSON lets pass."""


def print_json(found: object) -> None:
    """Print *found* as one JSON value, Chinese as it is, control characters escaped."""
    print(json.dumps(found, ensure_ascii=False, indent=1).translate(_ESCAPED))


def print_lines(lines: Iterable[str]) -> None:
    """Print *lines*; what delivered text would tell a terminal to do is shown, not done."""
    for line in lines:
        print(harmless(line))


def harmless(text: str) -> str:
    """*text* with escapes for what a terminal would obey; line feeds and tabs stay."""
    return "".join(map(_shown, text))


def _shown(sign: str) -> str:
    plain = sign in "\t\n" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"}
    return sign if plain else f"\\u{ord(sign):04x}"


def display_width(text: str) -> int:
    """How many terminal columns *text* takes: East Asian wide 2, combining marks 0."""
    return sum(map(_width, text))


def _width(sign: str) -> int:
    if unicodedata.category(sign) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def shorten(text: str, columns: int) -> str:
    """*text* cut to at most *columns* terminal columns, with … where something is missing."""
    if display_width(text) <= columns:
        return text
    kept, width = "", 0
    for sign in text:
        width += _width(sign)
        if width > columns - 1:
            break
        kept += sign
    return kept + "…"


def shorten_left(text: str, columns: int) -> str:
    """As ``shorten``, but the end of *text* is kept."""
    return shorten(text[::-1], columns)[::-1]


def table_lines(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Collection[str] = ()
) -> list[str]:
    """Lay out *rows* under *header*; columns named in *right* are right-aligned."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(map(display_width, column)) for column in zip(*lines, strict=True)]
    return [
        _GAP.join(
            _padded(cell, width, right=name in right)
            for name, cell, width in zip(header, line, widths, strict=True)
        ).rstrip()
        for line in lines
    ]


def _padded(cell: str, width: int, *, right: bool) -> str:
    space = " " * (width - display_width(cell))
    return space + cell if right else cell + space
