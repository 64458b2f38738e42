"""Crossings of the border: the port is where a journey out begins and where one home ends."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow.compute as pc

from qingfeng.ingest.delivery import Cells, plain

_HOME, _OUT = "入境|归国|回国|^[入归]$", "出境|^出$"


def settle_crossings(fields: Mapping[str, Cells]) -> dict[str, Cells]:
    """Turn round the places of entries; what no word calls an entry stays as it is.

    The country stays: it is where an exit leads and an entry comes from.
    """
    port, country, said = (fields.get(each) for each in ("from_place", "to_place", "direction"))
    if port is None or country is None or said is None:
        return dict(fields)
    words = pc.utf8_trim_whitespace(plain(said))
    home = pc.match_substring_regex(words, _HOME)
    out = pc.match_substring_regex(words, _OUT)
    home = pc.and_not(home, out)
    return {
        **fields,
        "from_place": pc.if_else(home, plain(country), plain(port)),
        "to_place": pc.if_else(home, plain(port), plain(country)),
    }
