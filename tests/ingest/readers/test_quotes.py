"""Quotation marks: cells of several lines stay whole, marks that open nothing swallow no row."""

from __future__ import annotations

import random

import pytest

from qingfeng.ingest import planning
from qingfeng.ingest.readers import quotes
from qingfeng.ingest.readers.delimited import Dialect, parse, record_ends, sense
from qingfeng.ingest.readers.quotes import STRAY
from qingfeng.ingest.run import import_paths
from tests.ingest.imports import HEADER, booking, new_case

COMMA = Dialect("utf-8", ",", 3)


def rows_of(grid):
    return list(zip(*grid.cells.to_pydict().values(), strict=True))


def read(*lines, encoding="utf-8", ends="\n"):
    raw = (ends.join(lines) + ends).encode(encoding)
    return parse(raw, sense(raw, encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(['a,b,"未闭合', 'c,5"屏,d', "e,f,g"], id="closed by a mark inside a cell"),
        pytest.param(['a,b,"未闭合', 'c,"丁",d', "e,f,g"], id="closed by an opening mark"),
        pytest.param(['a,b,"未闭合', 'c,d,5"', "e,f,g"], id="closed at the end of a line"),
        pytest.param(['a,b,"未闭合', "c,d,e", 'f,g,"x', "h,i,j"], id="two of them"),
        pytest.param(['a,b,"未闭合', "c,d,e", "f,g,h"], id="closed nowhere"),
        pytest.param(['"未闭合,b,c', "c,d,e", 'f,g,"h"'], id="in the first column"),
        pytest.param(['a,"x,1', 'b,"y,2', 'c,"z,3', "d,e,f"], id="one in every line"),
    ],
)
def test_a_mark_that_nothing_closes_swallows_no_row(lines, encoding, ends):
    grid = read("甲,乙,丙", *lines, encoding=encoding, ends=ends)
    plain = [tuple(cell.replace('"丁"', "丁") for cell in line.split(",")) for line in lines]
    plain = [tuple("h" if cell == '"h"' else cell for cell in row) for row in plain]
    assert rows_of(grid) == [("甲", "乙", "丙"), *plain]
    assert grid.rows.to_pylist() == list(range(1, len(lines) + 2))
    assert {note.text for note in grid.notes} == {STRAY}


def test_the_note_names_the_row_below_cells_of_several_lines():
    grid = read("甲,乙,丙", 'a,"一\n二",c', "", 'd,e,"未闭合', 'f,5",g')
    assert [(note.text, note.row) for note in grid.notes] == [(STRAY, 4)]
    assert rows_of(grid)[1] == ("a", "一\n二", "c")


@pytest.mark.parametrize(
    "cell",
    [
        "第一行\n第二行",
        "一\n二\n三\n四",
        "引号\n“又”，一行",
        '他说""好""\n又一行',
        "\n",
        "号,名\n一",
        "号\n一,二,三\n四",
        "x" * 3_000 + "\n" + "y" * 3_000,
    ],
)
@pytest.mark.parametrize("column", range(3))
def test_cells_of_several_lines_stay_whole(cell, column):
    records = [["甲", "乙", "丙"], *(["a", "b", "c"] for _ in range(20))]
    records[7][column] = cell.replace('""', '"')
    written = [",".join(row) for row in records]
    quoted = [*records[7]]
    quoted[column] = f'"{cell}"'
    written[7] = ",".join(quoted)
    grid = read(*written)
    assert rows_of(grid) == [tuple(row) for row in records]
    assert grid.notes == ()


def test_a_cell_whose_closing_mark_is_too_far_away_is_not_closed(monkeypatch):
    monkeypatch.setattr(quotes, "MOST_BYTES", 60)
    far = ['a,b,"c', *("x" for _ in range(40)), 'y",d,e']
    grid = parse(("\n".join(far) + "\n").encode(), COMMA)
    assert grid.height == len(far)
    assert grid.notes[0].row == 1


def test_marks_in_many_rows_are_listed_up_to_the_limit():
    grid = read("甲,乙,丙", *('a,b,"c' for _ in range(250)))
    assert grid.height == 251
    assert len(grid.notes) == 201
    assert "250 in all" in grid.notes[-1].text


def test_record_ends_leave_out_what_is_not_settled():
    raw = b'a,b,c\n1,"x\ny",3\n4,5,6\n7,8,"no'
    assert record_ends(raw, COMMA).tolist() == [5, 15, 21]
    assert record_ends(raw, COMMA, final=False).tolist() == [5, 15, 21]
    assert record_ends(raw[:12], COMMA, final=False).tolist() == [5]


def mixed_lines(seed):
    """Bookings with marks of every kind in them."""
    dice = random.Random(seed)
    last = ["消费", '"消费"', '"两\n行"', '"未闭合', '5"屏', '"他说""好"""', '"', '""', '"逗,号"']
    weights = [30, 10, 3, 1, 2, 2, 1, 3, 3]
    return [
        booking(number, serial=f"S{number}").removesuffix("消费")
        + dice.choices(last, weights=weights)[0]
        for number in range(300)
    ]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_sliced_files_with_marks_equal_whole_ones(tmp_path, monkeypatch, seed, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(("\n".join([HEADER, *mixed_lines(seed)]) + "\n").encode(encoding))
    found = []
    for name in ("whole", "sliced"):
        if name == "sliced":
            monkeypatch.setattr(planning, "SLICED_FROM", 1_000)
            monkeypatch.setattr(planning, "SLICE_BYTES", 3_000)
        case = new_case(tmp_path / name)
        (table,) = import_paths(case, [path], workers=1)["files"][0]["tables"]
        with case.connect() as connection:
            rows = connection.sql("SELECT * FROM transfers ORDER BY ALL").fetchall()
        found.append((rows, table["rows_kept"], sorted(map(str, table["warnings"]))))
    assert found[0] == found[1]
    assert found[0][1] == 300


def test_a_stray_mark_makes_no_slice_of_the_rest(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "SLICED_FROM", 1_000)
    monkeypatch.setattr(planning, "SLICE_BYTES", 4_000)
    monkeypatch.setattr(quotes, "MOST_BYTES", 1_000)
    rows = [booking(number, serial=f"S{number}") for number in range(300)]
    rows[20] = rows[20].removesuffix("消费") + '"未闭合'
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    jobs = planning.jobs_of(planning.FileJob(0, path, "a.csv", "0" * 64), ())
    assert max(job.part.length for job in jobs) <= 4_000


def test_a_mark_in_the_line_above_the_header_hides_no_table():
    raw = '"说明\n甲,乙,丙\na,b,c\nd,e,f\n'.encode()
    assert sense(raw, "utf-8").width == 3
    assert rows_of(parse(raw, sense(raw, "utf-8")))[1:] == [
        ("甲", "乙", "丙"),
        ("a", "b", "c"),
        ("d", "e", "f"),
    ]
