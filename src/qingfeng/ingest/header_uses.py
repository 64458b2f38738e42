"""What use a layout has for a header."""

from __future__ import annotations

from collections.abc import Sequence

from qingfeng.ingest.header_text import measure_fits
from qingfeng.ingest.layout import Layout

Named = Sequence[tuple[int, str, tuple[tuple[str, str | None], ...]]]
"""The headers of a row: index of the column, text, and the keys of the text with measures."""


def use_of(
    layout: Layout, keys: Sequence[tuple[str, str | None]]
) -> tuple[str, int, bool, str | None] | None:
    """The first use the layout has for a header: field (empty if ignored), rank, own, measure."""
    for key, measure in keys:
        if key in layout.ignore_keys:
            return "", 0, True, None
        use = layout.keys.get(key)
        if use is None:
            continue
        fits = measure is not None and measure_fits(measure, layout.kinds[use[0]])
        if fits or measure is None or key == keys[0][0]:
            return (*use, measure if fits else None)
    return None
