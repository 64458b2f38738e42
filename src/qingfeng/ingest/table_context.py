"""What preamble, title and path together say of the rows of one table."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qingfeng.ingest.bank_names import bank_in_title
from qingfeng.ingest.context import Context
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.matching import Match, is_converted
from qingfeng.ingest.path_rules import phone_in
from qingfeng.ingest.roster_names import span_in
from qingfeng.ingest.subjects import Subject, columns_of, subject_of
from qingfeng.schema.tables import table as canonical

_OWN_SIDE = frozenset({"account", "card", "holder.mixed"})
"""Fields that say in full whose booking it is."""

_TWO_PERSONS = (
    "the rows above the table name another person than the file name does: theirs is taken, and"
    " nothing of the file name put beside it"
)


def said_of_context(
    layout: Layout, around: Context, facts: Mapping[str, str], context: Mapping[str, str]
) -> tuple[str, ...]:
    """What is to be said of a context: two persons in it, an account that only a name gives."""
    said = _two_persons(layout, around, facts)
    number = context.get("account")
    asked = layout.table == "transfers" and "number" in layout.file_name
    if asked and number and number == facts.get("account") and "account" not in around.fields:
        said = (*said, f"the account {number} stands in the name of the file, or sheet, only")
    return said


def _two_persons(layout: Layout, around: Context, facts: Mapping[str, str]) -> tuple[str, ...]:
    """The warning that preamble and path name two persons; empty if they do not."""
    above = Subject.among(around.fields, columns_of(layout))
    return () if above.agrees_with(subject_of(layout, facts)) else (_TWO_PERSONS,)


def context_for(
    match: Match, layout: Layout, around: Context, facts: Mapping[str, str]
) -> dict[str, str]:
    """Columns of the layout's table that preamble, title and path fill; the preamble wins.

    A number in the path is not put beside an account or card that column or preamble name
    otherwise, nor against the digits that a hidden number in the preamble shows.
    """
    columns = {column.name for column in canonical(layout.table).columns} - set(layout.constants)
    found = {key: text for key, text in around.fields.items() if key in columns}
    if layout.title_as and around.title:
        found.setdefault(layout.title_as, around.title)
    person = columns_of(layout)
    asked = subject_of(layout, facts)
    if Subject.among(found, person).agrees_with(asked):
        found = {**asked.within(person), **found}
    for key, text in _said_beside(layout, around, facts).items():
        if key in columns and key not in match.columns:
            found.setdefault(key, text)
    if is_converted(layout, match.columns):
        found["currency"] = "CNY"
    # A folder that is the account's own names it, whatever card the user paid with.
    own_folder = "id_folder" in layout.file_name
    elsewhere = set() if own_folder else _OWN_SIDE & {*match.columns, *found}
    for key, text in facts.items():
        if key in _OWN_SIDE and (elsewhere - {key} or not _agrees(found, text)):
            continue
        if key in columns:
            found.setdefault(key, text)
    return found


def _said_beside(layout: Layout, around: Context, facts: Mapping[str, str]) -> dict[str, str]:
    """What a title says, for layouts that ask paths for it; the source of a folder."""
    title = around.title or ""
    said = {"source_name": facts.get("source")}
    if "bank" in layout.file_name:
        said["bank"] = bank_in_title(title)
    if "phone" in layout.file_name:
        said["owner_number"] = phone_in(title)
    if "roster" in layout.file_name:
        said["period"] = around.month or span_in(title)
    return {key: text for key, text in said.items() if text}


def _agrees(found: Mapping[str, str], number: str) -> bool:
    """May *number* be the one whose middle the preamble hides?"""
    hidden = found.get("account_masked")
    if hidden is None:
        return True
    shown = re.split(r"[*＊xX]+", hidden)
    return number.startswith(shown[0]) and number.endswith(shown[-1])
