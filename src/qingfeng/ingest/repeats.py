"""Repeats: the multiset union of what was delivered, per account and content.

Every row carries an identifier derived from its content. Two rows of one file with the same
content are one record if something identifies it (a serial, a balance after a non-zero
amount, a ticket number) and nothing else in the file tells them apart; otherwise they may be
twins - two fares of 3.20 in one second - and count as first, second, third occurrence. Across
files the same occurrence is the same record, so an overlap is dropped and twins survive.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingfeng.ingest.apartness import led_to
from qingfeng.ingest.balance_chains import mark_needed
from qingfeng.ingest.sameness import delivered_unit, identified, named, side, weight
from qingfeng.ingest.saying_more import said
from qingfeng.schema import Table
from qingfeng.store.batches import write_part

_MARK = "\x1f"
"""Stands between identifier and source row; neither holds it."""

_NOTHING = pa.table(
    {
        "delivered_table": pa.array([], pa.int64()),
        "delivered_row": pa.array([], pa.int32()),
        "source_row": pa.array([], pa.string()),
        "of": pa.array([], pa.string()),
    }
)


def drop_within(
    connection: duckdb.DuckDBPyConnection, table: Table, rows: pa.Table
) -> tuple[pa.Table, pa.Table]:
    """Drop the repeats among *rows* that something identifies, before they are written.

    Returns the rows that stay and what was dropped, as ``drop_repeats`` does. Twins stay, for
    nobody can tell them before all files are read.
    """
    ids = _whole(rows[table.id_column])
    counted = ids.value_counts()
    repeated = counted.field("values").filter(pc.greater(counted.field("counts"), 1))
    if not len(repeated):
        return rows, _NOTHING
    if table.name == "transfers":
        rows = _with_needed(rows, ids, repeated)
    suspects = rows.append_column("position", pa.array(np.arange(rows.num_rows))).filter(
        pc.is_in(ids, value_set=repeated)
    )
    connection.register("suspects", suspects)
    gone = connection.sql(
        f"""
        WITH asked AS (
            SELECT *, {named(table)}, {weight(table)} AS weight, {identified(table)} AS identified
            FROM suspects),
        sided AS (SELECT *, {side(table, table.id_column)} AS side FROM asked WHERE identified)
        SELECT position, delivered_table, delivered_row, source_row,
               first_value(source_row) OVER same AS of
        FROM sided
        WINDOW same AS (PARTITION BY {table.id_column}, side ORDER BY weight DESC,
                                                                  delivered_table, delivered_row)
        QUALIFY row_number() OVER same > 1
        """
    ).to_arrow_table()
    connection.unregister("suspects")
    stays = np.ones(rows.num_rows, bool)
    stays[gone["position"].to_numpy()] = False
    return rows.filter(pa.array(stays)), gone.drop_columns(["position"])


def _with_needed(rows: pa.Table, ids: pa.Array, repeated: pa.Array) -> pa.Table:
    """Mark, as told apart, the repeats without which the chain of balances would break."""
    table = _whole(rows["delivered_table"])
    at = np.flatnonzero(pc.is_in(ids, value_set=repeated).to_numpy(zero_copy_only=False))
    places = pa.table({"id": ids.take(at), "table": table.take(at), "at": at})
    firsts = places.group_by(["id", "table"], use_threads=False).aggregate([("at", "min")])
    if firsts.num_rows == len(at):
        return rows
    first = np.ones(len(ids), bool)
    first[at] = False
    first[firsts["at_min"].to_numpy()] = True
    asked = pc.is_in(table, value_set=pc.unique(table.filter(pa.array(~first))))
    where = np.flatnonzero(asked.to_numpy(zero_copy_only=False))
    names = ("amount_fen", "balance_fen", "direction", "booked_at")
    columns = {name: _whole(rows[name]).take(where) for name in names}
    needed = led_to(pa.array(first[where]), table.take(where), columns)
    if needed.any():
        needed &= ~_numbered_by_the_bank(rows, ids, where)
    if not needed.any():
        return rows
    mask = np.zeros(len(ids), bool)
    mask[where] = needed
    rest = pc.if_else(pa.array(mask), rows["delivered_row"], rows["delivered_rest"])
    return rows.set_column(rows.column_names.index("delivered_rest"), "delivered_rest", rest)


def _numbered_by_the_bank(
    rows: pa.Table, ids: pa.Array, where: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Rows whose serial, and what else nobody reads, stands on no other booking of their table."""
    names = ["delivered_table", "serial", "delivered_rest"]
    said = pa.table({name: _whole(rows[name]).take(where) for name in names})
    said = said.set_column(1, "serial", pc.fill_null(said["serial"].cast(pa.string()), ""))
    spoken = pc.or_(pc.not_equal(said["serial"], ""), pc.not_equal(said["delivered_rest"], 0))
    said = said.append_column("id", ids.take(where))
    said = said.append_column("place", pa.array(np.arange(len(where)))).filter(spoken)
    alone = said.group_by(names).aggregate([("id", "count_distinct")])
    alone = alone.filter(pc.equal(alone["id_count_distinct"], 1)).select(names)
    found = np.zeros(len(where), bool)
    found[said.join(alone, names, join_type="left semi")["place"].to_numpy()] = True
    return found


def drop_repeats(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    parts: Sequence[Path],
    committed: Sequence[Path],
    *,
    sliced: Sequence[Sequence[Path]] = (),
    said_again: Sequence[Path] = (),
) -> pa.Table:
    """Rewrite *parts* so that every record is there once; return what was dropped.

    *sliced*: those of them that are slices of one table, in the order of its rows.
    *said_again*: the committed parts of ``repeats``: what they say of a booking keeps rows apart
    as if it stood in the booking itself, so that the order of imports makes no difference.

    The result has ``delivered_table``, ``delivered_row``, ``source_row`` and ``of`` (the
    source row of the record it repeats). Later occurrences of twins get the identifier of the
    first with ``-2``, ``-3`` ... behind it. Parts without repeats are not touched.
    """
    key = table.id_column
    first = f"split_part({key}, '-', 1)"
    listed, old_parts = _listed(parts), _listed(committed)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE suspects AS"
        f" SELECT h FROM (SELECT hash({key}) AS h FROM read_parquet({listed}))"
        " GROUP BY h HAVING count(*) > 1"
    )
    if committed:
        connection.execute(
            "INSERT INTO suspects"
            f" SELECT DISTINCT n.h FROM (SELECT hash({key}) AS h FROM read_parquet({listed})) n"
            f" SEMI JOIN (SELECT hash({first}) AS h FROM read_parquet({old_parts})) o ON n.h = o.h"
        )
    if not connection.execute("SELECT count(*) FROM suspects").fetchall()[0][0]:
        return _NOTHING
    if table.name == "transfers":
        for slices in sliced:
            mark_needed(connection, table, slices)
    old = (
        f"SELECT {first} AS base,"
        f" coalesce(TRY_CAST(split_part({key}, '-', 2) AS INTEGER), 1) AS turn,"
        f" split_part({key}, '-', 3) = '' AS plain, {key} AS record_id, source_row,"
        f" {named(table, again=bool(said_again))}{said(table)}"
        f" FROM read_parquet({old_parts}) SEMI JOIN suspects ON hash({first}) = h"
        f"{_said_again(table, said_again)}"
        if committed
        else "SELECT NULL AS base, NULL AS turn, NULL AS plain, NULL AS record_id WHERE false"
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE equal AS
        WITH new AS (
            SELECT {key} AS base, delivered_table, delivered_row, source_row, filename,
                   {delivered_unit(table)} AS unit, {named(table)},
                   {weight(table)} AS weight,
                   ({identified(table)}) AS identified{said(table)}
            FROM read_parquet({listed}, filename=true) SEMI JOIN suspects ON hash({key}) = h),
        old AS ({old})
        SELECT * FROM new UNION ALL BY NAME SELECT * FROM old
        """
    )
    sides = _sides(connection, table)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE turns AS
        WITH sided AS (SELECT *, {sides.which} AS side FROM equal),
        turned AS (
            SELECT * EXCLUDE (turn), filename IS NULL AS known,
                   CASE WHEN filename IS NULL THEN turn WHEN identified THEN 1
                        ELSE row_number() OVER (PARTITION BY base, side, unit
                                                ORDER BY delivered_table, delivered_row)
                   END AS turn
            FROM sided),
        ranked AS (
            SELECT *, first_value(source_row) OVER same AS first_row,
                   row_number() OVER same AS rank, {sides.known} AS side_known
            FROM turned
            WINDOW same AS (PARTITION BY base, side, turn ORDER BY known DESC, weight DESC,
                                                              delivered_table, delivered_row))
        SELECT * EXCLUDE (first_row, rank, side_known), CASE WHEN rank > 1 THEN first_row END AS of,
               {sides.leading} AS leads
        FROM ranked
        """
    )
    touched = connection.sql(
        f"""
        SELECT filename, base || '{_MARK}' || source_row AS mark, of,
               CASE WHEN NOT leads THEN concat_ws('-', base, turn, md5(side)[1:8])
                    WHEN turn > 1 THEN base || '-' || turn END AS renamed,
               {sides.remark} AS said
        FROM turns WHERE NOT known
        QUALIFY max(of IS NOT NULL OR turn > 1 OR NOT leads) OVER (PARTITION BY filename)
        """
    ).to_arrow_table()
    names = pc.unique(touched["filename"]).to_pylist()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(lambda name: _rewrite(table, Path(name), touched), names):
            pass
    return connection.sql(
        "SELECT delivered_table, delivered_row, source_row, of FROM turns"
        " WHERE NOT known AND of IS NOT NULL"
        " ORDER BY delivered_table, delivered_row"
    ).to_arrow_table()


def _said_again(table: Table, parts: Sequence[Path]) -> str:
    """SQL: the join of what ``repeats`` say of the committed rows; see ``sameness.named``."""
    if not parts:
        return ""
    once = ", ".join(
        f"CASE WHEN min({name}) = max({name}) THEN min({name}) END AS again_{name}"
        for name in ("holder_id", "holder_name")
    )
    return (
        f" LEFT JOIN (SELECT record_id AS again_of, {once} FROM read_parquet({_listed(parts)})"
        f" GROUP BY record_id) ON again_of = {table.id_column}"
    )


class _Sides(NamedTuple):
    """SQL over ``equal`` and then ``turns``.

    *which*: the side of a row, see ``sameness.side``. *known*: is any of it committed?
    *leading*: has that side the plain identifier? *remark*: on a row that is not the first of
    its content.
    """

    which: str
    known: str
    leading: str
    remark: str


def _sides(connection: duckdb.DuckDBPyConnection, table: Table) -> _Sides:
    """What tells sides apart: constants where no rows of equal content name two things."""
    first = "first_value(source_row) OVER (PARTITION BY base, side, unit ORDER BY turn)"
    twin = f"'same content as row ' || split_part({first}, '·', -1)"
    divided = """SELECT 1 FROM equal GROUP BY base
        HAVING min(named_1) <> max(named_1) OR min(named_2) <> max(named_2)
               OR min(named_3) <> max(named_3)
               OR bool_or(filename IS NULL AND NOT plain) LIMIT 1"""
    if not connection.execute(divided).fetchall():
        return _Sides("''", "true", "true", f"to_json({twin})")
    plain = "coalesce(bool_or(known AND plain) OVER (PARTITION BY base{}), false)"
    leading = (
        f"{plain.format(', side')} OR (NOT {plain.format('')} AND NOT side_known AND side ="
        " min(side) FILTER (WHERE NOT side_known) OVER (PARTITION BY base))"
    )
    lead = "first_value(source_row) OVER (PARTITION BY base ORDER BY leads DESC, turn, known DESC)"
    place = (
        f"CASE WHEN split_part({lead}, '·', 1) = split_part(source_row, '·', 1)"
        f" THEN 'row ' || split_part({lead}, '·', -1) ELSE 'a row of another file' END"
    )
    other = f"'differs from ' || {place} || CASE WHEN named_3 IS NULL THEN ' in the holder alone'"
    other += " ELSE ' in the holder or the bank alone' END"
    if table.name != "transfers":
        other = f"CASE WHEN turn > 1 THEN {twin} END"
    known = "bool_or(known) OVER (PARTITION BY base, side)"
    return _Sides(
        side(table, "base"),
        known,
        leading,
        f"to_json(CASE WHEN leads THEN {twin} ELSE {other} END)",
    )


def _rewrite(table: Table, path: Path, touched: pa.Table) -> None:
    """Write one part again without its repeats, its later twins renamed and remarked on."""
    own = touched.filter(pc.equal(touched["filename"], str(path)))
    part = pq.ParquetFile(path).read()
    ids, flags = part[table.id_column], part["flags"]
    marks = pc.binary_join_element_wise(ids, part["source_row"], _MARK)
    place = pc.index_in(marks, value_set=own["mark"])
    renamed, said = own["renamed"].take(place), own["said"].take(place)
    remark = pc.coalesce(
        pc.binary_join_element_wise(
            pc.utf8_slice_codeunits(flags, 0, -1), pc.binary_join_element_wise(said, "]", ""), ","
        ),
        pc.binary_join_element_wise("[", said, "]", ""),
    )
    columns = {
        table.id_column: pc.coalesce(renamed, ids),
        "flags": pc.if_else(pc.is_valid(renamed), pc.coalesce(remark, flags), flags),
    }
    for name, values in columns.items():
        index = part.column_names.index(name)
        part = part.set_column(index, name, values)
    part = part.filter(pc.is_null(own["of"].take(place)))
    draft = path.with_suffix(".draft")
    write_part(part, draft)
    draft.replace(path)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _listed(paths: Sequence[Path]) -> str:
    return "[" + ", ".join(f"'{_quoted(path)}'" for path in paths) + "]"
