import argparse
from pathlib import Path

import pytest

from qingfeng.cli.commands import Commands, take_home
from qingfeng.errors import UsageError


@pytest.mark.parametrize(
    "words",
    [
        ["--home", "H", "case", "list"],
        ["--home=H", "case", "list"],
        ["case", "--home", "H", "list"],
        ["case", "list", "--home", "H"],
        ["--home", "other", "case", "list", "--home=H"],
    ],
)
def test_home_may_stand_anywhere_and_the_last_counts(words):
    assert take_home(words) == (Path("H"), ["case", "list"])


def test_without_the_word_the_environment_names_home(monkeypatch, tmp_path):
    monkeypatch.setenv("QINGFENG_HOME", str(tmp_path))
    assert take_home(["doctor"]) == (tmp_path, ["doctor"])


def test_words_after_two_dashes_are_left_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("QINGFENG_HOME", str(tmp_path))
    assert take_home(["x", "--", "--home", "H"]) == (tmp_path, ["x", "--", "--home", "H"])


@pytest.mark.parametrize("words", [["case", "--home"], ["--home="], ["--home", ""]])
def test_home_without_a_folder_is_not_understood(words):
    with pytest.raises(UsageError, match="--home DIR"):
        take_home(words)


def test_only_reading_commands_take_json():
    parser = argparse.ArgumentParser()
    commands = Commands(parser)
    commands.add("read", lambda _: 0, summary="r", reads=True)
    commands.add("write", lambda _: 0, summary="w")
    assert parser.parse_args(["read", "--json"]).json is True
    with pytest.raises(SystemExit):
        parser.parse_args(["write", "--json"])
