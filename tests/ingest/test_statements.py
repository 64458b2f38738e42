"""Several statements in one grid: lines that name the account of the records below them."""

from __future__ import annotations

import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.header_grids import CARD, OTHER
from tests.ingest.imports import new_case
from tests.ingest.test_header_sides import rows

HEADER = "交易日期,摘要,收入,支出,余额,对方户名"
OWN = ("2024-01-01,工资,100.00,,100.00,甲", "2024-01-02,消费,,10.00,90.00,乙")
ANOTHER = ("2024-01-01,工资,300.00,,300.00,甲", "2024-01-02,消费,,10.00,290.00,乙")


def imported(folder, lines):
    path = folder / "流水.csv"
    folder.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    case = new_case(folder / "home")
    return import_paths(case, [path]), case


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            [HEADER, f"账号：{CARD},,,,,", *OWN, f"账号：{OTHER},,,,,", *ANOTHER], id="one cell"
        ),
        pytest.param(
            [HEADER, f"账号：,{CARD},,,,", *OWN, f"账号：,{OTHER},,,,", *ANOTHER], id="two cells"
        ),
        pytest.param(
            [f"账号：{CARD}", HEADER, *OWN, f"账号：{OTHER},,,,,", *ANOTHER], id="the first above"
        ),
    ],
)
def test_lines_between_records_name_the_account_below_them(tmp_path, lines):
    report, case = imported(tmp_path, lines)
    assert rows(case, "card, balance_fen") == [
        (CARD, 10_000),
        (CARD, 9_000),
        (OTHER, 30_000),
        (OTHER, 29_000),
    ]
    assert report["totals"]["rejected"] == 0


def test_holder_and_account_change_together_and_what_is_above_the_table_stays(tmp_path):
    first = ["户名：林墨白,,,,,", f"账号：{CARD},,,,,"]
    second = [f"户名：何桂蓉 账号：{OTHER},,,,,"]
    third = ["账号：10359900000001,,,,,"]
    lines = ["户名：陈砚 币种：美元", HEADER, *first, *OWN, *second, ANOTHER[0], *third, ANOTHER[1]]
    _, case = imported(tmp_path, lines)
    assert rows(case, "coalesce(account, card), holder_name, currency") == [
        (CARD, "林墨白", "USD"),
        (CARD, "林墨白", "USD"),
        (OTHER, "何桂蓉", "USD"),
        ("10359900000001", "陈砚", "USD"),
    ]


@pytest.mark.parametrize(
    ("above", "between", "owners"),
    [
        pytest.param(
            f"账号：{CARD} 户名：林墨白 币种：美元",
            ["账号：10359900000001 户名：何桂蓉 币种：人民币", "账号：10359900000002"],
            [
                (CARD, "林墨白", "USD"),
                ("10359900000001", "何桂蓉", "CNY"),
                ("10359900000002", None, "CNY"),
            ],
            id="an account alone",
        ),
        pytest.param(
            f"账号：{CARD} 户名：林墨白",
            ["户名：何桂蓉", f"账号：{CARD}"],
            [(CARD, "林墨白", "CNY"), (None, "何桂蓉", "CNY"), (CARD, "林墨白", "CNY")],
            id="a holder alone, the first account again",
        ),
    ],
)
def test_nothing_of_one_account_stands_beside_another(tmp_path, above, between, owners):
    parts = [[f"{line},,,,,", row] for line, row in zip(between, ANOTHER, strict=True)]
    lines = [above, HEADER, OWN[0], *parts[0], *parts[1]]
    report, case = imported(tmp_path, lines)
    assert rows(case, "coalesce(account, card), holder_name, currency") == owners
    warned = [w["text"] for t in report["files"][0]["tables"] for w in t["warnings"]]
    assert any("stands above the table with another account or holder" in text for text in warned)


def test_a_remark_with_a_colon_is_no_account(tmp_path):
    lines = [f"账号：{CARD}", HEADER, *OWN, "说明：以上,,,,,", ANOTHER[0]]
    report, case = imported(tmp_path, lines)
    assert rows(case, "card") == [(CARD,)] * 3
    assert len(report["files"][0]["tables"]) == 1


ROSTER = "姓名,身份证号,银行卡号,金额"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("东山村补贴花名册", "西山村补贴花名册"),
        ("补贴花名册2024年1月", "补贴花名册2024年2月"),
    ],
)
def test_the_title_above_a_repeated_header_begins_another_roster(tmp_path, first, second):
    lines = [
        first,
        ROSTER,
        "甲,359902198501010378,6217990000000001111,10.00",
        "合计,,,10.00",
        second,
        ROSTER,
        "乙,359902193106140241,6217990000000007779,20.00",
        "合计,,,20.00",
    ]
    report, case = imported(tmp_path, lines)
    assert rows(case, "program, beneficiary_name", "benefits") == [
        (first, "甲"),
        (second, "乙"),
    ]
    tables = report["files"][0]["tables"]
    assert [check["match"] for each in tables for check in each["checks"]] == [True, True]


def test_a_title_that_differs_in_its_month_alone_is_a_page_of_the_same(tmp_path):
    page = ["账户明细 2024年{}月,,,,,", HEADER]
    lines = [f"账号：{CARD}", page[0].format(1), HEADER, OWN[0], page[0].format(2), HEADER, OWN[1]]
    _, case = imported(tmp_path, lines)
    assert rows(case, "card") == [(CARD,)] * 2


def test_totals_of_its_own_begin_a_table_of_the_same_account(tmp_path):
    lines = [
        f"账号：{CARD}",
        "共1笔",
        HEADER,
        OWN[0],
        "起止日期：2024-02-01 至 2024-02-29 共1笔",
        HEADER,
        OWN[1],
    ]
    report, case = imported(tmp_path, lines)
    assert rows(case, "card") == [(CARD,)] * 2
    checks = [check for each in report["files"][0]["tables"] for check in each["checks"]]
    assert [(check["declared"], check["match"]) for check in checks] == [("1", True), ("1", True)]


def test_a_second_bill_in_one_file_has_its_own_owner(tmp_path):
    bill = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注"
    row = "2024-09-26 12:45:0{0},商户消费,甲,/,支出,¥1{0}.16,零钱,支付成功,S01{0},M2,/"
    lines = []
    for number, owner in enumerate(["wxid_lin0001", "阿八"]):
        lines += ["微信支付账单明细", f"微信昵称：[{owner}]", "共1笔记录", bill, row.format(number)]
    _, case = imported(tmp_path, lines)
    assert rows(case, "account, amount_fen") == [("wxid_lin0001", 1016), (None, 1116)]


@pytest.mark.parametrize("label", ["子账户序号: ", "子账号："])
def test_equal_bookings_of_two_parts_of_a_card_are_two(tmp_path, label):
    paths = []
    for number in ("00000", "00001"):
        path = tmp_path / f"{number}.csv"
        above = f"卡号: {CARD},{label}{number} 储种：定期"
        path.write_text("\n".join([above, HEADER, OWN[0], ""]), encoding="utf-8")
        paths.append(path)
    case = new_case(tmp_path / "home")
    totals = import_paths(case, paths)["totals"]
    assert (totals["rows_kept"], totals["duplicates"]) == (2, 0)
    with case.connect() as connection:
        found = connection.sql("SELECT card, sub_account, currency FROM transfers ORDER BY 2")
        assert found.fetchall() == [(CARD, "00000", "CNY"), (CARD, "00001", "CNY")]
