"""Totals that files state, and the account of the import."""

from __future__ import annotations

from qingfeng.report.proof import prove
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
