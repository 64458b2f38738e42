"""Whose statement it is: a column, the rows above the table, and the name of the file."""

from __future__ import annotations

import pytest

from qingfeng.ingest.headers import find_tables
from qingfeng.ingest.layouts import load_layouts
from qingfeng.ingest.run import import_paths
from tests.ingest.header_grids import grid
from tests.ingest.imports import new_case

CARD, OTHER = "6228480000000000125", "6217000000000003453"
HEADER = ["交易日期", "摘要", "交易金额", "余额", "对方户名"]
ROW = ["2024-01-02", "工资", "12.00", "12.00", "陈砚"]


def own_side(rows, file_name) -> dict[str, str]:
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    (found,) = find_tables(grid(padded), load_layouts(), file_name=file_name)
    assert found.layout is not None
    keys = ("account", "card", "account_masked")
    return {key: found.context[key] for key in keys if key in found.context}


@pytest.mark.parametrize(
    ("above", "file_name", "said"),
    [
        pytest.param([], f"{CARD}.csv", {"card": CARD}, id="the file name alone"),
        pytest.param([], "流水.csv", {}, id="nothing"),
        pytest.param([[f"账号：{OTHER}"]], f"{CARD}.csv", {"card": OTHER}, id="the preamble wins"),
        pytest.param(
            [["账号：10359900000001"]],
            f"{CARD}.csv",
            {"account": "10359900000001"},
            id="no card beside an account",
        ),
        pytest.param(
            [["卡号：6228****0125"]],
            f"{CARD}.csv",
            {"account_masked": "6228****0125", "card": CARD},
            id="the hidden number is this one",
        ),
        pytest.param(
            [["卡号：6228****0126"]],
            f"{CARD}.csv",
            {"account_masked": "6228****0126"},
            id="the hidden number ends otherwise",
        ),
        pytest.param(
            [["卡号：6217****0125"]],
            f"{CARD}.csv",
            {"account_masked": "6217****0125"},
            id="the hidden number begins otherwise",
        ),
    ],
)
def test_the_file_name_speaks_last(above, file_name, said):
    assert own_side([*above, HEADER, ROW], file_name) == said


def test_no_card_of_the_file_name_beside_a_column_of_accounts():
    rows = [["本方账号", *HEADER], ["10359900000001", *ROW]]
    assert own_side(rows, f"{CARD}.csv") == {}


def test_cells_left_empty_take_the_account_of_the_file_name():
    rows = [["本方账号", *HEADER], ["", *ROW]]
    assert own_side(rows, "10359900000001.csv") == {"account": "10359900000001"}


@pytest.mark.parametrize(
    ("names", "differ"),
    [
        ((f"{CARD}.csv", f"{OTHER}.csv"), True),
        (("招商银行.csv", "中国银行.csv"), True),
        ((f"{CARD}.csv", f"{CARD}(1).csv"), False),
        ((f"{CARD}.csv", "流水.csv"), False),
    ],
)
def test_equal_files_that_name_different_accounts_are_said(tmp_path, names, differ):
    for name in names:
        (tmp_path / name).write_text("\n".join(map(",".join, (HEADER, ROW))), encoding="utf-8")
    report = import_paths(new_case(tmp_path / "home"), [tmp_path / name for name in names])
    second = report["files"][1]
    assert second["status"] == "already_imported"
    assert ("another account" in second["reason"]) is differ
