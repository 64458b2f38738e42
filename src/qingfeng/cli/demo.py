"""``qingfeng demo``: a synthetic case, delivered, imported, proved and analysed."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from qingfeng.cli.case_import import read_passwords
from qingfeng.cli.case_tables import count_rows
from qingfeng.cli.commands import DONE, Commands, home_of
from qingfeng.cli.demo_text import import_lines, proof_lines
from qingfeng.cli.findings_text import LINE_COLUMNS, result_lines
from qingfeng.cli.progress import Progress
from qingfeng.detectors.runner import run as run_detectors
from qingfeng.errors import StoreOutdated
from qingfeng.ingest.run import import_paths
from qingfeng.periods import Clock
from qingfeng.report.dossier import write_dossier
from qingfeng.report.proof import prove
from qingfeng.store import Case, Home
from qingfeng.store.home import default_home
from qingfeng.synth import build
from qingfeng.synth.scale import SCALES

_CODE = "demo"
_FINDINGS_SHOWN = 8
_STEPS = 5


class _Steps:
    """Prints each step when it is done: its number, its seconds, and what came of it."""

    def __init__(self) -> None:
        self._started = self._last = time.monotonic()
        self._done = 0

    def tell(self, title: str, lines: Iterable[str]) -> None:
        """End the present step."""
        now = time.monotonic()
        self._done += 1
        seconds = f"{now - self._last:.1f} s"
        self._last = now
        head = f"{self._done}/{_STEPS}  {title}"
        print(f"{head}{seconds:>{LINE_COLUMNS - len(head)}}")
        for line in lines:
            print(f"     {line}".rstrip())
        print(flush=True)

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._started


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add("demo", run, summary="a synthetic case, imported, proved and analysed")
    parser.add_argument(
        "--scale", metavar="SCALE", choices=list(SCALES), default="small", help=" or ".join(SCALES)
    )
    parser.add_argument(
        "--no-serve",
        action="store_true",
        help="end when the case is analysed (it always does: no site is part of this program yet)",
    )


def demo_case(home: Home, scale: str) -> Case:
    """The demonstration case of *scale*; a new one if there is none that this version made."""
    code = f"{_CODE}-{scale}"
    if code in home.codes():
        case = home.case(code)
        try:
            case.batches()
        except StoreOutdated:
            shutil.rmtree(case.folder)
        else:
            return case
    return home.create_case(code, title="演示案件（全部为虚构）", instrument="演示〔2026〕1号")


def run(args: argparse.Namespace) -> int:
    """Do every step and say what came of it."""
    home, steps = home_of(args), _Steps()
    built = build(home.path / "demo" / args.scale, scale=args.scale)
    delivered = f"{built.files:,} files with {built.bookings:,} bookings in {built.delivered}"
    steps.tell("Make a synthetic case; every person and number is made up", [delivered])
    case = demo_case(home, args.scale)
    with Progress("import") as progress:
        report = import_paths(
            case,
            [built.delivered],
            passwords=read_passwords(built.passwords_file),
            progress=progress,
        )
    steps.tell(f"Import the files into case {case.code}", import_lines(report, count_rows(case)))
    proof = prove(case)
    steps.tell("Prove what is complete and what is not", proof_lines(proof))
    result = run_detectors(case)
    steps.tell("Run the detectors", result_lines(result, "en", most=_FINDINGS_SHOWN))
    out = home.path / "demo" / f"{args.scale}-dossier"
    files = write_dossier(case, out, findings=result, proof=proof, created=Clock().now())
    places = (files.working_paper, files.page, files.manifest, files.sums)
    steps.tell("Write the dossier: workbook, page, manifest of hashes", map(str, places))
    print(f"Done in {steps.seconds:.0f} s. Go on with:")
    program, rest = called_as(), words_of(home)
    for command in ("proof", "findings"):
        print(f"     {program} case {command} {case.code}{rest}")
    return DONE


def called_as() -> str:
    """How the user can call this program: by its name if that is on the path, else in full."""
    if shutil.which("qingfeng") is not None:
        return "qingfeng"
    called = Path(sys.argv[0])
    if called.name == "qingfeng" and os.access(called, os.X_OK):
        return shlex.quote(str(called))
    return f"{shlex.quote(sys.executable)} -m qingfeng.cli.main"


def words_of(home: Home) -> str:
    """The option that leads to *home*; nothing where it is found without."""
    return "" if home.path == default_home() else f" --home {shlex.quote(str(home.path))}"
