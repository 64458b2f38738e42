"""Strict reading of a YAML mapping: every error names file and key, no key is left unread."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from qingfeng.errors import InvalidDefinition


class Fields:
    """A mapping at *where*; ``done`` refuses the keys that nobody asked for."""

    def __init__(self, where: str, raw: object) -> None:
        if not isinstance(raw, Mapping):
            raise InvalidDefinition(where, f"must be a mapping, not {type(raw).__name__}")
        self.where, self._read = where, set[str]()
        self._raw: Mapping[object, object] = raw

    def _get(self, key: str) -> object:
        self._read.add(key)
        if key not in self._raw:
            raise InvalidDefinition(f"{self.where}.{key}", "is missing")
        return self._raw[key]

    def _absent(self, key: str) -> bool:
        self._read.add(key)
        return self._raw.get(key) is None

    def has(self, key: str) -> bool:
        """Whether *key* is there."""
        return key in self._raw

    def done(self) -> None:
        """Raise InvalidDefinition if a key was never read."""
        left = sorted(str(key) for key in self._raw if key not in self._read)
        if left:
            raise InvalidDefinition(f"{self.where}.{left[0]}", "is not a known key")

    def text(self, key: str) -> str:
        """A non-blank text."""
        value = self._get(key)
        if not isinstance(value, str) or not value.strip():
            raise InvalidDefinition(f"{self.where}.{key}", f"must be a text, not {value!r}")
        return value.strip()

    def text_or_none(self, key: str) -> str | None:
        """A text or an explicit null; the key must be there."""
        return None if self._get(key) is None else self.text(key)

    def matching(self, key: str, form: re.Pattern[str]) -> str:
        """A text of the given form, in full."""
        value = self.text(key)
        if not form.fullmatch(value):
            raise InvalidDefinition(f"{self.where}.{key}", f"{value!r} is not {form.pattern}")
        return value

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of *allowed*."""
        value = self.text(key)
        if value not in allowed:
            raise InvalidDefinition(
                f"{self.where}.{key}", f"{value!r} is not one of {', '.join(allowed)}"
            )
        return value

    def uuid(self, key: str) -> UUID:
        """A UUID in its usual form."""
        value = self.text(key)
        try:
            return UUID(value)
        except ValueError:
            raise InvalidDefinition(f"{self.where}.{key}", f"{value!r} is no UUID") from None

    def number(self, key: str) -> int:
        """A whole number; money in fen, shares in percent."""
        return self._whole(key, self._get(key))

    def _whole(self, key: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidDefinition(f"{self.where}.{key}", f"must be a whole number, not {value!r}")
        return value

    def within(self, key: str, value: object, low: int, high: int) -> int:
        """*value* as a whole number in low..high, both inclusive."""
        found = self._whole(key, value)
        if not low <= found <= high:
            raise InvalidDefinition(f"{self.where}.{key}", f"{found} is outside {low}..{high}")
        return found

    def bounded(self, key: str, low: int, high: int) -> int:
        """The whole number at *key*, in low..high."""
        return self.within(key, self._get(key), low, high)

    def pair(self, key: str) -> tuple[int, int]:
        """Two whole numbers, the first not above the second."""
        value = self._get(key)
        if not isinstance(value, list) or len(value) != 2:
            raise InvalidDefinition(f"{self.where}.{key}", "must be [least, most]")
        low, high = (self._whole(key, each) for each in value)
        if low > high:
            raise InvalidDefinition(f"{self.where}.{key}", f"{low} is above {high}")
        return low, high

    def day(self, key: str, *, optional: bool = False) -> date | None:
        """A date written YYYY-MM-DD; null or absent only if *optional*."""
        if optional and self._absent(key):
            return None
        value = self._get(key)
        if type(value) is not date:
            raise InvalidDefinition(f"{self.where}.{key}", f"must be a date, not {value!r}")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false; *default* if the key is absent."""
        if self._absent(key):
            return default
        value = self._get(key)
        if not isinstance(value, bool):
            raise InvalidDefinition(f"{self.where}.{key}", f"must be true or false, not {value!r}")
        return value

    def texts(self, key: str, *, optional: bool = False) -> tuple[str, ...]:
        """A list of texts, each once; empty only if *optional*."""
        if optional and self._absent(key):
            return ()
        value = self._get(key)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise InvalidDefinition(f"{self.where}.{key}", "must be a list of texts")
        if not value and not optional:
            raise InvalidDefinition(f"{self.where}.{key}", "must not be empty")
        if len(set(value)) != len(value):
            raise InvalidDefinition(f"{self.where}.{key}", "names something twice")
        return tuple(value)

    def mapping(self, key: str, *, optional: bool = False) -> dict[str, object]:
        """A mapping with text keys; empty only if *optional*."""
        if optional and self._absent(key):
            return {}
        value = self._get(key)
        if not isinstance(value, Mapping) or not value:
            raise InvalidDefinition(f"{self.where}.{key}", "must be a mapping with entries")
        return {str(each): inner for each, inner in value.items()}

    def child(self, key: str) -> Fields:
        """The mapping at *key*, to be read in turn."""
        return Fields(f"{self.where}.{key}", self._get(key))

    def entries(self, key: str) -> list[Fields]:
        """A non-empty list of mappings, each to be read in turn."""
        value = self._get(key)
        if not isinstance(value, list) or not value:
            raise InvalidDefinition(f"{self.where}.{key}", "must be a list with entries")
        return [Fields(f"{self.where}.{key}[{at}]", each) for at, each in enumerate(value)]
