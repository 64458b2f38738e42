import base64
import hashlib
import html
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import openpyxl
import pytest

from qingfeng.detectors.findings import Excluded
from qingfeng.detectors.runner import run as detect
from qingfeng.detectors.wording import LABELS as STATED_LABELS
from qingfeng.detectors.wording import accusing_words
from qingfeng.periods import Clock
from qingfeng.report.dossier import DossierFolderInUse, dossier_of, write_dossier
from qingfeng.report.dossier_content import Tally, Waterfall, gather, run_label
from qingfeng.report.dossier_evidence import evidence_of
from qingfeng.report.dossier_page import amount_text, masked, moment_text
from qingfeng.report.dossier_subjects import names_of
from qingfeng.report.dossier_words import LABELS, gap_of, in_chinese, reason_of
from qingfeng.report.proof import prove, render
from tests.report.dossier_sample import (
    CREATED,
    HOSTILE,
    LONG,
    PHONE,
    answer,
    fill,
    finding,
    named,
    run,
)
from tests.report.synthetic_rows import ACCOUNT, CITIZEN, rows_of, transfer


@pytest.fixture
def written(case, tmp_path):
    fill(case)
    out = tmp_path / "dossier"
    return write_dossier(case, out, findings=answer(), proof=prove(case), created=CREATED)


def cells(path, sheet, **more):
    book = openpyxl.load_workbook(path, **more)
    return [list(row) for row in book[sheet].iter_rows(values_only=True)]


def test_findings_sheet_sums_its_evidence_rows(written):
    values = cells(written.working_paper, "疑点清单", data_only=True)
    # number, stated, summed, difference, rows, check
    assert [[row[0], *row[8:13]] for row in values[1:]] == [
        ["疑点001", 9, 0, 9, 0, "有差额"],
        ["疑点002", 51_234.56, 51_234.56, 0, 2, "一致"],
        ["疑点003", 0.01, 50_000, -49_999.99, 2, "有差额"],
        ["合计", 51_243.57, 101_234.56, -49_990.99, 4, None],
    ]
    formulas = cells(written.working_paper, "疑点清单")
    assert formulas[2][9] == (
        "=SUMIFS('证据行'!$N$2:$N$8,'证据行'!$A$2:$A$8,A3,'证据行'!$G$2:$G$8,\"是\")"
    )
    roles = "'证据行'!$F$2:$F$8"
    assert formulas[2][11] == (
        f'=COUNTIFS(\'证据行\'!$A$2:$A$8,A3,{roles},"<>背景",{roles},"<>排除")'
    )
    assert [row[2:4] for row in values[2:4]] == [
        ["疑点指向", "已故户主账户异动（deceased_holder）"],
        ["统计特征", "已故户主账户异动（deceased_holder）"],
    ]
    assert formulas[4][8] == "=SUM($I$2:$I$4)"


def test_evidence_sheet_has_every_row_and_long_numbers_as_text(written):
    rows = cells(written.working_paper, "证据行", data_only=True)
    shown = [[row[each] for each in (0, 1, 4, 5, 6, 7, 13, 18)] for row in rows[1:]]
    assert shown == [
        ["疑点002", 1, 8, "排除", "否", "交易明细", 0.22, "银行结息"],
        ["疑点002", 2, 2, "证据", "是", "交易明细", 50_000, None],
        ["疑点002", 3, 3, "证据", "是", "交易明细", 1_234.56, None],
        ["疑点002", 4, 7, "排除", "否", "交易明细", 0.11, "银行结息"],
        ["疑点002", 5, 2, "背景", "否", "死亡信息", None, None],
        ["疑点003", 1, 2, "证据", "是", "交易明细", 50_000, None],
        ["疑点003", 2, 99, "证据", "否", "案件中没有此行", None, None],
    ]
    sheet = openpyxl.load_workbook(written.working_paper)["证据行"]
    assert (sheet["J2"].value, sheet["J2"].data_type) == (ACCOUNT, "s")
    assert (sheet["Q4"].value, sheet["Q4"].data_type) == ("=1+1", "s")
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert f"证件号：{CITIZEN}" in sheet["Q6"].value


def test_waterfalls_add_up_and_show_what_was_left_out(written):
    rows = cells(written.working_paper, "排除", data_only=True)
    start = next(n for n, row in enumerate(rows) if row[0] == "币种 CNY")
    assert [row[:3] for row in rows[start + 1 : start + 7]] == [
        ["交付合计", 6, 51_238.89],
        ["减：冲正与被冲正", 1, -3],
        ["减：未成功", 3, 7.33],
        ["计算得出", 2, 51_234.56],
        ["计入合计", 2, 51_234.56],
        ["核对（应为 0）", 0, 0],
    ]
    formulas = cells(written.working_paper, "排除")
    assert formulas[start + 4][1:3] == [
        f"=B{start + 2}-SUM($B${start + 3}:$B${start + 4})",
        f"=C{start + 2}-SUM($C${start + 3}:$C${start + 4})",
    ]
    excluded = [row[:3] for row in rows if str(row[0]).startswith("疑点002")]
    assert excluded == [
        ["疑点002 检视行", 5, None],
        ["疑点002 减：银行结息", 2, 0.33],
        ["疑点002 减：背景行", 1, None],
        ["疑点002 证据行", 2, None],
        ["疑点002 核对（应为 0）", 0, None],
    ]


def test_a_waterfall_that_does_not_add_up_says_by_how_much():
    broken = Waterfall("CNY", Tally(5, 900), {"未成功": Tally(1, 100)}, Tally(3, 750))
    assert broken.difference == Tally(1, 50)


def test_overview_counts_by_detector(written):
    rows = cells(written.working_paper, "总览", data_only=True)
    start = next(n for n, row in enumerate(rows) if row[0] == "已故户主账户异动（deceased_holder）")
    assert [row[2:6] for row in rows[start : start + 4]] == [
        ["命中", 3, 51_243.57, "疑点指向"],
        ["未命中", 0, 0, "未发现"],
        ["无法评估", 0, 0, "需补数据；没有交付代办人信息"],
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
        ["a.xlsx", "已导入", 9, 6, 1, 2, 0, "x（1 行）"],
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
            case, tmp_path / name, findings=answer(), proof=prove(case), created=created
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


def test_rows_stand_in_order_of_time_then_as_delivered(case):
    moments = ["2024-01-02T11:10:00", "2024-01-02T09:10:00", "2024-01-01T00:00:00"]
    rows = [transfer(each, 1) for each in (*moments, moments[0])]
    case.add({"transfers": rows_of("transfers", *rows)})
    undated = named(9) | {"happened_on": "2024-01-01"}
    given = finding(rows=[named(5), named(2), named(3), named(4), undated, named(99)])
    with case.connect() as connection:
        (found,) = evidence_of(connection, [given])
    assert [row.row for row in found] == [9, 4, 3, 2, 5, 99]
    assert [row.number for row in found] == [1, 2, 3, 4, 5, 6]


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


def test_page_counts_what_could_not_be_evaluated(written):
    text = written.page.read_text(encoding="utf-8")
    assert '<b><a href="#detectors">1</a></b><span>其中无法评估</span>' in text
    assert "◌ 无法评估" in text


def test_page_counts_excluded_rows_once_and_shows_them(written):
    text = written.page.read_text(encoding="utf-8")
    made = text[text.index('id="f2"') : text.index('id="f2-rows"')]
    counts = re.findall(r'<td class="n">(?:<a [^>]*>)?(\d+) 行', made)
    assert counts == ["5", "2", "1", "2", "2"]  # looked at, interest, context, evidence, summed
    assert "减：银行结息" in made
    assert '<details id="f2-aside"><summary>排除的 2 行' in text
    assert 'id="f2-r1"' in text


def test_page_speaks_chinese_where_detectors_use_identifiers(written):
    text = written.page.read_text(encoding="utf-8")
    assert "缺 代办人 卡号（均未填写）、亲属关系（未交付）" in text
    for word in ("never filled", "no row delivered", "no agents delivered"):
        assert word not in text


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
    assert in_chinese("甲缺失 / a is missing; 乙缺失 / b is missing") == "甲缺失；乙缺失"
    assert in_chinese("agents / no row") == "agents / no row"
    assert in_chinese(None) == ""


def test_parameters_are_said_in_yuan_and_one_row_a_period(case, tmp_path):
    dated = [
        {"from": "2007-03-01", "to": "2017-06-30", "value": 20_000_000, "source": "甲"},
        {"from": "2017-07-01", "to": None, "value": 5_000_000, "source": "乙"},
    ]
    parameters = {
        "cash_limit_fen": {"value": 5_000_000, "unit": "fen", "source": "乙", "by_date": dated},
        "window_days": {"value": 7, "unit": "day", "source": "丙"},
    }
    answered = {"runs": [run(parameters=parameters)], "findings": []}
    files = write_dossier(case, tmp_path / "d", findings=answered, proof={}, created=CREATED)
    assert [row[2:] for row in cells(files.working_paper, "参数")[1:]] == [
        ["cash_limit_fen", "200,000.00", "元", "2007-03-01 至 2017-06-30", "甲"],
        ["cash_limit_fen", "50,000.00", "元", "2017-07-01 至 今", "乙"],
        ["window_days", 7, "天", None, "丙"],
    ]
    manifest = json.loads(files.manifest.read_text(encoding="utf-8"))
    assert manifest["detectors"][0]["parameters"] == parameters


def test_the_proof_in_the_dossier_is_that_of_the_command_line(case, tmp_path):
    fill(case)
    proof = prove(case)
    nothing = {"runs": [], "findings": []}
    files = write_dossier(case, tmp_path / "d", findings=nothing, proof=proof, created=CREATED)
    said = [line.strip() for line in render(proof).splitlines()[1:] if line.strip()]
    sheet = [str(row[0]).strip() for row in cells(files.working_paper, "完整性")]
    assert [line for line in sheet if line in said] == said
    text = files.page.read_text(encoding="utf-8")
    assert all(f">{masked(html.escape(line))}</li>" in text for line in said)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("22222222222", "222****2222"),
        ("123456789", "12****789"),
        ("12345678", "12345678"),
        ("6228 4800 0035 9900 065", "6228*************** 065"),
        ("6228-4800-0035-9900", "6228***********9900"),
        ("2024-01-31 2024", "2024-01-31 2024"),
        ("６２２８４８０００３５９", "６２２８****０３５９"),
        ("1234567890.12", "1234567890.12"),
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


def test_whole_way_with_detectors_and_proof(case, tmp_path):
    fill(case)
    files = dossier_of(case, tmp_path / "d", clock=Clock(CREATED))
    manifest = json.loads(files.manifest.read_text(encoding="utf-8"))
    assert manifest["case"]["code"] == case.code
    assert manifest["created"] == "2024-06-01T10:00:00+08:00"
