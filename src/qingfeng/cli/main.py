"""``qingfeng``: read the words, run the command, turn errors into one line and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import duckdb
import pyarrow as pa

from qingfeng import __version__
from qingfeng.cli import case, demo, detect, doctor
from qingfeng.cli.commands import (
    NOT_UNDERSTOOD,
    REFUSED,
    Commands,
    describe_home,
    take_home,
)
from qingfeng.cli.output import harmless
from qingfeng.errors import DatabaseFault, QingfengError, UsageError
from qingfeng.store import Home
from qingfeng.vocabulary.chinese import in_chinese

_INTERRUPTED = 130
_PIPE_CLOSED = 141
_LONGEST_REMARK = 300
_TRACEBACK = "QINGFENG_TRACEBACK"


def build_parser() -> tuple[argparse.ArgumentParser, Commands]:
    """The parser of the whole command line, and every command in it."""
    parser = argparse.ArgumentParser(
        prog="qingfeng",
        description="Qingfeng (清风): where did public money and public power go?",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"qingfeng {__version__}")
    describe_home(parser)
    commands = Commands(parser)
    for module in (demo, case, detect, doctor):
        module.add_parser(commands)
    return parser, commands


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; nothing on purpose ends in a traceback."""
    try:
        code = _run(sys.argv[1:] if words is None else words)
        sys.stdout.flush()
    except SystemExit as end:  # argparse has printed help, or what it did not understand
        code = end.code if isinstance(end.code, int) else NOT_UNDERSTOOD
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = _PIPE_CLOSED
    except KeyboardInterrupt:
        code = _complain("stopped; what was committed before stays, nothing else", _INTERRUPTED)
    except UsageError as problem:
        code = _complain(str(problem), NOT_UNDERSTOOD)
    except QingfengError as problem:
        code = _complain(str(problem), REFUSED)
    except OSError as problem:
        place = f"{problem.filename}: " if problem.filename is not None else ""
        code = _complain(f"{place}{problem.strerror or problem}", REFUSED)
    except Exception as fault:
        if _TRACEBACK in os.environ:
            raise
        code = _complain(
            f"This is a fault of the program ({type(fault).__name__}: {fault}). Report it with the "
            f"command and no personal data; with {_TRACEBACK}=1 it says where.",
            REFUSED,
        )
    return code


def _run(words: Sequence[str]) -> int:
    home, rest = take_home(words)
    parser, _ = build_parser()
    args = parser.parse_args(rest)
    args.home = Home(home)
    try:
        code: int = args.run(args)
    except (duckdb.Error, pa.ArrowException, OSError) as problem:
        if isinstance(problem, OSError) and problem.errno is not None:
            raise  # the system's own; without a number it is a reader's, about damaged bytes
        named = getattr(args, "code", None)
        if named in args.home.codes():
            args.home.case(named).verify()
        raise DatabaseFault(" ".join(str(problem).split())[:_LONGEST_REMARK]) from problem
    return code


def _complain(text: str, code: int) -> int:
    """Say what went wrong, in Chinese where the list of messages has it, and in English."""
    line = " ".join(text.split())
    both = " / ".join(dict.fromkeys((in_chinese(line), line)))
    print(f"qingfeng: {harmless(both)}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
