"""Numbers of people and accounts, masked for a page that others may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from qingfeng.identifiers import is_credit_code

_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx]|1[3-9]\d[ -]\d{4}[ -]\d{4}"
    r"|0\d{2,3}[)） -]{1,2}\d{7,8}|\d{9,30}|(?<=字第)\d{6,8}(?=号)"
    r"|\d{4}(?:[ -]\d{4}){2,}(?:[ -]?\d{1,4})?"
    r"|[A-Za-z]{1,2}\d{7,10}|wxid_[0-9A-Za-z_-]{4,40})"
    r"(?![0-9A-Za-z]|\.\d)"
)
_MAIL = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})(@[\w-]+(?:\.[\w-]+)+)", re.ASCII)
_LONG, _PHONE, _SHORT = 12, 11, 9
_LEAST = 5
"""Characters of a known number that is masked wherever it stands."""


def masked(text: object) -> str:
    """*text* with every identity, card, account and phone number in it masked.

    A run of digits counts from 9 digits on, also in the groups in which cards, identity numbers
    and phones are written; so do 7 to 10 digits behind one or two letters (passports, permits),
    6 to 8 of a soldier's card (字第…号), IDs of WeChat and mail addresses. One inside a
    longer word, such as a hash, or with decimals behind it, is left. The first four and last
    four characters stay; of 11 (a phone) the first three, of fewer the first two and the last
    three, of less than 9 the first and the last two.
    """
    hidden = _MAIL.sub(lambda found: _hidden(found[1]) + found[2], str(text))
    return _NUMBER.sub(lambda found: _hidden(found.group()), hidden)


def masking(numbers: Iterable[str | None]) -> Callable[[object], str]:
    """``masked`` that also knows *numbers*, whatever their form, and masks them as words.

    Names, credit codes of companies (which anybody can look up) and what is shorter than
    ``_LEAST`` characters are none.
    """
    odd = sorted(
        {
            number
            for number in numbers
            if number
            and len(number) >= _LEAST
            and number.isascii()
            and "*" not in number
            and not is_credit_code(number)
            and masked(number) == number
        },
        key=lambda number: (-len(number), number),
    )
    if not odd:
        return masked
    known = re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(map(re.escape, odd))})(?![0-9A-Za-z])")
    return lambda text: masked(known.sub(lambda found: _hidden(found.group()), str(text)))


def _hidden(number: str) -> str:
    length = len(number)
    head, tail = (4, 4) if length >= _LONG else (3, 4) if length == _PHONE else (2, 3)
    if length < _SHORT:
        head, tail = 1, min(2, max(length - 2, 0))
    return number[:head] + "*" * max(length - head - tail, 1) + number[length - tail :]
