"""``qingfeng case``: everything about one authorised case."""

from __future__ import annotations

from qingfeng.cli import (
    case_dossier,
    case_export,
    case_findings,
    case_import,
    case_list,
    case_map,
    case_new,
    case_proof,
    case_tables,
    case_withdraw,
)
from qingfeng.cli.commands import Commands

_MODULES = (
    case_new,
    case_list,
    case_map,
    case_import,
    case_withdraw,
    case_proof,
    case_tables,
    case_export,
    case_findings,
    case_dossier,
)


def add_parser(commands: Commands) -> None:
    """Declare the group and its commands."""
    group = commands.group("case", summary="one authorised case: its files, records and findings")
    for module in _MODULES:
        module.add_parser(group)
