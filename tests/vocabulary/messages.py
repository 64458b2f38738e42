"""Whether the list of Chinese messages says a text."""

from __future__ import annotations

import re

from qingfeng.vocabulary.chinese import in_chinese

_NAMED = re.compile(r"'[^']*'|[（(][^）)]*[)）]|--?[a-z-]+|qingfeng case [a-z]+( [A-Z]+)?")
"""What stands in quotation marks or brackets is delivered, or said by another program."""
_ENGLISH = re.compile(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}")


def is_said(text: str) -> bool:
    """Does the list say *text*, delivered words and numbers in it aside?"""
    return _ENGLISH.search(_NAMED.sub("", in_chinese(text))) is None
