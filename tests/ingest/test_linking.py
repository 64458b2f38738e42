"""Linking: events, copies, reversals, refunds, holders; each bound from both sides."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from qingfeng.ingest.linking import LINKS, last_summary, link
from qingfeng.schema import table
from qingfeng.store import Case, Home

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2024, 6, 2, 12, 0, 0, tzinfo=SHANGHAI)
CARD_A, CARD_B = "6228480000000000125", "6217000000000003453"
ACCOUNT_A, ACCOUNT_B = "10359900000001", "10359900000002"
ARROW = {"BIGINT": pa.int64(), "BOOLEAN": pa.bool_(), "DATE": pa.date32()}
ARROW["TIMESTAMPTZ"] = pa.timestamp("us", tz="UTC")
ARROW["DECIMAL(18,6)"] = pa.decimal128(18, 6)


def rows_of(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    columns = table(name).physical()
    return pa.table(
        {
            column: pa.array([row.get(column) for row in rows], ARROW.get(kind, pa.string()))
            for column, kind in columns.items()
        }
    )


def booking(
    name: str, direction: str, yuan: int, after_s: float = 0, **more: Any
) -> dict[str, Any]:
    return {
        "transfer_id": name,
        "direction": direction,
        "amount_fen": yuan * 100,
        "booked_at": NOON + timedelta(seconds=after_s),
        "time_precision": "second",
        "currency": "CNY",
        "status": "ok",
        "source_row": f"{more.pop('file', 'f1')}··{more.pop('row', int(name[1:]) + 2)}",
        **more,
    }


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Home(tmp_path).create_case("C1", title="t", instrument="No 1")


def linked(
    case: Case, bookings: list[dict[str, Any]], accounts: list[dict[str, Any]] | None = None
) -> dict[str, dict[str, Any]]:
    """Commit, link, and read the view; by transfer_id."""
    listed = [
        {"account_row_id": str(i), "source_row": f"acc··{i}", **each}
        for i, each in enumerate(accounts or [])
    ]
    case.add({"transfers": rows_of("transfers", bookings), "accounts": rows_of("accounts", listed)})
    link(case)
    with case.connect() as connection:
        found = connection.sql("SELECT * FROM transfers").to_arrow_table().to_pylist()
    return {row["transfer_id"]: row for row in found}


def same_event(found: dict[str, dict[str, Any]], a: str, b: str) -> bool:
    return bool(found[a]["event_id"] == found[b]["event_id"])


# two sides of one transfer


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


# the same booking delivered twice


@pytest.mark.parametrize(
    ("changes", "copied"),
    [
        pytest.param({}, True, id="card-only delivery"),
        pytest.param({"serial": "S1"}, True, id="same serial"),
        pytest.param({"serial": "S2"}, False, id="another serial"),
        pytest.param({"balance_fen": 1}, False, id="another balance"),
        pytest.param({"balance_fen": None}, False, id="no balance"),
        pytest.param({"after_s": 1}, False, id="a second later"),
        pytest.param({"direction": "in"}, False, id="other direction"),
        pytest.param({"file": "f1"}, False, id="same file"),
        pytest.param({"card": CARD_B}, False, id="another card"),
        pytest.param(
            {"after_s": -12 * 3600, "time_precision": "day"}, True, id="the other gives the day"
        ),
        pytest.param(
            {"after_s": -12 * 3600 - 1, "time_precision": "day"}, False, id="the day before"
        ),
    ],
)
def test_poorer_copy_of_a_booking_is_not_counted(case, changes, copied):
    rich = booking(
        "t2",
        "out",
        70,
        account=ACCOUNT_A,
        card=CARD_A,
        balance_fen=900,
        serial="S1",
        summary="消费",
    )
    poor = {"direction": "out", "yuan": 70, "card": CARD_A, "balance_fen": 900, "file": "f2"}
    found = linked(case, [booking("t1", **{**poor, **changes}), rich])
    assert same_event(found, "t1", "t2") is copied
    assert found["t1"]["counted"] is not copied
    assert found["t1"]["linked_to"] == ("t2" if copied else None)
    assert found["t1"]["status"] == "ok"
    assert found["t2"]["counted"] is True


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


# reversals


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
        pytest.param({"direction": "in", "yuan": 300}, False, id="a plain receipt"),
        pytest.param({"direction": "in"}, False, id="red receipt undoes no payment"),
        pytest.param({"yuan": -301}, False, id="one yuan more"),
        pytest.param({"counterparty_account": CARD_A}, False, id="another counterparty"),
        pytest.param({"counterparty_account": None}, True, id="counterparty not given"),
        pytest.param({"card": CARD_A}, False, id="another account"),
    ],
)
def test_red_entry_undoes_its_original(case, red, undone):
    first = booking("t1", "out", 300, card=CARD_B, counterparty_account="6222020000000000007")
    second = {"direction": "out", "yuan": -300, "after_s": 60, "card": CARD_B}
    second |= {"counterparty_account": "6222020000000000007", **red}
    found = linked(case, [first, booking("t2", **second)])
    assert found["t1"]["status"] == ("reversed" if undone else "ok")
    assert [found[each]["counted"] for each in ("t1", "t2")] == [not undone, not undone]
    assert found["t1"]["linked_to"] == ("t2" if undone else None)
    assert found["t2"]["linked_to"] == ("t1" if undone else None)
    assert not same_event(found, "t1", "t2")


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


# wallets


def paid(**more: Any) -> dict[str, Any]:
    return {"bank": "财付通", "account": "wx1", "pay_method": "测试银行(0125)", **more}


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


def test_returned_wallet_payment_is_never_counted(case):
    found = linked(case, [booking("t1", "out", 800, bank="微信", status="returned")])
    assert found["t1"]["counted"] is False


# holders


@pytest.mark.parametrize(
    ("accounts", "name", "conflicts"),
    [
        pytest.param([{"account": ACCOUNT_A, "holder_name": "林墨白"}], "林墨白", 0, id="account"),
        pytest.param([{"card": CARD_A, "holder_name": "林墨白"}], "林墨白", 0, id="card"),
        pytest.param(
            [
                {"card": CARD_A, "holder_name": "陈砚"},
                {"account": ACCOUNT_A, "holder_name": "林墨白"},
            ],
            "林墨白",
            0,
            id="account before card",
        ),
        pytest.param(
            [
                {"account": ACCOUNT_A, "holder_name": "陈砚"},
                {"account": ACCOUNT_A, "holder_name": "林墨白"},
            ],
            None,
            1,
            id="two answers",
        ),
        pytest.param([{"account": ACCOUNT_B, "holder_name": "陈砚"}], None, 0, id="no answer"),
    ],
)
def test_holder_comes_from_the_account_list(case, accounts, name, conflicts):
    rows = [booking("t1", "out", 5, account=ACCOUNT_A, card=CARD_A)]
    found = linked(case, rows, accounts)
    summary = last_summary(case)
    assert found["t1"]["holder_name"] == name
    assert summary is not None
    assert summary.holder_conflicts == conflicts
    assert summary.holders_found == (1 if name else 0)


def test_an_id_is_not_taken_from_a_list_that_gives_another_name(case):
    rows = [booking("t1", "out", 5, account=ACCOUNT_A, holder_name="林墨白")]
    listed = [{"account": ACCOUNT_A, "holder_name": "陈砚", "holder_id": "359901197203050119"}]
    found = linked(case, rows, listed)
    assert (found["t1"]["holder_name"], found["t1"]["holder_id"]) == ("林墨白", None)


# the file


def test_only_rows_that_need_it_are_written_and_twice_gives_the_same(case):
    found = linked(
        case,
        [
            booking("t1", "out", 500, card=CARD_A, counterparty_account=CARD_B),
            booking("t2", "in", 500, 1, card=CARD_B, counterparty_account=CARD_A),
            booking("t3", "out", 7, 2, card=CARD_A),
        ],
    )
    assert found["t3"]["event_id"] == "t3"
    before = (case.folder / LINKS).read_bytes()
    summary = link(case)
    assert (case.folder / LINKS).read_bytes() == before
    assert summary == last_summary(case)
    assert sorted(each.name for each in case.folder.glob(".*draft")) == []
    with case.connect() as connection:
        links = f"read_parquet('{case.folder / LINKS}')"
        kept = connection.execute(f"SELECT transfer_id FROM {links} ORDER BY 1").fetchall()
    assert kept == [("t1",), ("t2",)]


def test_an_empty_case_links_to_nothing(case):
    assert link(case).transfers == 0
    assert last_summary(case) == link(case)
