import csv
import hashlib
import io
import json
import re
import zipfile
from collections import Counter

import openpyxl
import pytest
import pyzipper

from qingfeng.synth import build
from qingfeng.synth.building import FolderTaken
from qingfeng.synth.deliver_police import PASSWORD
from qingfeng.synth.numbers import id_check, luhn_check, uscc_check


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return build(tmp_path_factory.mktemp("case"), seed=7)


@pytest.fixture(scope="module")
def expected(case):
    return json.loads((case.folder / "expected.json").read_text(encoding="utf-8"))


def hashes(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def plain_texts(case):
    """Path to text of every delivered text file, zips left out."""
    found = {}
    for path in case.delivered.rglob("*"):
        if path.suffix in {".csv", ".txt", ".xls"}:
            content = path.read_bytes()
            codec = "utf-16" if content[:2] == b"\xff\xfe" else "utf-8-sig"
            try:
                text = content.decode(codec)
            except UnicodeDecodeError:
                text = content.decode("gb18030")
            found[str(path.relative_to(case.delivered))] = text
    return found


def everything(case):
    """All text of the delivery in one string, workbooks and zips included."""
    parts = list(plain_texts(case).values())
    for path in case.delivered.rglob("*.xlsx"):
        if path.name.startswith("~$"):
            continue
        book = openpyxl.load_workbook(path, read_only=True)
        parts += [str(cell) for sheet in book for row in sheet.values for cell in row if cell]
    for path in case.delivered.rglob("*.zip"):
        with pyzipper.ZipFile(path) as archive:
            parts += [
                archive.read(name, PASSWORD.encode()).decode("gb18030")
                for name in archive.namelist()
            ]
    return "\n".join(parts)


def test_the_same_seed_gives_the_same_bytes(case, tmp_path):
    again = build(tmp_path / "again", seed=7)
    assert hashes(again.folder) == hashes(case.folder)


def test_another_seed_gives_other_people(case, tmp_path):
    other = build(tmp_path / "other", seed=8)
    assert other.expected.accounts != case.expected.accounts


def test_a_built_case_is_replaced_and_a_strange_folder_is_not(tmp_path):
    folder = tmp_path / "case"
    first = build(folder, seed=1)
    (first.delivered / "left over.csv").write_text("x", encoding="utf-8")
    build(folder, seed=1)
    assert not (folder / "delivered" / "left over.csv").exists()
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / "thesis.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(FolderTaken):
        build(strange)
    assert sorted(p.name for p in strange.iterdir()) == ["thesis.txt"]


def test_truth_and_oracle_lie_beside_the_delivery_not_in_it(case):
    beside = {path.name for path in case.folder.iterdir()}
    assert beside == {"delivered", "truth.json", "expected.json", "passwords.txt"}
    assert not list(case.delivered.rglob("*.json"))


def test_every_file_is_expected_or_ignored(case, expected):
    present = set(hashes(case.delivered))
    named = {sheet["path"] for sheet in expected["sheets"]}
    ignored = {entry["path"] for entry in expected["ignored"]}
    assert named | ignored == present
    assert named & ignored == set()
    assert case.files == len(present)


def test_expected_adds_up(case, expected):
    for sheet in expected["sheets"]:
        parts = sheet["kept"] + sheet["feedback"] + len(sheet["rejects"]) + sheet["repeats"]
        assert sheet["rows"] == parts
    transfers = expected["totals"]["transfers"]
    bad = sum(account["impossible_dates"] for account in expected["accounts"].values())
    booked = sum(account["bookings"] for account in expected["accounts"].values())
    assert transfers["kept"] == booked == case.bookings - bad
    assert bad == 2
    assert sum(overlap["repeats"] for overlap in expected["overlaps"]) == transfers["repeats"]


def police_rows(case):
    """(path, line cells) of every police booking, read with the csv module, not our counts."""
    for path, text in plain_texts(case).items():
        if "交易明细信息" in path:
            for cells in csv.reader(io.StringIO(text, newline="")):
                yield path, [cell.strip() for cell in cells]


def test_police_rows_read_independently_are_as_many_as_expected(case, expected):
    counted = Counter(path for path, cells in police_rows(case) if cells and cells[0] != "交易卡号")
    wanted = {
        s["path"]: s["rows"]
        for s in expected["sheets"]
        if s["table"] == "transfers" and s["layout"].startswith("police") and not s["member"]
    }
    assert counted == wanted


def test_police_totals_read_independently_are_as_expected(case, expected):
    inside, outside, seen = Counter(), Counter(), set()
    for _, cells in police_rows(case):
        if len(cells) not in (29, 34) or cells[0] == "交易卡号" or not cells[4]:
            continue
        if "2023-02-30" in cells[4] or "20230230" in cells[4] or "2023/2/30" in cells[4]:
            continue
        account = cells[1].split("_")[0]
        failed = "失败" in cells[17:19]
        moment = re.sub(r"\D", "", re.sub(r"/(\d)(?=[/ ])", r"/0\1", cells[4]))
        key = (account, cells[4], cells[5], cells[6], moment)
        if key in seen:
            continue
        seen.add(key)
        fen = int(cells[5].replace(",", "").replace(".", ""))
        if cells[7] in {"进", "贷", "入", "C"} and not failed:
            inside[account] += fen
        elif cells[7] in {"出", "借", "D"} and not failed:
            outside[account] += fen
    zipped = {number for number, row in expected["accounts"].items() if number not in inside}
    police = {
        number: row
        for number, row in expected["accounts"].items()
        if row["layout"] == "police" and number not in zipped
    }
    assert len(police) > 25
    for number, row in police.items():
        assert (inside[number], outside[number]) == (row["in_fen"], row["out_fen"])


def test_the_cut_file_ends_in_half_a_row(case, expected):
    (cut,) = [s for s in expected["sheets"] if s["note"] == "truncated"]
    content = (case.delivered / cut["path"]).read_bytes()
    last = cut["rejects"][-1]
    lines = content.decode("gb18030").split("\r\n")
    assert (last["row"], len(lines)) == (cut["rows"] + 1, cut["rows"] + 1)
    assert len(lines[-1].split(",")) < 29


def test_one_zip_is_locked_and_both_have_gbk_names(case):
    names, locked = set(), 0
    for path in case.delivered.rglob("*.zip"):
        for member in zipfile.ZipFile(path).infolist():
            names.add(member.orig_filename.encode("cp437").decode("gbk").split("_")[1][:4])
            locked += member.flag_bits & 1
            assert not member.flag_bits & 0x800
    assert names == {"交易明细", "账户信息"}
    assert locked == 2
    assert case.passwords_file.read_text(encoding="utf-8") == f"{PASSWORD}\n"


def test_a_wrong_password_does_not_open_the_zip(case):
    (path,) = [p for p in case.delivered.rglob("*.zip") if p.name.startswith("加密")]
    with zipfile.ZipFile(path) as archive, pytest.raises(RuntimeError):
        archive.read(archive.namelist()[0], b"wrong")


def test_all_numbers_pass_their_checks(case):
    text = everything(case)
    ids = set(re.findall(r"(?<![0-9A-Z])3599\d{13}[0-9X](?![0-9A-Z])", text))
    people = {number for number in ids if number[6:8] in {"19", "20"}}
    assert len(people) >= 8
    assert all(number[-1] == id_check(number[:17]) for number in people)
    cards = set(re.findall(r"(?<!\d)62\d{17}(?!\d)", text)) - {"6235990000000000009"}
    assert len(cards) > 30
    assert all(number[-1] == luhn_check(number[:-1]) for number in cards)
    codes = set(re.findall(r"(?<![0-9A-Z])913599\d{2}MA[0-9A-Z]{8}(?![0-9A-Z])", text))
    assert len(codes) == 3
    assert all(code[-1] == uscc_check(code[:17]) for code in codes)
    phones = set(re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", text))
    assert {phone[:7] for phone in phones} == {"1540000"}


def test_every_planted_subject_occurs_in_the_delivery(case):
    text = everything(case)
    for plant in case.truth.plants:
        assert [key for key in plant.keys if key not in text] == []


def test_one_source_is_promised_and_missing(case, expected):
    (missing,) = expected["promised_missing"]
    assert not list(case.delivered.rglob(f"{missing['source']}*"))
    book = openpyxl.load_workbook(case.delivered / "国监查" / "查询结果汇总.xlsx")
    rows = [row for row in book.active.values if row[1] == missing["source"]]
    assert [(row[3], row[6]) for row in rows] == [(missing["subject_id"], "3")]


def test_encodings_are_mixed(expected):
    met = {sheet["encoding"] for sheet in expected["sheets"]}
    assert met == {"gb18030", "utf-8", "utf-8-sig", "utf-16", "xlsx"}
