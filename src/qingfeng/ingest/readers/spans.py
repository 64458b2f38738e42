"""Cells with spans, one after the other, laid out as a rectangle."""

from __future__ import annotations

from dataclasses import dataclass, field

from qingfeng.errors import UnreadableFile
from qingfeng.ingest.grid import Grid
from qingfeng.ingest.readers import cells
from qingfeng.ingest.readers.limits import Limits

_FARTHEST_COLUMN = 16_384
_FARTHEST_ROW = 1_048_576


@dataclass(slots=True)
class Layout:
    """A rectangle that grows as cells are put on it, row by row; rows 1-based, columns 0-based.

    A cell that spans is put once; its range is kept in *merged* and filled by ``grid``.
    *covered* holds the last row that a span from above covers, by column.
    """

    place: str
    limits: Limits
    rows: dict[int, dict[int, object]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    covered: dict[int, int] = field(default_factory=dict)
    width: int = 0

    def free(self, row: int, at: int) -> int:
        """Return the first column from *at* that no span from above covers in *row*."""
        while self.covered.get(at, 0) >= row:
            at += 1
        return at

    def put(self, row: int, at: int, value: object, *, down: int = 1, right: int = 1) -> None:
        """Put a value on *down* rows and *right* columns; spans are cut at Excel's bounds."""
        if at >= _FARTHEST_COLUMN or row > _FARTHEST_ROW:
            raise self._too_large(f"a cell in row {row:,}, column {at + 1:,}")
        down = max(1, min(down, _FARTHEST_ROW - row + 1))
        right = max(1, min(right, _FARTHEST_COLUMN - at))
        self.rows.setdefault(row, {})[at] = value
        self.width = max(self.width, at + right)
        if down > 1 or right > 1:
            self.merged.append((row, at, row + down - 1, at + right - 1))
        if down > 1:
            self.covered.update(dict.fromkeys(range(at, at + right), row + down - 1))

    def grid(self, frame: cells.Frame) -> Grid:
        """Return the grid; rows without any cell are left out, row numbers stay true."""
        numbers = sorted(self.rows)
        if len(numbers) * self.width > self.limits.cells:
            raise self._too_large(f"a table of more than {self.limits.cells:,} cells")
        rows = ([self.rows[number].get(at, "") for at in range(self.width)] for number in numbers)
        return cells.grid_of(
            rows,
            cells.Frame(
                member=frame.member,
                sheet=frame.sheet,
                kind=frame.kind,
                hidden=frame.hidden,
                notes=frame.notes,
                encoding=frame.encoding,
                merged=tuple(self.merged),
                row_numbers=numbers,
            ),
            fill_limit=self.limits.cells,
        )

    def _too_large(self, what: str) -> UnreadableFile:
        return UnreadableFile(self.place, what, "Split the table, or ask for it as csv.")
