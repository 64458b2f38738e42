"""The year of dates without one: the day of the bill, the day of posting."""

from __future__ import annotations

import pytest

from qingfeng.ingest.bill_days import bill_period
from qingfeng.ingest.run import import_paths
from tests.ingest.imports import new_case

HEADER = "交易日,记账日,交易摘要,人民币金额,卡号末四位,交易地金额"


@pytest.mark.parametrize(
    ("line", "period"),
    [
        ("账单日：2025年01月07日", ("2024-12-07", "2025-01-07")),
        ("出账日期 20250107", ("2024-12-07", "2025-01-07")),
        ("Statement Date 2025/01/07", ("2024-12-07", "2025-01-07")),
        ("2025年01月对账单", ("2024-12-01", "2025-01-31")),
        ("招商银行信用卡对账单 2025年01月", ("2024-12-01", "2025-01-31")),
        ("账单月份：2025-01", ("2024-12-01", "2025-01-31")),
        ("招行信用卡2025年01月账单.csv", ("2024-12-01", "2025-01-31")),
        ("账单日：2025年13月07日", None),
        ("账单日：每月07日", None),
        ("打印日期：2025-01-07", None),
    ],
)
def test_the_days_that_a_bill_may_list(line, period):
    assert bill_period([line]) == period


def days(folder, text, name="bill.csv", **options):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    case = new_case(folder / "home")
    (entry,) = import_paths(case, [path], **options)["files"][0]["tables"]
    with case.connect() as connection:
        found = connection.sql(
            "SELECT CAST(booked_at + INTERVAL 8 HOUR AS DATE)::VARCHAR FROM transfers ORDER BY ALL"
        ).fetchall()
    return [day for (day,) in found], [each["text"] for each in entry["warnings"]]


@pytest.mark.parametrize(
    ("above", "name", "options"),
    [
        ("账单日：2025年01月07日\n", "bill.csv", {}),
        ("统计区间：20241208—20250107\n", "bill.csv", {}),
        ("", "招行信用卡2025年01月账单.csv", {}),
        ("", "bill.csv", {"year": 2025}),
        ("账单日：2025年01月07日\n", "bill.csv", {"year": 2025}),
    ],
)
def test_december_on_the_bill_of_january(above, name, options, tmp_path):
    text = f"{above}{HEADER}\n12/29,01/02,超市,1.00,0894,1.00(CN)\n01/01,01/02,店,2.00,0894,2(CN)\n"
    assert days(tmp_path, text, name, **options) == (["2024-12-29", "2025-01-01"], [])


@pytest.mark.parametrize(
    ("day", "posted", "booked"),
    [
        ("12/29", "20250102", "2024-12-29"),
        ("01/02", "20250102", "2025-01-02"),
        ("01/01", "2025-01-02", "2025-01-01"),
        ("10/02", "2025年1月2日", "2024-10-02"),
    ],
)
def test_the_day_of_posting_gives_the_year(day, posted, booked, tmp_path):
    found, said = days(tmp_path, f"{HEADER}\n{day},{posted},超市,1.00,0894,1.00(CN)\n")
    assert (found, said) == ([booked], [])
