"""``qingfeng doctor``: what is installed, configured and missing, and how to mend it."""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path

import duckdb

from qingfeng import __version__
from qingfeng.cli.commands import DONE, DONE_WITH_REFUSALS, Commands, home_of
from qingfeng.cli.output import print_json, print_lines, table_lines
from qingfeng.errors import InvalidDefinition, StoreDamaged
from qingfeng.ingest.layouts import load_layouts
from qingfeng.store import Home

_OLDEST_PYTHON = (3, 11)
_GIB = 2**30
_LEAST_MEMORY = 2 * _GIB
_LEAST_DISK = 5 * _GIB
_INSTALL = "pip install -e . in the project's folder"
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)[^;]*(?:;.*extra == ['\"](?P<extra>\w+)['\"])?")


class CheckState(StrEnum):
    """``MISSING`` stops Qingfeng from working; ``OPTIONAL`` only narrows what it can do."""

    OK = "ok"
    OPTIONAL = "optional"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what was *found*, and how to *mend* it if it is not ok."""

    name: str
    state: CheckState
    found: str
    mend: str = ""


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    commands.add(
        "doctor", run, summary="what is installed, configured, missing; how to mend it", reads=True
    )


def run(args: argparse.Namespace) -> int:
    """Print every check; 1 if something that Qingfeng needs is missing."""
    found = list(checks(home_of(args).path))
    missing = [check for check in found if check.state is CheckState.MISSING]
    if args.json:
        print_json({"checks": [asdict(check) for check in found]})
    else:
        rows = [(check.state, check.name, check.found) for check in found]
        print_lines(table_lines(("state", "what", "found"), rows))
        for check in found:
            if check.mend:
                print_lines([f"{check.name}: {check.mend}"])
        print(f"{len(missing)} missing." if missing else "Nothing that Qingfeng needs is missing.")
    return DONE_WITH_REFUSALS if missing else DONE


def checks(home: Path) -> Iterator[Check]:
    """Everything worth knowing before the first import, the most basic first."""
    yield python_version(sys.version_info[:2])
    yield Check("qingfeng", CheckState.OK, __version__)
    yield from packages(declared_requirements())
    yield chinese_order()
    yield memory(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    yield Check("processor cores", CheckState.OK, str(os.cpu_count()))
    yield from home_folder(home)
    yield from layouts(home)
    yield from cases(Home(home))


def layouts(home: Path) -> Iterator[Check]:
    """Whether the layout files of the home, and of each of its cases, can be read."""
    folders = [home / "layouts", *sorted(home.glob("cases/*/layouts"))]
    for folder in filter(Path.is_dir, folders):
        named = str(folder.relative_to(home))
        own = tuple(dict.fromkeys((home / "layouts", folder)))
        try:
            known = load_layouts(tuple(filter(Path.is_dir, own)))
        except InvalidDefinition as problem:
            mend = f"correct the file in {folder}; until then imports are refused"
            yield Check(named, CheckState.MISSING, str(problem), mend)
        else:
            more = len(known) - len(load_layouts())
            yield Check(
                named, CheckState.OK, f"{more} layout{'' if more == 1 else 's'} of your own"
            )


def cases(home: Home) -> Iterator[Check]:
    """Whether all that was committed is as it was committed; read from end to end."""
    whole = 0
    for code in home.codes():
        case = home.case(code)
        try:
            _ = case.facts
            case.verify()
        except StoreDamaged as problem:
            yield Check(f"case {code}", CheckState.MISSING, str(problem))
        else:
            whole += 1
    if whole:
        yield Check("cases", CheckState.OK, f"{whole} as committed")


def python_version(version: tuple[int, int]) -> Check:
    """Whether the interpreter is new enough."""
    found = f"{platform.python_implementation()} {version[0]}.{version[1]}"
    if version >= _OLDEST_PYTHON:
        return Check("python", CheckState.OK, found)
    return Check("python", CheckState.MISSING, found, "install Python 3.11 or newer")


def declared_requirements() -> Mapping[str, list[str]] | None:
    """Package names by extra ("" = always needed); None if qingfeng is not installed."""
    try:
        declared = metadata.requires("qingfeng") or []
    except metadata.PackageNotFoundError:
        return None
    found: dict[str, list[str]] = defaultdict(list)
    for requirement in declared:
        parts = _REQUIREMENT.match(requirement)
        if parts is not None:
            found[parts["extra"] or ""].append(parts["name"])
    return found


def packages(declared: Mapping[str, list[str]] | None) -> Iterator[Check]:
    """The version of every needed package, and which extras are complete."""
    if declared is None:
        yield Check("packages", CheckState.MISSING, "qingfeng is not installed", _INSTALL)
        return
    for extra, names in declared.items():
        versions = {name: _version(name) for name in names}
        if not extra:
            for name, version in versions.items():
                yield (
                    Check(name, CheckState.OK, version)
                    if version is not None
                    else Check(name, CheckState.MISSING, "not installed", f"pip install {name}")
                )
            continue
        absent = [name for name, version in versions.items() if version is None]
        name = f"extra {extra}"
        if absent:
            mend = f"only if you want it: pip install -e '.[{extra}]'"
            yield Check(name, CheckState.OPTIONAL, f"without {', '.join(absent)}", mend)
        else:
            yield Check(name, CheckState.OK, "complete")


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def chinese_order() -> Check:
    """Whether DuckDB sorts Chinese by pinyin and knows Beijing time, both without a download."""
    name, mend = "Chinese collation", "reinstall duckdb from its official wheel, which has icu"
    try:
        with duckdb.connect() as connection:
            connection.execute("SET autoinstall_known_extensions=false")
            connection.execute("SET TimeZone='Asia/Shanghai'")
            answer = connection.execute(
                "SELECT string_agg(sign, '' ORDER BY sign COLLATE zh) "
                "FROM unnest(['王', '安', '李']) AS signs(sign)"
            ).fetchall()
    except duckdb.Error as problem:
        return Check(name, CheckState.MISSING, str(problem).splitlines()[0], mend)
    order = answer[0][0]
    if order != "安李王":
        return Check(name, CheckState.MISSING, f"sorts {order}", mend)
    return Check(name, CheckState.OK, "by pinyin (安李王)")


def memory(size: int) -> Check:
    """Whether *size* bytes of memory do for a large case."""
    found = f"{size // _GIB} GiB"
    if size >= _LEAST_MEMORY:
        return Check("memory", CheckState.OK, found)
    return Check("memory", CheckState.OPTIONAL, found, "large cases need 2 GiB or more")


def home_folder(home: Path) -> Iterator[Check]:
    """Whether *home*, or the folder it would be made in, can be written and has room."""
    there = next(each for each in (home, *home.absolute().parents) if each.exists())
    state = "there" if there == home else f"will be made under {there}"
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        yield Check("home", CheckState.OK, f"{home} ({state})")
    else:
        mend = "name a folder you may write to with --home DIR or QINGFENG_HOME"
        yield Check("home", CheckState.MISSING, f"{there} cannot be written", mend)
    free = shutil.disk_usage(there).free
    if free >= _LEAST_DISK:
        yield Check("free disk", CheckState.OK, f"{free // _GIB} GiB")
    else:
        mend = "an import needs about twice the size of what is delivered"
        yield Check("free disk", CheckState.OPTIONAL, f"{free // 2**20} MiB", mend)
