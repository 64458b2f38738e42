"""``qingfeng detect show``: one detector, as its folder describes it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import yaml

from qingfeng.cli.commands import DONE, Commands
from qingfeng.cli.findings_text import LINE_COLUMNS, wrapped
from qingfeng.cli.output import print_json
from qingfeng.detectors.manifest import Detector
from qingfeng.detectors.registry import detector

VERIFY = "verify.md"


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add("show", run, summary="one detector: needs, parameters, rule", reads=True)
    parser.add_argument("name", metavar="NAME", help="name of the detector")


def run(args: argparse.Namespace) -> int:
    """Print what it looks for, its definition, how to verify it, and its SQL if it has one."""
    found = detector(args.name)
    definition = (found.folder / "detector.yaml").read_text(encoding="utf-8")
    if args.json:
        described = yaml.safe_load(definition) | {"sql": found.sql, "verify": list(found.verify)}
        print_json(described)
        return DONE
    print("\n".join(summary_lines(found)))
    print(f"\n--- detector.yaml\n{definition.rstrip()}\n\n--- {VERIFY}")
    for step in found.verify:
        print(f"- {step}")
    if found.sql is not None:
        print(f"\n--- detect.sql\n{found.sql.rstrip()}")
    return DONE


def summary_lines(found: Detector) -> Iterator[str]:
    """What it says, reads, takes as thresholds and sets aside, in a dozen lines."""
    yield f"{found.name} {found.version}: {found.name_zh} / {found.name_en}"
    facts = [found.label, f"level {found.level}", f"confidence {found.confidence}"]
    yield ", ".join([*facts, f"subject {found.subject_kind}", f"authority {found.authority}"])
    yield ""
    for words in (found.explain.zh, found.explain.en):
        yield from wrapped(words, LINE_COLUMNS)
    yield ""
    for table, need in found.requires.items():
        left_out = set(need.optional_columns)
        needed = (
            [each for each in need.columns if each not in left_out] if not need.optional else []
        )
        said = f"needs {', '.join(needed)}" if needed else "is read if it was delivered"
        yield from wrapped(f"{table} {said}", LINE_COLUMNS)
    yield ""
    for each in found.params.values():
        for one in each.values:
            days = f", {one.start or '…'} to {one.end or '…'}" if one.start or one.end else ""
            yield f"{each.name} = {one.value:,} {each.unit}{days}"
    aside = [*found.exclusions.shared, *found.exclusions.own]
    yield ""
    yield from wrapped(f"sets aside: {', '.join(aside)}", LINE_COLUMNS)
