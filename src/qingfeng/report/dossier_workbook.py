"""The working paper (工作底稿): a workbook whose totals are formulas over the evidence rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from qingfeng.report.delivered_files import file_counts, import_totals, rows_lost, why_not_whole
from qingfeng.report.dossier_content import (
    Dossier,
    Entry,
    Waterfall,
    run_label,
)
from qingfeng.report.dossier_evidence import CONTEXT, EXCLUDED
from qingfeng.report.dossier_sheets import (
    Book,
    Formula,
    Moment,
    Sheet,
    Yuan,
    cell_name,
    range_name,
)
from qingfeng.report.dossier_words import (
    ROLES,
    decided,
    finding_number,
    label_in,
    reason_of,
    title_of,
)
from qingfeng.report.proof_text import proof_sections
from qingfeng.report.spreadsheet import yuan
from qingfeng.vocabulary import Confidence, FileStatus, FindingState, Severity
from qingfeng.vocabulary import TransferDirection as Direction

OVERLAP = "各检测器的金额可能重叠，合计不等于涉及资金总额"
FINDINGS, EVIDENCE = "疑点清单", "证据行"
YES, NO = "是", "否"

# Columns of 疑点清单 and 证据行 that formulas name.
_DETECTOR, _STATED, _SUMMED = 3, 8, 9
_OF_FINDING, _ROLE, _ADDS_UP, _AMOUNT, _REASON = 0, 5, 6, 13, 18

_FINDING_HEAD = (
    "编号", "级别", "性质", "检测器", "版本", "可信度", "对象", "说明",
    "检测器所报金额（元）", "证据行合计（元）", "差额（元）", "证据行数", "核对",
)  # fmt: skip
_EVIDENCE_HEAD = (
    "疑点编号", "序", "文件", "工作表", "行", "作用", "计入金额", "表", "时间（北京时间）",
    "本方账号", "户名", "对手账号", "对手户名", "金额（元）", "币种", "收付",
    "摘要或内容", "来源行", "排除原因",
)  # fmt: skip
_DISCLAIMER = "本底稿由程序生成，所列均为疑点，供核实之用；是否成立由办案人员依证据认定。"


def write_working_paper(dossier: Dossier, path: Path) -> None:
    """Write the workbook; equal dossiers give equal bytes."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as workbook:
        created = dossier.created.replace(tzinfo=None)
        workbook.set_properties({"title": f"{dossier.case['title']} 工作底稿", "created": created})
        book = Book(workbook, f"{dossier.case['code']} {dossier.case['title']}")
        overview = book.sheet("总览", (22, 26, 14, 14, 16, 40))
        _write_findings(book, dossier.entries)
        _write_evidence(book, dossier.entries)
        _write_exclusions(book, dossier)
        _write_proof(book, dossier.proof)
        _write_parameters(book, dossier)
        files = _write_files(book, dossier.files)
        _write_overview(overview, dossier, files)


def reconciliation(entry: Entry) -> str:
    """What comparing the stated amount with the evidence rows gives."""
    if len(entry.currencies) > 1:
        return "多币种，不可相加"
    return "一致" if entry.evidence_fen == entry.amount_fen else "有差额"


def _write_overview(sheet: Sheet, dossier: Dossier, files: Mapping[str, str]) -> None:
    sheet.line(f"{dossier.case['title']} 资金分析工作底稿", "title")
    sheet.line(_DISCLAIMER, "note")
    sheet.skip()
    for name, value in (
        ("案件编号", dossier.case["code"]),
        ("法律文书", dossier.case["instrument"]),
        ("生成时间", f"{dossier.created:%Y-%m-%d %H:%M:%S}（北京时间）"),
    ):
        sheet.add([name, value])
    sheet.skip()
    sheet.line("导入账目", "heading")
    sheet.head(["项目", "行数"])
    totals = import_totals(dossier.files)
    first = sheet.row
    for label, name in (
        ("读取行", "rows_read"),
        ("保留行", "rows_kept"),
        ("拒绝行", "rejected"),
        ("重复行", "duplicates"),
    ):
        sheet.add([label, Formula(files[name], totals[name])])
    read, kept, rejected, twice = (cell_name(first + place, 1) for place in range(4))
    left = totals["rows_read"] - sum(totals[n] for n in ("rows_kept", "rejected", "duplicates"))
    sheet.add(["核对（应为 0）", Formula(f"={read}-{kept}-{rejected}-{twice}", left)], total=True)
    sheet.add(["重复行中已随撤出而不在案件中的行（应为 0）", rows_lost(dossier.files)])
    sheet.skip()
    sheet.line("检测器结果", "heading")
    sheet.head(["检测器", "版本", "状态", "疑点数", "所报金额（元）", "性质与原因"])
    _add_runs(sheet, dossier)


def _add_runs(sheet: Sheet, dossier: Dossier) -> None:
    count = len(dossier.entries)
    titles = range_name(_DETECTOR, 1, max(count, 1), FINDINGS)
    amounts = range_name(_STATED, 1, max(count, 1), FINDINGS)
    hits = Counter(entry.finding["detector"] for entry in dossier.entries)
    first = sheet.row
    for run in dossier.runs:
        name = run["detector"]
        own = sum(e.amount_fen for e in dossier.entries if e.finding["detector"] == name)
        here = cell_name(sheet.row, 0)
        words = "；".join(filter(None, (run_label(run)[0], run.get("reason"), *decided(run))))
        sheet.add(
            [
                title_of(run),
                run.get("version") or "",
                label_in(FindingState, run["state"]),
                Formula(f"=COUNTIF({titles},{here})", hits[name]),
                Formula(f"=SUMIF({titles},{here},{amounts})", yuan(own), "yuan"),
                words,
            ]
        )
    if not dossier.runs:
        sheet.line("没有运行检测器。", "note")
        return
    last = sheet.row - 1
    run_names = {run["detector"] for run in dossier.runs}
    total = sum(e.amount_fen for e in dossier.entries if e.finding["detector"] in run_names)
    found = sum(hits[name] for name in run_names)
    sheet.add(
        [
            "合计",
            None,
            None,
            Formula(f"=SUM({range_name(3, first, last)})", found),
            Formula(f"=SUM({range_name(4, first, last)})", yuan(total), "yuan"),
            OVERLAP,
        ],
        total=True,
    )


def _write_findings(book: Book, entries: Sequence[Entry]) -> None:
    sheet = book.sheet(FINDINGS, (10, 7, 10, 20, 8, 8, 22, 60, 18, 18, 14, 9, 16))
    sheet.head(_FINDING_HEAD, repeat=True, filtered_to=len(entries))
    last = max(sum(len(entry.rows) for entry in entries), 1)
    of_finding = range_name(_OF_FINDING, 1, last, EVIDENCE)
    roles = range_name(_ROLE, 1, last, EVIDENCE)
    adds_up = range_name(_ADDS_UP, 1, last, EVIDENCE)
    amounts = range_name(_AMOUNT, 1, last, EVIDENCE)
    for entry in entries:
        finding = entry.finding
        here, stated, summed = (cell_name(sheet.row, each) for each in (0, _STATED, _SUMMED))
        difference = cell_name(sheet.row, _SUMMED + 1)
        sums = f'=SUMIFS({amounts},{of_finding},{here},{adds_up},"{YES}")'
        verdict = reconciliation(entry)
        apart = entry.amount_fen - entry.evidence_fen
        sheet.add(
            [
                finding_number(entry.number),
                label_in(Severity, finding.get("level")),
                entry.label[0],
                title_of(finding),
                finding.get("version") or "",
                label_in(Confidence, finding.get("confidence")),
                entry.subject,
                finding.get("explain") or "",
                Yuan(entry.amount_fen),
                Formula(sums, yuan(entry.evidence_fen), "yuan"),
                Formula(f"=ROUND({stated}-{summed},2)", yuan(apart), "yuan"),
                Formula(f"={_evidence_count(of_finding, here, roles)}", len(entry.evidence)),
                Formula(f'=IF({difference}=0,"一致","有差额")', verdict, "text")
                if len(entry.currencies) <= 1
                else verdict,
            ]
        )
    if not entries:
        sheet.line("没有疑点。", "note")
        return
    rows = len(entries)
    stated_fen = sum(entry.amount_fen for entry in entries)
    summed_fen = sum(entry.evidence_fen for entry in entries)
    totals = [
        Formula(f"=SUM({range_name(column, 1, rows)})", value, form)
        for column, value, form in (
            (8, yuan(stated_fen), "yuan"),
            (9, yuan(summed_fen), "yuan"),
            (10, yuan(stated_fen - summed_fen), "yuan"),
            (11, sum(len(entry.evidence) for entry in entries), "number"),
        )
    ]
    sheet.add(["合计", *[None] * 6, OVERLAP, *totals, None], total=True)


def _write_evidence(book: Book, entries: Sequence[Entry]) -> None:
    widths = (10, 6, 30, 14, 8, 10, 8, 10, 19, 24, 14, 24, 24, 16, 7, 8, 36, 24, 24)
    sheet = book.sheet(EVIDENCE, widths)
    sheet.head(_EVIDENCE_HEAD, repeat=True, filtered_to=sum(len(each.rows) for each in entries))
    for entry in entries:
        for row in entry.rows:
            sheet.add(
                [
                    finding_number(entry.number),
                    row.number,
                    row.file,
                    row.sheet,
                    row.row,
                    ROLES.get(row.role, row.role),
                    YES if row.adds_up else NO,
                    row.table or "案件中没有此行",
                    Moment(row.moment, row.time_precision) if row.moment else None,
                    row.account,
                    row.holder,
                    row.counterparty_account,
                    row.counterparty_name,
                    None if row.amount_fen is None else Yuan(row.amount_fen),
                    row.currency,
                    label_in(Direction, row.direction),
                    row.told,
                    row.source_row,
                    row.excluded_by and reason_of(row.excluded_by, entry.finding["detector"]),
                ]
            )


def _write_exclusions(book: Book, dossier: Dossier) -> None:
    sheet = book.sheet("排除", (36, 14, 22, 50))
    sheet.line("全案交易：从交付合计到计入合计", "heading")
    sheet.line(
        "收入与支出的金额都相加，红字为负；这是核对用的合计，不是收支净额。未交付金额的行只计行数。",
        "note",
    )
    for waterfall in dossier.waterfalls:
        _add_waterfall(sheet, waterfall)
    if not dossier.waterfalls:
        sheet.line("案件中没有交易明细。", "note")
    sheet.skip()
    sheet.line("各疑点排除的行", "heading")
    sheet.head(["疑点与原因", "行数", "金额（元）", "说明"])
    last = max(sum(len(entry.rows) for entry in dossier.entries), 1)
    of_finding, roles, reasons = (
        range_name(column, 1, last, EVIDENCE) for column in (_OF_FINDING, _ROLE, _REASON)
    )
    for entry in dossier.entries:
        number = finding_number(entry.number)
        of_this = f'{of_finding},"{number}"'
        looked_at = Formula(f"=COUNTIF({of_this})", len(entry.rows))
        first = sheet.add([f"{number} 检视行", looked_at, None, "证据行表中的全部行"])
        for each in entry.exclusions:
            rows = Formula(f'=COUNTIFS({of_this},{reasons},"{each.reason}")', each.rows)
            amount = None if each.amount_fen is None else Yuan(each.amount_fen)
            beside = f"不计入总额：{each.beside}" if each.beside else None
            sheet.add([f"{number} 减：{each.reason}", rows, amount, beside])
        context = Formula(f'=COUNTIFS({of_this},{roles},"{ROLES[CONTEXT]}")', len(entry.context))
        sheet.add([f"{number} 减：背景行", context, None, "用于说明，不是证据"])
        left = f"{cell_name(first, 1)}-SUM({range_name(1, first + 1, sheet.row - 1)})"
        evidence = Formula(f"={left}", len(entry.evidence))
        last_line = sheet.add(
            [f"{number} 证据行", evidence, None, "检视行减各项排除与背景行"], total=True
        )
        counted = _evidence_count(of_finding, f'"{number}"', roles)
        check = Formula(f"={cell_name(last_line, 1)}-{counted}", 0)
        sheet.add([f"{number} 核对（应为 0）", check, None, "与证据行表另行计数相比"])


def _evidence_count(of_finding: str, number: str, roles: str) -> str:
    beside = ",".join(f'{roles},"<>{ROLES[role]}"' for role in (CONTEXT, EXCLUDED))
    return f"COUNTIFS({of_finding},{number},{beside})"


def _add_waterfall(sheet: Sheet, waterfall: Waterfall) -> None:
    sheet.skip()
    sheet.head([f"币种 {waterfall.currency}", "行数", waterfall.amount_head, "说明"])
    gross = sheet.add(
        ["交付合计", waterfall.gross.rows, Yuan(waterfall.gross.amount_fen), "全部交付的交易明细"]
    )
    for reason, tally in waterfall.exclusions.items():
        sheet.add([f"减：{reason}", tally.rows, Yuan(tally.amount_fen), None])
    rows, amount = (
        f"={cell_name(gross, column)}"
        + (f"-SUM({range_name(column, gross + 1, sheet.row - 1)})" if waterfall.exclusions else "")
        for column in (1, 2)
    )
    left = waterfall.difference
    net = waterfall.net
    net_yuan = yuan(net.amount_fen + left.amount_fen)
    computed = sheet.add(
        [
            "计算得出",
            Formula(rows, net.rows + left.rows),
            Formula(amount, net_yuan, "yuan"),
            "交付合计减各项排除",
        ],
        total=True,
    )
    counted = sheet.add(["计入合计", net.rows, Yuan(net.amount_fen), "另行统计：计入的交易"])
    checks = [f"{cell_name(computed, c)}-{cell_name(counted, c)}" for c in (1, 2)]
    sheet.add(
        [
            "核对（应为 0）",
            Formula(f"={checks[0]}", left.rows),
            Formula(f"=ROUND({checks[1]},2)", yuan(left.amount_fen), "yuan"),
            None,
        ],
        total=True,
    )


def _write_proof(book: Book, proof: Mapping[str, Any]) -> None:
    sheet = book.sheet("完整性", (150,))
    sheet.line("完整性校验", "title")
    for section in proof_sections(proof, limit=None):
        sheet.skip()
        sheet.line(section.title, "heading")
        for line in section.lines:
            sheet.add(["　　" * line.depth + line.text])
    if not proof:
        sheet.line("没有提供完整性校验。", "note")


def _write_parameters(book: Book, dossier: Dossier) -> None:
    sheet = book.sheet("参数", (24, 10, 26, 18, 8, 26, 70))
    rows = dossier.parameters
    head = ["检测器", "版本", "参数", "取值", "单位", "适用期间", "来源"]
    sheet.head(head, repeat=True, filtered_to=len(rows))
    for each in rows:
        value = each.value
        cell = value if isinstance(value, int) and not isinstance(value, bool) else str(value)
        sheet.add(
            [
                each.detector,
                each.version,
                each.name,
                cell,
                each.unit,
                each.period or None,
                each.source,
            ]
        )
    if not rows:
        sheet.line("没有疑点，因而没有用到的参数。", "note")


def _write_files(book: Book, files: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Write the sheet and return, for each count, the formula that gives its total elsewhere."""
    sheet = book.sheet("文件", (50, 66, 22, 12, 12, 10, 10, 10, 10, 14, 40))
    names = ("rows_read", "rows_kept", "rejected", "duplicates")
    sheet.head(
        ["文件", "SHA-256", "版式", "编码", "状态", "读取行", "保留行", "拒绝行", "重复行",
         "核对（应为 0）", "原因"],
        repeat=True,
        filtered_to=len(files),
    )  # fmt: skip
    for entry in files:
        counts = file_counts(entry)
        read, kept, rejected, twice = (cell_name(sheet.row, column) for column in range(5, 9))
        left = counts["rows_read"] - sum(counts[name] for name in names[1:])
        sheet.add(
            [
                entry["path"],
                entry["sha256"],
                entry.get("layout"),
                entry.get("encoding"),
                label_in(FileStatus, entry["status"]),
                *(counts[name] for name in names),
                Formula(f"={read}-{kept}-{rejected}-{twice}", left),
                why_not_whole(entry),
            ]
        )
    last = max(len(files), 1)
    totals = import_totals(files)
    if files:
        sums = [
            Formula(f"=SUM({range_name(5 + place, 1, last)})", totals[name])
            for place, name in enumerate(names)
        ]
        sheet.add(["合计", *[None] * 4, *sums, None, None], total=True)
    else:
        sheet.line("没有导入文件的记录。", "note")
    return {
        name: f"=SUM({range_name(5 + place, 1, last, sheet.title)})"
        for place, name in enumerate(names)
    }
