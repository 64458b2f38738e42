from pathlib import Path

import pytest

from tests.shape import detector_checks

ROOT = Path(__file__).parents[2]
DETECTORS = ROOT / "src" / "qingfeng" / "detectors"
PAGES = ROOT / "docs" / "detectors"


def test_every_detector_is_complete():
    folders = detector_checks.detector_folders(DETECTORS)
    assert folders != []
    assert [part for each in folders for part in detector_checks.missing_parts(each, PAGES)] == []


def test_every_page_has_its_detector():
    told = {path.relative_to(PAGES).with_suffix("").as_posix() for path in PAGES.glob("*/*.md")}
    there = {
        f"{folder.parent.name}/{folder.name.replace('_', '-')}"
        for folder in detector_checks.detector_folders(DETECTORS)
    }
    assert told == there


PARTS = (
    "src/case/fast_out/detector.yaml",
    "src/case/fast_out/detect.sql",
    "src/case/fast_out/verify.md",
    "src/case/fast_out/tests/case_hit/transfers.csv",
    "src/case/fast_out/tests/case_hit/expected.csv",
    "docs/case/fast-out.md",
)


@pytest.fixture
def complete(tmp_path):
    for part in PARTS:
        path = tmp_path / part
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("something", encoding="utf-8")
    return tmp_path


def lacking(folder):
    (detector,) = detector_checks.detector_folders(folder / "src")
    return detector_checks.missing_parts(detector, folder / "docs")


def test_a_complete_detector_lacks_nothing(complete):
    assert lacking(complete) == []


@pytest.mark.parametrize("part", PARTS)
def test_each_missing_part_is_seen(complete, part):
    (complete / part).unlink()
    assert len(lacking(complete)) == 1


@pytest.mark.parametrize("part", [PARTS[0], PARTS[2], PARTS[5]])
def test_an_empty_part_is_a_missing_part(complete, part):
    (complete / part).write_text("\n", encoding="utf-8")
    assert len(lacking(complete)) == 1


def test_two_rules_are_one_too_many(complete):
    (complete / "src/case/fast_out/detect.py").write_text("x = 1", encoding="utf-8")
    assert len(lacking(complete)) == 1
