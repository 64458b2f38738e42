"""What is said of a large file because it is read in slices, and only slice by slice decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qingfeng.ingest.counted_warnings import counted
from qingfeng.ingest.found import Waiting
from qingfeng.ingest.header_text import normalise_header
from qingfeng.ingest.residue import Residue
from qingfeng.ingest.shifted_rows import SHIFTED

_IN_PARTS = "the file is large and read in parts"

MOVED = (
    "{rows} rows were refused because their cells do not fit their columns: "
    f"{_IN_PARTS}, and this was weighed against the rows of their own part"
)
TWINS = f"{_IN_PARTS}: equal payments to one person are remarked on where both stand in one part"
REFUNDS = f"{_IN_PARTS}: a refund is told of which payment it is where both stand in one part"
OTHER_HEADER = (
    f"reads like the header of another table: {_IN_PARTS}, and the rows below it were read by the"
    " first header; import that table as a file of its own"
)

_FEWEST_HEADERS = 3
"""So many cells of a refused row that are headers of the layout make it a header."""


def limits_of_slices(opened: Waiting, residue: Residue | None) -> Iterator[dict[str, Any]]:
    """The warnings of one slice. *residue*: of its rows that are no records."""
    layout = opened.layout
    moved = sum(reason in SHIFTED for reason in opened.shifted.values())
    if moved:
        yield counted(None, MOVED, moved)
    if layout.table == "benefits":
        yield {"row": None, "column": None, "text": TWINS}
    if layout.name.startswith("wallet") and {"merchant_order", "serial"} <= {*opened.found.columns}:
        yield {"row": None, "column": None, "text": REFUNDS}
    for row, cells in residue.cells.items() if residue is not None else ():
        headers = {normalise_header(text) for text in cells} & layout.keys.keys()
        if len(headers) >= _FEWEST_HEADERS:
            yield {"row": row, "column": None, "text": OTHER_HEADER}
