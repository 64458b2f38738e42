"""The currency of a booking: its own column, its sub-account, and what its amounts say.

Yuan are assumed only where nothing at all is said. A word outside the list, a bare dollar sign,
or two statements that differ leave the currency unknown, with a remark.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.columns import Cleaned
from qingfeng.ingest.delivery import plain
from qingfeng.ingest.words import CurrencyList, shared_words

ASSUMED = "CNY"

SUB_ACCOUNTS: Mapping[str, str] = {"156": "CNY", "840": "USD", "344": "HKD", "978": "EUR"}
"""Number before the ``_`` of a sub-account suffix to the currency it means."""

_DOLLARS = ("USD", "HKD", "AUD", "CAD", "SGD", "MOP", "TWD", "NZD")
_UNLISTED = "' is not in the word list, currency is unknown"


def settle_currency(cleaner: Cleaner, cleaned: Cleaned, height: int) -> None:
    """Put ``currency`` into the pieces: a code, or null where it is unknown.

    Reads the pieces ``currency``, ``currency!problem``, ``sub_account`` and those that the
    amounts gave, ``<column>!currency``.
    """
    pieces = cleaned.pieces
    code = pieces.get("currency", pa.nulls(height, pa.string()))
    problem = pieces.get("currency!problem")
    words = [name for name in pieces if name.endswith("!currency")]
    if "sub_account" in pieces:
        number = pc.replace_substring_regex(plain(pieces["sub_account"]), "_.*$", "")
        place = pc.index_in(number, value_set=pa.array(SUB_ACCOUNTS))
        code = pc.coalesce(plain(code), pa.array(SUB_ACCOUNTS.values()).take(place))
    if problem is None and not words:
        pieces["currency"] = _or_assumed(code)
        return
    code = plain(code)
    if problem is None:
        problem = pa.nulls(height, pa.string())
    unread = pc.binary_join_element_wise("'", problem, _UNLISTED, "")
    for name in words:
        code, said = _with_word(cleaner, code, pc.is_valid(problem), pieces[name])
        unread = pc.coalesce(unread, said)
    cleaned.remark("currency", unread)
    pieces["currency"] = pc.if_else(pc.is_valid(unread), None, _or_assumed(code))


def _or_assumed(code: pa.Array) -> pa.Array:
    """The codes, yuan where there is none; a column without a gap stays as it is."""
    if code.null_count == len(code):
        return pa.repeat(ASSUMED, len(code)).dictionary_encode()
    return pc.fill_null(plain(code), ASSUMED) if code.null_count else code


def _with_word(
    cleaner: Cleaner, code: pa.Array, unlisted: pa.Array, words: pa.Array
) -> tuple[pa.Array, pa.Array]:
    """The code with what an amount says of it, and a remark where that leaves it unknown."""
    spoken = cleaner.word(words.fill_null(""), CurrencyList(shared_words("currencies")))[""]
    bare = pc.equal(words, "$").fill_null(fill_value=False)
    fits = pc.or_(
        pc.and_(bare, pc.is_in(code, value_set=pa.array(_DOLLARS))),
        pc.equal(plain(spoken), code).fill_null(fill_value=False),
    )
    taken = pc.and_(pc.is_valid(spoken), pc.and_(pc.is_null(code), pc.invert(unlisted)))
    unsettled = pc.and_(pc.is_valid(words), pc.invert(pc.or_(fits, taken)))
    said = pc.binary_join_element_wise(
        "the amount or its header says '", words, "', currency is unknown", ""
    )
    return pc.if_else(taken, plain(spoken), code), pc.if_else(unsettled, said, None)
