"""Every layout file loads, is found by its own headers alone, and mistakes are named."""

from __future__ import annotations

import pytest

from qingfeng.errors import InvalidDefinition
from qingfeng.ingest.header_text import normalise_header
from qingfeng.ingest.layouts import load_layouts, read_layout
from qingfeng.ingest.matching import index_of
from qingfeng.schema.tables import tables

LAYOUTS = load_layouts()

GOOD = """
name: own.t
title: t
table: transfers
fields:
  booked_at: [日子]
  amount_fen: [钱数]
requires: [booked_at, amount_fen]
"""


def usual_headers(layout) -> list[str]:
    """The first own spelling of every field, then what it ignores.

    A general layout has no own spelling: there the rarest shared one of each field stands.
    """
    if layout.fields:
        first = [spellings[0] for spellings in layout.fields.values()]
    else:
        first = [spellings[-1] for spellings in layout.borrowed.values()]
    marks = [next(iter(mark)) for mark in layout.marks]
    names = first + [name for name in layout.ignore if name not in first]
    known = {normalise_header(name) for name in names}
    return names + [mark for mark in marks if mark not in known and mark in layout.keys]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_the_usual_headers_of_a_layout_find_it_and_no_other(layout):
    match = index_of(LAYOUTS).match(usual_headers(layout), layout.hints)
    assert match.layout is layout, match.reasons


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_the_order_of_columns_does_not_count(layout):
    headers = usual_headers(layout)
    turned = headers[len(headers) // 2 :] + headers[: len(headers) // 2]
    match = index_of(LAYOUTS).match(turned, layout.hints)
    assert match.layout is layout
    assert {ref.header for ref in match.columns.values()} == {
        ref.header for ref in index_of(LAYOUTS).match(headers, layout.hints).columns.values()
    }


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_own_spelling_is_read_as_its_field(layout):
    for field, spellings in layout.fields.items():
        for spelling in spellings:
            assert layout.keys[normalise_header(spelling)][0] == field


def test_every_table_of_case_data_that_is_delivered_as_a_table_has_a_layout():
    made = {layout.table for layout in LAYOUTS} | {
        also.table for layout in LAYOUTS for also in layout.also
    }
    made_elsewhere = {"documents", "query_feedback", "rejected_rows", "repeats"}
    assert set(tables()) - made == made_elsewhere


def test_layouts_with_directions_know_both_sides_and_no_word_twice():
    for layout in LAYOUTS:
        if "direction" in layout.fields and layout.table == "transfers":
            assert layout.directions["in"], layout.name
            assert layout.directions["out"], layout.name
            assert not set(layout.directions["in"]) & set(layout.directions["out"])


def test_a_layout_of_ones_own_joins_the_others(tmp_path):
    (tmp_path / "own.yaml").write_text(GOOD, encoding="utf-8")
    found = load_layouts((tmp_path,))
    assert len(found) == len(LAYOUTS) + 1
    assert found[-1].name == "own.t"


def test_a_name_that_is_taken_is_refused(tmp_path):
    (tmp_path / "own.yaml").write_text(GOOD.replace("own.t", "bank.generic"), encoding="utf-8")
    with pytest.raises(InvalidDefinition, match=r"own\.yaml: name: 'bank\.generic' is taken"):
        load_layouts((tmp_path,))


def test_the_pattern_of_the_mistakes_below_is_itself_right():
    assert read_layout("x.yaml", GOOD).requires == (("booked_at",), ("amount_fen",))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("title: t", "title: t\nheaders: [a]", "x.yaml: unknown key: headers"),
        ("title: t", "title: t\ntitle: u", "written twice: title"),
        ("title: t", "title: 7", "x.yaml: title: must be text"),
        ("title: t\n", "", "x.yaml: title: is missing"),
        ("table: transfers", "table: moves", "x.yaml: table: unknown: 'moves'"),
        ("amount_fen: [钱数]", "amount: [钱数]", "x.yaml: fields.amount: no such field"),
        ("amount_fen: [钱数]", "amount_fen: [日子]", "header '日子' is also in booked_at"),
        ("amount_fen: [钱数]", "amount_fen: [1]", "x.yaml: fields.amount_fen: must be a list of"),
        ("amount_fen: [钱数]", "amount_fen: ['--']", "'--' is no header"),
        ("amount_fen: [钱数]", "amount_fen.date: [钱数]", "fields.amount_fen.date: no such field"),
        ("[booked_at, amount_fen]", "[]", "x.yaml: requires: names no field"),
        ("[booked_at, amount_fen]", "[card]", "x.yaml: requires: unknown: 'card'"),
        ("title: t", "title: t\nborrow: moves", "x.yaml: borrow: there is no alias list 'moves'"),
        ("title: t", "title: t\nborrow: calls", "that list is of table 'calls'"),
        ("title: t", "title: t\ndirections: {into: [进]}", "directions: unknown: 'into'"),
        ("title: t", "title: t\ndirections: {in: [进], out: [进]}", "word '进' also means 'in'"),
        ("title: t", "title: t\nstatuses: {fine: [好]}", "statuses: unknown: 'fine'"),
        ("title: t", "title: t\nunits: {amount_fen: 角}", "units: unknown: '角'"),
        ("title: t", "title: t\nunits: {booked_at: 元}", "units: unknown: 'booked_at'"),
        ("title: t", "title: t\ndate_order: ydm", "date_order: must be one of ymd, dmy, mdy"),
        ("title: t", "title: t\nrequires_hint: true", "requires_hint: is true and there are no"),
        ("title: t", "title: t\npriority: high", "priority: must be a whole number"),
        ("title: t", "title: t\nfile_name: [moon]", "file_name: unknown: 'moon'"),
        ("title: t", "title: t\nignore: [钱数]", "ignore: is also a field"),
        ("title: t", "title: t\nwords: {moon: {a: [b]}}", "words: unknown: 'moon'"),
        ("title: t", "title: t\nalso: [{table: kin, when: [card]}]", "also: unknown: 'card'"),
        ("title: t", "title: t\nalso: [{table: kin, when: []}]", "also[0].when: names no field"),
        ("name: own.t", "- a", "not readable as YAML"),
    ],
)
def test_a_mistake_is_refused_and_its_key_named(old, new, complaint):
    with pytest.raises(InvalidDefinition) as refusal:
        read_layout("x.yaml", GOOD.replace(old, new))
    assert complaint in str(refusal.value)


def test_further_rows_take_the_fields_that_bear_their_table_as_prefix():
    household = next(each for each in LAYOUTS if each.name == "registry.household")
    (deaths,) = household.also
    assert deaths.when == ("deaths.died_on",)
    assert deaths.fields == {
        "person_id": "person_id",
        "name": "name",
        "basis": "person_status",
        "died_on": "deaths.died_on",
        "cancelled_on": "deaths.cancelled_on",
    }
