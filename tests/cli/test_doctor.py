import json

import pytest

from qingfeng.cli import doctor
from qingfeng.cli.doctor import CheckState
from qingfeng.cli.main import main


@pytest.mark.parametrize(
    ("version", "state"),
    [((3, 10), CheckState.MISSING), ((3, 11), CheckState.OK), ((4, 0), CheckState.OK)],
)
def test_python_is_new_enough(version, state):
    assert doctor.python_version(version).state is state


def test_a_package_that_is_not_there_is_missing_and_says_how_to_mend_it():
    found = list(doctor.packages({"": ["duckdb", "no-such-package"], "spark": ["no-such-spark"]}))
    assert [check.state for check in found] == [
        CheckState.OK,
        CheckState.MISSING,
        CheckState.OPTIONAL,
    ]
    assert found[1].mend == "pip install no-such-package"
    assert found[2].mend == "only if you want it: pip install -e '.[spark]'"


def test_without_an_installed_package_nothing_can_be_said():
    (found,) = doctor.packages(None)
    assert found.state is CheckState.MISSING


@pytest.mark.parametrize(
    ("size", "state"), [(2**31 - 1, CheckState.OPTIONAL), (2**31, CheckState.OK)]
)
def test_memory_is_bounded_from_below(size, state):
    assert doctor.memory(size).state is state


def test_chinese_sorts_by_pinyin():
    assert doctor.chinese_order().state is CheckState.OK


def test_a_home_under_a_file_cannot_be_used(tmp_path):
    (tmp_path / "file").write_text("")
    assert next(doctor.home_folder(tmp_path / "file" / "home")).state is CheckState.MISSING
    assert next(doctor.home_folder(tmp_path / "home")).state is CheckState.OK
    assert not (tmp_path / "home").exists()


def test_layouts_of_the_home_and_of_cases_are_read(case, home):
    assert list(doctor.layouts(home.path)) == []
    (home.path / "layouts").mkdir()
    (case.folder / "layouts").mkdir()
    (case.folder / "layouts" / "x.yaml").write_text("nonsense: 1\n", encoding="utf-8")
    own, of_case = doctor.layouts(home.path)
    assert (own.name, own.state, own.found) == ("layouts", CheckState.OK, "0 layouts of your own")
    assert (of_case.name, of_case.state) == ("cases/C-1/layouts", CheckState.MISSING)
    assert "x.yaml" in of_case.found


def test_a_damaged_case_is_named_and_a_whole_one_counted(case, home):
    home.create_case("D", title="t", instrument="1")
    (found,) = doctor.cases(home)
    assert (found.state, found.found) == (CheckState.OK, "2 as committed")
    (case.folder / "case.json").write_text("", encoding="utf-8")
    damaged, whole = doctor.cases(home)
    assert (damaged.name, damaged.state) == ("case C-1", CheckState.MISSING)
    assert whole.found == "1 as committed"


@pytest.mark.parametrize(
    ("state", "code"),
    [(CheckState.OK, 0), (CheckState.OPTIONAL, 0), (CheckState.MISSING, 1)],
)
def test_only_what_is_missing_changes_the_exit_code(monkeypatch, capsys, state, code):
    monkeypatch.setattr(doctor, "checks", lambda _: [doctor.Check("x", state, "y", "z")])
    assert main(["doctor", "--json"]) == code
    assert json.loads(capsys.readouterr().out) == {
        "checks": [{"name": "x", "state": state, "found": "y", "mend": "z"}]
    }
