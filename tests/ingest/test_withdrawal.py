"""A file read wrongly is taken out and read again; the trail stays, nothing counts twice."""

from __future__ import annotations

import json
import zipfile

import pytest

from qingfeng.cli.main import main
from qingfeng.errors import StoreDamaged, WithdrawalRefused
from qingfeng.ingest.run import import_paths
from qingfeng.ingest.withdrawal import withdraw
from qingfeng.report.dossier import dossier_of
from qingfeng.report.proof import prove, render
from qingfeng.store.batches import MANIFEST
from tests.ingest.imports import HEADER, booking, content, imported, new_case

LAYOUT = """\
name: own.village
title: 村账
table: transfers
fields:
  booked_at: [记账日]
  holder_name: [户名]
  {rest}
requires: [booked_at, amount_fen{side}]
marks: [进]
"""
WRONG = LAYOUT.format(rest="amount_fen: [进]", side="")
RIGHT = LAYOUT.format(rest="amount_fen.in: [进]\n  amount_fen.out: [出]", side=".in")
VILLAGE = "户名,记账日,进,出\n测试村,2024-05-01,5.00,\n测试村,2024-05-02,,7.00\n"


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def lines(*numbers):
    return "\n".join([HEADER, *(booking(number, serial=f"S{number}") for number in numbers)])


def every_byte(case):
    return {path: path.read_bytes() for path in case.batches_folder.rglob("*") if path.is_file()}


def amounts(case):
    with case.connect() as connection:
        return connection.sql(
            "SELECT direction, amount_fen FROM transfers ORDER BY booked_at"
        ).fetchall()


def test_a_file_read_by_a_wrong_layout_is_read_by_the_right_one(tmp_path):
    layouts = tmp_path / "layouts"
    layouts.mkdir()
    written(layouts / "v.yaml", WRONG)
    path = written(tmp_path / "村.csv", VILLAGE)
    case = imported(tmp_path, path)
    assert amounts(case) == [("unknown", 500)]
    written(layouts / "v.yaml", RIGHT)
    assert [each["status"] for each in import_paths(case, [path])["files"]] == ["already_imported"]
    before = every_byte(case)
    done = withdraw(case, [str(path)], "收入列认错")
    assert (done["rows"], done["import_again"]) == (2, [])
    assert amounts(case) == []
    assert before.items() <= every_byte(case).items()
    again = import_paths(case, [path])
    assert (again["totals"]["rows_kept"], again["totals"]["duplicates"]) == (2, 0)
    assert amounts(case) == [("in", 500), ("out", 700)]
    with case.connect() as connection:
        assert connection.sql("SELECT count(*) FROM rejected_rows").fetchall() == [(0,)]
    assert before.items() <= every_byte(case).items()


def test_the_withdrawal_says_what_why_and_when(tmp_path):
    path = written(tmp_path / "a.csv", lines(1, 2))
    case = imported(tmp_path, path)
    withdraw(case, ["a.csv"], "不属本案")
    first, last = case.batches()
    (said,) = last.withdrawn.values()
    assert (said["path"], said["reason"], said["at"][:2]) == ("a.csv", "不属本案", "20")
    assert [(each["status"], each["reason"]) for each in first.files] == [
        ("withdrawn", "withdrawn: 不属本案")
    ]
    assert set(first.totals.values()) == {0}
    assert content(case) == []
    case.verify()


def test_rows_another_file_repeated_come_back_when_it_is_read_again(tmp_path):
    a, b = written(tmp_path / "a.csv", lines(1, 2, 3)), written(tmp_path / "b.csv", lines(2, 3, 4))
    case = imported(tmp_path, a, b)
    done = withdraw(case, ["a.csv"], "错交")
    assert [(each["path"], each["rows"]) for each in done["import_again"]] == [("b.csv", 2)]
    assert len(content(case)) == 1
    report = import_paths(case, [b])
    assert (report["totals"]["rows_kept"], report["totals"]["duplicates"]) == (2, 1)
    assert content(case) == content(imported(tmp_path / "other", b))
    assert import_paths(case, [b])["files"][0]["status"] == "already_imported"
    import_paths(case, [a])
    assert content(case) == content(imported(tmp_path / "third", a, b))


def test_a_second_withdrawal_finds_the_rows_held_anew(tmp_path):
    a, b = written(tmp_path / "a.csv", lines(1, 2)), written(tmp_path / "b.csv", lines(3, 4))
    case = imported(tmp_path, a, b)
    withdraw(case, ["a.csv"], "一")
    withdraw(case, [case.batches()[0].files[1]["sha256"][:10]], "二")
    assert content(case) == []
    import_paths(case, [a, b])
    assert content(case) == content(imported(tmp_path / "other", a, b))


@pytest.mark.parametrize(
    ("named", "reason"),
    [(["b.csv"], "错"), (["a.csv", "b.csv"], "错"), (["a.csv"], " "), (["abc"], "错")],
)
def test_what_is_not_there_or_has_no_reason_is_refused_and_nothing_changes(tmp_path, named, reason):
    case = imported(tmp_path, written(tmp_path / "x.csv", lines(1)))
    before = content(case)
    with pytest.raises(WithdrawalRefused):
        withdraw(case, [each.replace("a.csv", "x.csv") for each in named], reason)
    assert (content(case), len(case.batches())) == (before, 1)


def test_two_files_of_one_path_need_the_digest(tmp_path):
    path = written(tmp_path / "a.csv", lines(1))
    case = imported(tmp_path, path)
    import_paths(case, [written(path, lines(2))])
    path.unlink()
    with pytest.raises(WithdrawalRefused, match="several"):
        withdraw(case, ["a.csv"], "错")


def test_the_command_withdraws_and_says_so(tmp_path, capsys):
    case = imported(tmp_path, written(tmp_path / "a.csv", lines(1, 2)))
    words = ["case", "withdraw", "C", "a.csv", "--home", str(tmp_path)]
    assert main([*words, "--reason", "错", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 2
    assert main([*words, "--reason", "错"]) == 3
    assert "Nothing was withdrawn" in capsys.readouterr().err
    assert content(case) == []


def test_what_was_rejected_is_replaced_when_the_file_is_read_again(tmp_path):
    case, path = new_case(tmp_path), written(tmp_path / "村.csv", VILLAGE)
    import_paths(case, [path])
    (tmp_path / "layouts").mkdir()
    with case.connect() as connection:
        assert connection.sql("SELECT count(*) FROM rejected_rows").fetchall() == [(2,)]
    written(tmp_path / "layouts" / "v.yaml", WRONG)
    import_paths(case, [path])
    with case.connect() as connection:
        assert connection.sql("SELECT cells FROM rejected_rows").fetchall() == [
            ('["测试村", "2024-05-02", "", "7.00"]',)
        ]


def test_a_file_that_was_only_refused_leaves_a_trace_once(tmp_path):
    case, path = new_case(tmp_path), written(tmp_path / "村.csv", VILLAGE)
    for _ in range(2):
        report = import_paths(case, [path])
        assert report["files"][0]["status"] == "refused"
        (batch,) = case.batches()
        assert [(each["path"], each["status"]) for each in batch.files] == [("村.csv", "refused")]


def test_a_refused_file_is_withdrawn_with_its_rejected_rows_and_can_come_again(tmp_path):
    case, path = new_case(tmp_path), written(tmp_path / "村.csv", VILLAGE)
    import_paths(case, [path])
    assert withdraw(case, [str(path)], "不属本案")["rows"] == 2
    assert len(content(case, "rejected_rows")) == 0
    import_paths(case, [path])
    assert len(content(case, "rejected_rows")) == 2
    assert [each["status"] for batch in case.batches() for each in batch.files] == [
        "withdrawn",
        "refused",
    ]


def test_the_same_delivery_again_is_no_new_batch_also_if_a_part_of_it_is_refused(tmp_path):
    case, folder = new_case(tmp_path), tmp_path / "来"
    folder.mkdir()
    written(folder / "a.csv", lines(1, 2) + f"\n{booking(3, amount='x')}")
    written(folder / "村.csv", VILLAGE)
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.writestr("b.csv", lines(4))
        archive.writestr("村.csv", VILLAGE + "测试村,2024-05-09,1.00,\n")
    first = import_paths(case, [folder])
    assert (first["totals"]["rows_kept"], first["totals"]["rejected"]) == (3, 6)
    again = import_paths(case, [folder])
    assert (again["totals"]["rows_kept"], len(case.batches())) == (0, 1)
    written(folder / "c.csv", lines(1, 2) + "\n\n")
    assert import_paths(case, [folder])["totals"]["rows_kept"] == 0
    assert len(case.batches()) == 2


def test_a_changed_part_is_found_by_its_digest(tmp_path):
    case = imported(tmp_path, written(tmp_path / "a.csv", lines(1, 2)))
    (batch,) = case.batches()
    part = next(iter(batch.paths("transfers")))
    raw = bytearray(part.read_bytes())
    raw[len(raw) // 2] ^= 1
    part.write_bytes(bytes(raw))
    with pytest.raises(StoreDamaged) as refused:
        case.verify()
    assert refused.value.path == part
    assert json.loads((batch.folder / MANIFEST).read_text("utf-8"))["parts"]


def test_a_rejected_row_that_another_file_holds_too_stays(tmp_path):
    one = written(tmp_path / "村.csv", VILLAGE)
    more = VILLAGE + "测试村,2024-05-03,8.00,\n"
    case = imported(tmp_path, one, written(tmp_path / "二.csv", more))
    (tmp_path / "layouts").mkdir()
    written(tmp_path / "layouts" / "v.yaml", RIGHT)
    import_paths(case, [one])
    assert amounts(case) == [("in", 500), ("out", 700)]
    with case.connect() as connection:
        assert connection.sql("SELECT count(*) FROM rejected_rows").fetchall() == [(3,)]
    assert withdraw(case, ["村.csv"], "错")["import_again"][0]["rows"] == 2


def test_the_proof_and_the_dossier_say_which_rows_went_with_a_withdrawn_file(tmp_path):
    first = written(tmp_path / "a.csv", lines(1, 2, 3))
    second = written(tmp_path / "b.csv", lines(2, 3, 4))
    case = imported(tmp_path, first, second)
    assert prove(case)["import_account"]["balanced"] is True
    withdraw(case, [str(first)], "belongs to another case")
    proof = prove(case)
    account = proof["import_account"]
    assert (account["balanced"], account["rows_lost"]) == (False, 2)
    assert [(row["path"], row["rows"]) for row in account["lost"]["rows"]] == [("b.csv", 2)]
    assert [row["path"] for row in account["withdrawn"]["rows"]] == ["a.csv"]
    assert "有 2 行只是与已撤出文件中的行重复，现已不在案件中" in render(proof)
    assert "行数平衡" not in render(proof)
    files = dossier_of(case, tmp_path / "dossier")
    assert "2 行只是与已撤出文件中的行重复" in files.page.read_text("utf-8")
    import_paths(case, [first])
    assert prove(case)["import_account"]["balanced"] is True
    withdraw(case, [str(first)], "belongs to another case")
    import_paths(case, [second])
    account = prove(case)["import_account"]
    assert (account["balanced"], account["rows_lost"], account["rows_kept"]) == (True, 0, 3)


def test_a_withdrawn_file_that_came_twice_is_withdrawn(tmp_path):
    path = written(tmp_path / "a.csv", lines(1, 2))
    case = imported(tmp_path, path)
    import_paths(case, [path])
    withdraw(case, [str(path)], "belongs to another case")
    account = prove(case)["import_account"]
    assert (account["withdrawn"]["count"], account["files"], account["rows_kept"]) == (1, 1, 0)


@pytest.mark.parametrize(
    "named",
    ["工行/a.csv", "a.csv", "交来/工行/a.csv", "副本.csv", "交来/副本.csv", "…行/a.csv", "a…csv"],
)
def test_a_file_is_named_as_the_report_prints_it(tmp_path, named):
    folder = tmp_path / "交来"
    (folder / "工行").mkdir(parents=True)
    written(folder / "工行" / "a.csv", lines(1))
    written(folder / "副本.csv", lines(1))
    written(folder / "建行.csv", lines(2))
    case = imported(tmp_path, folder)
    assert withdraw(case, [named], "r")["rows"] == 1


def test_a_name_that_two_files_share_needs_more_of_the_path(tmp_path):
    for number, bank in enumerate(("工行", "建行")):
        (tmp_path / "交来" / bank).mkdir(parents=True)
        written(tmp_path / "交来" / bank / "a.csv", lines(number))
    case = imported(tmp_path, tmp_path / "交来")
    for named in ("a.csv", "…"):
        with pytest.raises(WithdrawalRefused):
            withdraw(case, [named], "r")
    assert withdraw(case, ["建行/a.csv"], "r")["rows"] == 1


def test_a_file_read_again_since_is_not_asked_for_a_second_time(tmp_path):
    paths = [written(tmp_path / f"{name}.csv", lines(*rows)) for name, rows in
             (("a", (1, 2)), ("b", (2, 3)), ("c", (9,)))]  # fmt: skip
    case = imported(tmp_path, *paths)
    assert [each["path"] for each in withdraw(case, ["a.csv"], "r")["import_again"]] == ["b.csv"]
    import_paths(case, [paths[1]])
    assert withdraw(case, ["c.csv"], "r")["import_again"] == []
