"""Strict reading of layout files: YAML without repeated keys, every value of its declared type."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import yaml

from qingfeng.errors import InvalidDefinition

_TEXT_KEYS = ("name", "title", "table", "borrow", "neutral_field", "title_as", "sections")
CHOICES = {
    "date_order": ("ymd", "dmy", "mdy", "epoch"),
    "year_from": ("period",),
    "direction_from_sign": ("positive_in", "positive_out"),
}
_LIST_KEYS = (
    "ignore",
    "requires",
    "marks",
    "excludes",
    "hints",
    "reversal_words",
    "file_name",
    "footers",
    "totals",
    "fill_down",
    "alike",
    "unlike",
)
_LISTS_BY_KEY = ("fields", "directions", "statuses", "neutral", "roots")
_TEXT_BY_KEY = ("units", "constants", "context", "subject", "same_as")
_OTHERS = ("words", "blocks", "also", "priority", "requires_hint")
KNOWN_KEYS = frozenset(
    (*_TEXT_KEYS, *CHOICES, *_LIST_KEYS, *_LISTS_BY_KEY, *_TEXT_BY_KEY, *_OTHERS)
)

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_Loader):  # type: ignore[misc]
    """A safe loader that refuses a key written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(
                None, None, f"written twice: {', '.join(twice)}", node.start_mark
            )
        found: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return found


def parse(where: str, text: str) -> dict[str, Any]:
    try:
        raw = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a subclass of the safe loader
    except yaml.YAMLError as problem:
        raise InvalidDefinition(where, f"not readable as YAML: {problem}") from problem
    if not isinstance(raw, dict):
        raise InvalidDefinition(where, "not a mapping of keys")
    unknown = sorted(str(key) for key in raw if key not in KNOWN_KEYS)
    if unknown:
        raise InvalidDefinition(where, f"unknown key: {', '.join(unknown)}")
    return raw


class Reader:
    """Typed access to one raw file; every complaint names file and key."""

    def __init__(self, where: str, raw: Mapping[str, Any]) -> None:
        self.where, self.raw = where, raw

    def wrong(self, key: str, problem: str) -> InvalidDefinition:
        return InvalidDefinition(f"{self.where}: {key}", problem)

    def text(self, key: str) -> str | None:
        found = self.raw.get(key)
        if found is not None and not isinstance(found, str):
            raise self.wrong(key, f"must be text, is {found!r}")
        if found is not None and key in CHOICES and found not in CHOICES[key]:
            raise self.wrong(key, f"must be one of {', '.join(CHOICES[key])}, is {found!r}")
        return found

    def need(self, key: str) -> str:
        found = self.text(key)
        if not found:
            raise self.wrong(key, "is missing")
        return found

    def flag(self, key: str) -> bool:
        found = self.raw.get(key, False)
        if not isinstance(found, bool):
            raise self.wrong(key, f"must be true or false, is {found!r}")
        return found

    def whole(self, key: str) -> int:
        found = self.raw.get(key, 0)
        if not isinstance(found, int) or isinstance(found, bool):
            raise self.wrong(key, f"must be a whole number, is {found!r}")
        return found

    def words(self, key: str, value: object) -> tuple[str, ...]:
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise self.wrong(key, f"must be a list of texts (quote numbers), is {value!r}")
        if len(set(items)) < len(items):
            raise self.wrong(key, "holds the same text twice")
        return tuple(items)

    def list(self, key: str) -> tuple[str, ...]:
        return self.words(key, self.raw.get(key, []))

    def mapping(self, key: str, value: object) -> Mapping[str, Any]:
        if not isinstance(value, dict) or not all(isinstance(each, str) for each in value):
            raise self.wrong(key, f"must be a mapping with text keys, is {value!r}")
        return value

    def lists_by_key(self, key: str, value: object = None) -> dict[str, tuple[str, ...]]:
        found = self.mapping(key, self.raw.get(key, {}) if value is None else value)
        return {each: self.words(f"{key}.{each}", items) for each, items in found.items()}

    def text_by_key(self, key: str, value: object = None) -> dict[str, str]:
        found = self.mapping(key, self.raw.get(key, {}) if value is None else value)
        for each, text in found.items():
            if not isinstance(text, str):
                raise self.wrong(f"{key}.{each}", f"must be text (quote it), is {text!r}")
        return dict(found)

    def known(self, key: str, names: Iterable[str], allowed: Iterable[str]) -> None:
        """Complain about the first of *names* that is not *allowed*."""
        permitted = set(allowed)
        for name in names:
            if name not in permitted:
                raise self.wrong(key, f"unknown: {name!r}")
