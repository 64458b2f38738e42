"""``qingfeng detect list``: which detectors there are."""

from __future__ import annotations

import argparse

from qingfeng.cli.commands import DONE, Commands
from qingfeng.cli.output import print_json, table_lines
from qingfeng.detectors.registry import detectors

_COLUMNS = ("name", "version", "authority", "level", "confidence", "name_zh")


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    commands.add("list", run, summary="which detectors there are", reads=True)


def run(args: argparse.Namespace) -> int:
    """Print one line a detector, by name."""
    found = [
        {column: str(getattr(each, column)) for column in _COLUMNS} for each in detectors().values()
    ]
    if args.json:
        print_json({"detectors": found})
    else:
        print("\n".join(table_lines(_COLUMNS, [tuple(each.values()) for each in found])))
    return DONE
