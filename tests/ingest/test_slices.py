"""A large file cut into slices gives what the whole file gives."""

from __future__ import annotations

from itertools import pairwise

import pytest

from qingfeng.ingest import planning
from qingfeng.ingest.planning import Delivered, discover, natural
from qingfeng.ingest.run import import_paths
from tests.ingest.imports import HEADER, booking, new_case

ROWS = [booking(number, serial=f"S{number}") for number in range(400)]
ODD = {
    50: "6228480000000000125,2024-02-30 08:00:00,出,3.20,1.00,,测试公交,X,消费",
    120: HEADER,
    200: '6228480000000000125,2024-06-01 09:00:00,出,5.00,2.00,,"两行\n的名字",Q,"引号,逗号"',
    260: "",
    300: "6228480000000000125,2024-06-01 09:30:00",
}
LINES = [HEADER, *(ODD.get(number, row) for number, row in enumerate(ROWS)), "合计,,,1280.00"]


def report_of(folder, path):
    case = new_case(folder)
    report = import_paths(case, [path], workers=1)
    with case.connect() as connection:
        rows = connection.sql("SELECT * FROM transfers ORDER BY ALL").fetchall()
    return report, rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"], ids=str)
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_sliced_equals_whole(tmp_path, monkeypatch, encoding, ends):
    path = tmp_path / "大.csv"
    path.write_bytes((ends.join(LINES) + ends).encode(encoding))
    whole, rows = report_of(tmp_path / "whole", path)
    monkeypatch.setattr(planning, "SLICED_FROM", 1_000)
    monkeypatch.setattr(planning, "SLICE_BYTES", 3_000)
    sliced, sliced_rows = report_of(tmp_path / "sliced", path)
    assert sliced_rows == rows
    assert sliced["totals"] == whole["totals"]
    (one,), (other,) = whole["files"][0]["tables"], sliced["files"][0]["tables"]
    for key in (
        "header_row",
        "rows_read",
        "rows_kept",
        "rejected",
        "duplicates",
        "blank_rows",
        "skipped",
        "checks",
    ):
        assert other[key] == one[key], key
    assert [each["kind"] for each in one["checks"]] == ["total"]


def test_every_record_of_a_file_is_somewhere(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    report, _ = report_of(tmp_path / "home", path)
    (table,) = report["files"][0]["tables"]
    accounted = table["rows_read"] + table["blank_rows"] + len(table["skipped"])
    assert accounted + len(table["header_rows"]) == len(LINES)


def test_slices_end_with_records_and_leave_nothing_out(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "SLICED_FROM", 1_000)
    monkeypatch.setattr(planning, "SLICE_BYTES", 2_000)
    path = tmp_path / "a.csv"
    path.write_text("\n".join(LINES) + "\n", encoding="gb18030")
    job = planning.FileJob(0, path, "a.csv", "0" * 64)
    parts = [each.part for each in planning.jobs_of(job, ())]
    assert len(parts) > 5
    assert parts[0].start == 0
    assert all(a.start + a.length == b.start for a, b in pairwise(parts))
    assert parts[-1].start + parts[-1].length == path.stat().st_size
    assert [part.first_row for part in parts] == sorted({part.first_row for part in parts})


def test_natural_order():
    assert sorted(["部10.csv", "部2.csv", "部1.csv"], key=natural) == [
        "部1.csv",
        "部2.csv",
        "部10.csv",
    ]


def test_discovery_keeps_order_and_names_litter(tmp_path):
    folder = tmp_path / "交付"
    folder.mkdir()
    for name in ("b2.csv", "b10.csv", "~$b.xlsx", ".DS_Store"):
        (folder / name).write_bytes(b"x")
    found = discover([folder])
    assert [each.place for each in found if each.litter is None] == ["交付/b2.csv", "交付/b10.csv"]
    assert len([each for each in found if each.litter]) == 2
    assert all(isinstance(each, Delivered) for each in found)
