"""Account and holder that stand on the first row of each block only."""

from __future__ import annotations

import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.header_grids import CARD, OTHER
from tests.ingest.imports import new_case
from tests.ingest.test_statements import imported, rows

HEADER = "账号,户名,交易日期,摘要,收入,支出,余额,对方户名"
BOOKINGS = [f"2024-01-0{day},a,{day}.00,,{day}.00,甲" for day in range(1, 5)]


def listed(*owners: str) -> list[str]:
    return [HEADER, *(f"{who},{what}" for who, what in zip(owners, BOOKINGS, strict=False))]


@pytest.mark.parametrize(
    ("owners", "owner_of_each"),
    [
        pytest.param(
            [f"{CARD},林墨白", ",", f"{OTHER},欧阳㛃", ","],
            [(CARD, "林墨白"), (CARD, "林墨白"), (OTHER, "欧阳㛃"), (OTHER, "欧阳㛃")],
            id="two blocks",
        ),
        pytest.param(
            [f"{CARD},林墨白", ",", f"{OTHER},", ","],
            [(CARD, "林墨白"), (CARD, "林墨白"), (OTHER, None), (OTHER, None)],
            id="a block without a holder",
        ),
        pytest.param(
            [f"{CARD},林墨白", ",甲", f"{OTHER},欧阳㛃", ","],
            [(CARD, "林墨白"), (CARD, "甲"), (OTHER, "欧阳㛃"), (OTHER, None)],
            id="holders row by row",
        ),
        pytest.param(
            [f"{CARD},林墨白", f"{CARD},林墨白", ",", f"{OTHER},欧阳㛃"],
            [(CARD, "林墨白"), (CARD, "林墨白"), (None, None), (OTHER, "欧阳㛃")],
            id="written again",
        ),
        pytest.param(
            [f"{CARD},林墨白", f"{OTHER},欧阳㛃", ",", "10359900000001,甲"],
            [(CARD, "林墨白"), (OTHER, "欧阳㛃"), (None, None), ("10359900000001", "甲")],
            id="many accounts, once each",
        ),
        pytest.param(
            [",", f"{CARD},林墨白", ",", f"{OTHER},欧阳㛃"],
            [(None, None), (CARD, "林墨白"), (None, None), (OTHER, "欧阳㛃")],
            id="the first is blank",
        ),
    ],
)
def test_a_block_has_the_account_of_its_first_row(tmp_path, owners, owner_of_each):
    _, case = imported(tmp_path, listed(*owners))
    assert rows(case, "account, holder_name") == owner_of_each


def test_what_is_carried_down_is_said_and_what_stays_blank_too(tmp_path):
    report, _ = imported(tmp_path / "a", listed(f"{CARD},林墨白", ",", ","))
    (said,) = report["files"][0]["tables"][0]["warnings"]
    assert (said["column"], said["text"][-20:]) == ("账号", "carried down to 2 rows"[-20:])
    report, _ = imported(tmp_path / "b", listed(f"{CARD},林墨白", f"{CARD},林墨白", ","))
    (said,) = report["files"][0]["tables"][0]["warnings"]
    assert said["text"] == "1 rows do not say on which account they stand"


def test_a_total_below_one_booking_is_no_block(tmp_path):
    report, _ = imported(tmp_path, [*listed(f"{CARD},林墨白"), ",,合计,,1.00,,,"])
    assert report["files"][0]["tables"][0]["warnings"] == []


def test_the_word_of_a_subtotal_among_the_holders_ends_no_block(tmp_path):
    header = "户名,账号,交易日期,摘要,收入,支出,余额,对方户名"
    first, second = f"林墨白,{CARD}", f"欧阳㛃,{OTHER}"
    blocks = [f"{first},{BOOKINGS[0]}", f",,{BOOKINGS[1]}", "小计,,,,3.00,,,"]
    blocks += [f"{second},{BOOKINGS[2]}", f",,{BOOKINGS[3]}", "小计,,,,7.00,,,"]
    _, case = imported(tmp_path, [header, *blocks])
    assert rows(case, "account, holder_name") == [
        *[(CARD, "林墨白")] * 2,
        *[(OTHER, "欧阳㛃")] * 2,
    ]


def test_a_card_that_one_booking_used_is_not_that_of_the_others(tmp_path):
    lines = [HEADER.replace("账号,户名", "卡号"), f"{CARD},{BOOKINGS[0]}"]
    lines += [f",{each}" for each in BOOKINGS[1:]]
    _, case = imported(tmp_path, ["账号：10359900000001", *lines])
    assert rows(case, "account, card") == [
        ("10359900000001", CARD),
        *[("10359900000001", None)] * 3,
    ]


def test_a_further_unit_below_an_order_is_another_handling_of_it(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "工单编号,诉求内容,诉求人,承办单位,答复内容,受理时间\n"
        "FJ1,欠费,甲某,建设局,正在处理,2024-09-01 08:30:00\n"
        ",,,燃气公司,无此情况,\n"
        "FJ2,噪声,乙某,环保局,已处理,2024-09-02 08:30:00\n"
        "共2条,,,,,\n",
        encoding="utf-8",
    )
    case = new_case(tmp_path / "home")
    (table,) = import_paths(case, [path])["files"][0]["tables"]
    with case.connect() as connection:
        chosen = "SELECT reference, request_text, handling_unit FROM tickets ORDER BY ALL"
        assert connection.sql(chosen).fetchall() == [
            ("FJ1", "欠费", "建设局"),
            ("FJ1", "欠费", "燃气公司"),
            ("FJ2", "噪声", "环保局"),
        ]
    assert any("carried down to 1 rows" in each["text"] for each in table["warnings"])
