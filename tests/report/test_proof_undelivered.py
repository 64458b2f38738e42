"""Accounts never delivered: what each is said to hold and to have received, by currency."""

from __future__ import annotations

import pytest

from qingfeng.report.proof import render
from tests.report.proof_bookings import CARD_B, booking, proved


def paid(*sums):
    """One booking out to the other card for each (fen, currency), hours apart."""
    return [
        booking(2 + i, "out", fen, None, i * 7200, counterparty_account=CARD_B, currency=currency)
        for i, (fen, currency) in enumerate(sums)
    ]


@pytest.mark.parametrize(
    ("sums", "yuan_fen", "enough"),
    [
        pytest.param([(9_000_000, "CNY"), (2_000_000, "JPY")], 9_000_000, False, id="below"),
        pytest.param([(9_000_000, "CNY"), (2_000_000, None)], 9_000_000, False, id="unknown"),
        pytest.param([(10_000_000, "CNY"), (5, "USD")], 10_000_000, True, id="yuan enough"),
        pytest.param([(5, "USD")] * 3, 0, True, id="often enough"),
        pytest.param([(99_000_000, "USD")], 0, False, id="dollars are no yuan"),
    ],
)
def test_other_currencies_stand_beside_the_yuan(case, sums, yuan_fen, enough):
    found = proved(case, paid(*sums))["undelivered"]
    chosen, other = ("as_counterparties", "in_other_currencies")[:: 1 if enough else -1]
    (row,) = found[chosen]["rows"]
    assert found[other]["count"] == 0
    assert (row["amount_fen"], row["received_fen"]) == (yuan_fen, yuan_fen)
    foreign = [fen for fen, currency in sums if currency != "CNY"]
    assert sum(each["amount_fen"] for each in row["other_currencies"]) == sum(foreign)


def test_the_text_names_the_currency_and_converts_nothing(case):
    proof = proved(case, paid((9_000_000, "CNY"), (2_000_000, "JPY")))
    shown = "2 次，90,000.00 元，另有 20,000.00 JPY（1 次，未折算），2024-06-02 至 2024-06-02"
    assert shown in render(proof)
    assert "90,000.00 yuan, and 20,000.00 JPY (1 time, not converted)" in render(proof, "en")


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"balance_fen": 10_000, "currency": "USD"}, "，100.00 USD（账户信息"),
        ({"balance_fen": 10_000, "currency": "CNY"}, "，100.00 元（账户信息"),
        ({"balance_fen": 0}, "，0.00 元（账户信息"),
        ({}, "，金额未写（账户信息"),
    ],
)
def test_what_a_listed_account_holds_is_said_as_stated(case, stated, said):
    listed = [{"card": CARD_B, "bank": "甲银行", **stated}]
    proof = proved(case, [booking(2, "in", 5, None)], accounts=listed)
    assert f"甲银行{said}" in render(proof)
    (row,) = proof["undelivered"]["in_registers"]["rows"]
    assert row["amount_fen"] == stated.get("balance_fen")


def test_an_agent_states_no_money(case):
    agents = [{"card": CARD_B, "bank": "甲银行"}]
    proof = proved(case, [booking(2, "in", 5, None)], agents=agents)
    assert "甲银行（代办人" in render(proof)
