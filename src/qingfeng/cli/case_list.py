"""``qingfeng case list``: the cases of this home."""

from __future__ import annotations

import argparse

from qingfeng.cli.commands import DONE, DONE_WITH_REFUSALS, Commands, home_of
from qingfeng.cli.output import print_json, print_lines, table_lines
from qingfeng.errors import StoreDamaged


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    commands.add("list", run, summary="the cases of this home", reads=True)


def run(args: argparse.Namespace) -> int:
    """Print code, number of imports, instrument and title of each case, by code.

    A damaged case is named with what is wrong with it, below those that are whole.
    """
    home = home_of(args)
    found, damaged = [], []
    for code in home.codes():
        case = home.case(code)
        try:
            found.append({**case.facts, "imports": len(case.batches())})
        except StoreDamaged as problem:
            damaged.append({"code": code, "problem": str(problem)})
    if args.json:
        print_json({"cases": found} | ({"damaged": damaged} if damaged else {}))
        return DONE_WITH_REFUSALS if damaged else DONE
    if not found and not damaged:
        print_lines([f"No case in {home.path}"])
    elif found:
        rows = [
            (str(each["code"]), str(each["imports"]), str(each["instrument"]), str(each["title"]))
            for each in found
        ]
        header = ("code", "imports", "instrument", "title")
        print_lines(table_lines(header, rows, right={"imports"}))
    for each in damaged:
        print_lines([f"{each['code']}: {each['problem']}"])
    return DONE_WITH_REFUSALS if damaged else DONE
