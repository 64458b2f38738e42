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
        (("东山村一组",), ("二组",), ["东山村一组", "东山村一组", "东山村二组"]),
        (("一、东山村（2户3人）",), ("二、西山村：1户",), ["东山村", "东山村", "西山村"]),
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


def test_a_village_on_the_first_row_of_its_block_is_carried_down_and_that_is_said(tmp_path):
    header = "村组,姓名,身份证号,金额,账号"
    lines = [
        f"东山村,{FIRST.replace(',2,', ',')}",
        f",{SECOND.replace(',2,', ',')}",
        "东山村小计,,,550.00,",
        f"西山村,{THIRD.replace(',2,', ',')}",
        ",丁某,359901195001010058,40,6217990000000002222",
    ]
    table, case = read(tmp_path, "补贴花名册", header, *lines)
    assert villages(case) == {
        "甲某": "东山村",
        "乙某": "东山村",
        "丙某": "西山村",
        "丁某": "西山村",
    }
    said = [each["text"] for each in table["warnings"] if each["column"] == "村组"]
    assert said == ["written on the first row of each block only: carried down to 2 rows"]


def test_a_village_left_out_here_and_there_stays_unknown(tmp_path):
    header = "村组,姓名,身份证号,金额,账号"
    lines = [
        f"{place},{line.replace(',2,', ',')}"
        for place, line in zip(("东山村", "", "西山村"), (FIRST, SECOND, THIRD), strict=True)
    ]
    _, case = read(tmp_path, "补贴花名册", header, *lines)
    assert villages(case)["乙某"] is None


@pytest.mark.parametrize(
    "line",
    [
        "过次页,,,550.00,",
        "承前页,,,550.00,",
        "村书记：,会计：,,日期：2024年6月30日,",
        "金额大写：伍佰伍拾元整,,,,",
    ],
)
def test_pages_and_signatures_of_a_roster_are_no_people(tmp_path, line):
    table, _ = read(tmp_path, "补贴花名册", HEADER, FIRST, SECOND, line)
    assert (table["rows_kept"], table["rejected"]) == (2, [])


def test_a_sum_in_words_is_a_total(tmp_path):
    table, _ = read(
        tmp_path, "补贴花名册", HEADER, FIRST, SECOND, "总计（大写）：伍佰伍拾元整,,,550.00,"
    )
    assert (table["rows_kept"], table["rejected"]) == (2, [])
    assert [each["kind"] for each in table["skipped"]] == ["total"]
