"""What tells rows of one table apart although their canonical content is equal.

Two rows of one table that differ in a column nobody reads are two records, whatever else
agrees; so are two that share a balance which the institution does not keep up. Both go into one
number a row. It is compared within a table only: identifiers, and with them the union across
files, stay the same when a column comes or goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import NOTHING, Cells
from qingfeng.ingest.fingerprint import lanes

_FEW = 5_000
"""Distinct cells up to which no query is worth its cost."""


def digest_of_rest(columns: Iterable[tuple[int, Cells]], height: int) -> pa.Array:
    """A 32-bit digest a row of the cells of *columns*, each with its place in the table.

    Equal in every slice of a file; 0 where no cell says anything.
    """
    total = np.zeros(height, np.uint64)
    for place, cells in columns:
        if pa.types.is_dictionary(cells.type):
            digests = _digests(cells.dictionary).take(cells.indices.to_numpy())
        else:
            digests = _digests(cells)
        total += digests * np.uint64(2 * place + 1)
    return pa.array((total >> np.uint64(32)).astype(np.uint32).view(np.int32))


def _digests(texts: pa.Array) -> npt.NDArray[np.uint64]:
    """64 bits of the MD5 of each text without blanks around it; 0 where it says nothing."""
    texts = pc.utf8_trim_whitespace(texts)
    texts = pc.if_else(pc.is_in(texts, value_set=pa.array(NOTHING)), "", texts)
    if len(texts) <= _FEW:
        found = np.array([_digest(text) for text in texts.to_pylist()], np.uint64)
    else:
        _database().register("cells", pa.table({"x": texts}))
        answer = _database().sql("SELECT md5_number(x) AS digest FROM cells").to_arrow_table()
        found = lanes(answer["digest"].combine_chunks())[:, 0].copy()
        found[pc.equal(texts, "").to_numpy(zero_copy_only=False)] = 0
    return found


def _digest(text: str) -> int:
    if not text:
        return 0
    return int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest()[:8], "little")


@cache
def _database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET threads=1")
    return connection


def told_apart(
    rest: pa.Array, table_index: pa.Array, rows: pa.Array, columns: Mapping[str, pa.Array]
) -> pa.Array:
    """The digest of the rest; the row itself where its balance, if any, identifies nothing.

    *columns*: those of the canonical table. A serial identifies whatever the balance does.
    """
    balance, amount = columns.get("balance_fen"), columns.get("amount_fen")
    if balance is None or amount is None or balance.null_count == len(balance):
        return rest
    idle = _idle(
        balance.fill_null(0).to_numpy(),
        pc.and_(pc.is_valid(balance), pc.not_equal(amount.fill_null(0), 0)).to_numpy(
            zero_copy_only=False
        ),
        amount.fill_null(0).to_numpy(),
        table_index.to_numpy(),
    )
    if not idle.any():
        return rest
    unnamed = pc.is_null(columns["serial"]) if "serial" in columns else True
    return pc.if_else(pc.and_(pa.array(idle), unnamed), rows, rest)


def _idle(
    balance: npt.NDArray[np.int64],
    moved: npt.NDArray[np.bool_],
    amount: npt.NDArray[np.int64],
    table: npt.NDArray[np.int64],
) -> npt.NDArray[np.bool_]:
    """Rows whose balance is not kept up. *moved*: has a balance, and an amount that is not zero.

    A balance that stays although money moved is not kept up if it is nothing, or that of at
    least half of the rows, and no row leads to it or from it by its amount.
    """
    found = np.zeros(len(balance), bool)
    together = (table[1:] == table[:-1]) & moved[1:] & moved[:-1]
    stays = together & (balance[1:] == balance[:-1])
    for each in np.unique(table[1:][stays]):
        rows = np.flatnonzero((table == each) & moved)
        values, amounts = balance[rows], np.abs(amount[rows])
        suspected = np.unique(balance[1:][stays & (table[1:] == each)])
        which = np.minimum(np.searchsorted(suspected, values), len(suspected) - 1)
        hit = suspected[which] == values
        times = np.bincount(which[hit], minlength=len(suspected))
        step = np.abs(np.diff(values))
        led = (step > 0) & ((step == amounts[1:]) | (step == amounts[:-1]))
        kept_up = np.zeros(len(suspected), bool)
        kept_up[which[1:][led & hit[1:]]] = True
        kept_up[which[:-1][led & hit[:-1]]] = True
        idle = ~kept_up & ((suspected == 0) | (2 * times >= len(rows)))
        found[rows[hit & idle[which]]] = True
    return found
