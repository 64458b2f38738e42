"""What is said of a column names it as the user sees it."""

from __future__ import annotations

import openpyxl

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import HEADER, booking, new_case, read


def said(table):
    return [
        (each["row"], each["column"]) for each in table["warnings"] if "formula" in each["text"]
    ]


def with_formulas(tmp_path, header, rows, *places):
    book = openpyxl.Workbook()
    for row in (header, *rows):
        book.active.append(row)
    for place in places:
        book.active[place] = "=A1"
    path = tmp_path / "a.xlsx"
    book.save(path)
    return import_paths(new_case(tmp_path), [path])["files"][0]["tables"]


def test_a_formula_without_value_is_named_by_header_or_letter(tmp_path):
    header = [*HEADER.split(","), ""]
    rows = [[*booking(n, serial=f"S{n}").split(","), "x"] for n in range(3)]
    (table,) = with_formulas(tmp_path, header, rows, "G3", "J4")
    assert said(table) == [(3, "对手户名"), (4, "J")]


def test_tables_side_by_side_name_their_own_columns(tmp_path):
    header = ["", *HEADER.split(","), "", *HEADER.split(",")]
    rows = []
    for n in range(3):
        left, right = (booking(n + k, serial=f"S{n + k}").split(",") for k in (0, 50))
        rows.append(["", *left, "", *right])
    tables = with_formulas(tmp_path, header, rows, "H3", "R4")
    assert [said(table) for table in tables] == [[(3, "对手户名")], [(4, "对手户名")]]


def test_a_filled_column_whose_header_was_taken_before_is_named_with_its_cells(tmp_path):
    rows = [booking(n, serial=f"S{n}") for n in range(4)]
    lines = [f"{row},{'乙' if n else ''}" for n, row in enumerate(rows)]
    table, _ = read(tmp_path, f"{HEADER},对手户名", *lines)
    assert [each for each in table["warnings"] if each["column"] == "对手户名__2"] == [
        {
            "row": None,
            "column": "对手户名__2",
            "text": "not taken, though 3 cells are filled: another column has its header",
        }
    ]


def test_a_cell_merged_over_two_columns_lacks_nothing(tmp_path):
    lines = [f"{row},{row.split(',')[6]}" for row in (booking(n, serial=f"S{n}") for n in range(3))]
    table, _ = read(tmp_path, f"{HEADER},对手户名", *lines)
    assert [each for each in table["warnings"] if each["column"] == "对手户名__2"] == []
