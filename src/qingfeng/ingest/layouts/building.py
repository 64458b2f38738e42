"""Make a checked Layout from the raw mapping of one file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from qingfeng.ingest.header_text import MONEY_UNITS, normalise_header
from qingfeng.ingest.layout import (
    DIRECTIONS,
    LISTED_BEFORE,
    LISTED_NUMBER,
    STATUSES,
    Also,
    Layout,
    field_kind,
)
from qingfeng.ingest.layouts.reading import Reader
from qingfeng.ingest.layouts.spellings import variants
from qingfeng.ingest.path_rules import FILE_RULES
from qingfeng.schema.tables import ColumnKind, tables

_INHERITED = (
    "directions",
    "statuses",
    "neutral",
    "neutral_field",
    "words",
    "reversal_words",
    "footers",
    "totals",
    "context",
    "same_as",
)

Keys = dict[str, tuple[str, int, bool]]


def _keys(
    reader: Reader, own: Mapping[str, Sequence[str]], borrowed: Mapping[str, Sequence[str]]
) -> Keys:
    """Normalised spelling to (field, rank in its list, is its own)."""
    found: Keys = {}
    for field, spellings in own.items():
        for rank, spelling in enumerate(spellings):
            key = normalise_header(spelling)
            if not key:
                raise reader.wrong(f"fields.{field}", f"{spelling!r} is no header")
            if key in found and found[key][0] != field:
                raise reader.wrong(
                    f"fields.{field}", f"header {spelling!r} is also in {found[key][0]}"
                )
            found.setdefault(key, (field, rank, True))
    for field, spellings in own.items():
        for spelling in variants(field, spellings):
            found.setdefault(normalise_header(spelling), (field, 500, False))
    for field, spellings in borrowed.items():
        for rank, spelling in enumerate(spellings):
            found.setdefault(normalise_header(spelling), (field, rank + 1_000, False))
    return found


def _also(reader: Reader) -> tuple[Also, ...]:
    raw = reader.raw.get("also", [])
    if not isinstance(raw, list):
        raise reader.wrong("also", "must be a list")
    found = []
    for number, entry in enumerate(raw):
        key = f"also[{number}]"
        spec = reader.mapping(key, entry)
        reader.known(key, spec, ("table", "when", "fields", "constants", "each"))
        reader.known(f"{key}.table", [spec.get("table", "")], tables())
        fields = reader.text_by_key(f"{key}.fields", spec.get("fields", {}))
        constants = reader.text_by_key(f"{key}.constants", spec.get("constants", {}))
        columns = {column.name for column in tables()[spec["table"]].columns}
        reader.known(key, [*fields, *constants], columns)
        prefixed = (f for f in reader.mapping("fields", reader.raw.get("fields", {})))
        for field in prefixed:
            head, _, column = field.partition(".")
            if head == spec["table"] and "." not in column:
                fields.setdefault(column, field)
        when = reader.words(f"{key}.when", spec.get("when", []))
        if not when:
            raise reader.wrong(f"{key}.when", "names no field")
        listed = spec.get("each")
        if listed is not None and listed not in when:
            raise reader.wrong(f"{key}.each", f"must be one of when, is {listed!r}")
        made = Also(
            spec["table"], when, MappingProxyType(fields), MappingProxyType(constants), listed
        )
        found.append(made)
    return tuple(found)


def _kinds(
    reader: Reader, fields: Iterable[str], table: str, also: Sequence[Also]
) -> dict[str, ColumnKind | None]:
    found = {}
    for field in fields:
        try:
            found[field] = field_kind(field, table, tuple(each.table for each in also))
        except KeyError as problem:
            raise reader.wrong(f"fields.{field}", f"no such field: {problem.args[0]}") from problem
    return found


def _no_word_twice(reader: Reader, key: str, codes: Mapping[str, Sequence[str]]) -> None:
    seen: dict[str, str] = {}
    for code, words in codes.items():
        for word in words:
            if seen.setdefault(word.casefold(), code) != code:
                raise reader.wrong(f"{key}.{code}", f"word {word!r} also means {seen[word]!r}")


def _inherit(raw: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(raw)
    for key in _INHERITED:
        if key not in shared:
            continue
        if isinstance(shared[key], dict) and isinstance(merged.get(key, {}), dict):
            merged[key] = {**shared[key], **merged.get(key, {})}
        else:
            merged.setdefault(key, shared[key])
    return merged


def _codes(reader: Reader, key: str, allowed: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    found = reader.lists_by_key(key)
    reader.known(key, found, allowed)
    _no_word_twice(reader, key, found)
    return MappingProxyType(found)


def _words(reader: Reader, columns: Iterable[str]) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    raw = reader.mapping("words", reader.raw.get("words", {}))
    reader.known("words", raw, columns)
    found = {}
    for column, codes in raw.items():
        by_code = reader.lists_by_key(f"words.{column}", codes)
        _no_word_twice(reader, f"words.{column}", by_code)
        found[column] = MappingProxyType(by_code)
    return MappingProxyType(found)


def _blocks(reader: Reader, columns: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
    found = {}
    for marker, given in reader.mapping("blocks", reader.raw.get("blocks", {})).items():
        constants = reader.text_by_key(f"blocks.{marker}", given)
        reader.known(f"blocks.{marker}", constants, columns)
        found[marker] = MappingProxyType(constants)
    return MappingProxyType(found)


def _texts(
    reader: Reader, key: str, names: Iterable[str] | None, values: Iterable[str] | None
) -> Mapping[str, str]:
    """A text-by-text mapping whose keys and values are checked where a list is given."""
    found = reader.text_by_key(key)
    if names is not None:
        reader.known(key, found, names)
    if values is not None:
        reader.known(key, found.values(), values)
    return MappingProxyType(found)


def _one_of(reader: Reader, key: str, allowed: Iterable[str]) -> str | None:
    found = reader.text(key)
    reader.known(key, [found] if found else [], allowed)
    return found


def _subset(reader: Reader, key: str, allowed: Iterable[str]) -> tuple[str, ...]:
    found = reader.list(key)
    reader.known(key, found, allowed)
    return found


def _roots(reader: Reader, fields: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    found = reader.lists_by_key("roots")
    reader.known("roots", found, fields)
    for field, forms in found.items():
        for form in forms:
            try:
                re.compile(form)
            except re.error as problem:
                raise reader.wrong(f"roots.{field}", f"{form!r} is no pattern: {problem}") from None
    return MappingProxyType(found)


def _requires(reader: Reader, inputs: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    found = tuple(tuple(entry.split("|")) for entry in reader.list("requires"))
    if not found:
        raise reader.wrong("requires", "names no field: every table would fit")
    reader.known("requires", [each for group in found for each in group], inputs)
    return found


def _normalised(reader: Reader, key: str) -> frozenset[str]:
    return frozenset(normalise_header(header) for header in reader.list(key))


def _settled_keys(
    reader: Reader, fields: Mapping[str, Sequence[str]], borrowed: Mapping[str, Sequence[str]]
) -> tuple[Keys, frozenset[str]]:
    keys, ignored = _keys(reader, fields, borrowed), _normalised(reader, "ignore")
    both = sorted(key for key in ignored if key in keys and keys[key][2])
    if both:
        raise reader.wrong("ignore", f"is also a field: {both[0]!r}")
    return {key: use for key, use in keys.items() if key not in ignored}, ignored


def _marks(reader: Reader, keys: Keys) -> tuple[frozenset[str], ...]:
    """Each mark as the spellings that meet it.

    Where the constants name a bank only the spellings written count; elsewhere every own
    spelling of the same field does.
    """
    exact = "bank" in reader.mapping("constants", reader.raw.get("constants", {}))
    found = []
    for mark in reader.list("marks"):
        spellings = {normalise_header(spelling) for spelling in mark.split("|")}
        fields = set() if exact else {keys[key][0] for key in spellings if key in keys}
        spellings |= {key for key, (field, _, own) in keys.items() if own and field in fields}
        found.append(frozenset(spellings))
    return tuple(found)


def build_layout(
    where: str, raw: Mapping[str, Any], shared: Mapping[str, Any] | None = None
) -> Layout:
    """Build one layout from its raw mapping and the raw alias list it borrows.

    Raises InvalidDefinition; *where* names the file in it.
    """
    reader = Reader(where, _inherit(raw, shared or {}))
    table = reader.need("table")
    reader.known("table", [table], tables())
    if shared is not None and shared.get("table") != table:
        raise reader.wrong("borrow", f"that list is of table {shared.get('table')!r}")
    also = _also(reader)
    fields = reader.lists_by_key("fields")
    borrowed = Reader(f"{where}: borrow", shared or {}).lists_by_key("fields")
    kinds = _kinds(reader, [*fields, *borrowed], table, also)
    keys, ignored = _settled_keys(reader, fields, borrowed)
    inputs = {field for field, _, _ in keys.values()}
    columns = {column.name for column in tables()[table].columns}
    for each in also:
        listed = {LISTED_NUMBER, LISTED_BEFORE} if each.each else set()
        reader.known("also", [*each.fields.values(), *each.when], inputs | listed)
    hints, requires_hint = reader.list("hints"), reader.flag("requires_hint")
    if requires_hint and not hints:
        raise reader.wrong("requires_hint", "is true and there are no hints")
    fen = [field for field, kind in kinds.items() if kind is ColumnKind.FEN]
    return Layout(
        name=reader.need("name"),
        title=reader.need("title"),
        table=table,
        fields=MappingProxyType(fields),
        borrowed=MappingProxyType(borrowed),
        keys=MappingProxyType(keys),
        kinds=MappingProxyType(kinds),
        ignore=reader.list("ignore"),
        ignore_keys=ignored,
        requires=_requires(reader, inputs),
        marks=_marks(reader, keys),
        excludes=_normalised(reader, "excludes"),
        hints=hints,
        requires_hint=requires_hint,
        priority=reader.whole("priority"),
        units=_texts(reader, "units", fen, MONEY_UNITS),
        directions=_codes(reader, "directions", DIRECTIONS),
        statuses=_codes(reader, "statuses", STATUSES),
        neutral_field=_one_of(reader, "neutral_field", columns),
        neutral=_codes(reader, "neutral", DIRECTIONS),
        reversal_words=reader.list("reversal_words"),
        words=_words(reader, columns),
        constants=_texts(reader, "constants", columns, None),
        context=_texts(reader, "context", None, columns),
        file_name=_subset(reader, "file_name", FILE_RULES),
        subject=_texts(reader, "subject", ("name", "id"), columns),
        title_as=_one_of(reader, "title_as", columns),
        footers=reader.list("footers"),
        totals=reader.list("totals"),
        date_order=reader.text("date_order") or "ymd",
        year_from=reader.text("year_from"),
        direction_from_sign=reader.text("direction_from_sign"),
        same_as=_texts(reader, "same_as", columns, inputs),
        blocks=_blocks(reader, columns),
        fill_down=_subset(reader, "fill_down", inputs),
        sections=_one_of(reader, "sections", columns),
        roots=_roots(reader, fields),
        alike=reader.list("alike"),
        unlike=reader.list("unlike"),
        also=also,
    )
