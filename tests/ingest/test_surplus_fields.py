"""A record with more fields than the table has columns is refused, not read shifted."""

from __future__ import annotations

import pytest

from qingfeng.ingest import planning
from tests.ingest.imports import HEADER, booking
from tests.ingest.test_footers import kinds, read

ROWS = [booking(number, serial=f"S{number}") for number in range(30)]


def test_a_delimiter_inside_an_amount_refuses_the_row_and_keeps_its_cells(tmp_path):
    bad = booking(30, amount="1,020.00", serial="S30")
    table, case = read(tmp_path, HEADER, *ROWS, bad)
    assert table["rows_kept"] == 30
    (rejected,) = table["rejected"]
    assert rejected["row"] == 32
    assert "more fields" in rejected["reason"]
    with case.connect() as connection:
        ((cells,),) = connection.sql("SELECT cells FROM rejected_rows").fetchall()
    assert "020.00" in cells


def test_a_small_file_in_which_most_rows_are_cut_wrongly(tmp_path):
    rows = [booking(1, amount="1,020.00"), booking(2) + ",三月", booking(3) + ","]
    assert len({row.count(",") for row in rows}) == 1
    table, _ = read(tmp_path, HEADER, *rows)
    assert [each["row"] for each in table["rejected"]] == [2, 3]
    assert table["rows_kept"] == 1


def test_a_last_column_without_header_refuses_nothing(tmp_path):
    table, _ = read(tmp_path, HEADER, *(f"{row},甲" for row in ROWS))
    assert (table["rows_kept"], table["rejected"]) == (30, [])


def test_amounts_that_are_all_cut_are_refused(tmp_path):
    table, _ = read(tmp_path, HEADER, *(booking(n, amount="1,020.00") for n in range(30)))
    assert (table["rows_kept"], len(table["rejected"])) == (0, 30)


@pytest.mark.parametrize("sliced", [False, True], ids=["whole", "sliced"])
def test_a_closing_sentence_with_commas_is_a_footer(tmp_path, monkeypatch, sliced):
    if sliced:
        monkeypatch.setattr(planning, "SLICED_FROM", 100)
        monkeypatch.setattr(planning, "SLICE_BYTES", 1_000)
    table, _ = read(tmp_path, HEADER, *ROWS, "说明：一,二,三,四,五,六,七,八,九,十,十一")
    assert (table["rows_kept"], table["rejected"], kinds(table)) == (30, [], {32: "footer"})


def test_a_booking_whose_memo_reads_like_a_footer_is_refused_not_skipped(tmp_path):
    header = "摘要,交易日期,交易金额,收付标志,卡号"
    row = "备注：货款,2024-01-05,1,020.00,进,6228480000000000125"
    fine = "货款,2024-01-05,20.00,进,6228480000000000125"
    table, _ = read(tmp_path, header, *[fine] * 12, row)
    assert [each["row"] for each in table["rejected"]] == [14]
    assert table["skipped"] == []


def test_a_filled_column_without_header_is_named(tmp_path):
    table, _ = read(tmp_path, HEADER, *(f"{row},甲" for row in ROWS))
    assert table["ignored_columns"] == ["J"]
    (said,) = [each for each in table["warnings"] if each["column"] == "J"]
    assert said["text"] == "not taken, though 30 cells are filled: it has no header"


def test_only_cells_of_records_make_a_column(tmp_path):
    rows = [f"{row}," for row in ROWS]
    table, _ = read(tmp_path, HEADER, *rows, booking(30, amount="1,020.00", serial="S30"))
    assert (table["ignored_columns"], len(table["rejected"])) == ([], 1)


PAID = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注"
FINE = [
    f"2024-09-26 12:45:{n},商户消费,甲,茶,支出,{n}.16,零钱,支付成功,10000{n},20000{n},/"
    for n in range(10, 22)
]


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        ("2024-09-26 12:46:00,商户消费,甲,茶,支出,9.16,零,钱,支付成功,1000009,,", True),
        ("2024-09-26 12:46:00,商户消费,甲,茶,支出,9.16,零钱,支付成功,1000009,,,,,", False),
        ("2024-09-26 12:46:00,商户消费,甲,茶,支出,9.16,零钱,支付成功,1000009,2000009,/,,", False),
    ],
    ids=["inside a cell", "at the end", "whole"],
)
def test_a_delimiter_in_a_cell_of_a_row_that_ends_empty(tmp_path, row, refused):
    table, _ = read(tmp_path, PAID, *FINE, row)
    assert [each["row"] for each in table["rejected"]] == ([14] if refused else [])
