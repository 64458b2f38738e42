"""Linking: copies of a booking, holders, and the file that is written."""

from __future__ import annotations

import pytest

from qingfeng.ingest.linking import ensure_linked, last_summary, link
from qingfeng.store import links
from tests.ingest.linking_bookings import (
    ACCOUNT_A,
    ACCOUNT_B,
    CARD_A,
    CARD_B,
    booking,
    linked,
    same_event,
)
from tests.report.synthetic_rows import rows_of


@pytest.mark.parametrize(
    ("changes", "copied"),
    [
        pytest.param({}, True, id="card-only delivery"),
        pytest.param({"serial": "S1"}, True, id="same serial"),
        pytest.param({"serial": "S2"}, False, id="another serial"),
        pytest.param({"balance_fen": 1}, False, id="another balance"),
        pytest.param({"balance_fen": None}, True, id="no balance, same second"),
        pytest.param({"balance_fen": None, "after_s": 1}, False, id="no balance, a second later"),
        pytest.param(
            {"balance_fen": None, "serial": "S1", "after_s": 120},
            True,
            id="no balance, same serial",
        ),
        pytest.param(
            {"balance_fen": None, "serial": "S1", "after_s": 121},
            False,
            id="no balance, same serial, too late",
        ),
        pytest.param({"balance_fen": None, "serial": "S2"}, False, id="no balance, other serial"),
        pytest.param(
            {"balance_fen": None, "counterparty_name": "陈砚"}, False, id="other counterparty"
        ),
        pytest.param({"after_s": 1}, False, id="a second later"),
        pytest.param({"after_s": -120, "serial": "S1"}, True, id="same serial, clocks apart"),
        pytest.param({"account": ACCOUNT_B}, False, id="another account of that card"),
        pytest.param({"account": CARD_A}, True, id="the card as account"),
        pytest.param({"sub_account": "156_2"}, False, id="another part of the account"),
        pytest.param({"holder_id": "35990119680919020X"}, False, id="another holder"),
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
        counterparty_name="测试超市",
        sub_account="156_1",
        holder_id="359901197203050119",
    )
    poor = {"direction": "out", "yuan": 70, "card": CARD_A, "balance_fen": 900, "file": "f2"}
    found = linked(case, [booking("t1", **{**poor, **changes}), rich])
    assert same_event(found, "t1", "t2") is copied
    assert found["t1"]["counted"] is not copied
    assert found["t1"]["linked_to"] == ("t2" if copied else None)
    assert found["t1"]["status"] == "ok"
    assert found["t2"]["counted"] is True


SUMS = [(0, "in", 1_000), (1, "out", 300), (1, "out", 2), (3, "in", 5_000), (4, "out", 200)]


def rich_and_poor(poor, **more):
    """A full statement of five bookings, and one of *poor* (day, direction, yuan) days alone."""
    rows = [
        booking(
            f"t{i}", way, yuan, day * 86400 + i,
            account=ACCOUNT_A, card=CARD_A, balance_fen=i, row=i + 2,
        )
        for i, (day, way, yuan) in enumerate(SUMS)
    ]  # fmt: skip
    rows += [
        booking(
            f"t{i + 10}", way, yuan, day * 86400 - 43_200,
            card=CARD_A, file="f2", time_precision="day", **more,
        )
        for i, (day, way, yuan) in enumerate(poor)
    ]  # fmt: skip
    return rows


@pytest.mark.parametrize(
    ("poor", "more", "copies", "doubtful"),
    [
        pytest.param(SUMS, {}, 5, 0, id="all of it"),
        pytest.param(SUMS[1:4], {}, 3, 0, id="part of it"),
        pytest.param([*SUMS, (9, "out", 98)], {}, 5, 0, id="and goes on later"),
        pytest.param([*SUMS, (2, "out", 98)], {}, 0, 5, id="one more in between"),
        pytest.param([*SUMS, (1, "out", 300)], {}, 0, 4, id="one of them twice"),
        pytest.param(SUMS[:2], {}, 0, 0, id="two may be chance"),
        pytest.param(SUMS, {"balance_fen": 7}, 0, 0, id="another balance"),
        pytest.param(SUMS, {"account": ACCOUNT_B}, 0, 0, id="another account"),
    ],
)
def test_a_table_of_days_and_sums_is_a_copy_as_a_whole_or_not(case, poor, more, copies, doubtful):
    found = linked(case, rich_and_poor(poor, **more))
    assert sum(not each["counted"] for each in found.values()) == copies
    assert all(found[f"t{i}"]["counted"] for i in range(5))
    summary = last_summary(case)
    assert summary is not None
    assert (summary.copies, summary.doubtful_copies) == (copies, doubtful)


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
    kept = case.links.find(case.batches())
    before = kept.read_bytes()
    summary = link(case)
    assert kept.read_bytes() == before
    assert summary == last_summary(case)
    assert sorted(each.name for each in case.links.folder.glob(".*draft")) == []
    with case.connect() as connection:
        kept = connection.execute(
            f"SELECT transfer_id FROM read_parquet('{kept}') ORDER BY 1"
        ).fetchall()
    assert kept == [("t1",), ("t2",)]


def test_an_empty_case_links_to_nothing(case):
    assert link(case).transfers == 0
    assert last_summary(case) == link(case)


def test_links_of_other_batches_are_made_again_before_reading(case):
    linked(case, [booking("t1", "out", 500, card=CARD_A, counterparty_account=CARD_B)])
    other = booking("t2", "in", 500, 1, card=CARD_B, counterparty_account=CARD_A)
    case.add({"transfers": rows_of("transfers", other)})
    assert not case.linked
    assert last_summary(case) is None
    ensure_linked(case)
    assert case.linked
    assert last_summary(case).side_pairs == 1


def test_links_by_other_rules_are_made_again_before_reading(case, monkeypatch):
    linked(case, [booking("t1", "out", 500, card=CARD_A)])
    before = case.links.find(case.batches())
    monkeypatch.setattr(links, "LINK_VERSION", links.LINK_VERSION + 1)
    assert not case.linked
    ensure_linked(case)
    assert case.links.find(case.batches()) not in (None, before)
