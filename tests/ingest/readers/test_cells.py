# ruff: noqa: DTZ001 - cells of spreadsheets know no time zone
from datetime import date, datetime, time, timedelta

import pytest

from qingfeng.ingest.grid import Note
from qingfeng.ingest.readers.cells import Frame, clock, column, grid_of, moment, number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (45322.0, "\x0145322"),
        (-3.0, "\x01-3"),
        (-0.0, "\x010"),
        (1234.5, "\x011234.5"),
        (0.1, "\x010.1"),
        (0.00001, "\x010.00001"),
        (2.0**53, "\x019007199254740992"),
        (2.0**53 + 2, "\x019.007199254740994e+15"),
        (6.22848e18, "\x016.22848e+18"),
        (359901197203050119.0, "\x013.599011972030501e+17"),
    ],
)
def test_numbers_are_plain_up_to_what_a_double_holds(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2024, 1, 31, 9, 59, 59, 500_000), "\x022024-01-31 10:00:00"),
        (datetime(2024, 1, 31, 9, 59, 59, 499_999), "\x022024-01-31 09:59:59"),
        (datetime(2024, 12, 31, 23, 59, 59, 999_000), "\x022025-01-01 00:00:00"),
        (datetime(9999, 12, 31, 23, 59, 59, 999_000), "\x029999-12-31 23:59:59"),
    ],
)
def test_moments_are_rounded_to_the_second(value, text):
    assert moment(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (time(9, 59, 59, 999_999), "\x0310:00:00"),
        (time(23, 59, 59, 500_001), "\x0324:00:00"),
        (timedelta(hours=255, minutes=10, seconds=10), "\x03255:10:10"),
        (timedelta(seconds=-90), "\x03-00:01:30"),
    ],
)
def test_clocks_are_rounded_and_may_pass_a_day(value, text):
    assert clock(value) == text


def test_a_mixed_column_keeps_what_each_cell_was():
    cells = ["x", 1.0, True, None, date(2024, 1, 31), time(9), "\x015"]
    assert column(cells).to_pylist() == [
        "x", "\x011", "TRUE", "", "\x022024-01-31", "\x0309:00:00", "5",
    ]  # fmt: skip


def test_a_text_column_cannot_forge_marks():
    assert column(["\x01123", "\x02a\x03", "b"]).to_pylist() == ["123", "a", "b"]


def grid(rows, **frame):
    return grid_of(rows, Frame(member="", sheet="s", kind="xlsx", **frame), fill_limit=100)


def listed(found):
    return [list(row.values()) for row in found.cells.to_pylist()]


def test_empty_edges_are_dropped_and_row_numbers_are_true():
    found = grid([["", "", ""], ["a", "", ""], ["", "", ""]], first_row=4, first_column=1)
    assert listed(found) == [["", ""], ["", "a"]]
    assert found.rows.to_pylist() == [4, 5]
    assert found.cells.column_names == ["c0", "c1"]


def test_rows_beyond_one_block_stay_in_order():
    found = grid([[str(i)] for i in range(70_000)])
    assert (found.height, found.cells["c0"][69_999].as_py()) == (70_000, "69999")


def test_merged_ranges_are_filled_down_and_right_inside_the_table():
    found = grid([["a", "", "x"], ["", "", "y"]], merged=((1, 0, 9, 1), (7, 0, 8, 0)))
    assert listed(found) == [["a", "a", "x"], ["a", "a", "y"]]
    assert found.merged == ((1, 0, 9, 1), (7, 0, 8, 0))


def test_a_value_under_a_merged_range_is_kept_and_noted():
    found = grid([["a", "b"]], merged=((1, 0, 1, 1),))
    assert listed(found) == [["a", "b"]]
    text = "a cell covered by a merged range has a value of its own, kept"
    assert found.notes == (Note(text, 1, "c1"),)


@pytest.mark.parametrize(("rows", "filled"), [(100, True), (101, False)])
def test_filling_is_bounded(rows, filled):
    found = grid([["a", "x"], *[["", "x"]] * (rows - 1)], merged=((1, 0, rows, 0),))
    assert (found.cells["c0"][1].as_py(), len(found.notes)) == (("a", 0) if filled else ("", 1))


def test_no_rows_make_an_empty_grid():
    found = grid([])
    assert (found.height, found.width, found.rows.to_pylist()) == (0, 0, [])
