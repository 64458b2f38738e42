"""Rosters whose headers nobody has spelled before."""

from __future__ import annotations

import pytest

from qingfeng.ingest.headers import find_tables
from tests.ingest.header_grids import LAYOUTS, grid, names

USUAL = ["序号", "村组", "户主姓名", "身份证号码", "面积", "标准", "补贴金额", "一卡通账号"]
PERSON = [
    "1",
    "东山村一组",
    "王伟",
    "359902198501010378",
    "3.5",
    "100",
    "350",
    "6217990000000001111",
]


def read(headers, row=PERSON):
    return find_tables(grid([headers, row, row]), LAYOUTS, file_name="x.csv")


def renamed(**words):
    places = {"village": 1, "name": 2, "number": 3, "area": 4, "rate": 5, "money": 6, "account": 7}
    headers = list(USUAL)
    for place, word in words.items():
        headers[places[place]] = word
    return read(headers)[0]


@pytest.mark.parametrize(
    ("place", "field", "word"),
    [
        ("money", "amount_fen", "应发金额（元）"),
        ("money", "amount_fen", "兑付金额"),
        ("money", "amount_fen", "补偿款（元）"),
        ("money", "amount_fen", "合计（元）"),
        ("name", "beneficiary_name", "补贴对象姓名"),
        ("name", "beneficiary_name", "承包方代表姓名"),
        ("name", "beneficiary_name", "户名"),
        ("number", "beneficiary_id", "持卡人身份证号"),
        ("number", "beneficiary_id", "身份证号（18位）"),
        ("account", "account", "惠农卡号"),
        ("account", "account", "社会保障卡号"),
        ("account", "account", "账号（卡号）"),
        ("village", "village", "所在村组"),
        ("village", "village", "社区"),
        ("area", "quantity", "公益林面积"),
        ("rate", "rate_fen", "单价（元/亩）"),
    ],
)
def test_a_header_is_read_by_its_root_and_that_is_said(place, field, word):
    found = renamed(**{place: word})
    assert found.layout.name == "benefits.roster"
    assert found.columns[field].header == word
    assert f"{word} is no known spelling: read as {field} by its root" in found.warnings


def test_several_roots_at_once():
    found = renamed(village="社区", name="领取人姓名", money="兑现金额", account="惠农卡号")
    assert {"village", "beneficiary_name", "amount_fen", "account"} <= set(found.columns)


def test_the_sum_goes_before_the_programmes_beside_it():
    headers = ["姓名", "身份证号", "卡号", "地力补贴金额", "种粮补贴金额", "合计（元）"]
    found = read(headers, ["王伟", "359902198501010378", "6217990000000001111", "1", "2", "3"])[0]
    assert found.columns["amount_fen"].header == "合计（元）"
    assert any("地力补贴金额 looks like amount_fen" in text for text in found.warnings)


def test_programmes_without_a_sum_are_no_amount():
    headers = ["姓名", "身份证号", "卡号", "地力补贴金额", "种粮补贴金额"]
    assert names(read(headers, ["王伟", "359902198501010378", "6217", "1", "2"])) == [None]


def test_a_number_of_another_person_is_not_put_beside_the_name():
    headers = ["村组", "户主姓名", "领取人姓名", "领取人身份证号", "补贴金额"]
    found = read(headers, ["东山村", "王伟", "李四", "359902198501010378", "350"])[0]
    assert found.columns["beneficiary_name"].header == "户主姓名"
    assert "beneficiary_id" not in found.columns
    assert any(text.startswith("领取人身份证号 looks like") for text in found.warnings)


def test_of_two_numbers_that_of_the_role_is_taken():
    headers = ["村组", "户主姓名", "户主身份证号", "持卡人身份证号", "补贴金额"]
    found = read(headers, ["东山村", "王伟", "359902198501010378", "359902198501010386", "350"])[0]
    assert found.columns["beneficiary_id"].header == "户主身份证号"


def test_two_accounts_are_no_account_and_that_is_said():
    headers = ["村组", "户主姓名", "补贴金额", "惠农卡号", "社会保障卡号"]
    found = read(headers, ["东山村", "王伟", "350", "6217990000000001111", "6217990000000002222"])[
        0
    ]
    assert "account" not in found.columns
    assert any("惠农卡号 looks like account" in text for text in found.warnings)


@pytest.mark.parametrize(
    "headers",
    [
        ["姓名", "身份证号", "银行卡号", "基本工资", "合计"],
        ["借款人姓名", "身份证号", "贷款金额", "账号"],
        ["姓名", "身份证号", "合同金额", "账号"],
        ["姓名", "联系电话", "捐款金额", "村组"],
        ["姓名", "身份证号", "单位", "账号", "应发合计", "扣款", "实发合计"],
        ["工号", "姓名", "部门", "身份证号码", "卡号", "交通补贴", "合计"],
        ["客户姓名", "证件号码", "授信金额", "利率", "到期日", "账户号"],
        ["借款人", "身份证号", "放款金额", "放款日期", "账号"],
        ["发生日", "户名", "账号", "发生金额", "结存", "往来户名", "用途"],
        ["工单编号", "诉求人姓名", "联系电话", "所在社区", "诉求内容", "涉及金额"],
        ["编号", "来电人姓名", "村组", "反映问题", "答复情况", "补偿金额"],
        ["承包人姓名", "地块面积", "流转单价", "流转金额", "村组"],
        ["合同编号", "承包方姓名", "身份证号", "承包面积", "承包金额", "所在村"],
        ["姓名", "身份证号", "所在社区", "住址", "手机号"],
        ["村名", "村干部姓名", "职务", "手机号", "身份证号"],
        ["村组", "户主姓名", "股数", "分红金额", "账号"],
        ["业主姓名", "身份证号", "房号", "建筑面积", "购房金额", "社区"],
        ["村组", "户主姓名", "身份证号", "随礼金额"],
    ],
)
def test_other_lists_of_people_and_money_are_no_rosters(headers):
    row = ["王伟", "359902198501010378", "6217990000000001111", *"12345678"]
    found = read(headers, row[: len(headers)])
    assert "benefits.roster" not in names(found)


def test_the_upper_of_two_header_rows_is_not_read_by_roots():
    upper = ["序号", "户主", "身份证", "补偿金额", "账户", "账户"]
    lower = ["序号", "户主", "身份证", "（元）", "户名", "账号"]
    row = ["1", "王伟", "359902198501010378", "350", "王伟", "6217990000000001111"]
    merged = [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 2, 2), (1, 4, 1, 5)]
    rows = grid([upper, lower, row, row], merged=merged)
    tables = find_tables(rows, LAYOUTS, file_name="x.csv")
    accounts = [each.columns["account"].index for each in tables if "account" in each.columns]
    assert accounts in ([], [5])
