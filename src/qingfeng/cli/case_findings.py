"""``qingfeng case findings``: run the detectors over one case."""

from __future__ import annotations

import argparse

from qingfeng.cli.commands import DONE, Commands, case_of
from qingfeng.cli.findings_text import ROWS_SHOWN, result_lines
from qingfeng.cli.output import print_json, print_lines
from qingfeng.detectors.runner import run as run_detectors
from qingfeng.errors import UsageError
from qingfeng.periods import parse_day


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add("findings", run, summary="what the detectors find in a case", reads=True)
    parser.add_argument("code", metavar="CODE", help="code of the case")
    parser.add_argument(
        "--detector", metavar="NAME", action="append", help="only this detector; may be repeated"
    )
    declare_run_options(parser)


def declare_run_options(parser: argparse.ArgumentParser) -> None:
    """The options of every command that runs detectors."""
    parser.add_argument(
        "--set",
        metavar="NAME.PARAM=VALUE",
        action="append",
        default=[],
        help="another value of a parameter for this run; may be repeated",
    )
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        type=str,
        help="see nothing after this day (default: latest record)",
    )
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="default: zh")
    parser.add_argument(
        "--rows",
        metavar="N",
        type=row_count,
        default=ROWS_SHOWN,
        help=f"evidence rows shown below each finding (default: {ROWS_SHOWN}); --json has all",
    )


def row_count(text: str) -> int:
    """A whole number from 0 on. Raises UsageError."""
    if not text.isdecimal():
        raise UsageError(f"--rows {text}: a whole number from 0 on is needed.")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Print runs and findings."""
    day = parse_day(args.as_of) if args.as_of is not None else None
    result = run_detectors(case_of(args), args.detector, args.set, day)
    if args.json:
        print_json(result)
    else:
        print_lines(result_lines(result, args.language, rows=args.rows))
    return DONE
