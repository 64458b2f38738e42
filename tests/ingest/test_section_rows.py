"""A place name alone in its row is the village of the people below it."""

from __future__ import annotations

import openpyxl
import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import new_case, read

HEADER = "姓名,身份证号,人口,金额,账号"
FIRST, SECOND, THIRD = (
    f"{name},35990119500101{number},2,{amount},6217990000000001111"
    for name, number, amount in (("甲某", "0015", 350), ("乙某", "0023", 200), ("丙某", "0031", 30))
)


def villages(case):
    with case.connect() as connection:
        chosen = connection.sql("SELECT beneficiary_name, village FROM benefits ORDER BY ALL")
        return dict(chosen.fetchall())


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        (("东山村一组",), ("西山村",), ["东山村一组", "东山村一组", "西山村"]),
        (("村组：东山村",), ("二组",), ["东山村", "东山村", "东山村二组"]),
        (("东山村", "一组"), ("2组",), ["东山村一组", "东山村一组", "东山村2组"]),
        (("东山社区（北片）",), ("西山村：",), ["东山社区（北片）", "东山社区（北片）", "西山村"]),
    ],
)
def test_people_belong_to_the_village_named_above_them(tmp_path, above, below, expected):
    lines = [*(f"{each},,,," for each in above), FIRST, SECOND, *(f"{each},,,," for each in below)]
    table, case = read(tmp_path, "补贴花名册", HEADER, *lines, THIRD, "合计,,,580.00,")
    assert (table["rows_kept"], table["rejected"]) == (3, [])
    assert list(villages(case).values()) == [expected[2], expected[0], expected[1]]


def test_a_merged_row_names_a_village_and_people_above_it_have_none(tmp_path):
    book = openpyxl.Workbook()
    for line in (HEADER, FIRST, "东山村,,,,", SECOND):
        book.active.append(line.split(","))
    book.active.merge_cells("A3:E3")
    book.save(tmp_path / "a.xlsx")
    case = new_case(tmp_path)
    (table,) = import_paths(case, [tmp_path / "a.xlsx"])["files"][0]["tables"]
    assert [each["kind"] for each in table["skipped"]] == ["section"]
    assert (table["rejected"], villages(case)) == ([], {"甲某": None, "乙某": "东山村"})


def test_a_person_whose_row_is_cut_is_no_village(tmp_path):
    table, _ = read(tmp_path, HEADER, FIRST, "丁某,,,,", "王村,359901195001010040,1,9,621799")
    assert (table["rows_kept"], [each["row"] for each in table["rejected"]]) == (2, [3])


def test_a_merged_amount_below_a_section_is_still_one(tmp_path):
    book = openpyxl.Workbook()
    for line in (HEADER, "东山村,,,,", FIRST, SECOND, "西山村,,,,", THIRD):
        book.active.append(line.split(","))
    book.active.merge_cells("D3:D4")
    book.save(tmp_path / "a.xlsx")
    case = new_case(tmp_path)
    (table,) = import_paths(case, [tmp_path / "a.xlsx"])["files"][0]["tables"]
    assert (table["rows_kept"], [each["row"] for each in table["rejected"]]) == (2, [4])
    assert villages(case) == {"甲某": "东山村", "丙某": "西山村"}
