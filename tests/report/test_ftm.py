import io
import json
from datetime import date
from decimal import Decimal

import pytest

from qingfeng.identifiers import credit_code_check
from qingfeng.ingest.linking import link
from qingfeng.report.export import export_table
from qingfeng.report.ftm_entities import entity_id
from tests.report.synthetic_rows import ACCOUNT, CARD, CITIZEN, OTHER_CITIZEN, rows_of, transfer

COMPANY = "91359900MA0000001" + credit_code_check("91359900MA0000001")
OTHER_ACCOUNT = "3599000000000000002"


def entities(case, table):
    out = io.BytesIO()
    count = export_table(case, table, "ftm", out)
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(found) == count
    ids = [each["id"] for each in found]
    assert len(set(ids)) == len(ids)
    return found


def of_schema(found, schema):
    return [each for each in found if each["schema"] == schema]


def test_a_transfer_is_a_payment_between_parties_and_accounts(case):
    row = transfer(
        "2024-01-31T09:30:05",
        123_456,
        transfer_id="t1",
        holder_name="甲一",
        holder_id=CITIZEN,
        counterparty_account=OTHER_ACCOUNT,
        counterparty_name="测试甲建设有限公司",
        counterparty_id=COMPANY,
        summary="转账",
        serial="S1",
        source_row="s·x·2",
    )
    case.add({"transfers": rows_of("transfers", row)})
    found = entities(case, "transfers")
    assert [each["schema"] for each in found] == [
        "BankAccount", "BankAccount", "Person", "Company", "Payment",
    ]  # fmt: skip
    assert found[-1] == {
        "id": entity_id("payment", "t1"),
        "schema": "Payment",
        "properties": {
            "amount": ["1234.56"],
            "currency": ["CNY"],
            "date": ["2024-01-31T09:30:05+08:00"],
            "purpose": ["转账"],
            "transactionNumber": ["S1"],
            "recordId": ["t1"],
            "description": ["s·x·2"],
            "payer": [entity_id("party", CITIZEN)],
            "payerAccount": [entity_id("account", ACCOUNT)],
            "beneficiary": [entity_id("party", COMPANY)],
            "beneficiaryAccount": [entity_id("account", OTHER_ACCOUNT)],
        },
    }
    assert found[2]["properties"] == {"name": ["甲一"], "idNumber": [CITIZEN]}
    assert found[3]["properties"] == {
        "name": ["测试甲建设有限公司"],
        "uscCode": [COMPANY],
        "country": ["cn"],
    }


@pytest.mark.parametrize(
    ("direction", "payer", "beneficiary"),
    [
        ("out", ACCOUNT, OTHER_ACCOUNT),
        ("transfer_out", ACCOUNT, OTHER_ACCOUNT),
        ("in", OTHER_ACCOUNT, ACCOUNT),
        ("transfer_in", OTHER_ACCOUNT, ACCOUNT),
        ("unknown", None, None),
        ("internal", None, None),
    ],
)
def test_direction_says_who_paid(case, direction, payer, beneficiary):
    row = transfer(
        "2024-01-31T09:30:05", 1, direction=direction, counterparty_account=OTHER_ACCOUNT
    )
    case.add({"transfers": rows_of("transfers", row)})
    (payment,) = of_schema(entities(case, "transfers"), "Payment")
    for side, number in (("payerAccount", payer), ("beneficiaryAccount", beneficiary)):
        expected = None if number is None else [entity_id("account", number)]
        assert payment["properties"].get(side) == expected
    assert ("summary" in payment["properties"]) == (payer is None)


def test_only_transfers_that_count_are_payments(case):
    rows = [
        transfer("2024-01-31T09:30:05", 1, status=status, transfer_id=status)
        for status in ("ok", "failed", "ok_assumed", "returned")
    ]
    case.add({"transfers": rows_of("transfers", *rows)})
    found = of_schema(entities(case, "transfers"), "Payment")
    assert sorted(each["properties"]["recordId"][0] for each in found) == ["ok", "ok_assumed"]


def test_two_sides_of_one_event_are_one_payment(case):
    out = transfer(
        "2024-01-31T09:30:05",
        500,
        transfer_id="b",
        counterparty_account=OTHER_ACCOUNT,
        serial="S1",
        source_row="s·x·2",
    )
    into = transfer(
        "2024-01-31T09:30:07",
        500,
        transfer_id="a",
        account=OTHER_ACCOUNT,
        direction="in",
        counterparty_account=ACCOUNT,
        source_row="s·x·3",
    )
    vague = transfer(
        "2024-01-31T09:30:06",
        500,
        transfer_id="0",
        account=OTHER_ACCOUNT,
        direction="unknown",
        counterparty_account=ACCOUNT,
        status="failed",
    )
    case.add({"transfers": rows_of("transfers", out, into, vague)})
    link(case)
    with case.connect() as connection:
        events = connection.execute("SELECT count(DISTINCT event_id) FROM transfers WHERE counted")
        assert events.fetchall() == [(1,)]
    (payment,) = of_schema(entities(case, "transfers"), "Payment")
    said = payment["properties"]
    assert sorted(said["recordId"]) == ["a", "b"]
    assert sorted(said["description"]) == ["s·x·2", "s·x·3"]
    assert said["transactionNumber"] == ["S1"]
    assert said["payerAccount"] == [entity_id("account", ACCOUNT)]
    assert said["beneficiaryAccount"] == [entity_id("account", OTHER_ACCOUNT)]


def test_a_day_is_a_day_and_a_red_entry_keeps_its_minus(case):
    row = transfer("2024-01-31T00:00:00", -5, time_precision="day")
    case.add({"transfers": rows_of("transfers", row)})
    (payment,) = of_schema(entities(case, "transfers"), "Payment")
    assert payment["properties"]["date"] == ["2024-01-31"]
    assert payment["properties"]["amount"] == ["-0.05"]


def test_a_card_of_one_account_is_that_account(case):
    rows = [
        transfer("2024-01-31T09:30:05", 1, card=CARD),
        transfer("2024-01-31T09:30:06", 1, account=OTHER_ACCOUNT, counterparty_account=CARD),
    ]
    case.add({"transfers": rows_of("transfers", *rows)})
    accounts = of_schema(entities(case, "transfers"), "BankAccount")
    numbers = [each["properties"]["accountNumber"] for each in accounts]
    assert numbers == [[ACCOUNT, CARD], [OTHER_ACCOUNT]]


def test_a_name_alone_joins_nobody(case):
    rows = [
        transfer("2024-01-31T09:30:05", 1, counterparty_name="乙二", account=number)
        for number in (ACCOUNT, OTHER_ACCOUNT)
    ]
    case.add({"transfers": rows_of("transfers", *rows)})
    found = of_schema(entities(case, "transfers"), "LegalEntity")
    assert [each["properties"] for each in found] == [{"name": ["乙二"]}] * 2


def test_every_party_named_in_a_payment_is_written(case):
    rows = [
        transfer("2024-01-31T09:30:05", 1, holder_name="甲一", counterparty_name="乙二"),
        transfer("2024-01-31T09:30:06", 1, holder_id=CITIZEN, counterparty_name="乙二",
                 counterparty_account=OTHER_ACCOUNT),
        transfer("2024-01-31T09:30:07", 1, account=None, account_masked="6228****0001",
                 holder_name="甲一", counterparty_id=OTHER_CITIZEN),
        transfer("2024-01-31T09:30:08", 1, account=None, holder_name="甲一", direction="in",
                 counterparty_name="乙二"),
    ]  # fmt: skip
    case.add({"transfers": rows_of("transfers", *rows)})
    found = entities(case, "transfers")
    ids = {each["id"] for each in found}
    for payment in of_schema(found, "Payment"):
        for side in ("payer", "beneficiary", "payerAccount", "beneficiaryAccount"):
            assert set(payment["properties"].get(side, [])) <= ids
        assert "payer" in payment["properties"]
        assert "beneficiary" in payment["properties"]


def test_accounts_bring_their_holders(case):
    account = {
        "account": ACCOUNT,
        "card": CARD,
        "holder_name": "甲一",
        "holder_id": CITIZEN,
        "balance_fen": 100,
        "opened_on": date(2010, 5, 1),
        "bank": "测试银行",
    }
    case.add({"accounts": rows_of("accounts", account, account)})
    found = {each["schema"]: each for each in entities(case, "accounts")}
    assert sorted(found) == ["BankAccount", "Ownership", "Person"]
    assert found["BankAccount"]["properties"] == {
        "accountNumber": [ACCOUNT, CARD],
        "bankName": ["测试银行"],
        "balance": ["1.00"],
        "openingDate": ["2010-05-01"],
    }
    assert found["Ownership"]["properties"]["owner"] == [entity_id("party", CITIZEN)]
    assert found["Ownership"]["properties"]["recordId"] == ["accounts-1", "accounts-2"]


def test_statements_about_one_person_become_one(case):
    rows = rows_of(
        "persons",
        {"person_id": CITIZEN, "name": "甲一", "sex": "男", "born_on": date(1970, 1, 1)},
        {"person_id": OTHER_CITIZEN, "name": "乙二"},
        {"person_id": CITIZEN, "name": "甲一", "phone": "13800000000"},
        {"name": "甲一"},
    )
    case.add({"persons": rows})
    found = entities(case, "persons")
    assert [each["schema"] for each in found] == ["Person"] * 3
    assert found[0]["properties"] == {
        "name": ["甲一"],
        "birthDate": ["1970-01-01"],
        "gender": ["male"],
        "idNumber": [CITIZEN],
        "phone": ["13800000000"],
    }


def test_companies_bring_roles_and_stakes(case):
    company = {"company_id": COMPANY, "name": "测试甲建设有限公司"}
    role = {"company_id": COMPANY, "person_name": "甲一", "person_id": CITIZEN, "role": "监事"}
    stake = {
        "company_id": COMPANY,
        "holder_id": CITIZEN,
        "share": Decimal("0.335"),
        "subscribed_fen": 33_500_000,
    }
    case.add(
        {
            "companies": rows_of("companies", company),
            "company_roles": rows_of("company_roles", role),
            "shareholdings": rows_of("shareholdings", stake),
        }
    )
    found = {each["schema"]: each["properties"] for each in entities(case, "companies")}
    assert sorted(found) == ["Company", "Directorship", "Ownership", "Person"]
    assert found["Directorship"]["role"] == ["监事"]
    assert found["Directorship"]["director"] == [entity_id("party", CITIZEN)]
    assert found["Ownership"]["percentage"] == ["33.5"]
    assert found["Ownership"]["sharesValue"] == ["335000.00"]
    assert found["Ownership"]["asset"] == found["Directorship"]["organization"]
    assert sorted(each["schema"] for each in entities(case, "company_roles")) == [
        "Company", "Directorship", "Person",
    ]  # fmt: skip
    assert len(entities(case, "shareholdings")) == 3


@pytest.mark.parametrize("says", ["accounts", "transfers"])
def test_a_card_that_a_wallet_names_is_not_the_wallet(case, says):
    pair = {"card": CARD, "account": "wx-cejizhai-01", "bank": "财付通"}
    row = transfer("2024-01-31T09:30:05", 1, transfer_id="t1", account=None, card=CARD)
    rows = {"transfers": [row], "accounts": []}
    more = {"account_row_id": "a1", "source_row": "s··2"}
    if says == "transfers":
        more = {"transfer_id": "t2", "source_row": "s··3"}
        pair = transfer("2024-01-31T09:30:05", 1, **pair)
    rows[says].append(pair | more)
    case.add({name: rows_of(name, *each) for name, each in rows.items()})
    held = of_schema(entities(case, "transfers"), "BankAccount")
    numbers = sorted(each["properties"]["accountNumber"] for each in held)
    assert numbers == ([[CARD], ["wx-cejizhai-01"]] if says == "transfers" else [[CARD]])


def test_a_listed_card_goes_by_the_account_that_bookings_give_it(case):
    listed = {"card": CARD, "holder_name": "甲一", "holder_id": CITIZEN}
    rows = rows_of("transfers", transfer("2024-01-31T09:30:05", 1, card=CARD))
    case.add({"transfers": rows, "accounts": rows_of("accounts", listed)})
    (booked,) = of_schema(entities(case, "transfers"), "BankAccount")
    (of_list,) = of_schema(entities(case, "accounts"), "BankAccount")
    assert booked["id"] == of_list["id"] == entity_id("account", ACCOUNT)
    assert of_list["properties"]["accountNumber"] == [ACCOUNT, CARD]


def test_one_masked_number_of_two_holders_or_sheets_is_never_one_account(case):
    masked = {"account": None, "account_masked": "6228********1234"}
    given = [("甲一", CITIZEN, "s·x·2"), ("甲一", CITIZEN, "s·x·3"),
             ("乙二", OTHER_CITIZEN, "s·x·4"), ("甲一", CITIZEN, "s·y·2")]  # fmt: skip
    rows = [
        transfer("2024-01-31T09:30:05", 1, holder_name=name, holder_id=number, source_row=row,
                 direction="none" if row == "s·y·2" else "in", **masked)
        for name, number, row in given
    ]  # fmt: skip
    case.add({"transfers": rows_of("transfers", *rows)})
    found = entities(case, "transfers")
    accounts = of_schema(found, "BankAccount")
    assert [each["properties"]["accountNumber"] for each in accounts] == [["6228********1234"]] * 3
    paid = [each["properties"] for each in of_schema(found, "Payment")]
    assert len({each["beneficiaryAccount"][0] for each in paid if "summary" not in each}) == 2
    assert [each["summary"] for each in paid if "summary" in each] == [
        ["booked on 6228********1234; direction none"]
    ]


def test_a_payment_that_one_side_undid_says_so(case):
    there = {"counterparty_account": OTHER_ACCOUNT, "source_row": "s·x·2"}
    here = {"account": OTHER_ACCOUNT, "counterparty_account": ACCOUNT, "direction": "in"}
    rows = [
        transfer("2024-01-31T09:30:05", 5, transfer_id="a", **there),
        transfer("2024-01-31T09:50:05", 5, transfer_id="b", direction="in", status="reversal",
                 **there),
        transfer("2024-01-31T09:30:05", 5, transfer_id="c", source_row="s·y·2", **here),
    ]  # fmt: skip
    case.add({"transfers": rows_of("transfers", *rows)})
    link(case)
    (paid,) = of_schema(entities(case, "transfers"), "Payment")
    assert paid["properties"]["recordId"] == ["c"]
    assert paid["properties"]["summary"] == [
        "another record of it says that it failed or was undone"
    ]


def test_listed_accounts_with_a_masked_number_are_kept_apart(case):
    masked = {"account_masked": "6228********1234", "source_row": "s·x·2"}
    listed = [
        masked | {"holder_name": "甲一"},
        masked | {"holder_name": "乙二"},
        {"bank": "测试银行"},
    ]
    case.add({"accounts": rows_of("accounts", *listed)})
    found = entities(case, "accounts")
    accounts = of_schema(found, "BankAccount")
    assert [each["properties"]["accountNumber"] for each in accounts] == [["6228********1234"]] * 2
    assert len(of_schema(found, "Ownership")) == 2
    booked = transfer("2024-01-31T09:30:05", 5, account=None, account_masked="6228********1234",
                      holder_name="甲一", source_row="s·x·9")  # fmt: skip
    case.add({"transfers": rows_of("transfers", booked)})
    (known,) = of_schema(entities(case, "transfers"), "BankAccount")
    assert known["id"] in {each["id"] for each in accounts}
