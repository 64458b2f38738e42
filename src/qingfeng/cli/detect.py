"""``qingfeng detect``: the detectors themselves."""

from __future__ import annotations

from qingfeng.cli import detect_list, detect_run, detect_show, detect_test
from qingfeng.cli.commands import Commands

_MODULES = (detect_list, detect_show, detect_test, detect_run)


def add_parser(commands: Commands) -> None:
    """Declare the group and its commands."""
    group = commands.group("detect", summary="the detectors: what they are, their tests, runs")
    for module in _MODULES:
        module.add_parser(group)
