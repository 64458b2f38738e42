"""Tests generated from the detectors' own folders."""

import re
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
    evaluate_case,
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


@pytest.mark.parametrize("detector", ALL, ids=lambda each: each.name)
def test_the_page_shows_what_its_example_gives(detector: Detector) -> None:
    page = PAGES / detector.authority / f"{detector.name.replace('_', '-')}.md"
    text = page.read_text(encoding="utf-8")
    (named,) = re.findall(r"^Case `tests/(case_\w+)`", text, re.MULTILINE)
    case = next(each for each in cases_of(detector) if each.name == named)
    (finding,) = evaluate_case(detector, case).findings
    shown = [line for line in text.splitlines() if re.match(r"\| \w+ line \d+ ", line)]
    assert f"> {finding['explain']}\n" in text
    assert f"> {finding['explain_en']}\n" in text
    assert f"`{detector.name}` {detector.version} · " in text
    assert shown == [
        f"| {row['file'] or row['source_row'].split('.')[0]} line {row['row']} "
        f"| {row['happened_on'] or ''} | {row['role']} | {row['amount_fen'] / 100:,.2f} "
        f"| {row['excluded_by'] or ''} |"
        for row in finding["rows"]
    ]


@pytest.mark.parametrize("detector", ALL, ids=lambda each: each.name)
def test_the_page_names_every_reason_and_value(detector: Detector) -> None:
    page = PAGES / detector.authority / f"{detector.name.replace('_', '-')}.md"
    text = page.read_text(encoding="utf-8")
    listed = [*detector.exclusions.shared, *detector.exclusions.own]
    assert re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", text, re.MULTILINE) == listed
    values = [
        f"| `{each.name}` | {one.value:,} {each.unit} | {one.start or ''} | {one.end or ''} "
        f"| {one.source} |"
        for each in detector.params.values()
        for one in each.values
    ]
    assert [value for value in values if value not in text] == []
