"""Forms of single sources: imported, and looked at in the case."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import CARD, imported, new_case
from tests.ingest.test_header_sides import read, rows

OTHER = "6217000000000003453"
PERSON = "359901197203050119"


def delivered(folder: Path, name: str, lines: list[str]) -> Path:
    """A delivery of one file; *name* may lie below folders."""
    path = folder / "delivery" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "delivery"


def test_the_folder_of_a_summary_is_its_source(tmp_path):
    name = f"中国人民银行反洗钱（定向查询）/林墨白_{PERSON}_国监查【2024】第000123号_反洗钱.csv"
    lines = ["姓名,证件号码,查询结果", f"(一)林墨白,{PERSON},有支付机构账户"]
    case = imported(tmp_path / "home", delivered(tmp_path, name, lines))
    said = rows(case, "source_name, subject_name, has_results", "query_summaries")
    assert said == [("中国人民银行反洗钱", "林墨白", True)]


@pytest.mark.parametrize(
    ("header", "metres"),
    [("不动产面积（亩）", 2333.333333), ("不动产面积（平方米）", 3.5), ("不动产面积", 3.5)],
)
def test_an_area_is_in_square_metres(tmp_path, header, metres):
    lines = [f"权利人名称,权利人证件号码,不动产坐落,{header}", f"林墨白,{PERSON},石市1号,3.5"]
    assert read(tmp_path, lines, "CAST(area_m2 AS DOUBLE)", table="properties") == [(metres,)]


@pytest.mark.parametrize("unit", ["分", "分钟"])
def test_minutes_of_calls_are_seconds(tmp_path, unit):
    lines = [
        f"用户号码,对方号码,开始时间,通话时长({unit}),呼叫类型",
        "15400000001,15400000002,2024-01-05 10:00:00,5,主叫",
    ]
    assert read(tmp_path, lines, "duration_s", table="calls") == [(300,)]


def test_a_share_under_a_per_cent_sign(tmp_path):
    lines = [
        "自然人姓名,自然人证件号码,认缴出资额（万元）,认缴出资比例（%）",
        f"林墨白,{PERSON},60,60",
    ]
    shared = "CAST(share AS DOUBLE), subscribed_fen"
    assert read(tmp_path, lines, shared, table="shareholdings") == [(0.6, 60_000_000)]


def test_a_policy_whose_number_is_lost_says_so(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["保单号", "投保人名称", "投保人证件号码", "累计缴纳保费"])
    book.active.append([1234567890123456789, "林墨白", PERSON, 100])
    book.save(tmp_path / "保险.xlsx")
    report = import_paths(new_case(tmp_path / "home"), [tmp_path / "保险.xlsx"])
    (rejected,) = report["files"][0]["tables"][0]["rejected"]
    assert "more than 15 digits" in rejected["reason"]


WALLET = "2088000000000156"
REGISTRATION = "用户ID,登录手机,账户名称,证件号,可用余额,绑定手机,注册时间,绑定银行卡,备注"


def registered(cards: str, balance: str = "1.00") -> list[str]:
    person = f"林墨白,{PERSON},{balance},15400000001,2015-01-01 10:00:00"
    return [REGISTRATION, f"{WALLET},15400000001,{person},{cards},"]


def test_every_card_bound_to_a_wallet_is_an_account(tmp_path):
    lines = registered(f"借记卡:CCB:{OTHER};信用卡:ICBC:6217****3453；余额宝;")
    said = "account, card, account_masked, branch, account_type, available_fen, holder_name"
    assert set(read(tmp_path, lines, said, table="accounts")) == {
        (WALLET, None, None, None, None, 100, "林墨白"),
        (WALLET, None, None, "余额宝", "绑定银行卡", None, "林墨白"),
        (WALLET, None, "6217****3453", "信用卡:ICBC", "绑定银行卡", None, "林墨白"),
        (WALLET, OTHER, None, "借记卡:CCB", "绑定银行卡", None, "林墨白"),
    }


def test_cards_delivered_again_are_no_repeats_of_the_record(tmp_path):
    case = new_case(tmp_path / "home")
    for name, balance in (("a.csv", "1.00"), ("b.csv", "2.00")):
        lines = registered(f"借记卡:CCB:{OTHER};信用卡:ICBC:{CARD}", balance)
        report = import_paths(case, [delivered(tmp_path, name, lines) / name])
    totals = {"rows_read": 1, "rows_kept": 1, "rejected": 0, "duplicates": 0}
    assert report["totals"] == totals
    assert sorted(rows(case, "count(*)", "accounts GROUP BY source_row")) == [(1,), (3,)]


def test_what_a_proposal_takes_is_not_listed_as_ignored(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        f"acct,txndt,dc,amt,oppacct,code\n1035990001,20240105,D,1.00,{OTHER},z\n",
        encoding="utf-8",
    )
    case = new_case(tmp_path / "home")
    report = import_paths(case, [path], accept_proposed=True)
    assert report["files"][0]["tables"][0]["ignored_columns"] == ["code"]
    assert rows(case, "account, card, counterparty_account") == [("1035990001", None, OTHER)]


@pytest.mark.parametrize("moment", ["1704420000", "1704420000.0", "1704420000123"])
def test_chats_of_the_windows_program_count_from_1970(tmp_path, moment):
    lines = [
        "localId,TalkerId,Type,SubType,IsSender,CreateTime,Sequence,Status,StrTalker,StrContent,MsgSvrID",
        f"1,2,1,0,1,{moment},1704420000000,2,wxid_b,您好,123",
    ]
    said = "strftime(sent_at AT TIME ZONE 'Asia/Shanghai', '%Y-%m-%d %H:%M:%S'), talker_id"
    sent = read(tmp_path, lines, said, table="messages")
    assert sent == [("2024-01-05 10:00:00", "wxid_b")]


REGISTERED = [
    "微信号: wxid_test01",
    "昵称: 阿七: 石",
    "绑定手机: 15400000001",
    "注册时间: 2015-01-01 10:00:00 +0800 CST",
]


def test_lines_of_a_wechat_registration_are_an_account(tmp_path):
    said = "account, holder_phone, CAST(opened_on AS VARCHAR), remark, bank, source_row"
    (row,) = read(tmp_path, REGISTERED, said, name="regInfobasicInfo.txt", table="accounts")
    assert row[:5] == ("wxid_test01", "15400000001", "2015-01-01", "阿七: 石", "微信")
    assert row[5].endswith("·1")


def test_a_registration_with_a_name_is_a_person(tmp_path):
    lines = [*REGISTERED, f"姓名: 林墨白\n身份证号: {PERSON}", "", *REGISTERED]
    case = imported(tmp_path / "home", delivered(tmp_path, "regInfobasicInfo.txt", lines))
    assert rows(case, "name, person_id, phone", "persons") == [("林墨白", PERSON, "15400000001")]
    assert sorted(rows(case, "split_part(source_row, '·', -1)", "accounts")) == [("1",), ("8",)]


@pytest.mark.parametrize(
    "lines", [REGISTERED[1:], [*REGISTERED, "以上数据由系统提供"], REGISTERED[:1]]
)
def test_other_lines_are_no_registration(tmp_path, lines):
    path = delivered(tmp_path, "x.txt", lines)
    report = import_paths(new_case(tmp_path / "home"), [path])
    assert report["totals"]["rows_kept"] == 0
