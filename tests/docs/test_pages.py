"""What pages promise exists: the files they link to, the commands and options they name."""

import re
import shlex
from pathlib import Path

import pytest

from qingfeng.cli.main import build_parser
from tests.docs.console_blocks import steps_of

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
WRITTEN = [
    *READMES,
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
NAMED = re.compile(r"`(qingfeng [^`\n]+)`")
OUTSIDE = ("http:", "https:", "mailto:")


def dead_links(page, text):
    """Links of *text*, standing in *page*, to files and headings that are not there."""
    dead = []
    for link in LINK.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if link.startswith(OUTSIDE):
            continue
        name, _, heading = link.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or (heading and heading not in headings(path)):
            dead.append(link)
    return dead


def headings(page):
    """The anchors of the headings of *page*, as code hosts make them."""
    found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in found}


def unknown_commands(text):
    """Commands and options of ``qingfeng`` that *text* names and the program does not have."""
    _, commands = build_parser()
    parsers = {each.words: each.parser for each in commands}
    console = "\n".join(each.command for each in steps_of(text))
    named = [
        *NAMED.findall(text),
        *re.findall(r"(?:^|[;&|] ?)(qingfeng [^|;&>\n]+)", console, re.MULTILINE),
    ]
    unknown = []
    for call in named:
        words = shlex.split(call)[1:]
        parser = next((parsers[w] for w in (" ".join(words[:2]), words[0]) if w in parsers), None)
        if parser is None:
            unknown.append(call)
            continue
        known = {option for action in parser._actions for option in action.option_strings}
        unknown += [w for w in words if w.startswith("--") and w.split("=")[0] not in known]
    return unknown


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    assert dead_links(page, page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_named_commands_exist(page):
    assert unknown_commands(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_a_readme_is_short_and_its_make_targets_exist(page):
    text = page.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 120
    targets = re.findall(r"^(\w+):$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = re.findall(r"(?:^\$ |`)make (\w+)", text, re.MULTILINE)
    assert {"demo", "test"} <= set(named) <= set(targets)


def test_dead_links_are_seen(tmp_path):
    page = tmp_path / "a.md"
    page.write_text("# One, two\n", encoding="utf-8")
    text = "[x](b.md) [y](a.md#one-two) [z](#three) [w](https://example.org/) ```[v](c.md)```"
    assert dead_links(page, text) == ["b.md", "#three"]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("`qingfeng case new C --title T`", []),
        ("`qingfeng case nothing`", ["qingfeng case nothing"]),
        ("```console\n$ qingfeng doctor --json | tail\n```\n", []),
        ("```console\n$ true; qingfeng fly --high\n```\n", ["qingfeng fly --high"]),
        ("`qingfeng case new C --weight 3`", ["--weight"]),
    ],
)
def test_unknown_commands_are_seen(text, unknown):
    assert unknown_commands(text) == unknown
