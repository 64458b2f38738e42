"""Propose a layout for a table that no layout knows; a person decides.

A proposal names a field for a header only with reasons: the header is a known spelling, a word
in it speaks for the field and the values have its shape, or all sampled values have a shape
that only this field has. Values appear as masked shapes only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import yaml

from qingfeng.ingest.evidence import (
    FIELDS_BY_SHAPE,
    LEAST_SHARE,
    SHAPES,
    Seen,
    fields_by_words,
    look_at,
)
from qingfeng.ingest.grid import MARKS, Grid
from qingfeng.ingest.headers import Found, read_with
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.layouts import alias_lists, load_layouts, read_layout
from qingfeng.ingest.shapes import masked_shape
from qingfeng.schema import table as canonical

_LEAST_FIELDS = 2
"""A table of which only one column is understood is not understood."""

_PARTS = ("in", "out", "or", "date", "time")
"""Parts of a field that are proposed; cells that mix two things are not."""


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
    """A layout file to be edited.

    *requires*: the fields that a table must have to fit it. *lacking*: what no column was found
    for and no row of the table can do without, in Chinese; then it cannot be taken as it stands.
    """

    found: Found
    name: str
    table: str
    suggestions: tuple[Suggestion, ...]
    requires: tuple[str, ...]
    lacking: tuple[str, ...]
    reasons: tuple[str, ...]

    def as_found(self) -> Found:
        """The table as the proposal reads it, taken as it stands.

        Still without layout, and with the reasons, if anything is lacking.
        """
        if self.lacking:
            return replace(self.found, reasons=(*self.found.reasons, *self._lacks()))
        return read_with(self.found, read_layout(self.name, self.to_yaml()))

    def _lacks(self) -> list[str]:
        return [f"no column looks like {each}" for each in self.lacking]

    def to_yaml(self) -> str:
        """The layout file as text; every line of a column carries its reasons as a comment.

        If nothing is lacking it loads as it stands; else ``requires`` is empty, and loading says
        so.
        """
        lines = ["# A proposal. Check every line; move a header to another field or to ignore."]
        lines += ["# Values are shown as shapes: 9 a digit, a a letter, 汉 any other character."]
        lines += [f"# {reason}" for reason in (*self.reasons, *self._lacks())]
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


def _likely_tables(columns: Sequence[Seen]) -> list[tuple[str, tuple[str, ...]]]:
    """Tables the columns may belong to, the likeliest first, with reasons.

    Spellings weigh most; words and shapes decide where spellings do not.
    """
    votes: Counter[str] = Counter()
    for each in columns:
        tables = {table for table, _ in each.uses}
        for table in tables:
            votes[table] += 12 // len(tables)
        for table, fields in FIELDS_BY_SHAPE.items():
            votes[table] += 2 * sum(1 for name in each.shapes if name in fields)
            votes[table] += 2 * bool(fields_by_words(each, table))
    if not votes.total():
        return [("transfers", ("nothing says what this table is; transfers is a guess",))]
    ranked = sorted(votes, key=lambda table: (-votes[table], table != "transfers", table))
    found: list[tuple[str, tuple[str, ...]]] = []
    for table in ranked:
        if 2 * votes[table] >= votes[ranked[0]]:
            known = sum(1 for each in columns if any(name == table for name, _ in each.uses))
            said = f"{known} of {len(columns)} headers are spellings of table {table}"
            found.append((table, (said,)))
    return found


def _settled(field: str) -> str:
    """A proposal starts with the plain form of split dates and second choices."""
    return field.removesuffix(".or").removesuffix(".date")


def _is_taken(field: str, taken: set[str]) -> bool:
    """Is the field, or the whole of which it is a side, given to another header?"""
    sides = {f"{field}.in", f"{field}.out"}
    whole = field.rpartition(".")[0] if field.endswith((".in", ".out")) else field
    return field in taken or whole in taken or bool(sides & taken)


def _fields_by_shape(seen: Seen, table: str) -> list[tuple[str, str, float]]:
    """(shape, field, share) of the commonest shape; nothing against what the header says."""
    return [
        (name, field, count / len(seen.values))
        for name, count in seen.shapes.most_common(1)
        for field in FIELDS_BY_SHAPE.get(table, {}).get(name, ())
        if count / len(seen.values) >= LEAST_SHARE
        and (field.startswith("counterparty") or not seen.is_theirs)
    ]


def _suggest(seen: Seen, table: str, taken: set[str]) -> Suggestion:
    samples = tuple(dict.fromkeys(masked_shape(value.strip(MARKS)) for value in seen.values))[:3]
    objections: list[str] = []

    def said(field: str, confidence: float, why: str) -> Suggestion:
        reasons = (*objections, why)
        return Suggestion(seen.header, seen.index, field, round(confidence, 3), reasons, samples)

    for (where, field), count in sorted(seen.uses.items(), key=lambda each: (-each[1], each[0])):
        part = field.partition(".")[2]
        if where != table or (part and part not in _PARTS):
            continue
        settled = _settled(field)
        if not _is_taken(settled, taken):
            return said(settled, 0.9, f"known spelling of {settled} in {count} layouts")
        objections.append(f"also spelled {settled}, which is taken")
    for field, word, share in fields_by_words(seen, table):
        if not _is_taken(field, taken):
            return said(field, share * 0.75, f"the header says {word}, {share:.0%} of values fit")
        objections.append(f"the header says {word}, but {field} is taken")
    for name, field, share in _fields_by_shape(seen, table):
        if not _is_taken(field, taken):
            why = f"{share:.0%} of {len(seen.values)} values are {SHAPES[name]}"
            return said(field, share * 0.6, why)
    return Suggestion(seen.header, seen.index, None, 0.0, tuple(objections), samples)


def _strength(seen: Seen, table: str) -> int:
    """Who chooses a field first: spellings, then words, then shapes."""
    if any(name == table for name, _ in seen.uses):
        return 0
    return 1 if fields_by_words(seen, table) else 2


def _suggestions(columns: Sequence[Seen], table: str) -> list[Suggestion]:
    given: dict[int, Suggestion] = {}
    taken: set[str] = set()
    for seen in sorted(columns, key=lambda each: _strength(each, table)):
        suggestion = _suggest(seen, table, taken)
        given[seen.index] = suggestion
        if suggestion.field is not None:
            taken.add(suggestion.field)
    split = {field.removesuffix(".time") for field in taken if field.endswith(".time")}
    return [
        replace(each, field=f"{each.field}.date") if each.field in split else each
        for _, each in sorted(given.items())
    ]


def _fills(field: str | None, columns: Sequence[str]) -> bool:
    return field is not None and field.partition(".")[0] in columns and not field.endswith(".time")


def _lacking(suggestions: Sequence[Suggestion], table: str) -> tuple[str, ...]:
    """What a row of *table* needs and no suggestion fills, as the Chinese terms."""
    definition = canonical(table)
    lacking = [
        "/".join(definition.column(name).label for name in group)
        for group in definition.required
        if not any(_fills(each.field, group) for each in suggestions)
    ]
    if not lacking and sum(each.field is not None for each in suggestions) < _LEAST_FIELDS:
        lacking = ["anything else of this table"]
    return tuple(lacking)


def _requires(suggestions: Sequence[Suggestion], table: str) -> tuple[str, ...]:
    """One entry for what every row needs, then the surest others; four if there are so many."""
    needed = []
    for group in canonical(table).required:
        fields = [each.field for each in suggestions if _fills(each.field, group) and each.field]
        needed.append("|".join(fields))
    sure = sorted(suggestions, key=lambda each: -each.confidence)
    spoken = {field for entry in needed for field in entry.split("|")}
    others = [each.field for each in sure if each.field is not None and each.field not in spoken]
    return tuple([*needed, *others][: max(4, len(needed))])


def _unsaid(suggestions: Sequence[Suggestion], table: str) -> list[str]:
    """What bookings read by the proposal would not say."""
    fields = {each.field for each in suggestions}
    if table != "transfers":
        return []
    said = []
    sides = {"amount_fen.in", "amount_fen.out"}
    if "direction" not in fields and not sides <= fields:
        said.append("no column says in or out: the direction of bookings will be unknown")
    if "balance_fen" not in fields:
        said.append("no column looks like a balance: gaps and overlaps cannot be proved")
    return said


def propose_layout(
    found: Found, grid: Grid, *, name: str = "own.proposal", layouts: tuple[Layout, ...] = ()
) -> Proposal:
    """Propose what the headers of *found* mean, from spellings, words and the values below.

    A field is proposed once: for the first header that has the better reason. Of the tables
    that are about as likely, the first that lacks nothing is taken. *layouts* defaults to those
    of the library.
    """
    columns = look_at(found, grid, layouts or load_layouts())
    ranked = _likely_tables(columns)
    tried = [(table, reasons, _suggestions(columns, table)) for table, reasons in ranked]
    whole = [each for each in tried if not _lacking(each[2], each[0])]
    table, reasons, suggestions = (whole or tried)[0]
    lacking = _lacking(suggestions, table)
    requires = () if lacking else _requires(suggestions, table)
    every = (*reasons, *found.reasons, *_unsaid(suggestions, table))
    return Proposal(found, name, table, tuple(suggestions), requires, lacking, every)
