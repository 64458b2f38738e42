"""The columns of days and moments of a found table, before they are read."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from qingfeng.ingest.instants import in_order
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.serial_days import from_1904
from qingfeng.schema.tables import ColumnKind

_DATES = (ColumnKind.INSTANT, ColumnKind.DATE)


def is_instant(layout: Layout, field: str) -> bool:
    """Does *field* hold moments, or their days?"""
    return layout.kinds.get(field) is ColumnKind.INSTANT and not field.endswith(".time")


def in_one_order(fields: Mapping[str, pa.Array], layout: Layout) -> dict[str, pa.Array]:
    """The columns of dates whose order their layout does not say."""
    if layout.date_order != "ymd":
        return {}
    dates = [name for name in fields if layout.kinds.get(name) in _DATES]
    return {name: in_order(fields[name], name) for name in dates if not name.endswith(".time")}


def counted_from_1904(fields: Mapping[str, pa.Array], layout: Layout) -> dict[str, pa.Array]:
    """The columns of days and moments of a workbook that counts its days from 1904."""
    dates = [name for name in fields if layout.kinds.get(name) in _DATES]
    return {name: from_1904(fields[name], clock=name.endswith(".time")) for name in dates}
