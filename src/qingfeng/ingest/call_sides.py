"""Call records that name caller and called: which of the two the list belongs to.

Some lists put their own number into 主叫号码 whoever called; others mean what they say. Who calls
out is the owner either way, so the outgoing rows tell how the incoming ones are to be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.counted_warnings import counted
from qingfeng.ingest.delivery import Cells, plain
from qingfeng.ingest.header_text import normalise_header
from qingfeng.ingest.whole_table import in_slice, settled
from qingfeng.ingest.words import WordList, shared_words

OWNER, OTHER = "owner_number", "other_number"
_COUNTRY = re.compile(r"^(?:00)?86(1\d{10})$")
_CALLER, _CALLED = ("主叫号码", "主叫"), ("被叫号码", "被叫")


def settle_callers(
    fields: Mapping[str, Cells], headers: Mapping[str, str], context: Mapping[str, str]
) -> tuple[dict[str, Cells], list[dict[str, Any]]]:
    """Put owner and other number of incoming calls where the calls have them; and warnings.

    *headers*: field to delivered header; *context*: what the file says of its own number.
    """
    named = all(
        normalise_header(headers.get(field, "")) in spellings
        for field, spellings in ((OWNER, _CALLER), (OTHER, _CALLED))
    )
    if not named or "direction" not in fields or OWNER not in fields or OTHER not in fields:
        return dict(fields), []
    caller, called = (_bare(fields[field]) for field in (OWNER, OTHER))
    codes = _codes(fields["direction"])
    incoming = pc.equal(codes, "in").fill_null(False)
    if not (pc.any(incoming).as_py() or in_slice()):
        return dict(fields), []
    owners = _owners(caller, called, codes, context)
    own_caller = pc.is_in(caller, value_set=owners)
    own_called = pc.is_in(called, value_set=owners)
    turned = pc.and_(incoming, pc.and_not(own_called, own_caller))
    open_ = pc.and_(incoming, pc.equal(own_caller, own_called))
    found = dict(fields)
    found[OWNER] = pc.if_else(turned, plain(fields[OTHER]), plain(fields[OWNER]))
    found[OTHER] = pc.if_else(turned, plain(fields[OWNER]), plain(fields[OTHER]))
    return found, _warnings(turned, open_, headers)


def _owners(
    caller: pa.Array, called: pa.Array, codes: pa.Array, context: Mapping[str, str]
) -> pa.Array:
    """The numbers whose lists these are: named by the file, or calling out, or in every row."""
    own = _COUNTRY.sub(r"\1", re.sub(r"[\s'`+-]", "", context.get(OWNER, "")))
    if own and pc.any(pc.or_(pc.equal(caller, own), pc.equal(called, own))).as_py():
        return pa.array([own], pa.string())
    out = pc.unique(caller.filter(pc.equal(codes, "out").fill_null(False)))
    sides = [pc.unique(each).slice(0, 2).to_pylist() for each in (caller, called)]
    shown = _Numbers(frozenset(out.to_pylist()), *map(frozenset, sides))
    return pa.array(sorted(settled(("owners",), shown).answer), pa.string())


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The numbers that call out, and those of all callers and called, as far as they are few."""

    out: frozenset[str]
    callers: frozenset[str]
    called: frozenset[str]

    @property
    def answer(self) -> frozenset[str]:
        """The owners: who calls out, else the one number in every row."""
        once = [each for each in (self.callers, self.called) if len(each) == 1]
        if self.out:
            return self.out
        return once[0] if len(once) == 1 else frozenset()

    def joined(self, below: _Numbers) -> _Numbers:
        return _Numbers(
            self.out | below.out, self.callers | below.callers, self.called | below.called
        )


def _codes(cells: Cells) -> pa.Array:
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    words = WordList(shared_words("call_directions"))
    listed = pa.array([words.code(text) for text in encoded.dictionary.to_pylist()], pa.string())
    return listed.take(encoded.indices)


def _bare(cells: Cells) -> pa.Array:
    bare = pc.replace_substring_regex(plain(cells), r"[\s'`+-]", "")
    return pc.replace_substring_regex(bare, _COUNTRY.pattern, r"\1")


def _warnings(
    turned: pa.Array, open_: pa.Array, headers: Mapping[str, str]
) -> list[dict[str, Any]]:
    said = []
    if turned.true_count:
        beside = [text for text in headers.values() if normalise_header(text).startswith("主叫")]
        beside = [text for text in beside if normalise_header(text) not in _CALLER]
        text = "in {rows} incoming rows the owner is the called number"
        if beside:
            text += f"; {', '.join(beside)} there are taken as the owner's"
        said.append((text, turned.true_count))
    if open_.true_count:
        text = (
            "whose list it is cannot be told in {rows} incoming rows:"
            f" {headers[OWNER]} is taken as the owner's number"
        )
        said.append((text, open_.true_count))
    return [counted(headers[OTHER], text, rows) for text, rows in said]
