"""The layouts that come with the library, and those of further folders."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from qingfeng.errors import InvalidDefinition
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.layouts.building import build_layout
from qingfeng.ingest.layouts.reading import parse

ALIASES = "aliases"
"""Folder of the shared alias lists; a layout takes one with ``borrow: NAME``."""


def _files(folder: Traversable, below: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            yield from _files(entry, f"{below}{entry.name}/")
        elif entry.name.endswith((".yaml", ".yml")):
            yield f"{below}{entry.name}", entry


@lru_cache(maxsize=1)
def alias_lists() -> MappingProxyType[str, dict[str, Any]]:
    """The raw shared alias lists by name; each has a ``table`` and its ``fields``."""
    folder = resources.files("qingfeng.ingest.layouts") / ALIASES
    return MappingProxyType(
        {
            where.rpartition(".")[0]: parse(f"{ALIASES}/{where}", entry.read_text("utf-8"))
            for where, entry in _files(folder)
        }
    )


def read_layout(where: str, text: str) -> Layout:
    """Read one layout file; InvalidDefinition names *where* and the key that is wrong."""
    raw = _excluding(parse(where, text))
    borrow = raw.get("borrow")
    if borrow is None:
        return build_layout(where, raw)
    if borrow not in alias_lists():
        raise InvalidDefinition(f"{where}: borrow", f"there is no alias list {borrow!r}")
    return build_layout(where, raw, alias_lists()[borrow])


def _excluding(raw: dict[str, Any]) -> dict[str, Any]:
    """The layout with every spelling of a shared field (``transfers.direction``) it excludes."""
    listed = raw.get("excludes")
    if not isinstance(listed, list):
        return raw
    found: list[Any] = []
    for each in listed:
        name, _, field = str(each).partition(".")
        spellings = alias_lists()[name]["fields"].get(field) if name in alias_lists() else None
        found += [each] if spellings is None else spellings
    return {**raw, "excludes": list(dict.fromkeys(found))}


def load_layouts(extra_folders: tuple[Path, ...] = ()) -> tuple[Layout, ...]:
    """Every layout, ours first, then those of *extra_folders*; each name once.

    Read again only when a file of *extra_folders* has changed. Raises InvalidDefinition naming
    file and key for anything that is not as it must be.
    """
    return _load(extra_folders, tuple(_state(folder) for folder in extra_folders))


def _state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of change of each layout file."""
    found = []
    for path in sorted(folder.rglob("*.y*ml")):
        status = path.stat()
        found.append((path.as_posix(), status.st_size, status.st_mtime_ns))
    return tuple(found)


@lru_cache(maxsize=8)
def _load(
    extra_folders: tuple[Path, ...], _states: tuple[tuple[tuple[str, int, int], ...], ...]
) -> tuple[Layout, ...]:
    ours = resources.files("qingfeng.ingest.layouts")
    found: dict[str, Layout] = {}
    for number, folder in enumerate((ours, *extra_folders)):
        for where, entry in _files(folder):
            if number == 0 and where.startswith(f"{ALIASES}/"):
                continue
            try:
                text = entry.read_text("utf-8")
            except UnicodeDecodeError:
                raise InvalidDefinition(where, "it is not UTF-8; save it as UTF-8") from None
            layout = read_layout(where, text)
            if layout.name in found:
                raise InvalidDefinition(f"{where}: name", f"{layout.name!r} is taken")
            found[layout.name] = layout
    return tuple(found.values())
