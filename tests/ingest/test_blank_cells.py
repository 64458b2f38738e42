"""Cells that hold nothing but a blank, of whichever kind."""

from __future__ import annotations

import pytest

from tests.ingest.test_booked_amounts import csv, stored

HEADER = "账号,交易时间,收入,支出,余额,摘要"
BLANKS = ["", " ", "\u3000", "\u00a0", "\u200b", "\ufeff"]


@pytest.mark.parametrize("blank", BLANKS)
def test_a_blank_takes_the_account_above_the_table(tmp_path, blank):
    account = "1402028801005566778"
    lines = [
        f"{written},2021-03-0{day} 10:00:00,1.00,,{day}.00,x"
        for day, written in enumerate((account, account, blank, account), 1)
    ]
    rows, _ = stored(tmp_path, f"账号：{account}\n" + csv(HEADER, *lines), "account")
    assert rows == [(account,)] * 4


@pytest.mark.parametrize("blank", BLANKS)
def test_a_blank_below_the_first_row_of_a_block_is_carried_down(tmp_path, blank):
    lines = [
        f"{f'3500123456{block}' if day == 1 else blank},2021-03-0{day} 10:00:00,1.00,,{day}.00,x"
        for block in (1, 2)
        for day in (1, 2, 3)
    ]
    rows, _ = stored(tmp_path, csv(HEADER, *lines), "account")
    assert rows == [("35001234561",)] * 3 + [("35001234562",)] * 3
