"""What to read, in which order, in which bundles: files small together, large ones in slices."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qingfeng.ingest.accounting import OWN_SIDE
from qingfeng.ingest.filled_columns import were_replaced
from qingfeng.ingest.headers import Found, find_tables
from qingfeng.ingest.layouts import load_layouts
from qingfeng.ingest.readers import delimited
from qingfeng.ingest.readers.encodings import detect
from qingfeng.ingest.readers.sniff import Content, is_litter, sniff_path
from qingfeng.ingest.side_by_side import set_side_by_side
from qingfeng.ingest.work import FileJob, Slice

SLICE_BYTES = 32 << 20
"""A delimited file is cut at record ends about this far apart."""

SLICED_FROM = 48 << 20
"""Delimited files at least this large are cut into slices."""

BUNDLE_BYTES = (16 << 20, 4 << 20)
"""Small files are worked on together up to about this weight, and down to this one at the end."""

_HEAD_BYTES = 1 << 20
_HEAD_RECORDS = 1_000
_NUMBERS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Delivered:
    """One file of a delivery.

    *litter* says why it is ignored, *refused* why it is not even opened; None if it is not.
    """

    path: Path
    place: str
    litter: str | None
    refused: str | None = None


_LINK = (
    "it is a link, and what it leads to was not delivered. Import what it leads to by its own path."
)
_NO_FILE = "it is no file but a device, pipe or socket. Copy its content into a file."
_CLOSED = "the folder cannot be read ({}). Check its rights."


def discover(paths: Sequence[Path]) -> list[Delivered]:
    """The files of a delivery: arguments in their order, folders in natural name order.

    A link that the user names is followed; links inside a folder are not: what they lead to
    was not delivered.
    """
    named = (path.resolve() if path.is_symlink() and path.exists() else path for path in paths)
    return [each for path in named for each in _below(path, path.parent)]


def _below(path: Path, root: Path) -> Iterator[Delivered]:
    place = spelled(path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name)
    if path.is_symlink():
        yield Delivered(path, place, None, _LINK)
    elif path.is_dir():
        try:
            entries = sorted(path.iterdir(), key=lambda each: natural(each.name))
        except OSError as problem:
            yield Delivered(path, place, None, _CLOSED.format(problem.strerror))
            return
        for entry in entries:
            yield from _below(entry, root)
    elif not path.is_file():
        yield Delivered(path, place, is_litter(path.name), _NO_FILE)
    else:
        yield Delivered(path, place, is_litter(path.name), None)


def spelled(place: str) -> str:
    """*place* as its packer meant it: names unpacked from a Chinese archive are often GB18030.

    Bytes that are neither UTF-8 nor GB18030 are shown as escapes.
    """
    return "/".join(_spelled(name) for name in os.fsencode(place).split(b"/"))


def _spelled(name: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("utf-8", "backslashreplace")


def natural(name: str) -> list[tuple[int, int, str]]:
    """Sort key that puts part2 before part10."""
    return [
        (0, int(piece), piece) if piece.isdigit() else (1, 0, piece)
        for piece in _NUMBERS.split(name)
        if piece
    ]


def digest(path: Path) -> str:
    """SHA-256 of a file as hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def jobs_of(job: FileJob, layout_folders: tuple[Path, ...]) -> Iterator[FileJob]:
    """The file as one job, or as slices if it is large, delimited, and one known table.

    Slices are given as they are found, so that work begins before the whole file was seen.
    """
    sliced = _slicing(job, layout_folders)
    if sliced is None:
        yield job
        return
    dialect, skip, head = sliced
    for start, length, first_row in _cuts(job.path, skip, dialect):
        yield replace(job, part=Slice(start, length, first_row, dialect, skip, head))


def _slicing(
    job: FileJob, layout_folders: tuple[Path, ...]
) -> tuple[delimited.Dialect, int, int] | None:
    """Dialect, bytes before the first record, and bytes of its head; None: not in slices."""
    size = job.path.stat().st_size
    if size < SLICED_FROM or sniff_path(job.path) is not Content.TEXT:
        return None
    with job.path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    encoding = _encoding(job.path, head)
    if encoding is None or b"\n" not in head:
        return None
    plain, codec = delimited.plain_bytes(head, encoding)
    dialect = delimited.sense(plain, codec)
    ends = delimited.record_ends(plain, dialect, final=False)
    if not len(ends):
        return None
    length = int(ends[min(len(ends) - 1, _HEAD_RECORDS)]) + 1
    grid = delimited.parse(plain[:length], dialect)
    layouts = load_layouts(layout_folders)
    if len(set_side_by_side(grid, layouts)) > 1:
        return None
    found = find_tables(grid, layouts, file_name=job.place)
    if len(found) != 1 or not _is_settled(found[0]):
        return None
    skip = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    return dialect, skip, length


def _is_settled(found: Found) -> bool:
    """Is the table the same whichever of its rows are seen?

    Where a column without a value gave way to another, it may hold one further down.
    """
    if found.layout is None or were_replaced(found.remarks):
        return False
    return _names_account(found)


def _names_account(found: Found) -> bool:
    """May rows be told apart from those of another file? Else the whole table is needed."""
    other = found.layout is not None and found.layout.table != "transfers"
    return other or bool(OWN_SIDE & {*found.columns, *found.context})


def _encoding(path: Path, head: bytes) -> str | None:
    """The encoding of the whole file; None where it cannot be cut by line feeds."""
    encoding = detect(head)
    if encoding.startswith(("utf-16", "utf-32")):
        return None
    if not encoding.startswith("utf-8"):
        return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(SLICE_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return detect(path.read_bytes())
    return encoding


def _cuts(path: Path, skip: int, dialect: delimited.Dialect) -> Iterator[tuple[int, int, int]]:
    """(offset, length, first row) of slices that end at record ends; the last has the rest."""
    size = path.stat().st_size
    row = 1
    with path.open("rb") as stream:
        start = skip
        while start < size:
            stream.seek(start)
            chunk = stream.read(SLICE_BYTES)
            if start + len(chunk) >= size:
                yield start, len(chunk), row
                return
            ends = delimited.record_ends(chunk, dialect, final=False)
            if not len(ends):
                yield start, size - start, row
                return
            length = int(ends[-1]) + 1
            yield start, length, row
            start += length
            row += len(ends)


def bundles(jobs: Iterable[FileJob], total: int, workers: int) -> Iterator[list[FileJob]]:
    """Units of work: slices alone, small files together, in the order of the delivery.

    *total*: ``weight`` of all files. Units grow smaller towards the end, so that *workers*
    end about together and each statement still serves many files.
    """
    open_unit: list[FileJob] = []
    held, left = 0, total
    for job in jobs:
        if job.part is not None:
            left -= job.part.length
            yield [job]
            continue
        own = weight(job.path)
        largest, smallest = BUNDLE_BYTES
        if open_unit and held + own > max(smallest, min(largest, left // (2 * workers))):
            yield open_unit
            left -= held
            open_unit, held = [], 0
        open_unit.append(job)
        held += own
    if open_unit:
        yield open_unit


def weight(path: Path) -> int:
    """Bytes to work on: compressed files hold more than they weigh."""
    size = path.stat().st_size
    return size * (1 if path.suffix.lower() in {".csv", ".txt", ".tsv"} else 4)
