"""Files withdrawn from a case: a later batch says so, and no batch is ever changed.

The withdrawing batch holds anew, without the rows of the files, every part that held some,
and names the parts that these replace. The replaced parts stay on the disk as they were
committed; readers leave them out. A file that is read again replaces its rejected rows so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingfeng.store.batches import BatchWriter, Manifest

DIGEST_LENGTH = 64
"""Characters of the file's digest at the head of each source row."""

HELD = ("imported", "refused")
"""Status of the files of which a case holds anything: records, or rejected rows."""

_SAID = "repeats"
"""The table of what files say of bookings that other files hold."""

WITHDRAWN = "withdrawn"
"""Status of the entry of a file that was withdrawn; its reason is that of the withdrawal."""


def without_withdrawn(committed: Sequence[Manifest]) -> list[Manifest]:
    """The batches as they stand now: *committed*, oldest first, less what later ones withdrew."""
    replaced = {name for each in committed for name in each.replaced}
    withdrawn: dict[str, Mapping[str, str]] = {}
    found: list[Manifest] = []
    for each in reversed(committed):
        parts = {
            name: facts
            for name, facts in each.parts.items()
            if f"{each.folder.name}/{name}" not in replaced
        }
        files = [_as_it_stands(entry, withdrawn) for entry in each.files]
        totals = _less(each.totals, files)
        found.append(replace(each, parts=parts, files=files, totals=totals))
        withdrawn |= each.withdrawn
    return found[::-1]


def _as_it_stands(
    entry: dict[str, Any], withdrawn: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """The entry of a file in the light of what was *withdrawn* later.

    Nothing of a withdrawn file counts; what was read of it stands in ``tables_withdrawn``.
    ``repeats_withdrawn``: rows that were dropped because they repeat rows of such a file; they
    are in the case again once the file is read again.
    """
    if not withdrawn:
        return entry
    said = withdrawn.get(entry.get("sha256") or "")
    if said is not None and entry["status"] in HELD:
        gone = {"tables": [], "tables_withdrawn": entry.get("tables", [])}
        return entry | gone | {"status": WITHDRAWN, "reason": f"withdrawn: {said['reason']}"}
    repeated = (each["of"] for table in entry["tables"] for each in table["duplicates"])
    missed = sum(of[:DIGEST_LENGTH] in withdrawn for of in (*repeated, *rejected_elsewhere(entry)))
    return entry | {"repeats_withdrawn": missed} if missed else entry


def rejected_elsewhere(entry: Mapping[str, Any]) -> list[str]:
    """Source rows of the rejected rows that equal rows of a file, which are not kept twice."""
    rejected = (each for table in entry["tables"] for each in table["rejected"])
    return [each["kept_at"] for each in rejected if "kept_at" in each]


def _less(totals: Mapping[str, int], files: Sequence[Mapping[str, Any]]) -> Mapping[str, int]:
    gone = [table for entry in files for table in entry.get("tables_withdrawn", ())]
    if not gone:
        return totals
    counted = {
        "rows_read": sum(table["rows_read"] for table in gone),
        "rows_kept": sum(table["rows_kept"] for table in gone),
        "rejected": sum(len(table["rejected"]) for table in gone),
        "duplicates": sum(len(table["duplicates"]) for table in gone),
    }
    return {name: count - counted.get(name, 0) for name, count in totals.items()}


def write_without(
    batch: BatchWriter,
    batches: Sequence[Manifest],
    digests: Collection[str],
    *,
    only: str | None = None,
    but: Collection[str] = (),
) -> tuple[list[str], int]:
    """Write into *batch* every part of *batches* that holds rows of *digests*, without these.

    *only*: of this table. *but*: source rows that stay. What other files said of bookings that
    are left out goes with them: those files count as unread, and say it again. Returns the names
    of the parts that were written anew, and how many rows were left out.
    """
    replaced: list[str] = []
    rows_left_out = 0
    records = _bookings_of(batches, digests) if only is None else pa.array([], pa.string())
    for manifest in batches:
        concerned = _may_hold(manifest, digests)
        for name in manifest.parts:
            table = name.split("/")[0]
            said = table == _SAID and len(records) > 0
            if only not in (None, table) or not (concerned or said):
                continue
            rows = pq.ParquetFile(manifest.folder / name).read()
            stays = _stays(rows["source_row"], digests, but)
            if said:
                stays = pc.and_not(stays, pc.is_in(rows["record_id"], value_set=records))
            left_out = rows.num_rows - int(pc.sum(stays).as_py() or 0)
            if left_out:
                batch.write(table, f"anew-{len(replaced):06d}", rows.filter(stays))
                replaced.append(f"{manifest.folder.name}/{name}")
                rows_left_out += left_out
    return replaced, rows_left_out


def _may_hold(manifest: Manifest, digests: Collection[str]) -> bool:
    own = {entry.get("sha256") for entry in manifest.files}
    return bool(manifest.replaced) or not own.isdisjoint(digests)


def _bookings_of(batches: Sequence[Manifest], digests: Collection[str]) -> pa.Array:
    """The identifiers of the bookings that the files of *digests* hold."""
    found = [pa.array([], pa.string())]
    for path in (
        path
        for manifest in batches
        if _may_hold(manifest, digests)
        for path in manifest.paths("transfers")
    ):
        rows = pq.read_table(path, columns=["transfer_id", "source_row"])
        gone = pc.invert(_stays(rows["source_row"], digests, ()))
        found += rows["transfer_id"].cast(pa.string()).filter(gone).chunks
    return pa.concat_arrays(found)


def _stays(
    source_row: pa.ChunkedArray, digests: Collection[str], but: Collection[str]
) -> pa.ChunkedArray:
    heads = pc.utf8_slice_codeunits(source_row, 0, DIGEST_LENGTH)
    gone = pc.is_in(heads, value_set=pa.array(sorted(digests), pa.string()))
    stays = pc.is_in(source_row, value_set=pa.array(sorted(but), pa.string()))
    return pc.or_(pc.invert(gone), stays)
