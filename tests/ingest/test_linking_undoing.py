"""Reversals, refunds and returned payments; each bound from both sides."""

from __future__ import annotations

import pytest

from qingfeng.ingest.linking import last_summary
from tests.ingest.linking_bookings import (
    ACCOUNT_A,
    ACCOUNT_B,
    CARD_A,
    CARD_B,
    booking,
    linked,
    same_event,
)


@pytest.mark.parametrize(
    ("red", "undone"),
    [
        pytest.param({}, True, id="negative amount"),
        pytest.param({"after_s": 0}, True, id="same second"),
        pytest.param({"after_s": -1}, False, id="original later"),
        pytest.param({"after_s": 7 * 86400}, True, id="last second of seven days"),
        pytest.param({"after_s": 7 * 86400 + 1}, False, id="after seven days"),
        pytest.param({"direction": "in", "yuan": 300, "summary": "冲正"}, True, id="word"),
        pytest.param({"direction": "in", "yuan": 300, "status": "reversal"}, True, id="mark"),
        pytest.param({"direction": "in", "yuan": 300, "remark": "冲正"}, False, id="remark only"),
        pytest.param(
            {"direction": "in", "yuan": 300, "summary": "撤销合同款"}, False, id="word in a memo"
        ),
        pytest.param(
            {"direction": "in", "yuan": 300, "status": "reversal", "summary": "撤销合同款"},
            True,
            id="mark beside a word in a memo",
        ),
        pytest.param({"direction": "in", "yuan": 300}, False, id="a plain receipt"),
        pytest.param({"direction": "in"}, False, id="red receipt undoes no payment"),
        pytest.param({"yuan": -301}, False, id="one yuan more"),
        pytest.param({"counterparty_account": CARD_A}, False, id="another counterparty"),
        pytest.param({"counterparty_account": None}, True, id="counterparty not given"),
        pytest.param({"card": CARD_A}, False, id="another account"),
        pytest.param({"account": ACCOUNT_B}, False, id="another account of that card"),
        pytest.param({"account": ACCOUNT_A}, True, id="the same account of that card"),
    ],
)
def test_red_entry_undoes_its_original(case, red, undone):
    first = booking("t1", "out", 300, card=CARD_B, counterparty_account="6222020000000000007")
    first["account"] = ACCOUNT_A
    second = {"direction": "out", "yuan": -300, "after_s": 60, "card": CARD_B}
    second |= {"counterparty_account": "6222020000000000007", **red}
    found = linked(case, [first, booking("t2", **second)])
    assert found["t1"]["status"] == ("reversed" if undone else "ok")
    assert [found[each]["counted"] for each in ("t1", "t2")] == [not undone, not undone]
    assert found["t1"]["linked_to"] == ("t2" if undone else None)
    assert found["t2"]["linked_to"] == ("t1" if undone else None)
    assert not same_event(found, "t1", "t2")


NAMELESS = {"counterparty_account": None}


@pytest.mark.parametrize(
    ("first", "second", "undone"),
    [
        pytest.param({}, {"summary": "冲正", **NAMELESS}, True, id="named, no counterparty"),
        pytest.param(NAMELESS, {"summary": "冲正", **NAMELESS}, True, id="nobody named"),
        pytest.param(NAMELESS, {"summary": "冲正"}, False, id="only the second names somebody"),
        pytest.param(
            {"counterparty_name": "甲公司", **NAMELESS},
            {"summary": "冲正", "counterparty_name": "甲公司"},
            True,
            id="named, same name",
        ),
        pytest.param(
            {"counterparty_name": "甲公司", **NAMELESS},
            {"summary": "冲正", "counterparty_name": "乙公司", **NAMELESS},
            False,
            id="named, another name",
        ),
        pytest.param({}, {"remark": "撤销", **NAMELESS}, True, id="remark without counterparty"),
        pytest.param({}, {"remark": "撤销"}, False, id="remark of a counterparty"),
        pytest.param(
            {"serial": "S1"}, {"serial": "S1", "remark": "撤销"}, True, id="remark, same serial"
        ),
        pytest.param(
            {"serial": "S1"}, {"serial": "S1", "remark": "冲正误转"}, True, id="serial and a word"
        ),
        pytest.param({}, {"remark": "冲正误转", **NAMELESS}, False, id="a word and an amount"),
        pytest.param(
            {"counterparty_name": "丙", **NAMELESS},
            {"summary": "红字印刷品货款", "counterparty_name": "红字印刷厂", **NAMELESS},
            False,
            id="word in a name of goods",
        ),
        pytest.param({}, {"summary": "退汇"}, True, id="returned remittance"),
    ],
)
def test_words_alone_undo_only_what_they_agree_with(case, first, second, undone):
    shared = {"card": CARD_B, "counterparty_account": "6222020000000000007"}
    found = linked(
        case,
        [
            booking("t1", "out", 300, **{**shared, **first}),
            booking("t2", "in", 300, 60, **{**shared, **second}),
        ],
    )
    assert [found[each]["counted"] for each in ("t1", "t2")] == [not undone, not undone]
    assert found["t1"]["status"] == ("reversed" if undone else "ok")


def test_a_booking_is_never_both_undone_and_undoing(case):
    one = {"card": CARD_A, "serial": "S1"}
    found = linked(
        case,
        [
            booking("t1", "out", 300, 0, **one),
            booking("t2", "in", 300, 30, remark="冲正误转", **one),
            booking("t3", "in", -300, 60, **one),
        ],
    )
    assert [found[f"t{i}"]["linked_to"] for i in (1, 2, 3)] == [None, "t3", "t2"]


def test_a_mention_without_an_original_is_no_lonely_reversal(case):
    linked(case, [booking("t1", "in", 300, card=CARD_A, remark="撤销合同款")])
    summary = last_summary(case)
    assert summary is not None
    assert (summary.lonely_reversals, summary.reversal_pairs) == (0, 0)


def test_a_reversal_takes_the_nearest_of_equal_originals_once(case):
    one = {"card": CARD_A}
    found = linked(
        case,
        [
            booking("t1", "out", 300, 0, **one),
            booking("t2", "out", 300, 50, **one),
            booking("t3", "out", -300, 60, **one),
            booking("t4", "out", -300, 70, **one),
            booking("t5", "out", -300, 80, **one),
        ],
    )
    assert [found[f"t{i}"]["linked_to"] for i in range(1, 6)] == ["t4", "t3", "t2", "t1", None]
    assert found["t5"]["counted"] is True
    assert found["t5"]["amount_fen"] == -30000
    summary = last_summary(case)
    assert summary is not None
    assert (summary.reversal_pairs, summary.lonely_reversals, summary.several_originals) == (
        2,
        1,
        3,
    )


@pytest.mark.parametrize(
    ("refund", "original"),
    [
        pytest.param({"refund_of": "W1"}, "t1", id="serial given"),
        pytest.param({"merchant_order": "M3"}, "t1", id="through the merchant order"),
        pytest.param({"merchant_order": "M4"}, None, id="another order"),
        pytest.param({"merchant_order": "M3", "yuan": 201}, None, id="more than was paid"),
        pytest.param({"merchant_order": "M3", "after_s": -1}, None, id="before the payment"),
        pytest.param({"merchant_order": "M3", "file": "f9"}, None, id="another person's bill"),
        pytest.param({"merchant_order": "M3", "status": "refunded"}, "t1", id="status of payment"),
    ],
)
def test_refund_is_linked_to_its_payment(case, refund, original):
    row = {"direction": "in", "yuan": 200, "after_s": 900, "status": "refund", "serial": "W1R"}
    found = linked(
        case,
        [
            booking(
                "t1", "out", 200, serial="W1", merchant_order="M3", bank="微信", status="refunded"
            ),
            booking("t2", bank="微信", **{**row, **refund}),
        ],
    )
    assert found["t2"]["linked_to"] == original
    assert found["t2"]["refund_of"] == ("W1" if original else None)
    if original:
        assert found["t2"]["status"] == "refund"
    assert found["t1"]["status"] == "refunded"
    assert [found[each]["counted"] for each in ("t1", "t2")] == [True, True]


@pytest.mark.parametrize(
    ("serial", "status", "original"),
    [
        ("20240927880003_2024092757", "closed", "t1"),
        ("20240927880003*M3", "closed", "t1"),
        ("20240927880003_R1", "ok", "t1"),
        ("20240927880004_R1", "closed", None),
        ("20240927880003_R1", "failed", None),
    ],
)
def test_the_serial_of_a_refund_goes_on_with_that_of_its_order(case, serial, status, original):
    found = linked(
        case,
        [
            booking("t1", "out", 50, serial="20240927880003", bank="支付宝", status=status),
            booking("t2", "none", 50, 60, bank="支付宝", status="refund", serial=serial),
        ],
    )
    assert (found["t2"]["linked_to"], found["t1"]["status"]) == (original, status)


def test_returned_wallet_payment_is_never_counted(case):
    found = linked(case, [booking("t1", "out", 800, bank="微信", status="returned")])
    assert found["t1"]["counted"] is False


WALLET = {"bank": "微信", "merchant_order": "M3"}


@pytest.mark.parametrize(
    ("paid", "counts"),
    [
        pytest.param({"status": "returned"}, False, id="returned"),
        pytest.param({"status": "closed"}, False, id="closed"),
        pytest.param({"status": "closed", "direction": "none"}, False, id="closed, no side"),
        pytest.param({"status": "ok"}, True, id="carried out"),
        pytest.param({"status": "refunded"}, True, id="refunded"),
        pytest.param({"status": "failed"}, None, id="never carried out"),
    ],
)
def test_payment_and_refund_count_both_or_neither(case, paid, counts):
    first = {"direction": "out", "yuan": 88, "serial": "W1", **WALLET, **paid}
    second = booking("t2", "in", 88, 900, serial="W2", status="refund", **WALLET)
    found = linked(case, [booking("t1", **first), second])
    assert found["t1"]["counted"] is bool(counts)
    assert found["t2"]["counted"] is (counts is not False)
    assert found["t2"]["refund_of"] == (None if counts is None else "W1")
    assert found["t1"]["status"] == paid["status"]


def test_a_refund_is_of_the_payment_carried_out_before_one_given_up(case):
    found = linked(
        case,
        [
            booking("t1", "out", 88, 0, serial="W1", **WALLET),
            booking("t2", "out", 88, 60, serial="W2", status="closed", **WALLET),
            booking("t3", "in", 88, 900, serial="W3", status="refund", **WALLET),
        ],
    )
    assert (found["t3"]["linked_to"], found["t3"]["counted"]) == ("t1", True)
    summary = last_summary(case)
    assert summary is not None
    assert summary.several_refunded == 0


def test_the_number_of_the_order_goes_before_that_of_the_shop(case):
    found = linked(
        case,
        [
            booking("t1", "out", 88, 0, serial="2024092788000001", status="closed", **WALLET),
            booking("t2", "out", 88, 60, serial="2024092788000002", **WALLET),
            booking("t3", "in", 88, 90, serial="2024092788000001_57", status="refund", **WALLET),
        ],
    )
    assert (found["t3"]["linked_to"], found["t3"]["counted"]) == ("t1", False)


@pytest.mark.parametrize(
    ("serial", "original"),
    [
        pytest.param("2024092788000003_2024092757", "t1", id="tail after a line"),
        pytest.param("2024092788000003*57", "t1", id="tail after a star"),
        pytest.param("2024092788000004_57", None, id="another order"),
        pytest.param("20240927880000031", None, id="no tail"),
    ],
)
def test_a_refund_may_be_numbered_by_its_order(case, serial, original):
    rows = [
        booking("t1", "out", 50, serial="2024092788000003", bank="支付宝", status="closed"),
        booking("t2", "none", 50, 60, serial=serial, bank="支付宝", status="refund"),
    ]
    assert linked(case, rows)["t2"]["linked_to"] == original
