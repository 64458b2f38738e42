"""Every nasty input gives what its json says, by ``case import`` and ``case export``."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from qingfeng.cli.main import main

HERE = Path(__file__).parent


class Imported:
    """One import of one or more files into a case of its own."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str], names: list[str]) -> None:
        self._home, self._capsys = home, capsys
        self._run("case", "new", "C", "--title", "T", "--instrument", "N", exits=0)
        paths = [str(HERE / name) for name in names]
        self.exit_code, text = self._call("case", "import", "C", *paths, "--json")
        self.report: dict[str, Any] = json.loads(text)
        self.tables = [table for file in self.report["files"] for table in file["tables"]]

    def _call(self, *words: str) -> tuple[int, str]:
        code = main(["--home", str(self._home), *words])
        return code, self._capsys.readouterr().out

    def _run(self, *words: str, exits: int) -> str:
        code, text = self._call(*words)
        assert code == exits
        return text

    def rows(self, table: str) -> dict[int, dict[str, Any]]:
        """Exported rows by row of their file; for one file only."""
        lines = self._run("case", "export", "C", "--table", table, "--format", "jsonl", exits=0)
        found = [json.loads(line) for line in lines.splitlines()]
        return {int(row["source_row"].rsplit("·", 1)[1]): row for row in found}

    def all_rows(self, table: str) -> list[dict[str, Any]]:
        lines = self._run("case", "export", "C", "--table", table, "--format", "jsonl", exits=0)
        return [json.loads(line) for line in lines.splitlines()]


@pytest.fixture
def imported(tmp_path, capsys):
    return lambda *names: Imported(tmp_path / "home", capsys, list(names))


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return found


def yuan(fen: int | None) -> str | None:
    return None if fen is None else str(Decimal(fen) / 100 + Decimal("0.00"))


def moment(
    row: dict[str, Any], column: str = "booked_at", precision: str = "time_precision"
) -> str | None:
    if row[column] is None:
        return None
    if row[precision] == "day":
        return str(row[column][:10])
    return str(row[column])


COLUMNS = {
    "counterparty_account": "counterparty_account",
    "counterparty_account_masked": "counterparty_account_masked",
    "counterparty_name": "counterparty_name",
    "counterparty_name_raw": "counterparty_name_raw",
    "counterparty_id": "counterparty_id",
    "counterparty_channel": "counterparty_channel",
    "counterparty_third_party": "counterparty_third_party",
    "channel": "channel",
    "status": "status",
    "serial": "serial",
    "order": "serial",
    "refund_of": "refund_of",
    "item": "item",
    "card": "card",
    "bank_card": "card",
    "account": "account",
    "ip": "ip",
    "cash": "cash",
    "summary": "summary",
    "direction": "direction",
    "id": "holder_id",
    "phone": "holder_phone",
}
MONEY = {
    "amount": "amount_fen",
    "balance": "balance_fen",
    "refunded": "refunded_fen",
    "fee": "fee_fen",
}


def assert_transfer(
    row: dict[str, Any], said: dict[str, Any], *, but: set[str] = frozenset()
) -> None:
    for key, value in said.items():
        if key in {"src_row", "note", "n", "seq", "flags", "net", "arrived", "to"} | but:
            continue
        if key == "time":
            assert moment(row) == value
        elif key in MONEY:
            assert yuan(row[MONEY[key]]) == value, key
        else:
            assert row[COLUMNS[key]] == value, key


def assert_adds_up(case: Imported) -> None:
    for table in case.tables:
        parts = table["rows_kept"] + len(table["rejected"]) + len(table["duplicates"])
        assert table["rows_read"] == parts
    totals = case.report["totals"]
    assert totals["rows_read"] == sum(
        totals[key] for key in ("rows_kept", "rejected", "duplicates")
    )


def test_01_police_transfers_in_gb18030(imported):
    case, said = imported("01_fc_transactions_gb18030.csv"), expected("01_fc_transactions_gb18030")
    rows = case.rows("transfers")
    assert sorted(rows) == [record["src_row"] for record in said["records"]]
    for record in said["records"]:
        assert_transfer(rows[record["src_row"]], record)
    (table,) = case.tables
    assert case.report["files"][0]["encoding"] == said["load"]["encoding"]
    assert table["header_row"] == said["load"]["header_row"]
    assert table["rows_read"] == said["load"]["data_rows"]
    assert len(table["columns"]) == said["load"]["columns"]
    assert table["rejected"] == [
        {"row": 10, "reason": "feedback-only row", "kept_as": "query_feedback"}
    ]
    assert case.rows("query_feedback")[10]["text"] == "该卡号在查询时段内无交易明细"
    sums: Counter[str] = Counter()
    for row in rows.values():
        sums[row["direction"] if row["counted"] else "failed_excluded"] += row["amount_fen"]
    assert {key: yuan(fen) for key, fen in sums.items()} == said["totals"]
    assert case.exit_code == 1
    assert_adds_up(case)


def test_02_police_accounts_with_bom(imported):
    case, said = imported("02_fc_accounts_utf8bom.csv"), expected("02_fc_accounts_utf8bom")
    rows = case.rows("accounts")
    names = {
        "holder": "holder_name", "id": "holder_id", "id_type": "id_type", "id_raw": "holder_id_raw",
        "card": "card", "account": "account", "sub": "sub_account", "currency": "currency",
        "opened": "opened_on", "closed": "closed_on", "status": "status",
    }  # fmt: skip
    assert sorted(rows) == [record["src_row"] for record in said["records"]]
    for record in said["records"]:
        row = rows[record["src_row"]]
        assert yuan(row["balance_fen"]) == record["balance"]
        for key, column in names.items():
            if key in record:
                assert row[column] == record[key], key
    assert rows[5]["flags"] == [
        "holder_id: upgraded from 15 digits 359902310614024",
        "opened_on: impossible date 1998-02-29",
        "closed_on: 9999-12-31 read as none",
    ]
    assert "账户开户名称" not in case.tables[0]["ignored_columns"]
    assert case.exit_code == 0
    assert_adds_up(case)


def test_03_numbers_that_are_names(imported):
    case, said = imported("03_excel_numbers.xlsx"), expected("03_excel_numbers")
    rows = case.rows("transfers")
    for record in said["records"]:
        assert_transfer(rows[record["src_row"]], record)
    lost = "numeric cell with more than 15 digits, unusable for matching: "
    assert rows[3]["flags"] == [
        f"card: {lost}6.22848e+18",
        f"holder_id: {lost}3.599011972030501e+17",
        "counterparty_account: numeric cell, 16 digits, exact but low confidence",
    ]
    assert rows[4]["flags"][:2] == [
        f"card: {lost}6.22848e+18",
        f"holder_id: {lost}3.5990119720305e+17",
    ]
    assert rows[5]["flags"] == [
        "card: scientific notation text, digits are lost: 6.22848E+18",
        "counterparty_account: Luhn fails",
    ]
    assert rows[5]["time_precision"] == "minute"
    assert {row["direction"] for row in rows.values()} == {"unknown"}
    assert len({row["event_id"] for row in rows.values()}) == 4


def test_04_wrong_dimension(imported):
    case, said = imported("04_wrong_dimension.xlsx"), expected("04_wrong_dimension")
    rows = case.rows("transfers")
    sums: Counter[str] = Counter()
    for row in rows.values():
        sums[row["direction"]] += row["amount_fen"]
    assert len(rows) == said["totals"]["count"]
    assert yuan(sums["out"]) == said["totals"]["out"]
    assert yuan(sums["in"]) == said["totals"]["in"]


def test_06_html_named_xls(imported):
    case, said = imported("06_html_named_xls.xls"), expected("06_html_named_xls")
    rows = case.rows("transfers")
    assert sorted(rows) == [5, 6, 7]
    for row, record in zip(sorted(rows), said["records"], strict=True):
        assert_transfer(rows[row], record)
        assert rows[row]["holder_name"] == said["context"]["holder"]
        assert rows[row]["card"] == said["context"]["card"]
    (table,) = case.tables
    assert table["header_rows"] == said["load"]["header_rows"]
    assert table["columns"] == said["columns"]
    assert [each["kind"] for each in table["skipped"]] == ["total", "footer"]
    assert [(check["declared"], check["match"]) for check in table["checks"]] == [
        (said["checks"]["page_total_in"], True),
        (said["checks"]["page_total_out"], True),
    ]


def test_07_icbc_with_footer(imported):
    case, said = imported("07_icbc_style.csv"), expected("07_icbc_style")
    rows = case.rows("transfers")
    assert sorted(rows) == [8, 9, 10, 11]
    for row, record in zip(sorted(rows), said["records"], strict=True):
        assert_transfer(rows[row], record)
        assert rows[row]["account_masked"] == said["context"]["card_masked"]
        assert rows[row]["account"] is None
        assert rows[row]["counterparty_account"] is None
    (table,) = case.tables
    assert table["header_row"] == said["load"]["header_row"]
    assert [(check["declared"], check["match"]) for check in table["checks"]] == [
        (said["checks"]["footer_in"], True),
        (said["checks"]["footer_out"], True),
    ]


def test_09_wechat_of_the_new_kind(imported):
    case, said = imported("09_wechat_new.xlsx"), expected("09_wechat_new")
    rows = case.rows("transfers")
    for record in said["records"]:
        row = rows[18 + record["n"]]
        assert_transfer(row, record)
        if "net" in record:
            assert yuan(row["amount_fen"] - (row["refunded_fen"] or 0)) == record["net"]
        if "arrived" in record:
            assert yuan(row["amount_fen"] - row["fee_fen"]) == record["arrived"]
        if "to" in record:
            assert row["counterparty_name"] == record["to"]
    (table,) = case.tables
    assert table["header_row"] == said["load"]["header_row"]
    assert {check["kind"]: check["declared"] for check in table["checks"]} == {
        "declared_count": str(said["context"]["declared_count"]),
        "declared_in": said["checks"]["declared"]["in"],
        "declared_out": said["checks"]["declared"]["out"],
        "declared_neutral": said["checks"]["declared"]["neutral"],
    }
    assert all(check["match"] for check in table["checks"])
    assert rows[25]["counted"] is False


def test_11_judicial_tenpay(imported):
    case, said = imported("11_TenpayTrades.txt"), expected("11_TenpayTrades")
    rows = case.rows("transfers")
    assert sorted(rows) == [record["src_row"] for record in said["records"]]
    for record in said["records"]:
        assert_transfer(rows[record["src_row"]], {k: v for k, v in record.items() if k != "id"})
        assert rows[record["src_row"]]["serial"] == record["id"]
    (table,) = case.tables
    for index, name in said["columns_unique"].items():
        assert table["columns"][int(index)] == name
    assert table["rejected"] == [{"row": 6, "reason": "one field, not a record"}]
    (repeat,) = table["duplicates"]
    assert (repeat["row"], repeat["of"].rsplit("·", 1)[1], repeat["why"]) == (
        4,
        "3",
        "all fields equal",
    )
    assert_adds_up(case)


def test_12_overlapping_exports(imported):
    case, said = imported("12_overlap_a.csv", "12_overlap_b.csv"), expected("12_overlap_a")
    merged = said["after_merge"]
    totals = case.report["totals"]
    assert (totals["rows_read"], totals["duplicates"], totals["rows_kept"]) == (
        merged["rows_read"], merged["exact_repeats_dropped"], merged["kept"],
    )  # fmt: skip
    letters = {file["sha256"]: file["path"][11] for file in case.report["files"]}
    rows = {
        f"{letters[row['source_row'][:64]]}:{row['source_row'].rsplit('·', 1)[1]}": row
        for row in case.all_rows("transfers")
    }
    assert sorted(rows) == sorted(said["kept"])
    for event in said["same_event"]:
        assert len({rows[name]["event_id"] for name in event["rows"]}) == 1
    assert len({row["event_id"] for row in rows.values()}) == said["totals"]["flow_events"]
    out = sum(r["amount_fen"] for r in rows.values() if r["direction"] == "out")
    into = sum(r["amount_fen"] for r in rows.values() if r["direction"] == "in")
    assert yuan(out) == said["totals"]["out_of_6228480000000000125"]
    assert yuan(into) == said["totals"]["in_to_6217000000000003453"]


def test_15_hotline_with_merged_cells(imported):
    case, said = imported("15_hotline_merged.xlsx"), expected("15_hotline_merged")
    rows = case.rows("tickets")
    assert sorted(rows) == [4, 5, 6]
    by_order: dict[str, list[dict[str, Any]]] = {}
    for number in sorted(rows):
        by_order.setdefault(rows[number]["reference"], []).append(rows[number])
    assert list(by_order) == [order["no"] for order in said["orders"]]
    for order in said["orders"]:
        found = by_order[order["no"]]
        assert {row["accepted_at"] for row in found} == {order["accepted"]}
        assert {row["phone"] for row in found} == {order.get("phone")}
        assert {row["phone_masked"] for row in found} == {order.get("phone_masked")}
        for row, handling in zip(found, order["handlings"], strict=True):
            assert row["handling_unit"] == handling["unit"]
            assert moment(row, "completed_at", "completed_precision") == handling["closed"]
            assert row["satisfaction"] == handling["satisfied"]
    details, dictionary, empty = case.tables
    assert details["columns"] == said["columns"]
    assert details["header_rows"] == said["load"]["sheets"][0]["header_rows"]
    assert [(each["row"], each["of"].rsplit("·", 1)[1]) for each in details["duplicates"]] == [
        (7, "6")
    ]
    assert (dictionary["sheet"], dictionary["hidden"], dictionary["rows_read"]) == ("字典", True, 1)
    assert (empty["sheet"], empty["rows_read"]) == ("Sheet3", 0)
    assert_adds_up(case)


def test_19_benefit_roster(imported):
    case, said = imported("19_subsidy_roster.xlsx"), expected("19_subsidy_roster")
    rows = case.rows("benefits")
    names = {
        "village": "village",
        "name": "beneficiary_name",
        "id": "beneficiary_id",
        "account": "account",
        "name_masked": "beneficiary_name_masked",
        "id_masked": "beneficiary_id_masked",
    }
    assert sorted(rows) == [record["src_row"] for record in said["records"]]
    for record in said["records"]:
        row = rows[record["src_row"]]
        assert yuan(row["amount_fen"]) == record["amount"]
        assert Decimal(str(row["quantity"])) == Decimal(record["area"])
        for key, column in names.items():
            if key in record:
                assert row[column] == record[key], key
        assert row["flags"] == record.get("flags")
    assert rows[9]["beneficiary_id"] is None
    (table,) = case.tables
    totals = {
        check["kind"]: (check["declared"], check["found"], check["match"])
        for check in table["checks"]
        if check["column"] == "补贴金额（元）"
    }
    checks = said["checks"]
    assert totals == {
        "subtotal": (checks["subtotal_declared"], checks["subtotal_rows"], True),
        "total": (checks["total_amount_declared"], checks["sum_of_rows"], checks["match"]),
    }
    assert_adds_up(case)
