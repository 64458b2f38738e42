"""Books of a cash box, whose debit side is income."""

from __future__ import annotations

import pytest

from tests.ingest.test_booked_amounts import csv, stored

HEADER = "日期,凭证号,摘要,借方,贷方,余额"
LINES = [
    "2023-01-05,1,收承包费,600.00,,1600.00",
    "2023-01-06,2,买纸,,100.00,1500.00",
    "2023-01-07,3,收水费,50.00,,1550.00",
    "2023-01-08,4,电费,,50.00,1500.00",
]


@pytest.mark.parametrize("step", [1, -1])
def test_every_balance_that_rises_by_the_debit_makes_it_income(tmp_path, step):
    rows, entry = stored(tmp_path, csv(HEADER, *LINES[::step]), "direction, amount_fen")
    assert rows[::step] == [("in", 60_000), ("out", 10_000), ("in", 5_000), ("out", 5_000)]
    assert any("read as a cash book" in each["text"] for each in entry["warnings"])


def test_one_balance_that_does_not_leaves_the_sides_of_a_bank(tmp_path):
    lines = [*LINES[:3], "2023-01-08,4,电费,,50.00,1600.00"]
    rows, _ = stored(tmp_path, csv(HEADER, *lines), "direction")
    assert rows == [("out",), ("in",), ("out",), ("in",)]
