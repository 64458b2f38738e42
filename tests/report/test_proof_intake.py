"""What was promised against what came, and the account of the import."""

from __future__ import annotations

import pytest

from qingfeng.report.proof import prove
from qingfeng.report.proof_intake import tables_of
from qingfeng.report.proof_text import render
from tests.report.proof_bookings import CARD_A, CARD_B, booking, proved
from tests.report.synthetic_rows import rows_of


def test_promised_sources_are_held_against_the_rows(case):
    person = {"subject_name": "林墨白", "subject_id": "359901197203050119", "replied": True}
    promise = {**person, "has_results": True}
    summaries = [
        {**promise, "source_name": "银行交易流水"},
        {**promise, "source_name": "自然资源部全国总库"},
        {**promise, "source_name": "公安部机动车", "promised_rows": 2},
        {**promise, "source_name": "中国人民银行反洗钱"},
        {**person, "has_results": False, "source_name": "公安部旅馆住宿"},
        {**person, "replied": False, "source_name": "证券"},
    ]
    rows = [booking(2, "in", 5, None, holder_id="359901197203050119")]
    cars = [{"holder_id": "359901197203050119", "plate": "测A00001"}]
    found = proved(case, rows, query_summaries=summaries, vehicles=cars)["promised"]
    assert [row["source_name"] for row in found["missing"]["rows"]] == ["自然资源部全国总库"]
    assert [row["delivered_rows"] for row in found["fewer"]["rows"]] == [1]
    assert [row["source_name"] for row in found["not_checkable"]["rows"]] == ["中国人民银行反洗钱"]
    assert [row["source_name"] for row in found["not_replied"]["rows"]] == ["证券"]


def test_failed_queries_and_answers_without_rows(case):
    tasks = [
        {"account": CARD_A, "outcome": "answered"},
        {"account": CARD_B, "outcome": "answered"},
        {"account": "6222020000000000007", "outcome": "failed", "result": "超时"},
        {"account": "6222020000000000015", "outcome": "empty"},
    ]
    found = proved(case, [booking(2, "in", 5, None)], query_tasks=tasks)["promised"]
    assert [row["account"] for row in found["answered_without_rows"]["rows"]] == [CARD_B]
    assert [row["result"] for row in found["failed_queries"]["rows"]] == ["超时"]


def test_declared_totals_and_the_account_of_the_import(case):
    sheet = {"rows_read": 4, "rows_kept": 2, "rejected": [{}], "duplicates": [{}]}
    checks = [
        {"kind": "footer_in", "declared": 100, "found": 100, "match": True, "row": 9},
        {"kind": "footer_out", "declared": 70, "found": 60, "match": False, "row": 9},
    ]
    file = {"path": "a.csv", "sha256": "f1", "status": "imported"}
    sums = {"rows_read": 4, "rows_kept": 2, "rejected": 1, "duplicates": 1}
    with case.writing() as batch:
        batch.write("transfers", "p", rows_of("transfers", booking(2, "in", 5, None)))
        batch.commit(files=[{**file, "tables": [{**sheet, "checks": checks}]}], totals=sums)
    proof = prove(case)
    assert (proof["import_account"]["balanced"], proof["linking"]) == (True, None)
    assert proof["declared_totals"]["count"] == 1
    assert proof["declared_totals"]["rows"][0]["kind"] == "footer_out"
    with case.writing() as batch:
        batch.write("transfers", "p", rows_of("transfers", booking(3, "in", 5, None)))
        batch.commit(files=[], totals={**sums, "duplicates": 0})
    assert prove(case)["import_account"]["balanced"] is False


@pytest.mark.parametrize(
    ("language", "above", "below"),
    [
        ("zh-hans", "a.xlsx 表 表头之前 笔数：文件写 4，实际 3", "a.xlsx 表 第9行 合计行：文件写"),
        ("en", "a.xlsx 表 above the table count: the file says 4", "a.xlsx 表 row 9 row of totals"),
    ],
)
def test_the_text_says_where_a_file_declares_what_its_rows_do_not_give(
    case, language, above, below
):
    checks = [
        {"kind": "declared_count", "declared": "4", "found": "3", "match": False},
        {"kind": "total", "declared": "7.00", "found": "6.00", "match": False, "row": 9},
    ]
    sums = {"rows_read": 1, "rows_kept": 1, "rejected": 0, "duplicates": 0}
    sheet = {"sheet": "表", "rejected": [], "duplicates": [], "rows_read": 1, "rows_kept": 1}
    file = {"path": "a.xlsx", "sha256": "f1", "status": "imported"}
    with case.writing() as batch:
        batch.write("transfers", "p", rows_of("transfers", booking(2, "in", 5, None)))
        batch.commit(files=[{**file, "tables": [{**sheet, "checks": checks}]}], totals=sums)
    text = render(prove(case), language)
    assert above in text
    assert below in text


@pytest.mark.parametrize(
    ("source", "tables"),
    [
        ("国家税务总局", ("taxes",)),
        ("公安部同车违章", ()),
        ("公安部机动车", ("vehicles",)),
        ("某数据", ()),
        (None, ()),
    ],
)
def test_tables_of_a_source(source, tables):
    assert tables_of(source) == tables
