"""What the library makes of delivered bookings before a detector sees them."""

from __future__ import annotations

import pytest

from qingfeng.detectors.cage import lock_up
from qingfeng.detectors.registry import detector
from qingfeng.detectors.runner import evaluate
from tests.detectors.delivered import HOLDER, add_transfers, cash, empty_connection

OTHER = "359901197001010223"
COMPANY = "91359901MA0000001Y"


def seen(rows, column, accounts=(), companies=()):
    """*column* of all bookings, in order of their id."""
    connection = empty_connection()
    add_transfers(connection, rows)
    for account, holder in accounts:
        connection.execute(
            "INSERT INTO accounts (account, holder_id) VALUES (?, ?)", [account, holder]
        )
    for name in companies:
        connection.execute("INSERT INTO companies (name) VALUES (?)", [name])
    lock_up(connection, [detector("structuring")], None)
    found = connection.execute(f"SELECT {column} FROM all_bookings ORDER BY transfer_id")
    return [value for (value,) in found.fetchall()]


@pytest.mark.parametrize(
    ("third", "state"),
    [
        pytest.param({}, "hit", id="as delivered"),
        pytest.param({"status": "reversal"}, "hit", id="reversal without its original"),
        pytest.param({"status": "reversal", "counted": False}, "clear", id="reversal paired"),
        pytest.param({"status": "reversed"}, "clear", id="reversed"),
        pytest.param({"counted": False}, "clear", id="not counted, whatever its status"),
        pytest.param({"amount_fen": 0}, "clear", id="no amount"),
        pytest.param({"amount_fen": -4_900_000}, "clear", id="red amount"),
        pytest.param({"status": "partly_refunded", "refunded_fen": 900_000}, "hit", id="40,000"),
        pytest.param({"status": "partly_refunded", "refunded_fen": 900_001}, "clear", id="under"),
    ],
)
def test_what_is_undone_is_not_seen(third: dict[str, object], state: str) -> None:
    connection = empty_connection()
    rows = [cash("A1", 1, 49_000), cash("A1", 2, 49_000), cash("A1", 3, 49_000) | third]
    add_transfers(connection, rows)
    (found,) = evaluate(connection, [detector("structuring")])
    assert found.subjects["A1"][0] == state


@pytest.mark.parametrize(("amount_fen", "undone"), [(-1, True), (0, True), (1, False)])
def test_a_booking_without_an_amount_moves_nothing(amount_fen: int, undone: bool) -> None:
    connection = empty_connection()
    add_transfers(connection, [cash("A1", 1, 1, amount_fen=amount_fen)])
    lock_up(connection, [detector("structuring")], None)
    assert connection.execute("SELECT is_undone FROM all_bookings").fetchall() == [(undone,)]


@pytest.mark.parametrize(
    ("name", "day", "kind"),
    [
        pytest.param("深圳市财付通科技有限公司", "2016-12-31", "platform", id="last day"),
        pytest.param("深圳市财付通科技有限公司", "2017-01-01", "company", id="day after"),
        pytest.param("网联清算有限公司", "2017-07-31", "company", id="day before"),
        pytest.param("网联清算有限公司", "2017-08-01", "platform", id="first day"),
        pytest.param("支付宝（中国）网络技术有限公司", "2010-01-01", "platform", id="brackets"),
        pytest.param("测试云岭", "2020-01-01", "person", id="four signs"),
    ],
)
def test_a_platform_is_one_on_its_days(name, day, kind):
    row = cash("A1", 1, 1, counterparty_name=name, booked_at=f"{day} 10:00:00+08:00")
    assert seen([row], "counterparty_kind") == [kind]


@pytest.mark.parametrize(("listed", "kind"), [((), "person"), (("测试云岭",), "company")])
def test_a_name_in_the_company_register_is_a_company(listed, kind):
    row = cash("A1", 1, 1, counterparty_name="测试云岭")
    assert seen([row], "counterparty_kind", companies=listed) == [kind]


@pytest.mark.parametrize(
    ("said", "holder"),
    [
        pytest.param(None, HOLDER, id="nothing said"),
        pytest.param(HOLDER[:-1] + "8", HOLDER, id="a wrong number"),
        pytest.param("359901197001010223", "359901197001010223", id="another number"),
    ],
)
def test_the_account_list_completes_the_holder(said, holder):
    row = cash("A1", 1, 1, holder_id=said)
    assert seen([row], "holder_id", accounts=[("A1", HOLDER)]) == [holder]


@pytest.mark.parametrize(
    ("changed", "known"),
    [
        pytest.param({"summary": "现金存入"}, True, id="cash paid in"),
        pytest.param({"remark": "ATM取款"}, True, id="in the remark"),
        pytest.param({"summary": "现金存入", "cash": False}, False, id="the mark says no"),
        pytest.param({"summary": "ATM取款手续费"}, None, id="a fee"),
        pytest.param({"summary": "现金宝取现"}, None, id="a product"),
        pytest.param({"summary": "还款"}, None, id="no word of cash"),
        pytest.param({"summary": "取现", "counterparty_account": "B1"}, None, id="an account"),
        pytest.param({"summary": "取现", "counterparty_name": "沈知秋"}, None, id="a person"),
        pytest.param({"summary": "取现", "counterparty_name": "甲县银行"}, True, id="the bank"),
    ],
)
def test_the_memo_says_cash_where_nobody_else_is_named(changed, known):
    assert seen([cash("A1", 1, 1) | {"cash": None} | changed], "cash") == [known]


CARD, BOUND_CARD, WALLET = "6228480000000000125", "6217000000000003453", "wx-cejizhai-01"


def listed_with(rows, column, *accounts):
    """As ``seen``, with whole rows of the account list."""
    connection = empty_connection()
    add_transfers(connection, rows)
    for account in accounts:
        marks = ", ".join("?" * len(account))
        connection.execute(
            f"INSERT INTO accounts ({', '.join(account)}) VALUES ({marks})", [*account.values()]
        )
    lock_up(connection, [detector("structuring")], None)
    found = connection.execute(f"SELECT {column} FROM all_bookings ORDER BY transfer_id")
    return [value for (value,) in found.fetchall()]


@pytest.mark.parametrize(("bank", "key"), [("财付通", CARD), ("甲银行", WALLET)])
def test_bank_bookings_are_not_kept_under_the_wallet_the_card_is_bound_to(bank, key):
    row = cash(None, 1, 1, card=CARD, bank="甲银行")
    listed = {"account": WALLET, "card": CARD, "bank": bank}
    assert listed_with([row], "account_key", listed) == [key]


@pytest.mark.parametrize(
    ("said", "key"),
    [({"bank": "财付通"}, CARD), ({"pay_method": "零钱"}, CARD), ({"bank": "甲银行"}, WALLET)],
)
def test_bank_bookings_are_not_kept_under_the_wallet_the_card_paid_for(said, key):
    rows = [cash(WALLET, 1, 1, card=CARD, **said), cash(None, 2, 1, card=CARD, bank="甲银行")]
    assert listed_with(rows, "account_key") == [WALLET, key]


@pytest.mark.parametrize(
    ("bank_says", "holder"),
    [([], HOLDER), ([{"card": BOUND_CARD, "holder_id": OTHER}], OTHER)],
)
def test_a_bound_card_is_held_by_the_holder_of_the_wallet_unless_its_bank_says(bank_says, holder):
    row = cash(CARD, 1, 1, counterparty_account=BOUND_CARD, holder_id=HOLDER)
    bound = {"account": WALLET, "card": BOUND_CARD, "bank": "财付通", "holder_id": HOLDER}
    assert listed_with([row], "counterparty_id", bound, *bank_says) == [holder]
    assert listed_with([row], "is_own_account", bound, *bank_says) == [holder == HOLDER]
