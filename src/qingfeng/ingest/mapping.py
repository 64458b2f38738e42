"""Propose a layout for a table that no layout knows; a person decides.

A proposal names a field for a header only with reasons: the header is a known spelling, or all
sampled values have a shape that only this field has. Values appear as masked shapes only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import pyarrow as pa
import yaml

from qingfeng.identifiers import is_citizen_number, is_credit_code
from qingfeng.ingest.grid import CLOCK, MARKS, MOMENT, Grid
from qingfeng.ingest.header_text import header_keys, normalise_header
from qingfeng.ingest.headers import Found, read_with
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.layouts import alias_lists, load_layouts, read_layout
from qingfeng.ingest.shapes import is_card, masked_shape

SAMPLE_ROWS = 200
"""Rows under the header that are looked at."""

_DAY = re.compile(r"(19|20)\d{2}[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?([ T]+\d{1,2}:\d{2}(:\d{2})?)?")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_MONEY = re.compile(r"[-+¥￥]{0,2}\d{1,3}(?:[,，]?\d{3})*\.\d{2}元?")
_PHONE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")

_SHAPES = (
    ("citizen number", "18 characters with a right ID check character"),
    ("credit code", "18 characters with a right credit-code check"),
    ("card", "digits of a card range that pass Luhn"),
    ("day", "dates"),
    ("clock", "times of day"),
    ("money", "amounts with two decimals"),
    ("phone", "11 digits of a mobile phone"),
    ("in/out", "words of the closed list of directions"),
)
_FIELDS_BY_SHAPE: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "transfers": {
            "citizen number": ("holder_id", "counterparty_id"),
            "card": ("card", "counterparty_account"),
            "day": ("booked_at",),
            "money": ("amount_fen", "balance_fen"),
            "in/out": ("direction",),
            "phone": ("holder_phone",),
        },
        "persons": {
            "citizen number": ("person_id",),
            "day": ("born_on",),
            "phone": ("phone",),
        },
        "benefits": {
            "citizen number": ("beneficiary_id",),
            "card": ("account",),
            "money": ("amount_fen",),
            "day": ("paid_on",),
            "phone": ("phone",),
        },
        "companies": {"credit code": ("company_id",), "day": ("founded_on",)},
    }
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one header probably means.

    *field* is None if nothing speaks for any. *confidence*: 0 to 1, the share of what was
    looked at that agrees. *samples*: at most three masked shapes of values.
    """

    header: str
    index: int
    field: str | None
    confidence: float
    reasons: tuple[str, ...]
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A layout file to be edited. *requires*: the fields that a table must have to fit it."""

    found: Found
    name: str
    table: str
    suggestions: tuple[Suggestion, ...]
    requires: tuple[str, ...]
    reasons: tuple[str, ...]

    def as_found(self) -> Found:
        """The table as the proposal reads it, taken as it stands.

        Still without layout if nothing at all could be proposed.
        """
        if not self.requires:
            return self.found
        return read_with(self.found, read_layout(self.name, self.to_yaml()))

    def to_yaml(self) -> str:
        """The layout file as text; every line of a column carries its reasons as a comment.

        With at least one suggested field it loads as it stands; without, ``requires`` is empty
        and loading says so.
        """
        lines = ["# A proposal. Check every line; move a header to another field or to ignore."]
        lines += [f"# {reason}" for reason in self.reasons]
        lines += [f"name: {_quoted(self.name)}", f"title: {_quoted(self.name)}"]
        lines += [f"table: {self.table}", "fields:"]
        for each in self.suggestions:
            if each.field is not None:
                lines.append(_comment(each, "  "))
                lines.append(f"  {each.field}: [{_quoted(each.header)}]")
        if lines[-1] == "fields:":
            lines[-1] = "fields: {}"
        rest = [each for each in self.suggestions if each.field is None]
        lines.append("ignore:" if rest else "ignore: []")
        for each in rest:
            lines.append(_comment(each, "  "))
            lines.append(f"  - {_quoted(each.header)}")
        lines.append(f"requires: [{', '.join(self.requires)}]")
        if self.table == "transfers" and any(e.field == "direction" for e in self.suggestions):
            listed = alias_lists()["transfers"]["directions"]
            lines.append("directions:")
            lines += [f"  {code}: [{', '.join(map(_quoted, listed[code]))}]" for code in listed]
        return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return str(yaml.safe_dump(text, allow_unicode=True, default_style='"', width=10_000)).strip()


def _comment(each: Suggestion, indent: str) -> str:
    samples = " | ".join(each.samples)
    why = "; ".join(each.reasons) or "nothing speaks for a field"
    return f"{indent}# {each.confidence:.0%} {why}" + (f"; e.g. {samples}" if samples else "")


@lru_cache(maxsize=1)
def _direction_words() -> frozenset[str]:
    listed = alias_lists()["transfers"]["directions"].values()
    return frozenset(word.casefold() for words in listed for word in words)


def _shape_of(text: str) -> str | None:
    """The name of the first shape in ``_SHAPES`` that the cell has."""
    plain = text.strip(MARKS)
    tests = (
        is_citizen_number(plain),
        is_credit_code(plain),
        is_card(plain),
        text[0] == MOMENT or _DAY.fullmatch(text),
        text[0] == CLOCK or _CLOCK.fullmatch(text),
        _MONEY.fullmatch(plain),
        _PHONE.fullmatch(plain),
        plain.casefold() in _direction_words(),
    )
    return next((name for (name, _), met in zip(_SHAPES, tests, strict=True) if met), None)


def _values(grid: Grid, found: Found, index: int) -> list[str]:
    start, stop = found.body
    column = grid.cells.column(index).slice(start, min(stop - start, SAMPLE_ROWS))
    return [text.strip() for text in column.cast(pa.string()).to_pylist() if text.strip()]


def _uses(layouts: Sequence[Layout], header: str) -> Counter[tuple[str, str]]:
    """How many layouts read *header* as which (table, field)."""
    found: Counter[tuple[str, str]] = Counter()
    for layout in layouts:
        for key, _ in header_keys(header):
            if key in layout.keys:
                found[layout.table, layout.keys[key][0]] += 1
                break
    return found


@dataclass(frozen=True, slots=True)
class _Seen:
    """One column: its header, who reads that header how, and the shapes of its values."""

    header: str
    index: int
    values: list[str]
    uses: Counter[tuple[str, str]]
    shapes: Counter[str]


def _likely_table(columns: Sequence[_Seen]) -> tuple[str, tuple[str, ...]]:
    """The table most headers belong to, by spelling; shapes decide where spellings do not."""
    votes: Counter[str] = Counter()
    for each in columns:
        tables = {table for table, _ in each.uses}
        for table in tables:
            votes[table] += 12 // len(tables)
        for table, fields in _FIELDS_BY_SHAPE.items():
            votes[table] += 2 * sum(1 for name in each.shapes if name in fields)
    if not votes:
        return "transfers", ("nothing says what this table is; transfers is a guess",)
    best = min(votes, key=lambda table: (-votes[table], table != "transfers", table))
    known = sum(1 for each in columns if any(table == best for table, _ in each.uses))
    return best, (f"{known} of {len(columns)} headers are spellings of table {best}",)


def _settled(field: str) -> str:
    """A proposal starts with the plain form of split instants and second choices."""
    return field.removesuffix(".or").removesuffix(".date")


def _suggest(seen: _Seen, table: str, taken: set[str]) -> Suggestion:
    header, index, values = seen.header, seen.index, seen.values
    samples = tuple(dict.fromkeys(masked_shape(value.strip(MARKS)) for value in values))[:3]
    reasons: list[str] = []
    for (where, field), count in sorted(seen.uses.items(), key=lambda each: (-each[1], each[0])):
        if where != table or "." in field.removesuffix(".or").removesuffix(".date"):
            continue
        settled = _settled(field)
        if settled in taken:
            reasons.append(f"also spelled {settled}, which is taken")
            continue
        reasons.append(f"known spelling of {settled} in {count} layouts")
        return Suggestion(header, index, settled, 0.9, tuple(reasons), samples)
    described = dict(_SHAPES)
    for name, count in seen.shapes.most_common(1):
        share = count / len(values)
        for field in _FIELDS_BY_SHAPE.get(table, {}).get(name, ()):
            if share >= 0.8 and field not in taken:
                reasons.append(f"{share:.0%} of {len(values)} values are {described[name]}")
                return Suggestion(
                    header, index, field, round(share * 0.6, 3), tuple(reasons), samples
                )
    return Suggestion(header, index, None, 0.0, tuple(reasons), samples)


def propose_layout(
    found: Found, grid: Grid, *, name: str = "own.proposal", layouts: tuple[Layout, ...] = ()
) -> Proposal:
    """Propose what the headers of *found* mean, from spellings and from the values below.

    A field is proposed once: for the first header that has the better reason. At most
    ``SAMPLE_ROWS`` rows are read. *layouts* defaults to those of the library.
    """
    known = layouts or load_layouts()
    columns = []
    for index, header in enumerate(found.headers):
        if normalise_header(header):
            values = _values(grid, found, index)
            shapes = Counter(filter(None, map(_shape_of, values)))
            columns.append(_Seen(header, index, values, _uses(known, header), shapes))
    table, reasons = _likely_table(columns)
    suggestions: dict[int, Suggestion] = {}
    taken: set[str] = set()
    spelled_first = sorted(columns, key=lambda each: not any(t == table for t, _ in each.uses))
    for seen in spelled_first:
        given = _suggest(seen, table, taken)
        suggestions[seen.index] = given
        if given.field is not None:
            taken.add(given.field)
    ordered = tuple(suggestions[i] for i in sorted(suggestions))
    sure = sorted(
        (each for each in ordered if each.field is not None), key=lambda each: -each.confidence
    )
    requires = tuple(each.field for each in sure[:4] if each.field is not None)
    return Proposal(found, name, table, ordered, requires, (*reasons, *found.reasons))
