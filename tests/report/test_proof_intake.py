"""Totals that files state, and the account of the import."""

from __future__ import annotations

import pytest

from qingfeng.report.proof import prove
from qingfeng.report.proof_text import render
from tests.report.proof_bookings import booking
from tests.report.synthetic_rows import rows_of


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
