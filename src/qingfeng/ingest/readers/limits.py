"""Bounds of what one delivered file may cost. Raise them only on purpose."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, all inclusive: a value equal to its limit is still read."""

    archive_depth: int = 3
    """Zips inside zips. Query packages come as city > bank > account, never deeper."""

    archive_members: int = 100_000
    """Members of one archive, nested ones included. The largest known package has 6,000."""

    archive_ratio: int = 1000
    """Unpacked to packed size of one member or nested archive. Repetitive csv reaches 60;
    deflate itself cannot pass 1,032, so a larger ratio is a forged directory or a bomb."""

    ratio_floor_bytes: int = MEBIBYTE
    """A member that unpacks to no more than this is never a bomb, whatever its ratio."""

    member_bytes: int = 2 * GIBIBYTE
    """One unpacked member; it is held in memory while it is read."""

    archive_bytes: int = 64 * GIBIBYTE
    """All unpacked members of one archive together."""

    cells: int = 50_000_000
    """Cells of one sheet or table, empty ones inside it included: 1 million rows of 50
    columns, about 3 GB while it is read."""

    sheet_part_bytes: int = 8 * GIBIBYTE
    """Unpacked size of all parts of one workbook; 50 million cells take about 3 GB."""

    sheets: int = 1_000
    """Sheets of one workbook."""

    legacy_workbook_bytes: int = 256 * MEBIBYTE
    """An old .xls. Full sheets of 65,536 rows stay under this; the reader keeps the whole
    file in memory several times over."""

    markup_bytes: int = 512 * MEBIBYTE
    """HTML, MHT and XML; their trees take about ten times the size of the file."""

    notes: int = 200
    """Notes of one kind on one sheet; further ones are counted in a last note."""


DEFAULT = Limits()
