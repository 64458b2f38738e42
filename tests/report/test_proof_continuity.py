"""The chain of balances: breaks, order within an instant, directions told by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingfeng.store import Case, Home
from tests.report.proof_bookings import booking, ledger_rows, proved


def fresh(folder: Path) -> Case:
    return Home(folder).create_case("C1", title="t", instrument="No 1")


def totals(proof: Any, *names: str) -> list[int]:
    return [proof["continuity"]["totals"][name] for name in names]


def rowed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the rows the row numbers of their present order."""
    return [{**row, "source_row": f"f1··{number}"} for number, row in enumerate(rows, 2)]


@pytest.mark.parametrize(
    ("second", "breaks"),
    [
        pytest.param(booking(3, "out", 300, 9_700, 5), 0, id="exact"),
        pytest.param(booking(3, "out", 300, 9_701, 5), 0, id="one fen more"),
        pytest.param(booking(3, "out", 300, 9_699, 5), 0, id="one fen less"),
        pytest.param(booking(3, "out", 300, 9_702, 5), 1, id="two fen more"),
        pytest.param(booking(3, "out", 300, 9_698, 5), 1, id="two fen less"),
        pytest.param(booking(3, "in", 300, 9_700, 5), 1, id="wrong direction"),
        pytest.param(booking(3, "out", 300, 9_680, 5, fee_fen=20), 0, id="a fee beside it"),
        pytest.param(booking(3, "out", 300, 9_700, 5, fee_fen=20), 0, id="a fee within it"),
        pytest.param(booking(3, "out", 300, 9_660, 5, fee_fen=20), 1, id="more than the fee"),
        pytest.param(booking(3, "out", -300, 10_300, 5), 0, id="red entry keeps its sign"),
        pytest.param(
            booking(3, "out", 300, 10_000, 5, status="failed"), 0, id="failed is left out"
        ),
        pytest.param(booking(3, "out", 300, 10_000, 5), 1, id="not failed"),
        pytest.param(
            booking(3, "out", 300, 500, 5, currency="USD"), 0, id="another currency, own chain"
        ),
        pytest.param(
            booking(3, "out", 300, 500, 5, sub_account="2"), 0, id="another sub-account, own chain"
        ),
    ],
)
def test_previous_plus_in_minus_out_is_the_balance(case, second, breaks):
    proof = proved(case, [booking(2, "in", 10_000, 10_000), second])
    assert totals(proof, "breaks") == [breaks]


def test_a_break_names_row_expected_gap_and_rows_around(case):
    rows = ledger_rows([100, 200, -50, 400, 700, -60])
    del rows[3]
    proof = proved(case, rows)
    (found,) = proof["continuity"]["breaks"]["rows"]
    assert found["source_row"] == "f1··6"
    assert found["expected_fen"] == 1_000_000 + 100 + 200 - 50 + 700
    assert found["gap_fen"] == 400
    assert [row["source_row"] for row in found["rows_before"]] == ["f1··3", "f1··4"]
    assert [row["source_row"] for row in found["rows_after"]] == ["f1··7"]
    assert totals(proof, "proved", "breaks") == [3, 1]
    assert proof["continuity"]["totals"]["share_proved"] == 0.75


def test_rows_without_balance_are_bridged_by_their_sum(case):
    rows = ledger_rows([100, 200, -50, 400])
    rows[1]["balance_fen"] = rows[2]["balance_fen"] = None
    proof = proved(case, rows)
    assert totals(proof, "proved", "breaks", "bridged") == [1, 0, 2]


def test_a_second_copy_and_a_pair_undone_do_not_break_the_chain(case):
    rows = ledger_rows([100, -300, 200])
    copy = {**rows[0], "transfer_id": "x", "source_row": "f2··2", "account": "10359900000001"}
    undone = booking(9, "out", -300, 1_000_100, 1.5)
    rows[2] = booking(4, "in", 200, 1_000_300, 2)
    proof = proved(case, [*rows, copy, undone])
    assert proof["linking"]["copies"] == 1
    assert proof["linking"]["reversal_pairs"] == 1
    assert totals(proof, "proved", "breaks", "ledgers") == [3, 0, 1]


def test_a_statement_delivered_newest_first_is_turned(case):
    rows = rowed(ledger_rows([100, 200, -50, 400, -7, 9], per_instant=3)[::-1])
    proof = proved(case, rows)
    assert totals(proof, "breaks", "ledgers_newest_first", "reordered_in_instant") == [0, 1, 0]


def test_one_day_delivered_newest_first_is_told_by_its_balances(case):
    rows = rowed(ledger_rows([100, 200, -50], per_instant=3, day=True)[::-1])
    proof = proved(case, rows)
    assert totals(proof, "breaks", "ledgers_newest_first") == [0, 1]


def test_rows_whose_clock_is_wrong_by_seconds_are_reordered_within_the_day_and_said(case):
    rows = [
        booking(2, "out", 50_000_000, 1_234_567),
        booking(3, "out", 120_050, 1_114_517, 33),
        booking(4, "in", 8_800, 1_123_317, 30),
        booking(5, "out", -30_000, 1_153_317, 90),
    ]
    proof = proved(case, rows)
    assert totals(proof, "breaks", "reordered_in_instant", "reordered_in_day") == [0, 0, 2]


@pytest.mark.parametrize(
    ("balance", "inferred"),
    [
        pytest.param(9_400, "out", id="fell"),
        pytest.param(10_600, "in", id="rose"),
        pytest.param(10_000, None, id="stayed"),
        pytest.param(9_300, None, id="fell by more"),
    ],
)
def test_unknown_direction_is_inferred_from_the_chain_and_never_written(case, balance, inferred):
    rows = [
        booking(2, "in", 10_000, 10_000),
        booking(3, "unknown", 600, None, 5),
        booking(4, "out", 0, balance, 9),
    ]
    proof = proved(case, rows)
    shown = proof["continuity"]["inferred_directions"]["rows"]
    expected = [("f1··3", inferred)] if inferred else []
    assert [(row["source_row"], row["inferred_direction"]) for row in shown] == expected
    assert totals(proof, "breaks") == [0 if inferred else 1]
    with case.connect() as connection:
        assert connection.execute(
            "SELECT count(*) FROM transfers WHERE direction = 'unknown'"
        ).fetchall() == [(1,)]


def test_two_unknown_directions_in_one_step_are_undetermined(case):
    rows = [booking(2, "in", 10_000, 10_000), booking(3, "unknown", 600, None, 5)]
    proof = proved(case, [*rows, booking(4, "unknown", 600, 10_000, 9)])
    assert totals(proof, "undetermined", "inferred", "breaks") == [1, 0, 0]


def test_wallet_payment_from_a_card_may_leave_the_purse_as_it_is(case):
    wallet = {"account": "wx1", "bank": "财付通"}
    rows = [
        booking(2, "in", 500, 500, 0, **{**wallet, "card": None}),
        booking(3, "out", 900, 500, 5, **wallet),
        booking(4, "out", 100, 400, 9, **{**wallet, "card": None}),
    ]
    assert totals(proved(case, rows), "proved", "breaks") == [2, 0]


amounts = st.lists(
    st.integers(-5_000, 5_000).filter(lambda fen: abs(fen) > 1), min_size=5, max_size=14
)


@settings(max_examples=12, deadline=None)
@given(effects=amounts, daily=st.booleans(), mix=st.randoms(use_true_random=False))
def test_a_consistent_ledger_shuffled_within_ties_has_no_break(
    tmp_path_factory, effects, daily, mix
):
    rows = ledger_rows(effects, per_instant=4, day=daily)
    groups = [rows[start : start + 4] for start in range(0, len(rows), 4)]
    for group in groups:
        mix.shuffle(group)
    case = fresh(tmp_path_factory.mktemp("case"))
    proof = proved(case, rowed([row for group in groups for row in group]))
    assert totals(proof, "breaks", "proved") == [0, len(effects) - 1]


@settings(max_examples=12, deadline=None)
@given(
    effects=st.lists(st.integers(10, 10_000), min_size=6, max_size=12, unique=True),
    lost=st.integers(1, 4),
)
def test_one_row_lost_makes_one_break_right_after_it(tmp_path_factory, effects, lost):
    signed = [fen * 2_000_003 + number for number, fen in enumerate(effects)]
    rows = ledger_rows(signed)
    after = rows[lost + 1]["source_row"]
    gap = rows.pop(lost)["amount_fen"]
    proof = proved(fresh(tmp_path_factory.mktemp("case")), rows)
    (found,) = proof["continuity"]["breaks"]["rows"]
    assert (found["source_row"], found["gap_fen"]) == (after, gap)


def unnumbered(file: str, holder: str | None, balance: int, row: int = 2) -> list[dict[str, Any]]:
    return [
        booking(row + i, "in", 100, balance + 100 * i, i, card=None, holder_name=holder, file=file)
        for i in range(4)
    ]


def test_statements_without_a_number_are_kept_apart_by_file(case):
    rows = [*unnumbered("f1", "林晓", 1_000), *unnumbered("f2", "何秀兰", 90_000)]
    proof = proved(case, rows)
    assert totals(proof, "ledgers", "ledgers_proved", "breaks") == [2, 2, 0]
    shown = proof["continuity"]["ledgers"]["rows"]
    assert [(row["number"], row["unnumbered_in"], row["holder_name"]) for row in shown] == [
        (None, "f1··", "林晓"),
        (None, "f2··", "何秀兰"),
    ]


def test_holders_of_one_sheet_without_a_number_are_kept_apart(case):
    rows = [*unnumbered("f1", "林晓", 1_000), *unnumbered("f1", "何秀兰", 90_000, 12)]
    assert totals(proved(case, rows), "ledgers", "breaks") == [2, 0]


def test_a_holder_named_on_some_rows_only_does_not_split_a_sheet(case):
    rows = unnumbered("f1", "林晓", 1_000)
    rows[1]["holder_name"] = rows[2]["holder_name"] = None
    assert totals(proved(case, rows), "ledgers", "proved", "breaks") == [1, 3, 0]


def test_each_file_of_an_account_is_turned_on_its_own(case):
    older = rowed(ledger_rows([100, 200, -50, 400])[::-1])
    newer = [
        {**row, "source_row": f"f2··{number}", "transfer_id": f"f2-{number}"}
        for number, row in enumerate(ledger_rows([100, 200, -50, 400, 7, 8, 9])[4:], 2)
    ]
    proof = proved(case, [*older, *newer])
    assert totals(proof, "breaks", "proved", "reordered_in_instant") == [0, 6, 0]


def test_what_nothing_bridges_is_not_called_bridged(case):
    rows = ledger_rows([100, 200, -50, 400, 30])
    for place in (0, 2, 4):
        rows[place]["balance_fen"] = None
    silent = [booking(2, "in", 5, None, i, account="wx1", card=None, file="f2") for i in range(1)]
    proof = proved(case, [*rows, *silent])
    assert totals(proof, "proved", "steps", "bridged", "not_bridged") == [1, 1, 1, 3]
