"""Which bookings are of one ledger, though their statements number it differently."""

from __future__ import annotations

import pytest

from tests.report.proof_bookings import CARD_A, CARD_B, booking, proved

ACCOUNT = "10359900000001"
BALANCES = [1_000, 700, 600, 550, 530]
EFFECTS = [1_000, -300, -100, -50, -20]


def two_statements(full, vague):
    """One statement lacks the fourth booking, the other the last; together nothing is missing."""

    def statement(file, lacking, numbers):
        return [
            booking(
                place,
                "in" if effect > 0 else "out",
                abs(effect),
                balance,
                place * 86400,
                file=file,
                **{"card": None, **numbers},
            )
            for place, (effect, balance) in enumerate(zip(EFFECTS, BALANCES, strict=True))
            if place != lacking
        ]

    return statement("f1", 3, full) + statement("f2", 4, vague)


WHOLE = {"account": ACCOUNT, "card": CARD_A}


@pytest.mark.parametrize(
    ("full", "vague"),
    [
        pytest.param(WHOLE, {"account": CARD_A}, id="card in the column of the account"),
        pytest.param(WHOLE, {"card": CARD_A}, id="card alone"),
        pytest.param(WHOLE, {"account": ACCOUNT}, id="account alone"),
        pytest.param({**WHOLE, "sub_account": "1"}, {"account": ACCOUNT}, id="no sub-account"),
        pytest.param({**WHOLE, "sub_account": "1"}, {"account": CARD_A}, id="card, no sub-account"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_two_statements_of_one_account_are_one_ledger(case, full, vague, turned):
    first, second = (vague, full) if turned else (full, vague)
    proof = proved(case, two_statements(first, second))
    totals = proof["continuity"]["totals"]
    assert (totals["ledgers"], totals["proved"], totals["breaks"]) == (1, 4, 0)
    assert proof["continuity"]["ledgers"]["rows"][0]["number"] == ACCOUNT


def test_a_card_of_two_accounts_is_the_one_its_copies_are_of(case):
    rows = two_statements(WHOLE, {"card": CARD_A})
    proof = proved(case, rows, accounts=[{"account": "10359900000002", "card": CARD_A}])
    assert proof["continuity"]["totals"]["ledgers"] == 1


def test_a_card_of_two_accounts_without_copies_stands_alone(case):
    rows = [
        booking(2, "in", 5, 5, **WHOLE),
        booking(3, "in", 5, 5, 60, account="10359900000002", card=CARD_A),
        booking(4, "in", 7, 7, 120, card=CARD_A, file="f2"),
    ]
    assert proved(case, rows)["continuity"]["totals"]["ledgers"] == 3


def test_sub_accounts_of_one_sheet_stay_apart_without_copies(case):
    rows = [
        booking(2, "in", 5, 5, account=ACCOUNT),
        booking(3, "in", 9, 9, 60, account=ACCOUNT, sub_account="1"),
    ]
    assert proved(case, rows)["continuity"]["totals"]["ledgers"] == 2


def test_the_account_list_is_compared_where_the_statement_gives_its_card_as_account(case):
    rows = [booking(2, "in", 5, 698, account=CARD_A, card=None)]
    listed = [{"account": ACCOUNT, "card": CARD_A, "balance_fen": 698}]
    assert proved(case, rows, accounts=listed)["closing"]["verdicts"]["agrees"] == 1


def test_a_list_with_the_card_as_account_is_compared(case):
    rows = [booking(2, "in", 5, 698, **WHOLE)]
    listed = [{"account": CARD_A, "balance_fen": 698}, {"account": CARD_B, "balance_fen": 1}]
    assert proved(case, rows, accounts=listed)["closing"]["verdicts"]["agrees"] == 1
