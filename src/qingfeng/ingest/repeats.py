"""Repeats: the multiset union of what was delivered, per account and content.

Every row carries an identifier derived from its content. Two rows of one file with the same
content are one record if something identifies it (a serial, a balance after a non-zero
amount, a ticket number); otherwise they may be twins - two fares of 3.20 in one second - and
count as first, second, third occurrence. Across files the same occurrence is the same record,
so an overlap is dropped and twins survive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from qingfeng.schema import Table

_IDENTIFIED: Mapping[str, str] = {
    "transfers": "serial IS NOT NULL OR (balance_fen IS NOT NULL AND amount_fen <> 0)",
    "benefits": "false",
}


def identified(table: Table) -> str:
    """SQL: may two rows of one file with this content be one record only?"""
    if table.name in _IDENTIFIED:
        return _IDENTIFIED[table.name]
    if not table.identity:
        return "true"
    return " OR ".join(f'"{name}" IS NOT NULL' for name in table.identity)


def drop_repeats(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    parts: Sequence[Path],
    committed: Sequence[Path],
) -> pa.Table:
    """Rewrite *parts* so that every record is there once; return what was dropped.

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
    nothing = pa.table(
        {
            "delivered_table": pa.array([], pa.int64()),
            "delivered_row": pa.array([], pa.int32()),
            "source_row": pa.array([], pa.string()),
            "of": pa.array([], pa.string()),
        }
    )
    if not connection.execute("SELECT count(*) FROM suspects").fetchall()[0][0]:
        return nothing
    old = (
        f"SELECT {first} AS base,"
        f" coalesce(TRY_CAST(split_part({key}, '-', 2) AS INTEGER), 1) AS turn, source_row"
        f" FROM read_parquet({old_parts}) SEMI JOIN suspects ON hash({first}) = h"
        if committed
        else "SELECT NULL AS base, NULL AS turn, NULL AS source_row WHERE false"
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE turns AS
        WITH new AS (
            SELECT {key} AS base, delivered_table, delivered_row, source_row, filename,
                   ({identified(table)}) AS identified,
                   row_number() OVER (PARTITION BY {key}, delivered_table
                                      ORDER BY delivered_row) AS nth
            FROM read_parquet({listed}, filename=true) SEMI JOIN suspects ON hash({key}) = h),
        turned AS (SELECT *, CASE WHEN identified THEN 1 ELSE nth END AS turn FROM new),
        ranked AS (
            SELECT *, first_value(source_row) OVER same AS first_row, row_number() OVER same AS rank
            FROM turned
            WINDOW same AS (PARTITION BY base, turn ORDER BY delivered_table, delivered_row)),
        old AS ({old})
        SELECT r.*, coalesce(o.source_row, CASE WHEN rank > 1 THEN first_row END) AS of
        FROM ranked r LEFT JOIN old o USING (base, turn)
        """
    )
    touched = connection.execute(
        "SELECT DISTINCT filename FROM turns WHERE of IS NOT NULL OR turn > 1 ORDER BY ALL"
    ).fetchall()
    columns = list(table.physical())
    twin = (
        "CASE WHEN flags IS NULL THEN '[' ELSE flags[:-2] || ',' END"
        " || to_json('same content as row ' || split_part(first_of, '·', -1)) || ']'"
    )
    for (name,) in touched:
        path = Path(name)
        draft = path.with_suffix(".draft")
        chosen = ", ".join(
            f"CASE WHEN turn > 1 THEN p.{key} || '-' || turn ELSE p.{key} END AS {key}"
            if column == key
            else f"CASE WHEN turn > 1 THEN {twin} ELSE flags END AS flags"
            if column == "flags"
            else f'p."{column}"'
            for column in columns
        )
        connection.execute(
            f"""
            COPY (SELECT {chosen}, p.delivered_table, p.delivered_row
                  FROM read_parquet('{_quoted(path)}') p
                  LEFT JOIN (SELECT base, source_row, of, turn,
                                    first_value(source_row) OVER (
                                        PARTITION BY base, delivered_table ORDER BY turn
                                    ) AS first_of
                             FROM turns) t ON t.base = p.{key} AND t.source_row = p.source_row
                  WHERE t.of IS NULL ORDER BY p.delivered_table, p.delivered_row)
            TO '{_quoted(draft)}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)
            """
        )
        draft.replace(path)
    return connection.sql(
        "SELECT delivered_table, delivered_row, source_row, of FROM turns WHERE of IS NOT NULL"
        " ORDER BY delivered_table, delivered_row"
    ).to_arrow_table()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _listed(paths: Sequence[Path]) -> str:
    return "[" + ", ".join(f"'{_quoted(path)}'" for path in paths) + "]"
