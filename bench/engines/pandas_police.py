"""Peer: ``pandas_police SOURCE TARGET``, the cleaning a careful analyst writes in pandas 3.

Strings are Arrow-backed, every step is vectorised, amounts go through exact decimals, and
columns nobody uses are not read.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd  # type: ignore[import-untyped]
import pyarrow as pa

from bench.engines import police_columns as known
from bench.engines.reporting import Stopwatch

_EXACT = pd.ArrowDtype(pa.decimal128(18, 2))
_FORMATS = (
    (r"\d{14}", "%Y%m%d%H%M%S"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "%Y-%m-%d %H:%M:%S"),
    (r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d", "%Y/%m/%d %H:%M:%S"),
    (r"\d{4}-\d\d-\d\d", "%Y-%m-%d"),
)


def main(source: Path, target: Path) -> None:
    """Read, clean, drop repeats, write Parquet."""
    watch = Stopwatch()
    rows = pd.read_csv(
        source,
        encoding="gb18030",
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        usecols=list(known.COLUMNS),
    ).rename(columns=known.COLUMNS)
    rows["source_row"] = range(2, len(rows) + 2)
    watch.phase("read")
    rows = clean(rows)
    watch.phase("clean")
    rows = rows.drop_duplicates(subset=list(known.REPEAT_KEY))
    watch.phase("repeats")
    rows.to_parquet(target, compression="zstd", index=False)
    watch.phase("write")
    watch.report()


def clean(rows: pd.DataFrame) -> pd.DataFrame:
    """Normalised columns; rows without a readable time or amount are left out."""
    for name in (*known.TEXTS.values(), *known.NUMBERS.values()):
        rows[name] = _said(rows[name].str.strip())
    for name in known.NAMES.values():
        rows[f"{name}_raw"] = rows[name]
        rows[name] = _said(rows[name].str.replace(r"\s+", "", regex=True))
    for name in known.NUMBERS.values():
        rows[name] = rows[name].mask(rows[name].str.fullmatch("0+").fillna(False).astype(bool))
    parts = rows["account"].str.split("_", n=1, expand=True)
    rows["account"], rows["sub_account"] = parts[0], parts[1]
    for name in ("holder_id", "counterparty_id"):
        rows[name] = rows[name].str.upper()
    rows["voucher"] = rows["voucher"].fillna(rows.pop("slip"))
    rows["serial"] = rows["serial"].fillna(rows.pop("log_number"))
    for name in known.AMOUNTS.values():
        rows[name] = _fen(rows[name])
    rows["booked_at_raw"] = rows["booked_at"]
    rows["booked_at"], rows["time_precision"] = _moments(rows["booked_at"].str.strip())
    rows["direction"] = rows["direction"].str.strip().map(known.DIRECTIONS).fillna("unknown")
    rows["cash"] = rows["cash"].str.strip().map(known.CASH)
    rows["currency"] = rows["currency"].str.strip().map(known.CURRENCIES).fillna("CNY")
    rows["status"] = rows["status"].str.strip().map(known.STATUSES).fillna("ok_assumed")
    undoes = (
        (rows["amount_fen"] < 0)
        | rows["summary"].str.contains(known.REVERSALS).fillna(False).astype(bool)
        | rows["remark"].str.contains(known.REVERSALS).fillna(False).astype(bool)
    )
    rows["status"] = rows["status"].mask(undoes & (rows["status"] != "failed"), "reversal")
    return rows[rows["booked_at"].notna() & rows["amount_fen"].notna()]


def _said(cells: pd.Series) -> pd.Series:
    return cells.mask(cells.isin(known.PLACEHOLDERS))


def _fen(cells: pd.Series) -> pd.Series:
    """Whole fen, exact; None where the cell holds no number."""
    plain = cells.str.replace(r"[,¥￥\s]", "", regex=True)
    plain = plain.mask(~plain.str.fullmatch(r"-?\d+(?:\.\d{1,2})?"))
    return (plain.astype(_EXACT) * 100).astype("int64[pyarrow]")


def _moments(cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Instants and their precision; each way of writing is read with its own format."""
    cells = cells.str.removesuffix(".0")
    moments = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[us]")
    precision = pd.Series(pd.NA, index=cells.index, dtype="str")
    for pattern, form in _FORMATS:
        fits = cells.str.fullmatch(pattern)
        moments[fits] = pd.to_datetime(cells[fits], format=form, errors="coerce")
        precision[fits] = "second" if "%S" in form else "day"
    return moments.dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC"), precision


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
