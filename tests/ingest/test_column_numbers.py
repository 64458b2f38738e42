"""A row that numbers the columns is part of the header, wherever it comes again."""

from __future__ import annotations

import pytest

from qingfeng.ingest.column_numbers import numbers_columns
from tests.ingest.imports import content, read

ROSTER = "序号,村组,姓名,身份证号,补贴面积,补贴标准,金额,账号,备注"
PERSON = "1,东,王某,359901195001010015,3.5,100,350,6217990000000001111,"


@pytest.mark.parametrize(
    "numbers",
    [
        "1,2,3,4,5,6,7,8,9",
        "①,②,③,④,⑤,⑥,⑦=⑤×⑥,⑧,⑨",
        "甲,乙,丙,丁,1,2,3,4,5",
        "(1),(2),(3),(4),(5),(6),(7)=(5)*(6),(8),(9)",
        "栏次,1,2,3,4,5,6=4×5,7,",
        "A,B,C,D,1,2,3=1×2,4,",
        ",1,2,3,4,5,6,7,8",
        "１,２,３,４,５,６,７,８,９",
    ],
)
def test_numbers_below_the_header_are_no_person(tmp_path, numbers):
    second = "2" + PERSON[1:]
    table, case = read(tmp_path, ROSTER, numbers, PERSON, ROSTER, numbers, second)
    assert (table["rows_kept"], table["rejected"], table["header_rows"]) == (2, [], [1, 2])
    assert [each["kind"] for each in table["skipped"]] == ["header", "header"]
    assert len(content(case, "benefits")) == 2


@pytest.mark.parametrize(
    "record",
    [
        "1,2,王某,359901195001010015,5,6,7,8,9",
        "1,2,3,5,4,6,7,8,9",
        "1,,,,,,2,,3",
        "1,2,3,4,5,6,7,8,90",
        "1,1,1,1,1,1,1,1,1",
    ],
)
def test_a_record_of_small_numbers_is_none(record):
    assert not numbers_columns(record.split(","), ROSTER.split(","))


def test_three_bare_numbers_may_be_a_record():
    assert not numbers_columns(["1", "2", "3"], ["序号", "数量", "单价"])
    assert numbers_columns(["(1)", "(2)", "(3)=(1)*(2)"], ["数量", "单价", "金额"])
