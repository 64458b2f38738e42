"""The shape of the proof: bounded lists, both languages, an empty case."""

from __future__ import annotations

import json

from qingfeng.report.proof import prove, render
from qingfeng.report.proof_words import WORDS
from tests.report.proof_bookings import booking, proved


def test_lists_are_cut_and_say_so_and_the_dictionary_is_plain_and_stable(case):
    rows = [booking(2 + i, "in", 5, 1_000 * i, i) for i in range(6)]
    proof = proved(case, rows, limit=2)
    breaks = proof["continuity"]["breaks"]
    assert (breaks["count"], breaks["shown"], len(breaks["rows"])) == (5, 2, 2)
    assert json.dumps(proof, ensure_ascii=False) == json.dumps(
        prove(case, limit=2), ensure_ascii=False
    )
    assert "……另有 3 条未列出" in render(proof)
    assert "... and 3 more" in render(proof, "en")
    assert "balance 10.00, expected 0.05, gap 9.95" in render(proof, "en")


def test_both_languages_have_the_same_words():
    assert WORDS["zh"].keys() == WORDS["en"].keys()


def test_an_empty_case_proves_nothing_and_says_so(case):
    proof = prove(case)
    assert proof["continuity"]["totals"]["share_proved"] is None
    assert render(proof).startswith("案件 C-1")
