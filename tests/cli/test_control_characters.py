"""What delivered text would tell a terminal to do is shown, not done, by every command."""

from __future__ import annotations

import json

import pytest

from qingfeng.cli.main import main
from qingfeng.cli.output import print_json
from tests.ingest.imports import HEADER, booking

ESCAPES = "\x1b[31m\x9b2J\x07"


@pytest.fixture
def delivered(tmp_path):
    """A folder with a file whose name, headers and cells hold escape sequences."""
    folder = tmp_path / "交付"
    folder.mkdir()
    rows = [f"{booking(number)},{ESCAPES}" for number in range(3)]
    lines = [f"{HEADER},{ESCAPES}备注", *rows, f"x{ESCAPES},{ESCAPES}"]
    (folder / f"a{ESCAPES}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / f"b{ESCAPES}.csv").write_text(f"{ESCAPES}甲,乙\n1,2\n", encoding="utf-8")
    return folder


def test_no_command_hands_control_characters_on(tmp_path, delivered, capsys):
    home = str(tmp_path / "home")
    file = str(next(delivered.glob("a*")))
    commands = [
        ["new", "C", "--title", f"t{ESCAPES}", "--instrument", f"i{ESCAPES}"],
        ["import", "C", str(delivered)],
        ["import", "C", str(delivered), "--json"],
        ["list"],
        ["list", "--json"],
        ["tables", "C"],
        ["proof", "C"],
        ["proof", "C", "--json"],
        ["map", file],
        ["map", str(next(delivered.glob("b*")))],
        ["findings", "C"],
        ["export", "C", "--table", "transfers", "--format", "csv", "--out", f"{file}.out"],
        ["import", "C", f"{file}.none"],
        ["withdraw", "C", file, "--reason", "x"],
    ]
    for words in commands:
        main(["case", *words, "--home", home])
        said = capsys.readouterr()
        found = {sign for sign in said.out + said.err if sign in ESCAPES[:1] + "\x9b\x07"}
        assert not found, words
        if "--json" in words:
            json.loads(said.out)


def test_json_keeps_what_it_escapes(capsys):
    print_json({"name": ESCAPES})
    assert json.loads(capsys.readouterr().out) == {"name": ESCAPES}
