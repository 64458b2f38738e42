"""Closed word lists: the delivered words every layout shares, and matching of beginnings.

A word ending in ``*`` stands for every text that begins with what is before it. Comparison
ignores letter case, blanks and full-width forms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

import yaml

Words = Mapping[str, tuple[str, ...]]
"""Code to delivered words."""

DEFAULTS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("transfers", "currency"): "currencies",
        ("accounts", "currency"): "currencies",
        ("accounts", "status"): "account_status",
        ("companies", "currency"): "currencies",
        ("shareholdings", "currency"): "currencies",
        ("trips", "currency"): "currencies",
        ("wealth_products", "currency"): "currencies",
        ("securities", "currency"): "currencies",
        ("insurance", "currency"): "currencies",
        ("calls", "kind"): "call_kinds",
        ("calls", "direction"): "call_directions",
        ("invoices", "status"): "invoice_status",
        ("invoice_lines", "status"): "invoice_status",
        ("tickets", "satisfaction"): "satisfaction",
        ("query_tasks", "outcome"): "query_outcomes",
    }
)
"""Shared list by (table, column), used where the layout has no words of its own."""


@cache
def shared_words(name: str) -> Words:
    """The shared list *name* of ``words.yaml``."""
    listed = _lists()[name]
    return MappingProxyType({code: tuple(words) for code, words in listed.items()})


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    text = (resources.files("qingfeng.ingest") / "words.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    return found


def comparable(word: str) -> str:
    """The form in which words are compared."""
    return "".join(unicodedata.normalize("NFKC", word).split()).casefold()


_PAPER_OR_TRANSFER = re.compile("(?:现汇|现钞|钞|汇)$")
_NAMES_OF_ONE = re.compile(r"[a-z]{3}|[0-9]{2,3}|[^\W\d_a-z]+")


class WordList:
    """Codes by delivered word, in which ``*`` stands for anything; the longest form wins."""

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        self._whole: dict[str, str] = {}
        self._beginnings: list[tuple[str, str]] = []
        self._forms: list[tuple[str, re.Pattern[str], str]] = []
        for code, spoken in words.items():
            for word in spoken:
                if "*" in word[:-1]:
                    form = ".*".join(map(re.escape, comparable(word).split("*")))
                    self._forms.append((comparable(word.replace("*", "")), re.compile(form), code))
                elif word.endswith("*") and len(word) > 1:
                    self._beginnings.append((comparable(word[:-1]), code))
                else:
                    self._whole[comparable(word)] = code
        self._beginnings.sort(key=lambda each: -len(each[0]))

    def code(self, word: str) -> str | None:
        """The code of *word*, None if the list does not hold it."""
        spoken = comparable(word)
        found = self._whole.get(spoken)
        if found is not None:
            return found
        begun = ((head, code) for head, code in self._beginnings if spoken.startswith(head))
        formed = ((said, code) for said, form, code in self._forms if form.fullmatch(spoken))
        best = max([*formed, next(begun, ("", None))], key=lambda each: len(each[0]))
        return best[1]


class CurrencyList(WordList):
    """Codes of currencies; one may be named twice (``USD美元``) or as notes (``美元现钞``).

    Two names of different currencies, or one that is not in the list, have no code.
    """

    def code(self, word: str) -> str | None:
        """The code of *word*, None if the list does not hold it."""
        known = super().code(word)
        if known is not None:
            return known
        spoken = _PAPER_OR_TRANSFER.sub("", comparable(word))
        named = {super(CurrencyList, self).code(name) for name in _NAMES_OF_ONE.findall(spoken)}
        return named.pop() if len(named) == 1 else None
