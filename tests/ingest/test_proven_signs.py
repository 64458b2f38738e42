"""Signs of amounts that the balances prove, where nothing else says in or out."""

from __future__ import annotations

import pytest

from tests.ingest.header_grids import CARD
from tests.ingest.test_statement_headers import bookings

LINES = [
    ("2024-01-05", "100.00", "100.00"),
    ("2024-01-06", "-30.00", "70.00"),
    ("2024-01-07", "-20.00", "50.00"),
    ("2024-01-08", "5.00", "55.00"),
]
SAID = '["direction: told by the sign of the amount: the balances of the table move by it"]'


def read(folder, lines, *, name="x.csv", above="", balance="余额"):
    rows = "".join(f"{CARD},{','.join(line)}\n" for line in lines)
    text = f"{above}卡号,交易日期,交易金额,{balance}\n{rows}"
    found, _ = bookings(folder, text, "booked_at, direction, amount_fen, flags", name)
    return [row[1:] for row in sorted(found)]


@pytest.mark.parametrize("is_turned", [False, True])
def test_the_balances_say_what_the_sign_means(is_turned, tmp_path):
    assert read(tmp_path, LINES[::-1] if is_turned else LINES) == [
        ("in", 10_000, SAID),
        ("out", 3_000, SAID),
        ("out", 2_000, SAID),
        ("in", 500, SAID),
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"name": "信用卡.csv"},
        {"above": "个人贷款账户明细\n"},
        {"balance": "余额,应还金额"},
    ],
)
def test_a_debt_grows_by_what_is_spent(more, tmp_path):
    found = read(tmp_path, LINES, **more)
    assert {row[0] for row in found} == {"unknown"}
    assert [row[1] for row in found] == [10_000, -3_000, -2_000, 500]


@pytest.mark.parametrize(
    "lines",
    [
        LINES[:3],
        [LINES[0], ("2024-01-06", "30.00", "130.00"), ("2024-01-07", "1.00", "131.00")],
        [(day, amount, "100.00") for day, amount, _ in LINES],
        [(day, amount, f"-{balance}") for day, amount, balance in LINES],
    ],
    ids=["two steps", "one sign", "balances that stay", "against the balances"],
)
def test_what_is_not_proven_stays_unknown(lines, tmp_path):
    assert {row[0] for row in read(tmp_path, lines)} == {"unknown"}
