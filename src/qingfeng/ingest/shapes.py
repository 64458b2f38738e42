"""The shape of a cell: what its characters alone allow it to be. Nothing is repaired here."""

from __future__ import annotations

import re

from qingfeng.identifiers import is_card_number

CURRENCIES = (
    "CNY|RMB|USD|HKD|MOP|TWD|EUR|JPY|GBP|AUD|CAD|SGD|CHF|人民币|美元|港币|港元|欧元|日元|英镑"
)
"""Pattern of the currencies that stand behind an account number: ``3500…-CNY``."""

_MASK = re.compile(r"[*＊]|(?<=\d)[xX]{3,}")


def is_masked(text: str) -> bool:
    """True for a number with its middle hidden: ``6228****0125``."""
    return bool(_MASK.search(text))


def is_card(text: str) -> bool:
    """True for 16 to 19 digits of a bank card range (4, 5, 62, 9) that pass Luhn."""
    digits = re.sub(r"[\s\-]", "", text)
    return bool(re.fullmatch(r"(?:[45]\d|62|9\d)\d{14,17}", digits)) and is_card_number(digits)


def is_wechat_id(text: str) -> bool:
    """True for ``wxid_…``, or 6 to 20 ASCII letters, digits, ``_`` and ``-`` from a letter on.

    A word of letters alone is a nickname, not an ID.
    """
    if re.fullmatch(r"wxid_[0-9A-Za-z]{6,}", text):
        return True
    return bool(re.fullmatch(r"(?=.*[0-9])(?=.*[_\-]|.{8})[A-Za-z][0-9A-Za-z_\-]{5,19}", text))


def masked_shape(text: str) -> str:
    """Say what a value looks like without saying what it is: ``欧阳砚 12`` gives ``汉汉汉 99``.

    Letters become ``a``, digits ``9``, other word characters ``汉``; punctuation stays; at
    most 24 characters.
    """
    shape = []
    for mark in text[:24]:
        if mark.isdigit():
            shape.append("9")
        elif mark.isascii() and mark.isalpha():
            shape.append("a")
        elif mark.isalnum():
            shape.append("汉")
        else:
            shape.append(mark if mark.isprintable() else " ")
    return "".join(shape)
