"""The local overlay: changes a county makes to a shared detector, each approved and expiring.

``overlay/<detector>.yaml`` under the home folder, never inside a detector's folder:

    detector: common_agent
    entries:
      - parameter: min_holders
        value: 5
        from: 2025-01-01        # the days it is in force, both included
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

from collections.abc import Iterable, Mapping
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
    """What holds on one day: parameters after the changes, subjects set aside.

    *expired* and *pending*: entries that no longer hold, or not yet, in words.
    """

    params: Mapping[str, Parameter]
    suppressed: Mapping[str, Suppression]
    expired: tuple[str, ...]
    pending: tuple[str, ...] = ()


def overlay_folder(home: Path) -> Path:
    """Where the overlays of an installation lie."""
    return home / "overlay"


def check_names(folder: Path | None, known: Iterable[str]) -> None:
    """Refuse a YAML file in *folder* that is no <detector>.yaml: nobody would ever read it."""
    names = sorted(known)
    for path in sorted(folder.iterdir()) if folder is not None and folder.is_dir() else ():
        wrong = path.suffix.lower() == ".yml" or path.stem not in names
        if path.suffix.lower() in {".yaml", ".yml"} and wrong:
            listed = ", ".join(f"{name}.yaml" for name in names)
            raise InvalidDefinition(f"overlay/{path.name}", f"is read by none; there are {listed}")


def read_overlay(folder: Path | None, detector: Detector, today: date) -> Overlay:
    """Read *folder*/<detector>.yaml as it holds on *today*; nothing there changes nothing.

    An entry holds from its ``from`` to its ``expires``, both days included: these are days of
    the office, not of the bookings, which are older. A value of the run then holds for the whole
    run, a value of each booking for the bookings of those days. Raises InvalidDefinition for an
    entry without expiry, approval or author, an unknown parameter, or a value out of bounds.
    """
    params = dict(detector.params)
    suppressed: dict[str, Suppression] = {}
    expired: list[str] = []
    pending: list[str] = []
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
        holds = start <= today <= end
        if entry.has("parameter"):
            name = entry.choice("parameter", tuple(params))
            low, high = params[name].low, params[name].high
            value = entry.bounded("value", low, high)
            if holds:
                change = DatedValue(start, end, value, f"overlay {approval}")
                each_run = params[name].applies == "run"
                params[name] = (
                    params[name].overridden(value, change.source)
                    if each_run
                    else params[name].overlaid(change)
                )
            what = f"{name}={value}"
        else:
            subject = entry.text("subject")
            reason = entry.text("reason")
            if holds:
                suppressed[subject] = Suppression(subject, reason, approval, end)
            what = f"subject {subject}"
        entry.done()
        if today > end:
            expired.append(f"{what} ({approval}) expired on {end}")
        elif today < start:
            pending.append(f"{what} ({approval}) begins on {start}")
    at.done()
    return Overlay(params, suppressed, tuple(expired), tuple(pending))
