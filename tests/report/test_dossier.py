import hashlib
import html
import json
from datetime import UTC, datetime

import openpyxl
import pytest

from qingfeng.detectors.wording import accusing_words
from qingfeng.ingest.linking import link
from qingfeng.periods import Clock
from qingfeng.report.dossier import DossierFolderInUse, dossier_of, write_dossier
from qingfeng.report.dossier_content import Tally, Waterfall, gather, waterfalls_of
from qingfeng.report.dossier_evidence import evidence_of
from qingfeng.report.masking import masked
from qingfeng.report.proof import prove, render
from tests.report.dossier_sample import (
    CREATED,
    answer,
    cells,
    fill,
    finding,
    named,
    run,
)
from tests.report.proof_bookings import booking
from tests.report.synthetic_rows import ACCOUNT, CITIZEN, rows_of, transfer


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


@pytest.mark.parametrize("copy", ["f1", "f9"])
def test_every_second_copy_is_called_one_whatever_its_identifier(case, copy):
    kept = booking(2, "in", 500, 900, file="f5", summary="转账", branch="甲支行")
    rows = [kept, booking(2, "in", 500, 900, file=copy), booking(3, "out", 7, None, 60)]
    rows.append(booking(4, "out", 7, None, 120, status="returned"))
    case.add({"transfers": rows_of("transfers", *rows)})
    link(case)
    with case.connect() as connection:
        (fall,) = waterfalls_of(connection)
    assert fall.exclusions == {"同一事件的另一份记录": Tally(1, 500), "退回": Tally(1, 7)}
    assert fall.difference == Tally(0, 0)


def test_what_is_no_part_of_the_gross_sum_stands_beside_it(case, tmp_path):
    fill(case)
    beside = [{"currency": "CNY", "amount_fen": 500}, {"currency": "USD", "amount_fen": 5_500_000}]
    aside = {"reason": "undone", "rows": 2, "amount_fen": 0, "beside": beside}
    rows = [named(3), *({**named(row, "excluded"), "excluded_by": "undone"} for row in (7, 8))]
    found = {"runs": [run()], "findings": [finding(rows=rows, excluded=[aside])]}
    files = write_dossier(case, tmp_path / "d", findings=found, proof={}, created=CREATED)
    (row,) = (
        each
        for each in cells(files.working_paper, "排除")
        if str(each[0]).startswith("疑点001 减：失败")
    )
    assert row[2:4] == [None, "不计入总额：5.00元、55,000.00 USD"]
    assert "不计入：5.00元、55,000.00 USD" in files.page.read_text(encoding="utf-8")


def test_a_time_is_shown_no_more_finely_than_it_is_known(case, tmp_path):
    known = (None, "minute", "day")
    times = ["2024-01-31T09:30:05", "2024-02-01T09:30:00", "2024-02-02T00:00:00"]
    case.add(
        {
            "transfers": rows_of(
                "transfers",
                *(
                    transfer(at, 1, time_precision=each)
                    for at, each in zip(times, known, strict=True)
                ),
            )
        }
    )
    found = {"runs": [run()], "findings": [finding(rows=[named(row) for row in (2, 3, 4)])]}
    files = write_dossier(case, tmp_path / "d", findings=found, proof={}, created=CREATED)
    sheet = openpyxl.load_workbook(files.working_paper)["证据行"]
    shown = [sheet.cell(row, 9).number_format for row in (2, 3, 4)]
    assert shown == ["yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd hh:mm", "yyyy-mm-dd"]


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


def test_our_own_words_never_accuse(case, tmp_path):
    files = write_dossier(
        case, tmp_path / "d", findings={"runs": [], "findings": []}, proof={}, created=CREATED
    )
    assert accusing_words(files.page.read_text(encoding="utf-8")) == []
    for sheet in openpyxl.load_workbook(files.working_paper):
        assert accusing_words(str(list(sheet.values))) == []


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


def test_a_partly_refunded_row_counts_what_was_left(case, tmp_path):
    first = transfer("2024-01-01T08:00:00", 6_000_000, direction="in", status="partly_refunded")
    rows = rows_of(
        "transfers",
        first | {"refunded_fen": 100_000, "summary": "货款"},
        transfer("2024-01-02T08:00:00", 6_000_000, direction="in"),
        transfer("2024-01-02T09:00:00", 11_850_000),
    )
    case.add({"transfers": rows})
    given = [named(2, "in"), named(3, "in"), named(4, "out")]
    given[0] |= {"counted_fen": 5_900_000}
    given[1] |= {"counted_fen": 6_000_000}
    hit = finding(rows=given, excluded=[], amount_fen=11_900_000)
    with case.connect() as connection:
        (found,) = evidence_of(connection, [hit])
        (other,) = evidence_of(connection, [hit | {"amount_fen": 1}])
    assert [(row.amount_fen, row.adds_up) for row in found] == [
        (5_900_000, True), (6_000_000, True), (11_850_000, False),
    ]  # fmt: skip
    assert found[0].told == "交付 60,000.00 元，其中已退 1,000.00 元；货款"
    assert [row.adds_up for row in other] == [True, True, False]


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


def test_whole_way_with_detectors_and_proof(case, tmp_path):
    fill(case)
    files = dossier_of(case, tmp_path / "d", clock=Clock(CREATED))
    manifest = json.loads(files.manifest.read_text(encoding="utf-8"))
    assert manifest["case"]["code"] == case.code
    assert manifest["created"] == "2024-06-01T10:00:00+08:00"
