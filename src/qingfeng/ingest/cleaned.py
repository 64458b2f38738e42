"""What the cells of one delivery say: values by column, and what has to be said of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import Cells, plain


@dataclass(slots=True)
class Cleaned:
    """What the cells of one delivery say.

    *pieces*: for a column ``name``, its values under ``name``, unreadable cells under
    ``name!problem``, remarks under ``name!flag``, and what its kind adds (``name!precision``,
    ``name_raw``). *flags*: columns with remarks, in the order they are said.
    """

    pieces: dict[str, pa.Array] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)

    def remark(self, name: str, said: pa.Array) -> None:
        """Keep the remarks on one column; nothing is kept of a column without any."""
        if said.null_count < len(said):
            self.pieces[f"{name}!flag"] = said

    def also(self, name: str, said: pa.Array) -> None:
        """Keep the remarks on one column, behind those kept of it before."""
        known = self.pieces.get(f"{name}!flag")
        self.remark(name, said if known is None else pc.coalesce(known, said))

    def problem(self, name: str, cells: pa.Array) -> None:
        """Keep the cells of one column that held something unreadable."""
        if cells.null_count < len(cells):
            self.pieces[f"{name}!problem"] = cells

    def currency(self, name: str, words: pa.Array) -> None:
        """Keep the currencies that the cells of one column of amounts name themselves."""
        if words.null_count < len(words):
            self.pieces[f"{name}!currency"] = words

    def lost(self, name: str, values: Cells, said: pa.Array) -> None:
        """Keep as problems the remarks on cells of which nothing could be kept."""
        if said.null_count < len(said):
            self.problem(name, pc.if_else(pc.is_null(plain(values)), said, None))
