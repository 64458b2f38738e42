"""``qingfeng case map``: an unknown file becomes a known one, or says why not."""

from __future__ import annotations

import json

import pytest

from qingfeng.cli.main import main
from qingfeng.cli.output import display_width

STATEMENT = (
    "挂账人,发生日,进账款,出账款,结存余额,往来方卡号,缘由\n"
    "林墨白,2024-05-02,,100.00,900.00,6217000000000003453,房租\n"
    "林墨白,2024-05-03,50.50,,950.50,6228480000000000125,工资\n"
)
HOPELESS = "子,丑\n寅,卯\n辰,巳\n"


@pytest.fixture
def statement(tmp_path):
    path = tmp_path / "农商行.csv"
    path.write_text(STATEMENT, encoding="utf-8")
    return path


@pytest.fixture
def hopeless(tmp_path):
    path = tmp_path / "干支.csv"
    path.write_text(HOPELESS, encoding="utf-8")
    return path


def said(capsys, *words):
    code = main(["case", *map(str, words)])
    return code, capsys.readouterr().out


def imported(capsys, home, path, *words):
    code, out = said(capsys, "import", "C-1", path, "--json", "--home", home.path, *words)
    return code, json.loads(out)["files"][0]


def rows(case):
    with case.connect() as connection:
        return connection.execute(
            "SELECT strftime(booked_at, '%Y-%m-%d'), direction, amount_fen, balance_fen,"
            " counterparty_account, summary FROM transfers ORDER BY booked_at"
        ).fetchall()


BOOKINGS = [
    ("2024-05-02", "out", 10_000, 90_000, "6217000000000003453", None),
    ("2024-05-03", "in", 5_050, 95_050, "6228480000000000125", None),
]


def test_refused_then_mapped_then_imported_as_it_stands(home, case, statement, capsys):
    code, entry = imported(capsys, home, statement)
    assert (code, entry["status"]) == (1, "refused")
    assert "qingfeng case map" in entry["reason"]
    layouts = home.path / "layouts"
    layouts.mkdir()
    out = layouts / "nongshang.yaml"
    code, text = said(capsys, "map", statement, "--out", out, "--home", home.path)
    assert code == 0
    assert f"Written: {out}" in text
    assert str(layouts) in text
    code, entry = imported(capsys, home, statement)
    assert (code, entry["status"], entry["layout"]) == (0, "imported", "own.农商行")
    assert entry["tables"][0]["ignored_columns"] == ["挂账人", "缘由"]
    assert rows(case) == BOOKINGS


def test_accept_proposed_reads_the_same_and_says_so(home, case, statement, capsys):
    code, entry = imported(capsys, home, statement, "--accept-proposed")
    assert (code, entry["status"]) == (0, "imported")
    assert any("proposed mapping" in each["text"] for each in entry["tables"][0]["warnings"])
    assert rows(case) == BOOKINGS


def test_a_hopeless_file_stays_refused_and_says_what_is_lacking(home, case, hopeless, capsys):
    code, text = said(capsys, "map", hopeless, "--home", home.path)
    assert code == 1
    assert "no column looks like 交易时间" in text
    assert "no column looks like 金额" in text
    code, entry = imported(capsys, home, hopeless, "--accept-proposed")
    assert (code, entry["status"]) == (1, "refused")
    assert rows(case) == []


def test_nothing_is_written_for_a_hopeless_file(home, hopeless, tmp_path, capsys):
    out = tmp_path / "x.yaml"
    assert main(["case", "map", str(hopeless), "--out", str(out), "--home", str(home.path)]) == 2
    assert "no layout can be proposed" in capsys.readouterr().err
    assert not out.exists()


def test_an_edited_layout_is_not_overwritten(home, statement, tmp_path, capsys):
    out = tmp_path / "x.yaml"
    out.write_text("mine", encoding="utf-8")
    assert main(["case", "map", str(statement), "--out", str(out), "--home", str(home.path)]) == 2
    assert "exists" in capsys.readouterr().err
    assert out.read_text(encoding="utf-8") == "mine"


def test_a_known_file_shows_its_layout(home, tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text(
        "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要\n"
        "2024-05-02,CNY,-1.00,2.00,快捷,,\n",
        encoding="utf-8",
    )
    code, out = said(capsys, "map", path, "--json", "--home", home.path)
    (table,) = json.loads(out)["tables"]
    assert (code, table["layout"], table["header_row"]) == (0, "bank.cmb_debit", 1)
    assert table["proposal"] is None
    assert {"field": "balance_fen", "header": "联机余额"} in table["columns"]


def test_json_of_a_proposal_shows_no_value(home, statement, capsys):
    code, out = said(capsys, "map", statement, "--json", "--home", home.path)
    proposal = json.loads(out)["tables"][0]["proposal"]
    assert (code, proposal["name"], proposal["complete"]) == (0, "own.农商行", True)
    assert [each["field"] for each in proposal["columns"]] == [
        None, "booked_at", "amount_fen.in", "amount_fen.out", "balance_fen",
        "counterparty_account", None,
    ]  # fmt: skip
    assert not any(value in out for value in ("林墨白", "6217", "房租", "950.50"))


def test_columns_line_up_in_terminal_columns(home, statement, capsys):
    _, text = said(capsys, "map", statement, "--home", home.path)
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.strip().startswith("header  "))
    at = lines[start].index("why")
    for line in lines[start + 1 : start + 8]:
        before = next(i for i in range(len(line) + 1) if display_width(line[:i]) == at)
        assert line[before - 2 : before] == "  "
        assert line[before] != " "


@pytest.mark.parametrize("words", [("--sheet", "没有"), ("--member", "没有")])
def test_a_sheet_or_member_that_is_not_there(home, statement, words, capsys):
    assert main(["case", "map", str(statement), *words, "--home", str(home.path)]) == 2
    assert "no such sheet or member" in capsys.readouterr().err


def test_a_path_that_is_no_file(home, tmp_path, capsys):
    assert main(["case", "map", str(tmp_path), "--home", str(home.path)]) == 2
    assert "is no file" in capsys.readouterr().err


def test_an_empty_file_cannot_be_mapped(home, tmp_path, capsys):
    path = tmp_path / "空.csv"
    path.write_bytes(b"")
    code, text = said(capsys, "map", path, "--home", home.path)
    assert code == 1
    assert "it holds no byte" in text
