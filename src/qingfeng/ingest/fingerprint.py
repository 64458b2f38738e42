"""Identifiers derived from content: equal rows have equal ones, wherever they were read.

The identifier of a row is the sum of digests: one of what hardly any other row shares (moments,
amounts, serials), and one a text column of its name and value. Texts repeat, so each distinct
one is digested once. A column that is null or was not delivered adds nothing, so that forms of
one file with more and with fewer empty columns agree.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Lanes = npt.NDArray[np.uint64]
"""Digests of 128 bits as two columns of 64; sums are taken lane by lane, modulo 2**64."""

BETWEEN = "\x1f"
"""Stands between columns in what is digested; normalised text never holds it."""

_HEX = np.frombuffer(b"".join(b"%02x" % byte for byte in range(256)), np.uint16)
_ID_BYTES = 12


def identifiers(
    connection: duckdb.DuckDBPyConnection,
    letter: str,
    own: pa.Array,
    texts: Mapping[str, pa.Array],
) -> pa.Array:
    """*letter* and 24 hexadecimal digits a row.

    *own*: MD5 of what is the row's own, as DuckDB's ``md5_number`` gives it. *texts*: strings
    or dictionaries of strings, by column name.
    """
    total = lanes(own).copy()
    for digests, indices in _by_distinct(connection, texts):
        for lane in range(2):
            total[:, lane] += digests[:, lane].take(indices)
    return _hexadecimal(letter, total)


def _by_distinct(
    connection: duckdb.DuckDBPyConnection, texts: Mapping[str, pa.Array]
) -> list[tuple[Lanes, npt.NDArray[np.int64]]]:
    """For each column the digests of its distinct values, and which of them each row has.

    The last digest of a column is zero and that of its nulls.
    """
    encoded = {
        name: cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
        for name, cells in texts.items()
        if cells.null_count < len(cells)
    }
    if not encoded:
        return []
    spoken = [
        pc.binary_join_element_wise(name, each.dictionary, BETWEEN)
        for name, each in encoded.items()
    ]
    connection.register("cells", pa.table({"x": pa.concat_arrays(spoken)}))
    answers = connection.sql("SELECT md5_number(x) AS digest FROM cells").to_arrow_table()
    digests = lanes(answers["digest"].combine_chunks())
    found: list[tuple[Lanes, npt.NDArray[np.int64]]] = []
    start = 0
    for each in encoded.values():
        size = len(each.dictionary)
        own = np.vstack([digests[start : start + size], np.zeros((1, 2), np.uint64)])
        found.append((own, each.indices.fill_null(size).to_numpy()))
        start += size
    return found


def lanes(digests: pa.Array) -> Lanes:
    """The bits of 128-bit integers."""
    content = digests.buffers()[1]
    whole = np.frombuffer(content, np.uint64).reshape(-1, 2)
    return whole[digests.offset : digests.offset + len(digests)]


def _hexadecimal(letter: str, total: Lanes) -> pa.Array:
    size = len(total)
    text = np.empty((size, 1 + 2 * _ID_BYTES), np.uint8)
    text[:, 0] = ord(letter)
    text[:, 1:] = _HEX[total.view(np.uint8)[:, :_ID_BYTES]].view(np.uint8)
    offsets = np.arange(size + 1, dtype=np.int32) * text.shape[1]
    return pa.Array.from_buffers(
        pa.string(), size, [None, pa.py_buffer(offsets), pa.py_buffer(text)]
    )
