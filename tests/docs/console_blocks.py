"""Console blocks of a page: the commands, and whether what they print is what the page shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LEFT_OUT = "…"
_GAP = re.compile(rf" *{LEFT_OUT} *")
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """One command, which may run over several lines, and the lines shown below it."""

    command: str
    shown: tuple[str, ...]


def steps_of(page: str) -> list[Step]:
    """Every ``$`` command of every console block; lines beginning with ``>`` belong to it."""
    steps: list[Step] = []
    for block in _BLOCK.findall(page):
        command: list[str] = []
        shown: list[str] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    steps.append(Step("\n".join(command), tuple(shown)))
                command, shown = [line[2:]], []
            elif line.startswith("> ") and not shown:
                command.append(line[2:])
            else:
                shown.append(line)
        steps.append(Step("\n".join(command), tuple(shown)))
    return steps


def agrees(shown: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether *printed* is *shown*.

    A line that is only ``…`` stands for any number of lines; inside a line ``…`` stands for
    any text. Blanks at the end of a line do not count.
    """
    forms = [
        r"(?:.*\n)*?" if line.strip() == LEFT_OUT else _form(line.rstrip()) + r"[ ]*\n"
        for line in shown
    ]
    return re.fullmatch("".join(forms), "".join(f"{line}\n" for line in printed)) is not None


def _form(line: str) -> str:
    return ".*".join(map(re.escape, _GAP.split(line)))
