import pytest

from qingfeng.cli.findings_text import result_lines, wrapped
from qingfeng.cli.output import display_width


def run(**changed):
    return {"detector": "d", "state": "hit", "hits": 1, "seconds": 0.04, "reason": None} | changed


def finding(level, amount_fen, explain="一句话。", roles=("evidence",)):
    return {
        "level": level,
        "detector": "d",
        "subject": {"kind": "account", "key": "甲1"},
        "amount_fen": amount_fen,
        "explain": explain,
        "rows": [{"role": role} for role in roles],
    }


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        pytest.param("银行流水", 8, ["银行流水"], id="just fits"),
        pytest.param("银行流水", 7, ["银行流", "水"], id="one column short"),
        pytest.param("合计1,000.00元", 8, ["合计", "1,000.00", "元"], id="a number stays whole"),
        pytest.param("银行流，水", 6, ["银行流，", "水"], id="no line begins with a comma"),
        pytest.param("two words", 5, ["two", "words"], id="a blank ends a line"),
        pytest.param("longest", 3, ["longest"], id="a long word passes the bound"),
        pytest.param("", 5, [], id="nothing"),
    ],
)
def test_sentences_are_cut_to_columns(text, columns, lines):
    assert list(wrapped(text, columns)) == lines


def test_the_gravest_comes_first_and_its_sentence_below_it():
    found = [
        finding("medium", 100, "小"),
        finding("critical", 1, "重"),
        finding("medium", 200, "大", roles=("evidence", "in", "context", "excluded")),
    ]
    lines = list(result_lines({"runs": [run(hits=3)], "findings": found}))
    assert lines == [
        "detector  state  findings  seconds  reason",
        "d         hit           3      0.0",
        "",
        "no.  level     detector  subject      yuan  rows",
        "  1  critical  d         account 甲1  0.01     1",
        "     重",
        "  2  medium    d         account 甲1  2.00     2",
        "     大",
        "  3  medium    d         account 甲1  1.00     1",
        "     小",
    ]


def test_findings_beyond_the_wanted_number_are_counted():
    two = {"runs": [run()], "findings": [finding("low", 1), finding("low", 1)]}
    assert list(result_lines(two, most=1))[-1] == "… and 1 more findings"
    assert list(result_lines(two, most=2)) == list(result_lines(two))


def test_without_findings_there_are_the_runs_and_their_reasons():
    clear = run(state="not evaluable", hits=0, reason="transfers.booked_at missing")
    assert list(result_lines({"runs": [clear], "findings": []}))[1:] == [
        "d         not evaluable         0      0.0  transfers.booked_at missing"
    ]


def test_a_finding_without_money_shows_none():
    lines = list(result_lines({"runs": [run()], "findings": [finding("low", 0)]}))
    assert lines[-2].split() == ["1", "low", "d", "account", "甲1", "-", "1"]


def test_no_line_of_a_sentence_is_wider_than_the_page():
    long = finding("low", 1, "账户6225160000000000417有1次静默不少于180天，合计852,030.86元。" * 9)
    lines = list(result_lines({"runs": [run()], "findings": [long]}))
    assert 90 < max(map(display_width, lines)) <= 102
