"""Tables with the same headers side by side in one grid: each becomes a grid of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyarrow as pa

from qingfeng.ingest.grid import Grid, Note, letters
from qingfeng.ingest.header_rows import HEAD_ROWS, Rows, is_textual
from qingfeng.ingest.header_text import normalise_header
from qingfeng.ingest.labels import distinct_cells, label_pairs
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.matching import index_of

LEAST_NAMES = 3
"""So many headers must be repeated in the same order before they are two tables."""

_MOST_TABLES = 8


def set_side_by_side(
    grid: Grid, layouts: tuple[Layout, ...], rows: Rows | None = None
) -> list[Grid]:
    """Return the grids of the tables that stand side by side in *grid*; else *grid* itself.

    They do if a header row is the same names in the same order several times over, and a layout
    fits them once. The sheet of each part names its columns: ``Sheet1_F-J``. Rows keep their
    numbers. What stands above belongs to every part, unless the same label stands above more
    than one of them. *rows*: those of *grid*, if they have been read.
    """
    rows = rows or Rows(grid)
    for position in range(min(grid.height, HEAD_ROWS)):
        blocks = _blocks(rows[position])
        if len(blocks) < 2:
            continue
        start, end = blocks[0]
        if index_of(layouts).match(rows[position][start:end]).layout is not None:
            return [_part(grid, rows, position, blocks, number) for number in range(len(blocks))]
    return [grid]


def _blocks(cells: Sequence[str]) -> list[tuple[int, int]]:
    """Columns of each table, first included, last excluded; nothing if there is one only."""
    filled = [text for text in cells if text]
    if len(filled) < 2 * LEAST_NAMES or len(set(filled)) * 2 > len(filled):
        return []
    if not is_textual(cells):
        return []
    named = [(i, name) for i, text in enumerate(cells) if (name := normalise_header(text))]
    if len({name for _, name in named}) * 2 > len(named):
        return []
    for count in range(2, _MOST_TABLES + 1):
        size, rest = divmod(len(named), count)
        if rest or size < LEAST_NAMES:
            continue
        groups = [[name for _, name in named[k : k + size]] for k in range(0, len(named), size)]
        if len(set(groups[0])) == size and all(group == groups[0] for group in groups):
            starts = [named[k][0] for k in range(0, len(named), size)]
            return list(zip(starts, [*starts[1:], len(cells)], strict=True))
    return []


def _part(
    grid: Grid, rows: Rows, header: int, blocks: Sequence[tuple[int, int]], number: int
) -> Grid:
    start, end = blocks[number]
    above = [_above(rows[i], blocks, number) for i in range(header)]
    columns = {}
    for place, index in enumerate(range(start, end)):
        head = pa.array([cells[place] for cells in above], pa.string())
        body = grid.cells.column(index).slice(header).cast(pa.string())
        columns[f"c{place}"] = pa.chunked_array([head, *body.chunks], pa.string())
    where = f"{letters(start)}-{letters(end - 1)}"
    return replace(
        grid,
        sheet="_".join(filter(None, (grid.sheet, where))),
        cells=pa.table(columns),
        merged=tuple(
            (top, left - start, bottom, right - start)
            for top, left, bottom, right in grid.merged
            if start <= left and right < end
        ),
        notes=tuple(_notes(grid, blocks, number)),
        rejected=grid.rejected if number == 0 else (),
    )


def _notes(grid: Grid, blocks: Sequence[tuple[int, int]], number: int) -> Iterator[Note]:
    """What the reader said of the columns of one table; of no column or of others: the first."""
    for note in grid.notes:
        column = int(note.column[1:]) if note.column else -1
        owner = next((i for i, (start, end) in enumerate(blocks) if start <= column < end), 0)
        if owner == number:
            start, end = blocks[number]
            inside = start <= column < end
            yield replace(note, column=f"c{column - start}" if inside else None)


def _above(cells: Sequence[str], blocks: Sequence[tuple[int, int]], number: int) -> list[str]:
    """What a row above the headers says for one of the tables below it."""
    start, end = blocks[number]
    labels = Counter(
        label
        for first, last in blocks
        for label in {key for key, _ in label_pairs(cells[first:last])}
    )
    if any(count > 1 for count in labels.values()):
        return list(cells[start:end])
    said = distinct_cells(cells)
    width = end - start
    if len(said) > width:
        said = [*said[: width - 1], "  ".join(said[width - 1 :])]
    return [*said, *[""] * (width - len(said))]
