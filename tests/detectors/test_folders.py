"""Tests generated from the detectors' own folders."""

from pathlib import Path

import pytest

from qingfeng.detectors.manifest import Detector
from qingfeng.detectors.registry import detectors
from qingfeng.detectors.testing import (
    LEAST,
    DetectorCase,
    cases_of,
    check_case,
    dead_exclusions,
    dead_parameters,
)

PAGES = Path(__file__).parents[2] / "docs" / "detectors"
ALL = list(detectors().values())
CASES = [(each, case) for each in ALL for case in cases_of(each)]


@pytest.mark.parametrize(
    ("detector", "case"), CASES, ids=[f"{each.name}-{case.name}" for each, case in CASES]
)
def test_case_gives_what_its_folder_expects(detector: Detector, case: DetectorCase) -> None:
    assert check_case(detector, case).differences == ()


@pytest.mark.parametrize("detector", ALL, ids=lambda each: each.name)
def test_every_kind_of_case_is_there(detector: Detector) -> None:
    kinds = [case.kind for case in cases_of(detector)]
    assert {kind: kinds.count(kind) >= least for kind, least in LEAST.items()} == dict.fromkeys(
        LEAST, True
    )


@pytest.mark.parametrize("detector", ALL, ids=lambda each: each.name)
def test_moving_each_parameter_moves_an_outcome(detector: Detector) -> None:
    assert dead_parameters(detector) == []


@pytest.mark.parametrize("detector", ALL, ids=lambda each: each.name)
def test_each_shared_exclusion_changes_an_outcome(detector: Detector) -> None:
    assert dead_exclusions(detector) == []


@pytest.mark.parametrize("detector", ALL, ids=lambda each: each.name)
def test_page_and_changelog_are_there(detector: Detector) -> None:
    page = PAGES / detector.authority / f"{detector.name.replace('_', '-')}.md"
    text = page.read_text(encoding="utf-8")
    assert [f"`{name}`" in text for name in detector.params] == [True] * len(detector.params)
    assert f"## {detector.version}" in (detector.folder / "CHANGELOG.md").read_text("utf-8")
