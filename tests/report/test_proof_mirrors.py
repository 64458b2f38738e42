"""Transfers between delivered accounts, of which the other side says less or nothing."""

from __future__ import annotations

import pytest

from qingfeng.report.proof import render
from tests.report.proof_bookings import CARD_A, CARD_B, booking, proved

FOREIGN = "6222020000000000007"
NAMED = {"holder_name": "何秀兰"}
OUT = booking(2, "out", 500, None, 0, counterparty_account=CARD_B, **NAMED)
EDGES = [
    booking(row, "in", 1, None, after_s, card=card, file=file, counterparty_name="银行结息")
    for row, card, file, after_s in [
        (20, CARD_A, "f1", -9e5), (21, CARD_A, "f1", 9e5),
        (20, CARD_B, "f2", -9e5), (21, CARD_B, "f2", 9e5),
    ]
]  # fmt: skip


def other(direction="in", fen=500, after_s=60, row=3, **more):
    return booking(row, direction, fen, None, after_s, card=CARD_B, file="f2", **more)


def mirrored(case, *rows):
    found = proved(case, [*rows, *EDGES])["mirrors"]
    return [found["unnamed"]["count"], found["missing"]["count"], found["amounts_differ"]["count"]]


@pytest.mark.parametrize(
    ("mirror", "counts"),
    [
        pytest.param(other(), [1, 0, 0], id="names nobody"),
        pytest.param(other(after_s=120), [1, 0, 0], id="last second"),
        pytest.param(other(after_s=121), [0, 1, 0], id="one second late"),
        pytest.param(other(after_s=-120), [1, 0, 0], id="earlier, last second"),
        pytest.param(other(after_s=-121), [0, 1, 0], id="one second early"),
        pytest.param(other(after_s=7_200, time_precision="day"), [1, 0, 0], id="day only"),
        pytest.param(other(after_s=86_400, time_precision="day"), [0, 1, 0], id="next day only"),
        pytest.param(other("unknown"), [1, 0, 0], id="direction unknown"),
        pytest.param(
            other("unknown", counterparty_account=CARD_A), [1, 0, 0], id="named, unknown direction"
        ),
        pytest.param(other("out"), [0, 1, 0], id="same direction"),
        pytest.param(other(fen=501), [0, 1, 0], id="one fen more"),
        pytest.param(other(fen=499), [0, 1, 0], id="one fen less"),
        pytest.param(other(currency="USD"), [0, 1, 0], id="another currency"),
        pytest.param(other(counterparty_name="何秀兰"), [1, 0, 0], id="name only"),
        pytest.param(other(counterparty_name="*秀兰"), [1, 0, 0], id="masked name"),
        pytest.param(other(counterparty_name="林晓"), [0, 1, 0], id="names another"),
        pytest.param(other(counterparty_account=FOREIGN), [0, 1, 0], id="gives another account"),
        pytest.param(
            other("unknown", counterparty_account=FOREIGN), [0, 1, 0], id="unknown, and another"
        ),
        pytest.param(
            other(counterparty_account_masked=f"6228****{CARD_A[-4:]}"), [1, 0, 0], id="masked"
        ),
        pytest.param(other(counterparty_account_masked="6228****9999"), [0, 1, 0], id="not his"),
        pytest.param(other(status="failed"), [0, 1, 0], id="failed"),
    ],
)
def test_the_other_side_may_say_less(case, mirror, counts):
    assert mirrored(case, OUT, mirror) == counts


def test_one_booking_mirrors_one(case):
    again = {**OUT, "transfer_id": "f1-0009", "source_row": "f1··9"}
    assert mirrored(case, OUT, again, other()) == [1, 1, 0]


def test_a_half_named_mirror_is_shown_with_what_it_lacks(case):
    proof = proved(case, [OUT, other("unknown"), *EDGES])
    (found,) = proof["mirrors"]["unnamed"]["rows"]
    assert (found["source_row"], found["mirror_row"]) == ("f1··2", "f2··3")
    assert (found["mirror_number"], found["lacks"]) == (CARD_B, "account direction")
    assert proof["mirrors"]["unnamed"]["amount_fen"] == 500


def test_equal_money_seen_by_both_is_not_used_as_a_mirror(case):
    third = booking(7, "out", 500, None, 30, card=FOREIGN, counterparty_account=CARD_B, file="f3")
    named = other(counterparty_account=FOREIGN, after_s=31)
    assert mirrored(case, OUT, third, named) == [0, 1, 0]


def test_what_the_other_side_undid_is_no_agreement(case):
    rows = [
        booking(2, "out", 500, None, 0, counterparty_account=CARD_B),
        booking(3, "in", 500, None, 600, counterparty_account=CARD_B, status="reversal"),
        other(after_s=5, counterparty_account=CARD_A),
    ]
    proof = proved(case, [*rows, *EDGES])
    found = proof["mirrors"]
    assert (found["checked"], found["agreeing"], found["missing"]["count"]) == (1, 0, 0)
    (row,) = found["undone"]["rows"]
    assert (row["number"], row["mirror_row"]) == (CARD_B, "f1··2")
    assert "此方仍计入：1 笔" in render(proof)


def test_what_both_sides_undid_is_not_looked_at(case):
    rows = [
        booking(2, "out", 500, None, 0, counterparty_account=CARD_B),
        booking(3, "in", 500, None, 600, counterparty_account=CARD_B, status="reversal"),
        other(after_s=5, counterparty_account=CARD_A),
        other("out", after_s=605, row=4, counterparty_account=CARD_A, status="reversal"),
    ]
    found = proved(case, [*rows, *EDGES])["mirrors"]
    assert (found["checked"], found["undone"]["count"]) == (0, 0)


@pytest.mark.parametrize(
    ("mirror", "undone", "missing"),
    [
        pytest.param(other(counterparty_account=CARD_A, status="failed"), 1, 0, id="failed"),
        pytest.param(other(counterparty_account=CARD_A, status="closed"), 1, 0, id="closed"),
        pytest.param(
            other("unknown", counterparty_account=CARD_A, status="failed"), 1, 0, id="no direction"
        ),
        pytest.param(
            other("out", counterparty_account=CARD_A, status="failed"), 0, 1, id="the same way"
        ),
        pytest.param(
            other(counterparty_account=CARD_A, status="failed", after_s=121), 0, 1, id="too late"
        ),
    ],
)
def test_what_failed_on_the_other_side_stands_there_as_failed(case, mirror, undone, missing):
    found = proved(case, [OUT, mirror, *EDGES])["mirrors"]
    assert (found["undone"]["count"], found["missing"]["count"]) == (undone, missing)
    if undone:
        assert found["undone"]["rows"][0]["mirror_row"] == mirror["source_row"]


CURRENT, TIME = "35001234567890120011", "35001234567890120012"


@pytest.mark.parametrize(
    ("back", "found"),
    [
        pytest.param(500, (4, 4, 0, 0), id="both sides of both"),
        pytest.param(505, (4, 2, 0, 1), id="another amount came back"),
        pytest.param(None, (3, 2, 1, 0), id="only one side of the second"),
    ],
)
def test_moves_between_two_accounts_of_one_card_are_looked_at(case, back, found):
    def move(row, way, fen, at, accounts):
        own, other = accounts
        return booking(row, way, fen, None, at, account=own, counterparty_account=other)

    out_of, into = (CURRENT, TIME), (TIME, CURRENT)

    rows = [
        booking(2, "in", 9, None, -9e5, account=CURRENT),
        move(3, "out", 500, 0, out_of),
        move(4, "in", 500, 0, into),
        move(5, "out", 500, 9e5, into),
        booking(7, "in", 9, None, 18e5, account=CURRENT),
    ]
    if back:
        rows.append(move(6, "in", back, 9e5, out_of))
    mirrors = proved(case, rows)["mirrors"]
    shown = [mirrors[name]["count"] for name in ("missing", "amounts_differ")]
    assert (mirrors["checked"], mirrors["agreeing"], *shown) == found


def test_a_card_that_names_itself_moves_nothing(case):
    rows = [booking(2, "out", 5, None, account=CURRENT, counterparty_account=CARD_A)]
    assert proved(case, rows)["mirrors"]["checked"] == 0
