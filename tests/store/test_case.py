"""A case on disk: rows without all columns, and parts that were altered behind its back."""

from __future__ import annotations

import json
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qingfeng.cli.demo import demo_case
from qingfeng.errors import MissingColumns, StoreDamaged, StoreOutdated
from qingfeng.store.batches import MANIFEST
from tests.report.synthetic_rows import CITIZEN, rows_of

DEATHS = rows_of("deaths", {"person_id": CITIZEN})


def part_of(case):
    """The one committed part of the case, and its manifest."""
    (manifest,) = case.batches()
    (path,) = manifest.paths("deaths")
    return path, manifest.folder / MANIFEST


def replaced(case, content: bytes):
    """Put *content* in place of the part, its size in the manifest made to agree."""
    path, manifest = part_of(case)
    facts = json.loads(manifest.read_text(encoding="utf-8"))
    path.write_bytes(content)
    facts["parts"]["deaths/part-0.parquet"]["bytes"] = len(content)
    manifest.write_text(json.dumps(facts), encoding="utf-8")
    return path


def parquet(rows: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink)
    return sink.getvalue().to_pybytes()


def test_rows_with_all_columns_are_committed_and_read(case):
    case.add({"deaths": DEATHS})
    with case.connect() as connection:
        assert connection.sql("SELECT person_id FROM deaths").fetchall() == [(CITIZEN,)]


def test_rows_that_lack_columns_are_refused_and_nothing_is_committed(case):
    with pytest.raises(MissingColumns) as refused:
        case.add({"deaths": DEATHS.drop_columns(["source_row", "person_id"])})
    assert (refused.value.table, refused.value.missing) == ("deaths", ("person_id", "source_row"))
    assert case.batches() == []
    assert list(case.batches_folder.iterdir()) == []


def test_parts_and_their_folder_are_durable_before_the_manifest_is_there(case, monkeypatch):
    synced, before, fsync = [], [], os.fsync

    def recorded(handle):
        at = os.fstat(handle)
        synced.append((at.st_dev, at.st_ino))
        before.append(any(case.batches_folder.glob(f"*/{MANIFEST}")))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", recorded)
    case.add({"deaths": DEATHS})
    path, _ = part_of(case)
    for each in (path, path.parent):
        at = each.stat()
        assert before[synced.index((at.st_dev, at.st_ino))] is False


def test_rows_without_any_row_need_no_columns(case):
    case.add({"deaths": DEATHS.select(["person_id"]).slice(0, 0)})
    (manifest,) = case.batches()
    assert manifest.paths("deaths") == []


def test_a_part_that_lost_columns_is_named_with_them(case):
    case.add({"deaths": DEATHS})
    path = replaced(case, parquet(DEATHS.drop_columns(["person_id", "flags"])))
    with pytest.raises(StoreDamaged) as refused:
        case.connect()
    assert refused.value.path == path
    assert refused.value.found == "columns of deaths are missing: person_id, flags"


def test_a_part_that_is_no_parquet_file_is_named(case):
    case.add({"deaths": DEATHS})
    path = replaced(case, b"\0" * 400)
    with pytest.raises(StoreDamaged) as refused:
        case.connect()
    assert (refused.value.path, refused.value.found) == (path, "it is no Parquet file")


def test_a_part_of_another_size_is_named(case):
    case.add({"deaths": DEATHS})
    path, _ = part_of(case)
    with path.open("ab") as part:
        part.write(b"\0")
    size = path.stat().st_size
    with pytest.raises(StoreDamaged) as refused:
        case.connect()
    assert (refused.value.path, refused.value.found) == (path, f"{size} bytes, not {size - 1}")


def test_a_part_that_is_gone_is_named(case):
    case.add({"deaths": DEATHS})
    path, _ = part_of(case)
    path.unlink()
    with pytest.raises(StoreDamaged) as refused:
        case.connect()
    assert (refused.value.path, refused.value.found) == (path, "it is missing")


def test_what_others_put_into_the_folder_of_batches_is_left_alone(case):
    case.add({"deaths": DEATHS})
    stray = case.batches_folder / ".DS_Store"
    stray.write_bytes(b"x")
    case.add({"deaths": DEATHS})
    assert [each.folder.name[:6] for each in case.batches()] == ["000001", "000002"]
    assert stray.exists()


def of_another_version(case):
    """Let the one batch of the case say that an older version wrote it."""
    _, manifest = part_of(case)
    facts = json.loads(manifest.read_text(encoding="utf-8"))
    del facts["form"]
    manifest.write_text(json.dumps(facts), encoding="utf-8")


def test_a_batch_of_another_version_is_named_and_not_called_broken(case):
    case.add({"deaths": DEATHS})
    of_another_version(case)
    with pytest.raises(StoreOutdated, match="another version") as refusal:
        case.batches()
    assert "damaged" not in str(refusal.value)


def test_the_demonstration_begins_anew_where_an_older_version_left_it(home):
    case = demo_case(home, "small")
    case.add({"deaths": DEATHS})
    assert len(demo_case(home, "small").batches()) == 1
    of_another_version(case)
    assert demo_case(home, "small").batches() == []
