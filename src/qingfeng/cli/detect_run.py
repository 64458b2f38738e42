"""``qingfeng detect run``: run detectors by name over a case."""

from __future__ import annotations

import argparse

from qingfeng.cli import case_findings
from qingfeng.cli.commands import Commands


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add("run", run, summary="run detectors over a case", reads=True)
    parser.add_argument("names", metavar="NAME", nargs="*", help="only these; all without a name")
    parser.add_argument(
        "--case", dest="code", metavar="CODE", required=True, help="code of the case"
    )
    case_findings.declare_run_options(parser)


def run(args: argparse.Namespace) -> int:
    """As ``case findings``, the detectors named first."""
    args.detector = args.names or None
    return case_findings.run(args)
