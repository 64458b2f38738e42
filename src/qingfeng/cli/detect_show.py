"""``qingfeng detect show``: one detector, as its folder describes it."""

from __future__ import annotations

import argparse

import yaml

from qingfeng.cli.commands import DONE, Commands
from qingfeng.cli.output import print_json
from qingfeng.detectors.registry import detector


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add("show", run, summary="one detector: needs, parameters, rule", reads=True)
    parser.add_argument("name", metavar="NAME", help="name of the detector")


def run(args: argparse.Namespace) -> int:
    """Print its definition, how to verify it, and its SQL where it has one."""
    found = detector(args.name)
    definition = (found.folder / "detector.yaml").read_text(encoding="utf-8")
    if args.json:
        described = yaml.safe_load(definition) | {"sql": found.sql, "verify": list(found.verify)}
        print_json(described)
        return DONE
    print(definition.rstrip())
    for step in found.verify:
        print(f"- {step}")
    if found.sql is not None:
        print(f"\n{found.sql.rstrip()}")
    return DONE
