"""What the library makes of delivered bookings before a detector sees them."""

from __future__ import annotations

import pytest

from qingfeng.detectors.cage import lock_up
from qingfeng.detectors.registry import detector
from qingfeng.detectors.runner import evaluate
from qingfeng.identifiers import credit_code_check
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
        pytest.param({"summary": "ATM取款手续费"}, False, id="a fee"),
        pytest.param({"summary": "现金宝取现"}, False, id="a product"),
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


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("智汇企业管理咨询有限公司", "company"),
        ("福山建筑设备材料贸易有限责任公", "company"),
        ("福山建材有限公司（备付金）", "company"),
        ("福山建材有限公司*", "company"),
        ("福山建材有限公司第二项目经理部", "company"),
        ("HAITIAN BUILDING MATERIALS CO.,LTD", "company"),
        ("聚贤投资中心（有限合伙）", "company"),
        ("安信保险代理有限公司", "company"),
        ("智汇私募基金管理有限公司", "company"),
        ("榕江股权投资基金管理有限公司", "company"),
        ("海峡证券投资咨询有限公司", "company"),
        ("应付账款保理有限公司", "company"),
        ("海天书局", "company"),
        ("海天商贸", "other"),
        ("李四酒楼", "other"),
        ("欧阳景行", "other"),
        ("欧阳景明", "person"),
        ("福山建材有限公司工会委员会", "other"),
        ("甲小区业主委员会", "other"),
        ("安民基金管理有限公司", "institution"),
        ("安民证券股份有限公司", "institution"),
        ("甲县林业局", "institution"),
        ("应付利息", "bank"),
        ("安民保险股份有限公司", "institution"),
        ("甲县财政局", "institution"),
        ("甲县社保中心", "institution"),
        ("测试银行股份有限公司甲县支行清算资金", "bank"),
        ("智汇企业管理咨询中心", "other"),
        ("安康医院", "other"),
        ("福山建筑设备材料贸", "other"),
        ("顾*山", "person"),
        ("顾远山(备用)", "person"),
        (None, "none"),
    ],
)
def test_what_a_name_says_of_its_bearer(name, kind):
    assert seen([cash("A1", 1, 1, counterparty_name=name)], "counterparty_kind") == [kind]


BODY = "12359901000000001" + credit_code_check("12359901000000001")
SCHOOL = "52359901000000001" + credit_code_check("52359901000000001")


@pytest.mark.parametrize(
    ("name", "number", "kind"),
    [
        ("智汇企业管理咨询中心", COMPANY, "company"),
        ("智汇企业管理咨询中心", BODY, "institution"),
        ("智汇企业管理咨询中心", SCHOOL, "other"),
        ("甲县自来水公司", COMPANY, "institution"),
        ("福山建材有限公司", OTHER, "other"),
        ("顾远山", OTHER, "person"),
        ("福山建材有限公司", OTHER[:-1] + "9", "company"),
    ],
)
def test_a_payer_is_what_its_number_says_unless_its_name_contradicts(name, number, kind):
    row = cash("A1", 1, 1, counterparty_name=name, counterparty_id=number)
    assert seen([row], "counterparty_kind") == [kind]


@pytest.mark.parametrize(
    ("name", "number", "kind"),
    [
        ("福山建材有限公司", "78453221-9", "company"),
        ("福山建材有限公司", None, "company"),
        ("福山建材有限公司", HOLDER, "unclear"),
        ("林守拙", HOLDER, "person"),
        ("欧阳建行", HOLDER, "person"),
        ("林守拙", "E12345678", "person"),
        ("林守拙", COMPANY, "company"),
        (None, None, "unknown"),
    ],
)
def test_an_account_of_an_organisation_is_no_persons(name, number, kind):
    row = cash("A1", 1, 1, holder_name=name, holder_id=number)
    assert seen([row], "holder_kind") == [kind]


def test_the_account_list_names_the_holder():
    row = cash("A1", 1, 1)
    assert listed_with([row], "holder_kind", {"account": "A1", "holder_name": "福山建材厂"}) == [
        "company"
    ]


@pytest.mark.parametrize(
    ("number", "same"), [(None, True), (HOLDER, True), (OTHER, False), (COMPANY, False)]
)
def test_another_number_beside_the_same_name_is_another_person(number, same):
    named = {"holder_name": "林守拙", "holder_id": HOLDER, "counterparty_name": "林守拙"}
    assert seen([cash("A1", 1, 1, counterparty_id=number, **named)], "is_same_name") == [same]


@pytest.mark.parametrize(
    ("second", "numbers"),
    [
        pytest.param({}, [OTHER, OTHER], id="one name"),
        pytest.param({"counterparty_name": "顾远山"}, [OTHER, None], id="two names"),
        pytest.param({"counterparty_id": HOLDER}, [OTHER, HOLDER], id="two numbers"),
    ],
)
def test_a_counterparty_number_known_in_one_row_is_known_in_all(second, numbers):
    row = {"counterparty_account": "B1", "counterparty_name": "沈知秋"}
    rows = [cash("A1", 1, 1, counterparty_id=OTHER, **row), cash("A1", 2, 1, **{**row, **second})]
    assert seen(rows, "counterparty_id") == numbers


THIRD_CARD = "6228480000000000224"


@pytest.mark.parametrize(
    ("holders", "keys"),
    [
        pytest.param((HOLDER, OTHER), [CARD, BOUND_CARD, "C9"], id="two people's cards"),
        pytest.param((HOLDER, HOLDER), ["C9", "C9", "C9"], id="two cards of one person"),
        pytest.param((HOLDER, None), ["C9", "C9", "C9"], id="holder of one card unknown"),
    ],
)
def test_a_collective_account_number_joins_nobody(holders, keys):
    rows = [
        cash("C9", 1, 1, card=CARD, holder_id=holders[0]),
        cash("C9", 2, 1, card=BOUND_CARD, holder_id=holders[1]),
        cash("C9", 3, 1, holder_id=HOLDER),
    ]
    assert seen(rows, "account_key") == keys


def test_a_collective_account_number_alone_says_nothing_of_several_holders():
    rows = [
        cash("C9", 1, 1, card=CARD, holder_id=HOLDER),
        cash("C9", 2, 1, card=BOUND_CARD, holder_id=OTHER),
        cash("C9", 3, 1, holder_id=HOLDER),
        cash("C9", 4, 1, holder_id=OTHER),
    ]
    assert seen(rows, "account_key") == [CARD, BOUND_CARD, None, None]


def test_an_account_number_beside_more_cards_than_a_person_has_joins_nobody():
    rows = [cash("C9", 1, 1, card=f"62284800{number:011d}") for number in range(61)]
    assert len(set(seen(rows, "account_key"))) == 61


def test_a_card_that_the_list_gives_to_somebody_else_is_not_joined():
    rows = [cash("A1", 1, 1, card=CARD, holder_id=HOLDER), cash(None, 2, 1, card=CARD)]
    listed = {"card": CARD, "holder_id": OTHER}
    assert listed_with(rows, "account_key", listed) == ["A1", CARD]
    assert listed_with(rows, "account_key", listed | {"holder_id": HOLDER}) == ["A1", "A1"]


@pytest.mark.parametrize(
    ("changed", "undone", "copy"),
    [
        pytest.param({"counted": False}, False, True, id="second copy"),
        pytest.param({"counted": False, "status": "reversal"}, True, False, id="reversal"),
        pytest.param({"counted": False, "status": "reversed"}, True, False, id="reversed"),
        pytest.param({"status": "reversal"}, False, False, id="reversal without its original"),
    ],
)
def test_what_the_own_statement_undid_is_undone_whatever_the_other_side_shows(
    changed, undone, copy
):
    rows = [cash("A1", 1, 1, event_id="E1", **changed), cash("B1", 1, 1, event_id="E1")]
    assert seen(rows, "is_undone") == [undone, False]
    assert seen(rows, "is_second_copy") == [copy, False]


@pytest.mark.parametrize(("currency", "most"), [("CNY", 100), ("USD", 2500), (None, 2500)])
def test_a_sum_in_another_currency_has_a_bound_in_yuan(currency, most):
    assert seen([cash("A1", 1, 1, currency=currency)], "most_fen") == [most]
