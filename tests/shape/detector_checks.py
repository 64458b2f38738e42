"""A detector is complete: its definition, its rule, how to verify it, its cases, its page."""

from __future__ import annotations

from pathlib import Path

AUTHORITIES = ("case", "daily")


def detector_folders(detectors: Path) -> list[Path]:
    """The folders of all detectors below *detectors*, of both authorities."""
    return sorted(
        folder
        for authority in AUTHORITIES
        for folder in (detectors / authority).glob("*/")
        if not folder.name.startswith(("_", "."))
    )


def missing_parts(folder: Path, pages: Path) -> list[str]:
    """What the detector in *folder* lacks; its page lies under *pages*/<authority>/."""
    page = pages / folder.parent.name / f"{folder.name.replace('_', '-')}.md"
    lacking = [
        f"{folder.name}: no {path.name}"
        for path in (folder / "detector.yaml", folder / "verify.md", page)
        if not path.is_file() or not path.read_text(encoding="utf-8").strip()
    ]
    rules = [name for name in ("detect.sql", "detect.py") if (folder / name).is_file()]
    if len(rules) != 1:
        lacking.append(f"{folder.name}: one of detect.sql and detect.py, not {len(rules)}")
    cases = sorted(path for path in (folder / "tests").glob("case_*") if path.is_dir())
    if not cases:
        lacking.append(f"{folder.name}: no tests/case_*")
    for case in cases:
        if not (case / "expected.csv").is_file():
            lacking.append(f"{folder.name}: {case.name} has no expected.csv")
        if not any(path.name != "expected.csv" for path in case.glob("*.csv")):
            lacking.append(f"{folder.name}: {case.name} has no input")
    return lacking
