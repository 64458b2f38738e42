"""Runs and findings as text: one line a detector, then each finding, its sentence, its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qingfeng.cli.findings_words import WORDS, Words
from qingfeng.cli.output import display_width, table_lines
from qingfeng.money import format_yuan
from qingfeng.report.dossier_content import gravity

LINE_COLUMNS = 100
"""Terminal columns that a sentence may take, its indentation included."""

ROWS_SHOWN = 5
"""Rows shown below a finding unless another number is asked for."""

_INDENT = "     "
_WORDS = re.compile(r"[!-~]+ ?|.")
_NEVER_FIRST = "，。；：、）】》”’"


def result_lines(
    result: Mapping[str, Any], language: str, *, most: int | None = None, rows: int = 0
) -> Iterator[str]:
    """The runs, then the findings, the gravest first.

    *language*: ``zh`` or ``en``, for all that is not delivered text. *most*: so many findings at
    most. *rows*: so many evidence rows below each finding.
    """
    words = WORDS[language]
    yield from run_lines(result["runs"], words)
    found = sorted(result["findings"], key=gravity)
    if found:
        yield ""
        yield from finding_lines(found if most is None else found[:most], words, rows)
    if most is not None and len(found) > most:
        yield words.more_findings.format(len(found) - most)


def run_lines(runs: Sequence[Mapping[str, Any]], words: Words) -> list[str]:
    """One line a detector: its state, how many findings, why it could not be evaluated."""
    cells = [
        (
            run["detector"],
            words.states[run["state"]],
            f"{run['hits']:,}",
            f"{run['seconds']:.1f}",
            words.between.join(_remarks(run, words)),
        )
        for run in runs
    ]
    return table_lines(words.run_header, cells, right=words.right)


def _remarks(run: Mapping[str, Any], words: Words) -> Iterator[str]:
    """Why a run found nothing, or not all: its reason, its warning, what it could not judge."""
    yield from filter(None, (run[words.reason], run[words.warning]))
    open_subjects = run.get("not_evaluable") or ()
    if run.get("evaluable"):
        for each in open_subjects:
            yield words.open_subjects.format(
                each["subjects"], run["population"], each[words.reason]
            )
    yield from (words.pending.format(each) for each in run.get("pending") or ())


def finding_lines(
    findings: Sequence[Mapping[str, Any]], words: Words, rows: int = 0
) -> Iterator[str]:
    """A table of the findings; below the line of each its sentence and its first *rows* rows."""
    cells = [_cells(number, finding, words) for number, finding in enumerate(findings, start=1)]
    header, *lines = table_lines(words.finding_header, cells, right=words.right)
    yield header
    for line, finding in zip(lines, findings, strict=True):
        yield line
        for part in wrapped(finding[words.explain], LINE_COLUMNS - len(_INDENT)):
            yield _INDENT + part
        if rows:
            yield from _row_lines(finding, words, rows)


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


def _row_lines(finding: Mapping[str, Any], words: Words, most: int) -> Iterator[str]:
    kept = [row for row in finding["rows"] if row["role"] != "excluded"]
    for row in kept[:most]:
        file = row["file"] or row["source_row"].split("·")[0]
        place = f"{file}·{row['sheet']}" if row["sheet"] else file
        shown = (
            row["happened_on"] or "-",
            words.roles[row["role"]],
            format_yuan(row["amount_fen"]) if row["amount_fen"] else "-",
            words.place.format(place, row["row"]),
        )
        yield f"{_INDENT}  {'  '.join(shown)}"
    left = len(kept) - most
    excluded = len(finding["rows"]) - len(kept)
    if left > 0:
        yield f"{_INDENT}  {words.more_rows.format(left)}"
    if excluded:
        yield f"{_INDENT}  {words.excluded_rows.format(excluded)}"


def _cells(number: int, finding: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    evidence = sum(1 for row in finding["rows"] if row["role"] not in {"context", "excluded"})
    subject = finding["subject"]
    return (
        str(number),
        words.levels[finding["level"]],
        finding["detector"],
        f"{words.kinds[subject['kind']]} {subject['key']}",
        format_yuan(finding["amount_fen"]) if finding["amount_fen"] else "-",
        f"{evidence:,}",
    )
