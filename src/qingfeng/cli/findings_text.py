"""Runs and findings as text: one line a detector, then each finding with its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qingfeng.cli.output import display_width, table_lines
from qingfeng.detectors.manifest import LEVELS
from qingfeng.money import format_yuan

LINE_COLUMNS = 100
"""Terminal columns that a sentence may take, its indentation included."""

_RUN_HEADER = ("detector", "state", "findings", "seconds", "reason")
_FINDING_HEADER = ("no.", "level", "detector", "subject", "yuan", "rows")
_INDENT = "     "
_WORDS = re.compile(r"[!-~]+ ?|.")
_NEVER_FIRST = "，。；：、）】》”’"


def result_lines(result: Mapping[str, Any], *, most: int | None = None) -> Iterator[str]:
    """The runs, then the findings, the gravest first; at most *most* findings if it is given."""
    yield from run_lines(result["runs"])
    found = sorted(result["findings"], key=_gravity)
    if found:
        yield ""
        yield from finding_lines(found if most is None else found[:most])
    if most is not None and len(found) > most:
        yield f"… and {len(found) - most:,} more findings"


def run_lines(runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """One line a detector: its state, how many findings, why it could not be evaluated."""
    rows = [
        (
            run["detector"],
            str(run["state"]),
            f"{run['hits']:,}",
            f"{run['seconds']:.1f}",
            run["reason"] or "",
        )
        for run in runs
    ]
    return table_lines(_RUN_HEADER, rows, right={"findings", "seconds"})


def finding_lines(findings: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A table of the findings, the sentence of each below its line."""
    rows = [_cells(number, finding) for number, finding in enumerate(findings, start=1)]
    header, *lines = table_lines(_FINDING_HEADER, rows, right={"no.", "yuan", "rows"})
    yield header
    for line, finding in zip(lines, findings, strict=True):
        yield line
        for part in wrapped(finding["explain"], LINE_COLUMNS - len(_INDENT)):
            yield _INDENT + part


def wrapped(text: str, columns: int) -> Iterator[str]:
    """Cut *text* into lines of at most *columns*; numbers and words stay whole.

    Only a word longer than a line, or punctuation that may not begin one, passes the bound.
    """
    line, width = "", 0
    for word in _WORDS.findall(text):
        wide = display_width(word.rstrip())
        if line and width + wide > columns and word not in _NEVER_FIRST:
            yield line.rstrip()
            line, width = "", 0
        line += word
        width += display_width(word)
    if line:
        yield line.rstrip()


def _gravity(finding: Mapping[str, Any]) -> tuple[int, int]:
    return -LEVELS.index(finding["level"]), -(finding["amount_fen"] or 0)


def _cells(number: int, finding: Mapping[str, Any]) -> tuple[str, ...]:
    evidence = sum(1 for row in finding["rows"] if row["role"] not in {"context", "excluded"})
    return (
        str(number),
        finding["level"],
        finding["detector"],
        f"{finding['subject']['kind']} {finding['subject']['key']}",
        format_yuan(finding["amount_fen"]) if finding["amount_fen"] else "-",
        f"{evidence:,}",
    )
