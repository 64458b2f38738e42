from datetime import date
from fractions import Fraction

import pytest

from qingfeng.synth import Truth, score
from qingfeng.synth.truth import HARD_NEGATIVE, INCIDENTAL, POSITIVE


def planted(*plants):
    truth = Truth("small", 7)
    for detector, kind, keys, fen in plants:
        truth.add(
            detector,
            kind,
            "test",
            keys,
            amount_fen=fen,
            bookings=1,
            from_on=date(2023, 1, 1),
            to_on=date(2023, 1, 2),
            delivered_as="test",
        )
    return truth


def finding(key, detector="structuring", *, state="hit", days=(), role="evidence", fen=300):
    return {
        "detector": detector,
        "state": state,
        "subject": {"kind": "account", "key": key},
        "amount_fen": fen,
        "rows": [{"role": role, "happened_on": day} for day in days],
    }


TRUTH = planted(
    ("structuring", POSITIVE, ("A1", "C1", "P1"), 300),
    ("structuring", POSITIVE, ("A2", "", "P2"), 100),
    ("structuring", HARD_NEGATIVE, ("A3", "C3", "P1"), 900),
    ("common_agent", POSITIVE, ("G1",), 0),
)


def test_any_key_of_the_plant_finds_it_and_money_weighs():
    found = score([finding("C1")], TRUTH)["structuring"]
    assert (found.found, found.missed) == (("structuring-p1",), ("structuring-p2",))
    assert (found.recall, found.precision) == (Fraction(1, 2), Fraction(1))
    assert found.yuan_recall == Fraction(3, 4)


def test_money_that_no_finding_says_is_not_found():
    found = score([finding("A1", fen=120), finding("A2", fen=900)], TRUTH)["structuring"]
    assert (found.recall, found.yuan_recall) == (Fraction(1), Fraction(220, 400))


def test_two_findings_of_one_plant_are_both_true_and_found_once():
    found = score([finding("A1"), finding("C1")], TRUTH)["structuring"]
    assert (found.true_findings, found.found) == (2, ("structuring-p1",))


def test_a_hard_negative_is_named_and_costs_precision():
    found = score([finding("A2"), finding("A3")], TRUTH)["structuring"]
    assert found.negatives_hit == ("structuring-n1",)
    assert found.precision == Fraction(1, 2)


def test_a_key_shared_with_a_positive_is_no_hit_on_the_negative():
    assert score([finding("P1")], TRUTH)["structuring"].negatives_hit == ()


def test_unplanted_findings_are_listed():
    found = score([finding("X9")], TRUTH)["structuring"]
    assert (found.unplanted, found.precision, found.recall) == (("X9",), Fraction(0), Fraction(0))


def test_only_hits_of_the_same_detector_count():
    found = score([finding("A1", state="clear"), finding("A1", "common_agent")], TRUTH)
    assert found["structuring"].findings == 0
    assert found["structuring"].precision is None
    assert found["common_agent"].unplanted == ("A1",)


def test_without_money_there_is_no_yuan_recall():
    found = score([finding("G1", "common_agent")], TRUTH)["common_agent"]
    assert (found.recall, found.yuan_recall) == (Fraction(1), None)


@pytest.mark.parametrize(
    ("days", "role", "true"),
    [
        pytest.param(["2022-12-31"], "evidence", 0, id="the day before"),
        pytest.param(["2023-01-01"], "evidence", 1, id="first day"),
        pytest.param(["2022-01-01", "2023-01-02"], "out", 1, id="one row on the last day"),
        pytest.param(["2023-01-03"], "evidence", 0, id="the day after"),
        pytest.param(["2023-01-01"], "context", 1, id="no dated evidence"),
        pytest.param([None], "evidence", 1, id="undated evidence"),
    ],
)
def test_a_true_finding_shows_a_row_of_the_planted_days(days, role, true):
    found = score([finding("A1", days=days, role=role)], TRUTH)["structuring"]
    assert (found.true_findings, len(found.unplanted)) == (true, 1 - true)


def test_what_came_by_itself_is_neither_recall_nor_precision():
    truth = planted(
        ("structuring", POSITIVE, ("A1",), 300), ("structuring", INCIDENTAL, ("A9", "P1"), 900)
    )
    found = score([finding("A1"), finding("A9")], truth)["structuring"]
    assert (found.recall, found.yuan_recall) == (Fraction(1), Fraction(1))
    assert found.precision == Fraction(1, 2)
    assert (found.incidental_found, found.incidental) == (("structuring-i1",), 1)
    assert (found.unplanted, found.negatives) == ((), 0)
