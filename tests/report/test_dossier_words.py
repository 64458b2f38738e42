import pytest

from qingfeng.detectors.findings import Excluded
from qingfeng.detectors.runner import run as detect
from qingfeng.detectors.wording import LABELS as STATED_LABELS
from qingfeng.report.dossier import write_dossier
from qingfeng.report.dossier_content import run_label
from qingfeng.report.dossier_subjects import names_of
from qingfeng.report.dossier_words import LABELS, gap_of, reason_of
from qingfeng.report.masking import masked
from tests.report.dossier_sample import (
    CREATED,
    answer,
    cells,
    fill,
    finding,
    named,
    run,
)
from tests.report.synthetic_rows import ACCOUNT, CITIZEN, rows_of, transfer


def test_labels_are_those_of_the_detectors():
    assert set(LABELS) == set(STATED_LABELS) - {"verified fact"}
    assert run_label(run(label="statistical feature"))[0] == "统计特征"


def test_the_sample_keeps_the_contract_of_findings_and_runs(case):
    fill(case)
    found = detect(case)
    (real,) = (each for each in found["findings"] if each["detector"] == "deceased_holder")
    assert set(finding()) == set(real)
    assert set(named(2)) == set(real["rows"][0])
    assert set(finding()["excluded"][0]) == set(Excluded.__annotations__)
    assert set(finding()["coverage"]) == set(real["coverage"])
    assert set(run()) == set(found["runs"][0])
    assert {each["label"] for each in found["runs"]} <= set(LABELS)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("persons.household (never filled)", "人员信息 户号（均未填写）"),
        ("kin (no row delivered)", "亲属关系（未交付）"),
        ("elsewhere.x (never filled)", "elsewhere.x (never filled)"),
        ("something else", "something else"),
    ],
)
def test_gaps_are_said_with_the_labels_of_the_tables(said, shown):
    assert gap_of(said) == shown


def test_reasons_are_said_in_chinese_where_one_is_known():
    assert reason_of("interest", "deceased_holder") == "银行结息"
    assert reason_of("instalment", "structuring").startswith("同一对手")
    assert reason_of("unheard_of", "nobody") == "unheard_of"


def test_the_subject_is_named_as_the_delivered_rows_name_it(case, tmp_path):
    fill(case)
    files = write_dossier(case, tmp_path / "d", findings=answer(), proof={}, created=CREATED)
    assert [row[6] for row in cells(files.working_paper, "疑点清单")[1:4]] == [
        f"甲一 {ACCOUNT}"
    ] * 3
    assert f"<dt>对象</dt><dd>甲一 {masked(ACCOUNT)}</dd>" in files.page.read_text("utf-8")


def test_several_names_of_a_subject_are_all_told(case):
    names = ["甲一", "甲一", "乙二", "丙三", "丁四"]
    rows = [transfer("2024-01-02T11:10:00", 1, holder_name=name) for name in names]
    case.add({"transfers": rows_of("transfers", *rows)})
    nobody = finding(subject={"kind": "person", "key": CITIZEN})
    with case.connect() as connection:
        found = names_of(connection, [finding(), nobody])
    assert found == {ACCOUNT: "甲一、丁四、丙三等4个名称"}
