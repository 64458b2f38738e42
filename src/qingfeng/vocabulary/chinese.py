"""What the program says in English, said in Chinese.

Messages are written in English where they arise, and stored so. ``in_chinese`` says one in
Chinese by the list ``chinese.yaml``; what the list does not hold stays as it is, so that nothing
a message names is ever lost.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

import yaml

_HOLE = re.compile(r"\{(\d)\}")
_SENTENCES = re.compile(r"(?<=[^.\d])\.;? (?=\S)")


@lru_cache(maxsize=65_536)
def in_chinese(text: str) -> str:
    """*text* in Chinese: sentence by sentence, whole, part by part, or behind its label."""
    bare = text.removesuffix(".")
    sentences = _SENTENCES.split(bare)
    said = [in_chinese(each) for each in sentences] if len(sentences) > 1 else sentences
    if said != sentences and all(map(str.__ne__, said, sentences)):
        return "。".join(said)
    whole = _known(bare)
    if whole is not None:
        return whole
    if said != sentences:
        return "。".join(said)
    parts = bare.split("; ")
    said = [in_chinese(each) for each in parts] if len(parts) > 1 else parts
    if said != parts:
        return "；".join(said)
    label, colon, rest = bare.partition(": ")
    if colon and (in_chinese(label), in_chinese(rest)) != (label, rest):
        return f"{in_chinese(label)}：{in_chinese(rest)}"
    return text


def _known(text: str) -> str | None:
    plain, forms = _messages()
    if text in plain:
        return plain[text]
    for form, chinese in forms:
        if found := form.fullmatch(text):
            return _HOLE.sub(lambda hole: in_chinese(found.group(int(hole[1]))), chinese)
    return None


@cache
def _messages() -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    """Messages without holes, and forms of those with holes, the most telling first."""
    listed = files(__package__).joinpath("chinese.yaml").read_text(encoding="utf-8")
    messages: dict[str, str] = yaml.safe_load(listed)
    plain = {text: said for text, said in messages.items() if not _HOLE.search(text)}
    holed = sorted((text for text in messages if text not in plain), key=len, reverse=True)
    return plain, [(_form(text), messages[text]) for text in holed]


def _form(text: str) -> re.Pattern[str]:
    pieces = _HOLE.split(text)
    return re.compile(
        "".join("(.+?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)),
        re.DOTALL,
    )
