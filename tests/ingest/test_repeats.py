"""When equal rows are one record, and when another person, month or column makes two of them."""

from __future__ import annotations

import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import CARD, content, new_case

ONE, OTHER = ("林墨白", "359901197203050119"), ("陈砚", "35990119680919020X")
HEADER = "交易账号,户名,证件号码,交易时间,收付标志,交易金额,交易余额,对手户名,交易流水号"


def wage(holder, number="", balance="", serial=""):
    return f"{number},{','.join(holder)},2024-06-01 10:00:00,进,5000.00,{balance},测试建材,{serial}"


def written(folder, *files, names=None):
    paths = []
    for place, lines in enumerate(files):
        path = folder / (names[place] if names else f"{place}.csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def counts(folder, *files, names=None):
    """Rows kept and dropped of files given as lists of lines, and the case."""
    case = new_case(folder)
    totals = import_paths(case, written(folder, *files, names=names))["totals"]
    return totals["rows_kept"], totals["duplicates"], case


@pytest.mark.parametrize("number", ["", "6228********0125", CARD])
@pytest.mark.parametrize("balance", ["", "5000.00"])
def test_bookings_of_two_holders_are_two(tmp_path, number, balance):
    files = [[HEADER, wage(each, number, balance)] for each in (ONE, OTHER)]
    kept, dropped, case = counts(tmp_path, *files)
    assert (kept, dropped) == (2, 0)
    with case.connect() as connection:
        rows = connection.sql("SELECT holder_id, flags FROM transfers ORDER BY ALL").fetchall()
    assert {row[0] for row in rows} == {ONE[1], OTHER[1]}
    assert sum("in the holder alone" in (row[1] or "") for row in rows) == 1


def test_bookings_of_two_holders_in_one_table_are_two_whatever_the_serial(tmp_path):
    lines = [HEADER, *(wage(each, "6228********0125", "", "S1") for each in (ONE, OTHER, ONE))]
    assert counts(tmp_path, lines)[:2] == (2, 1)


def test_bookings_of_two_holders_stay_two_when_they_come_again(tmp_path):
    files = [[HEADER, wage(each, CARD, "5000.00")] for each in (ONE, OTHER)]
    _, _, case = counts(tmp_path, *files)
    before = content(case)
    again = written(tmp_path / "again", *([*each, ""] for each in reversed(files)))
    for path in again:
        assert import_paths(case, [path])["totals"]["rows_kept"] == 0
    assert content(case) == before


def test_names_of_one_number_may_be_spelled_in_two_ways(tmp_path):
    files = [[HEADER, wage((name, ONE[1]), CARD, "5000.00")] for name in ("林墨白", "LIN MOBAI")]
    assert counts(tmp_path, *files)[:2] == (1, 1)


def test_a_booking_whose_account_cell_is_empty_is_not_that_of_another_file(tmp_path):
    numbered = wage(ONE, CARD, "1.00")
    files = [[HEADER, numbered, wage(("", ""))], [HEADER, wage(("", "")), wage(("", ""))]]
    assert counts(tmp_path, *files)[:2] == (4, 0)


@pytest.mark.parametrize("order", [1, -1])
def test_the_row_that_names_the_holder_stays(tmp_path, order):
    files = [[HEADER, wage(each, CARD, "5000.00")] for each in (("", ""), ONE)][::order]
    kept, dropped, case = counts(tmp_path, *files)
    assert (kept, dropped) == (1, 1)
    with case.connect() as connection:
        rows = connection.sql("SELECT holder_name, holder_id FROM transfers").fetchall()
    assert rows == [ONE]


@pytest.mark.parametrize("order", [1, -1])
def test_a_midnight_is_no_more_than_a_day_whichever_file_comes_first(tmp_path, order):
    header = "账号,交易日期,借贷,金额,余额"
    row = "6228480000000000125,2024-01-05{},借,5.00,95.00"
    files = [[header, row.format(time)] for time in ("", " 00:00:00")][::order]
    _, _, case = counts(tmp_path, *files)
    with case.connect() as connection:
        assert connection.sql("SELECT time_precision FROM transfers").fetchall() == [("day",)]


def test_two_tables_of_one_sheet_that_overlap_are_linked(tmp_path):
    poor = "卡号,交易时间,借贷标志,交易金额,余额"
    rows = [f"{CARD},2024-01-0{day} 10:00:00,借,10.00,{100 - day}0.00" for day in (5, 6, 7)]
    lines = [
        poor,
        *rows[:2],
        ",,,,",
        f"{poor},流水号",
        *(f"{row},L{n}" for n, row in enumerate(rows[1:])),
    ]
    kept, dropped, case = counts(tmp_path, lines)
    assert (kept, dropped) == (4, 0)
    with case.connect() as connection:
        said = connection.sql("SELECT serial, counted FROM transfers ORDER BY booked_at, serial")
        assert said.fetchall() == [(None, True), ("L0", True), (None, False), ("L1", True)]
