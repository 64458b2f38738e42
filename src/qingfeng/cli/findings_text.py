"""Runs and findings as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qingfeng.cli.output import table_lines
from qingfeng.money import format_yuan

_RUN_HEADER = ("detector", "state", "findings", "seconds", "reason")


def result_lines(result: Mapping[str, Any]) -> Iterator[str]:
    """One line a detector, then one line a finding with its sentence."""
    runs = [
        (
            run["detector"],
            str(run["state"]),
            str(run["hits"]),
            f"{run['seconds']:.1f}",
            run["reason"] or "",
        )
        for run in result["runs"]
    ]
    yield from table_lines(_RUN_HEADER, runs, right={"findings", "seconds"})
    for finding in result["findings"]:
        amount = finding["amount_fen"]
        yuan = f", {format_yuan(amount)} 元" if amount is not None else ""
        yield f"[{finding['level']}] {finding['detector']}{yuan}: {finding['explain']}"
