"""Numbers that name a person, a company, a card or a vehicle, and how each checks itself.

Every function takes text already trimmed and half-width unless it says otherwise; letters may
be lower case.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_CITIZEN = re.compile(r"\d{17}[\dX]")
_CITIZEN_OLD = re.compile(r"\d{15}")
_CITIZEN_CHECKS = "10X98765432"

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE = re.compile(rf"[{_CREDIT_ALPHABET}]{{2}}\d{{6}}[{_CREDIT_ALPHABET}]{{10}}")

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-Z](?:[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳]|[A-HJ-NP-Z0-9]{{6}})"
)


def citizen_check_digit(first_17: str) -> str:
    """The 18th character of a citizen number (居民身份证号码), GB 11643-1999.

    *first_17* is 17 digits; ValueError otherwise.
    """
    if not re.fullmatch(r"[0-9]{17}", first_17):
        raise ValueError(f"17 digits wanted, got {len(first_17)} characters")
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(first_17))
    return _CITIZEN_CHECKS[total % 11]


def is_citizen_number(text: str) -> bool:
    """Whether *text* is an 18-character citizen number with a real birth date and right check."""
    upper = text.upper()
    if not (upper.isascii() and _CITIZEN.fullmatch(upper)) or _date(upper[6:14]) is None:
        return False
    return citizen_check_digit(upper[:17]) == upper[17]


def upgrade_citizen_number(text: str) -> str | None:
    """Return the 18-character form of a 15-digit number; None if *text* is not one.

    The century is 19: every bearer of a 15-digit number was born before 2000.
    """
    if not (text.isascii() and _CITIZEN_OLD.fullmatch(text)) or _date("19" + text[6:12]) is None:
        return None
    first_17 = f"{text[:6]}19{text[6:]}"
    return first_17 + citizen_check_digit(first_17)


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def credit_code_check(first_17: str) -> str:
    """The 18th character of a unified social credit code (统一社会信用代码), GB 32100-2015.

    ValueError if *first_17* is not 17 characters of its alphabet (no I, O, S, V, Z).
    """
    upper = first_17.upper()
    if len(upper) != 17 or not set(upper) <= set(_CREDIT_ALPHABET):
        raise ValueError("17 characters of the credit code alphabet wanted")
    total = sum(
        _CREDIT_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(upper)
    )
    return _CREDIT_ALPHABET[-total % 31]


def is_credit_code(text: str) -> bool:
    """Whether *text* is an 18-character credit code with the right check character."""
    upper = text.upper()
    if not (upper.isascii() and _CREDIT_CODE.fullmatch(upper)):
        return False
    return credit_code_check(upper[:17]) == upper[17]


def luhn_check_digit(digits: str) -> str:
    """The digit that makes *digits* + it pass the Luhn test of bank cards (ISO/IEC 7812-1)."""
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("digits wanted")
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits)))
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def is_card_number(text: str) -> bool:
    """Whether *text* is 12 to 19 digits and passes the Luhn test.

    Account numbers (账号) need not pass; a number that fails may still be an account.
    """
    if not (text.isascii() and text.isdigit() and 12 <= len(text) <= 19):
        return False
    return luhn_check_digit(text[:-1]) == text[-1]


def normalise_plate(text: str) -> str | None:
    """Return a vehicle plate (号牌号码) as 闽A12345; None if *text* is not one.

    Full-width characters, small letters, spaces and the dot between the letter and the number
    are understood. Ordinary plates have 7 characters, new-energy plates 8.
    """
    plain = re.sub(r"[\s·•.・-]", "", unicodedata.normalize("NFKC", text).upper())
    return plain if _PLATE.fullmatch(plain) else None
