"""The chain of balances of one table whose rows lie in several parts.

A row that equals another is a record of its own where the chain of balances needs it (see
``apartness.led_to``). The parts are looked through one by one, so that a table of any size can be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingfeng.ingest.apartness import links
from qingfeng.schema import Table
from qingfeng.store.batches import write_part

_COLUMNS = ["delivered_row", "amount_fen", "balance_fen", "direction", "booked_at"]


def mark_needed(connection: duckdb.DuckDBPyConnection, table: Table, parts: Sequence[Path]) -> None:
    """Mark in *parts*, as told apart, the repeats without which the chain would break.

    *parts*: slices of one table, in the order of its rows. ``suspects`` of the connection holds
    the hashes of identifiers that may come more than once.
    """
    if not parts:
        return
    listed = _listed(parts)
    rows = connection.sql(
        f"""
        SELECT delivered_row FROM read_parquet({listed}) SEMI JOIN suspects
               ON hash({table.id_column}) = h
        QUALIFY row_number() OVER (PARTITION BY {table.id_column} ORDER BY delivered_row) > 1
        """
    ).to_arrow_table()["delivered_row"]
    if not len(rows):
        return
    needed = np.concatenate(list(_needed(parts, np.sort(rows.to_numpy()))))
    if len(needed):
        needed = _not_numbered(connection, table, listed, needed)
    for part in parts if len(needed) else ():
        _mark(part, pa.array(needed))


def _links(
    parts: Sequence[Path],
) -> Iterator[tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]:
    """For each part its rows, and which of them the row above leads to: in time, and against it."""
    edge = None
    for part in parts:
        rows = pq.ParquetFile(part).read(columns=_COLUMNS).sort_by("delivered_row")
        if not rows.num_rows:
            continue
        own = rows if edge is None else pa.concat_tables([edge, rows])
        columns = {name: own[name].combine_chunks() for name in _COLUMNS}
        forward, backward = links(columns)
        if edge is None:
            forward, backward = (np.append(False, each) for each in (forward, backward))
        edge = rows.slice(rows.num_rows - 1)
        yield rows["delivered_row"].to_numpy(), forward, backward


def _needed(parts: Sequence[Path], later: npt.NDArray[np.int32]) -> Iterator[npt.NDArray[np.int32]]:
    """For each part the rows of *later* to which an unbroken chain leads from a first one."""
    counts = np.zeros(2, np.int64)
    for _, *both in _links(parts):
        counts += [np.count_nonzero(each) for each in both]
    against = int(counts[1] > counts[0])
    open_run = False
    for rows, *both in _links(parts):
        linked = both[against]
        first = ~np.isin(rows, later)
        firsts = np.cumsum(first)
        starts = np.flatnonzero(~linked)
        before = np.concatenate([[-int(open_run)], firsts[starts] - first[starts]])
        of_run = before[np.cumsum(~linked)]
        yield rows[(firsts > of_run) & ~first]
        open_run = bool(firsts[-1] > of_run[-1])


def _not_numbered(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    listed: str,
    needed: npt.NDArray[np.int32],
) -> npt.NDArray[np.int32]:
    """The rows of *needed* whose serial, and what nobody reads, stands on another booking too."""
    connection.register("needed", pa.table({"delivered_row": needed}))
    found = connection.sql(
        f"""
        WITH said AS (SELECT coalesce(serial, '') AS serial, delivered_rest AS rest,
                             delivered_row, {table.id_column} AS id
                      FROM read_parquet({listed})),
        asked AS (SELECT * FROM said SEMI JOIN needed USING (delivered_row)),
        alone AS (SELECT serial, rest FROM said SEMI JOIN asked USING (serial, rest)
                  WHERE serial <> '' OR rest <> 0
                  GROUP BY ALL HAVING count(DISTINCT id) = 1)
        SELECT delivered_row FROM asked ANTI JOIN alone USING (serial, rest)
        """
    ).to_arrow_table()
    connection.unregister("needed")
    return np.sort(found["delivered_row"].to_numpy())


def _mark(path: Path, needed: pa.Array) -> None:
    part = pq.ParquetFile(path).read()
    marked = pc.is_in(part["delivered_row"], value_set=needed.cast(part["delivered_row"].type))
    if not pc.any(marked).as_py():
        return
    rest = pc.if_else(marked, part["delivered_row"], part["delivered_rest"])
    place = part.column_names.index("delivered_rest")
    draft = path.with_suffix(".draft")
    write_part(part.set_column(place, "delivered_rest", rest), draft)
    draft.replace(path)


def _listed(paths: Sequence[Path]) -> str:
    return "[" + ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths) + "]"
