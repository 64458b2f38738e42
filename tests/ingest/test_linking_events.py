"""One event seen from several records: two sides of a transfer, a wallet and its bank."""

from __future__ import annotations

from typing import Any

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
    ("changes", "paired"),
    [
        pytest.param({}, True, id="one second apart"),
        pytest.param({"after_s": 120}, True, id="last second"),
        pytest.param({"after_s": 121}, False, id="one second late"),
        pytest.param({"after_s": -120}, True, id="other bank's clock behind"),
        pytest.param({"after_s": -121}, False, id="too far behind"),
        pytest.param({"yuan": 501}, False, id="one yuan more"),
        pytest.param({"direction": "out"}, False, id="same direction"),
        pytest.param({"counterparty_account": None}, False, id="counterparty missing"),
        pytest.param({"counterparty_account": "6222020000000000007"}, False, id="another payer"),
        pytest.param({"currency": "USD"}, False, id="another currency"),
        pytest.param({"status": "failed"}, False, id="failed"),
        pytest.param(
            {"time_precision": "day", "after_s": 11.9 * 3600}, True, id="day only, same day"
        ),
        pytest.param(
            {"time_precision": "day", "after_s": 12 * 3600}, False, id="day only, next day"
        ),
    ],
)
def test_out_and_in_of_two_own_cards_are_one_event(case, changes, paired):
    other = {"direction": "in", "yuan": 500, "after_s": 1, "card": CARD_B}
    other |= {"counterparty_account": CARD_A, **changes}
    found = linked(
        case,
        [
            booking("t1", "out", 500, card=CARD_A, counterparty_account=CARD_B),
            booking("t2", file="f2", **other),
        ],
    )
    assert same_event(found, "t1", "t2") is paired
    assert found["t1"]["counted"] is True
    assert found["t2"]["counted"] is (changes.get("status") != "failed")
    assert found["t1"]["event_id"] == "t1"


def test_account_and_card_of_one_place_are_joined_through_the_account_list(case):
    found = linked(
        case,
        [
            booking("t1", "out", 500, account=ACCOUNT_A, counterparty_account=CARD_B),
            booking("t2", "in", 500, account=ACCOUNT_B, counterparty_account=CARD_A, file="f2"),
        ],
        [{"account": ACCOUNT_A, "card": CARD_A}, {"account": ACCOUNT_B, "card": CARD_B}],
    )
    assert same_event(found, "t1", "t2")


def test_numbers_no_record_joins_stay_apart(case):
    found = linked(
        case,
        [
            booking("t1", "out", 500, account=ACCOUNT_A, counterparty_account=CARD_B),
            booking("t2", "in", 500, account=ACCOUNT_B, counterparty_account=CARD_A, file="f2"),
        ],
        [{"account": ACCOUNT_A}, {"card": CARD_A}],
    )
    assert not same_event(found, "t1", "t2")


def test_masked_accounts_never_match(case):
    mask = {"account_masked": "6228****0125", "counterparty_account_masked": "6217****3453"}
    back = {"account_masked": "6217****3453", "counterparty_account_masked": "6228****0125"}
    found = linked(case, [booking("t1", "out", 5, **mask), booking("t2", "in", 5, **back)])
    assert not same_event(found, "t1", "t2")


def test_twin_amounts_pair_one_to_one_without_crossing(case):
    a = {"card": CARD_A, "counterparty_account": CARD_B}
    b = {"card": CARD_B, "counterparty_account": CARD_A, "file": "f2"}
    found = linked(
        case,
        [
            booking("t1", "out", 500, 0, **a),
            booking("t2", "out", 500, 60, **a),
            booking("t3", "in", 500, 2, **b),
            booking("t4", "in", 500, 62, **b),
        ],
    )
    assert same_event(found, "t1", "t3")
    assert same_event(found, "t2", "t4")
    assert not same_event(found, "t1", "t2")
    summary = last_summary(case)
    assert summary is not None
    assert (summary.side_pairs, summary.several_sides) == (2, 4)


def test_many_twins_of_one_second_all_find_a_partner(case):
    a = {"card": CARD_A, "counterparty_account": CARD_B}
    b = {"card": CARD_B, "counterparty_account": CARD_A, "file": "f2"}
    outs = [booking(f"t{i}", "out", 500, 0, **a) for i in range(10, 50)]
    ins = [booking(f"t{i}", "in", 500, 1, **b) for i in range(50, 89)]
    linked(case, outs + ins)
    summary = last_summary(case)
    assert summary is not None
    assert (summary.side_pairs, summary.events) == (39, 39)


def test_twins_of_one_second_pair_in_delivered_order_whatever_their_ids(case):
    a = {"card": CARD_A, "counterparty_account": CARD_B}
    b = {"card": CARD_B, "counterparty_account": CARD_A, "file": "f2"}
    found = linked(
        case,
        [
            booking("t1", "out", 500, 0, row=2, **a),
            booking("t2", "out", 500, 0, row=3, **a),
            booking("t3", "in", 500, 1, row=9, **b),
            booking("t4", "in", 500, 1, row=8, **b),
        ],
    )
    assert same_event(found, "t1", "t4")
    assert same_event(found, "t2", "t3")


def test_equal_serial_beats_nearer_time(case):
    a = {"card": CARD_A, "counterparty_account": CARD_B}
    b = {"card": CARD_B, "counterparty_account": CARD_A, "file": "f2"}
    found = linked(
        case,
        [
            booking("t1", "out", 500, 0, serial="S9", **a),
            booking("t2", "in", 500, 1, serial="S8", **b),
            booking("t3", "in", 500, 100, serial="S9", **b),
        ],
    )
    assert same_event(found, "t1", "t3")
    assert not same_event(found, "t1", "t2")


def test_copy_and_other_side_join_one_event_of_three_rows(case):
    copy = {"card": CARD_A, "balance_fen": 900, "counterparty_account": CARD_B}
    found = linked(
        case,
        [
            booking("t1", "out", 70, file="f2", **copy),
            booking("t2", "out", 70, account=ACCOUNT_A, summary="转账", **copy),
            booking("t3", "in", 70, 3, card=CARD_B, counterparty_account=CARD_A, file="f3"),
        ],
    )
    assert {row["event_id"] for row in found.values()} == {"t1"}
    assert [found[each]["counted"] for each in ("t1", "t2", "t3")] == [False, True, True]


def paid(**more: Any) -> dict[str, Any]:
    return {"bank": "财付通", "account": "wx1", "pay_method": "测试银行(0125)", **more}


NO_DIGITS = {
    "direction": "transfer_out",
    "pay_method": "余额",
    "counterparty_name": "建设银行",
    "holder_name": "林墨白",
}
IN_NAMED = {"direction": "in", "bank": "中国建设银行", "holder_name": "林墨白"}


@pytest.mark.parametrize(
    ("wallet", "bank", "paired"),
    [
        pytest.param({}, {}, True, id="payment"),
        pytest.param({"after_s": 120}, {}, True, id="last second"),
        pytest.param({"after_s": 121}, {}, False, id="too late"),
        pytest.param({"pay_method": "测试银行（0125）"}, {}, True, id="full-width brackets"),
        pytest.param({"pay_method": "测试银行(0126)"}, {}, False, id="another card"),
        pytest.param({"pay_method": "零钱"}, {}, False, id="paid from the purse"),
        pytest.param({}, {"counterparty_name": "测试店"}, False, id="bank names no wallet"),
        pytest.param({"yuan": 71}, {}, False, id="one yuan more"),
        pytest.param({"holder_id": "A"}, {"holder_id": "B"}, False, id="two persons"),
        pytest.param({"direction": "in"}, {"direction": "in"}, True, id="refund to the card"),
        pytest.param({"direction": "in"}, {}, False, id="opposite ways"),
        pytest.param(
            {"direction": "transfer_out", "yuan": 71, "fee_fen": 100},
            {"direction": "in"},
            True,
            id="withdrawal less fee",
        ),
        pytest.param({"direction": "transfer_in"}, {}, True, id="top-up"),
        pytest.param(
            {"direction": "transfer_out", "amount_fen": 30_030},
            {"direction": "in", "amount_fen": 30_000},
            True,
            id="withdrawal, a thousandth kept and not said",
        ),
        pytest.param(
            {"direction": "transfer_out", "amount_fen": 7_010},
            {"direction": "in"},
            True,
            id="withdrawal, the least fee kept and not said",
        ),
        pytest.param(
            {"direction": "transfer_out", "amount_fen": 7_011},
            {"direction": "in"},
            False,
            id="withdrawal, no fee that is known",
        ),
        pytest.param(
            {"direction": "transfer_out", "pay_method": "零钱通", "summary": "到测试银行(0125)"},
            {"direction": "in"},
            True,
            id="card named in the kind of the booking",
        ),
        pytest.param(
            {"direction": "none", "status": "refund"},
            {"direction": "in"},
            True,
            id="neutral refund",
        ),
        pytest.param({"direction": "none"}, {"direction": "in"}, False, id="neutral, no refund"),
        pytest.param({"direction": "none"}, {}, True, id="neutral, paid by the card"),
        pytest.param(
            {"direction": "none", "status": "refund"}, {}, False, id="neutral refund is no payment"
        ),
        pytest.param(
            {
                "direction": "internal",
                "pay_method": "/",
                "summary": "转入零钱通-来自测试银行(0125)",
            },
            {},
            True,
            id="moved into a fund of the wallet from the card",
        ),
        pytest.param(
            {"direction": "transfer_out", "summary": "信用卡还款", "fee_fen": 100},
            {},
            True,
            id="repayment of a credit card, its fee included",
        ),
        pytest.param(
            {"direction": "transfer_out", "summary": "信用卡还款"},
            {"direction": "in"},
            False,
            id="repayment brings the paying card nothing",
        ),
        pytest.param(
            {"direction": "transfer_out", "summary": "购买理财通"}, {}, True, id="fund bought"
        ),
        pytest.param(NO_DIGITS, IN_NAMED, True, id="withdrawal to a bank without digits"),
        pytest.param(
            NO_DIGITS, {**IN_NAMED, "holder_name": "陈砚"}, False, id="another holder's bank"
        ),
        pytest.param(NO_DIGITS, {**IN_NAMED, "bank": "中国农业银行"}, False, id="another bank"),
        pytest.param(
            {**NO_DIGITS, "holder_name": None}, IN_NAMED, False, id="holder of the wallet unknown"
        ),
        pytest.param({"direction": "transfer_out"}, {}, False, id="withdrawal is no payment"),
        pytest.param({"pay_method": None, "card": CARD_A}, {}, True, id="judicial: whole card"),
    ],
)
def test_wallet_booking_and_the_bank_booking_behind_it(case, wallet, bank, paired):
    of_wallet = {"direction": "out", "yuan": 70, "after_s": 5, **paid(), **wallet}
    of_bank = {"direction": "out", "yuan": 70, "card": CARD_A, "file": "f2"}
    of_bank |= {"counterparty_name": "财付通支付科技有限公司", **bank}
    found = linked(case, [booking("t1", **of_wallet), booking("t2", **of_bank)])
    assert same_event(found, "t1", "t2") is paired
    assert [found[each]["counted"] for each in ("t1", "t2")] == [True, True]


def _order(name, direction, yuan=300, after_s=0, **more):
    said = {"serial": "20240105200040011100990001", "bank": "支付宝", "file": name, **more}
    return booking(name, direction, yuan, after_s, **said)


@pytest.mark.parametrize(
    ("other", "is_copy"),
    [
        ({}, True),
        ({"account": "2088000000000156"}, True),
        ({"after_s": 60}, True),
        ({"after_s": 121}, False),
        ({"yuan": 301}, False),
        ({"serial": "20240105200040011100990002"}, False),
        ({"bank": "财付通"}, False),
        ({"file": "t1", "row": 9}, False),
        ({"status": "closed"}, False),
    ],
)
def test_an_order_in_two_bills_of_one_user_is_counted_once(case, other, is_copy):
    one = _order("t1", "out", account_masked="lin***@example.com")
    found = linked(case, [one, _order("t2", "out", **other)])
    assert same_event(found, "t1", "t2") is is_copy
    kept = [each["counted"] for each in found.values()]
    assert kept.count(False) == (is_copy or other.get("status") == "closed")


def test_the_bill_of_a_wallet_and_its_judicial_list_are_of_one_wallet(case):
    judicial = _order("t2", "out", bank="财付通", account="wxid_lin")
    found = linked(case, [_order("t1", "out", bank="微信支付"), judicial])
    assert sorted(each["counted"] for each in found.values()) == [False, True]


def test_two_users_who_are_named_are_no_copies(case):
    one = _order("t1", "out", account="2088000000000156")
    found = linked(case, [one, _order("t2", "out", account="2088000000000251")])
    assert [found[each]["counted"] for each in ("t1", "t2")] == [True, True]


@pytest.mark.parametrize(
    ("more", "is_one"),
    [({}, True), ({"status": "refund"}, False), ({"yuan": 299}, False), ({"after_s": 121}, False)],
)
def test_an_order_in_the_bills_of_both_users_is_one_event(case, more, is_one):
    one = _order("t1", "out", account_masked="lin***@example.com")
    found = linked(case, [one, _order("t2", "in", **more)])
    assert same_event(found, "t1", "t2") is is_one
    assert [found[each]["counted"] for each in ("t1", "t2")] == [True, True]
