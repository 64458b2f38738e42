"""Forms of single sources: imported, and looked at in the case."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import imported, new_case
from tests.ingest.test_header_sides import read, rows

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
    lines = ["自然人姓名,自然人证件号码,认缴出资额（万元）,认缴出资比例（%）", f"林墨白,{PERSON},60,60"]
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
