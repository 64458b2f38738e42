"""A register spells its columns its own way; a person is found, or their loss is said."""

from __future__ import annotations

import pytest

from qingfeng.ingest.layouts.spellings import variants
from qingfeng.ingest.run import import_paths
from tests.ingest.imports import new_case

A, B = "359901197203050119", "359902198506150022"


def read(folder, text, name="a.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    case = new_case(folder)
    (entry,) = import_paths(case, [path])["files"]
    return entry["tables"][0], case


def rows(case, query):
    with case.connect() as connection:
        return connection.execute(query).fetchall()


def test_numbers_and_names_behind_a_role_have_variants():
    assert "投保人身份证号" in set(variants("holder_id", ["投保人证件号码"]))
    assert set(variants("holder_name", ["投保人名称"])) == {"投保人姓名", "投保人名称", "投保人"}
    assert not list(variants("holder_name", ["名称"]))
    assert not list(variants("company_id", ["证件号码"]))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        (
            f"房地坐落,建筑面积(平方米),权利人,身份证号,登记时间\n路1号,100,甲,{A},2020-03-01\n",
            "SELECT holder_name, holder_id FROM properties",
        ),
        (
            f"企业名称,统一社会信用代码,姓名,身份证号,职务\n某公司,91359900MA0000000X,甲,{A},监事\n",
            "SELECT person_name, person_id FROM company_roles",
        ),
        (
            f"保单号,投保人,投保人身份证号,累计缴纳保费\nP1,甲,{A},100\n",
            "SELECT holder_name, holder_id FROM insurance",
        ),
        (
            (
                f"旅客姓名,身份证号,旅馆名称,房间号,入住日期,入住时间,退房时间\n"
                f"甲,{A},酒店,808,2024-01-05,14:00,2024-01-06 11:00\n"
            ),
            "SELECT name, person_id FROM stays WHERE hour(checked_in_at) IN (6, 14)",
        ),
        (
            (
                "姓名,身份证号,车次,出发站,到达站,乘车日期,开车时间\n"
                f"甲,{A},G1,福州,北京南,2024-01-05,09:05\n"
            ),
            "SELECT name, person_id FROM trips WHERE departed_at IS NOT NULL",
        ),
        (
            f"交易订单号,收单行,交易时间,购票人,购票人证件号码\nE1,某行,2024-01-01 10:00,甲,{A}\n",
            "SELECT buyer_name, buyer_id FROM trips WHERE sold_at IS NOT NULL",
        ),
    ],
)
def test_the_person_is_read(tmp_path, text, query):
    table, case = read(tmp_path, text)
    assert (table["rows_kept"], table["rejected"]) == (1, [])
    assert rows(case, query) == [("甲", A)]


def test_an_unread_column_beside_names_without_numbers_is_said(tmp_path):
    text = "姓名,甲方编号,证券账户,证券代码,持有数量\n甲,1,A1,600000,100\n"
    table, _ = read(tmp_path, text)
    (said,) = table["warnings"]
    assert (said["column"], "甲方编号" in said["text"]) == ("holder_id", True)


def test_the_driver_is_not_the_holder(tmp_path):
    _, case = read(tmp_path, f"姓名,身份证号,车号牌,同次数\n甲,{A},闽A12345,3\n")
    query = "SELECT holder_id, user_id, times FROM vehicles"
    assert rows(case, query) == [(None, A, 3)]


def test_a_holding_in_another_currency_says_so(tmp_path):
    text = f"姓名,身份证号,理财账号,产品名称,持有金额,币种\n甲,{A},1,某理财,500,美元\n"
    _, case = read(tmp_path, text)
    assert rows(case, "SELECT amount_fen, currency FROM wealth_products") == [(50000, "USD")]


def test_a_payment_that_failed_says_so(tmp_path):
    text = (
        "批次明细ID,姓名,银行卡号,应发金额,实发金额,持卡人身份证号,发放状态\n"
        f"B2,乙,6217990000000007779,200.00,0.00,{B},失败\n"
    )
    _, case = read(tmp_path, text)
    assert rows(case, "SELECT amount_fen, paid_fen, status FROM benefits") == [(20000, 0, "失败")]


def test_a_death_whose_date_cannot_be_read_is_said(tmp_path):
    text = (
        "姓名,身份证号,与户主关系,户籍地,人员状态,死亡日期\n"
        f"甲,{A},户主,某地,死亡,2019年\n乙,{B},妻,某地,死亡,2019-05-01\n"
    )
    table, case = read(tmp_path, text)
    assert [each["row"] for each in table["warnings"] if "no row of deaths" in each["text"]] == [2]
    assert rows(case, "SELECT person_id FROM deaths") == [(B,)]


def test_who_wrote_a_message_is_kept(tmp_path):
    text = "IsSender,CreateTime,StrTalker,StrContent\n1,1704420000,w,a\n0,1704420001,w,b\n"
    _, case = read(tmp_path, text)
    query = "SELECT from_owner FROM messages ORDER BY sent_at"
    assert rows(case, query) == [(True,), (False,)]
