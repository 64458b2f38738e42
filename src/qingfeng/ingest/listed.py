"""Cells that list several things, such as the cards bound to a wallet: a row of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import Cells, Delivery, plain
from qingfeng.ingest.layout import LISTED_BEFORE, LISTED_NUMBER

_FURTHER = 1 << 19
"""Added to a table index: a table of the same file that the report does not list."""

_MARKS_OF_A_LIST = r"[;；,，、|\n]+"
_ITEM = r"""
    SELECT trim(coalesce(s[{nth}], '')) AS item,
           trim(regexp_extract(s[{nth}], '([^:：]*[0-9][^:：]*)$', 1)) AS number,
           trim(regexp_replace(s[{nth}], '[:：]?[^:：]*[0-9][^:：]*$', '')) AS before
    FROM (SELECT list_filter(regexp_split_to_array(b, '{marks}'), lambda e: trim(e) <> '') AS s
          FROM {bare})"""


def item(nth: int) -> str:
    """The question after the *nth* thing of a list, 1-based: ``借记卡:CCB:6217…``.

    ``item`` is all of it, ``number`` its last part if that has a digit, ``before`` the rest.
    """
    return _ITEM.replace("{nth}", str(nth)).replace("{marks}", _MARKS_OF_A_LIST)


def longest_list(cells: Cells) -> int:
    """The most things that one of *cells* can list."""
    values = cells.dictionary if pa.types.is_dictionary(cells.type) else cells
    marks = ";；,，、|\n"
    counts = (sum(map(text.count, marks)) + 1 for text in set(plain(values).to_pylist()) if text)
    return max(counts, default=0)


def with_items(delivery: Delivery, name: str, items: Mapping[str, Cells]) -> Delivery:
    """The delivery with one thing of each list in the place of the list of field *name*.

    Its rows belong to no listed table: they are further rows of records that are counted already.
    """
    given = {
        name: plain(items[""]),
        LISTED_NUMBER: plain(items["number"]),
        LISTED_BEFORE: plain(items["before"]),
    }
    return replace(
        delivery,
        fields={**delivery.fields, **{key: cells.fill_null("") for key, cells in given.items()}},
        table_index=pc.bit_wise_or(delivery.table_index, pa.scalar(_FURTHER, pa.int64())),
        sources={index | _FURTHER: source for index, source in delivery.sources.items()},
    )
