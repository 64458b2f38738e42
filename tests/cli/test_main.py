import json
import subprocess
import sys

import pytest

from qingfeng.cli.main import main

NEW = ["case", "new", "A-1", "--title", "甲案", "--instrument", "测〔2026〕1号"]


def said(capsys, *words):
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


def test_new_then_list(home, capsys):
    assert said(capsys, "case", "list", "--home", home.path)[:2] == (0, f"No case in {home.path}\n")
    code, out, err = said(capsys, *NEW, "--home", home.path)
    assert (code, out, err) == (0, f"Case A-1 created in {home.path / 'cases' / 'A-1'}\n", "")
    code, out, _ = said(capsys, "--home", home.path, "case", "list", "--json")
    listed = {"code": "A-1", "title": "甲案", "instrument": "测〔2026〕1号", "imports": 0}
    assert (code, json.loads(out)) == (0, {"cases": [listed]})


def test_list_lines_up(home, capsys):
    said(capsys, *NEW, "--home", home.path)
    _, out, _ = said(capsys, "case", "list", "--home", home.path)
    assert out.splitlines() == [
        "code  imports  instrument     title",
        "A-1         0  测〔2026〕1号  甲案",
    ]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["case", "tables", "B-2"], 3, "there is A-1"),
        (NEW, 3, "exists already"),
        (["case", "new", "C", "--title", "t", "--instrument", " "], 3, "legal instrument"),
        (["case", "new", "../C", "--title", "t", "--instrument", "1"], 2, "not usable"),
        (["case", "list", "--home"], 2, "--home DIR"),
    ],
)
def test_refusals_are_one_line_and_change_nothing(home, capsys, words, code, message):
    said(capsys, *NEW, "--home", home.path)
    before = home.codes()
    found, out, err = said(capsys, "--home", home.path, *words)
    assert (found, out, err.count("\n")) == (code, "", 1)
    assert message in err
    assert home.codes() == before


@pytest.mark.parametrize(
    "words", [[], ["case"], ["nothing"], ["case", "new"], ["case", "list", "--js"]]
)
def test_what_is_not_understood_ends_with_2(capsys, words):
    code, out, err = said(capsys, *words)
    assert (code, out) == (2, "")
    assert "usage:" in err


def test_a_home_that_is_no_folder_is_refused_without_a_traceback(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    code, _, err = said(capsys, *NEW, "--home", tmp_path / "file")
    assert (code, err.count("\n")) == (3, 1)
    assert str(tmp_path / "file") in err


def test_help_is_no_fault(capsys):
    assert said(capsys, "--help")[0] == 0


def test_a_fault_of_the_program_is_one_line_and_a_traceback_on_request(home, capsys, monkeypatch):
    def fail(_: object) -> None:
        raise ZeroDivisionError("x")

    monkeypatch.setattr("qingfeng.cli.doctor.checks", fail)
    code, out, err = said(capsys, "doctor", "--home", home.path)
    assert (code, out, err.count("\n")) == (3, "", 1)
    assert "ZeroDivisionError: x" in err
    monkeypatch.setenv("QINGFENG_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        main(["doctor"])


def test_the_package_runs_as_a_module():
    words = [sys.executable, "-m", "qingfeng", "--version"]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout.split()[0]) == (0, "qingfeng")
