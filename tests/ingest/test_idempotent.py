"""The same delivery again, renamed, re-encoded, in another container: nothing new."""

from __future__ import annotations

import shutil

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.redelivery import deliver_again
from qingfeng.detectors.runner import run as run_detectors
from qingfeng.ingest.run import import_paths
from qingfeng.schema import tables
from qingfeng.synth import build
from tests.ingest.imports import CARD, HEADER, booking, content, imported, new_case

LINES = [HEADER, *(booking(number, serial=f"S{number}") for number in range(20))]
TEXT = "\n".join(LINES) + "\n"


@pytest.fixture
def original(tmp_path):
    path = tmp_path / "一.csv"
    path.write_text(TEXT, encoding="gb18030")
    return path


def test_the_same_file_again_is_already_imported(tmp_path, original):
    case = imported(tmp_path, original)
    before = content(case)
    report = import_paths(case, [original])
    assert [file["status"] for file in report["files"]] == ["already_imported"]
    assert report["totals"]["rows_read"] == 0
    assert len(case.batches()) == 1
    assert content(case) == before


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"], ids=str
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_renamed_and_re_encoded_gives_no_new_row(tmp_path, original, encoding, ends):
    case = imported(tmp_path, original)
    before = content(case)
    copy = tmp_path / "改名.txt"
    copy.write_bytes(TEXT.replace("\n", ends).encode(encoding))
    report = import_paths(case, [copy])
    kept, repeated = report["totals"]["rows_kept"], report["totals"]["duplicates"]
    assert (kept, repeated) in {(0, 20), (0, 0)}
    assert content(case) == before


def test_as_a_workbook_gives_no_new_row(tmp_path, original):
    case = imported(tmp_path, original)
    before = content(case)
    with xlsxwriter.Workbook(tmp_path / "一.xlsx") as book:
        sheet = book.add_worksheet("明细")
        for row, line in enumerate(LINES):
            for column, cell in enumerate(line.split(",")):
                sheet.write_string(row, column, cell)
    report = import_paths(case, [tmp_path / "一.xlsx"])
    assert (report["totals"]["rows_kept"], report["totals"]["duplicates"]) == (0, 20)
    assert content(case) == before


def test_overlapping_months_in_either_order(tmp_path):
    may, june = tmp_path / "5.csv", tmp_path / "6.csv"
    may.write_text("\n".join(LINES[:14]) + "\n", encoding="utf-8")
    june.write_text("\n".join([HEADER, *LINES[8:]]) + "\n", encoding="utf-8")
    one = imported(tmp_path / "a", may, june)
    other = imported(tmp_path / "b", june, may)
    apart = new_case(tmp_path / "c")
    import_paths(apart, [june])
    import_paths(apart, [may])
    assert len(content(one)) == 20
    assert content(one) == content(other) == content(apart)


def test_twins_of_one_second_survive_and_an_overlap_of_twins_is_dropped(tmp_path):
    fare = f"{CARD},2024-06-01 08:00:00,出,3.20,,,测试公交,,消费"
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(f"{HEADER}\n{fare}\n{fare}\n", encoding="utf-8")
    second.write_text(f"{HEADER}\n{fare}\n{fare}\n{fare}\n", encoding="utf-8")
    case = new_case(tmp_path)
    report = import_paths(case, [first, second])
    assert (report["totals"]["rows_kept"], report["totals"]["duplicates"]) == (3, 2)
    assert len({row[0] for row in content(case)}) == 3


@given(
    first=st.lists(st.integers(0, 3), max_size=8), second=st.lists(st.integers(0, 3), max_size=8)
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_union_of_two_files_is_the_multiset_union(tmp_path_factory, first, second):
    """Rows without serial and balance: of each content as many as the fuller file has."""
    folder = tmp_path_factory.mktemp("union")
    paths = []
    for name, numbers in (("a", first), ("b", second)):
        lines = [
            f"{CARD},2024-06-01 08:00:0{number},出,3.20,,,测试公交,,消费" for number in numbers
        ]
        # A distinct last line keeps two equal files apart.
        closing = f"{CARD},2024-06-02 08:00:00,出,1.00,,,{name},,消费"
        path = folder / f"{name}.csv"
        path.write_text("\n".join([HEADER, *lines, closing]) + "\n", encoding="utf-8")
        paths.append(path)
    for order in (paths, paths[::-1]):
        shutil.rmtree(folder / "cases", ignore_errors=True)
        case = new_case(folder)
        report = import_paths(case, order)
        expected = sum(max(first.count(n), second.count(n)) for n in range(4)) + 2
        assert report["totals"]["rows_kept"] == expected
        assert len(content(case)) == expected


def test_a_synthetic_delivery_in_other_forms_gives_the_same_tables_and_findings(tmp_path):
    built = build(tmp_path / "made", scale="small", seed=11)
    passwords = built.passwords_file.read_text(encoding="utf-8").split()
    one = imported(tmp_path / "a", built.delivered, passwords=passwords)
    report = import_paths(one, [built.delivered], passwords=passwords)
    assert report["totals"]["rows_read"] == 0
    again = deliver_again(built.delivered, tmp_path / "again")
    other = imported(tmp_path / "b", *again, passwords=passwords)
    for table in tables():
        if table != "documents":
            assert content(other, table) == content(one, table), table
    assert keys(other) == keys(one)


def keys(case):
    return sorted(each["hit_key"] for each in run_detectors(case)["findings"])


def test_a_rejected_row_delivered_again_in_another_form_is_kept_once(tmp_path):
    spoilt = "\n".join([*LINES, booking(99, amount="十元")]) + "\n"
    for name, encoding in (("一.csv", "gb18030"), ("二.csv", "utf-8")):
        (tmp_path / name).write_text(spoilt, encoding=encoding)
    case = imported(tmp_path, tmp_path / "一.csv", tmp_path / "二.csv")
    assert len(content(case, "rejected_rows")) == 1
