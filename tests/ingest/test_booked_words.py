"""What words make of a booking: undone, failed, or cash."""

from __future__ import annotations

import pytest

from tests.ingest.imports import CARD
from tests.ingest.test_booked_amounts import csv, stored

HEADER = "交易卡号,交易时间,收付标志,交易金额,交易余额,对手户名,摘要,备注"


def one(folder, summary, remark="", *, amount="5.00"):
    line = f"{CARD},2024-01-05 10:00:00,出,{amount},9.00,陈砚,{summary},{remark}"
    rows, _ = stored(folder, csv(HEADER, line), "status, cash")
    return rows[0]


@pytest.mark.parametrize(
    ("summary", "remark", "status"),
    [
        ("冲正", "", "reversal"),
        ("冲正交易", "", "reversal"),
        ("消费冲正", "", "reversal"),
        ("冲正-ATM取款", "", "reversal"),
        ("抹账", "", "reversal"),
        ("红字冲销", "", "reversal"),
        ("红字", "", "reversal"),
        ("消费撤销", "", "reversal"),
        ("", "冲正", "reversal"),
        ("红字印刷品货款", "", "ok_assumed"),
        ("补冲正手续费", "", "ok_assumed"),
        ("撤销合同款", "", "ok_assumed"),
        ("备用金冲账", "", "ok_assumed"),
        ("被冲正", "", "ok_assumed"),
        ("货款", "还款冲正", "ok_assumed"),
    ],
)
def test_a_word_undoes_only_as_the_nature_of_the_booking(tmp_path, summary, remark, status):
    assert one(tmp_path, summary, remark)[0] == status


def test_a_red_amount_undoes_whatever_the_words(tmp_path):
    assert one(tmp_path, "红字印刷品货款", amount="-5.00")[0] == "reversal"


@pytest.mark.parametrize(
    ("summary", "cash"),
    [
        ("现金存入", True),
        ("ATM取款", True),
        ("ATM 取款", True),
        ("柜台取现", True),
        ("现金管理", None),
        ("现金宝", None),
        ("现金分期", None),
        ("非现金存款", None),
        ("转存", None),
    ],
)
def test_a_summary_of_the_closed_list_says_cash(tmp_path, summary, cash):
    assert one(tmp_path, summary)[1] is cash


def test_the_column_of_cash_comes_before_the_summary(tmp_path):
    text = csv(
        "交易卡号,交易时间,收付标志,交易金额,交易余额,现金标志,摘要",
        f"{CARD},2024-01-05 10:00:00,出,5.00,9.00,转账,现金支取",
        f"{CARD},2024-01-06 10:00:00,出,5.00,4.00,,现金支取",
    )
    assert stored(tmp_path, text, "cash")[0] == [(False,), (True,)]


def test_words_of_success(tmp_path):
    words = {
        "成功": "ok",
        "冲正成功": "reversal",
        "撤销成功": "reversal",
        "被冲正": "reversed",
        "已撤销": "reversed",
        "余额不足": "failed",
        "0": "failed",
        "处理中": "failed",
        "已退汇": "ok_assumed",
        "00": "ok_assumed",
    }
    text = csv(
        "交易卡号,交易时间,收付标志,交易金额,交易余额,交易是否成功",
        *(
            f"{CARD},2024-01-05 10:00:{place:02d},出,{place + 1}.00,9.00,{word}"
            for place, word in enumerate(words)
        ),
    )
    rows, entry = stored(tmp_path, text, "status")
    assert [status for (status,) in rows] == list(words.values())
    assert [each["text"] for each in entry["warnings"]] == [
        "'处理中' is not carried out yet, not counted",
        *(f"'{word}' is not in the word list, taken as done" for word in ("已退汇", "00")),
    ]


@pytest.mark.parametrize(
    ("mark", "status", "flags"),
    [
        ("未冲正", "ok_assumed", None),
        ("0", "ok_assumed", None),
        ("", "ok_assumed", None),
        ("冲正", "reversal", None),
        ("红字", "reversal", None),
        ("T", "reversal", None),
        ("01", "reversal", None),
        ("抹账", "reversal", None),
        ("已冲正", "reversed", None),
        ("被冲正", "reversed", None),
        ("9", "ok_assumed", "[\"status: '9' is not in the word list, taken as not undone\"]"),
    ],
)
def test_a_mark_says_whether_a_booking_undoes_or_was_undone(tmp_path, mark, status, flags):
    text = csv(
        "交易卡号,交易时间,收付标志,交易金额,交易余额,冲正标志",
        f"{CARD},2024-01-05 10:00:00,出,5.00,9.00,{mark}",
    )
    rows, _ = stored(tmp_path, text, "status, flags")
    assert rows == [(status, flags)]


@pytest.mark.parametrize(
    ("word", "status", "counted", "said"),
    [
        ("未成功", "failed", False, None),
        ("交易失败：密码错误", "failed", False, None),
        ("处理中", "failed", False, "'处理中' is not carried out yet, not counted"),
        ("成功", "ok", True, None),
        ("十全", "ok_assumed", True, "'十全' is not in the word list, taken as done"),
    ],
)
def test_only_what_was_carried_out_counts(tmp_path, word, status, counted, said):
    text = csv(
        "交易卡号,交易时间,收付标志,交易金额,交易余额,交易是否成功",
        f"{CARD},2024-01-05 10:00:00,出,5.00,9.00,{word}",
    )
    rows, _ = stored(tmp_path, text, "status, counted, flags")
    assert rows == [(status, counted, said and f'["status: {said}"]')]


def test_a_strange_word_for_cash_is_said(tmp_path):
    text = csv(
        "交易卡号,交易时间,收付标志,交易金额,交易余额,现金标志",
        f"{CARD},2024-01-05 10:00:00,出,5.00,9.00,贝壳",
    )
    rows, _ = stored(tmp_path, text, "cash, flags")
    assert rows == [(None, "[\"cash: '贝壳' says neither cash nor transfer\"]")]
