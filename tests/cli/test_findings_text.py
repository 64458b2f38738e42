import pytest

from qingfeng.cli.findings_text import result_lines, wrapped
from qingfeng.cli.output import display_width


def run(**changed):
    given = {"detector": "d", "state": "hit", "hits": 1, "seconds": 0.04} | changed
    said = ("reason", "reason_en", "warning", "warning_en")
    return dict.fromkeys(said) | given


def finding(level, amount_fen, explain="一句话。", roles=("evidence",)):
    return {
        "level": level,
        "detector": "d",
        "subject": {"kind": "account", "key": "甲1"},
        "amount_fen": amount_fen,
        "explain": explain,
        "explain_en": explain,
        "rows": [
            {
                "role": role,
                "source_row": f"{'a' * 64}·Sheet1·{number}",
                "file": "流水.xlsx" if number > 1 else None,
                "sheet": "Sheet1",
                "row": number,
                "happened_on": "2021-03-01",
                "amount_fen": 100,
            }
            for number, role in enumerate(roles, start=1)
        ],
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
    lines = list(result_lines({"runs": [run(hits=3)], "findings": found}, "en"))
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
    assert list(result_lines(two, "en", most=1))[-1] == "… and 1 more findings"
    assert list(result_lines(two, "en", most=2)) == list(result_lines(two, "en"))


def test_without_findings_there_are_the_runs_and_their_reasons():
    clear = run(state="not evaluable", hits=0, reason_en="transfers.booked_at missing")
    assert list(result_lines({"runs": [clear], "findings": []}, "en"))[1:] == [
        "d         not evaluable         0      0.0  transfers.booked_at missing"
    ]


def test_a_finding_without_money_shows_none():
    lines = list(result_lines({"runs": [run()], "findings": [finding("low", 0)]}, "en"))
    assert lines[-2].split() == ["1", "low", "d", "account", "甲1", "-", "1"]


def test_no_line_of_a_sentence_is_wider_than_the_page():
    long = finding("low", 1, "账户6225160000000000417有1次静默不少于180天，合计852,030.86元。" * 9)
    lines = list(result_lines({"runs": [run()], "findings": [long]}, "zh"))
    assert 90 < max(map(display_width, lines)) <= 102


def test_in_chinese_nothing_but_names_is_english():
    found = [finding("critical", 1, "重")]
    runs = [run(hits=1), run(detector="e", state="not evaluable", hits=0, reason="缺对手")]
    assert list(result_lines({"runs": runs, "findings": found}, "zh")) == [
        "检测器  状态      疑点   秒  原因",
        "d       命中         1  0.0",
        "e       无法评估     0  0.0  缺对手",
        "",
        "序号  级别  检测器  对象        元  行",
        "   1  严重  d       账户 甲1  0.01   1",
        "     重",
    ]


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (0, []),
        (
            1,
            [
                f"       2021-03-01  evidence  1.00  {'a' * 64}·Sheet1 row 1",
                "       … and 2 more rows (--rows N or --json)",
                "       1 rows set aside (--json)",
            ],
        ),
        (
            3,
            [
                f"       2021-03-01  evidence  1.00  {'a' * 64}·Sheet1 row 1",
                "       2021-03-01  in  1.00  流水.xlsx·Sheet1 row 2",
                "       2021-03-01  context  1.00  流水.xlsx·Sheet1 row 4",
                "       1 rows set aside (--json)",
            ],
        ),
    ],
)
def test_rows_stand_below_the_sentence(rows, shown):
    found = [finding("low", 1, "重", roles=("evidence", "in", "excluded", "context"))]
    lines = list(result_lines({"runs": [run()], "findings": found}, "en", rows=rows))
    assert lines[lines.index("     重") + 1 :] == shown


def test_a_warning_is_said_where_there_is_no_reason():
    many = run(warning="命中率超过5%，多得无法逐一查看")
    assert list(result_lines({"runs": [many], "findings": []}, "zh"))[1].endswith("逐一查看")


def test_what_could_not_be_judged_and_what_was_set_aside_is_said_of_a_run():
    open_subjects = [{"reason": "方向不明", "reason_en": "direction not known", "subjects": 2}]
    judged = run(state="clear", hits=0, population=9, evaluable=7, not_evaluable=open_subjects)
    put_by = run(reason_en="1 subjects hit and set aside", pending=["min_parts=4 begins"], hits=0)
    lines = list(result_lines({"runs": [judged, put_by], "findings": []}, "en"))
    assert lines[1].endswith("2 of 9 subjects not evaluable: direction not known")
    assert lines[2].endswith("1 subjects hit and set aside; not yet in force: min_parts=4 begins")
