"""Months and villages that titles, sheets and file names give."""

from __future__ import annotations

import pytest

from qingfeng.ingest.roster_names import month_alone, period_in, village_in


@pytest.mark.parametrize(
    ("names", "period"),
    [
        (("2024年1月", "低保发放"), "2024年1月"),
        (("Sheet1", "2024年02月低保"), "2024年2月"),
        (("3月", "2024年低保"), "2024年3月"),
        (("3月份", "低保"), "3月"),
        (("", "低保202406"), "2024年6月"),
        (("", "低保2024-06"), "2024年6月"),
        (("", "低保2024.6"), "2024年6月"),
        (("一季度", "2024年低保"), "2024年一季度"),
        (("", "2024年第2季度低保"), "2024年第2季度"),
        (("", "2024年上半年高龄津贴"), "2024年上半年"),
        (("", "2024年1-3月低保"), "2024年1-3月"),
        (("", "2024年1月低保第二批"), "2024年1月第二批"),
        (("第二批", "2024年低保"), "2024年第二批"),
        (("", "2024年耕地地力保护补贴"), "2024年"),
        (("2023", "2024年耕地地力保护补贴"), "2023年"),
        (("", "导出20240105"), None),
        (("", "花名册(2)"), None),
        (("", "1月与2月低保"), None),
    ],
)
def test_the_time_a_roster_is_for(names, period):
    assert period_in(names) == period


@pytest.mark.parametrize(
    ("name", "village"),
    [
        ("东山村", "东山村"),
        ("测试镇东山村低保", "东山村"),
        ("东山村一组", "东山村一组"),
        ("滨江社区", "滨江社区"),
        ("2024年1月东山村", "东山村"),
        ("2024年度东山村", "东山村"),
        ("2024年1月至3月东山村", "东山村"),
        ("2024年1月和2月东山村", "东山村"),
        ("2024年一月东山村", "东山村"),
        ("2024春季东山村", "东山村"),
        ("202401东山村", "东山村"),
        ("一月山村", "一月山村"),
        ("农村低保", None),
        ("各村汇总", None),
        ("东山村和西山村", None),
        ("测试村镇银行", None),
        ("Sheet1", None),
    ],
)
def test_the_village_of_a_sheet_or_file(name, village):
    assert village_in(name) == village


def test_a_month_that_stands_alone():
    assert month_alone(["低保", "2024-06"]) == "2024年6月"
    assert month_alone(["2024-06-01", "2024"]) is None
