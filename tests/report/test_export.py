import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pyarrow.parquet as pq
import pytest

from qingfeng.errors import InvalidDefinition, UsageError
from qingfeng.report.export import export_table
from qingfeng.report.selection import select
from tests.report.synthetic_rows import ACCOUNT, CARD, SHA, rows_of, transfer


def exported(case, table, form, **more):
    out = io.BytesIO()
    return export_table(case, table, form, out, **more), out.getvalue()


SHORT = ["transfer_id", "account", "booked_at", "amount_fen", "cash", "remark", "flags", "counted"]


def two_transfers(case):
    rows = rows_of(
        "transfers",
        transfer("2024-01-31T09:30:05", 123_456, cash=True, remark='说"好",行'),
        transfer("2024-01-31T09:30:04", -5, status="failed", flags='["time_assumed"]'),
    )
    case.add({"transfers": rows})


def test_csv_text_is_exact(case):
    two_transfers(case)
    count, text = exported(case, "transfers", "csv", columns=SHORT)
    assert count == 2
    assert text.decode("utf-8") == (
        "\ufefftransfer_id,account,booked_at,amount_fen,cash,remark,flags,counted\r\n"
        f'transfers-2,{ACCOUNT},2024-01-31T09:30:04+08:00,-5,,,"[""time_assumed""]",false\r\n'
        f'transfers-1,{ACCOUNT},2024-01-31T09:30:05+08:00,123456,true,"说""好"",行",,true\r\n'
    )


def test_jsonl_text_is_exact(case):
    two_transfers(case)
    count, text = exported(case, "transfers", "jsonl", columns=SHORT)
    assert count == 2
    assert text.decode("utf-8") == (
        f'{{"transfer_id":"transfers-2","account":"{ACCOUNT}",'
        '"booked_at":"2024-01-31T09:30:04+08:00","amount_fen":-5,"cash":null,"remark":null,'
        '"flags":["time_assumed"],"counted":false}\n'
        f'{{"transfer_id":"transfers-1","account":"{ACCOUNT}",'
        '"booked_at":"2024-01-31T09:30:05+08:00","amount_fen":123456,"cash":true,'
        '"remark":"说\\"好\\",行","flags":null,"counted":true}\n'
    )


def test_dates_quantities_and_fractions(case):
    stake = {"share": Decimal("0.350000"), "subscribed_by": date(2030, 12, 31)}
    message = {"sent_at": datetime(2024, 1, 31, 1, 30, 5, 250_000, tzinfo=UTC), "content": "x"}
    case.add(
        {"shareholdings": rows_of("shareholdings", stake), "messages": rows_of("messages", message)}
    )
    _, text = exported(case, "shareholdings", "jsonl", columns=["share", "subscribed_by"])
    assert text == b'{"share":0.35,"subscribed_by":"2030-12-31"}\n'
    _, text = exported(case, "shareholdings", "csv", columns=["share", "subscribed_by"])
    assert text.decode("utf-8-sig") == "share,subscribed_by\r\n0.35,2030-12-31\r\n"
    _, text = exported(case, "messages", "jsonl", columns=["sent_at"])
    assert text == b'{"sent_at":"2024-01-31T09:30:05.250000+08:00"}\n'


def test_summer_time_of_1988_keeps_the_instant(case):
    call = {"started_at": datetime(1988, 7, 1, 1, 0, tzinfo=UTC)}
    case.add({"calls": rows_of("calls", call)})
    _, text = exported(case, "calls", "jsonl", columns=["started_at"])
    assert text == b'{"started_at":"1988-07-01T09:00:00+08:00"}\n'


@pytest.mark.parametrize(
    ("remark", "cell"),
    [
        pytest.param("=1+1", "'=1+1", id="equals"),
        pytest.param("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0", id="plus"),
        pytest.param("-2+3", "'-2+3", id="minus sum"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("\t=1", "'\t=1", id="tab"),
        pytest.param("\r=1", '"\'\r=1"', id="return"),
        pytest.param("＝1+1", "'＝1+1", id="full-width equals"),
        pytest.param('=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"', id="quotes and guard"),
        pytest.param("-12.50", "-12.50", id="plain negative number"),
        pytest.param("+8613800000000", "+8613800000000", id="plain phone"),
        pytest.param("-12.", "'-12.", id="not quite a number"),
        pytest.param("a=1", "a=1", id="mark inside"),
    ],
)
def test_csv_guards_formulas(case, remark, cell):
    case.add({"transfers": rows_of("transfers", transfer("2024-01-31T09:30:05", 1, remark=remark))})
    _, text = exported(case, "transfers", "csv", columns=["remark"])
    assert text.decode("utf-8-sig") == f"remark\r\n{cell}\r\n"


def test_jsonl_keeps_formulas_as_they_are(case):
    case.add({"transfers": rows_of("transfers", transfer("2024-01-31T09:30:05", 1, remark="=1+1"))})
    _, text = exported(case, "transfers", "jsonl", columns=["remark"])
    assert text == b'{"remark":"=1+1"}\n'


def test_flags_that_are_no_json_stay_readable(case):
    case.add({"calls": rows_of("calls", {"flags": "odd {"})})
    _, text = exported(case, "calls", "jsonl", columns=["flags"])
    assert text == b'{"flags":["odd {"]}\n'


def test_transfers_order_and_default_columns(case):
    rows = rows_of(
        "transfers",
        transfer("2024-01-31T09:30:05", 1, transfer_id="b", account="2"),
        transfer("2024-01-31T09:30:05", 1, transfer_id="a", account="2"),
        transfer("2024-01-31T09:30:05", 1, transfer_id="c", account=None),
        transfer("2024-01-31T09:30:05", 1, transfer_id="z", account="1"),
        transfer("2024-01-31T09:30:04", 1, transfer_id="y", account="3"),
        transfer("2024-01-31T09:30:05", 1, transfer_id="n") | {"booked_at": None},
    )
    case.add({"transfers": rows})
    _, text = exported(case, "transfers", "jsonl")
    found = [json.loads(line) for line in text.splitlines()]
    assert [row["transfer_id"] for row in found] == ["y", "z", "a", "b", "c", "n"]
    names = list(found[0])
    assert names[:6] == ["transfer_id", "account", "card", "holder_name", "holder_id", "bank"]
    assert names[-3:] == ["flags", "source_file", "source_row"]
    physical = set(select("transfers").table.physical())
    assert set(names) == physical | {"event_id", "counted", "linked_to", "source_file"}
    assert len(names) == len(set(names))


def test_each_row_names_its_delivered_file_once(case):
    entry = {"path": "甲/流水.csv", "sha256": SHA, "status": "imported", "tables": []}
    copy = entry | {"path": "乙/流水.csv", "status": "already_imported"}
    rows = rows_of("calls", {"call_id": "1"}, {"call_id": "2", "source_row": "cd··9"})
    with case.writing() as batch:
        batch.write("calls", "p", rows)
        batch.commit(files=[entry, copy], totals={})
    columns = ["call_id", "source_file"]
    _, text = exported(case, "calls", "csv", columns=columns)
    assert text.decode("utf-8-sig") == "call_id,source_file\r\n1,甲/流水.csv\r\n2,\r\n"
    for form in ("jsonl", "parquet", "xlsx"):
        assert exported(case, "calls", form, columns=columns)[0] == 2


@pytest.mark.parametrize(("place", "said"), [("none/t.csv", "no folder"), ("", "is a folder")])
def test_a_place_that_cannot_be_written_is_said_by_its_name(case, tmp_path, place, said):
    with pytest.raises(UsageError, match=said) as found:
        export_table(case, "calls", "csv", tmp_path / place)
    assert "draft" not in str(found.value)
    assert list(tmp_path.rglob("*.draft")) == []


def test_other_tables_follow_their_delivered_rows(case):
    calls = [{"call_id": str(n), "source_row": f"{SHA}·a·b·{n}"} for n in (10, 9, 100)]
    case.add({"calls": rows_of("calls", *calls)})
    _, text = exported(case, "calls", "csv", columns=["call_id"])
    assert text.decode("utf-8-sig") == "call_id\r\n9\r\n10\r\n100\r\n"


def test_every_table_exports_in_every_format_when_empty(case):
    for name in ("transfers", "shareholdings", "logins"):
        for form in ("csv", "jsonl", "parquet", "xlsx"):
            assert exported(case, name, form)[0] == 0
    assert exported(case, "logins", "csv")[1].decode("utf-8-sig") == (
        "login_row_id,user_id,logged_in_at,ip,flags,source_file,source_row\r\n"
    )


def many(case):
    rows = [
        transfer(
            f"2024-02-{1 + n % 28:02d}T00:00:{n % 60:02d}", n * 7 - 30, balance_fen=None, card=CARD
        )
        for n in range(60)
    ]
    case.add({"transfers": rows_of("transfers", *rows)})
    return sum(n * 7 - 30 for n in range(60))


def test_formats_agree_on_count_and_sum(case):
    total = many(case)
    _, text = exported(case, "transfers", "csv")
    found = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    assert (len(found), sum(int(row["amount_fen"]) for row in found)) == (60, total)
    _, text = exported(case, "transfers", "jsonl")
    found = [json.loads(line) for line in text.splitlines()]
    assert (len(found), sum(row["amount_fen"] for row in found)) == (60, total)
    _, content = exported(case, "transfers", "parquet")
    stored = pq.read_table(io.BytesIO(content))
    assert (stored.num_rows, sum(stored["amount_fen"].to_pylist())) == (60, total)
    assert str(stored.schema.field("booked_at").type) == "timestamp[us, tz=UTC]"
    _, content = exported(case, "transfers", "xlsx", columns=["transfer_id", "amount_fen"])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    amounts = [Decimal(str(row[1])) * 100 for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert (len(amounts), sum(amounts)) == (60, total)


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx", "ftm"])
def test_same_rows_give_the_same_bytes(case, form):
    many(case)
    assert exported(case, "transfers", form) == exported(case, "transfers", form)


def test_a_path_gets_the_whole_file_or_nothing(case, tmp_path):
    two_transfers(case)
    out = tmp_path / "t.csv"
    assert export_table(case, "transfers", "csv", out, columns=["transfer_id"]) == 2
    assert out.read_bytes() == b"\xef\xbb\xbftransfer_id\r\ntransfers-2\r\ntransfers-1\r\n"
    part = next(case.batches_folder.glob("*/transfers/*.parquet"))
    part.write_bytes(b"x" * part.stat().st_size)
    with pytest.raises(Exception, match=r"Parquet|parquet"):
        export_table(case, "transfers", "csv", tmp_path / "u.csv")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["home", "t.csv"]


def test_standard_output_is_the_default(case, capfdbinary):
    two_transfers(case)
    export_table(case, "transfers", "jsonl", None, columns=["transfer_id"])
    assert capfdbinary.readouterr().out == (
        b'{"transfer_id":"transfers-2"}\n{"transfer_id":"transfers-1"}\n'
    )


@pytest.mark.parametrize(
    ("table", "form", "columns", "error"),
    [
        ("transfers", "ods", None, UsageError),
        ("transfers", "csv", ["nothing"], UsageError),
        ("transfers", "csv", ["account", "account"], UsageError),
        ("transfers", "csv", [], UsageError),
        ("transfers", "ftm", ["account"], UsageError),
        ("calls", "ftm", None, UsageError),
        ("nothing", "csv", None, InvalidDefinition),
    ],
)
def test_refuses_what_it_cannot_do(case, tmp_path, table, form, columns, error):  # noqa: PLR0917
    with pytest.raises(error):
        export_table(case, table, form, tmp_path / "out", columns=columns)
    assert not (tmp_path / "out").exists()


def test_sorting_on_disk_leaves_nothing_behind(case):
    rows = [
        transfer("2024-01-31T09:30:05", n, remark=f"{n * 7919 % 60_000:05d}" * 40)
        for n in range(60_000)
    ]
    case.add({"transfers": rows_of("transfers", *rows)})
    count, text = exported(
        case, "transfers", "csv", columns=["amount_fen", "remark"], memory="60MB"
    )
    assert (count, text.count(b"\r\n")) == (60_000, 60_001)
    assert list((case.folder / ".spill").iterdir()) == []
