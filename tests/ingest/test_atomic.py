"""A kill at any point leaves the case as it was, and the next import gives the whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from qingfeng.cli.main import main
from qingfeng.errors import LinksStale
from qingfeng.ingest import run
from qingfeng.ingest.run import import_paths
from qingfeng.schema import tables
from qingfeng.store import BatchWriter, Home, links
from qingfeng.synth import build
from tests.ingest.imports import CARD, HEADER, content, imported, new_case

OTHER = "6217000000000000210"
KILLS = int(os.environ.get("QINGFENG_TEST_KILLS", "6"))


@pytest.fixture(scope="module")
def delivery(tmp_path_factory):
    return build(tmp_path_factory.mktemp("made"), scale="small", seed=5)


def start(home, delivery):
    words = ["--home", str(home), "case", "import", "C", str(delivery.delivered)]
    words += ["--password-file", str(delivery.passwords_file)]
    return subprocess.Popen(
        [sys.executable, "-m", "qingfeng.cli.main", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def everything(case):
    return {name: content(case, name) for name in tables() if name != "rejected_rows"}


def test_killed_imports_leave_nothing_and_the_last_gives_everything(tmp_path, delivery):
    passwords = delivery.passwords_file.read_text(encoding="utf-8").split()
    begun = time.monotonic()
    whole = imported(tmp_path / "whole", delivery.delivered, passwords=passwords)
    lasted = time.monotonic() - begun
    case = new_case(tmp_path / "killed")
    chance = random.Random(20)
    for _ in range(KILLS):
        process = start(tmp_path / "killed", delivery)
        time.sleep(chance.uniform(0.3, lasted))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if case.batches():
            break
        with case.connect() as connection:
            assert connection.sql("SELECT count(*) FROM transfers").fetchall() == [(0,)]
    import_paths(case, [delivery.delivered], passwords=passwords)
    assert len(case.batches()) == 1
    assert [each.name for each in case.batches_folder.iterdir()] == [
        each.folder.name for each in case.batches()
    ]
    assert everything(case) == everything(whole)


def test_readers_do_not_outlive_their_import(tmp_path, delivery):
    new_case(tmp_path)
    process = start(tmp_path, delivery)
    time.sleep(2.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    for _ in range(100):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.1)
    else:
        os.killpg(process.pid, signal.SIGKILL)
        pytest.fail("reader processes are still there ten seconds after their import died")


def test_a_failure_before_the_commit_leaves_nothing(tmp_path, delivery, monkeypatch):
    case = new_case(tmp_path)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run, "_drop_repeats", fail)
    with pytest.raises(OSError, match="No space"):
        import_paths(case, [delivery.delivered])
    assert case.batches() == []
    assert list(case.batches_folder.iterdir()) == []
    assert Home(tmp_path).case("C").batches() == []


def a_file(folder, name, card, counterparty, direction):
    path = folder / name
    text = f"{card},2024-06-01 08:00:00,{direction},5.00,9.00,{counterparty},,,转账"
    path.write_text(f"{HEADER}\n{text}\n", encoding="utf-8")
    return path


def test_links_are_made_before_the_batch_is_seen(tmp_path, monkeypatch):
    one = a_file(tmp_path, "a.csv", CARD, OTHER, "出")
    other = a_file(tmp_path, "b.csv", OTHER, CARD, "进")
    case = imported(tmp_path, one)
    before = content(case)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(BatchWriter, "publish", fail)
        with pytest.raises(KeyboardInterrupt):
            import_paths(case, [other])
    assert case.linked
    assert content(case) == before
    seen = []
    publish = BatchWriter.publish

    def watched(writer, staged):
        seen.append(case.links.find(case.batches_with(staged)) is not None)
        assert case.linked
        return publish(writer, staged)

    monkeypatch.setattr(BatchWriter, "publish", watched)
    import_paths(case, [other])
    assert seen == [True]
    with case.connect() as connection:
        events = connection.sql("SELECT count(DISTINCT event_id) FROM transfers").fetchall()
    assert events == [(1,)]


def test_links_of_other_batches_or_rules_are_not_taken(tmp_path, monkeypatch, capsys):
    case = imported(tmp_path, a_file(tmp_path, "a.csv", CARD, OTHER, "出"))
    with case.writing() as batch:
        batch.commit(files=[], totals={})
    assert not case.linked
    with pytest.raises(LinksStale):
        case.connect()
    assert main(["case", "tables", "C", "--home", str(tmp_path)]) == 0
    assert case.linked
    assert "transfers" in capsys.readouterr().out
    monkeypatch.setattr(links, "LINK_VERSION", links.LINK_VERSION + 1)
    assert not case.linked
    with pytest.raises(LinksStale):
        case.connect()
    import_paths(case, [])
    assert case.linked
    assert len(list(case.links.folder.iterdir())) == 2
