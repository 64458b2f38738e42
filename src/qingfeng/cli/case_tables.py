"""``qingfeng case tables``: how many rows each canonical table of a case has."""

from __future__ import annotations

import argparse

from qingfeng.cli.commands import DONE, Commands, case_of
from qingfeng.cli.output import print_json, print_lines, table_lines
from qingfeng.schema import tables
from qingfeng.store import Case


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add("tables", run, summary="canonical tables with row counts", reads=True)
    parser.add_argument("code", metavar="CODE", help="code of the case")


def count_rows(case: Case) -> dict[str, int]:
    """Rows of every canonical table of *case*, empty ones included, in alphabetical order."""
    counts = ", ".join(f'(SELECT count(*) FROM "{name}")' for name in tables())
    with case.connect() as connection:
        found = connection.execute(f"SELECT {counts}").fetchall()[0]
    return dict(zip(tables(), found, strict=True))


def run(args: argparse.Namespace) -> int:
    """Print the counts; as text only of tables that have rows."""
    counted = count_rows(case_of(args))
    if args.json:
        entries = [
            {"table": name, "label": tables()[name].label, "rows": rows}
            for name, rows in counted.items()
        ]
        print_json({"case": args.code, "tables": entries})
        return DONE
    filled = {name: rows for name, rows in counted.items() if rows}
    if not filled:
        print(f"Case {args.code} is empty; fill it with: qingfeng case import {args.code} PATH...")
        return DONE
    lines = [(name, f"{rows:,}", tables()[name].label) for name, rows in filled.items()]
    print_lines(table_lines(("table", "rows", "label"), lines, right={"rows"}))
    return DONE
