"""A table is read alike, whatever lies beside it in the delivery or closes it below."""

from __future__ import annotations

import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import new_case, read

HEADER = "交易账号,交易日期,{},借贷标志,交易金额,交易余额,摘要"
CLOCKS = [
    f"3500123456001,2021-03-{n:02d},10:30:{n:02d},贷,{n}.00,{n}0.00,转账" for n in range(1, 9)
]
MOMENTS = [
    f"3500123456002,2021-03-{n:02d},2021-03-{n:02d} 09:00:00,贷,{n}.00,{n}0.00,转账"
    for n in range(1, 9)
]


def bookings(folder, header, **files):
    paths = []
    folder.mkdir()
    for name, lines in files.items():
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    case = new_case(folder)
    import_paths(case, paths)
    with case.connect() as connection:
        query = "SELECT * FROM transfers ORDER BY ALL"
        rows = connection.sql(query).to_arrow_table().to_pylist()
    return [row for row in rows if row["account"] == "3500123456001"]


@pytest.mark.parametrize("second", ["记账时间", "入账时间", "交易时间戳", "时间"])
def test_times_of_day_are_read_alike_beside_another_file(tmp_path, second):
    header = HEADER.format(second)
    alone = bookings(tmp_path / "alone", header, a=CLOCKS)
    together = bookings(tmp_path / "together", header, a=CLOCKS, b=MOMENTS)
    assert together == alone
    assert {row["time_precision"] for row in alone} == {"second"}


@pytest.mark.parametrize(
    "closing",
    [
        pytest.param((), id="nothing below"),
        pytest.param((",3500123456001,2021-12-31 00:00:00,贷,240.00,,合计",), id="a dated total"),
        pytest.param(("合计,,,,240.00,,",), id="a total where the numbers stand"),
        pytest.param((",,,,240.00,,合计", "制表人：林墨白,,,,,,"), id="a total and a signature"),
    ],
)
@pytest.mark.parametrize("header", ["ID", "序号"])
def test_repeats_are_told_whatever_closes_the_table(tmp_path, header, closing):
    rows = [
        f"{2 * n + twice},3500123456001,2021-03-{n:02d} 10:00:00,贷,{n + 5}.00,{n}0.00,转账"
        for n in range(1, 16)
        for twice in (-1, 0)
    ]
    table, _ = read(
        tmp_path, f"{header},交易账号,交易时间,借贷标志,交易金额,交易余额,摘要", *rows, *closing
    )
    assert (table["rows_kept"], len(table["duplicates"])) == (15, 15)


def test_numbers_with_a_gap_tell_rows_apart(tmp_path):
    rows = [
        f"{number},3500123456001,2021-03-01 10:00:00,贷,5.00,50.00,转账" for number in (1, 2, 4)
    ]
    table, _ = read(tmp_path, "ID,交易账号,交易时间,借贷标志,交易金额,交易余额,摘要", *rows)
    assert (table["rows_kept"], table["duplicates"]) == (3, [])
