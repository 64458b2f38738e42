import pytest

from qingfeng.cli import demo
from qingfeng.cli.demo_text import import_lines, proof_lines
from qingfeng.report.proof import prove

TOTALS = {"rows_read": 1_010, "rows_kept": 1_000, "rejected": 3, "duplicates": 7}


def entries(*states):
    return [{"status": state} for state in states]


def test_an_import_is_told_in_three_lines():
    report = {
        "files": entries("imported", "imported", "already_imported"),
        "totals": TOTALS,
    }
    assert list(import_lines(report, {"calls": 0, "deaths": 1, "transfers": 1_234})) == [
        "files   3: 2 imported, 1 already imported",
        "rows    1,010 read = 1,000 kept + 3 rejected + 7 duplicates",
        "tables  1,234 transfers, 1 deaths",
    ]


@pytest.mark.parametrize(
    ("tables", "rest"), [(5, ""), (6, " and 1 more table"), (7, " and 2 more tables")]
)
def test_only_the_five_largest_tables_are_named(tables, rest):
    counted = {f"t{number}": 10 - number for number in range(tables)}
    *_, last = import_lines({"files": [], "totals": TOTALS}, counted)
    assert last == f"tables  10 t0, 9 t1, 8 t2, 7 t3, 6 t4{rest}"


def figures(proof):
    return {line.split()[0]: line.split()[-1] for line in proof_lines(proof)[1:]}


def test_the_proof_of_an_empty_case_has_every_figure(case):
    shown = figures(prove(case))
    assert shown["行数平衡"] == "holds"
    assert shown["余额断点"] == "0"
    assert "冲正" not in shown


def test_figures_of_a_proof_stand_in_their_lines(case):
    proof = prove(case)
    proof["import_account"]["balanced"] = False
    proof["continuity"]["totals"] |= {"proved": 1_998, "steps": 2_000, "breaks": 2}
    proof["promised"]["missing"]["count"] = 4
    proof["linking"] = {"events": 5, "reversal_pairs": 6}
    shown = figures(proof)
    assert [line for line in proof_lines(proof) if line.endswith("DOES NOT HOLD")] != []
    assert shown["余额连续"] == "2,000"
    assert (shown["余额断点"], shown["称有未交"], shown["多源同一"], shown["冲正"]) == tuple("2456")


def test_the_closing_commands_can_be_called_as_they_stand(home, monkeypatch, tmp_path):
    assert demo.words_of(home) == f" --home {home.path}"
    monkeypatch.setenv("QINGFENG_HOME", str(home.path))
    assert demo.words_of(home) == ""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert demo.called_as().endswith(" -m qingfeng.cli.main")
    program = tmp_path / "内 外" / "qingfeng"
    program.parent.mkdir()
    program.write_text("")
    program.chmod(0o755)
    monkeypatch.setattr("sys.argv", [str(program)])
    assert demo.called_as() == f"'{program}'"
    monkeypatch.setenv("PATH", str(program.parent))
    assert demo.called_as() == "qingfeng"
