"""Columns of undecoded cells to text: ASCII as it is, of the rest the distinct values only."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.grid import Note

DISTINCT_SHARE = 0.5
"""A column stays dictionary-encoded while at most this share of its values is distinct."""

_SAMPLE_VALUES = 4096
_HOPELESS_SHARE = 0.95
"""A column whose first values are this distinct is not worth a dictionary."""

_FEW_BYTES = 0.5
"""Of a column with at most this many bytes beyond ASCII a cell, only the cells with some are
decoded."""


def transcoded(
    column: pa.ChunkedArray, encoding: str, rows: np.ndarray, name: str, notes: list[Note]
) -> pa.Array:
    """Bytes to text: as they are where all is ASCII, else the distinct values only."""
    whole = pa.concat_arrays(column.chunks) if column.num_chunks != 1 else column.chunk(0)
    _, offsets, content = whole.buffers()
    size = content.size if content is not None else 0
    if size == 0 or int(np.frombuffer(content, np.int8).min()) >= 0:
        return _encoded(_as_text(whole, offsets, content))
    if encoding == "utf-8":
        try:
            return _encoded(whole.cast(pa.string()))
        except pa.ArrowInvalid:
            pass  # some bytes are not UTF-8: they are replaced and noted below
    ends = np.frombuffer(offsets, np.int32)[whole.offset : whole.offset + len(whole) + 1]
    beyond = np.frombuffer(content, np.int8)[: ends[-1]] < 0
    if np.count_nonzero(beyond) <= len(whole) * _FEW_BYTES:
        # Most columns have Chinese in the header only, or in a cell here and there.
        mask = np.zeros(len(whole), bool)
        high = np.flatnonzero(beyond[ends[0] :]) + ends[0]
        mask[np.searchsorted(ends, high, side="right") - 1] = True
        few = _decoded(whole.filter(pa.array(mask)), encoding, rows[mask], name, notes)
        as_bytes = few.cast(pa.string()).cast(pa.binary())
        return _encoded(pc.replace_with_mask(whole, pa.array(mask), as_bytes).view(pa.string()))
    found = _decoded(whole, encoding, rows, name, notes)
    small = len(found.dictionary) <= len(found) * DISTINCT_SHARE
    return found if small else found.cast(pa.string())


def _as_text(whole: pa.Array, offsets: pa.Buffer, content: pa.Buffer) -> pa.Array:
    """The same buffers seen as text; only for content that is ASCII where it is used."""
    return pa.Array.from_buffers(
        pa.string(), len(whole), [None, offsets, content], offset=whole.offset
    )


def _encoded(text: pa.Array) -> pa.Array:
    """Dictionary-encoded if values repeat; a sample spares the attempt on those that do not."""
    sample = text.slice(0, _SAMPLE_VALUES)
    if len(text) > len(sample) and len(sample.unique()) > len(sample) * _HOPELESS_SHARE:
        return text
    encoded = text.dictionary_encode()
    return encoded if len(encoded.dictionary) <= len(text) * DISTINCT_SHARE else text


def _decoded(
    whole: pa.Array, encoding: str, rows: np.ndarray, name: str, notes: list[Note]
) -> pa.DictionaryArray:
    encoded = whole.dictionary_encode()
    values, bad = _texts(encoded.dictionary.to_pylist(), encoding)
    if bad:
        where = np.isin(encoded.indices.to_numpy(), bad)
        notes.extend(
            Note(f"bytes that are not {encoding} were replaced by U+FFFD", int(row), name)
            for row in rows[where][:1000]
        )
    return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(values, pa.string()))


def _texts(cells: list[bytes], encoding: str) -> tuple[list[str], list[int]]:
    """The decoded cells, and the positions of those with bytes that are not *encoding*."""
    try:
        together = b"\x00".join(cells).decode(encoding).split("\x00")
    except UnicodeDecodeError:
        together = []
    if len(together) == len(cells):
        return together, []
    texts: list[str] = []
    bad: list[int] = []
    for position, cell in enumerate(cells):
        try:
            texts.append(cell.decode(encoding))
        except UnicodeDecodeError:
            texts.append(cell.decode(encoding, "replace"))
            bad.append(position)
    return texts, bad
