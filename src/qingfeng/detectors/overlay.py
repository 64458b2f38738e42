"""The local overlay: changes a county makes to a shared detector, each approved and expiring.

``overlay/<detector>.yaml`` under the home folder, never inside a detector's folder:

    detector: common_agent
    entries:
      - parameter: min_holders
        value: 5
        from: 2025-01-01        # the days the value is laid over, both included
        expires: 2025-12-31
        approval: 〔2025〕12号
        author: 监督室
      - subject: "35990119800101001X"   # set aside, still listed in the run
        reason: 银行柜员，已核
        from: 2025-01-01
        expires: 2026-06-30
        approval: 〔2025〕12号
        author: 监督室
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from qingfeng.detectors.fields import Fields
from qingfeng.detectors.manifest import Detector
from qingfeng.detectors.parameters import DatedValue, Parameter
from qingfeng.errors import InvalidDefinition


@dataclass(frozen=True, slots=True)
class Suppression:
    """One subject that an approved local decision sets aside."""

    subject: str
    reason: str
    approval: str
    expires: date


@dataclass(frozen=True, slots=True)
class Overlay:
    """What holds on one day: parameters after the changes, subjects set aside, what expired."""

    params: Mapping[str, Parameter]
    suppressed: Mapping[str, Suppression]
    expired: tuple[str, ...]


def overlay_folder(home: Path) -> Path:
    """Where the overlays of an installation lie."""
    return home / "overlay"


def require_known(folder: Path, detectors: Collection[str]) -> None:
    """Raise InvalidDefinition if a file of *folder* is named after none of *detectors*.

    What was approved in it would otherwise not be in force, and nobody would know.
    """
    named = {f"{name}.yaml" for name in detectors}
    for path in sorted(folder.glob("*.y*ml")):
        if path.name not in named:
            raise InvalidDefinition(
                f"overlay/{path.name}",
                "is named after no detector, so nothing in it holds; name it <detector>.yaml, of "
                f"{', '.join(sorted(detectors))}, or take it out of the folder",
            )


def read_overlay(folder: Path | None, detector: Detector, as_of: date) -> Overlay:
    """Read *folder*/<detector>.yaml as it holds on *as_of*; nothing there changes nothing.

    An entry holds from its ``from`` to its ``expires``, both days included; one that has
    expired is named in ``expired``. Raises InvalidDefinition for an entry without expiry,
    approval or author, an unknown parameter, or a value out of bounds.
    """
    params = dict(detector.params)
    suppressed: dict[str, Suppression] = {}
    expired: list[str] = []
    path = folder / f"{detector.name}.yaml" if folder is not None else None
    if path is None or not path.is_file():
        return Overlay(params, suppressed, ())
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise InvalidDefinition(path.name, f"is not YAML: {problem}") from problem
    at = Fields(f"overlay/{path.name}", raw)
    at.choice("detector", (detector.name,))
    for entry in at.entries("entries"):
        start, end = entry.day("from"), entry.day("expires")
        approval = entry.text("approval")
        entry.text("author")
        if start is None or end is None or start > end:
            raise InvalidDefinition(entry.where, "from is after expires")
        holds = start <= as_of <= end
        if entry.has("parameter"):
            name = entry.choice("parameter", tuple(params))
            low, high = params[name].low, params[name].high
            value = entry.bounded("value", low, high)
            if holds:
                change = DatedValue(start, end, value, f"overlay {approval}")
                params[name] = params[name].overlaid(change)
            what = f"{name}={value}"
        else:
            subject = entry.text("subject")
            reason = entry.text("reason")
            if holds:
                suppressed[subject] = Suppression(subject, reason, approval, end)
            what = f"subject {subject}"
        entry.done()
        if as_of > end:
            expired.append(f"{what} ({approval}) expired on {end}")
    at.done()
    return Overlay(params, suppressed, tuple(expired))
