import json
from unittest import mock

import pyarrow as pa
import pytest

from qingfeng.cli.main import main
from qingfeng.schema import tables
from qingfeng.vocabulary import FindingState

ID = tables()["deaths"].id_column
FILLED = {ID: ["d1", "d2"], "source_row": ["0··2", "0··3"]}
DEATHS = pa.table(
    {
        column: pa.array(FILLED.get(column, [None, None]), pa.string())
        for column in tables()["deaths"].physical()
    }
)


def tables_said(capsys, home, *words):
    assert main(["case", "tables", "C-1", *words, "--home", str(home.path)]) == 0
    return capsys.readouterr().out


def test_tables_of_an_empty_case(home, case, capsys):
    assert tables_said(capsys, home) == (
        "Case C-1 is empty; fill it with: qingfeng case import C-1 PATH...\n"
    )


def test_tables_count_rows(home, case, capsys):
    case.add({"deaths": DEATHS})
    label = tables()["deaths"].label
    assert tables_said(capsys, home).splitlines() == [
        "table   rows  label",
        f"deaths     2  {label}",
    ]
    counted = json.loads(tables_said(capsys, home, "--json"))["tables"]
    assert [each["table"] for each in counted] == list(tables())
    assert {each["table"]: each["rows"] for each in counted if each["rows"]} == {"deaths": 2}


@pytest.fixture
def empty_file(tmp_path):
    path = tmp_path / "空.csv"
    path.write_bytes(b"")
    return path


def test_import_of_an_empty_file_says_so_and_ends_with_1(home, case, empty_file, capsys):
    words = ["case", "import", "C-1", str(empty_file), "--home", str(home.path)]
    assert main([*words, "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [each["status"] for each in report["files"]] == ["refused"]
    assert main(words) == 1
    out = capsys.readouterr().out
    assert f"{empty_file.name}" in out
    assert "文件为空（0字节）。请提供单位重新提供" in out
    assert out.splitlines()[-1] == "1个文件：读取0行 = 保留0 + 拒收0 + 重复0"
    assert main([*words, "--language", "en"]) == 1
    out = capsys.readouterr().out
    assert "it holds no byte. Ask the sender for it again." in out
    last = "files: 1; 0 rows read = 0 kept + 0 rejected + 0 duplicates"
    assert out.splitlines()[-1] == last


def test_import_of_a_path_that_is_not_there_is_not_understood(home, case, tmp_path, capsys):
    code = main(["case", "import", "C-1", str(tmp_path / "no"), "--home", str(home.path)])
    assert (code, case.batches()) == (2, [])
    assert "does not exist" in capsys.readouterr().err


def test_export_to_standard_output_and_to_a_file(home, case, tmp_path, capfdbinary):
    case.add({"deaths": DEATHS})
    words = ["case", "export", "C-1", "--table", "deaths", "--format", "jsonl"]
    assert main([*words, "--home", str(home.path)]) == 0
    printed = capfdbinary.readouterr().out
    assert [json.loads(line)[ID] for line in printed.splitlines()] == ["d1", "d2"]
    out = tmp_path / "deaths.jsonl"
    assert main([*words, "--out", str(out), "--home", str(home.path)]) == 0
    assert out.read_bytes() == printed


def test_proof_prints_the_same_case_as_json(home, case, capsys):
    assert main(["case", "proof", "C-1", "--json", "--home", str(home.path)]) == 0
    assert json.loads(capsys.readouterr().out)["case"] == "C-1"


@pytest.mark.parametrize(
    ("words", "start"),
    [
        ([], "案件 C-1"),
        (["--language", "zh"], "案件 C-1"),
        (["--language", "en"], "Proof of case C-1"),
    ],
)
def test_proof_is_printed_in_one_language_and_ends_with_one_line_end(
    home, case, capsys, words, start
):
    assert main(["case", "proof", "C-1", *words, "--home", str(home.path)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(start)
    assert printed == f"{printed.rstrip()}\n"


def test_findings_take_only_known_detectors(home, case, capsys):
    words = ["case", "findings", "C-1", "--home", str(home.path)]
    assert main([*words, "--detector", "nobody"]) == 2
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert {run["state"] for run in result["runs"]} == {FindingState.NOT_EVALUABLE}
    assert result["findings"] == []


def test_detect_run_is_findings_by_name(home, case, capsys):
    words = ["detect", "run", "structuring", "--case", "C-1", "--json", "--home", str(home.path)]
    assert main(words) == 0
    assert [run["detector"] for run in json.loads(capsys.readouterr().out)["runs"]] == [
        "structuring"
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["detect", "run", "structuring"], "--case CODE. Cases here: C-1."),
        (["detect", "run", "--case", "C-1", "--engine", "spark"], "do not run on it yet"),
        (["case", "findings", "C-1", "--rows", "-1"], "whole number from 0"),
    ],
)
def test_what_detectors_cannot_be_asked_for_is_said(home, case, capsys, words, says):
    assert main([*words, "--home", str(home.path)]) == 2
    assert says in capsys.readouterr().err


def test_detect_run_takes_the_engine_there_is(home, case, capsys):
    words = ["detect", "run", "structuring", "--case", "C-1", "--engine", "duckdb"]
    assert main([*words, "--language", "en", "--home", str(home.path)]) == 0
    assert "transfers (no row delivered)" in capsys.readouterr().out


def test_detect_show_begins_with_a_summary(capsys):
    assert main(["detect", "show", "structuring"]) == 0
    summary, _, _ = capsys.readouterr().out.partition("--- detector.yaml")
    lines = summary.splitlines()
    assert lines[0].endswith("拆分交易 / Structuring under a reporting limit")
    assert "cash_limit_fen = 5,000,000 fen, 2017-07-01 to …" in lines
    assert len(lines) < 40


def test_dossier_says_where_its_parts_lie(home, case, tmp_path, capsys):
    out = tmp_path / "dossier"
    assert main(["case", "dossier", "C-1", "--out", str(out), "--home", str(home.path)]) == 0
    said = [line.split()[-1] for line in capsys.readouterr().out.splitlines()]
    assert sorted(said[1:]) == sorted(str(path) for path in out.iterdir())
    words = ["case", "dossier", "C-1", "--out", str(out), "--json", "--home", str(home.path)]
    assert main(words) == 0
    parts = json.loads(capsys.readouterr().out)["parts"]
    assert {each["path"]: each["bytes"] for each in parts} == {
        str(path): path.stat().st_size for path in out.iterdir()
    }


@pytest.mark.parametrize(("form", "code"), [("xlsx", 2), ("parquet", 2), ("csv", 0)])
def test_binary_forms_are_not_written_to_a_terminal(home, case, capfdbinary, form, code):
    words = ["case", "export", "C-1", "--table", "deaths", "--format", form]
    with mock.patch("sys.stdout.isatty", return_value=True):
        assert main([*words, "--home", str(home.path)]) == code
    printed = capfdbinary.readouterr()
    assert (b"--out FILE" in printed.err, printed.out == b"") == (code == 2, code == 2)


def test_proof_lists_all_rows_in_json_and_on_demand(home, case, capsys):
    files = [
        {"path": f"{n}.csv", "sha256": f"{n}", "status": "refused", "reason": "x", "tables": []}
        for n in range(25)
    ]
    with case.writing() as batch:
        batch.commit(files=files, totals={})
    words = ["case", "proof", "C-1", "--home", str(home.path)]
    lines = {}
    for more in ([], ["--all"]):
        assert main([*words, *more]) == 0
        lines[len(more)] = capsys.readouterr().out.count(".csv：x")
    assert lines == {0: 20, 1: 25}
    assert main([*words, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["import_account"]["refused"]["rows"]) == 25
