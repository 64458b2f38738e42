"""What the columns of a file mean, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from qingfeng.cli.output import shorten, table_lines
from qingfeng.ingest.headers import Found
from qingfeng.ingest.mapped import Mapped
from qingfeng.ingest.mapping import Proposal

_HEADER_COLUMNS = 24
_FIELD_COLUMNS = 28
_WHY_COLUMNS = 72


def map_lines(mapped: Sequence[Mapped], *, out: Path | None, home: Path) -> Iterator[str]:
    """Every table with its columns; then the proposed layouts, or where they stand."""
    for each in mapped:
        yield from _table(each)
        yield ""
    proposals = [each.proposal for each in mapped if each.proposal and not each.proposal.lacking]
    if not proposals:
        if any(each.proposal for each in mapped):
            yield "Nothing whole can be proposed: see docs/guide/layouts.md to write a layout."
        return
    if out is None:
        for proposal in proposals:
            yield "---"
            yield proposal.to_yaml()
        yield "Write it to a file with --out LAYOUT.yaml, and check every line."
    else:
        yield f"Written: {out}. Check every line."
    yield f"qingfeng case import reads the layouts in {home / 'layouts'}, and for one case those in"
    yield f"{home / 'cases'}/CODE/layouts."


def _table(mapped: Mapped) -> Iterator[str]:
    where = "·".join(each for each in (mapped.member, mapped.sheet) if each)
    prefix = f"{where}: " if where else ""
    if mapped.found is None:
        yield f"{prefix}{mapped.problem}"
        return
    rows = ", ".join(map(str, mapped.found.header_rows))
    if mapped.found.layout is not None:
        layout = mapped.found.layout
        yield f"{prefix}header row {rows}: layout {layout.name} ({layout.title}), {layout.table}"
        yield from _known(mapped.found)
    if mapped.proposal is not None:
        yield f"{prefix}header row {rows}: no layout fits; as {mapped.proposal.table} it reads"
        yield from _proposed(mapped.proposal)


def _known(found: Found) -> Iterator[str]:
    lines = [(shorten(ref.header, _HEADER_COLUMNS), field) for field, ref in found.columns.items()]
    lines += [(shorten(header, _HEADER_COLUMNS), "(not taken)") for header in found.ignored]
    yield from (f"  {line}" for line in table_lines(("header", "field"), lines))


def _proposed(proposal: Proposal) -> Iterator[str]:
    lines = [
        (
            shorten(each.header, _HEADER_COLUMNS),
            shorten(each.field or "(not taken)", _FIELD_COLUMNS),
            f"{each.confidence:.0%}" if each.field else "",
            shorten("; ".join(each.reasons) or "nothing speaks for a field", _WHY_COLUMNS),
        )
        for each in proposal.suggestions
    ]
    header = ("header", "field", "sure", "why")
    yield from (f"  {line}" for line in table_lines(header, lines, right={"sure"}))
    yield from (f"  {reason}" for reason in proposal.reasons)
    yield from (f"  no column looks like {each}" for each in proposal.lacking)
