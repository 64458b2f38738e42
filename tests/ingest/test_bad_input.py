"""Bad input: a clear line with the way out, the good rows kept, exit code 1, no traceback."""

from __future__ import annotations

import io
import json
import os
import zipfile

import pytest
import pyzipper
import xlsxwriter

from qingfeng.cli.main import main
from qingfeng.ingest import run as run_module
from qingfeng.ingest.work import FileJob
from tests.ingest.imports import CARD, HEADER, booking, new_case

GOOD = [booking(1, serial="S1"), booking(2, serial="S2")]
TEXT = "\n".join([HEADER, *GOOD]) + "\n"


def workbook(rows, **options):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet("明细")
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
    return stream.getvalue()


def zipped(members, *, password=None, kind=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    if password:
        with pyzipper.AESZipFile(stream, "w", kind, encryption=pyzipper.WZ_AES) as archive:
            archive.setpassword(password)
            for name, text in members.items():
                archive.writestr(name, text)
    else:
        with zipfile.ZipFile(stream, "w", kind) as archive:
            for name, text in members.items():
                archive.writestr(name, text)
    return stream.getvalue()


@pytest.fixture
def run(tmp_path, capsys):
    """Import one file through the command line: exit code, report, what stderr said."""

    def call(name, content, *words):
        home = tmp_path / "home"
        if not (home / "cases").exists():
            new_case(home)
        path = tmp_path / name
        path.write_bytes(content)
        code = main(["--home", str(home), "case", "import", "C", str(path), "--json", *words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        report = json.loads(said.out)
        for table in (table for file in report["files"] for table in file["tables"]):
            parts = table["rows_kept"] + len(table["rejected"]) + len(table["duplicates"])
            assert table["rows_read"] == parts
        return code, report

    return call


HEADED = workbook([HEADER.split(","), *(line.split(",") for line in GOOD)])

REFUSED = {
    "empty": ("a.csv", b"", "no byte"),
    "blank": ("a.csv", b"\n \n\n", "no cell"),
    "one line of prose": ("a.csv", "明细见附件\n".encode(), "header"),
    "an answer without a table": ("a.csv", "此账户无记录\n".encode(), "nothing more"),
    "binary": ("a.csv", bytes(range(256)) * 40, "not read"),
    "truncated workbook": ("a.xlsx", HEADED[: len(HEADED) // 2], "cut off"),
    "package cut off behind its properties": (
        "a.xlsx",
        zipped({"docProps/app.xml": "<a/>", "docProps/core.xml": "<a/>"})[:-90],
        "cut off",
    ),
    "corrupt zip": ("a.zip", zipped({"a.csv": TEXT})[:40] + b"\x00" * 60, ""),
    "locked zip": ("a.zip", zipped({"a.csv": TEXT}, password=b"geheim"), "--password-file"),
    "rar": ("a.rar", b"Rar!\x1a\x07\x01\x00" + b"\x00" * 64, "pack it again as zip"),
    "empty zip": ("a.zip", zipped({}), "no file"),
    "unknown headers": ("a.csv", "甲列,乙列\n子,丑\n".encode(), "case map"),
    "header alone of another kind": ("a.csv", "天干,地支,生肖\n".encode(), "case map"),
}


@pytest.mark.parametrize(("name", "content", "says"), REFUSED.values(), ids=REFUSED)
def test_refused_with_a_reason_and_a_way_out(run, name, content, says):
    code, report = run(name, content)
    (file,) = report["files"]
    assert code == 1
    assert file["status"] == "refused"
    assert says in file["reason"]
    assert len(file["reason"]) > 20


BROKEN = TEXT.encode().replace("消".encode(), b"\xff\xfe", 1)


def with_rows(*rows):
    return (TEXT + "".join(f"{row}\n" for row in rows)).encode()


GOOD_ROWS_KEPT = {
    "NUL bytes": ("a.csv", TEXT.replace("测试", "测\x00试").encode(), 2, 0),
    "broken UTF-8 in one cell": ("a.csv", BROKEN, 2, 0),
    "a row cut short": ("a.csv", with_rows(f"{CARD},2024-06-01"), 2, 1),
    "a row with surplus cells": ("a.csv", with_rows(booking(3, serial="S3") + ",a,b"), 2, 1),
    "blank surplus cells": ("a.csv", with_rows(booking(3, serial="S3") + ",, ,"), 3, 0),
    "an unclosed quotation mark": (
        "a.csv",
        with_rows(booking(3, serial='"S3'), booking(4, serial="S4"), booking(5)),
        5,
        0,
    ),
    "an impossible date": ("a.csv", with_rows(booking(3).replace("06-01", "02-30")), 2, 1),
    "a date out of range": ("a.csv", with_rows(booking(3).replace("2024", "0024")), 2, 1),
    "an amount that is none": ("a.csv", with_rows(booking(3, amount="1.2.3")), 2, 1),
    "wrong grouping": ("a.csv", with_rows(booking(3, amount='"1,0,2"')), 2, 1),
    "a total row": ("a.csv", with_rows("合计,,,6.40"), 2, 0),
    "a repeated header": ("a.csv", with_rows(HEADER, booking(3, serial="S3")), 3, 0),
    "old Mac line ends": ("a.csv", TEXT.replace("\n", "\r").encode("gb18030"), 2, 0),
    "the wrong extension": ("a.xlsx", TEXT.encode("gb18030"), 2, 0),
    "a workbook named csv": ("a.csv", HEADED, 2, 0),
    "members that climb": ("a.zip", zipped({"../x.csv": TEXT, "好.csv": TEXT}), 2, 0),
    "a formula without a value": (
        "a.xlsx",
        workbook([HEADER.split(","), *(line.split(",") for line in GOOD), ["=1+1"]]),
        2,
        None,
    ),
}


@pytest.mark.parametrize(
    ("name", "content", "kept", "rejected"), GOOD_ROWS_KEPT.values(), ids=GOOD_ROWS_KEPT
)
def test_the_good_rows_of_the_same_file_are_kept(run, name, content, kept, rejected):
    code, report = run(name, content)
    assert report["totals"]["rows_kept"] == kept
    if rejected is not None:
        assert report["totals"]["rejected"] == rejected
    if rejected:
        assert code == 1
        (table,) = report["files"][0]["tables"]
        assert all(len(each["reason"]) > 5 for each in table["rejected"])


def test_a_thousand_columns_and_a_thousand_empty_ones(run):
    wide = [f"列{number}" for number in range(1_000)]
    code, report = run("宽.xlsx", workbook([wide, ["x"] * 1_000]))
    assert (code, report["files"][0]["status"]) == (1, "refused")
    padded = [HEADER.split(",") + [""] * 1_000, *(line.split(",") for line in GOOD)]
    _, report = run("补.xlsx", workbook(padded))
    assert report["totals"]["rows_kept"] == 2


def test_a_bomb_is_refused_and_its_neighbour_is_read(run):
    code, report = run("a.zip", zipped({"弹.csv": b"0" * 40_000_000, "好.csv": TEXT}))
    (file,) = report["files"]
    assert code == 1
    assert "弹.csv" in file["reason"]
    assert report["totals"]["rows_kept"] == 2


def test_a_locked_zip_opens_with_its_password(run, tmp_path):
    words = tmp_path / "passwords.txt"
    words.write_text("falsch\ngeheim\n", encoding="utf-8")
    content = zipped({"a.csv": TEXT}, password=b"geheim")
    code, report = run("a.zip", content, "--password-file", str(words))
    assert (code, report["totals"]["rows_kept"]) == (0, 2)


def test_a_gbk_member_name_is_read(run):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        entry = zipfile.ZipInfo("x" * 12)
        archive.writestr(entry, TEXT)
    content = stream.getvalue().replace(b"x" * 12, "交易明细.csv".encode("gb18030"))
    _, report = run("a.zip", content)
    assert report["files"][0]["tables"][0]["member"] == "交易明细.csv"


@pytest.mark.parametrize(
    ("amount", "fen"),
    [("￥1，020.00", 102_000), ("(1,234.56)", -123_456), ("－3", -300), ("1.2万", 1_200_000)],
)
def test_amounts_as_people_type_them(run, tmp_path, capsys, amount, fen):
    run("a.csv", f"{HEADER}\n{booking(1, amount=f'{chr(34)}{amount}{chr(34)}')}\n".encode())
    words = ["case", "export", "C", "--table", "transfers", "--format", "jsonl"]
    main(["--home", str(tmp_path / "home"), *words])
    (row,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert row["amount_fen"] == fen


def test_a_missing_path_is_a_usage_error_and_changes_nothing(tmp_path, capsys):
    case = new_case(tmp_path)
    assert main(["--home", str(tmp_path), "case", "import", "C", str(tmp_path / "nicht")]) == 2
    assert "does not exist" in capsys.readouterr().err
    assert case.batches() == []


def test_a_folder_with_nothing_in_it(tmp_path, capsys):
    new_case(tmp_path)
    (tmp_path / "leer").mkdir()
    assert main(["--home", str(tmp_path), "case", "import", "C", str(tmp_path / "leer")]) == 0
    assert "0个文件" in capsys.readouterr().out


def importing(home, path, capsys):
    """Exit code and file entries of one import."""
    code = main(["--home", str(home), "case", "import", "C", str(path), "--json"])
    return code, json.loads(capsys.readouterr().out)["files"]


def test_pipes_and_links_of_a_delivery_are_refused_and_the_rest_is_read(tmp_path, capsys):
    new_case(tmp_path)
    folder, outside = tmp_path / "来", tmp_path / "别处.csv"
    (folder / "内").mkdir(parents=True)
    outside.write_text(TEXT, encoding="utf-8")
    (folder / "好.csv").write_text(TEXT, encoding="utf-8")
    os.mkfifo(folder / "管.csv")
    (folder / "链.csv").symlink_to(outside)
    (folder / "内" / "环").symlink_to(folder)
    (folder / "空.csv").symlink_to(tmp_path / "没有")
    code, files = importing(tmp_path, folder, capsys)
    states = {entry["path"]: (entry["status"], entry["sha256"] is None) for entry in files}
    assert code == 1
    assert states == {
        "来/好.csv": ("imported", False),
        "来/管.csv": ("refused", True),
        "来/链.csv": ("refused", True),
        "来/内/环": ("refused", True),
        "来/空.csv": ("refused", True),
    }
    assert all("." in entry["reason"] for entry in files if entry["status"] == "refused")


def test_a_link_that_is_named_itself_is_followed(tmp_path, capsys):
    new_case(tmp_path)
    (tmp_path / "真.csv").write_text(TEXT, encoding="utf-8")
    (tmp_path / "链.csv").symlink_to(tmp_path / "真.csv")
    assert importing(tmp_path, tmp_path / "链.csv", capsys)[0] == 0


@pytest.mark.parametrize(
    ("content", "apart"),
    [(HEADED, True), (zipped({"a.csv": TEXT}), True), (b"<html><table>", True), (b"", False)]
    + [(TEXT.encode(coding), False) for coding in ("utf-8", "gb18030", "utf-16")],
)
def test_only_what_is_text_by_content_is_read_in_the_main_process(tmp_path, content, apart):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    workers = run_module._processes([FileJob(0, path, "a.csv", "")], None)
    assert (workers is not None) is apart


def merged_workbook(header, rows, *ranges):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("明细")
        for row, cells in enumerate([header, *rows]):
            sheet.write_row(row, 0, cells)
        for first, last, column, value in ranges:
            sheet.merge_range(first - 1, column, last - 1, column, value)
    return stream.getvalue()


def test_an_amount_merged_over_rows_is_booked_once_and_the_rest_said(run):
    rows = [booking(number, serial=f"S{number}").split(",") for number in range(3)]
    for row in rows:
        row[3], row[8] = row[3] if row is rows[2] else "", ""
    content = merged_workbook(HEADER.split(","), rows, (2, 3, 3, 100), (2, 4, 8, "购物"))
    code, report = run("a.xlsx", content)
    (table,) = report["files"][0]["tables"]
    assert (code, table["rows_kept"]) == (1, 2)
    assert [each["row"] for each in table["rejected"]] == [3]
    said = {(each["row"], each["column"]): each["text"] for each in table["warnings"]}
    assert said[3, "交易金额"] == (
        "a cell merged over several rows holds one amount, taken for the first of them"
    )
    assert len(said) == 1


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", " \n "])
def test_date_and_time_on_two_lines_of_a_cell_are_one_moment(run, tmp_path, line_break):
    rows = [booking(1).split(",")]
    rows[0][1] = f"2024-06-01{line_break}08:00:01"
    _, report = run("a.xlsx", workbook([HEADER.split(","), *rows]))
    assert report["totals"]["rows_kept"] == 1
    page = "<table>" + "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        for cells in [HEADER.split(","), [*rows[0][:1], "2024-06-02<br>08:00:01", *rows[0][2:]]]
    )
    _, report = run("a.xls", f"{page}</table>".encode())
    assert report["totals"]["rows_kept"] == 1


def test_a_second_copy_of_a_refused_file_is_refused_too(tmp_path, capsys):
    new_case(tmp_path)
    folder = tmp_path / "来"
    folder.mkdir()
    for name in ("一.csv", "二.csv"):
        (folder / name).write_text("甲列,乙列\n子,丑\n", encoding="utf-8")
    code, files = importing(tmp_path, folder, capsys)
    assert (code, [each["status"] for each in files]) == (1, ["refused", "refused"])
    assert files[1]["reason"].startswith("same content as 来/一.csv: ")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("流水.csv".encode("gb18030"), "来/流水.csv"),
        ("流水.csv".encode(), "来/流水.csv"),
        (b"\xff\xd7.csv", "来/\\xff\\xd7.csv"),
    ],
)
def test_file_names_in_any_encoding_are_read(tmp_path, capsys, name, place):
    case, folder = new_case(tmp_path), tmp_path / "来"
    folder.mkdir()
    (folder / os.fsdecode(name)).write_text(TEXT, encoding="utf-8")
    code, (entry,) = importing(tmp_path, folder, capsys)
    assert (code, entry["path"], entry["status"]) == (0, place, "imported")
    assert case.batches()[0].files[0]["path"] == place
    assert main(["case", "map", str(folder / os.fsdecode(name)), "--json"]) == 0
