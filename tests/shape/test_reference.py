import argparse

import pytest

from qingfeng.cli.commands import Commands
from qingfeng.cli.main import build_parser
from qingfeng.errors import QingfengError, Refusal, StoreBusy
from scripts import reference


def test_committed_pages_say_what_the_program_does():
    assert reference.differing(reference.FOLDER) == []


def test_every_command_has_its_section():
    page = reference.pages()["command-line.md"]
    _, commands = build_parser()
    words = [command.words for command in commands]
    assert "case new" in words
    assert [each for each in words if f"\n## `qingfeng {each}`\n" not in page] == []


@pytest.fixture
def written(tmp_path):
    for name, text in reference.pages().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_pages_just_written_do_not_differ(written):
    assert reference.differing(written) == []


def test_an_edited_page_is_seen(written):
    with (written / "errors.md").open("a", encoding="utf-8") as page:
        page.write("more\n")
    assert reference.differing(written) == ["errors.md"]


def test_a_lacking_page_and_a_page_nobody_makes_are_seen(written):
    (written / "tables.md").rename(written / "old.md")
    assert reference.differing(written) == ["old.md", "tables.md"]


def test_errors_are_found_below_their_root():
    assert {QingfengError, Refusal, StoreBusy} <= reference.error_classes(QingfengError)
    assert reference.error_classes(StoreBusy) == {StoreBusy}


def test_commands_of_groups_are_listed_with_their_words():
    commands = Commands(argparse.ArgumentParser())
    commands.add("one", lambda _: 0, summary="first")
    commands.group("two", summary="more").add("three", lambda _: 0, summary="third")
    assert [each.words for each in commands] == ["one", "two three"]
