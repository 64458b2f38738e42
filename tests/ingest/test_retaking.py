"""Slices that went by something else than their whole table are read once more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from qingfeng.ingest.readers.delimited import Dialect
from qingfeng.ingest.retaking import ROUNDS, UNSETTLED, settle_slices
from qingfeng.ingest.whole_table import Noted, Some, above, note, reading_slice, shown
from qingfeng.ingest.work import FileJob, FileResult, Slice

KEY = ("seen",)


def job(start):
    part = Slice(start, 10, start + 1, Dialect("utf-8", ",", 2), 0, 10)
    return FileJob(0, Path("a.csv"), "a.csv", "0" * 64, part)


def taken(number, decide, told=None):
    own = replace(job(10 * number), told=told)
    with reading_slice(told, first=number == 0) as noted:
        decide(number)
    entry = {"warnings": []}
    return number, own, FileResult(0, tables={0: entry}, noted=noted)


def settle(decide, count=3):
    again = []

    def take(units):
        again.append([number for number, _ in units])
        return [taken(number, decide, own.told) for number, own in units]

    return settle_slices([taken(number, decide) for number in range(count)], take), again


def test_slices_that_agree_are_read_once():
    _, again = settle(lambda _: shown(KEY, True))
    assert again == []


def test_a_slice_that_shows_it_alone_tells_all_others():
    found = {}
    settle(lambda number: found.update({number: shown(KEY, number == 1)}))
    assert found == {0: (True,), 1: (True,), 2: (True,)}


def test_only_slices_that_asked_are_read_again():
    def decide(number):
        if number != 2:
            shown(KEY, number == 1)

    assert settle(decide)[1] == [[0]]


def test_a_slice_is_told_of_the_rows_above_it_alone():
    found = {}

    def decide(number):
        shown(KEY, number == 1)
        fact = above(KEY)
        found[number] = None if fact is None else fact.flags

    settle(decide)
    assert found == {0: None, 1: (False,), 2: (True,)}


def test_what_does_not_settle_is_said():
    def decide(_):
        (known,) = shown(KEY, False)
        note(KEY, Some((not known,)))

    results, again = settle(decide, count=1)
    said = [each["text"] for each in results[0][2].tables[0]["warnings"]]
    assert (len(again), said) == (ROUNDS, [UNSETTLED])


def test_a_slice_without_notes_is_left_alone():
    number, own, result = taken(0, lambda _: shown(KEY, True))
    result.noted = None
    assert settle_slices([(number, own, result)], lambda _: []) == [(number, own, result)]


def test_outside_slices_a_table_knows_itself():
    assert shown(KEY, False, True) == (False, True)
    assert above(KEY) is None
    assert Noted() == Noted({}, {}, {})
    assert Some((True, False)).joined(Some((False, False))).flags == (True, False)
