from __future__ import annotations

import pytest

from qingfeng.vocabulary.chinese import in_chinese
from tests.vocabulary.messages import is_said


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("one field, not a record", "只有一个字段，不是记录"),
        ("交易时间: cannot read '2023-02-30'", "交易时间：无法读取'2023-02-30'"),
        (
            "it holds no byte. Ask the sender for it again.",
            "文件为空（0字节）。请提供单位重新提供",
        ),
        ("no row of 流水: one field, not a record", "不是流水的记录：只有一个字段，不是记录"),
        ("姓名: empty; Luhn fails", "姓名：为空；卡号校验（Luhn）不通过"),
    ],
)
def test_messages_are_said_whole_or_part_by_part(english, chinese):
    assert in_chinese(english) == chinese
    assert is_said(english)


@pytest.mark.parametrize(
    "text", ["", "何桂蓉", "a: b", "CO. LTD; x", "3. 5", "nobody knows this yet"]
)
def test_what_is_not_listed_stays_as_it_is(text):
    assert in_chinese(text) == text


def test_a_message_that_is_not_listed_is_found_out():
    assert not is_said("nobody knows this yet")
