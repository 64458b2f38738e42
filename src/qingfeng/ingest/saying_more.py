"""What repeats of committed bookings say that their records do not: holder, ID, phone, bank.

A batch is never changed, so it is kept beside the records, in ``repeats``, and laid over them
with the links. With the file that said it, it can be withdrawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingfeng.schema import Table, table
from qingfeng.store.batches import write_part

SAID = ("holder_name", "holder_id", "holder_phone", "bank")


def said(booking: Table) -> str:
    """Select items: the columns of *booking* that a repeat may add to; empty of other tables."""
    return "".join(f", {name}" for name in SAID) if booking.name == "transfers" else ""


def keep_what_repeats_add(
    connection: duckdb.DuckDBPyConnection, booking: Table, folder: Path, committed: Sequence[Path]
) -> None:
    """Write a part of ``repeats`` below *folder*, if the repeats in ``turns`` say more.

    *committed*: the parts of ``repeats`` there are; what they say already is left out.
    """
    if booking.name != "transfers":
        return
    more = " OR ".join(f"(n.{name} IS NOT NULL AND k.{name} IS NULL)" for name in SAID)
    values = ", ".join(f"CASE WHEN k.{name} IS NULL THEN n.{name} END AS {name}" for name in SAID)
    listed = ", ".join(SAID)
    added = connection.sql(
        f"""
        WITH found AS (
            SELECT k.record_id, {values}, n.source_row
            FROM turns n JOIN turns k ON k.known AND NOT n.known AND n.of = k.source_row
             AND n.base = k.base AND n.side = k.side AND n.turn = k.turn
            WHERE {more})
        SELECT 'R' || md5(concat_ws('|', record_id, {listed}))[1:24] AS repeat_row_id,
               record_id, {listed}, min(source_row) AS source_row
        FROM found GROUP BY ALL ORDER BY repeat_row_id
        """
    ).to_arrow_table()
    for path in committed:
        known = pq.read_table(path, columns=["repeat_row_id"])["repeat_row_id"]
        added = added.filter(pc.invert(pc.is_in(added["repeat_row_id"], value_set=known)))
    if not added.num_rows:
        return
    place = folder / "repeats"
    place.mkdir(exist_ok=True)
    columns = {
        name: added[name] if name in added.column_names else pa.nulls(added.num_rows, pa.string())
        for name in table("repeats").physical()
    }
    write_part(pa.table(columns), place / "part-000000.parquet")
