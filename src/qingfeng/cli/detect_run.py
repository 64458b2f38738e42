"""``qingfeng detect run``: run detectors by name over a case."""

from __future__ import annotations

import argparse

from qingfeng.cli import case_findings
from qingfeng.cli.commands import Commands, home_of
from qingfeng.errors import UsageError

ENGINES = ("duckdb", "spark")


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add("run", run, summary="run detectors over a case", reads=True)
    parser.add_argument("names", metavar="NAME", nargs="*", help="only these; all without a name")
    parser.add_argument(
        "--case",
        dest="code",
        metavar="CODE",
        help="code of the case; case data is read nowhere else",
    )
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default=ENGINES[0],
        help=f"default: {ENGINES[0]}, which is built in; spark is not there yet",
    )
    case_findings.declare_run_options(parser)


def run(args: argparse.Namespace) -> int:
    """As ``case findings``, the detectors named first. Raises UsageError without a case."""
    if args.engine != ENGINES[0]:
        raise UsageError(
            f"--engine {args.engine}: detectors do not run on it yet; leave --engine out."
        )
    if args.code is None:
        cases = ", ".join(home_of(args).codes()) or "none yet; qingfeng case new makes one"
        raise UsageError(
            "Every detector there is reads case data, which only an authorised case holds: "
            f"name it with --case CODE. Cases here: {cases}."
        )
    args.detector = args.names or None
    return case_findings.run(args)
