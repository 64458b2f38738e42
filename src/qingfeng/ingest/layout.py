"""Layouts: what the headers of one known kind of file mean, as data.

A layout is a YAML file under ``layouts/``; ``layouts/aliases/`` holds the shared alias lists
that layouts borrow. A *field* is a canonical column of the layout's table, a column of a table
named under ``also`` (``deaths.died_on``), or one of the special inputs:

* ``<instant>.date`` and ``<instant>.time``: one instant in two columns;
* ``amount_fen.in`` and ``amount_fen.out``: split columns;
* ``<column>.or``: taken where the column itself is empty;
* ``amount_fen.mixed``, ``counterparty.mixed``, ``holder.mixed``, ``remark.mixed``: two things in
  one cell;
* ``payer.account``, ``payee.name`` …: sides of which the direction says which is the own one;
* ``amount_fen.converted``: the amount in yuan beside, or instead of, one in another currency;
* ``amount_fen.posted``, ``currency.posted``: what was booked beside the sum of a purchase abroad;
* ``success``, ``reversal_mark``, ``funds_state``, ``feedback``, ``positive_mark``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qingfeng.schema.tables import ColumnKind, Table
from qingfeng.schema.tables import table as canonical

DIRECTIONS = frozenset({"in", "out", "internal", "transfer_in", "transfer_out", "none"})
"""Directions a word may stand for; ``unknown`` is what is left for every other word."""

STATUSES = frozenset(
    [
        "ok",
        "failed",
        "reversal",
        "reversed",
        "closed",
        "unpaid",
        "refunded",
        "partly_refunded",
        "refund",
        "returned",
    ]
)

PARTY_COLUMNS = {
    "account": ("account", "counterparty_account"),
    "name": ("holder_name", "counterparty_name"),
    "id": ("holder_id", "counterparty_id"),
    "bank": ("bank", "counterparty_bank"),
}
"""Parts of ``payer`` and ``payee`` to the column of the own side and of the counterparty."""

FREE_INPUTS = frozenset(
    {"success", "reversal_mark", "funds_state", "feedback", "positive_mark"}
) | {f"{side}.{part}" for side in ("payer", "payee") for part in PARTY_COLUMNS}
LISTED_NUMBER, LISTED_BEFORE = "listed.number", "listed.before"
"""What the cell of ``Also.each`` lists: the number at the end of one thing, and what is before."""

MIXED_INPUTS = frozenset({"counterparty.mixed", "holder.mixed", "remark.mixed"})


@dataclass(frozen=True, slots=True)
class Also:
    """A further canonical row made from the same source row.

    It is made where every field of *when* is filled. *fields*: canonical column to field;
    *constants*: canonical column to text; *each*: the field whose cell lists several things,
    each of which makes a row.
    """

    table: str
    when: tuple[str, ...]
    fields: Mapping[str, str]
    constants: Mapping[str, str]
    each: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """One known kind of table. Compared by identity; made by ``load_layouts`` only.

    fields: field to the header spellings that are this layout's own, the usual one first.
    borrowed: field to spellings from the shared list, used where no own spelling is met.
    keys: normalised spelling to (field, rank in its list, is its own).
    kinds: field to the kind of the column it fills, None for the special inputs.
    ignore: headers known and not taken.
    requires: each entry a set of fields of which one must be met.
    marks: headers it is known by, each a set of spellings; one must be met, and all of them
        where the constants name a bank, for a wrong bank is worse than a general reading
        (``nearness`` says what does instead of one).
    excludes: headers that rule it out.
    hints: words in path, sheet or preamble that speak for it; *requires_hint*: it needs one.
    units: field to 元, 万元, 亿元 or 分 where the header does not say.
    directions, statuses: code to delivered words; a word ending in ``*`` is a beginning.
    neutral_field, neutral: the field whose words settle a booking of direction ``none``, and one
        that is called ``out`` (``in``) though it is a ``transfer_out`` (``transfer_in``).
    words: column to code to delivered words.
    direction_from_sign: None, ``positive_in`` or ``positive_out``.
    year_from: None, or ``period``: its dates have no year. Known; any layout takes it so.
    same_as: field to the field whose column it shares.
    subject: ``name`` and ``id`` of the query's subject to the columns they fill.
    title_as: the column that the title above the table fills.
    blocks: text of a marker row to the constants of the rows below it.
    fill_down: fields left empty on rows that go on with the record above.
    sections: None, or the column that rows of one text alone fill for the rows below them.
    roots: field to forms of headers that no spelling knows, the surer first.
    alike, unlike: words of headers; without one of the first, and beside one of the others, no
        root makes a table fit.
    """

    name: str
    title: str
    table: str
    fields: Mapping[str, tuple[str, ...]]
    borrowed: Mapping[str, tuple[str, ...]]
    keys: Mapping[str, tuple[str, int, bool]]
    kinds: Mapping[str, ColumnKind | None]
    ignore: tuple[str, ...]
    ignore_keys: frozenset[str]
    requires: tuple[tuple[str, ...], ...]
    marks: tuple[frozenset[str], ...]
    excludes: frozenset[str]
    hints: tuple[str, ...]
    requires_hint: bool
    priority: int
    units: Mapping[str, str]
    directions: Mapping[str, tuple[str, ...]]
    statuses: Mapping[str, tuple[str, ...]]
    neutral_field: str | None
    neutral: Mapping[str, tuple[str, ...]]
    reversal_words: tuple[str, ...]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    constants: Mapping[str, str]
    context: Mapping[str, str]
    file_name: tuple[str, ...]
    subject: Mapping[str, str]
    title_as: str | None
    footers: tuple[str, ...]
    totals: tuple[str, ...]
    date_order: str
    year_from: str | None
    direction_from_sign: str | None
    same_as: Mapping[str, str]
    blocks: Mapping[str, Mapping[str, str]]
    fill_down: tuple[str, ...]
    sections: str | None
    roots: Mapping[str, tuple[str, ...]]
    alike: tuple[str, ...]
    unlike: tuple[str, ...]
    also: tuple[Also, ...]


def field_kind(field: str, table: str, also: tuple[str, ...] = ()) -> ColumnKind | None:
    """Return the kind of the column a field fills, None for an input that fills no one column.

    Raises KeyError if *field* is neither a column of *table* nor of a table in *also* nor a
    special input.
    """
    if field in FREE_INPUTS or field in MIXED_INPUTS:
        return None
    head, _, tail = field.partition(".")
    if head in also and tail:
        return _column_kind(canonical(head), tail)
    return _column_kind(canonical(table), field)


def _column_kind(table: Table, field: str) -> ColumnKind:
    name, _, part = field.partition(".")
    kind = table.column(name).kind
    allowed = {"", "or"}
    if kind is ColumnKind.INSTANT:
        allowed |= {"date", "time"}
    if name == "amount_fen" and table.name == "transfers":
        allowed |= {"in", "out", "mixed", "converted", "posted"}
    if name == "currency" and table.name == "transfers":
        allowed |= {"posted"}
    if part not in allowed:
        raise KeyError(f"{field!r} is no input of table {table.name}")
    return kind
