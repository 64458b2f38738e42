"""``qingfeng case dossier``: working paper, page and manifest of a case."""

from __future__ import annotations

import argparse
from pathlib import Path

from qingfeng.cli.commands import DONE, Commands, case_of
from qingfeng.cli.output import print_json, print_lines, table_lines
from qingfeng.report.dossier import dossier_of


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add(
        "dossier", run, summary="workbook, page and manifest of hashes of a case", reads=True
    )
    parser.add_argument("code", metavar="CODE", help="code of the case")
    parser.add_argument("--out", required=True, metavar="DIR", type=Path, help="folder to write")


def run(args: argparse.Namespace) -> int:
    """Write the dossier and say where each part lies, and how large it is."""
    files = dossier_of(case_of(args, verified=True), args.out)
    parts = (
        ("working paper", files.working_paper),
        ("page", files.page),
        ("manifest", files.manifest),
        ("checksums", files.sums),
    )
    if args.json:
        entries = [
            {"part": name, "path": str(path), "bytes": path.stat().st_size} for name, path in parts
        ]
        print_json({"case": args.code, "parts": entries})
        return DONE
    rows = [(name, f"{path.stat().st_size:,}", str(path)) for name, path in parts]
    print_lines(table_lines(("part", "bytes", "path"), rows, right={"bytes"}))
    return DONE
