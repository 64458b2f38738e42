"""``qingfeng detect test``: run the test cases that lie in the detectors' own folders."""

from __future__ import annotations

import argparse

from qingfeng.cli.commands import DONE, REFUSED, Commands
from qingfeng.cli.output import print_json
from qingfeng.detectors.registry import chosen
from qingfeng.detectors.testing import check_detector_folder


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add("test", run, summary="run the detectors' own test cases", reads=True)
    parser.add_argument("names", metavar="NAME", nargs="*", help="only these; all without a name")


def run(args: argparse.Namespace) -> int:
    """Print each case and what differs; 3 if any fails."""
    results = {each.name: check_detector_folder(each.name) for each in chosen(args.names or None)}
    entries = [
        {
            "detector": name,
            "case": result.case,
            "kind": result.kind,
            "passed": result.passed,
            "differences": list(result.differences),
        }
        for name, found in results.items()
        for result in found
    ]
    failed = sum(not entry["passed"] for entry in entries)
    if args.json:
        print_json({"cases": entries})
    else:
        for name, found in results.items():
            for result in found:
                print(f"{'passed' if result.passed else 'FAILED'}  {name}  {result.case}")
                for difference in result.differences:
                    print(f"        {difference}")
        print(f"{len(entries) - failed} cases passed, {failed} failed")
    return REFUSED if failed else DONE
