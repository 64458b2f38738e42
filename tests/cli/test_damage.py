"""A damaged home: one line, the right exit code, and what is whole is still there."""

from __future__ import annotations

import json

import pytest

from qingfeng.cli.main import main
from qingfeng.store import Home
from qingfeng.store.batches import MANIFEST
from tests.ingest.imports import HEADER, booking, new_case


@pytest.fixture
def case(tmp_path, capsys):
    found = new_case(tmp_path)
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEADER, *map(booking, range(300))]), encoding="utf-8")
    assert main(["case", "import", "C", str(path), "--home", str(tmp_path)]) == 0
    capsys.readouterr()
    return found


def said(capsys, home, *words):
    code = main([*words, "--home", str(home)])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, out, err


def links_of(case):
    return case.links.find(case.batches())


def flip(path, at):
    raw = bytearray(path.read_bytes())
    raw[at] ^= 0xFF
    path.write_bytes(bytes(raw))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"parts": []}', b"\xff\xfe\x00", b"{}"])
def test_a_damaged_manifest_is_named(tmp_path, case, capsys, content):
    (manifest,) = case.batches_folder.glob(f"*/{MANIFEST}")
    manifest.write_bytes(content)
    for words in (["tables"], ["proof"], ["findings"], ["import"]):
        named = [str(tmp_path / "a.csv")] if words == ["import"] else []
        code, out, err = said(capsys, tmp_path, "case", *words, "C", *named)
        assert (code, out, err.count("\n")) == (3, "", 1)
        assert str(manifest) in err


@pytest.mark.parametrize("digests", [True, False], ids=["digests", "no digests"])
def test_flipped_bytes_in_a_part_are_named(tmp_path, case, capsys, digests):
    (part,) = case.batches()[0].paths("transfers")
    if not digests:
        manifest = next(case.batches_folder.glob(f"*/{MANIFEST}"))
        facts = json.loads(manifest.read_text(encoding="utf-8"))
        for each in facts["parts"].values():
            del each["sha256"]
        manifest.write_text(json.dumps(facts), encoding="utf-8")
    for at in range(60, part.stat().st_size - 400, 97):
        flip(part, at)
    words = ["case", "export", "C", "--table", "transfers", "--format", "csv"]
    code, _, err = said(capsys, tmp_path, *words)
    assert (code, err.count("\n")) == (3, 1)
    assert str(part) in err


@pytest.mark.parametrize("words", [["proof"], ["dossier", "--out", "d"]], ids=" ".join)
def test_a_proof_and_a_dossier_rest_on_bytes_as_committed(
    tmp_path, case, capsys, monkeypatch, words
):
    monkeypatch.chdir(tmp_path)
    manifest = next(case.batches_folder.glob(f"*/{MANIFEST}"))
    facts = json.loads(manifest.read_text(encoding="utf-8"))
    next(iter(facts["parts"].values()))["sha256"] = "0" * 64
    manifest.write_text(json.dumps(facts), encoding="utf-8")
    code, out, err = said(capsys, tmp_path, "case", words[0], "C", *words[1:])
    assert (code, out, err.count("\n")) == (3, "", 1)
    assert "not what was committed" in err
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize("harm", ["longer", "shorter", "gone", "no facts", "as once kept"])
def test_links_that_are_not_whole_are_made_again(tmp_path, case, capsys, harm):
    words = ["case", "export", "C", "--table", "transfers", "--format", "csv"]
    _, whole, _ = said(capsys, tmp_path, *words)
    links = links_of(case)
    if harm == "longer":
        links.write_bytes(links.read_bytes() + b"\0")
    elif harm == "shorter":
        links.write_bytes(links.read_bytes()[:-9])
    elif harm == "gone":
        links.unlink()
    elif harm == "no facts":
        links.with_suffix(".json").write_bytes(b"{")
    else:
        links.rename(case.folder / "links.parquet")
        links.with_suffix(".json").rename(case.folder / "links.json")
    assert said(capsys, tmp_path, *words) == (0, whole, "")
    assert links_of(case) is not None
    assert list(case.folder.glob("links.*")) == []


def test_links_with_other_bytes_are_dropped_and_the_next_call_makes_them(tmp_path, case, capsys):
    links = links_of(case)
    flip(links, links.stat().st_size - 20)
    code, _, err = said(capsys, tmp_path, "case", "proof", "C")
    assert (code, err.count("\n")) == (3, 1)
    assert "run the command again" in err
    assert said(capsys, tmp_path, "case", "proof", "C")[0] == 0


def test_a_damaged_case_is_listed_beside_the_whole_ones(tmp_path, case, capsys):
    new_case(tmp_path, "D")
    (case.folder / "case.json").write_text('{"code": "C"', encoding="utf-8")
    code, out, _ = said(capsys, tmp_path, "case", "list")
    assert code == 1
    assert "D" in out.splitlines()[1]
    assert "case.json" in out.splitlines()[2]
    code, out, _ = said(capsys, tmp_path, "case", "list", "--json")
    found = json.loads(out)
    assert [each["code"] for each in found["cases"]] == ["D"]
    assert [each["code"] for each in found["damaged"]] == ["C"]


@pytest.mark.parametrize("coding", ["gb18030", "utf-16", "utf-8-sig"])
def test_a_password_file_is_read_in_any_usual_encoding(tmp_path, case, capsys, coding):
    words = tmp_path / "w.txt"
    words.write_bytes("密码一\n口令二\n".encode(coding))
    call = ["case", "import", "C", str(tmp_path / "a.csv"), "--password-file", str(words)]
    assert said(capsys, tmp_path, *call)[0] == 0


def test_an_overlay_or_layout_that_is_not_utf8_is_named(tmp_path, case, capsys):
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "common_agent.yaml").write_bytes("# 本地\n".encode("gb18030"))
    code, _, err = said(capsys, tmp_path, "case", "findings", "C")
    assert (code, err.count("\n")) == (3, 1)
    assert "common_agent.yaml" in err
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "甲.yaml").write_bytes("# 本地版式\n".encode("gb18030"))
    (tmp_path / "b.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    code, _, err = said(capsys, tmp_path, "case", "import", "C", str(tmp_path / "b.csv"))
    assert (code, err.count("\n")) == (3, 1)
    assert "甲.yaml" in err


@pytest.mark.parametrize("year", ["24", "０２２４", "1899", "2101", "-2024", "x"])
def test_a_year_has_four_digits(tmp_path, capsys, year):
    assert Home(tmp_path).codes() == []
    code, _, err = said(capsys, tmp_path, "case", "import", "C", "a.csv", f"--year={year}")
    assert code == 2
    assert "four digits" in err
