"""HTML tables named .xls, and MHT files of the same, to grids."""

from __future__ import annotations

import email
import email.policy
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyarrow as pa
from lxml import etree

from qingfeng.errors import EmptyFile, UnreadableFile
from qingfeng.ingest.grid import Grid
from qingfeng.ingest.labels import distinct_cells, label_pairs
from qingfeng.ingest.readers import cells, encodings
from qingfeng.ingest.readers.limits import DEFAULT, Limits
from qingfeng.ingest.readers.markup import SafeParser
from qingfeng.ingest.readers.spans import Layout

_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_DIGITS = re.compile(r"\s*(\d{1,7})")
_GAP = {"td": "\1", "th": "\1"} | dict.fromkeys(
    ("br", "p", "div", "tr", "li", "table", "hr", "pre", "h1", "h2", "h3", "h4", "h5", "h6"), "\0"
)
"""What parts the texts of one element from those around it: a new line, or a wide gap."""

_NO_TEXT = frozenset({"head", "style", "script", "title"})
_MOST_LINES = 40
_ASK = "Open it in a browser to see what it is, and ask for the table itself."


def read_html(raw: bytes, member: str, place: str, limits: Limits = DEFAULT) -> list[Grid]:
    """Return one grid a table that holds text; a table inside a cell is a grid of its own.

    Text outside the tables, and a table of labels and values alone, stand ``above`` the next.

    Spans are filled and recorded as merged ranges; rows are counted inside the table. The
    declared encoding is not believed: byte order mark, strict UTF-8, then GB18030.
    Raises EmptyFile if there is no such table, UnreadableFile beyond the limits.
    """
    _refuse_large(raw, place, limits)
    grids = _grids(raw, cells.Frame(member=member, sheet="", kind="html"), place, limits)
    if not grids:
        raise EmptyFile(place, "an HTML page without a table", _ASK)
    return _named(grids)


def read_mhtml(raw: bytes, member: str, place: str, limits: Limits = DEFAULT) -> list[Grid]:
    """Return the grids of all HTML parts of a web archive, named by their parts.

    Raises EmptyFile if no part holds a table, UnreadableFile beyond the limits.
    """
    _refuse_large(raw, place, limits)
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    grids: list[Grid] = []
    for part in message.walk():
        if part.get_content_type() != "text/html":
            continue
        body = part.get_payload(decode=True)
        if not isinstance(body, bytes) or not body.strip():
            continue
        name = posixpath.basename(str(part.get("Content-Location", "")).replace("\\", "/"))
        stem = posixpath.splitext(name)[0]
        frame = cells.Frame(member=member, sheet=stem, kind="mhtml")
        try:
            grids += _grids(body, frame, place, limits)
        except EmptyFile:
            continue
    if not grids:
        raise EmptyFile(place, "a web archive without a table", _ASK)
    return _named(grids)


def _refuse_large(raw: bytes, place: str, limits: Limits) -> None:
    if len(raw) > limits.markup_bytes:
        raise UnreadableFile(
            place,
            f"a page of more than {limits.markup_bytes:,} bytes",
            "Open it in an office program, save it as xlsx, and import that.",
        )


def _named(grids: list[Grid]) -> list[Grid]:
    """Return the grids with sheet names that differ: rows must be found again by them."""
    if len(grids) == 1:
        return grids
    return [
        replace(grid, sheet=f"{grid.sheet} table {number}".strip())
        for number, grid in enumerate(grids, 1)
    ]


def _grids(raw: bytes, frame: cells.Frame, place: str, limits: Limits) -> list[Grid]:
    decoded = encodings.decode(raw)
    frame = replace(frame, encoding=decoded.encoding, notes=decoded.notes)
    page = SafeParser(place).html(decoded.text)
    try:
        grids = [
            replace(_laid_out(table, place, limits).grid(frame), above=above)
            for table, above in _tables(page)
        ]
    except RecursionError as depth:
        raise UnreadableFile(place, "a page nested too deeply to be a table", _ASK) from depth
    return _introduced([grid for grid in grids if grid.height])


def _tables(page: etree._Element) -> Iterator[tuple[etree._Element, tuple[str, ...]]]:
    """Every table, and the lines of text between the table before it and its beginning."""
    said: list[str] = []
    walk = etree.iterwalk(page, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            if element.tag == "table":
                said.clear()
            said += (_GAP.get(element.tag, ""), element.tail or "")
            continue
        if element.tag in _NO_TEXT:
            walk.skip_subtree()
            continue
        if element.tag == "table":
            yield element, _lines(said)
        said += (_GAP.get(element.tag, ""), element.text or "")


def _lines(said: Sequence[str]) -> tuple[str, ...]:
    """The lines of a text; none of a text too long to introduce a table."""
    lines = (_BLANKS.sub(" ", line).replace("\1", "  ") for line in "".join(said).split("\0"))
    filled = tuple(line.strip() for line in lines if line.strip())
    return filled if len(filled) <= _MOST_LINES else ()


def _introduced(grids: list[Grid]) -> list[Grid]:
    """The grids without those of labels and values alone: such a table introduces the next."""
    found: list[Grid] = []
    lines: tuple[str, ...] = ()
    for number, grid in enumerate(grids, 1):
        said = () if number == len(grids) else _label_lines(grid)
        if said:
            lines = (*lines, *grid.above, *said)
            continue
        found.append(replace(grid, above=tuple(dict.fromkeys((*lines, *grid.above)))))
        lines = ()
    return found


def _label_lines(grid: Grid) -> tuple[str, ...]:
    """The rows of a small table in which every row is labels and values, as lines."""
    if grid.height > _MOST_LINES:
        return ()
    columns = [column.cast(pa.string()).to_pylist() for column in grid.cells.columns]
    rows = [distinct_cells(row) for row in zip(*columns, strict=True)]
    said = [row for row in rows if row]
    labelled = [bool(label_pairs(row)) for row in said]
    if not any(labelled) or not all(labelled[1:]):
        return ()
    return tuple("  ".join(row) for row in said)


def _laid_out(table: etree._Element, place: str, limits: Limits) -> Layout:
    layout = Layout(place, limits)
    for number, row in enumerate(_own(table, "tr"), 1):
        at = 0
        for cell in _own(row, "td", "th"):
            at = layout.free(number, at)
            right = _span(cell, "colspan")
            layout.put(number, at, _shown(cell), down=_span(cell, "rowspan"), right=right)
            at += right
    return layout


def _own(parent: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the elements of these names in *parent*, not those in a table inside it."""
    for child in parent:
        if child.tag in names:
            yield child
        elif child.tag != "table" and isinstance(child.tag, str):
            yield from _own(child, *names)


def _span(cell: etree._Element, name: str) -> int:
    found = _DIGITS.match(cell.get(name) or "")
    return max(1, int(found[1])) if found else 1


def _shown(cell: etree._Element) -> str:
    """The text of a cell; its value where the column was too narrow to show it (``####``)."""
    text = _text(cell)
    return (cell.get("x:num") or text) if text and not text.strip("#") else text


def _text(cell: etree._Element) -> str:
    """Return the text of *cell* without tables inside it; ``<br>`` and paragraphs break lines."""
    parts: list[str] = []
    _collect(cell, parts)
    lines = (_BLANKS.sub(" ", line).strip(" ") for line in "".join(parts).split("\0"))
    return "\n".join(lines).strip("\n")


def _collect(element: etree._Element, parts: list[str]) -> None:
    parts.append(element.text or "")
    for child in element:
        if child.tag in ("br", "p", "div"):
            parts.append("\0")
        if child.tag not in ("table", "style", "script"):
            _collect(child, parts)
        parts.append(child.tail or "")
