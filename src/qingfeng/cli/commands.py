"""What every command shares: how it is declared, ``--home``, ``--json``.

A command module offers ``add_parser(commands)`` and ``run(args) -> int``. Exit codes: 0 done;
1 done, with something refused or missing on the way; 2 not understood; 3 refused.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qingfeng.errors import UsageError
from qingfeng.ingest.linking import ensure_linked
from qingfeng.store import Case, Home
from qingfeng.store.home import default_home

DONE = 0
DONE_WITH_REFUSALS = 1
NOT_UNDERSTOOD = 2
REFUSED = 3

Run = Callable[[argparse.Namespace], int]


@dataclass(frozen=True, slots=True)
class Command:
    """One declared command: its words (``case new``), one line on it, its parser."""

    words: str
    summary: str
    parser: argparse.ArgumentParser


class Commands:
    """A parser's commands, or a group's: ``case`` is a group in the root."""

    def __init__(self, parser: argparse.ArgumentParser, words: str = "") -> None:
        self._subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
        self._words = words
        self._declared: list[Command] = []
        self._groups: list[Commands] = []

    def add(
        self, name: str, run: Run, *, summary: str, reads: bool = False
    ) -> argparse.ArgumentParser:
        """Declare a command; *reads* gives it ``--json``."""
        parser = self._parser(name, summary)
        parser.set_defaults(run=run)
        if reads:
            parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
        self._declared.append(Command(f"{self._words}{name}", summary, parser))
        return parser

    def group(self, name: str, *, summary: str) -> Commands:
        """Declare a word that only leads to further commands."""
        found = Commands(self._parser(name, summary), f"{self._words}{name} ")
        self._groups.append(found)
        return found

    def __iter__(self) -> Iterator[Command]:
        """Every command declared here and below, in order of declaration."""
        yield from self._declared
        for group in self._groups:
            yield from group

    def _parser(self, name: str, summary: str) -> argparse.ArgumentParser:
        parser = self._subparsers.add_parser(
            name, help=summary, description=summary, allow_abbrev=False
        )
        describe_home(parser)
        return parser


def describe_home(parser: argparse.ArgumentParser) -> None:
    """Let the help of *parser* speak of ``--home``; take_home has read it by then."""
    parser.add_argument(
        "--home",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="folder that holds everything (default: QINGFENG_HOME, else the user's data folder)",
    )


def take_home(words: Sequence[str]) -> tuple[Path, list[str]]:
    """Split ``--home DIR`` from the other *words*, wherever it stands; the last one counts.

    Words after ``--`` are left alone. Raises UsageError if DIR is missing.
    """
    home = default_home()
    rest: list[str] = []
    remaining = iter(words)
    for word in remaining:
        if word == "--":
            rest += [word, *remaining]
        elif word == "--home" or word.startswith("--home="):
            named = word[len("--home=") :] if "=" in word else next(remaining, "")
            if not named:
                raise UsageError("--home needs the folder that holds everything: --home DIR")
            home = Path(named)
        else:
            rest.append(word)
    return home, rest


def home_of(args: argparse.Namespace) -> Home:
    """The home that ``main`` put into *args*."""
    found: Home = args.home
    return found


def case_of(args: argparse.Namespace, *, verified: bool = False) -> Case:
    """The case named by ``CODE``, its records linked with each other.

    *verified*: all that was committed is read first, and is what it was. Raises as Home.case
    does; StoreDamaged, StoreBusy.
    """
    case = home_of(args).case(args.code)
    if verified:
        case.verify()
    ensure_linked(case)
    return case
