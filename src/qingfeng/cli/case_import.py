"""``qingfeng case import``: delivered files, as they came, into one case."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qingfeng.cli.commands import DONE, DONE_WITH_REFUSALS, Commands, home_of
from qingfeng.cli.import_text import report_lines
from qingfeng.cli.output import print_json, print_lines
from qingfeng.cli.progress import Progress
from qingfeng.ingest.readers.encodings import decode
from qingfeng.ingest.run import import_paths

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years that dates are believed to lie in, as when they are read."""

_FAULTLESS = {"imported", "already_imported", "ignored"}


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add(
        "import",
        run,
        summary="import files, folders and zips; every row is accounted for",
        reads=True,
    )
    parser.add_argument("code", metavar="CODE", help="code of the case")
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="file, folder or zip")
    parser.add_argument(
        "--password-file", metavar="F", type=Path, help="passwords to try, one a line"
    )
    parser.add_argument("--year", metavar="Y", type=a_year, help="year of dates that have none")
    parser.add_argument(
        "--accept-proposed",
        action="store_true",
        help="take the proposed mapping of an unknown layout as it stands",
    )
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="default: zh")


def read_passwords(path: Path | None) -> list[str]:
    """The lines of *path*, empty ones left out; none without a path."""
    if path is None:
        return []
    raw = path.read_bytes()
    text = decode(raw).text if raw else ""
    return [line for line in text.splitlines() if line]


def a_year(text: str) -> int:
    """A year of four digits, 1900 to 2100. Raises ArgumentTypeError."""
    if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no year of four digits from {FIRST_YEAR} to {LAST_YEAR}"
        )
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Import, print the report, and say by the exit code whether anything was refused."""
    case = home_of(args).case(args.code)
    with Progress("import") as progress:
        report = import_paths(
            case,
            args.paths,
            passwords=read_passwords(args.password_file),
            year=args.year,
            accept_proposed=args.accept_proposed,
            progress=progress,
        )
    if args.json:
        print_json(report)
    else:
        print_lines(report_lines(report, args.language))
    return DONE_WITH_REFUSALS if refused_anything(report) else DONE


def refused_anything(report: Mapping[str, Any]) -> bool:
    """Whether a file, a part of one, or a row was not taken."""
    return report["totals"]["rejected"] > 0 or any(
        entry["status"] not in _FAULTLESS or (entry["status"] == "imported" and entry["reason"])
        for entry in report["files"]
    )
