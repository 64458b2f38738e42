import io

import pytest

from qingfeng.cli.output import display_width, print_lines, shorten, table_lines
from qingfeng.cli.progress import Progress


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("银行", 4), ("Ａ1", 3), ("e\u0301", 1), ("𠮷", 2)]
)
def test_width(text, columns):
    assert display_width(text) == columns


@pytest.mark.parametrize(
    ("text", "columns", "short"),
    [("银行", 4, "银行"), ("银行流水", 5, "银行…"), ("银行流水", 4, "银…"), ("abcd", 3, "ab…")],
)
def test_text_is_cut_to_its_columns(text, columns, short):
    assert shorten(text, columns) == short
    assert display_width(short) <= columns


def test_columns_line_up_with_chinese_in_them():
    lines = table_lines(("name", "rows"), [("银行流水", "5"), ("a", "1,000")], right={"rows"})
    assert lines == ["name       rows", "银行流水      5", "a         1,000"]


def test_progress_off_a_terminal_is_silent_when_the_work_is_short():
    stream = io.StringIO()
    with Progress("import", stream) as progress:
        progress(50, 100, 1_000)
    assert stream.getvalue() == ""


def test_progress_off_a_terminal_is_a_line_at_times_and_none_at_the_end(monkeypatch):
    monkeypatch.setattr("qingfeng.cli.progress._LINE_EVERY_SECONDS", 0)
    stream = io.StringIO()
    with Progress("import", stream) as progress:
        progress(50, 100, 1_000)
        progress(100, 100, 2_000)
    assert stream.getvalue().startswith("import: 50 %, 1,000 rows, ")
    assert stream.getvalue().count("\n") == 1


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_on_a_terminal_is_a_bar_with_rows(monkeypatch):
    monkeypatch.setattr("qingfeng.cli.progress._REDRAW_EVERY_SECONDS", 0)
    stream = Terminal()
    with Progress("import", stream) as progress:
        progress(50, 100, 1_000)
        shown = stream.getvalue()
    assert "import" in shown
    assert "50%" in shown
    assert "1,000 rows" in shown


def test_what_a_terminal_would_do_is_shown_instead(capsys):
    print_lines(["甲\x1b[31m乙", "a\u202eb\tc", "d\x07\r"])
    assert capsys.readouterr().out == "甲\\u001b[31m乙\na\\u202eb\tc\nd\\u0007\\u000d\n"
