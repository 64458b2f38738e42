"""Which numbers are one place where money lies, and which only stand beside each other."""

from __future__ import annotations

import pytest

from qingfeng.ingest.linking_identity import LARGEST_IDENTITY, build_identities
from qingfeng.ingest.run import import_paths
from tests.ingest.imports import new_case
from tests.ingest.linking_bookings import ACCOUNT_A, CARD_A, CARD_B, booking, linked

WALLET = "wx-cejizhai-01"


def identities(case, bookings=(), accounts=()):
    """Number -> identity, and how many numbers were taken apart."""
    linked(case, list(bookings), list(accounts))
    with case.connect() as connection:
        apart = build_identities(connection)
        return dict(connection.execute("SELECT number, id FROM identity").fetchall()), apart


@pytest.mark.parametrize(
    ("said", "one"),
    [
        pytest.param({"bank": "甲银行"}, True, id="a bank"),
        pytest.param({}, True, id="nobody named"),
        pytest.param({"bank": "甲银行北京东城支行"}, True, id="a branch in the east of Beijing"),
        pytest.param({"bank": "甲银行南京东路支行"}, True, id="a branch on an east road"),
        pytest.param({"bank": "北京京东世纪贸易有限公司"}, False, id="a shop's wallet"),
        pytest.param({"bank": "京东"}, False, id="its short name"),
        pytest.param({"bank": "财付通"}, False, id="a wallet"),
        pytest.param({"bank": "支付宝(中国)网络技术有限公司"}, False, id="its whole name"),
        pytest.param({"account_type": "绑定银行卡"}, False, id="a bound card"),
        pytest.param({"bank": "乙支付", "account_type": "支付账户"}, False, id="a payer"),
    ],
)
def test_a_listed_account_and_its_card_are_one_place_unless_a_wallet_says_it(case, said, one):
    listed = [{"account": ACCOUNT_A, "card": card, **said} for card in (CARD_A, CARD_B)]
    found, _ = identities(case, accounts=listed)
    assert sorted(found) == sorted([ACCOUNT_A, CARD_A, CARD_B])
    assert len(set(found.values())) == (1 if one else 3)


@pytest.mark.parametrize(
    ("said", "one"),
    [
        pytest.param({"bank": "甲银行"}, True, id="a bank"),
        pytest.param({"bank": "甲银行北京东四支行"}, True, id="a branch in the east of Beijing"),
        pytest.param({"bank": "微信支付"}, False, id="a wallet"),
        pytest.param({"pay_method": "零钱"}, False, id="a way to pay"),
    ],
)
def test_a_booking_joins_its_numbers_unless_a_wallet_made_it(case, said, one):
    rows = [booking("t1", "out", 5, account=ACCOUNT_A, card=CARD_A, **said)]
    found, _ = identities(case, rows)
    assert (found[ACCOUNT_A] == found[CARD_A]) is one


def test_what_one_bank_record_states_a_wallet_record_does_not_undo(case):
    pair = {"account": ACCOUNT_A, "card": CARD_A}
    found, _ = identities(case, accounts=[pair | {"bank": "财付通"}, pair])
    assert found[ACCOUNT_A] == found[CARD_A]


@pytest.mark.parametrize(("numbers", "taken_apart"), [(60, 0), (61, 61)])
def test_a_collective_number_joins_nobody(case, numbers, taken_apart):
    assert LARGEST_IDENTITY == 60
    cards = [f"62220200000000{each:05d}" for each in range(numbers - 1)]
    found, apart = identities(case, accounts=[{"account": ACCOUNT_A, "card": c} for c in cards])
    assert apart == taken_apart
    assert len(set(found.values())) == (numbers if taken_apart else 1)


@pytest.mark.parametrize(
    ("name", "header", "row"),
    [
        (
            "支付机构账户.csv",
            "支付机构名称,姓名,证件号码,支付账户,绑定银行卡号",
            "乙支付有限公司,测试云岭,359901197001010119,{account},{card}",
        ),
        (
            "TenpayRegInfo1.csv",
            "账户状态,账号,注册姓名,注册时间,注册身份证号,绑定手机,绑定状态,开户行信息,银行账号,绑定时间",
            "正常,{account},测试云岭,2020-01-01,359901197001010119,,绑定,甲银行,{card},2020-01-02",
        ),
        (
            "支付宝注册信息.csv",
            "用户ID,登录邮箱,登录手机,账户名称,证件类型,证件号,可用余额,绑定手机,绑定银行卡,关联账户,注册时间",
            "{account},,,测试云岭,身份证,359901197001010119,1.00,,甲银行:{card},,2020-01-01",
        ),
    ],
)
def test_bound_cards_as_they_are_delivered_stay_apart(tmp_path, name, header, row):
    rows = [row.format(account="2088359900000001", card=card) for card in (CARD_A, CARD_B)]
    path = tmp_path / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    case = new_case(tmp_path)
    import_paths(case, [path])
    with case.connect() as connection:
        build_identities(connection)
        found = dict(connection.execute("SELECT number, id FROM identity").fetchall())
    assert sorted(found) == sorted(["2088359900000001", CARD_A, CARD_B])
    assert len(set(found.values())) == 3


def held(card, person, **more):
    return {"account": ACCOUNT_A, "card": card, "holder_id": person, **more}


@pytest.mark.parametrize(
    ("people", "one"),
    [
        pytest.param(("P1", "P1"), True, id="one holder"),
        pytest.param(("P1", None), True, id="a holder not named"),
        pytest.param(("P1", "P2"), False, id="two holders"),
    ],
)
def test_an_account_with_cards_of_several_holders_is_nobodys_account(case, people, one):
    cards = (CARD_A, CARD_B)
    rows = [
        booking(f"t{n}", "out", 5, balance_fen=9000, file=f"f{n}", **held(card, person))
        for n, (card, person) in enumerate(zip(cards, people, strict=True))
    ]
    found, apart = identities(case, rows)
    assert (len(set(found.values())), apart) == ((1, 0) if one else (3, 3))
    with case.connect() as connection:
        counted = connection.sql("SELECT count(*) FROM transfers WHERE counted").fetchall()
    assert counted == [(1 if one else 2,)]


def test_a_card_that_the_list_gives_to_somebody_else_is_no_card_of_the_account(case):
    rows = [booking("t1", "out", 5, account=ACCOUNT_A, card=CARD_A)]
    listed = [{"account": ACCOUNT_A, "holder_id": "P1"}, {"card": CARD_A, "holder_id": "P2"}]
    found, apart = identities(case, rows, listed)
    assert (found[ACCOUNT_A] == found[CARD_A], apart) == (False, 2)


DAYS = [(CARD_A, "P1"), (CARD_B, "P2"), (CARD_A, "P1"), (CARD_B, "P2")]


@pytest.mark.parametrize(
    ("balances", "one"),
    [
        pytest.param([9_995, 9_990, 9_985, 9_980], True, id="one balance runs through both"),
        pytest.param([9_995, 400, 9_990, 395], False, id="each card has a balance of its own"),
        pytest.param([9_995, 9_990, 9_000, 8_000], False, id="one step that fits is chance"),
        pytest.param([None] * 4, False, id="no balances"),
    ],
)
def test_cards_of_several_holders_with_one_balance_are_one_account(case, balances, one):
    rows = [
        booking(
            f"t{n}", "out", 5, n * 86400,
            balance_fen=None if balance is None else balance * 100, **held(card, person),
        )
        for n, ((card, person), balance) in enumerate(zip(DAYS, balances, strict=True))
    ]  # fmt: skip
    found, apart = identities(case, rows)
    assert (len(set(found.values())), apart) == ((1, 0) if one else (3, 3))
