"""Dates, times and yes-no words that cannot be read leave a remark, whatever their column."""

from __future__ import annotations

import pyarrow as pa
import pytest

from qingfeng.ingest.instants import in_order, unread
from qingfeng.ingest.run import import_paths
from tests.ingest.imports import new_case

TICKETS = "工单编号,诉求内容,受理时间,办结时间,承办单位,答复内容,是否联系"


def rows_of(folder, header, lines, query):
    path = folder / "台账.csv"
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    case = new_case(folder / "home")
    report = import_paths(case, [path])
    with case.connect() as connection:
        rows = connection.sql(query).fetchall()
    return rows, report["files"][0]["tables"][0]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("2024-13-01", "impossible date 2024-13-01"),
        ("2024年9月", "no day is given: 2024年9月"),
        ("2023-05", "no day is given: 2023-05"),
        ("2019年", "no day is given: 2019年"),
        ("9999-12-31", "9999-12-31 read as none"),
        ("5/6/2024", "day and month cannot be told apart: 5/6/2024"),
        ("3个工作日", "cannot be read as a date: 3个工作日"),
        (None, None),
    ],
)
def test_what_is_said_of_a_cell_that_is_no_date(cell, said):
    assert unread(pa.array([cell], pa.string())).to_pylist() == [said]


@pytest.mark.parametrize(
    ("cells", "dates"),
    [
        (["6/30/2024", "7/1/2024 10:00"], ["2024-6-30 ", "2024-7-1 10:00"]),
        (["30/6/2024", "1/7/2024", "2024-01-05"], ["2024-6-30 ", "2024-7-1 ", "2024-01-05"]),
        (["1/7/2024", "2/7/2024"], ["1/7/2024", "2/7/2024"]),
        (["30/6/2024", "6/30/2024"], ["30/6/2024", "6/30/2024"]),
    ],
)
def test_a_day_above_twelve_tells_the_order_of_a_column(cells, dates):
    assert in_order(pa.array(cells)).to_pylist() == dates


def test_unread_instants_and_words_are_said(tmp_path):
    rows, entry = rows_of(
        tmp_path,
        TICKETS,
        [
            "F1,漏水,2024-09-01,2024-09-31,甲局,已修,联系不上",
            "F2,漏水,2024-13-01,2024-09-05,甲局,已修,√",
        ],
        "SELECT accepted_at IS NULL, contacted, flags FROM tickets ORDER BY reference",
    )
    assert rows == [
        (
            False,
            None,
            (
                '["completed_at: impossible date 2024-09-31",'
                "\"contacted: '联系不上' says neither yes nor no\"]"
            ),
        ),
        (True, True, '["accepted_at: impossible date 2024-13-01"]'),
    ]
    assert len(entry["warnings"]) == 3


def test_a_date_that_is_needed_and_unread_is_given_as_the_reason(tmp_path):
    _, entry = rows_of(
        tmp_path,
        "姓名,证件号码,死亡日期,户口注销日期",
        ["陈砚,359901197203050119,2019年5月,2019-06-01"],
        "SELECT * FROM deaths",
    )
    assert entry["rejected"] == [{"row": 2, "reason": "死亡日期: cannot read '2019年5月'"}]


def test_the_direction_of_a_call_nobody_tells_is_unknown(tmp_path):
    rows, _ = rows_of(
        tmp_path,
        "用户号码,对端号码,起始时间,通话时长",
        ["15400000001,15400000002,2024-01-05 10:00:00,65"],
        "SELECT direction FROM calls",
    )
    assert rows == [("unknown",)]


def test_a_death_with_an_unread_date_is_said_beside_the_person(tmp_path):
    rows, entry = rows_of(
        tmp_path,
        "姓名,身份证号,与户主关系,户籍地,人员状态,死亡日期",
        [
            "陈砚,359901197203050119,户主,测试乡,死亡,2019年",
            "林墨白,35990119680919020X,妻,测试乡,正常,",
        ],
        "SELECT * FROM deaths",
    )
    assert rows == []
    assert [(each["row"], each["text"]) for each in entry["warnings"]] == [
        (2, "no row of deaths: 死亡日期: cannot read '2019年'")
    ]
