"""``qingfeng case map``: what the columns of a file mean, and a layout for what nobody knows."""

from __future__ import annotations

import argparse
from pathlib import Path

from qingfeng.cli.case_import import read_passwords
from qingfeng.cli.commands import DONE, DONE_WITH_REFUSALS, Commands, home_of
from qingfeng.cli.map_text import map_lines
from qingfeng.cli.output import print_json
from qingfeng.errors import UsageError
from qingfeng.ingest.layouts import load_layouts
from qingfeng.ingest.mapped import map_file


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add(
        "map",
        run,
        summary="show what the columns of a file mean; propose a layout for unknown ones",
        reads=True,
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="any delivered file")
    parser.add_argument(
        "--out", metavar="LAYOUT.yaml", type=Path, help="write the proposed layout there"
    )
    parser.add_argument("--sheet", metavar="S", help="only this sheet")
    parser.add_argument("--member", metavar="M", help="only this file of an archive")
    parser.add_argument(
        "--password-file", metavar="F", type=Path, help="passwords to try, one a line, in UTF-8"
    )


def run(args: argparse.Namespace) -> int:
    """Show every table; write the one proposal to ``--out``.

    Raises UsageError if FILE is no file, ``--sheet`` or ``--member`` names nothing, or ``--out``
    exists or is not of exactly one proposal; then nothing is written.
    """
    if not args.file.is_file():
        raise UsageError(f"{args.file} is no file; name one delivered file.")
    if args.out is not None and args.out.exists():
        raise UsageError(f"{args.out} exists; name another file, or remove it first.")
    own = home_of(args).path / "layouts"
    layouts = load_layouts((own,) if own.is_dir() else ())
    mapped = [
        each
        for each in map_file(args.file, layouts, read_passwords(args.password_file))
        if args.sheet in (None, each.sheet) and args.member in (None, each.member)
    ]
    if not mapped:
        raise UsageError(f"{args.file} has no such sheet or member; leave out --sheet, --member.")
    proposals = [each.proposal for each in mapped if each.proposal and not each.proposal.lacking]
    if args.out is not None:
        if not proposals:
            lacking = [
                f"{each.sheet or each.member or args.file.name}: no column looks like "
                f"{', '.join(each.proposal.lacking)}"
                for each in mapped
                if each.proposal
            ]
            raise UsageError(
                f"no layout can be proposed for {args.file}, and nothing was written. "
                f"{'; '.join(lacking[:3]) or 'Every table of it has a layout, or no header'}. "
                "See docs/guide/layouts.md to write one."
            )
        if len(proposals) != 1:
            raise UsageError(
                f"{len(proposals)} layouts are proposed for {args.file}, and {args.out} holds one; "
                "nothing was written. Choose a table with --sheet or --member, or leave out --out."
            )
        args.out.write_text(proposals[0].to_yaml(), encoding="utf-8")
    if args.json:
        print_json({"file": str(args.file), "tables": [each.as_json() for each in mapped]})
    else:
        print("\n".join(map_lines(mapped, out=args.out, home=home_of(args).path)))
    return DONE if all(each.understood for each in mapped) else DONE_WITH_REFUSALS
