"""Rows that name the village of the rows below them: 东山村一组, alone in its row."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.closing_words import BLANKS, squeeze
from qingfeng.ingest.grid import Grid
from qingfeng.ingest.whole_table import above, note

_PLACE = r"(村|社区|村委会|居委会|组|队|屯|寨|庄|坝|街道|乡|镇)"
_SECTION = (
    rf"^([（(]?[一二三四五六七八九十\d]{{1,3}}[)）]?[、.．])?(村组|村别|村名|行政村)?[:：]?[\p{{Han}}A-Za-z0-9]{{1,16}}{_PLACE}"
    r"([(（].{1,10}[)）])?[:：]?(共?\d+[户人]){0,2}$"
)
_LABEL = re.compile(
    r"^([（(]?[一二三四五六七八九十\d]{1,3}[)）]?[、.．])(?=.)|(村组|村别|村名|行政村)[:：]"
    r"|([(（](共?\d+[户人]){1,2}[)）])?[:：]?(共?\d+[户人]){0,2}$"
)
"""What stands before and behind the name: a number, a label, how many live there."""
_WITHIN = re.compile(r"[一二三四五六七八九十\d]{1,3}(村民小组|社|组|队)")
"""A group of a village, which its own row does not name."""

_OF_GROUP = re.compile(
    r"(?<=[村社区屯会])(第?[一二三四五六七八九十\d]{1,3}(村民小组|小组|社|组|队))$"
)


@dataclass(frozen=True, slots=True)
class Sections:
    """*named*: which rows of the body name a section; *texts*: the section of every row."""

    named: npt.NDArray[np.bool_]
    texts: pa.Array


def section_rows(grid: Grid, body: tuple[int, int]) -> Sections | None:
    """The sections of a body; None if no row names one.

    Such a row holds one text and nothing else, or the same text in every cell that a merged
    range covers. A group follows the last village that was named.
    """
    start, end = body
    if end <= start or not grid.width:
        return None
    named, said = _named_rows(grid, start, end)
    names, village = _names(said)
    if names:
        relative = not village and _WITHIN.fullmatch(names[-1]) is not None
        note(_KEY, _Section(names[-1], village, relative))
    before: _Section | None = above(_KEY)
    if before is not None:
        names, _ = _names(said, before.village)
    if not names and before is None:
        return None
    texts = ["" if before is None else before.name, *names]
    return Sections(named, pa.array(texts).take(pa.array(np.cumsum(named))))


_KEY = ("section",)


@dataclass(frozen=True, slots=True)
class _Section:
    """The last section that some rows name, and the last village; empty where they name none.

    *relative*: it is a group, of the village that rows above them name.
    """

    name: str
    village: str
    relative: bool

    @property
    def answer(self) -> None:
        """Nothing follows for the rows themselves."""

    def joined(self, below: _Section) -> _Section:
        known = below.relative and self.village
        return _Section(
            f"{self.village}{below.name}" if known else below.name,
            below.village or self.village,
            below.relative and not known,
        )


def _named_rows(grid: Grid, start: int, end: int) -> tuple[npt.NDArray[np.bool_], list[str]]:
    """Which rows from *start* up to *end* name a section, and what they say."""
    named = np.zeros(end - start, bool)
    columns = [
        pc.replace_substring_regex(
            grid.cells.column(index).slice(start, end - start).cast(pa.string()), BLANKS, ""
        ).combine_chunks()
        for index in range(min(3, grid.width))
    ]
    lead = columns[0]
    for column in columns[1:]:
        lead = pc.if_else(pc.equal(lead, ""), column, lead)
    places = np.flatnonzero(pc.match_substring_regex(lead, _SECTION).to_numpy(False))
    if not len(places):
        return named, []
    chosen = pa.array(places)
    said, alone = lead.take(chosen), np.ones(len(places), bool)
    for index in range(grid.width):
        cells = grid.cells.column(index).take(pa.array(places + start)).cast(pa.string())
        bare = pc.replace_substring_regex(cells, BLANKS, "").combine_chunks()
        alone &= pc.or_(pc.equal(bare, ""), pc.equal(bare, said)).to_numpy(False)
    named[places[alone]] = True
    return named, [str(text) for text in said.filter(pa.array(alone)).to_pylist()]


def _names(said: list[str], village: str = "") -> tuple[list[str], str]:
    """The sections as they are named, groups behind their *village*; and the last village."""
    names: list[str] = []
    for text in said:
        name = _LABEL.sub("", squeeze(text))
        if village and _WITHIN.fullmatch(name):
            name = village + name
        else:
            whole = _OF_GROUP.sub("", name)
            if whole != name or not name.endswith(("组", "队")):
                village = whole
        names.append(name)
    return names, village
