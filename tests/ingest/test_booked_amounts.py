"""Amount, direction, currency and status of bookings, from the cells to the stored rows."""

from __future__ import annotations

import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import CARD, new_case


def stored(folder, text, columns, *, name="流水.csv"):
    """The *columns* of the bookings of one file, in their order, and its table entry."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    case = new_case(folder / "home")
    report = import_paths(case, [path])
    with case.connect() as connection:
        rows = connection.sql(
            f"SELECT {columns} FROM transfers ORDER BY"
            " CAST(string_split(source_row, '·')[-1] AS INTEGER)"
        ).fetchall()
    return rows, report["files"][0]["tables"][0]


def csv(header, *lines):
    return "\n".join([header, *lines]) + "\n"


def test_an_unknown_currency_stays_unknown_and_makes_another_booking(tmp_path):
    text = csv(
        "交易卡号,交易时间,收付标志,交易金额,交易余额,交易币种,对手户名,交易流水号",
        *(
            f"{CARD},2024-01-05 10:00:00,进,10.00,20.00,{word},陈砚,S1"
            for word in ("贝壳币", "石币", "", "泰铢", "美元现汇", "USD-美元", "USD港币")
        ),
    )
    rows, entry = stored(tmp_path, text, "currency, flags")
    unknown = "[\"currency: '{}' is not in the word list, currency is unknown\"]"
    assert rows == [
        (None, unknown.format("贝壳币")),
        (None, unknown.format("石币")),
        ("CNY", None),
        ("THB", None),
        ("USD", None),
        (None, unknown.format("USD港币")),
    ]
    assert [each["row"] for each in entry["duplicates"]] == [7]


@pytest.mark.parametrize(
    ("amount", "column", "currency", "said"),
    [
        ("$10.00", "", None, "$"),
        ("$10.00", "人民币", None, "$"),
        ("$10.00", "港币", "HKD", None),
        ("USD 10", "", "USD", None),
        ("USD 10", "美元", "USD", None),
        ("USD 10", "人民币", None, "USD"),
        ("￥10", "", "CNY", None),
        ("人民币10元", "", "CNY", None),
    ],
)
def test_a_currency_in_the_amount_is_never_read_as_yuan(tmp_path, amount, column, currency, said):
    text = csv(
        "交易卡号,交易时间,收付标志,交易金额,交易余额,交易币种",
        f"{CARD},2024-01-05 10:00:00,进,{amount},20.00,{column}",
        f"{CARD},2024-01-06 10:00:00,进,1.00,21.00,人民币",
    )
    flags = f"[\"currency: the amount or its header says '{said}', currency is unknown\"]"
    rows, _ = stored(tmp_path, text, "amount_fen, currency, flags")
    assert rows == [(1_000, currency, flags if said else None), (100, "CNY", None)]


def test_a_foreign_amount_where_no_currency_is_kept_is_unreadable(tmp_path):
    text = csv(
        "姓名,身份证号,村组,补贴金额,发放日期",
        "陈砚,359901197203050119,一组,$10.00,2024-01-05",
        "陈砚,359901197203050119,一组,￥10.00,2024-02-05",
    )
    path = tmp_path / "补贴.csv"
    path.write_text(text, encoding="utf-8")
    (entry,) = import_paths(new_case(tmp_path / "home"), [path])["files"][0]["tables"]
    assert entry["rows_kept"] == 1
    assert [each["reason"] for each in entry["rejected"]] == ["补贴金额: cannot read '$10.00'"]


TWO_COLUMNS = "交易卡号,交易时间,收入,支出,余额,摘要"


def test_both_sides_filled_is_said_with_what_they_hold(tmp_path):
    text = csv(
        TWO_COLUMNS, f"{CARD},2024-01-05,5.00,6.00,1.00,x", f"{CARD},2024-01-06,5.00,,6.00,x"
    )
    _, entry = stored(tmp_path, text, "direction")
    assert entry["rejected"] == [
        {"row": 2, "reason": "收入/支出: cannot read '收入 5.00 beside 支出 6.00'"}
    ]


def test_a_word_against_the_filled_column_leaves_the_direction_unknown(tmp_path):
    text = csv(
        "交易卡号,交易日期,借贷标志,收入金额,支出金额,余额",
        f"{CARD},2024-01-05,借,,5.00,95.00",
        f"{CARD},2024-01-06,贷,,5.00,90.00",
        f"{CARD},2024-01-07,借,5.00,,95.00",
    )
    rows, entry = stored(tmp_path, text, "direction, amount_fen")
    assert rows == [("out", 500), ("unknown", 500), ("unknown", 500)]
    said = [each["row"] for each in entry["warnings"] if "contradicts" in each["text"]]
    assert said == [3, 4]


def test_a_signed_amount_beside_income_and_expense(tmp_path):
    text = csv(
        "交易卡号,交易时间,交易金额,收入,支出,余额",
        f"{CARD},2024-01-05 10:00:00,-6.00,,6.00,94.00",
        f"{CARD},2024-01-05 10:00:01,7.00,8.00,,102.00",
        f"{CARD},2024-01-05 10:00:02,-9.00,-9.00,,93.00",
    )
    rows, _ = stored(tmp_path, text, "direction, amount_fen, status, flags")
    assert rows == [
        ("out", 600, "ok_assumed", None),
        ("in", 700, "ok_assumed",
         '["amount_fen: the columns of income and expense say another amount"]'),
        ("in", -900, "reversal", None),
    ]  # fmt: skip


def test_a_minus_without_a_direction_undoes_nothing(tmp_path):
    text = csv(
        "交易卡号,交易时间,交易金额,交易余额,对手户名",
        f"{CARD},2024-01-05 10:00:00,300.00,300.00,陈砚",
        f"{CARD},2024-01-06 10:00:00,-300.00,0.00,陈砚",
    )
    rows, _ = stored(tmp_path, text, "direction, amount_fen, status")
    assert rows == [("unknown", 30_000, "ok_assumed"), ("unknown", -30_000, "ok_assumed")]


def test_a_full_refund_behind_the_amount(tmp_path):
    text = csv(
        "交易时间,商户名称,交易说明,金额,收/付款方式,交易状态,收/支,交易分类,交易订单号,商家订单号,备注",
        "2024-03-01 10:00:00,测试店,杯,131.77(已退款89.84),白条,交易成功,支出,食品,30001,J1,",
        "2024-03-02 10:00:00,测试店,杯,100.00(已全额退款),白条,交易成功,支出,食品,30002,J2,",
        "2024-03-03 10:00:00,测试店,杯,50.00(另议),白条,交易成功,支出,食品,30003,J3,",
    )
    rows, _ = stored(tmp_path, text, "amount_fen, refunded_fen, status, flags")
    assert rows == [
        (13_177, 8_984, "partly_refunded", None),
        (10_000, 10_000, "refunded", None),
        (5_000, None, "ok", '["amount_fen: not read behind the amount: (另议)"]'),
    ]


def test_86_is_a_country_code_of_phones_only(tmp_path):
    text = csv(
        "交易账号,交易时间,收付标志,交易金额,交易余额,对手账号,手机号",
        "8615400000001,2024-01-05 10:00:00,进,1.00,1.00,8615400000002,8615400000003",
    )
    rows, _ = stored(tmp_path, text, "account, counterparty_account, holder_phone")
    assert rows == [("8615400000001", "8615400000002", "15400000003")]


def test_hidden_and_cut_numbers_are_never_accounts(tmp_path):
    text = csv(
        "交易卡号,交易时间,收付标志,交易金额,交易余额,对手账号,对手身份证号",
        "尾号1230,2024-01-05 10:00:00,进,1.00,1.00,6217xxxxxxxx3453,359901XXXXXXXX0119",
    )
    rows, entry = stored(
        tmp_path,
        text,
        "card, account_masked, counterparty_account, counterparty_account_masked, counterparty_id",
    )
    assert rows == [(None, "尾号1230", None, "6217xxxxxxxx3453", None)]
    assert {each["text"] for each in entry["warnings"]} >= {"masked: 359901XXXXXXXX0119"}


def test_a_balance_may_carry_the_word_of_its_side(tmp_path):
    cells = ["贷 100.00", "借50.00", '"1,100.00CR"', "50.00DR", "贷乙"]
    text = csv(
        "交易卡号,交易日期,交易余额,收付标志,交易金额",
        *(f"{CARD},2024-01-0{day},{cell},进,{day}.00" for day, cell in enumerate(cells, 1)),
    )
    rows, _ = stored(tmp_path, text, "balance_fen, flags IS NULL")
    assert rows == [
        (10_000, True),
        (-5_000, True),
        (110_000, True),
        (-5_000, True),
        (None, False),
    ]


def test_a_fee_in_a_column_of_its_own(tmp_path):
    text = csv(
        "交易卡号,交易日期,收付标志,交易金额,手续费,交易余额",
        f"{CARD},2024-01-05,出,100.00,2.00,898.00",
    )
    rows, _ = stored(tmp_path, text, "amount_fen, fee_fen, balance_fen")
    assert rows == [(10_000, 200, 89_800)]


@pytest.mark.parametrize(
    ("suffix", "currency", "said"),
    [
        ("156_1", "CNY", False),
        ("392_1", "JPY", False),
        ("826_1", "GBP", False),
        ("036_2", "AUD", False),
        ("999_1", None, True),
        ("001", "CNY", False),
        ("1", "CNY", False),
    ],
)
@pytest.mark.parametrize("column", ["交易账号", "交易卡号"])
def test_a_sub_account_names_its_currency(tmp_path, column, suffix, currency, said):
    text = csv(
        f"{column},交易时间,收付标志,交易金额,交易余额,交易币种",
        f"10359900000001_{suffix},2024-01-05 10:00:00,进,1.00,1.00,",
    )
    rows, _ = stored(tmp_path, text, "currency, flags")
    flags = (
        f"[\"currency: sub-account '{suffix}' names no currency of the word list,"
        ' currency is unknown"]'
    )
    assert rows == [(currency, flags if said else None)]


@pytest.mark.parametrize(
    ("suffix", "word", "currency", "said"),
    [
        ("840_2", "CNY", None, True),
        ("840_2", "美元", "USD", False),
        ("156_1", "001", "CNY", False),
        ("840", "CNY", "CNY", False),
        ("2", "USD", "USD", False),
    ],
)
def test_a_column_that_denies_the_sub_account_leaves_the_currency_unknown(
    tmp_path, suffix, word, currency, said
):
    text = csv(
        "交易账号,交易时间,收付标志,交易金额,交易余额,交易币种",
        f"10359900000001_{suffix},2024-01-05 10:00:00,进,1.00,1.00,{word}",
    )
    rows, _ = stored(tmp_path, text, "currency, flags")
    flags = (
        f"[\"currency: sub-account '{suffix}' names another currency than the column, CNY,"
        ' currency is unknown"]'
    )
    assert rows == [(currency, flags if said else None)]


@pytest.mark.parametrize(
    ("moment", "utc"),
    [
        ("1988-07-02", "1988-07-01 16:00:00"),
        ("1988-07-02 10:00:00", "1988-07-02 01:00:00"),
        ("1988-01-02 10:00:00", "1988-01-02 02:00:00"),
    ],
)
def test_a_day_of_a_summer_with_daylight_saving_stays_that_day(tmp_path, moment, utc):
    text = csv("交易卡号,交易时间,收付标志,交易金额,交易余额", f"{CARD},{moment},进,1.00,1.00")
    rows, _ = stored(tmp_path, text, "strftime(booked_at AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S')")
    assert rows == [(utc,)]
