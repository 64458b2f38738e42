"""Beside which rows the person may stand whom a file name, or the rows above a table, name."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import new_case
from tests.ingest.test_header_sides import rows

ID, OTHER_ID = "359901197203050119", "359902193106140241"
FIRM = "91359900MA0000000X"
NOBODY = (None, None)
OWN = ("林墨白", ID)


def asked(folder: Path, source: str, cells, *, name: str = f"林墨白_{ID}"):
    """The report and the case of one file of a query package about 林墨白."""
    path = folder / f"{source}（定向查询）" / f"{name}_国监查【2024】第000123号_数据.csv"
    path.parent.mkdir()
    path.write_text("\n".join(map(",".join, cells)) + "\n", encoding="utf-8")
    case = new_case(folder / "home")
    return import_paths(case, [path.parent]), case


HOUSE = ["不动产坐落", "不动产面积", "权利人名称", "权利人证件号码", "不动产权证号"]


@pytest.mark.parametrize(
    ("name", "number", "person"),
    [
        pytest.param("", "", OWN, id="names nobody"),
        pytest.param("林墨白", "", OWN, id="the same name"),
        pytest.param("（一）林墨白", "", OWN, id="the same name, numbered"),
        pytest.param("", ID, OWN, id="the same number"),
        pytest.param("", "359901720305011", OWN, id="the same number of 15 digits"),
        pytest.param("何桂蓉", "", ("何桂蓉", None), id="another name"),
        pytest.param("", OTHER_ID, (None, OTHER_ID), id="another number"),
        pytest.param("林墨白", OTHER_ID, ("林墨白", OTHER_ID), id="a namesake"),
        pytest.param("林*白", "", ("林*白", None), id="a hidden name"),
        pytest.param("何桂蓉", "***", ("何桂蓉", None), id="another name, hidden number"),
        pytest.param("\\N", "-", OWN, id="placeholders"),
    ],
)
def test_name_and_number_are_one_statement(tmp_path, name, number, person):
    _, case = asked(tmp_path, "全国总库", [HOUSE, ["路1", "100", name, number, "X1"]])
    assert rows(case, "holder_name, holder_id", "properties") == [person]


def test_a_column_nobody_reads_may_name_the_owner(tmp_path):
    header = ["车主", "车主身份证号", "号牌种类", "号牌号码", "中文品牌", "车辆识别代码"]
    car = ["小型汽车", "闽A99999", "大众"]
    owners = [("何桂蓉", OTHER_ID), ("林墨白", ID), ("", "")]
    cars = [[*owner, *car, f"L{number}"] for number, owner in enumerate(owners)]
    report, case = asked(tmp_path, "公安部机动车", [header, *cars])
    assert rows(case, "holder_name, holder_id", "vehicles") == [NOBODY, OWN, OWN]
    said = report["files"][0]["tables"][0]["warnings"]
    assert [each["column"] for each in said] == ["车主", "车主身份证号"]


def test_what_was_not_put_beside_a_row_is_said(tmp_path):
    lines = [HOUSE, ["路1", "100", "何桂蓉", "", "X1"], ["路2", "100", "林墨白", "", "X2"]]
    report, _ = asked(tmp_path, "全国总库", lines)
    (warning,) = report["files"][0]["tables"][0]["warnings"]
    assert warning["text"].startswith("1 rows name somebody else")


FIRM_SHEET = ["企业（机构）名称", "法定代表人", "登记状态", "成立日期", "注册号"]
BRANCH_SHEET = ["分支机构名称", "分支机构注册号"]


@pytest.mark.parametrize(
    ("name", "branch"), [(f"林墨白_{ID}", NOBODY), (f"测试公司_{FIRM}", ("测试公司", FIRM))]
)
def test_a_citizen_is_no_firm(tmp_path, name, branch):
    lines = [BRANCH_SHEET, ["东山店", "1"]]
    _, case = asked(tmp_path, "市场监管总局企业登记信息", lines, name=name)
    assert rows(case, "company_name, company_id", "branches") == [branch]


def test_a_citizens_number_is_no_credit_code(tmp_path):
    lines = [FIRM_SHEET, ["某公司", "甲", "存续", "2015-03-01", "3501"]]
    _, case = asked(tmp_path, "市场监管总局企业登记信息", lines)
    assert rows(case, "name, company_id", "companies") == [("某公司", None)]


def test_the_daughter_does_not_get_the_number_of_the_mother(tmp_path):
    lines = [
        ["机动车所有人", "身份证号", "号牌号码", "中文品牌", "车辆识别代码"],
        ["测试公司", "", "闽A00001", "大众", "L1"],
        ["测试公司东山分公司", "", "闽A00002", "大众", "L2"],
    ]
    _, case = asked(tmp_path, "公安部机动车", lines, name=f"测试公司_{FIRM}")
    assert rows(case, "holder_name, holder_id", "vehicles") == [
        ("测试公司", FIRM),
        ("测试公司东山分公司", None),
    ]


BOOKINGS = "交易时间,交易金额,借贷标志,交易余额,本方账号,本方户名,证件号码"
ACCOUNT = "6228480000000000125"


@pytest.mark.parametrize(
    ("above", "cells", "person"),
    [
        pytest.param(
            f"户名：林墨白,证件号码：{ID}", "何桂蓉,", ("何桂蓉", None), id="another name"
        ),
        pytest.param(f"户名：林墨白,证件号码：{ID}", "林墨白,", OWN, id="the same name"),
        pytest.param(f"户名：林墨白,证件号码：{ID}", ",", OWN, id="nobody"),
        pytest.param("户名：林墨白", f",{ID}", OWN, id="one number in all rows"),
        pytest.param(f"证件号码：{ID}", "林墨白,", OWN, id="one name in all rows"),
    ],
)
def test_the_person_above_a_table(tmp_path, above, cells, person):
    path = tmp_path / "流水.csv"
    row = f"2024-01-05 10:00:00,100.00,贷,100.00,{ACCOUNT},{cells}"
    path.write_text(f"{above}\n{BOOKINGS}\n{row}\n", encoding="utf-8")
    case = new_case(tmp_path / "home")
    import_paths(case, [path])
    assert rows(case, "holder_name, holder_id") == [person]


def test_an_account_of_somebody_else_stays_his_where_the_name_is_left_out(tmp_path):
    path = tmp_path / "流水.csv"
    row = "2024-01-0{0} 10:00:00,10{0}.00,贷,100.00,{1},{2},"
    owners = [(ACCOUNT, "林墨白"), ("10359900000001", "何桂蓉"), ("10359900000001", "")]
    owners += [(ACCOUNT, ""), ("", "")]
    lines = [row.format(i, *owner) for i, owner in enumerate(owners, 1)]
    above = f"户名：林墨白 证件号码：{ID}"
    path.write_text("\n".join([above, BOOKINGS, *lines, ""]), encoding="utf-8")
    case = new_case(tmp_path / "home")
    report = import_paths(case, [path])
    assert rows(case, "holder_name, holder_id") == [OWN, ("何桂蓉", None), NOBODY, OWN, OWN]
    said = [each["text"] for each in report["files"][0]["tables"][0]["warnings"]]
    assert any(text.startswith("1 rows name nobody, on an account") for text in said)


def test_a_number_alone_is_that_of_the_name_most_rows_bear(tmp_path):
    path = tmp_path / "流水.csv"
    row = "2024-01-05 10:0{0}:00,10{0}.00,贷,100.00,{1},{2},"
    names = ["林墨白", "林墨白", "何桂蓉", ""]
    lines = [row.format(i, ACCOUNT, name) for i, name in enumerate(names)]
    path.write_text("\n".join([f"证件号码：{ID}", BOOKINGS, *lines, ""]), encoding="utf-8")
    case = new_case(tmp_path / "home")
    import_paths(case, [path])
    assert rows(case, "holder_name, holder_id") == [OWN, OWN, ("何桂蓉", None), (None, ID)]


def test_the_file_name_adds_nothing_to_another_person_above_the_table(tmp_path):
    header = ["交易时间", "交易金额", "借贷标志", "交易余额", "交易对手", "本方账号", "交易流水号"]
    row = ["2024-01-05 10:00:00", "100", "贷", "100", "甲", ACCOUNT, "S1"]
    report, case = asked(tmp_path, "银行流水", [["户名：何桂蓉"], header, row])
    assert rows(case, "holder_name, holder_id") == [("何桂蓉", None)]
    assert "another person" in report["files"][0]["tables"][0]["warnings"][0]["text"]
