"""Answers are remembered, and stay those of their own values."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.ingest import remembered
from qingfeng.ingest.remembered import Remembered


def doubled(asked):
    def ask(values):
        asked.append(values.to_pylist())
        texts = values.to_pylist()
        doubles = pa.array([text * 2 for text in texts], pa.string())
        return {"": doubles, "n": pa.array(map(len, texts), pa.int64())}

    return ask


def test_only_what_is_unknown_is_asked():
    asked = []
    known = Remembered(doubled(asked))
    assert known.answers(pa.array(["a", "b", "a"]))[""].to_pylist() == ["aa", "bb", "aa"]
    assert known.answers(pa.array(["b", "c"]))[""].to_pylist() == ["bb", "cc"]
    assert asked == [["a", "b"], ["c"]]


def test_no_value_at_all_has_answers_of_the_right_types():
    found = Remembered(doubled([])).answers(pa.array([], pa.string()))
    assert {name: len(values) for name, values in found.items()} == {"": 0, "n": 0}


@given(st.lists(st.lists(st.text(max_size=2), max_size=6), max_size=12))
def test_answers_do_not_depend_on_what_was_asked_before(lists):
    remembered._MOST, before = 8, remembered._MOST
    try:
        known = Remembered(doubled([]))
        for values in lists:
            found = known.answers(pa.array(values, pa.string()))
            assert found[""].to_pylist() == [each * 2 for each in values]
            assert found["n"].to_pylist() == [len(each) for each in values]
    finally:
        remembered._MOST = before
