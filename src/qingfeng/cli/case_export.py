"""``qingfeng case export``: one canonical table as a file, or to standard output."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from qingfeng.cli.commands import DONE, Commands, case_of
from qingfeng.cli.output import harmless
from qingfeng.errors import UsageError
from qingfeng.report.export import BINARY, FORMATS, export_table
from qingfeng.schema import tables


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add(
        "export", run, summary="one canonical table as csv, jsonl, parquet, xlsx, ftm"
    )
    parser.add_argument("code", metavar="CODE", help="code of the case")
    parser.add_argument(
        "--table", required=True, metavar="TABLE", choices=list(tables()), help="such as transfers"
    )
    parser.add_argument(
        "--format", required=True, metavar="FORMAT", choices=FORMATS, help=", ".join(FORMATS)
    )
    parser.add_argument(
        "--out", metavar="FILE", type=Path, help="file to write; standard output without it"
    )


def run(args: argparse.Namespace) -> int:
    """Write the table; with ``--out`` also say how many rows."""
    if args.out is None and args.format in BINARY and sys.stdout.isatty():
        raise UsageError(f"{args.format} is not text for a terminal; name a file with --out FILE.")
    case = case_of(args)
    written = export_table(case, args.table, args.format, args.out)
    if args.out is not None:
        print(harmless(f"{written:,} rows written to {args.out}"), file=sys.stderr)
    return DONE
