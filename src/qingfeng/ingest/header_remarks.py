"""What the headers of a table leave open, said aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from qingfeng.ingest.header_roots import said_of_roots
from qingfeng.ingest.header_text import header_keys
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.matching import ColumnRef, use_of
from qingfeng.schema.tables import ColumnKind

_LEAST_REPEATED = 3


def header_warnings(
    columns: Mapping[str, ColumnRef], ignored: Sequence[str], layout: Layout | None
) -> tuple[str, ...]:
    """Units that some amounts have and others lack; headers that are known and not taken."""
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
    else:
        again = []
    left = [text for text in ignored if text not in again]
    rivals = [(text, each) for text in left for each in _rivals(text, columns, layout)]
    said += [each for _, each in rivals]
    if layout.roots:
        said_of = {text for text, _ in rivals}
        spelled = {
            field: (ref.header, _use(ref.header, layout) is not None)
            for field, ref in columns.items()
        }
        unused = [text for text in left if text not in said_of and _use(text, layout) is None]
        said += said_of_roots(layout, spelled, unused)
    return tuple(said)


def _use(text: str, layout: Layout) -> tuple[str, int, bool, str | None] | None:
    return use_of(layout, header_keys(text))


def _rivals(text: str, columns: Mapping[str, ColumnRef], layout: Layout) -> Iterator[str]:
    """The column that was taken for what the ignored column *text* says too."""
    use = use_of(layout, header_keys(text))
    if use is None or not use[0]:
        return
    field = use[0].removesuffix(".posted").removesuffix(".converted")
    same = (field, field.partition(".")[0], f"{field}.date", f"{field}.in")
    taken = next((columns[each] for each in same if each in columns), None)
    beside = f"{taken.header} is taken for that" if taken else "beside the others it is not taken"
    yield f"{text} is read as {field} where it stands alone: {beside}"
