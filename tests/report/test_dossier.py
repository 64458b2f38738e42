import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import openpyxl
import pytest

from qingfeng.detectors.wording import accusing_words
from qingfeng.periods import Clock
from qingfeng.report.dossier import DossierFolderInUse, dossier_of, write_dossier
from qingfeng.report.dossier_content import Tally, Waterfall, gather, run_label
from qingfeng.report.dossier_evidence import evidence_of
from qingfeng.report.dossier_page import amount_text, masked, moment_text
from qingfeng.report.dossier_sections import sections_of
from tests.report.dossier_sample import (
    CREATED,
    HOSTILE,
    LONG,
    PHONE,
    PROOF,
    answer,
    fill,
    finding,
    named,
    run,
)
from tests.report.synthetic_rows import ACCOUNT, CITIZEN


@pytest.fixture
def written(case, tmp_path):
    fill(case)
    out = tmp_path / "dossier"
    return write_dossier(case, out, findings=answer(), proof=PROOF, created=CREATED)


def cells(path, sheet, **more):
    book = openpyxl.load_workbook(path, **more)
    return [list(row) for row in book[sheet].iter_rows(values_only=True)]


def test_findings_sheet_sums_its_evidence_rows(written):
    values = cells(written.working_paper, "疑点清单", data_only=True)
    # number, stated, summed, difference, rows, check
    assert [[row[0], *row[8:13]] for row in values[1:]] == [
        ["疑点001", 9, 0, 9, 0, "有差额"],
        ["疑点002", 51_234.56, 51_234.56, 0, 3, "一致"],
        ["疑点003", 0.01, 50_000, -49_999.99, 2, "有差额"],
        ["合计", 51_243.57, 101_234.56, -49_990.99, 5, None],
    ]
    formulas = cells(written.working_paper, "疑点清单")
    assert formulas[2][9] == (
        "=SUMIFS('证据行'!$N$2:$N$6,'证据行'!$A$2:$A$6,A3,'证据行'!$G$2:$G$6,\"是\")"
    )
    assert formulas[4][8] == "=SUM($I$2:$I$4)"


def test_evidence_sheet_has_every_row_and_long_numbers_as_text(written):
    rows = cells(written.working_paper, "证据行", data_only=True)
    assert [[row[0], row[1], row[4], row[5], row[6], row[7], row[13]] for row in rows[1:]] == [
        ["疑点002", 1, 2, "evidence", "是", "交易明细", 50_000],
        ["疑点002", 2, 3, "evidence", "是", "交易明细", 1_234.56],
        ["疑点002", 3, 2, "death", "否", "死亡信息", None],
        ["疑点003", 1, 2, "evidence", "是", "交易明细", 50_000],
        ["疑点003", 2, 99, "evidence", "否", "案件中没有此行", None],
    ]
    sheet = openpyxl.load_workbook(written.working_paper)["证据行"]
    assert (sheet["J2"].value, sheet["J2"].data_type) == (ACCOUNT, "s")
    assert (sheet["Q3"].value, sheet["Q3"].data_type) == ("=1+1", "s")
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert f"证件号：{CITIZEN}" in sheet["Q4"].value


def test_waterfalls_add_up_and_show_what_was_left_out(written):
    rows = cells(written.working_paper, "排除", data_only=True)
    start = next(n for n, row in enumerate(rows) if row[0] == "币种 CNY")
    assert [row[:3] for row in rows[start + 1 : start + 7]] == [
        ["交付合计", 4, 51_238.56],
        ["减：冲正与被冲正", 1, -3],
        ["减：未成功", 1, 7],
        ["计算得出", 2, 51_234.56],
        ["计入合计", 2, 51_234.56],
        ["核对（应为 0）", 0, 0],
    ]
    formulas = cells(written.working_paper, "排除")
    assert formulas[start + 4][1:3] == [
        f"=B{start + 2}-SUM($B${start + 3}:$B${start + 4})",
        f"=C{start + 2}-SUM($C${start + 3}:$C${start + 4})",
    ]
    excluded = [row[:2] for row in rows if str(row[0]).startswith("疑点002")]
    assert excluded == [["疑点002 证据行", 3], ["疑点002 排除：利息", 3], ["疑点002 检视行合计", 6]]


def test_a_waterfall_that_does_not_add_up_says_by_how_much():
    broken = Waterfall("CNY", Tally(5, 900), {"未成功": Tally(1, 100)}, Tally(3, 750))
    assert broken.difference == Tally(1, 50)


def test_overview_counts_by_detector(written):
    rows = cells(written.working_paper, "总览", data_only=True)
    start = next(n for n, row in enumerate(rows) if row[0] == "deceased_holder")
    assert [row[2:6] for row in rows[start : start + 4]] == [
        ["命中", 3, 51_243.57, "疑点指向"],
        ["未命中", 0, 0, "未发现"],
        ["无法评估", 0, 0, "需补数据 没有交付代办人信息"],
        [None, 3, 51_243.57, "各检测器的金额可能重叠，合计不等于涉及资金总额"],
    ]


def test_libreoffice_free_check_every_formula_has_a_cached_value(written):
    formulas = openpyxl.load_workbook(written.working_paper)
    values = openpyxl.load_workbook(written.working_paper, data_only=True)
    found = [
        values[sheet.title][cell.coordinate].value
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(found) > 30
    assert None not in found


def test_files_sheet_counts_rows_of_the_import_report(case, tmp_path):
    table = {"rows_read": 9, "rows_kept": 6, "rejected": [{"row": 9, "reason": "x"}],
             "duplicates": [{"row": 5, "of": "x"}, {"row": 6, "of": "x"}]}  # fmt: skip
    entry = {"path": "a.xlsx", "sha256": "ab" * 32, "layout": "bank.police34", "encoding": None,
             "status": "imported", "reason": None, "tables": [table]}  # fmt: skip
    refused = entry | {"path": "b.xlsx", "status": "refused", "reason": "坏", "tables": []}
    with case.writing() as batch:
        batch.commit(files=[entry, refused], totals={})
    nothing = {"runs": [], "findings": []}
    files = write_dossier(case, tmp_path / "d", findings=nothing, proof={}, created=CREATED)
    rows = cells(files.working_paper, "文件", data_only=True)
    assert [[row[0], *row[4:11]] for row in rows[1:]] == [
        ["a.xlsx", "已导入", 9, 6, 1, 2, 0, "1 row rejected: x (1)"],
        ["b.xlsx", "未导入", 0, 0, 0, 0, 0, "坏"],
        ["合计", None, 9, 6, 1, 2, None, None],
    ]
    overview = cells(files.working_paper, "总览", data_only=True)
    assert ["读取行", 9] in [row[:2] for row in overview]
    assert ["核对（应为 0）", 0] in [row[:2] for row in overview]
    manifest = json.loads(files.manifest.read_text(encoding="utf-8"))
    assert manifest["originals"] == [
        {"path": "a.xlsx", "sha256": "ab" * 32},
        {"path": "b.xlsx", "sha256": "ab" * 32},
    ]


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.links, self.tags = [], [], set()

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        self.tags.add(tag)
        self.ids += [facts["id"]] if "id" in facts else []
        self.links += [facts[name] for name in ("href", "src") if name in facts]


def test_page_escapes_and_needs_nothing_from_outside(written):
    text = written.page.read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    assert HOSTILE not in text
    assert "&lt;script&gt;alert(" in text
    assert LONG in text
    assert page.tags.isdisjoint({"script", "img", "link", "iframe", "form"})
    assert all(link.startswith("#") for link in page.links)
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert {"f2-rows", "f2-r3"} <= set(page.ids)


def test_page_allows_exactly_its_own_style(written):
    text = written.page.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text).group(1)
    policy = policy.replace("&#39;", "'").replace("&#34;", '"')
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL).group(1)
    named_hash = re.search(r"style-src 'sha256-([^']*)'", policy).group(1)
    digest = hashlib.sha256(style.encode()).digest()
    assert base64.b64encode(digest).decode() == named_hash
    assert policy.startswith("default-src 'none';")
    assert " style=" not in text


def test_page_masks_numbers_of_people(written):
    text = written.page.read_text(encoding="utf-8")
    for number in (CITIZEN, ACCOUNT, PHONE, "6228000000000000001"):
        assert number not in text
    assert f"{CITIZEN[:4]}**********{CITIZEN[-4:]}" in text
    assert "138****0000" in text


def test_page_says_where_rows_are_missing(written):
    text = written.page.read_text(encoding="utf-8")
    assert "这个疑点没有附证据行，核实前不可引用其金额。" in text
    assert text.count("案件中没有此行") == 1


def test_our_own_words_never_accuse(case, tmp_path):
    files = write_dossier(
        case, tmp_path / "d", findings={"runs": [], "findings": []}, proof={}, created=CREATED
    )
    assert accusing_words(files.page.read_text(encoding="utf-8")) == []
    for sheet in openpyxl.load_workbook(files.working_paper):
        assert accusing_words(str(list(sheet.values))) == []


def test_many_evidence_rows_are_loudly_cut_on_the_page_only(case, tmp_path):
    fill(case)
    found = {"runs": [], "findings": [finding(rows=[named(2)] * 201)]}
    files = write_dossier(case, tmp_path / "d", findings=found, proof={}, created=CREATED)
    text = files.page.read_text(encoding="utf-8")
    assert "此处只列前 200 行，共 201 行" in text
    assert 'id="f1-r200"' in text
    assert 'id="f1-r201"' not in text
    assert len(cells(files.working_paper, "证据行")) == 202
    found = {"runs": [], "findings": [finding(rows=[named(2)] * 200)]}
    files = write_dossier(case, tmp_path / "d", findings=found, proof={}, created=CREATED)
    assert "此处只列前" not in files.page.read_text(encoding="utf-8")


def test_seal_holds_every_file(written):
    folder = written.page.parent
    lines = written.sums.read_text(encoding="utf-8").splitlines()
    sealed = dict(reversed(line.split("  ")) for line in lines)
    assert set(sealed) == {each.name for each in folder.iterdir()} - {"SHA256SUMS"}
    for name, digest in sealed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    manifest = json.loads(written.manifest.read_text(encoding="utf-8"))
    assert {each["path"]: each["sha256"] for each in manifest["files"]} == {
        name: digest for name, digest in sealed.items() if name != "manifest.json"
    }
    assert manifest["created"] == "2024-06-01T10:00:00+08:00"
    assert manifest["findings"] == 3
    assert manifest["detectors"][0] == {
        "detector": "deceased_holder",
        "version": "1.0.0",
        "catalogue_id": None,
        "state": "hit",
        "parameters": {"grace_days": {"value": 30, "unit": "day", "source": "本项目建议"}},
    }


def test_same_inputs_give_the_same_bytes_apart_from_created(case, tmp_path):
    fill(case)
    sums = []
    for name, created in (("a", CREATED), ("b", CREATED), ("c", datetime(2025, 1, 1, tzinfo=UTC))):
        files = write_dossier(
            case, tmp_path / name, findings=answer(), proof=PROOF, created=created
        )
        sums.append(files.sums.read_text(encoding="utf-8"))
    assert sums[0] == sums[1]
    assert sums[0] != sums[2]


def test_a_folder_with_other_files_is_refused(case, tmp_path):
    out = tmp_path / "d"
    out.mkdir()
    (out / "notes.txt").write_text("x")
    with pytest.raises(DossierFolderInUse, match=r"notes\.txt"):
        write_dossier(case, out, findings=answer(), proof={}, created=CREATED)
    assert [each.name for each in out.iterdir()] == ["notes.txt"]


def test_an_earlier_dossier_is_replaced(case, tmp_path):
    for _ in range(2):
        write_dossier(case, tmp_path / "d", findings=answer(), proof={}, created=CREATED)
    assert len(list((tmp_path / "d").iterdir())) == 4


@pytest.mark.parametrize(
    ("amount_fen", "adding"),
    [
        pytest.param(5_123_456, {1, 2}, id="both roles together"),
        pytest.param(5_000_000, {1}, id="one role alone"),
        pytest.param(123_456, {2}, id="the other role alone"),
        pytest.param(7, {1, 2}, id="none fits: all, with a difference"),
    ],
)
def test_rows_that_make_the_amount_are_told_from_the_others(case, amount_fen, adding):
    fill(case)
    given = finding(amount_fen=amount_fen, rows=[named(2, "out"), named(3, "in")])
    with case.connect() as connection:
        (rows,) = evidence_of(connection, [given])
    assert {row.number for row in rows if row.adds_up} == adding


def test_severe_findings_come_first(case):
    given = {"runs": [], "findings": [finding(level=each, rows=[]) for each in
                                      ("low", "medium", "critical", "high", "low")]}  # fmt: skip
    found = gather(case, findings=given, proof={}, created=CREATED)
    assert [each.finding["level"] for each in found.entries] == [
        "critical", "high", "medium", "low", "low",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "population", "label"),
    [
        ("hit", 1, "疑点指向"),
        ("clear", 1, "未发现"),
        ("not evaluable", 1, "材料不足"),
        ("not evaluable", 0, "需补数据"),
    ],
)
def test_labels_a_machine_may_use(state, population, label):
    assert run_label(run(state=state, population=population))[0] == label


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("12345678901", "12345678901"),
        ("123456789012", "1234****9012"),
        (PHONE, "138****0000"),
        (f"({CITIZEN})", f"({CITIZEN[:4]}**********{CITIZEN[-4:]})"),
        ("ab123456789012", "ab123456789012"),
        ("2024-01-31", "2024-01-31"),
    ],
)
def test_masking(text, shown):
    assert masked(text) == shown


@pytest.mark.parametrize(
    ("precision", "shown"),
    [
        ("second", "2024-02-09 周五 09:30:05"),
        ("minute", "2024-02-09 周五 09:30"),
        ("day", "2024-02-09 周五"),
    ],
)
def test_moments_show_what_is_known(precision, shown):
    assert moment_text(datetime(2024, 2, 9, 9, 30, 5), precision) == shown  # noqa: DTZ001


def test_amounts_have_a_real_minus():
    assert amount_text(-123_450) == "−1,234.50"
    assert amount_text(None) == ""


def test_proof_becomes_flat_sections():
    found = sections_of(PROOF | {"note": None, "ok": True})
    assert [(each.title, list(each.header)) for each in found] == [
        ("概要", ["项目", "内容"]),
        ("余额连续性", ["项目", "内容"]),
        ("余额连续性 · 余额断点", [found[2].header[0], "差额（元）"]),
        ("files", ["项目", "内容"]),
    ]
    assert found[2].rows == [[ACCOUNT, "-12.50"]]
    assert found[0].rows[1:] == [["note", "无"], ["ok", "是"]]


def test_whole_way_with_detectors_and_proof(case, tmp_path):
    fill(case)
    files = dossier_of(case, tmp_path / "d", clock=Clock(CREATED))
    manifest = json.loads(files.manifest.read_text(encoding="utf-8"))
    assert manifest["case"]["code"] == case.code
    assert manifest["created"] == "2024-06-01T10:00:00+08:00"
