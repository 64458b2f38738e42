"""Offices are words of signatures below a table, and of memos in it."""

from __future__ import annotations

import pytest

from tests.ingest.test_statements import imported, rows

HEADER = "摘要,账号,户名,交易日期,收入,支出,余额,对方户名"
ACCOUNT = "10359900000001,林墨白"


@pytest.mark.parametrize(
    "memo", ["主任：报销差旅费", "村书记：", "组长：垫付款", "主任:李", "会计：工资"]
)
@pytest.mark.parametrize("memo_first", [True, False])
def test_a_memo_that_names_an_office_is_a_booking(tmp_path, memo, memo_first):
    header = HEADER if memo_first else "账号,户名,交易日期,收入,支出,余额,对方户名,摘要"
    bookings = [("转账", "1.00", "1.00"), (memo, "2.00", "3.00"), ("转账", "3.00", "6.00")]
    lines = [
        f"{text},{rest}" if memo_first else f"{rest},{text}"
        for day, (text, income, balance) in enumerate(bookings, 1)
        for rest in [f"{ACCOUNT},2024-01-0{day},{income},,{balance},甲"]
    ]
    report, case = imported(tmp_path, [header, *lines])
    assert report["files"][0]["tables"][0]["rejected"] == []
    assert (memo, 200) in rows(case, "summary, amount_fen")


def test_a_signature_below_bookings_is_none(tmp_path):
    lines = [f"转账,{ACCOUNT},2024-01-0{day},1.00,,{day}.00,甲" for day in (1, 2)]
    _, case = imported(tmp_path, [HEADER, *lines, "村主任：,会计：,,,,,,"])
    assert len(rows(case, "summary")) == 2
