"""Call records that name caller and called: whose list it is."""

from __future__ import annotations

import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import new_case

A, B, C, D = (f"1540000000{digit}" for digit in "1234")
HEADER = "主叫号码,被叫号码,通话起始时间,通话时长（s）,呼叫类型,主叫基站,主叫小区,主叫imsi,串号\n"


def calls(folder, rows, name="x.csv", header=HEADER):
    lines = [
        f"{caller},{called},2024-01-05 10:{minute:02d}:00,65,{kind},11,22,460990000000001,86"
        for minute, (caller, called, kind) in enumerate(rows)
    ]
    path = folder / name
    path.write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
    case = new_case(folder / "home")
    (entry,) = import_paths(case, [path])["files"][0]["tables"]
    with case.connect() as connection:
        chosen = "SELECT owner_number, other_number, direction FROM calls ORDER BY started_at"
        return connection.sql(chosen).fetchall(), [each["text"] for each in entry["warnings"]]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(A, B, "主叫"), (C, A, "被叫")], [(A, B, "out"), (A, C, "in")]),
        ([(A, B, "主叫"), (A, C, "被叫")], [(A, B, "out"), (A, C, "in")]),
        ([(B, A, "被叫"), (C, A, "被叫")], [(A, B, "in"), (A, C, "in")]),
        ([(A, B, "被叫"), (A, C, "被叫")], [(A, B, "in"), (A, C, "in")]),
        (
            [(A, B, "主叫"), (C, D, "主叫"), (D, A, "被叫"), (B, C, "被叫")],
            [(A, B, "out"), (C, D, "out"), (A, D, "in"), (C, B, "in")],
        ),
    ],
    ids=["as it says", "own number first", "only called", "own number, only called", "two owners"],
)
def test_the_owner_of_an_incoming_call_is_who_calls_out_elsewhere(rows, expected, tmp_path):
    assert calls(tmp_path, rows)[0] == expected


def test_a_number_in_the_name_of_the_file_tells_the_owner(tmp_path):
    found, said = calls(tmp_path, [(A, B, "被叫")], name=f"话单_{B}.csv")
    assert found == [(B, A, "in")]
    (said,) = said
    assert said.startswith("in 1 incoming rows the owner is the called number; 主叫基站, 主叫小区,")


def test_a_lone_incoming_call_leaves_open_whose_list_it_is(tmp_path):
    found, said = calls(tmp_path, [(A, B, "被叫")])
    assert found == [(A, B, "in")]
    (said,) = said
    assert said.startswith("whose list it is cannot be told in 1 incoming rows: 主叫号码 is taken")


@pytest.mark.parametrize(
    "label", [A, f"{A[:3]} {A[3:7]} {A[7:]}", f"86{A}", f"+86 {A}", "13900000000"]
)
def test_a_label_above_the_table_never_makes_the_callers_owners(label, tmp_path):
    header = f"本机号码：{label}\n{HEADER}"
    found, _ = calls(tmp_path, [(B, A, "被叫"), (C, A, "被叫"), (D, A, "被叫")], header=header)
    assert {owner for owner, _, _ in found} == {A}


def test_one_letter_says_which_side_called(tmp_path):
    found, _ = calls(tmp_path, [(A, B, "主"), (C, A, "被")])
    assert found == [(A, B, "out"), (A, C, "in")]


def test_seconds_written_in_groups_of_three(tmp_path):
    path = tmp_path / "x.csv"
    line = f'{A},{B},2024-01-05 10:00:00,"1,030",主叫,11,22,460990000000001,86'
    path.write_text(HEADER + line + "\n", encoding="utf-8")
    case = new_case(tmp_path / "home")
    import_paths(case, [path])
    with case.connect() as connection:
        assert connection.sql("SELECT duration_s FROM calls").fetchall() == [(1030,)]
