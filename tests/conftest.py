"""What every test may ask for, and what no test may depend on."""

from __future__ import annotations

import pytest
from hypothesis import settings

from qingfeng.ingest import run
from qingfeng.ingest.reporting import totals_of
from qingfeng.store import Case, Home
from tests.vocabulary.messages import is_said

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


def pytest_addoption(parser):
    parser.addoption("--no-skips", action="store_true", help="a skipped test fails the run")


def pytest_sessionfinish(session):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("--no-skips") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _no_home_of_the_user(monkeypatch, tmp_path_factory):
    monkeypatch.setenv("QINGFENG_HOME", str(tmp_path_factory.getbasetemp() / "no-home-named"))


@pytest.fixture
def home(tmp_path) -> Home:
    """A home folder of this test alone."""
    return Home(tmp_path / "home")


@pytest.fixture
def case(home) -> Case:
    """An empty case."""
    return home.create_case("C-1", title="演示案", instrument="测纪立〔2026〕1号")


@pytest.fixture(autouse=True)
def every_message_of_an_import_is_said_in_chinese(monkeypatch):
    """Whatever a test imports: no reason and no remark may stay English in Chinese papers."""

    def checked(files):
        for text in messages_of(files):
            assert is_said(text), f"not in chinese.yaml: {text}"
        return totals_of(files)

    monkeypatch.setattr(run, "totals_of", checked)


def messages_of(files):
    """Reasons and remarks of the files of an import report."""
    for entry in files:
        yield from filter(None, [entry["reason"]])
        for table in entry["tables"]:
            yield from (each["reason"] for each in table["rejected"])
            yield from (each["text"] for each in table["warnings"])
