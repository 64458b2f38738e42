"""Amounts of money: whole fen (分, 1/100 yuan) in an int64, and their text in yuan."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from qingfeng.errors import UsageError

FEN_PER_YUAN = 100
LARGEST_FEN = 2**63 - 1
"""An amount beyond this, or below its negative, does not fit the store."""

_UNITS = {"": 1, "元": 1, "圆": 1, "万": 10_000, "万元": 10_000, "亿": 10**8, "亿元": 10**8}
_FORM = re.compile(
    r"(?P<open>\()?(?P<sign>[+-]?)[¥$]?(?P<sign2>[+-]?)"
    r"(?P<digits>\d+(?:,\d{3})*(?:\.\d*)?|\.\d+)(?P<unit>元|圆|万元?|亿元?)?(?P<close>\))?"
)


class NotAnAmount(UsageError):
    """A text that is no amount of money in whole fen."""

    def __init__(self, text: str, problem: str) -> None:
        self.text, self.problem = text, problem
        super().__init__(f"{text!r} is not an amount in yuan: {problem}.")


def parse_yuan(text: str) -> int:
    """Return the fen that *text* says in yuan, exactly.

    Full-width digits and marks, a currency sign, thousands commas, an accountant's
    parentheses for a negative, and the units 元 万 亿 are understood. Raises NotAnAmount for
    anything else, for parts of a fen (``0.005``), and beyond ``LARGEST_FEN``.
    """
    plain = unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-").replace(" ", "")
    found = _FORM.fullmatch(plain)
    if found is None:
        raise NotAnAmount(text, "expected digits such as 1,020.00, -3 or 1.2万")
    if bool(found["open"]) != bool(found["close"]):
        raise NotAnAmount(text, "one parenthesis without the other")
    minus = [found["sign"], found["sign2"], "-" if found["open"] else ""].count("-")
    if minus > 1:
        raise NotAnAmount(text, "it is negative twice")
    exact = Decimal(found["digits"].replace(",", "")) * _UNITS[found["unit"] or ""] * FEN_PER_YUAN
    if exact != exact.to_integral_value():
        raise NotAnAmount(text, "it holds parts of a fen")
    if exact > LARGEST_FEN:
        raise NotAnAmount(text, "it is too large to store")
    return -int(exact) if minus else int(exact)


def format_yuan(amount_fen: int) -> str:
    """Return *amount_fen* as yuan with thousands commas and two places: ``-1,234.50``."""
    sign = "-" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    return f"{sign}{yuan:,}.{fen:02d}"
