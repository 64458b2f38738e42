"""An amount cut at the comma between its thousands refuses its row, in tables of every kind."""

from __future__ import annotations

import pytest

from tests.ingest.imports import HEADER, booking
from tests.ingest.test_footers import kinds, read

ROSTER = "村组,姓名,身份证号,金额,账号,备注"
AWARDS = "项目编号,项目名称,采购人,中标单位,中标金额,中标日期,备注"
CALLS = "本机号码,对方号码,开始时间,时长,呼叫类型,通话地点,备注"
INVOICES = (
    "发票代码,发票号码,销方识别号,销方名称,购方识别号,购买方名称,开票日期,金额,税额,价税合计,备注"
)
PARTIES = "91359900MA00000000,甲公司,91359900MA00000001,乙公司"
BALANCES = "卡号,交易日期,收付标志,交易金额,交易余额"
WECHAT = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注"
CARD = "6228480000000000125"
PERSON = "东山村,王伟,359902198501010378"


def cut(folder, header, *rows):
    table, _ = read(folder, header, *rows)
    assert all("cut at the comma" in each["reason"] for each in table["rejected"])
    return [each["row"] for each in table["rejected"]]


@pytest.mark.parametrize(
    ("header", "fine", "row"),
    [
        (ROSTER, f"{PERSON},20,6217990000000007779,", f"{PERSON},1,350.00,6217990000000001111"),
        (ROSTER, f"{PERSON},20,6217990000000007779,", f"{PERSON},1,020.00,6217990000000001111,"),
        (AWARDS, "Z1,路,某局,丙公司,900.00,2023-05-06,", "Z2,路,某局,丙公司,1,200.00,2023-05-06"),
        (
            AWARDS,
            "Z1,路,某局,丙公司,900.00,2023-05-06,",
            "Z2,路,某局,丙公司,1,200,000.00",
        ),
        (
            CALLS,
            "15400000001,15400000002,2024-01-05 10:01:00,65,主叫,福州,",
            "15400000001,15400000002,2024-01-05 10:00:00,1,065,主叫,福州",
        ),
        (
            INVOICES,
            f"035000000001,00000122,{PARTIES},2024-01-05,100.00,6.00,106.00,",
            f"035000000001,00000123,{PARTIES},2024-01-05,1,350.00,81.00,1431.00",
        ),
        (
            BALANCES,
            f"{CARD},2024-01-05,出,100.00,500.00",
            f"{CARD},2024-01-06,出,1,350.00",
        ),
        (
            WECHAT,
            "2024-09-26 12:45:01,商户消费,甲,/,支出,¥2.16,零钱,支付成功,S001,M1,/",
            "2024-09-26 12:45:02,商户消费,甲,/,支出,¥1,350.16,零钱,支付成功,S002,M2",
        ),
    ],
)
def test_the_rest_of_the_row_fits_one_column_to_the_left(tmp_path, header, fine, row):
    rows = [fine.replace("2024-01-05", f"2024-01-{day:02d}") for day in range(1, 5)]
    assert cut(tmp_path, header, *rows, row) == [6]


def test_without_other_rows_the_kinds_of_the_columns_tell(tmp_path):
    assert cut(tmp_path, ROSTER, f"{PERSON},1,350.00,6217990000000001111") == [2]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (AWARDS, "Z2,路,某局,丙公司,1,200.00,2023-05-06"),
        (CALLS, "15400000001,15400000002,2024-01-05 10:00:00,1,065,主叫,福州"),
    ],
)
def test_days_and_words_tell_without_other_rows_too(tmp_path, header, row):
    assert cut(tmp_path, header, row) == [2]


def test_an_account_of_three_digits_is_the_rest_of_the_amount(tmp_path):
    assert cut(tmp_path, ROSTER, f"{PERSON},100,,补发", f"{PERSON},100,350,") == [3]


def test_a_net_amount_cut_in_an_invoice_alone(tmp_path):
    row = f"035000000001,00000123,{PARTIES},2024-01-05,1,000.00,60.00,1060.00"
    assert cut(tmp_path, INVOICES, row) == [2]


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (BALANCES, [f"{CARD},2024-01-{day:02d},出,{day},350" for day in range(1, 8)]),
        (BALANCES, [f"{CARD},2024-01-0{day},出,{day}.5,350" for day in range(1, 8)]),
        (BALANCES, [f"{CARD},2024-01-05,出,1.5,351", f"{CARD},2024-01-06,出,1,350"]),
        (BALANCES, [f"{CARD},2024-01-05,出,1,350.00"]),
        (ROSTER, [f"{PERSON},{n},6217990000000001111,{n}50" for n in range(1, 5)]),
    ],
    ids=["whole yuan", "halves", "one whole", "alone", "numbered remarks"],
)
def test_three_digits_behind_a_small_amount_are_no_cut_by_themselves(tmp_path, header, rows):
    assert cut(tmp_path, header, *rows) == []


def test_a_tab_cuts_no_amount(tmp_path):
    rows = [f"{PERSON},20.00,6217990000000007779,好"] * 4
    tabbed = [row.replace(",", "\t") for row in (ROSTER, *rows, f"{PERSON},1,020,")]
    assert cut(tmp_path, *tabbed) == []


def test_the_amounts_of_a_total_that_is_cut_are_compared_with_nothing(tmp_path):
    rows = [f"{PERSON},350.00,6217990000000007779,"] * 4
    table, _ = read(tmp_path, ROSTER, *rows, "合计,,,1,400.00,")
    assert (kinds(table), table["checks"], table["rejected"]) == ({6: "total"}, [], [])


def test_many_bookings_of_which_one_is_cut(tmp_path):
    rows = [booking(n, serial=f"S{n}") for n in range(30)]
    row = booking(30, amount="1,350.00", serial="S30").removesuffix(",消费")
    assert cut(tmp_path, HEADER, *rows, row) == [32]
