"""What the headers of a table leave open, said aloud."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qingfeng.ingest.layout import Layout
from qingfeng.ingest.matching import ColumnRef
from qingfeng.schema.tables import ColumnKind

_LEAST_REPEATED = 3


def header_warnings(
    columns: Mapping[str, ColumnRef], ignored: Sequence[str], layout: Layout | None
) -> tuple[str, ...]:
    """Units that some amounts have and others lack; repeated headers that are not taken."""
    if layout is None:
        return ()
    said = []
    money = [ref for name, ref in columns.items() if layout.kinds.get(name) is ColumnKind.FEN]
    units = {ref.unit for ref in money if ref.unit not in {None, "元"}}
    bare = [ref.header for ref in money if ref.unit is None]
    if units and bare:
        listed = ", ".join(bare)
        said.append(
            f"no unit stands at {listed}, and {'/'.join(sorted(map(str, units)))} at other"
            " amounts: read as yuan"
        )
    taken = {re.sub(r"__\d+$", "", ref.header) for ref in columns.values()}
    again = [text for text in ignored if re.search(r"__\d+$", text)]
    again = [text for text in again if re.sub(r"__\d+$", "", text) in taken]
    if len(again) >= _LEAST_REPEATED:
        said.append(
            f"these columns repeat the headers of others and are not taken: {', '.join(again)}"
        )
    return tuple(said)
