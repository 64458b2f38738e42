"""What the path of a delivered file says."""

from __future__ import annotations

import pytest

from qingfeng.ingest.path_rules import (
    bank_of,
    discipline_of,
    id_folder_of,
    number_of,
    sheet_id_of,
    wechat_id_of,
)


@pytest.mark.parametrize(
    ("path", "bank"),
    [
        ("任务1/测试农业银行交易明细信息.csv", "测试农业银行"),
        ("【20240101】测试农业银行_账户信息[1].csv", "测试农业银行"),
        ("测试农业银行关联子账户信息(2).csv", "测试农业银行"),
        ("测试区农村信用社-交易明细.xls", "测试区农村信用社"),
        ("交易明细信息.csv", None),
        ("银行流水.xlsx", None),
        ("手机银行_流水.xlsx", None),
        ("测试县农村信用合作联社_流水.xlsx", "测试县农村信用合作联社"),
    ],
)
def test_the_bank_in_a_file_name(path, bank):
    assert bank_of(path).get("bank") == bank


def test_names_of_the_query_package():
    assert discipline_of(
        "来源甲（定向查询）/林墨白_35990119720305011x_国监查【2024】第000012号_流水.xlsx"
    ) == {
        "subject_name": "林墨白",
        "subject_id": "35990119720305011X",
        "request_reference": "国监查【2024】第000012号",
        "what": "流水",
        "source": "来源甲",
    }
    assert discipline_of("林墨白_123_国监查【2024】第1号_流水.xlsx") == {}


def test_sheet_and_folder_that_bear_a_number():
    assert sheet_id_of("x.xlsx", "359901197203050119") == {"subject_id": "359901197203050119"}
    assert sheet_id_of("x.xlsx", "Sheet1") == {}
    assert id_folder_of("C1/a/IDCARD/359901197203050119/wx_lin/TenpayTrades.txt") == {
        "subject_id": "359901197203050119",
        "account": "wx_lin",
    }
    assert id_folder_of("C1/TenpayTrades.txt") == {}


CARD = "6228480000000000125"


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ("35990000000000000001_USD", {"account": "35990000000000000001", "currency": "USD"}),
        (f"{CARD}（美元）", {"card": CARD, "currency": "美元"}),
        ("35990000000000000001", {"account": "35990000000000000001"}),
        ("359901197203050119", {}),
        ("20240101001234567", {}),
        ("账户1", {}),
    ],
)
def test_a_sheet_named_by_an_account(sheet, said):
    assert number_of("甲.xlsx", sheet) == said


@pytest.mark.parametrize(
    ("path", "said"),
    [
        pytest.param(f"自行提供/林墨白_{CARD}_交易明细.csv", {"card": CARD}, id="card"),
        pytest.param(f"{CARD[:-1]}6.csv", {"account": f"{CARD[:-1]}6"}, id="Luhn fails"),
        pytest.param("流水103599000017.csv", {"account": "103599000017"}, id="12 digits"),
        pytest.param("流水10359900001.csv", {}, id="11 digits"),
        pytest.param(f"流水{CARD}1.csv", {}, id="20 digits"),
        pytest.param("林墨白_6228****0125.csv", {"account_masked": "6228****0125"}, id="hidden"),
        pytest.param("林墨白_尾号0125.csv", {}, id="tail"),
        pytest.param("林墨白_359901197203050119.csv", {}, id="citizen number"),
        pytest.param("359901197203050118.csv", {}, id="citizen number, wrong check digit"),
        pytest.param("交易明细_1706664605000.csv", {}, id="milliseconds"),
        pytest.param("明细_2024010120240630.csv", {}, id="a period run together"),
        pytest.param("对账单-20240101001234567.csv", {}, id="a day and a running number"),
        pytest.param("建行_查询编号350000202401010012.csv", {}, id="number of a query"),
        pytest.param("流水 13位订单 4200001234567.csv", {}, id="number of an order"),
        pytest.param("客户6001234567890.csv", {}, id="number of a customer"),
        pytest.param("第202400000123号.csv", {}, id="number of a document"),
        pytest.param("账号1035990000017.csv", {"account": "1035990000017"}, id="called so"),
        pytest.param(f"查询{CARD}.csv", {"card": CARD}, id="a card that was asked for"),
        pytest.param(f"{CARD}_1706664605000.csv", {"card": CARD}, id="a card and milliseconds"),
        pytest.param("林墨白_359901720305011.csv", {}, id="old citizen number"),
        pytest.param(f"359901197203050119_{CARD}.csv", {"card": CARD}, id="both"),
        pytest.param(f"{CARD}_103599000017.csv", {}, id="two numbers"),
        pytest.param(f"{CARD}_{CARD}.csv", {"card": CARD}, id="one number twice"),
        pytest.param("明细(20240101-20240630)_20240701093000.csv", {}, id="days and a moment"),
        pytest.param("话单_8613800000000.csv", {}, id="phone"),
        pytest.param("支付宝_2088000000001065.csv", {"account": "2088000000001065"}, id="alipay"),
        pytest.param(f"{CARD}/交易明细.csv", {}, id="folder"),
        pytest.param("ABC1035990000017.csv", {}, id="part of a word"),
    ],
)
def test_the_number_in_a_file_name(path, said):
    assert number_of(path) == said


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("微信支付账单_林_wxid_lin0001.csv", {"account": "wxid_lin0001"}),
        ("微信支付账单(20240101-20240331).csv", {}),
        ("wxid_lin0001_wxid_lin0002.csv", {}),
    ],
)
def test_the_wechat_id_in_a_file_name(path, said):
    assert wechat_id_of(path) == said


@pytest.mark.parametrize(
    ("source", "bank"),
    [
        ("建设银行", {"bank": "中国建设银行"}),
        ("测试县农商行", {"bank": "测试县农商行"}),
        ("工商银行交易明细", {"bank": "中国工商银行"}),
        ("中国人民银行反洗钱", {}),
        ("银行业金融机构账户信息", {}),
        ("公安部机动车", {}),
    ],
)
def test_a_queried_source_may_be_a_bank(source, bank):
    name = "林墨白_359901197203050119_国监查【2024】第000123号_交易明细.xlsx"
    assert bank_of(f"测试农业银行/{source}（定向查询）/{name}") == bank
