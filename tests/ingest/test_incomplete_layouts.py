"""A bank's own statement that lacks a column of its layout, or has one more."""

from __future__ import annotations

import pytest

from qingfeng.ingest.headers import find_tables
from tests.ingest.header_grids import CARD, LAYOUTS, OTHER, grid
from tests.ingest.test_statement_headers import bookings

BOC = (
    "记账日期,记账时间,币别,金额,余额,交易名称,渠道,网点名称,附言,"
    "对方账户名,对方卡号/账号,对方开户行,借记卡号"
)
ABC = "交易日期,交易时间,交易摘要,交易金额,本次余额,对手信息,日 志 号,交易渠道,交易附言"
CCB = "序号,摘要,币别,钞汇,交易日期,交易金额,账户余额,交易地点/附言,对方账号与户名"
CCB_XLS = "记账日,交易日期,交易时间,支出,收入,账户余额,币种,摘要,对方账号,对方户名,交易地点"
CMB = "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要"
CMBC = (
    "凭证类型,凭证号码,交易时间,摘要,交易金额,账户余额,现转标志,交易渠道,交易机构,"
    "对方户名/账号,对方行名"
)
ICBC = (
    "交易日期,摘要,交易场所,交易国家或地区简称,钞/汇,交易金额(收入),交易金额(支出),交易币种,"
    "记账金额(收入),记账金额(支出),记账币种,余额,对方户名"
)
ICBC_PDF = "交易日期,帐号,储种,序号,币种,钞汇,摘要,地区,收入/支出金额,余额,对方户名,对方帐号,渠道"
BOCOM = "序号,交易日期,交易时间,交易类型,借贷,交易金额,余额,对方账号,对方户名,交易地点,摘要"
SPDB = "顺序号,交易日期,交易类型,存入金额,取出金额,余额,交易对手名称,交易对手账号,附言"
CMB_CREDIT = "交易日,记账日,交易摘要,人民币金额,卡号末四位,交易地金额"


def layout_of(header: str, *above: str, name: str = "x.csv"):
    names = header.split(",")
    rows = [*([line] for line in above), names, ["20240105"] * len(names)]
    (table,) = find_tables(grid(rows), LAYOUTS, file_name=name)
    return table


def without(header: str, *names: str) -> str:
    return ",".join(each for each in header.split(",") if each not in names)


@pytest.mark.parametrize(
    ("header", "lacking", "layout"),
    [
        (BOC, "借记卡号", "bank.boc_debit"),
        (BOC, "对方卡号/账号", "bank.boc_debit"),
        (BOC, "交易名称", "bank.boc_debit"),
        (BOC, "余额", "bank.boc_debit"),
        (ABC, "日 志 号", "bank.abc_debit"),
        (ABC, "对手信息", "bank.abc_debit"),
        (ABC, "本次余额", "bank.abc_debit"),
        (CCB, "交易地点/附言", "bank.ccb_csv"),
        (CCB, "对方账号与户名", "bank.ccb_csv"),
        (CMB, "联机余额", "bank.cmb_debit"),
        (CMB, "客户摘要", "bank.cmb_debit"),
        (CMBC, "现转标志", "bank.cmbc_pdf"),
        (CMBC, "对方户名/账号", "bank.cmbc_pdf"),
        (ICBC, "钞/汇", "bank.icbc_debit_v1"),
        (ICBC, "交易国家或地区简称", "bank.icbc_debit_v1"),
        (ICBC_PDF, "储种", "bank.icbc_pdf"),
        (ICBC_PDF, "余额", "bank.icbc_pdf"),
        (CMB_CREDIT, "卡号末四位", "bank.cmb_credit"),
        (CMB_CREDIT, "交易地金额", "bank.cmb_credit"),
    ],
)
def test_a_statement_that_lacks_one_of_its_columns_is_known(header, lacking, layout):
    table = layout_of(without(header, lacking))
    assert table.layout.name == layout
    assert table.constants["bank"] == next(
        each.constants["bank"] for each in LAYOUTS if each.name == layout
    )


def test_what_is_lacking_is_said():
    assert layout_of(BOC).remarks == ()
    (said,) = layout_of(without(BOC, "借记卡号", "渠道")).remarks
    assert said == (
        "taken as bank.boc_debit (中国银行) although its columns 渠道, 借记卡号 are not there:"
        " its others are"
    )


@pytest.mark.parametrize(
    "header",
    [without(BOCOM, "交易地点"), without(CCB_XLS, "记账日"), without(SPDB, "顺序号")],
)
def test_usual_words_alone_name_no_bank(header):
    assert layout_of(header).layout.name == "bank.generic"


@pytest.mark.parametrize(
    ("header", "title", "name", "layout"),
    [
        (without(BOCOM, "交易地点"), "交通银行个人客户交易清单", "x.csv", "bank.bocom_debit"),
        (without(BOCOM, "交易地点"), "", "交行_0894.csv", "bank.bocom_debit"),
        (
            without(CCB_XLS, "记账日"),
            "中国建设银行个人活期账户全部交易明细",
            "x.csv",
            "bank.ccb_xls",
        ),
        (without(SPDB, "顺序号"), "", "浦发银行/流水.csv", "bank.spdb"),
        (
            without(ABC, "日 志 号", "对手信息", "交易渠道"),
            "开户行：中国农业银行测试支行",
            "x.csv",
            "bank.abc_debit",
        ),
    ],
)
def test_a_bank_that_is_named_is_evidence_too(header, title, name, layout):
    assert layout_of(header, title, name=name).layout.name == layout


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("测试农商银行交易明细", "x.csv"),
        ("", "招商银行.csv"),
        ("开户行：中国工商银行", "中国银行.csv"),
    ],
)
def test_another_bank_that_is_named_speaks_against_it(title, name):
    assert layout_of(without(BOC, "借记卡号"), title, name=name).layout.name == "bank.generic"
    assert layout_of(without(BOC, "借记卡号"), "网上银行交易明细").layout.name == "bank.boc_debit"


def test_columns_of_nobody_do_not_hide_a_bank():
    assert layout_of(f"序,{without(BOC, '借记卡号')},核对").layout.name == "bank.boc_debit"
    many = f"甲甲,乙乙,丙丙,{without(BOC, '借记卡号')}"
    assert layout_of(many).layout.name == "bank.generic"


def test_a_card_in_the_preamble_stands_for_its_column(tmp_path):
    text = (
        "中国银行交易流水明细清单\n"
        f"客户姓名：陈砚  借记卡号：{OTHER}\n"
        f"{without(BOC, '借记卡号')}\n"
        '2024-01-31,23:59:59,人民币,"-1,000.00",500.00,网上快捷支付,网上银行,------,'
        "支付宝-天猫------支付宝（中国）网络技术有限公司,------,------,------\n"
        '2024-01-02,09:00:00,人民币,"6,500.00","1,500.00",现金存入,柜台,测试支行,------,------,------,------\n'
    )
    rows, _ = bookings(tmp_path, text, "direction, amount_fen, card, bank, counterparty_name")
    assert rows == [
        ("out", 100_000, OTHER, "中国银行", "支付宝（中国）网络技术有限公司"),
        ("in", 650_000, OTHER, "中国银行", None),
    ]


def test_the_filled_one_of_two_pairs_of_amounts_is_taken(tmp_path):
    text = (
        "账号,交易日期,交易金额(收入),交易金额(支出),交易币种,记账金额(收入),记账金额(支出),记账币种,余额\n"
        f"{CARD},2024-01-05,-,-,美元,,71.50,人民币,928.50\n"
        f"{CARD},2024-01-06,-,,-,10.00,,人民币,938.50\n"
    )
    rows, entry = bookings(tmp_path, text, "direction, amount_fen, currency")
    assert rows == [("out", 7150, "CNY"), ("in", 1000, "CNY")]
    assert entry["ignored_columns"] == ["交易金额(收入)", "交易金额(支出)", "交易币种"]
    said = (
        "交易金额(收入) and 交易金额(支出) hold nothing:"
        " 记账金额(收入) and 记账金额(支出) are taken"
    )
    assert said in [each["text"] for each in entry["warnings"]]


def test_the_first_of_two_filled_pairs_stays(tmp_path):
    text = (
        "账号,交易日期,交易金额(收入),交易金额(支出),记账金额(收入),记账金额(支出),余额\n"
        f"{CARD},2024-01-05,-,10.00,,71.50,928.50\n{CARD},2024-01-06,-,,10.00,,938.50\n"
    )
    rows, _ = bookings(tmp_path, text, "direction, amount_fen")
    assert rows == [("out", 1000)]
