"""A ditto mark in a roster is the cell above it, and said."""

from __future__ import annotations

import pytest

from tests.ingest.test_footers import read

HEADER = "村组\t姓名\t身份证号\t金额\t备注"


def people(*villages, remark=""):
    rows = [
        f"{village}\t甲{n}\t359902198501010378\t2{n}.00\t{remark}"
        for n, village in enumerate(villages)
    ]
    return [HEADER, *rows]


@pytest.mark.parametrize("mark", ["〃", "同上", " ″ "])
def test_a_mark_stands_for_the_cell_above(tmp_path, mark):
    table, case = read(tmp_path, *people("东山村", mark, mark, "西山村", mark))
    with case.connect() as connection:
        found = connection.sql("SELECT village FROM benefits ORDER BY amount_fen").fetchall()
    assert [village for (village,) in found] == ["东山村"] * 3 + ["西山村"] * 2
    said = [each["row"] for each in table["warnings"] if "ditto" in each["text"]]
    assert said == [3, 4, 6]


def test_a_mark_below_nothing_says_nothing(tmp_path):
    _, case = read(tmp_path, *people("〃", "东山村"))
    with case.connect() as connection:
        found = connection.sql("SELECT village FROM benefits ORDER BY amount_fen").fetchall()
    assert found == [(None,), ("东山村",)]


def test_a_remark_is_what_it_says(tmp_path):
    _, case = read(tmp_path, *people("东山村", "东山村", remark="同上"))
    with case.connect() as connection:
        assert connection.sql("SELECT DISTINCT remark FROM benefits").fetchall() == [("同上",)]
