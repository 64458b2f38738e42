"""``qingfeng demo``: a synthetic case, delivered, imported, proved and analysed."""

from __future__ import annotations

import argparse
import time

from qingfeng.cli.case_import import read_passwords
from qingfeng.cli.commands import DONE, Commands, home_of
from qingfeng.cli.findings_text import result_lines
from qingfeng.cli.progress import Progress
from qingfeng.detectors.runner import run as run_detectors
from qingfeng.ingest.run import import_paths
from qingfeng.periods import Clock
from qingfeng.report.dossier import write_dossier
from qingfeng.report.proof import prove
from qingfeng.report.proof_text import render
from qingfeng.store import Case, Home
from qingfeng.synth import build
from qingfeng.synth.scale import SCALES

_CODE = "demo"


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add("demo", run, summary="a synthetic case, imported, proved and analysed")
    parser.add_argument(
        "--scale", metavar="SCALE", choices=list(SCALES), default="small", help=" or ".join(SCALES)
    )
    parser.add_argument("--no-serve", action="store_true", help="end when the case is analysed")


def demo_case(home: Home, scale: str) -> Case:
    """The demonstration case of *scale*; a new one if there is none."""
    code = f"{_CODE}-{scale}"
    if code in home.codes():
        return home.case(code)
    return home.create_case(code, title="演示案件（全部为虚构）", instrument="演示〔2026〕1号")


def run(args: argparse.Namespace) -> int:
    """Do every step and say what came of it."""
    home, started = home_of(args), time.monotonic()
    built = build(home.path / "demo" / args.scale, scale=args.scale)
    print(f"{built.files:,} files with {built.bookings:,} bookings delivered in {built.delivered}")
    case = demo_case(home, args.scale)
    with Progress("import") as progress:
        report = import_paths(
            case,
            [built.delivered],
            passwords=read_passwords(built.passwords_file),
            progress=progress,
        )
    totals = report["totals"]
    words = {"rows_read": "read", "rows_kept": "kept"}
    figures = ", ".join(f"{count:,} {words.get(name, name)}" for name, count in totals.items())
    print(f"Import: {len(report['files']):,} files, rows: {figures}\n")
    proof, result = prove(case), run_detectors(case)
    print(render(proof), end="\n\n")
    print("\n".join(result_lines(result)), end="\n\n")
    out = home.path / "demo" / f"{args.scale}-dossier"
    files = write_dossier(case, out, findings=result, proof=proof, created=Clock().now())
    print(f"Working paper: {files.working_paper}\nPage: {files.page}")
    print(f"Done in {time.monotonic() - started:.0f} s; every person and number is made up.")
    return DONE
