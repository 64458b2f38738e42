"""``qingfeng case proof``: is what was delivered complete and consistent?"""

from __future__ import annotations

import argparse

from qingfeng.cli.commands import DONE, Commands, case_of
from qingfeng.cli.output import harmless, print_json
from qingfeng.report.proof import prove
from qingfeng.report.proof_text import SHOWN, render


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add(
        "proof",
        run,
        summary="continuity, mirrors, overlaps, gaps, promised and delivered",
        reads=True,
    )
    parser.add_argument("code", metavar="CODE", help="code of the case")
    parser.add_argument("--all", action="store_true", help="list every row, not the first 20")
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="default: zh")


def run(args: argparse.Namespace) -> int:
    """Print the proof."""
    shown = None if args.json or args.all else SHOWN
    proof = prove(case_of(args, verified=True), limit=shown)
    if args.json:
        print_json(proof)
    else:
        print(harmless(render(proof, args.language, shown)), end="")
    return DONE
