"""Expenses written with a minus: what it means, row by row."""

from __future__ import annotations

import pytest

from tests.ingest.imports import CARD
from tests.ingest.test_booked_amounts import TWO_COLUMNS, csv, stored


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            [
                f"{CARD},2024-01-05,100.00,,100.00,工资",
                f"{CARD},2024-01-06,,-50.00,50.00,消费",
                f"{CARD},2024-01-07,,-20.00,30.00,消费",
            ],
            [
                ("in", 10_000, "ok_assumed"),
                ("out", 5_000, "ok_assumed"),
                ("out", 2_000, "ok_assumed"),
            ],
            id="every expense, the balance falls",
        ),
        pytest.param(
            [f"{CARD},2024-01-07,,-20.00,,消费", f"{CARD},2024-01-06,,-50.00,,消费"],
            [("out", 2_000, "ok_assumed"), ("out", 5_000, "ok_assumed")],
            id="every expense, no balance",
        ),
        pytest.param(
            [f"{CARD},2024-01-06,,50.00,50.00,消费", f"{CARD},2024-01-07,,-50.00,100.00,退货"],
            [("out", 5_000, "reversed"), ("out", -5_000, "reversal")],
            id="a red entry among expenses",
        ),
        pytest.param(
            [f"{CARD},2024-01-06,50.00,,50.00,存", f"{CARD},2024-01-07,,-50.00,100.00,退货"],
            [("in", 5_000, "ok_assumed"), ("out", -5_000, "reversal")],
            id="a lone red entry, the balance rises",
        ),
        pytest.param(
            [f"{CARD},2024-01-06,50.00,,,存", f"{CARD},2024-01-07,,-50.00,,退货"],
            [("in", 5_000, "ok_assumed"), ("unknown", -5_000, "ok_assumed")],
            id="a lone minus, nothing else told",
        ),
        pytest.param(
            [
                f"{CARD},2024-01-05,,-100.00,900.00,消费",
                f"{CARD},2024-01-06,,-50.00,850.00,消费",
                f"{CARD},2024-01-07,,20.00,870.00,退货",
            ],
            [
                ("out", 10_000, "ok_assumed"),
                ("out", 5_000, "ok_assumed"),
                ("out", -2_000, "reversal"),
            ],
            id="one refund among expenses",
        ),
        pytest.param(
            [f"{CARD},2024-01-05,1.00,,1000.00,存", f"{CARD},2024-01-06,,-100.00,900.00,消费"],
            [("in", 100, "ok_assumed"), ("out", 10_000, "ok_assumed")],
            id="a lone expense, the balance falls",
        ),
        pytest.param(
            [f"{CARD},2024-01-07,,-100.00,900.00,消费", f"{CARD},2024-01-06,1.00,,1000.00,存"],
            [("out", 10_000, "ok_assumed"), ("in", 100, "ok_assumed")],
            id="a lone expense, newest first",
        ),
        pytest.param(
            [
                f"{CARD},2024-01-0{day},,-50.00,{balance}.00,消费"
                for day, balance in ((5, 150), (6, 200), (7, 250))
            ],
            [("out", -5_000, "reversal")] * 3,
            id="red entries alone, the balance rises",
        ),
        pytest.param(
            [
                f"{CARD},2024-01-0{day},,{amount},,x"
                for day, amount in ((5, -50), (6, -60), (7, 70))
            ],
            [("unknown", amount, "ok_assumed") for amount in (-5_000, -6_000, 7_000)],
            id="more with a minus than without, no balance",
        ),
        pytest.param(
            [
                f"{CARD},2024-01-05,1000.00,,1000.00,存",
                f"{CARD},2024-01-06,,10.00-,990.00,消费",
                f"{CARD},2024-01-07,,（10.00）,980.00,消费",
                f"{CARD},2024-01-08,,5.00,975.00,消费",
            ],
            [
                ("in", 100_000, "ok_assumed"),
                *(("out", fen, "ok_assumed") for fen in (1_000, 1_000, 500)),
            ],
            id="one without a minus, its balance falls too",
        ),
        pytest.param(
            [
                f"{CARD},2024-01-05,1000.00,,1000.00,存",
                f"{CARD},2024-01-06,,-10.00,990.00,消费",
                f"{CARD},2024-01-07,,30.00,960.00,消费",
            ],
            [
                ("in", 100_000, "ok_assumed"),
                ("out", 1_000, "ok_assumed"),
                ("out", 3_000, "ok_assumed"),
            ],
            id="one with a minus and one without, both balances fall",
        ),
        pytest.param(
            [
                f"{CARD},2024-01-05,1000.00,,1000.00,存",
                f"{CARD},2024-01-06,,-10.00,990.00,消费",
                f"{CARD},2024-01-07,,-20.00,970.00,消费",
                f"{CARD},2024-01-08,,-10.00,980.00,退货",
                f"{CARD},2024-01-09,,30.00,950.00,消费",
            ],
            [
                ("in", 100_000, "ok_assumed"),
                ("out", 1_000, "reversed"),
                ("out", 2_000, "ok_assumed"),
                ("out", -1_000, "reversal"),
                ("out", 3_000, "ok_assumed"),
            ],
            id="a balance that rises among those that fall",
        ),
        pytest.param(
            [
                f"{CARD},2024-01-05,1000.00,,1000.00,存",
                f"{CARD},2024-01-06,,-10.00,990.00,消费",
                f"{CARD},2024-01-07,,-40.00,1030.00,退货",
                f"{CARD},2024-01-08,,-7.00,,消费",
                f"{CARD},2024-01-09,,8.00,,消费",
            ],
            [
                ("in", 100_000, "ok_assumed"),
                ("out", 1_000, "ok_assumed"),
                ("out", -4_000, "reversal"),
                ("unknown", -700, "ok_assumed"),
                ("out", 800, "ok_assumed"),
            ],
            id="balances of two minds, and a row that has none",
        ),
    ],
)
def test_expenses_with_a_minus(tmp_path, lines, expected):
    rows, entry = stored(tmp_path, csv(TWO_COLUMNS, *lines), "direction, amount_fen, status")
    assert rows == expected
    said = {each["row"] for each in entry["warnings"] if "written with" in each["text"]}
    turned = [
        place
        for place, (line, row) in enumerate(zip(lines, rows, strict=True), 2)
        if row[0] == "unknown" or (",,-" in line and row[1] > 0)
    ]
    assert set(turned) <= said


ONE_COLUMN = "交易卡号,交易日期,借贷标志,交易金额,余额"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["借,-100.00,900.00", "贷,100.00,1000.00", "借,-50.00,950.00", "借,-50.00,900.00"],
            [("out", 10_000), ("in", 10_000), ("out", 5_000), ("out", 5_000)],
            id="every expense, the balance falls",
        ),
        pytest.param(
            ["借,100.00,900.00", "借,-100.00,1000.00"],
            [("out", 10_000), ("out", -10_000)],
            id="a red entry behind what it undoes",
        ),
        pytest.param(["借,-100.00,900.00"], [("out", -10_000)], id="a lone minus is red"),
        pytest.param(
            ["贷,5.00,", "借,-100.00,", "借,-7.00,"],
            [("in", 500), ("out", 10_000), ("out", 700)],
            id="every expense, no balance",
        ),
    ],
)
def test_expenses_with_a_minus_and_a_word(tmp_path, lines, expected):
    rows, _ = stored(
        tmp_path,
        csv(ONE_COLUMN, *(f"{CARD},2024-01-{day:02d},{each}" for day, each in enumerate(lines, 5))),
        "direction, amount_fen",
    )
    assert rows == expected


def test_a_doubted_expense_is_said_to_have_the_sign_it_has(tmp_path):
    lines = [f"{CARD},2024-01-0{day},,{amount},,x" for day, amount in ((5, -50), (6, -60), (7, 70))]
    _, entry = stored(tmp_path, csv(TWO_COLUMNS, *lines), "flags")
    said = {
        each["row"]: each["text"] for each in entry["warnings"] if each["column"] == "direction"
    }
    assert [said[row].partition(" and")[0] for row in (2, 3, 4)] == [
        "written with a minus,",
        "written with a minus,",
        "written without the minus of other expenses of this table,",
    ]


def test_a_total_of_expenses_with_a_minus_is_their_sum(tmp_path):
    text = csv(
        TWO_COLUMNS,
        f"{CARD},2024-01-05,1000.00,,1000.00,存",
        f"{CARD},2024-01-06,,-10.00,990.00,消费",
        f"{CARD},2024-01-07,,-20.00,970.00,消费",
        "合计,,1000.00,-30.00,,",
    )
    _, entry = stored(tmp_path, text, "direction")
    assert [each["match"] for each in entry["checks"]] == [True, True]
