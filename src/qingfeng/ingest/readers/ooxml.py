"""What the parts of an xlsx tell that its readers keep silent about.

Formulas without a stored value, error cells, the true extent of a sheet, and packages that
are made to harm: these are found by one pass over the bytes of each sheet.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from qingfeng.errors import UnreadableFile, UnsafeArchive
from qingfeng.ingest.grid import Note
from qingfeng.ingest.readers.limits import Limits
from qingfeng.ingest.readers.markup import SafeParser

_BLOCK_BYTES = 4 << 20
_LONGEST_ROW_BYTES = 64 << 20
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br=[\"'](\d{1,7})[\"']")
_UNSTORED = re.compile(
    rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>([^<]*)</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(
    rb"<(?:\w+:)?c\s([^>]*\bt=[\"']e[\"'][^>]*)>"
    rb"(?:\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>([^<]*)</"
)
_MERGE = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)[\"']"
)
_CALCULATES = re.compile(r"[(){}!:$\"]|(?<![A-Za-z])[A-Za-z]{1,3}\d|^[\s\d.+*/^&=<>%-]*$")
"""What makes a text a formula: a function, a reference, or numbers alone."""

_IS_TEXT = re.compile(rb"\bt=[\"'](?:str|s|inlineStr)[\"']")
_NO_FORMULA = "its text begins with = and was stored as a formula: taken as text"
_CLEAN_COPY = "Open it in an office program, save it as a new xlsx, and import that."


@dataclass(slots=True)
class SheetFacts:
    """Facts of one sheet; rows 1-based, columns 0-based.

    *last_row* and *last_column* are of the last cells with a value; *filled* counts these
    rows' cells. *unplaced*: an error does not say in which cell it stands. *since_1904*: the
    workbook counts days from 1904-01-01. *texts*: those of the *unstored* formulas that are none
    but a text with ``=`` before it, as programs write ``=转账``.
    """

    last_row: int = 0
    last_column: int = -1
    filled: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unstored: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    unplaced: bool = False
    since_1904: bool = False
    texts: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def area(self) -> int:
        """Cells of the rectangle from A1 to the last cell."""
        return self.last_row * (self.last_column + 1)


def column_index(letters: str) -> int:
    """Return the 0-based index of column *letters*: A is 0, XFD is 16383."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def unstored_notes(facts: SheetFacts, limits: Limits) -> tuple[Note, ...]:
    """Return a note for each formula without a stored value, up to the limit."""
    texts = tuple(Note(_NO_FORMULA, row, f"c{at}") for row, at in facts.texts)[: limits.notes]
    empty = [at for at in facts.unstored if at not in facts.texts]
    what = "a formula without a stored value; open the file in Excel and save it to get one"
    notes = tuple(Note(what, row, f"c{at}") for row, at in empty[: limits.notes])
    if len(empty) > limits.notes:
        notes += (Note(f"{what}; {len(empty)} in all, only the first are listed"),)
    return (*notes, *texts)


def survey(raw: bytes, place: str, limits: Limits) -> dict[str, SheetFacts]:
    """Return the facts of each worksheet of the package *raw* by sheet name.

    Raises UnsafeArchive for a package that unpacks beyond *limits* or declares XML entities;
    UnreadableFile if the package cannot be opened at all.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            _refuse_hostile(package, place, limits)
            parts, since_1904 = _sheet_parts(package, place)
            found = {name: _facts(package, part) for name, part in parts.items()}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as damage:
        raise UnreadableFile(
            place, f"the workbook is cut off or damaged ({damage})", "Ask for the file again."
        ) from damage
    for facts in found.values():
        facts.since_1904 = since_1904
    return found


def _refuse_hostile(package: zipfile.ZipFile, place: str, limits: Limits) -> None:
    entries = package.infolist()
    if sum(entry.file_size for entry in entries) > limits.sheet_part_bytes:
        raise UnsafeArchive(
            place, f"its parts unpack to more than {limits.sheet_part_bytes:,} bytes", _CLEAN_COPY
        )
    for entry in entries:
        allowed = max(entry.compress_size * limits.archive_ratio, limits.ratio_floor_bytes)
        if entry.file_size > allowed:
            raise UnsafeArchive(
                place,
                f"{entry.filename} unpacks to more than {limits.archive_ratio:,} times its size",
                _CLEAN_COPY,
            )
        if entry.filename.lower().endswith((".xml", ".rels")):
            with package.open(entry) as part:
                head = part.read(4096)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise UnsafeArchive(place, f"{entry.filename} declares XML entities", _CLEAN_COPY)


def _sheet_parts(package: zipfile.ZipFile, place: str) -> tuple[dict[str, zipfile.ZipInfo], bool]:
    """Return the part of each sheet, and whether days count from 1904.

    Sheets whose part is missing are left out.
    """
    entries = {entry.filename.replace("\\", "/").lower(): entry for entry in package.infolist()}
    book = next((name for name in entries if posixpath.basename(name) == "workbook.xml"), None)
    if book is None:
        return {}, False
    folder = posixpath.dirname(book)
    links = entries.get(f"{folder}/_rels/workbook.xml.rels".lstrip("/"))
    if links is None:
        return {}, False
    parser = SafeParser(place)
    relations = parser.xml(package.read(links)).root.iter("{*}Relationship")
    targets = {link.get("Id", ""): link.get("Target", "") for link in relations}
    parts = {}
    workbook = parser.xml(package.read(entries[book])).root
    settings = workbook.iter("{*}workbookPr")
    since_1904 = any(each.get("date1904", "").lower() in {"1", "true", "on"} for each in settings)
    for sheet in workbook.iter("{*}sheet"):
        link_id = next((str(value) for key, value in sheet.items() if str(key).endswith("}id")), "")
        target = targets.get(link_id, "").replace("\\", "/")
        path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
        entry = entries.get(posixpath.normpath(path).lstrip("/").lower())
        if entry is not None:
            parts[sheet.get("name", "")] = entry
    return parts, since_1904


def _blocks(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the bytes of a part, cut after the end of a row."""
    with package.open(entry) as part:
        rest = b""
        while chunk := part.read(_BLOCK_BYTES):
            rest += chunk
            end = rest.rfind(b"row>") + 4
            if end > 3 or len(rest) > _LONGEST_ROW_BYTES:
                end = end if end > 3 else len(rest)
                yield rest[:end]
                rest = rest[end:]
        yield rest


def _facts(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> SheetFacts:
    facts = SheetFacts()
    for block in _blocks(package, entry):
        _measure(block, facts)
        if b"<f" in block or b":f" in block:
            for cell in _UNSTORED.finditer(block):
                _note_formula(facts, cell)
        if b'"e"' in block or b"'e'" in block:
            for cell in _ERROR.finditer(block):
                at = _position(cell[1])
                facts.unplaced |= at is None
                if at is not None:
                    facts.errors[at] = cell[2].decode("utf-8", "replace")
        if b"mergeCell " in block:
            for left, top, right, bottom in _MERGE.findall(block):
                corner = (int(top), column_index(left.decode()))
                facts.merged.append((*corner, int(bottom), column_index(right.decode())))
    return facts


def _note_formula(facts: SheetFacts, cell: re.Match[bytes]) -> None:
    """Note where a formula without a stored value stands, and its text if it is none."""
    at = None if _IS_TEXT.search(cell[1]) else _position(cell[1])
    if at is None:
        return
    facts.unstored.append(at)
    formula = html.unescape((cell[2] or b"").decode("utf-8", "replace"))
    if formula.strip() and not _CALCULATES.search(formula):
        facts.texts[at] = f"={formula}"


def _position(attributes: bytes) -> tuple[int, int] | None:
    found = _REFERENCE.search(attributes)
    return (int(found[2]), column_index(found[1].decode())) if found else None


def _measure(block: bytes, facts: SheetFacts) -> None:
    """Extend the extent of *facts* by the last cell with a value of each row in *block*."""
    letters: set[bytes] = set()
    for row in block.split(b"row>"):
        value = max(row.rfind(b"</v>"), row.rfind(b":v>"), row.rfind(b"</is>"), row.rfind(b":is>"))
        if value < 0:
            continue
        facts.filled += row.count(b"<c ") + row.count(b":c ")
        start = max(row.rfind(b"<c ", 0, value), row.rfind(b":c ", 0, value))
        found = _REFERENCE.search(row, start, row.find(b">", start) + 1)
        if found is not None:
            letters.add(found[1])
            facts.last_row = max(facts.last_row, int(found[2]))
        else:
            facts.last_column = max(facts.last_column, row.count(b"<c ") - 1)
            numbered = _ROW.search(row)
            facts.last_row = int(numbered[1]) if numbered else facts.last_row + 1
    for column in letters:
        facts.last_column = max(facts.last_column, column_index(column.decode()))
