"""The currency of a booking: its own column, its sub-account, and what its amounts say.

Yuan are assumed only where nothing at all is said. A word outside the list, a bare dollar sign,
or two statements that differ leave the currency unknown, with a remark.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.cleaned import Cleaned
from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.delivery import plain
from qingfeng.ingest.words import CurrencyList, shared_words

ASSUMED = "CNY"

_NUMBERED = r"^([0-9]{3})(_.*)?$"
"""A sub-account suffix that begins like the number of a currency (ISO 4217): ``392_1``."""

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
    unnamed = None
    if "sub_account" in pieces:
        meant, unnamed = _of_sub_account(cleaner, plain(pieces["sub_account"]), code)
        code = pc.coalesce(plain(code), meant)
    if problem is None and not words and unnamed is None:
        pieces["currency"] = _or_assumed(code)
        return
    code = plain(code)
    if problem is None:
        problem = pa.nulls(height, pa.string())
    unread = pc.binary_join_element_wise("'", problem, _UNLISTED, "")
    if unnamed is not None:
        unread = pc.coalesce(unread, unnamed)
    for name in words:
        code, said = _with_word(cleaner, code, pc.is_valid(problem), pieces[name])
        unread = pc.coalesce(unread, said)
    cleaned.remark("currency", unread)
    pieces["currency"] = pc.if_else(pc.is_valid(unread), None, _or_assumed(code))


def _of_sub_account(
    cleaner: Cleaner, suffixes: pa.Array, known: pa.Array
) -> tuple[pa.Array, pa.Array | None]:
    """The currency that a sub-account suffix begins with, and what to say of doubtful ones.

    A number alone that is no currency is a sub-account; before a further number (``999_1``) it
    is a currency that nobody here knows, or one that the column may deny. *known*: the codes of
    the currency column.
    """
    number = pc.if_else(
        pc.match_substring_regex(suffixes, _NUMBERED),
        pc.replace_substring_regex(suffixes, _NUMBERED, r"\1"),
        None,
    )
    if number.null_count == len(number):
        return number, None
    listed = CurrencyList(shared_words("currencies"))
    meant = plain(cleaner.word(number.fill_null(""), listed)[""])
    code = plain(known)
    leads = pc.and_(pc.is_valid(number), pc.match_substring(suffixes, "_"))
    strange = pc.and_(leads, pc.and_(pc.is_null(meant), pc.is_null(code)))
    denied = pc.and_(leads, pc.not_equal(meant, code)).fill_null(fill_value=False)
    if not pc.any(pc.or_(strange, denied)).as_py():
        return meant, None
    said = pc.binary_join_element_wise(
        "sub-account '",
        suffixes,
        pc.if_else(
            denied,
            pc.binary_join_element_wise("' names another currency than the column, ", code, ""),
            "' names no currency of the word list",
        ),
        ", currency is unknown",
        "",
    )
    return meant, pc.if_else(pc.or_(strange, denied), said, None)


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
