"""Which detectors there are: one folder each under ``case/`` and ``daily/``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from qingfeng.detectors.exclusions import reasons
from qingfeng.detectors.guard import check_detector
from qingfeng.detectors.manifest import AUTHORITIES, Detector, read_manifest
from qingfeng.errors import InvalidDefinition, UsageError

ROOT = Path(__file__).parent


def load(folder: Path) -> Detector:
    """Read and guard one detector folder. Raises InvalidDefinition."""
    found = read_manifest(folder, tuple(reasons()))
    check_detector(found)
    if folder.parent.name in AUTHORITIES and folder.parent.name != found.authority:
        raise InvalidDefinition(
            f"{found.name}/detector.yaml.authority",
            f"{found.authority!r} does not belong under {folder.parent.name}/",
        )
    return found


@cache
def detectors() -> Mapping[str, Detector]:
    """Every built-in detector by name, in alphabetical order. Raises InvalidDefinition."""
    folders = sorted(
        each.parent for kind in AUTHORITIES for each in (ROOT / kind).glob("*/detector.yaml")
    )
    found = [load(folder) for folder in folders]
    return MappingProxyType({each.name: each for each in sorted(found, key=lambda one: one.name)})


def detector(name: str) -> Detector:
    """The detector *name*. Raises UsageError if there is none."""
    try:
        return detectors()[name]
    except KeyError:
        raise UsageError(f"No detector {name!r}; there are {', '.join(detectors())}.") from None


def chosen(names: Iterable[str] | None) -> list[Detector]:
    """The named detectors, each once, in alphabetical order; all of them for None."""
    if names is None:
        return list(detectors().values())
    return [detector(name) for name in sorted(set(names))]
