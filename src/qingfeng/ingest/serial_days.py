"""Days as spreadsheets count them: the serial numbers of a workbook that begins in 1904."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import Cells
from qingfeng.ingest.grid import MARKS

_SERIAL = rf"^([{MARKS}]?)[1-7]\d{{4}}(\.\d+)?$"
_MOMENT = rf"^([{MARKS}]?)[1-7]\d{{4}}\.\d+$"
_DAYS_BETWEEN = 1462
"""From 1899-12-30, of which day 1 of the other workbooks is the next but one, to 1904-01-01."""


def from_1904(cells: Cells, *, clock: bool = False) -> Cells:
    """Serial numbers counted from 1904-01-01 as those that count from 1900; others stay.

    *clock*: a column of times, in which five digits alone are hours, minutes and seconds.
    """
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    values = encoded.dictionary
    counted = pc.match_substring_regex(values, _MOMENT if clock else _SERIAL)
    if not pc.any(counted).as_py():
        return cells
    bare = pc.if_else(counted, pc.utf8_trim(values, MARKS), "0")
    days = pc.replace_substring_regex(bare, r"\..*$", "").cast(pa.int64())
    rest = pc.replace_substring_regex(bare, r"^\d+", "")
    mark = pc.if_else(pc.match_substring_regex(values, rf"^[{MARKS}]"), values, "")
    shifted = pc.binary_join_element_wise(
        pc.utf8_slice_codeunits(mark, 0, stop=1),
        pc.add(days, _DAYS_BETWEEN).cast(pa.string()),
        rest,
        "",
    )
    return pa.DictionaryArray.from_arrays(encoded.indices, pc.if_else(counted, shifted, values))
