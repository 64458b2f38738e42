"""Columns that only together say who, when and how much: imported, and looked at in the case."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.imports import CARD, imported

OWN, OTHER = "1035990000001", "1035990000002"
OWN_SIDE = "account, holder_name, counterparty_account, counterparty_name"


def rows(case, columns: str, table: str = "transfers") -> list[tuple]:
    with case.connect() as connection:
        order = "split_part(source_row, '·', 2), CAST(split_part(source_row, '·', -1) AS INTEGER)"
        return connection.sql(f"SELECT {columns} FROM {table} ORDER BY {order}").fetchall()


def read(folder: Path, lines: list[str], columns: str, *, name: str = "甲.csv", table="transfers"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return rows(imported(folder / "home", path), columns, table)


def test_payer_and_payee_are_never_exchanged(tmp_path):
    lines = [
        "交易时间,收付标志,交易金额,付款方账号,付款方户名,收款方账号,收款方户名",
        f"2024-01-05 10:00:00,付,100.00,{OWN},林墨白,{OTHER},甲",
        f"2024-01-06 10:00:00,收,30.00,{OTHER},甲,{OWN},林墨白",
        f"2024-01-07 10:00:00,?,30.00,{OTHER},甲,{OWN},林墨白",
    ]
    assert read(tmp_path, lines, f"direction, {OWN_SIDE}") == [
        ("out", OWN, "林墨白", OTHER, "甲"),
        ("in", OWN, "林墨白", OTHER, "甲"),
        ("unknown", OTHER, "甲", OWN, "林墨白"),
    ]


def test_without_a_direction_the_account_of_the_statement_says_who_is_who(tmp_path):
    lines = [
        f"账号：{OWN}",
        "交易时间,交易金额,付款方账号,付款方户名,收款方账号,收款方户名",
        f"2024-01-05 10:00:00,100.00,{OWN},林墨白,{OTHER},甲",
        f"2024-01-06 10:00:00,30.00,{OTHER},甲,{OWN},林墨白",
        f"2024-01-07 10:00:00,30.00,{OTHER},甲,1035990000003,乙",
    ]
    assert read(tmp_path, lines, f"direction, {OWN_SIDE}") == [
        ("out", OWN, "林墨白", OTHER, "甲"),
        ("in", OWN, "林墨白", OTHER, "甲"),
        ("unknown", OTHER, "甲", "1035990000003", "乙"),
    ]


SIDES = "交易时间,付款方名称,付款方账号,收款方名称,收款方账号,交易金额,余额"


@pytest.mark.parametrize(
    "above", [f"卡号：{CARD} 户名：林墨白", f"卡号：{CARD}", "户名：林墨白", "账户明细"]
)
def test_the_own_side_by_the_holder_or_by_the_number_in_every_row(tmp_path, above):
    lines = [
        above,
        SIDES,
        f"2024-01-05 10:00:00,林墨白,{OWN},甲,{OTHER},500,500",
        f"2024-01-06 10:00:00,乙,1035990000003,林墨白,{OWN},100,600",
        f"2024-01-07 10:00:00,林墨白,{OWN},乙,1035990000003,1,599",
    ]
    card = CARD if CARD in above else None
    assert read(tmp_path, lines, "direction, account, card, holder_name") == [
        ("out", OWN, card, "林墨白"),
        ("in", OWN, card, "林墨白"),
        ("out", OWN, card, "林墨白"),
    ]


def test_the_card_of_the_list_stands_beside_no_stranger(tmp_path):
    lines = [
        f"卡号：{CARD}",
        SIDES,
        f"2024-01-05 10:00:00,林墨白,{CARD},甲,{OTHER},500,500",
        f"2024-01-06 10:00:00,乙,1035990000003,甲,{OTHER},100,600",
    ]
    assert read(tmp_path, lines, "direction, account, card") == [
        ("out", CARD, CARD),
        ("unknown", "1035990000003", None),
    ]


@pytest.mark.parametrize(
    ("headers", "cells", "amount"),
    [
        (
            "交易金额原币（元）,交易金额折人民币（元）,交易币种",
            "100.00,720.00,美元",
            (10_000, "USD"),
        ),
        (
            "交易金额折人民币（元）,交易金额原币（元）,交易币种",
            "720.00,100.00,美元",
            (10_000, "USD"),
        ),
        ("交易金额折人民币（元）,交易币种", "720.00,美元", (72_000, "CNY")),
        ("交易金额原币（元）,交易金额折人民币（元）", "100.00,720.00", (72_000, "CNY")),
    ],
)
def test_an_amount_stands_beside_its_own_currency(tmp_path, headers, cells, amount):
    lines = [
        f"交易卡号,交易时间,收付标志,{headers},对手户名",
        f"{CARD},2024-01-05 10:00:00,进,{cells},甲",
    ]
    assert read(tmp_path, lines, "amount_fen, currency") == [amount]


@pytest.mark.parametrize("headers", ["交易卡号,交易户名,交易证件号码", "卡号,户名,证件号码"])
@pytest.mark.parametrize(
    ("day", "time", "moment"),
    [
        ("20230108", "154001", ("2023-01-08 15:40:01", "second")),
        ("2023-01-08", "15:40:01", ("2023-01-08 15:40:01", "second")),
        ("20230107", "2023-01-08 15:40:01", ("2023-01-08 15:40:01", "second")),
        ("20230107", "20230108154001", ("2023-01-08 15:40:01", "second")),
        ("20230108", "", ("2023-01-08 00:00:00", "day")),
        ("20230108", "023015", ("2023-01-08 02:30:15", "second")),
    ],
)
def test_a_date_column_and_a_time_column_make_one_moment(tmp_path, headers, day, time, moment):
    lines = [
        f"{headers},交易日期,交易时间,收付标志,交易金额,交易余额",
        f"{CARD},林墨白,359901197203050119,{day},{time},进,5.00,10.00",
    ]
    said = "strftime(booked_at AT TIME ZONE 'Asia/Shanghai', '%Y-%m-%d %H:%M:%S'), time_precision"
    assert read(tmp_path, lines, said) == [moment]


def test_each_row_says_whether_its_time_is_whole(tmp_path):
    lines = [
        "卡号,交易日期,交易时间,收入,支出,余额",
        f"{CARD},20240105,100000,,5.00,95.00",
        f"{CARD},20240105,2024-01-05 10:00:01,,5.00,90.00",
    ]
    said = "strftime(booked_at AT TIME ZONE 'Asia/Shanghai', '%H:%M:%S')"
    assert read(tmp_path, lines, said) == [("10:00:00",), ("10:00:01",)]


@pytest.mark.parametrize(
    ("cell", "party"),
    [
        ("6217000000000003453/张三", ("6217000000000003453", None, "张三")),
        ("6217****3453/李四", (None, "6217****3453", "李四")),
        ("张三 6217000000000003453", ("6217000000000003453", None, "张三")),
        ("测试公司1035990000001", ("1035990000001", None, "测试公司")),
        ("2088000000000222(张三)", ("2088000000000222", None, "张三")),
        ("张三（6217000000000003453）", ("6217000000000003453", None, "张三")),
        ("测试石业（北京）有限公司", (None, None, "测试石业（北京）有限公司")),
        ("6217000000000003453", ("6217000000000003453", None, None)),
    ],
)
def test_name_and_number_of_the_counterparty_in_one_cell(tmp_path, cell, party):
    lines = [
        "摘要,币别,交易日期,交易金额,账户余额,交易地点/附言,对方账号与户名",
        f"转账,人民币,20240105,-5.00,10.00,x,{cell}",
    ]
    columns = "counterparty_account, counterparty_account_masked, counterparty_name"
    assert read(tmp_path, lines, columns) == [party]
