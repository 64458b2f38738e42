import shutil
from pathlib import Path

import pytest

from qingfeng.detectors.registry import ROOT, chosen, detector, detectors, load
from qingfeng.errors import InvalidDefinition, UsageError

SIX = [
    "common_agent",
    "company_to_person",
    "deceased_holder",
    "dormant_then_active",
    "fast_in_fast_out",
    "structuring",
]


def changed(tmp_path: Path, old: str, new: str) -> Path:
    folder = tmp_path / "common_agent"
    shutil.copytree(ROOT / "case" / "common_agent", folder)
    path = folder / "detector.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_six_detectors_in_order() -> None:
    assert list(detectors()) == SIX
    assert [each.name for each in chosen(["structuring", "common_agent"])] == [SIX[0], SIX[5]]


def test_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(UsageError, match="common_agent, company_to_person"):
        detector("nominee")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("spec_version: 1", "spec_version: 2", "spec_version"),
        ("name: common_agent", "name: other_agent", "is not its folder"),
        ("version: 1.3.1", "version: one", "version"),
        ("level: medium", "level: grave", "level.*not one of"),
        ("label: pointer", "label: proof", "label"),
        ("authority: case", "authority: any", "authority"),
        ("catalogue_id: null", "other_id: null", "catalogue_id: is missing"),
        ("kind: graph", "kind: graph\ncolour: red", "colour: is not a known key"),
        ("agent_id: 1}", "agent_id: 101}", "min_fill.agent_id.*outside 0..100"),
        ("agent_name, holder_id, account, card, acted_on, act, source_row]", "shoe]", "shoe"),
        ("  agents:", "  agent:", "no such table"),
        ("value: 3,", "value: 0,", "outside 1..1000"),
        ("value: 3,", "value: 3.5,", "whole number"),
        ("codes: [X1, X5, X11]", "codes: [X99]", "X99"),
        ("codes: [X1, X5, X11]", "codes: []", "must not be empty"),
        ("代办人{subject}为", "白手套{subject}为", "accuses: 白手套"),
        ("verify.md", "no.md", "no.md"),
    ],
)
def test_wrong_manifest_names_file_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(InvalidDefinition, match=says) as refusal:
        load(changed(tmp_path, old, new))
    assert refusal.value.where.startswith("common_agent/detector.yaml")


def test_exclusions_none_is_refused(tmp_path: Path) -> None:
    folder = changed(tmp_path, "spec_version: 1", "spec_version: 1")
    path = folder / "detector.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = lines.index("  text:")
    lines[at + 2] = "    en: none"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InvalidDefinition, match=r"exclusions\.text"):
        load(folder)


def test_folder_with_both_forms_of_code_is_refused(tmp_path: Path) -> None:
    folder = changed(tmp_path, "spec_version: 1", "spec_version: 1")
    (folder / "detect.py").write_text("", encoding="utf-8")
    with pytest.raises(InvalidDefinition, match="and not both"):
        load(folder)
