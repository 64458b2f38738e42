"""The shape of the proof: bounded lists, both languages, an empty case."""

from __future__ import annotations

import json

from qingfeng.report.proof import prove, render
from qingfeng.report.proof_text import proof_sections
from qingfeng.report.proof_words import WORDS
from tests.report.proof_bookings import CARD_A, CARD_B, booking, proved


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
    assert "还没有导入任何文件" in render(proof)


def test_one_of_a_thing_is_singular_and_large_counts_are_grouped(case):
    proof = proved(case, [booking(2, "in", 5, 5)])
    proof["continuity"]["totals"]["with_balance"] = 16_740
    text = render(proof, "en")
    assert "Balance chain: 1 ledger (" in text
    assert ", 16,740 bookings with balance" in text


def test_a_ledger_without_a_number_says_whose_and_where(case):
    rows = [booking(2 + i, "in", 5, 1_000 * i, i, card=None, holder_name="林晓") for i in range(2)]
    assert "未写账号（林晓，f1） 2024-06-02 12:00:01 收入 0.05，余额 10.00" in render(
        proved(case, rows)
    )


def test_codes_are_said_in_the_language_of_the_text(case):
    rows = [booking(2, "in", 100, 100), booking(3, "unknown", 5, 105, 60, time_precision="day")]
    proof = proved(case, rows)
    assert f"{CARD_A} 2024-06-02 0.05 推断为收入（" in render(proof)
    assert "0.05 inferred in (" in render(proof, "en")


def test_a_minus_without_a_direction_is_said_as_the_balance_moved(case):
    rows = [booking(2, "in", 100, 100), booking(3, "unknown", -5, 95, 60, time_precision="day")]
    proof = proved(case, rows)
    assert f"{CARD_A} 2024-06-02 0.05 推断为支出（" in render(proof)


def test_lists_are_whole_unless_cut_and_a_cut_says_how_to_see_all(case):
    rows = [booking(2 + i, "in", 5, 1_000 * i, i) for i in range(26)]
    proof = proved(case, rows, limit=None)
    assert len(proof["continuity"]["breaks"]["rows"]) == 25
    text = render(proof)
    assert text.count("相差") == 20
    assert "……另有 5 条未列出" in text
    assert text.endswith("每项最多列 20 条。全部列出：qingfeng case proof C-1 --all\n")
    whole = render(proof, limit=None)
    assert whole.count("相差") == 25
    assert "--all" not in whole


def test_sections_are_the_lines_of_the_text(case):
    proof = proved(case, [booking(2 + i, "in", 5, 1_000 * i, i) for i in range(3)])
    sections = proof_sections(proof)
    assert [each.title for each in sections][:2] == ["导入账目", "余额连续性"]
    text = render(proof)
    assert all(line.text in text for each in sections for line in each.lines)
    assert {line.depth for each in sections for line in each.lines} == {0, 1, 2}
    assert proof_sections({}) == []


def test_a_ledger_beside_another_is_told_by_its_part_and_currency(case):
    rows = [
        booking(2 + i, "in", 5, 1_000 * i, i, currency="USD", sub_account="840_1") for i in range(2)
    ]
    proof = proved(case, rows)
    assert f"{CARD_A}（840_1，USD） 2024-06-02 12:00:01 收入 0.05，余额 10.00" in render(proof)
    assert f"{CARD_A} (840_1, USD) 2024-06-02 12:00:01 in 0.05" in render(proof, "en")


def test_sums_of_one_sided_bookings_keep_currencies_apart(case):
    there = [booking(20 + i, "in", 1, None, at, card=CARD_B) for i, at in enumerate((-9e5, 9e5))]
    rows = [
        booking(2, "out", 500, None, 0, counterparty_account=CARD_B),
        booking(3, "out", 700, None, 600, counterparty_account=CARD_B, currency="USD"),
    ]
    missing = proved(case, rows + there)["mirrors"]["missing"]
    assert (missing["amount_fen"], missing["other_currencies"]) == (500, {"USD": 700})
