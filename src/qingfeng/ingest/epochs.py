"""Moments counted since 1970, as programs store them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import Cells
from qingfeng.ingest.grid import MARKS

_BEIJING_S = 8 * 3600


def from_epoch(cells: Cells) -> Cells:
    """Seconds (9 or 10 digits) and milliseconds (12 or 13) since 1970 as Beijing wall clock.

    Other cells stay as they are.
    """
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    values = encoded.dictionary
    bare = pc.replace_substring_regex(pc.utf8_trim(values, f"{MARKS} \t"), r"\.0+$", "")
    seconds = pc.if_else(
        pc.match_substring_regex(bare, r"^\d{12,13}$"),
        pc.utf8_slice_codeunits(bare, 0, stop=-3),
        bare,
    )
    counted = pc.match_substring_regex(seconds, r"^\d{9,10}$")
    number = pc.if_else(counted, seconds, "0").cast(pa.int64())
    local = pc.add(number, _BEIJING_S).cast(pa.timestamp("s"))
    spoken = pc.strftime(local, "%Y-%m-%d %H:%M:%S")
    return pa.DictionaryArray.from_arrays(encoded.indices, pc.if_else(counted, spoken, values))
