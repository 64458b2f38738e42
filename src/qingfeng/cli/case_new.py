"""``qingfeng case new``: create a case under its legal instrument."""

from __future__ import annotations

import argparse

from qingfeng.cli.commands import DONE, Commands, home_of
from qingfeng.cli.output import print_lines


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add("new", run, summary="create a case; it needs its legal instrument")
    parser.add_argument("code", metavar="CODE", help="short name, used as a folder name")
    parser.add_argument("--title", required=True, metavar="T", help="title of the case")
    parser.add_argument(
        "--instrument", required=True, metavar="NO", help="number of the legal instrument (文书号)"
    )


def run(args: argparse.Namespace) -> int:
    """Create the case and say where it lies."""
    case = home_of(args).create_case(args.code, title=args.title, instrument=args.instrument)
    print_lines([f"Case {case.code} created in {case.folder}"])
    return DONE
