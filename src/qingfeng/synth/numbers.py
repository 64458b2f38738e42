"""Invented numbers that pass their own checks and belong to nobody.

Identity numbers use area 3599xx, which is not assigned; cards pass Luhn; credit codes follow
GB 32100 with the same area; phones lie in blocks that no carrier hands out.
"""

from __future__ import annotations

from datetime import date

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def id_check(first17: str) -> str:
    """Check character of a GB 11643 identity number from its first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, ID_WEIGHTS, strict=True))
    return ID_CHECKS[total % 11]


def id_number(county: int, born: date, sequence: int) -> str:
    """Identity number of area 3599*county*; *sequence* 0-999, odd for men."""
    first17 = f"3599{county:02d}{born:%Y%m%d}{sequence:03d}"
    return first17 + id_check(first17)


def luhn_check(digits: str) -> str:
    """Digit that makes *digits* + digit pass Luhn."""
    total = 0
    for position, char in enumerate(reversed(digits)):
        value = int(char)
        if position % 2 == 0:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return str(-total % 10)


def card_number(prefix: str, sequence: int) -> str:
    """Nineteen-digit card: six-digit *prefix*, *sequence* padded to twelve, Luhn digit."""
    digits = f"{prefix}{sequence:012d}"
    return digits + luhn_check(digits)


def uscc_check(first17: str) -> str:
    """Check character of a GB 32100 credit code from its first 17 characters."""
    total, weight = 0, 1
    for char in first17:
        total += USCC_ALPHABET.index(char) * weight
        weight = weight * 3 % 31
    return USCC_ALPHABET[-total % 31]


def credit_code(county: int, sequence: int) -> str:
    """Unified social credit code of a company registered in area 3599*county*."""
    first17 = f"913599{county:02d}MA{sequence:06d}T"
    return first17 + uscc_check(first17)


def phone_number(sequence: int) -> str:
    """Eleven-digit number in the blocks 1540000 and 1990000; *sequence* 0-19999."""
    block = "1540000" if sequence < 10_000 else "1990000"
    return f"{block}{sequence % 10_000:04d}"
