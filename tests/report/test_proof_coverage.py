"""Closing balances, silent months, lives of accounts, mirrors, accounts never delivered."""

from __future__ import annotations

from datetime import date

import pytest

from tests.report.proof_bookings import CARD_A, CARD_B, NOON, booking, ledger_rows, proved


@pytest.mark.parametrize(
    ("listed", "verdict"),
    [
        pytest.param({"balance_fen": 1_000_300}, "agrees", id="equal"),
        pytest.param({"balance_fen": 1_000_301}, "agrees", id="one fen"),
        pytest.param({"balance_fen": 1_000_302}, "differs", id="two fen"),
        pytest.param(
            {"balance_fen": 7, "last_booked_on": date(2024, 6, 2)}, "differs", id="same day"
        ),
        pytest.param(
            {"balance_fen": 7, "last_booked_on": date(2024, 6, 3)}, "bookings_missing", id="later"
        ),
        pytest.param(
            {"balance_fen": 7, "last_booked_on": date(2024, 6, 1)}, "list_older", id="earlier"
        ),
    ],
)
def test_closing_balance_against_the_account_list(case, listed, verdict):
    proof = proved(case, ledger_rows([100, 200]), accounts=[{"card": CARD_A, **listed}])
    counts = {name: count for name, count in proof["closing"]["verdicts"].items() if count}
    assert counts == {verdict: 1}
    shown = [row["verdict"] for row in proof["closing"]["rows"]]
    assert shown == ([verdict] if verdict in ("differs", "bookings_missing") else [])


@pytest.mark.parametrize(
    ("direction", "listed", "verdicts"),
    [
        pytest.param("out", 1_000_280, {"agrees": 1}, id="carried on"),
        pytest.param("out", 1_000_300, {"differs": 1}, id="not the last balance told"),
        pytest.param("unknown", 1_000_280, {}, id="nobody says which way"),
    ],
)
def test_bookings_after_the_last_balance_carry_it_on(case, direction, listed, verdicts):
    rows = [*ledger_rows([100, 200]), booking(9, direction, 20, None, 600)]
    proof = proved(case, rows, accounts=[{"card": CARD_A, "balance_fen": listed}])
    counts = {name: count for name, count in proof["closing"]["verdicts"].items() if count}
    assert counts == verdicts


LISTED = {
    "balance_fen": 7,
    "last_booked_on": date(2024, 6, 3),
    "opened_on": date(2024, 6, 3),
}


@pytest.mark.parametrize(
    ("booked", "listed"),
    [
        pytest.param({"account": "A1"}, {"card": CARD_A}, id="the list gives the card only"),
        pytest.param({"account": "A1"}, {"account": "A1"}, id="the list gives the account only"),
        pytest.param({}, {"card": CARD_A, "account": "A1"}, id="the bookings give the card only"),
    ],
)
def test_a_card_and_its_sole_account_are_compared(case, booked, listed):
    rows = [row | booked for row in ledger_rows([100, 200])]
    proof = proved(case, rows, accounts=[{**LISTED, **listed}])
    assert proof["closing"]["verdicts"]["bookings_missing"] == 1
    assert proof["periods"]["bookings_outside_life"]["count"] == 1


@pytest.mark.parametrize(
    ("of_booking", "of_list", "compared"),
    [("1", "1", 1), ("1", "2", 0), (None, "2", 1), ("1", None, 1)],
)
def test_other_sub_accounts_are_not_compared(case, of_booking, of_list, compared):
    rows = [row | {"sub_account": of_booking} for row in ledger_rows([100, 200])]
    listed = {"card": CARD_A, "balance_fen": 1_000_300, "sub_account": of_list}
    proof = proved(case, rows, accounts=[listed])
    assert proof["closing"]["verdicts"]["agrees"] == compared


def test_months_without_booking_inside_the_delivered_period(case):
    days = [0, 31, 150]
    named = {"bank": "甲银行"}
    rows = [booking(2 + i, "in", 5, None, day * 86400, **named) for i, day in enumerate(days)]
    rows.append(booking(9, "in", 5, None, 240 * 86400, card=CARD_B, **named))
    rows.append(booking(10, "in", 5, None, 600 * 86400, card="6222020000000000007"))
    proof = proved(case, rows, accounts=[{"card": CARD_A, "closed_on": date(2024, 12, 31)}])
    found = [
        (row["number"], row["from_month"], row["to_month"], row["months"])
        for row in proof["periods"]["silent_months"]["rows"]
    ]
    assert found == [(CARD_A, "2024-08", "2024-09", 2), (CARD_A, "2024-11", "2024-12", 2)]


@pytest.mark.parametrize(
    ("opened", "from_month"),
    [(date(2024, 7, 1), "2024-07"), (date(2024, 7, 2), "2024-08"), (None, None)],
)
def test_whole_months_between_opening_and_first_booking_are_silent(case, opened, from_month):
    rows = [
        booking(2, "in", 5, None, 92 * 86400, bank="甲银行"),
        booking(3, "in", 5, None, 0, card=CARD_B, bank="甲银行"),
        booking(4, "in", 5, None, 29 * 86400, card=CARD_B, bank="甲银行"),
    ]
    accounts = [{"card": CARD_A, "opened_on": opened}, {"card": CARD_B, "closed_on": NOON.date()}]
    found = proved(case, rows, accounts=accounts)["periods"]["silent_months"]["rows"]
    shown = [(row["from_month"], row["to_month"]) for row in found]
    assert shown == ([(from_month, "2024-08")] if from_month else [])


@pytest.mark.parametrize(
    ("life", "count"),
    [
        ({"opened_on": date(2024, 6, 2)}, 0),
        ({"opened_on": date(2024, 6, 3)}, 1),
        ({"closed_on": date(2024, 6, 2)}, 0),
        ({"closed_on": date(2024, 6, 1)}, 1),
    ],
)
def test_bookings_outside_the_life_of_the_account(case, life, count):
    proof = proved(case, ledger_rows([100]), accounts=[{"card": CARD_A, **life}])
    assert proof["periods"]["bookings_outside_life"]["count"] == count


@pytest.mark.parametrize(
    ("other", "missing", "differing"),
    [
        pytest.param(("in", 500, 60), 0, 0, id="both sides"),
        pytest.param(("in", 400, 120), 0, 1, id="another amount, last second"),
        pytest.param(("in", 400, 121), 2, 0, id="another amount, too late"),
        pytest.param(("out", 400, 60), 2, 0, id="same direction"),
    ],
)
def test_bookings_between_delivered_accounts(case, other, missing, differing):
    direction, fen, after_s = other
    edges = [
        booking(row, "in", 1, None, after_s, card=card)
        for row, card, after_s in [(20, CARD_A, -9e5), (21, CARD_B, -9e5), (22, CARD_B, 9e5)]
    ]
    rows = [
        booking(2, "out", 500, None, 0, counterparty_account=CARD_B),
        booking(
            3, direction, fen, None, after_s, card=CARD_B, counterparty_account=CARD_A, file="f2"
        ),
        booking(4, "in", 1, None, 9e5),
    ]
    proof = proved(case, [*rows, *edges])
    assert proof["mirrors"]["missing"]["count"] == missing
    assert proof["mirrors"]["amounts_differ"]["count"] == differing


@pytest.mark.parametrize(("first_day", "missing"), [(0, 1), (1, 0)])
def test_mirrors_are_asked_for_only_where_both_periods_overlap(case, first_day, missing):
    rows = [
        booking(2, "out", 500, None, 0, counterparty_account=CARD_B),
        booking(3, "in", 1, None, first_day * 86400, card=CARD_B),
    ]
    assert proved(case, rows)["mirrors"]["missing"]["count"] == missing


@pytest.mark.parametrize(
    ("times", "fen", "listed"),
    [(3, 1, True), (2, 1, False), (1, 10_000_000, True), (1, 9_999_999, False)],
)
def test_counterparties_never_delivered_from_times_or_money_on(case, times, fen, listed):
    rows = [
        booking(2 + i, "out", fen, None, i * 300, counterparty_account=CARD_B) for i in range(times)
    ]
    found = proved(case, rows)["undelivered"]["as_counterparties"]
    assert [row["number"] for row in found["rows"]] == ([CARD_B] if listed else [])
    if listed:
        assert found["rows"][0]["received_fen"] == times * fen
        assert len(found["rows"][0]["source_rows"]) == times


def test_listed_accounts_without_bookings_most_money_first(case):
    accounts = [
        {"card": CARD_A, "balance_fen": 900},
        {"account": "10359900000007", "card": CARD_A, "balance_fen": 800},
        {"card": CARD_B, "balance_fen": 5},
        {"card": "6222020000000000007", "balance_fen": 50},
    ]
    found = proved(case, [booking(2, "in", 5, None)], accounts=accounts)["undelivered"]
    shown = [row["card"] for row in found["in_registers"]["rows"]]
    assert shown == ["6222020000000000007", CARD_B]


WALLET = "wx-cejizhai-01"
BOUND = {"account": WALLET, "bank": "财付通", "branch": "甲银行", "holder_name": "测试云岭"}


def asked_for(proof):
    shown = proof["undelivered"]["in_registers"]["rows"]
    return [(row["stands_in"], row["account"] or row["card"], row["bank"]) for row in shown]


def test_bound_cards_never_delivered_are_asked_for_beside_their_wallet(case):
    listed = [{"card": CARD_A, **BOUND}, {"card": CARD_B, **BOUND}]
    proof = proved(case, [booking(2, "in", 5, None)], accounts=listed)
    assert asked_for(proof) == [("accounts", WALLET, "财付通"), ("bound_cards", CARD_B, "甲银行")]


def test_a_delivered_wallet_does_not_stand_for_its_bound_cards(case):
    rows = [booking(2, "out", 5, None, card=None, account=WALLET, bank="财付通")]
    proof = proved(case, rows, accounts=[{"card": CARD_B, **BOUND}, {"card": CARD_B, **BOUND}])
    assert asked_for(proof) == [("bound_cards", CARD_B, "甲银行")]


@pytest.mark.parametrize("wallet", [{"bank": "财付通"}, {"pay_method": "零钱提现"}])
def test_a_card_that_paid_for_a_wallet_is_asked_for_once(case, wallet):
    rows = [booking(row, "out", 5, None, account=WALLET, **wallet) for row in (2, 3)]
    assert asked_for(proved(case, rows)) == [("bound_cards", CARD_A, None)]


def test_a_card_in_a_bank_list_stands_there_only(case):
    listed = [{"card": CARD_B, **BOUND}, {"card": CARD_B, "bank": "甲银行"}]
    proof = proved(case, [booking(2, "in", 5, None)], accounts=listed)
    assert ("accounts", CARD_B, "甲银行") in asked_for(proof)
    assert len(asked_for(proof)) == 2
