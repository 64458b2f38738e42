"""``qingfeng case list``: the cases of this home."""

from __future__ import annotations

import argparse

from qingfeng.cli.commands import DONE, Commands, home_of
from qingfeng.cli.output import print_json, table_lines


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    commands.add("list", run, summary="the cases of this home", reads=True)


def run(args: argparse.Namespace) -> int:
    """Print code, number of imports, instrument and title of each case, by code."""
    home = home_of(args)
    cases = [home.case(code) for code in home.codes()]
    found = [{**case.facts, "imports": len(case.batches())} for case in cases]
    if args.json:
        print_json({"cases": found})
    elif not found:
        print(f"No case in {home.path}")
    else:
        rows = [
            (str(each["code"]), str(each["imports"]), str(each["instrument"]), str(each["title"]))
            for each in found
        ]
        header = ("code", "imports", "instrument", "title")
        print("\n".join(table_lines(header, rows, right={"imports"})))
    return DONE
