import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.console_blocks import Step, agrees, steps_of

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial" / "first-case.md"
END_OF_STEP = "-- end of step --"
PROGRESS = re.compile(r"^import: \d+ %, .* left\n", re.MULTILINE)  # only where work takes long


@pytest.fixture
def shell(tmp_path):
    """Run a script with ``qingfeng`` on the path, in an empty folder; what it printed."""
    program = tmp_path / "bin" / "qingfeng"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m qingfeng.cli.main "$@"\n')
    program.chmod(0o755)
    folder = tmp_path / "work"
    folder.mkdir()
    environment = {
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
    }

    def run(script):
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=True,
        )
        return PROGRESS.sub("", done.stdout)

    return run


def test_every_command_prints_what_the_tutorial_shows(shell):
    steps = steps_of(PAGE.read_text(encoding="utf-8"))
    assert len(steps) > 15
    parts = shell("".join(f"{s.command}\necho '{END_OF_STEP}'\n" for s in steps)).split(
        f"{END_OF_STEP}\n"
    )
    assert len(parts) == len(steps) + 1
    wrong = [
        f"$ {step.command}\n{printed}"
        for step, printed in zip(steps, parts, strict=False)
        if not agrees(step.shown, printed.splitlines())
    ]
    assert wrong == []


def test_a_block_is_cut_into_commands_and_what_they_show():
    page = "```console\n$ a\nb\n\nc\n$ cat <<E\n> x\n> E\n```\n\n```sh\n$ no\n```\n"
    assert steps_of(page) == [Step("a", ("b", "", "c")), Step("cat <<E\nx\nE", ())]


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        pytest.param(["a"], ["a"], True, id="equal"),
        pytest.param(["a"], ["b"], False, id="another line"),
        pytest.param(["a"], ["a", "b"], False, id="a line more"),
        pytest.param(["a", "b"], ["a"], False, id="a line less"),
        pytest.param(["a", "…", "z"], ["a", "b", "c", "z"], True, id="lines left out"),
        pytest.param(["a", "…", "z"], ["a", "z"], True, id="no line left out"),
        pytest.param(["a", "…", "z"], ["a", "b"], False, id="the line after is missing"),
        pytest.param(["1/5 made … s"], ["1/5 made   0.6 s"], True, id="a time"),
        pytest.param(["1/5 made … s"], ["2/5 made   0.6 s"], False, id="beside the time"),
        pytest.param(["a.c"], ["abc"], False, id="a dot is a dot"),
        pytest.param([], ["a"], False, id="silence was shown"),
    ],
)
def test_agreement(shown, printed, same):
    assert agrees(shown, printed) is same
