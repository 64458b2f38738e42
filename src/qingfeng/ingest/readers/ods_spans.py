"""Merged ranges of OpenDocument sheets, which the fast reader of workbooks does not give."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from qingfeng.ingest.readers.cells import Merged
from qingfeng.ingest.readers.limits import Limits

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_SPANS = (b"-rows-spanned", b"-columns-spanned")
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}


def merged_ranges(raw: bytes, limits: Limits) -> dict[str, Merged] | None:
    """The merged ranges of each sheet by its name, as in ``Grid``; None if they cannot be told."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            if package.getinfo("content.xml").file_size > limits.markup_bytes:
                return None
            content = package.read("content.xml")
    except (KeyError, zipfile.BadZipFile, zlib.error, OSError, RuntimeError, ValueError):
        return None
    if not any(span in content for span in _SPANS):
        return {}
    try:
        return _ranges(content, limits)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _ranges(content: bytes, limits: Limits) -> dict[str, Merged]:
    found: dict[str, list[tuple[int, int, int, int]]] = {}
    here: list[tuple[int, int, int, int]] = []
    row = count = 0
    events = etree.iterparse(
        io.BytesIO(content),
        events=("start", "end"),
        tag=(f"{_TABLE}table", f"{_TABLE}table-row"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
    )
    for event, element in events:
        if element.tag == f"{_TABLE}table":
            if event == "start":
                here, row = found.setdefault(element.get(f"{_TABLE}name", ""), []), 1
        elif event == "end":
            again = _number(element, "number-rows-repeated")
            spans = _of_row(element, row)
            count += len(spans) * again
            if count > limits.cells:
                raise ValueError("more merged ranges than cells")
            here += [
                (top + step, left, bottom + step, right)
                for step in range(again if spans else 0)
                for top, left, bottom, right in spans
            ]
            row += again
            element.clear()
    return {name: tuple(ranges) for name, ranges in found.items()}


def _of_row(element: etree._Element, row: int) -> list[tuple[int, int, int, int]]:
    spans, column = [], 0
    for cell in element:
        if cell.tag not in _CELLS:
            continue
        down = _number(cell, "number-rows-spanned")
        right = _number(cell, "number-columns-spanned")
        if down > 1 or right > 1:
            spans.append((row, column, row + down - 1, column + right - 1))
        column += _number(cell, "number-columns-repeated")
    return spans


def _number(element: etree._Element, name: str) -> int:
    text = element.get(_TABLE + name, "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1
