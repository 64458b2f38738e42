"""Peer: ``duckdb_police SOURCE TARGET``, transcode to UTF-8 and clean in one DuckDB statement.

What a good SQL user writes first: all cores, every column as text, one macro a kind of cell.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb

from bench.engines import police_columns as known
from bench.engines.reporting import Stopwatch

_CHARACTERS = 16 << 20


def main(source: Path, target: Path) -> None:
    """Transcode, read, clean, drop repeats, write Parquet."""
    watch = Stopwatch()
    plain = target.with_suffix(".utf8.csv")
    with (
        source.open(encoding="gb18030", newline="") as reader,
        plain.open("w", encoding="utf-8", newline="") as writer,
    ):
        while text := reader.read(_CHARACTERS):
            writer.write(text)
    watch.phase("transcode")
    with duckdb.connect() as connection:
        connection.execute(f"SET temp_directory='{target.parent}'")
        for macro in _macros():
            connection.execute(macro)
        connection.execute(_statement(plain, target))
    plain.unlink()
    watch.phase("clean and write")
    watch.report()


def _quoted(texts: tuple[str, ...]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


def _macros() -> list[str]:
    forms = _quoted(
        (
            "%Y%m%d%H%M%S",
            "%Y-%m-%d %H:%M:%S",
            "%Y/%m/%d %H:%M:%S",
            "%Y-%m-%d %H:%M:%S.%g",
            "%Y-%m-%d",
        )
    )
    placeholders = _quoted(known.PLACEHOLDERS)
    return [
        rf"CREATE MACRO bare(x) AS trim(x, E' \t\r\n')",  # noqa: F541 - the others are formatted
        f"CREATE MACRO said(x) AS CASE WHEN bare(x) NOT IN ({placeholders}) THEN bare(x) END",
        "CREATE MACRO number(x) AS CASE WHEN NOT regexp_full_match(said(x), '0+') THEN said(x) END",
        r"CREATE MACRO person(x) AS regexp_replace(said(x), '\s+', '', 'g')",
        (
            r"CREATE MACRO fen(x) AS CAST(TRY_CAST(regexp_replace(x, '[,¥￥\s]', '', 'g')"
            " AS DECIMAL(20, 2)) * 100 AS BIGINT)"
        ),
        f"CREATE MACRO moment(x) AS try_strptime(bare(x), [{forms}])",
    ]


def _word(name: str, words: Mapping[str, object], otherwise: str) -> str:
    clauses = " ".join(f"WHEN '{word}' THEN '{code}'" for word, code in words.items())
    return f'CASE bare("{name}") {clauses} ELSE {otherwise} END'


def _statement(source: Path, target: Path) -> str:
    named = {name: column for column, name in known.COLUMNS.items()}
    items = {name: f'said("{column}")' for column, name in known.TEXTS.items()}
    items |= {name: f'number("{column}")' for column, name in known.NUMBERS.items()}
    items |= {name: f'person("{column}")' for column, name in known.NAMES.items()}
    items |= {f"{name}_raw": f'"{column}"' for column, name in known.NAMES.items()}
    items |= {name: f'fen("{column}")' for column, name in known.AMOUNTS.items()}
    account = items["account"]
    items["account"] = f"split_part({account}, '_', 1)"
    items["sub_account"] = f"nullif(regexp_extract({account}, '_(.*)$', 1), '')"
    for name in ("holder_id", "counterparty_id"):
        items[name] = f"upper({items[name]})"
    items["voucher"] = f"coalesce({items['voucher']}, {items.pop('slip')})"
    items["serial"] = f"coalesce({items['serial']}, {items.pop('log_number')})"
    time = named["booked_at"]
    items["booked_at_raw"] = f'"{time}"'
    items["booked_at"] = f"moment(\"{time}\") AT TIME ZONE 'Asia/Shanghai'"
    items["time_precision"] = (
        f"CASE WHEN length(bare(\"{time}\")) = 10 THEN 'day' ELSE 'second' END"
    )
    items["direction"] = _word(named["direction"], known.DIRECTIONS, "'unknown'")
    items["cash"] = f"CAST({_word(named['cash'], known.CASH, 'NULL')} AS BOOLEAN)"
    items["currency"] = _word(named["currency"], known.CURRENCIES, "'CNY'")
    items["said_status"] = _word(named["status"], known.STATUSES, "'ok_assumed'")
    selected = ", ".join(f'{expression} AS "{name}"' for name, expression in items.items())
    return f"""
        COPY (
            SELECT * EXCLUDE (said_status),
                   CASE WHEN said_status <> 'failed' AND (amount_fen < 0
                             OR coalesce(regexp_matches(summary, '{known.REVERSALS}'), false)
                             OR coalesce(regexp_matches(remark, '{known.REVERSALS}'), false))
                        THEN 'reversal' ELSE said_status END AS status
            FROM (
                SELECT row_number() OVER () + 1 AS source_row, {selected}
                FROM read_csv('{source}', all_varchar=true, header=true, delim=',', quote='"')
            )
            WHERE booked_at IS NOT NULL AND amount_fen IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY {", ".join(known.REPEAT_KEY)}
                                       ORDER BY source_row) = 1
        ) TO '{target}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)
    """


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
