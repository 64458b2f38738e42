"""A file is one file, however often it was imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingfeng.report.delivered_files import (
    delivered_files,
    file_counts,
    import_totals,
    why_not_whole,
)
from qingfeng.report.proof import prove
from qingfeng.store.batches import Manifest
from tests.report.proof_bookings import booking
from tests.report.synthetic_rows import rows_of


def sheet(read, kept, rejected=0, duplicates=0, name="明细"):
    return {
        "member": None, "sheet": name, "header_row": 1, "rows_read": read, "rows_kept": kept,
        "rejected": [{"row": 9, "reason": "坏"}] * rejected,
        "duplicates": [{"row": 5 + n, "of": "x"} for n in range(duplicates)],
    }  # fmt: skip


def file(sha, status, *tables, path="a.csv", reason=None):
    return {
        "path": path, "sha256": sha, "layout": None, "encoding": None, "status": status,
        "reason": reason, "tables": list(tables),
    }  # fmt: skip


def merged(*imports):
    return delivered_files(Manifest(Path(), {}, list(files), {}) for files in imports)


def counts(entry):
    return list(file_counts(entry).values())


@pytest.mark.parametrize(
    ("first", "second", "status", "rows"),
    [
        pytest.param(
            file("s", "imported", sheet(5, 5)),
            file("s", "already_imported", reason="same content as a.csv"),
            "imported", [5, 5, 0, 0], id="delivered again",
        ),
        pytest.param(
            file("s", "refused", reason="no password"), file("s", "imported", sheet(5, 4, 1)),
            "imported", [5, 4, 1, 0], id="refused, then read",
        ),
        pytest.param(
            file("s", "refused", sheet(3, 0, 3)), file("s", "refused", sheet(3, 0, 3)),
            "refused", [3, 0, 3, 0], id="refused twice",
        ),
        pytest.param(
            file("s", "refused", sheet(3, 0, 3)), file("s", "imported", sheet(3, 1, 2)),
            "imported", [3, 1, 2, 0], id="read under a new layout",
        ),
        pytest.param(
            file("s", "imported", sheet(6, 5, 0, 1)), file("s", "imported", sheet(6, 0, 0, 6)),
            "imported", [6, 5, 0, 1], id="read again, all known",
        ),
        pytest.param(
            file("s", "imported", sheet(3, 3)), file("s", "imported", sheet(3, 3)),
            "imported", [6, 6, 0, 0], id="kept under two layouts: both sets of rows are stored",
        ),
    ],
)  # fmt: skip
def test_two_imports_of_one_file(first, second, status, rows):
    (entry,) = merged([first], [second])
    assert (entry["status"], counts(entry)) == (status, rows)


def test_a_header_found_elsewhere_replaces_what_was_refused():
    refused = file("s", "refused", sheet(5, 0, 5) | {"header_row": None}, sheet(2, 0, 2, name="乙"))
    read = file("s", "imported", sheet(3, 3) | {"header_row": 3})
    (entry,) = merged([refused], [read])
    assert counts(entry) == [5, 3, 2, 0]


def test_another_place_is_the_same_file_but_copies_in_one_import_are_two():
    copies = [file("s", "imported", sheet(1, 1)), file("s", "already_imported", path="b.csv")]
    again = [file("s", "already_imported", path="elsewhere/a.csv")]
    assert [each["path"] for each in merged(copies, again, copies)] == ["a.csv", "b.csv"]


def test_files_without_a_hash_are_known_by_path():
    litter = file(None, "ignored", path="~$a.xlsx")
    assert len(merged([litter], [litter, file(None, "ignored", path="~$b.xlsx")])) == 2


def test_other_sheets_of_a_later_reading_are_added():
    first = file("s", "imported", sheet(2, 2, name="甲"))
    second = file("s", "imported", sheet(2, 0, 0, 2, name="甲"), sheet(4, 4, name="乙"))
    (entry,) = merged([first], [second])
    assert counts(entry) == [6, 6, 0, 0]


def test_the_proof_counts_a_file_once_and_forgets_a_mended_refusal(case):
    refused = file("s", "refused", sheet(1, 0, 1), reason="no layout")
    read = file("s", "imported", sheet(1, 1))
    for number, entry in enumerate((refused, read, file("s", "already_imported")), 2):
        with case.writing() as batch:
            batch.write("transfers", "p", rows_of("transfers", booking(number, "in", 5, None)))
            batch.commit(files=[entry], totals=import_totals([entry]))
    account = prove(case)["import_account"]
    assert (account["batches"], account["files"], account["refused"]["count"]) == (3, 1, 0)
    assert (account["rows_read"], account["rejected"], account["balanced"]) == (1, 0, True)


def test_why_a_file_was_not_taken_whole():
    table = sheet(4, 1, 2) | {
        "rejected": [{"reason": "坏"}, {"reason": "无日期"}, {"reason": "坏"}]
    }
    assert why_not_whole(file("s", "imported", table)) == "坏（2 行）；无日期（1 行）"
    assert why_not_whole(file("s", "imported", table, reason="断"), shown=1) == (
        "断；坏（2 行）；另有 1 种原因"
    )
    assert why_not_whole(file("s", "refused", table, reason="断")) == "断"
    assert why_not_whole(file("s", "refused", table)) == "坏（2 行）；无日期（1 行）"
    assert why_not_whole(file("s", "imported", sheet(1, 1))) == ""
