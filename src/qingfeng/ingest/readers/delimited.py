"""Delimited text (csv, tsv, txt) to grids, at the speed of the tokeniser.

GB18030 is tokenised as bytes: no byte of its two- and four-byte characters equals a comma,
tab, semicolon, quote or line end, so only columns that hold Chinese are ever transcoded, and
of those only the distinct values.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from qingfeng.ingest.grid import MARKS, Grid, Note
from qingfeng.ingest.readers.quotes import marks_of, stray_notes, without_strays
from qingfeng.ingest.readers.transcoding import DISTINCT_SHARE, transcoded
from qingfeng.ingest.readers.wrapped_cells import WRAPPED, unwrapped

_SAMPLE_LINES = 400
_BLOCK = 1 << 18
"""Bytes looked through at a time: they stay in the cache."""

_PADDING_TAB = re.compile(rb'\t(?=[,;\r\n"]|$)')
_DOS_END = re.compile(rb"\x1a+[\r\n]*\Z")
_MARK_BYTES = MARKS.encode()


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one file is cut into cells.

    *encoding* names a Python codec; bytes given to ``parse`` carry no byte-order mark and no
    UTF-16 or UTF-32.
    """

    encoding: str
    delimiter: str
    width: int
    quoted: bool = True


def plain_bytes(raw: bytes, encoding: str) -> tuple[bytes, str]:
    """Bytes and codec for ``parse``: no BOM or closing 0x1A, UTF-16 and -32 as UTF-8, LF only."""
    if encoding.startswith(("utf-16", "utf_16", "utf-32")):
        raw, encoding = raw.decode(encoding, "replace").lstrip("\ufeff").encode(), "utf-8"
    elif raw.startswith(codecs.BOM_UTF8):
        raw, encoding = raw[3:], "utf-8"
    elif encoding == "utf-8-sig":
        encoding = "utf-8"
    raw = _DOS_END.sub(b"", raw) if raw[-8:].find(b"\x1a") >= 0 else raw
    if b"\r" in raw and b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return raw, encoding


def sense(raw: bytes, encoding: str) -> Dialect:
    """Choose delimiter and width from the body, never from the first line alone.

    *raw*: the beginning of the file, as ``plain_bytes`` gives it.
    """
    lines = [line for line in raw.split(b"\n", _SAMPLE_LINES)[:_SAMPLE_LINES] if line.strip()]
    body = b"\n".join(_PADDING_TAB.sub(b"", line.rstrip(b"\r\t ")) for line in lines)
    text = body.decode(encoding, "replace")
    whole = b"\n".join(line.rstrip(b"\r") for line in lines).decode(encoding, "replace")
    best = (0.0, ",", 1)
    for delimiter in ",\t;|":
        if delimiter not in text:
            continue
        widths = _widths(text, delimiter)
        del widths[1]
        if not widths:
            continue
        width, times = max(widths.items(), key=lambda each: (each[1] * (each[0] - 1), each[0]))
        score = times * (width - 1) * (1.0 if delimiter in ",\t" else 0.9)
        if score > best[0]:
            best = (score, delimiter, width)
    _, delimiter, width = best
    sizes = _widths(whole, delimiter).items()
    likely = max(((count, size) for size, count in sizes if size >= width), default=(0, width))
    return Dialect(encoding, delimiter, max(width, likely[1]))


def _widths(text: str, delimiter: str) -> Counter[int]:
    """How many records have how many fields; or lines, if marks swallow some and more agree."""
    if '"' not in text and "\r" not in text:
        return Counter(line.count(delimiter) + 1 for line in text.split("\n"))
    together = Counter(_sizes(io.StringIO(text), delimiter))
    if '"' not in text:
        return together
    alone = Counter(size for line in text.split("\n") for size in _sizes([line], delimiter))
    return max(together, alone, key=lambda each: max(each.values(), default=0))


def _sizes(lines: Iterable[str], delimiter: str) -> Iterator[int]:
    rows = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            yield len(next(rows))
        except csv.Error:
            continue
        except StopIteration:
            return


def parse(raw: bytes, dialect: Dialect, *, member: str = "", first_row: int = 1) -> Grid:
    """Cut *raw* into a grid; every record has its 1-based row, blank lines counted.

    A record with too few fields is padded; one with too many widens the grid if the surplus
    holds anything. Bytes that are not of the encoding become U+FFFD, with a note.
    """
    if dialect.delimiter == "|" and dialect.encoding != "utf-8":
        # 0x7C can be the second byte of a GB18030 character; no other delimiter can.
        raw = raw.decode(dialect.encoding, "replace").encode()
        dialect = replace(dialect, encoding="utf-8")
    notes: list[Note] = []
    if b"\x00" in raw:
        raw = raw.replace(b"\x00", b"")
        notes.append(Note("the file holds NUL bytes; they were left out"))
    if _holds_marks(raw):
        raw = raw.translate(None, _MARK_BYTES)
    grid = _tokenise(raw, dialect, member, first_row)
    if dialect.quoted and b'"' in raw and grid.height < _lines(raw):
        marks = marks_of(raw, dialect.delimiter, dialect.width)
        if marks.strays:
            notes += stray_notes(marks, first_row)
            raw = without_strays(raw, dialect.delimiter, marks.strays)
            grid = _tokenise(raw, dialect, member, first_row)
    if WRAPPED in raw:
        grid = replace(grid, cells=unwrapped(grid.cells))
    return replace(grid, notes=(*notes, *grid.notes))


def _holds_marks(raw: bytes) -> bool:
    return any(bytes([mark]) in raw for mark in _MARK_BYTES)


def _lines(raw: bytes) -> int:
    """How many records *raw* has if no cell holds a line feed."""
    content = np.frombuffer(raw, np.uint8)
    blocks = (content[at : at + _BLOCK] for at in range(0, len(content), _BLOCK))
    ends = sum(int(np.count_nonzero(block == 0x0A)) for block in blocks)
    return ends + (raw[-1:] not in b"\r\n")


def record_ends(raw: bytes, dialect: Dialect, *, final: bool = True) -> npt.NDArray[np.intp]:
    """Positions of the line feeds that end a record: those outside cells.

    *raw* begins with a record. Where it is not *final*, the last records may be left out: those
    that what follows may still change.
    """
    if not dialect.quoted or b'"' not in raw:
        return np.flatnonzero(np.frombuffer(raw, np.uint8) == 0x0A)
    return marks_of(raw, dialect.delimiter, dialect.width, final=final).ends()


def _tokenise(raw: bytes, dialect: Dialect, member: str, first_row: int) -> Grid:
    if not raw:
        return Grid(member, "", dialect.encoding, pa.table({}), pa.array([], pa.int32()))
    odd: list[tuple[int, bytes]] = []
    encoding = dialect.encoding
    try:
        table = _read(raw, dialect, odd if _is_utf8(raw, encoding) else None)
    except pa.ArrowInvalid:
        # The tokeniser hands over odd records as UTF-8 only: find them on a copy without high
        # bytes, take them out, and read the rest.
        regular_part = _take_odd_out(raw, dialect, odd)
        if regular_part is None:
            raw, encoding = raw.decode(encoding, "replace").encode(), "utf-8"
            odd.clear()
            table = _read(raw, dialect, odd)
        else:
            table = _read(regular_part, dialect, None)
    names = table.column_names
    skipped = np.array(sorted(number for number, _ in odd), dtype=np.int64) - 1
    rows = np.arange(table.num_rows + len(odd), dtype=np.int64)
    regular = np.delete(rows, skipped) if odd else rows
    notes: list[Note] = []
    columns = [
        transcoded(column, encoding, regular + first_row, name, notes)
        for name, column in zip(names, table.columns, strict=True)
    ]
    cells = pa.table(columns, names=names)
    sizes: list[int] = []
    if odd:
        read_as = replace(dialect, encoding=encoding)
        cells, regular, sizes = _with_odd(cells, regular, sorted(odd), read_as)
    return Grid(
        member,
        "",
        dialect.encoding,
        cells,
        pa.array((regular + first_row).astype(np.int32)),
        notes=tuple(notes),
        regular=dialect.width,
        delimiter=dialect.delimiter,
        unended=not raw.endswith(b"\n"),
        odd=pa.array((skipped + first_row).astype(np.int32)),
        odd_fields=pa.array(sizes, pa.int32()),
    )


def _is_utf8(raw: bytes, encoding: str) -> bool:
    """May records be handed over as text? Bytes that are none end up on standard error."""
    if encoding != "utf-8":
        return False
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _read(raw: bytes, dialect: Dialect, odd: list[tuple[int, bytes]] | None) -> pa.Table:
    """Tokenise; records with another number of fields go to *odd* with their number.

    Raises ArrowInvalid at the first such record if *odd* is None.
    """

    def keep_odd(row: pacsv.InvalidRow) -> str:
        if odd is None:
            return "error"
        odd.append((row.number, row.text.encode()))
        return "skip"

    names = [f"c{index}" for index in range(dialect.width)]
    quote: str | bool = '"' if dialect.quoted else False
    return pacsv.read_csv(
        pa.BufferReader(raw),
        pacsv.ReadOptions(use_threads=False, block_size=len(raw) + 1, column_names=names),
        pacsv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=quote,
            newlines_in_values=dialect.quoted,
            ignore_empty_lines=False,
            invalid_row_handler=None if odd is None else keep_odd,
        ),
        pacsv.ConvertOptions(
            column_types={name: pa.binary() for name in names},
            strings_can_be_null=False,
            check_utf8=False,
        ),
    )


_HIGH_TO_ASCII = bytes(byte if byte < 0x80 else 0x78 for byte in range(256))


def _take_odd_out(raw: bytes, dialect: Dialect, odd: list[tuple[int, bytes]]) -> bytes | None:
    """Fill *odd* from *raw* and return the regular records; None if they cannot be told."""
    odd.clear()
    shape = _read(raw.translate(_HIGH_TO_ASCII), dialect, odd)
    ends = record_ends(raw, dialect)
    if len(ends) == 0 or ends[-1] != len(raw) - 1:
        ends = np.append(ends, len(raw))
    if len(ends) != shape.num_rows + len(odd):
        return None
    starts = np.concatenate([[0], ends[:-1] + 1])
    numbers = [number for number, _ in odd]
    odd[:] = [(number, raw[starts[number - 1] : ends[number - 1]]) for number in numbers]
    pieces: list[bytes] = []
    done = 0
    for number in numbers:
        pieces.append(raw[done : starts[number - 1]])
        done = int(ends[number - 1]) + 1
    pieces.append(raw[done:])
    return b"".join(pieces)


def _fields(line: str, dialect: Dialect) -> list[str]:
    text = io.StringIO(line, newline="")
    if dialect.quoted:
        return next(csv.reader(text, delimiter=dialect.delimiter), [""])
    return next(csv.reader(text, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE), [""])


def _with_odd(
    cells: pa.Table, regular: np.ndarray, odd: list[tuple[int, bytes]], dialect: Dialect
) -> tuple[pa.Table, np.ndarray, list[int]]:
    """Put the records with other numbers of fields back into their places; and those numbers."""
    fields: list[list[str]] = []
    sizes: list[int] = []
    for _, text in odd:
        line = text.decode(dialect.encoding, "replace").rstrip("\r")
        try:
            row = _fields(line, dialect)
        except csv.Error:
            row = line.split(dialect.delimiter)
        sizes.append(len(row))
        while len(row) > dialect.width and not row[-1].strip():
            row.pop()
        fields.append(row)
    width = max(dialect.width, *(len(row) for row in fields))
    names = [f"c{index}" for index in range(width)]
    columns: list[pa.Array] = []
    order = np.argsort(
        np.concatenate([regular, np.array([number - 1 for number, _ in odd], dtype=np.int64)]),
        kind="stable",
    )
    for index in range(width):
        extra = pa.array([row[index] if index < len(row) else "" for row in fields], pa.string())
        if index < dialect.width:
            base = cells.column(index)
            base = base.cast(pa.string()) if pa.types.is_dictionary(base.type) else base
            chunks = [*base.chunks, extra]
        else:
            chunks = [pa.array([""] * cells.num_rows, pa.string()), extra]
        joined = pc.take(pa.concat_arrays(chunks), pa.array(order))
        encoded = joined.dictionary_encode()
        small = len(encoded.dictionary) <= len(joined) * DISTINCT_SHARE
        columns.append(encoded if small else joined)
    rows = np.sort(
        np.concatenate([regular, np.array([number - 1 for number, _ in odd], dtype=np.int64)])
    )
    return pa.table(columns, names=names), rows, sizes
