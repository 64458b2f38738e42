"""``qingfeng case withdraw``: take a file out of a case again, with a reason that stays."""

from __future__ import annotations

import argparse

from qingfeng.cli.commands import DONE, Commands, case_of
from qingfeng.cli.output import print_json, print_lines
from qingfeng.ingest.withdrawal import withdraw


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add(
        "withdraw",
        run,
        summary="take files out of a case again, so that they can be read anew; the trail stays",
        reads=True,
    )
    parser.add_argument("code", metavar="CODE", help="code of the case")
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="the file, its name as the import report prints it, or the head of its sha256",
    )
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why; kept in the case")


def run(args: argparse.Namespace) -> int:
    """Withdraw, and name the files that have to be imported again because of it."""
    done = withdraw(case_of(args), args.files, args.reason)
    if args.json:
        print_json(done)
        return DONE
    rows = done["rows"]
    print_lines(
        [
            *(f"withdrawn: {each['path']} ({each['sha256'][:12]})" for each in done["withdrawn"]),
            f"{rows:,} row{'' if rows == 1 else 's'} no longer seen; what was committed stays.",
            *(
                f"import again: {each['path']}: {each['rows']:,} of its rows were left out as "
                "repeats of what is now withdrawn"
                for each in done["import_again"]
            ),
        ]
    )
    return DONE
