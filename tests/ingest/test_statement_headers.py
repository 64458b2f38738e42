"""Headers of statements that strangers write: which column is which, what is said of others."""

from __future__ import annotations

import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.header_grids import CARD, OTHER, found
from tests.ingest.imports import new_case

ID = "359901197203050119"


def bookings(folder, text, columns, name="x.csv"):
    """The bookings of one small file and its table entry of the report."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    case = new_case(folder / "home")
    (entry,) = import_paths(case, [path])["files"][0]["tables"]
    with case.connect() as connection:
        rows = connection.sql(f"SELECT {columns} FROM transfers ORDER BY source_row").fetchall()
    return rows, entry


@pytest.mark.parametrize(
    "header",
    [
        "姓名,身份证号,卡号,开户行,日期,借贷标志,金额,账户余额,对方户名",
        "姓名,身份证号,卡号,对方姓名,时间,收支,金额,余额",
        "姓名,身份证号,银行卡号,交易日期,金额,摘要",
    ],
)
def test_a_table_of_bookings_is_no_roster_of_beneficiaries(header):
    names = header.split(",")
    (table,) = found([names, ["林墨白", ID, CARD, *["1"] * (len(names) - 3)]])
    assert table.layout is not None
    assert table.layout.name == "bank.generic"


def test_a_posted_amount_is_of_either_side(tmp_path):
    text = (
        "交易日期,入账日期,交易描述,交易币种,交易金额,入账币种,入账金额,卡号\n"
        f"2024-01-05,2024-01-06,超市,美元,10.00,人民币,71.50,{CARD}\n"
        f"2024-01-09,2024-01-09,还款,人民币,-13.50,人民币,-13.50,{CARD}\n"
    )
    rows, entry = bookings(tmp_path, text, "direction, amount_fen, currency, status")
    assert rows == [
        ("unknown", 7150, "CNY", "ok_assumed"),
        ("unknown", -1350, "CNY", "ok_assumed"),
    ]
    assert entry["ignored_columns"] == ["入账日期", "交易币种", "交易金额"]
    assert "交易金额 is read as amount_fen where it stands alone: 入账金额 is taken for that" in [
        each["text"] for each in entry["warnings"]
    ]


def test_a_posted_amount_beside_one_paid_out_is_an_income(tmp_path):
    text = f"账号,交易日期,入账金额,出账金额\n{CARD},2024-01-05,1.00,\n{CARD},2024-01-06,,2.00\n"
    rows, _ = bookings(tmp_path, text, "direction, amount_fen")
    assert rows == [("in", 100), ("out", 200)]


@pytest.mark.parametrize(
    ("header", "cells", "at", "precision"),
    [
        (
            "交易日期,交易时间,入账时间",
            "2024-01-05,10:00:00,2024-01-06 09:00:00",
            "05 10:00:00",
            "second",
        ),
        ("交易日期,入账时间", "2024-01-05,2024-01-05 09:00:00", "05 09:00:00", "second"),
        ("交易日期,入账时间", "2024-01-05,2024-01-06 09:00:00", "05 00:00:00", "day"),
        ("交易日期,入账时间", ",2024-01-06 09:00:00", "06 09:00:00", "second"),
        ("交易日期,入账时间", "2024-01-05,09:00:00", "05 09:00:00", "second"),
        ("入账日期,入账时间", "2024-01-06,09:00:00", "06 09:00:00", "second"),
        ("入账时间", "2024-01-06 09:00:00", "06 09:00:00", "second"),
    ],
)
def test_a_time_of_posting_gives_way_to_the_time_of_the_booking(
    header, cells, at, precision, tmp_path
):
    text = f"账号,{header},收入,支出\n{CARD},{cells},1.00,\n"
    local = "strftime(booked_at AT TIME ZONE 'Asia/Shanghai', '%Y-%m-%d %H:%M:%S')"
    rows, _ = bookings(tmp_path, text, f"{local}, time_precision, flags")
    assert rows == [(f"2024-01-{at}", precision, None)]


def test_a_repayment_that_has_only_its_day_of_posting_is_kept(tmp_path):
    text = (
        "账单周期：2023-12-08 至 2024-01-07\n"
        "交易日,记账日,交易摘要,人民币金额,卡号末四位,交易地金额\n"
        "12/29,01/02,超市,13.50,1234,13.50(CN)\n,01/05,还款,-10.00,1234,-10.00(CN)\n"
    )
    rows, _ = bookings(
        tmp_path, text, "CAST(booked_at + INTERVAL 8 HOUR AS DATE)::VARCHAR, direction"
    )
    assert rows == [("2023-12-29", "out"), ("2024-01-05", "in")]


@pytest.mark.parametrize(
    "names",
    [
        ["账号 Account", "交易日期 Date", "借贷 D/C", "金额 Amount", "余额 Balance"],
        ["账号/Account No.", "交易日期/Date", "借贷(D/C)", "金额（Amount）", "余额 Balance (RMB)"],
        [
            "账号[ Inquirer's Account ]",
            "交易日期[ Transaction Date ]",
            "收付标志[ Dr/Cr ]",
            "交易金额[ Trade Amount ]",
            "交易后余额[ After-transaction balance ]",
        ],
        ["1.交易账号", "2.交易日期", "3.收付标志", "4.交易金额", "5.交易余额"],
        [
            "*账号",
            "*交易日期(YYYYMMDD)",
            "*收付标志（借/贷）",
            "金额（元，保留两位小数）",
            "余额（必填）",
        ],
        ["帳號", "交易日期", "收/付", "交易金額", "結餘"],
        ["我方账户", "交易日", "交易方向", "发生额RMB", "结存"],
        ["银行账号", "日期", "收入/支出", "金额", "交易余额 元"],
    ],
)
def test_what_stands_around_a_name_does_not_hide_it(names):
    (table,) = found([names, [CARD, "20240105", "贷", "1", "1"]])
    fields = {field: ref.index for field, ref in table.columns.items()}
    assert fields == {
        "account": 0,
        "booked_at": 1,
        "direction": 2,
        "amount_fen": 3,
        "balance_fen": 4,
    }


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (["借方金额（支出）", "贷方金额（收入）"], ["amount_fen.out", "amount_fen.in"]),
        (["贷方金额（支出）", "借方金额（收入）"], ["amount_fen.out", "amount_fen.in"]),
    ],
)
def test_a_side_said_beside_debit_and_credit_decides(names, fields):
    (table,) = found([["账号", "交易日期", *names], [CARD, "20240105", "1", ""]])
    assert [next(f for f, ref in table.columns.items() if ref.index == i) for i in (2, 3)] == fields


def test_a_note_that_says_the_side_is_part_of_the_name():
    names = ["账号", "交易日期", "金额（借方）", "余额"]
    (table,) = found([names, [CARD, "20240105", "1", "1"]])
    assert table.layout is None


@pytest.mark.parametrize(
    ("header", "fen", "currency"),
    [
        ("交易金额(美元)", 150, "USD"),
        ("发生额(万港币)", 1_500_000, "HKD"),
        ("金额USD", 150, "USD"),
        ("金额（美元：万元）", 1_500_000, "USD"),
        ("交易金额（人民币：万元）", 1_500_000, "CNY"),
        ("发生额RMB", 150, "CNY"),
    ],
)
def test_unit_and_currency_of_a_header(header, fen, currency, tmp_path):
    text = f"账号,交易日期,借贷,{header},余额\n{CARD},2024-01-05,贷,1.5,1\n"
    rows, _ = bookings(tmp_path, text, "amount_fen, currency, flags")
    assert rows == [(fen, currency, None)]


def test_a_header_and_a_column_that_name_two_currencies_leave_it_unknown(tmp_path):
    text = f"账号,交易日期,借贷,金额(美元),币种,余额\n{CARD},2024-01-05,贷,1.5,人民币,1\n"
    rows, _ = bookings(tmp_path, text, "currency, flags")
    said = "currency: the amount or its header says '美元', currency is unknown"
    assert rows == [(None, f'["{said}"]')]


def test_two_names_of_one_thing_are_said(tmp_path):
    text = f"账号,交易日期,收入,支出,对方账户,对方账号\n{CARD},2024-01-05,1,,Z1,{OTHER}\n"
    rows, entry = bookings(tmp_path, text, "counterparty_account")
    assert rows == [(OTHER,)]
    (said,) = [each["text"] for each in entry["warnings"]]
    assert said.startswith("对方账户 is read as counterparty_account where it stands alone")


def test_a_second_voucher_fills_an_empty_first_one(tmp_path):
    text = (
        "账号,交易日期,收入,支出,凭证号,传票号,交易流水号,日志号\n"
        f"{CARD},2024-01-05,1,,,CP1,,J1\n{CARD},2024-01-06,1,,P2,CP2,S2,J2\n"
    )
    rows, _ = bookings(tmp_path, text, "voucher, serial")
    assert rows == [("CP1", "J1"), ("P2", "S2")]


def test_the_other_side_of_a_corporate_statement(tmp_path):
    text = (
        f"帐号: {CARD}  帐户名称: 测试石业有限公司\n"
        "交易日,借方金额,贷方金额,余额,收/付方名称,收/付方帐号,收/付方开户行名\n"
        f"20240105,,6.00,6.00,测试区园林中心,{OTHER},测试农商行\n"
    )
    rows, _ = bookings(tmp_path, text, "counterparty_name, counterparty_account, counterparty_bank")
    assert rows == [("测试区园林中心", OTHER, "测试农商行")]


def test_payer_and_payee_in_two_languages(tmp_path):
    head = (
        "付款人开户行名[ Payer account bank ],付款人账号[ Debit Account No. ],"
        "付款人名称[ Payer's Name ],收款人账号[ Payee's Account Number ],"
        "收款人名称[ Payee's Name ],交易日期[ Transaction Date ],交易金额[ Trade Amount ],余额"
    )
    text = (
        "查询账号[ Inquirer account number ],359900000077\n"
        f"{head}\n测试行,{OTHER},甲,359900000077,测试石业,20240105,6.00,6.00\n"
        f"测试行,359900000077,测试石业,{OTHER},甲,20240106,-2.00,4.00\n"
    )
    rows, _ = bookings(tmp_path, text, "account, direction, amount_fen, counterparty_name")
    assert rows == [("359900000077", "in", 600, "甲"), ("359900000077", "out", 200, "甲")]


@pytest.mark.parametrize(
    ("names", "cells", "remark"),
    [("用途,备注", "借款,-", "借款"), ("用途,备注", "借款,急", "急"), ("用途", "借款", "借款")],
)
def test_a_purpose_stands_for_an_empty_remark(names, cells, remark, tmp_path):
    text = f"账号,交易日期,收入,支出,{names}\n{CARD},2024-01-05,1,,{cells}\n"
    assert bookings(tmp_path, text, "remark")[0] == [(remark,)]


def test_zeros_are_no_voucher(tmp_path):
    text = f"账号,交易日期,收入,支出,凭证号\n{CARD},2024-01-05,1,,00000000\n"
    assert bookings(tmp_path, text, "voucher")[0] == [(None,)]


def test_a_tail_that_lost_its_zeros_has_four_digits(tmp_path):
    text = "交易日期,入账日期,交易描述,卡末四位,交易币种,结算币种,交易金额,结算金额\n"
    text += "2024-01-02,2024-01-03,消费,88.0,人民币,人民币,10.00,10.00\n"
    assert bookings(tmp_path, text, "account_masked")[0] == [("0088",)]


def test_a_list_of_fuel_purchases_is_no_bank_statement():
    names = ["加油卡号", "交易时间", "交易类型", "油品", "加油数量", "交易金额", "余额", "加油地点"]
    (table,) = found([names, [CARD, "2024-01-05 10:00:00", "加油", "92", "30", "200", "100", "站"]])
    assert table.layout is None


def test_a_word_that_never_changes_is_the_side_of_the_balance(tmp_path):
    text = (
        "账号,交易时间,借方发生额,贷方发生额,借贷方向,余额\n"
        f"{CARD},2024-01-05 10:00:00,0.00,100,贷,100\n{CARD},2024-01-06 10:00:00,10,0.00,贷,90\n"
    )
    rows, _ = bookings(tmp_path, text, "direction, flags")
    said = "direction: a word of direction beside both columns, taken as the side of the balance"
    assert rows == [("in", None), ("out", f'["{said}"]')]


@pytest.mark.parametrize(
    ("last", "flags"),
    [
        ("-10.00", None),
        ("10.00", '["balance_fen: the word beside it says the debit side, taken as negative"]'),
    ],
)
@pytest.mark.parametrize("is_turned", [False, True])
def test_a_word_that_the_balances_contradict_is_the_side_of_the_balance(
    last, flags, is_turned, tmp_path
):
    lines = [
        f"{CARD},2024-01-05,,100.00,贷,100.00",
        f"{CARD},2024-01-06,30.00,,贷,70.00",
        f"{CARD},2024-01-07,80.00,,借,{last}",
        f"{CARD},2024-01-08,,110.00,贷,100.00",
    ]
    head = "账号,交易日期,借方发生额,贷方发生额,借贷,余额"
    text = "\n".join([head, *(reversed(lines) if is_turned else lines)]) + "\n"
    rows, _ = bookings(tmp_path, text, "direction, amount_fen, balance_fen, flags, booked_at")
    rows.sort(key=lambda row: row[4])
    assert [row[:3] for row in rows] == [
        ("in", 10_000, 10_000),
        ("out", 3_000, 7_000),
        ("out", 8_000, -1_000),
        ("in", 11_000, 10_000),
    ]
    assert rows[2][3] == flags


def test_a_word_that_changes_and_contradicts_its_column_leaves_the_direction_unknown(tmp_path):
    text = (
        "账号,交易时间,借方发生额,贷方发生额,借贷方向\n"
        f"{CARD},2024-01-05 10:00:00,,100,贷\n{CARD},2024-01-06 10:00:00,10,,贷\n"
        f"{CARD},2024-01-07 10:00:00,10,,借\n"
    )
    rows, _ = bookings(tmp_path, text, "direction")
    assert rows == [("in",), ("unknown",), ("out",)]
