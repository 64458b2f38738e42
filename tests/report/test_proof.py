"""The proof: chains, breaks, order, closing, periods, mirrors, promises, missing accounts."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingfeng.ingest.linking import link
from qingfeng.report.proof import prove, render
from qingfeng.report.proof_intake import tables_of
from qingfeng.report.proof_words import WORDS
from qingfeng.schema import table
from qingfeng.store import Case, Home

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2024, 6, 2, 12, 0, 0, tzinfo=SHANGHAI)
CARD_A, CARD_B = "6228480000000000125", "6217000000000003453"
ARROW = {"BIGINT": pa.int64(), "BOOLEAN": pa.bool_(), "DATE": pa.date32()}
ARROW["TIMESTAMPTZ"] = pa.timestamp("us", tz="UTC")
ARROW["DECIMAL(18,6)"] = pa.decimal128(18, 6)


def rows_of(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    definition = table(name)
    for number, row in enumerate(rows):
        row.setdefault(definition.id_column, f"{name}{number}")
        row.setdefault("source_row", f"{name}··{number + 2}")
    return pa.table(
        {
            column: pa.array([row.get(column) for row in rows], ARROW.get(kind, pa.string()))
            for column, kind in definition.physical().items()
        }
    )


def booking(
    row: int, direction: str, fen: int, balance: int | None, after_s: float = 0, **more: Any
) -> dict[str, Any]:
    file = more.pop("file", "f1")
    return {
        "transfer_id": f"{file}-{row:04d}",
        "card": CARD_A,
        "direction": direction,
        "amount_fen": fen,
        "balance_fen": balance,
        "booked_at": NOON + timedelta(seconds=after_s),
        "time_precision": "second",
        "currency": "CNY",
        "status": "ok",
        "source_row": f"{file}··{row}",
        **more,
    }


def fresh(folder: Path) -> Case:
    return Home(folder).create_case("C1", title="t", instrument="No 1")


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return fresh(tmp_path)


def proved(case: Case, bookings: list[dict[str, Any]], limit: int = 20, **others: Any) -> Any:
    contents = {"transfers": bookings, **others}
    case.add({name: rows_of(name, rows) for name, rows in contents.items()})
    link(case)
    return prove(case, limit=limit)


def totals(proof: Any, *names: str) -> list[int]:
    return [proof["continuity"]["totals"][name] for name in names]


def ledger_rows(effects: list[int], *, per_instant: int = 1, day: bool = False) -> list[Any]:
    """A consistent ledger: *per_instant* bookings share each second (or day)."""
    found, balance = [], 1_000_000
    for number, effect in enumerate(effects):
        balance += effect
        step = number // per_instant
        found.append(
            booking(
                number + 2,
                "in" if effect > 0 else "out",
                abs(effect),
                balance,
                step * 86400 if day else step,
                time_precision="day" if day else "second",
            )
        )
    return found


def rowed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the rows the row numbers of their present order."""
    return [{**row, "source_row": f"f1··{number}"} for number, row in enumerate(rows, 2)]


# continuity


@pytest.mark.parametrize(
    ("second", "breaks"),
    [
        pytest.param(booking(3, "out", 300, 9_700, 5), 0, id="exact"),
        pytest.param(booking(3, "out", 300, 9_701, 5), 0, id="one fen more"),
        pytest.param(booking(3, "out", 300, 9_699, 5), 0, id="one fen less"),
        pytest.param(booking(3, "out", 300, 9_702, 5), 1, id="two fen more"),
        pytest.param(booking(3, "out", 300, 9_698, 5), 1, id="two fen less"),
        pytest.param(booking(3, "in", 300, 9_700, 5), 1, id="wrong direction"),
        pytest.param(booking(3, "out", -300, 10_300, 5), 0, id="red entry keeps its sign"),
        pytest.param(
            booking(3, "out", 300, 10_000, 5, status="failed"), 0, id="failed is left out"
        ),
        pytest.param(booking(3, "out", 300, 10_000, 5), 1, id="not failed"),
        pytest.param(
            booking(3, "out", 300, 500, 5, currency="USD"), 0, id="another currency, own chain"
        ),
        pytest.param(
            booking(3, "out", 300, 500, 5, sub_account="2"), 0, id="another sub-account, own chain"
        ),
    ],
)
def test_previous_plus_in_minus_out_is_the_balance(case, second, breaks):
    proof = proved(case, [booking(2, "in", 10_000, 10_000), second])
    assert totals(proof, "breaks") == [breaks]


def test_a_break_names_row_expected_gap_and_rows_around(case):
    rows = ledger_rows([100, 200, -50, 400, 700, -60])
    del rows[3]
    proof = proved(case, rows)
    (found,) = proof["continuity"]["breaks"]["rows"]
    assert found["source_row"] == "f1··6"
    assert found["expected_fen"] == 1_000_000 + 100 + 200 - 50 + 700
    assert found["gap_fen"] == 400
    assert [row["source_row"] for row in found["rows_before"]] == ["f1··3", "f1··4"]
    assert [row["source_row"] for row in found["rows_after"]] == ["f1··7"]
    assert totals(proof, "proved", "breaks") == [3, 1]
    assert proof["continuity"]["totals"]["share_proved"] == 0.75


def test_rows_without_balance_are_bridged_by_their_sum(case):
    rows = ledger_rows([100, 200, -50, 400])
    rows[1]["balance_fen"] = rows[2]["balance_fen"] = None
    proof = proved(case, rows)
    assert totals(proof, "proved", "breaks", "bridged") == [1, 0, 2]


def test_a_second_copy_and_a_pair_undone_do_not_break_the_chain(case):
    rows = ledger_rows([100, -300, 200])
    copy = {**rows[0], "transfer_id": "x", "source_row": "f2··2", "account": "10359900000001"}
    undone = booking(9, "out", -300, 1_000_100, 1.5)
    rows[2] = booking(4, "in", 200, 1_000_300, 2)
    proof = proved(case, [*rows, copy, undone])
    assert proof["linking"]["copies"] == 1
    assert proof["linking"]["reversal_pairs"] == 1
    assert totals(proof, "proved", "breaks", "ledgers") == [3, 0, 1]


def test_a_statement_delivered_newest_first_is_turned(case):
    rows = rowed(ledger_rows([100, 200, -50, 400, -7, 9], per_instant=3)[::-1])
    proof = proved(case, rows)
    assert totals(proof, "breaks", "ledgers_newest_first", "reordered_in_instant") == [0, 1, 0]


def test_one_day_delivered_newest_first_is_told_by_its_balances(case):
    rows = rowed(ledger_rows([100, 200, -50], per_instant=3, day=True)[::-1])
    proof = proved(case, rows)
    assert totals(proof, "breaks", "ledgers_newest_first") == [0, 1]


def test_rows_whose_clock_is_wrong_by_seconds_are_reordered_within_the_day_and_said(case):
    rows = [
        booking(2, "out", 50_000_000, 1_234_567),
        booking(3, "out", 120_050, 1_114_517, 33),
        booking(4, "in", 8_800, 1_123_317, 30),
        booking(5, "out", -30_000, 1_153_317, 90),
    ]
    proof = proved(case, rows)
    assert totals(proof, "breaks", "reordered_in_instant", "reordered_in_day") == [0, 0, 2]


@pytest.mark.parametrize(
    ("balance", "inferred"),
    [
        pytest.param(9_400, "out", id="fell"),
        pytest.param(10_600, "in", id="rose"),
        pytest.param(10_000, None, id="stayed"),
        pytest.param(9_300, None, id="fell by more"),
    ],
)
def test_unknown_direction_is_inferred_from_the_chain_and_never_written(case, balance, inferred):
    rows = [
        booking(2, "in", 10_000, 10_000),
        booking(3, "unknown", 600, None, 5),
        booking(4, "out", 0, balance, 9),
    ]
    proof = proved(case, rows)
    shown = proof["continuity"]["inferred_directions"]["rows"]
    expected = [("f1··3", inferred)] if inferred else []
    assert [(row["source_row"], row["inferred_direction"]) for row in shown] == expected
    assert totals(proof, "breaks") == [0 if inferred else 1]
    with case.connect() as connection:
        assert connection.execute(
            "SELECT count(*) FROM transfers WHERE direction = 'unknown'"
        ).fetchall() == [(1,)]


def test_two_unknown_directions_in_one_step_are_undetermined(case):
    rows = [booking(2, "in", 10_000, 10_000), booking(3, "unknown", 600, None, 5)]
    proof = proved(case, [*rows, booking(4, "unknown", 600, 10_000, 9)])
    assert totals(proof, "undetermined", "inferred", "breaks") == [1, 0, 0]


def test_wallet_payment_from_a_card_may_leave_the_purse_as_it_is(case):
    wallet = {"account": "wx1", "bank": "财付通"}
    rows = [
        booking(2, "in", 500, 500, 0, **{**wallet, "card": None}),
        booking(3, "out", 900, 500, 5, **wallet),
        booking(4, "out", 100, 400, 9, **{**wallet, "card": None}),
    ]
    assert totals(proved(case, rows), "proved", "breaks") == [2, 0]


amounts = st.lists(
    st.integers(-5_000, 5_000).filter(lambda fen: abs(fen) > 1), min_size=5, max_size=14
)


@settings(max_examples=12, deadline=None)
@given(effects=amounts, daily=st.booleans(), mix=st.randoms(use_true_random=False))
def test_a_consistent_ledger_shuffled_within_ties_has_no_break(
    tmp_path_factory, effects, daily, mix
):
    rows = ledger_rows(effects, per_instant=4, day=daily)
    groups = [rows[start : start + 4] for start in range(0, len(rows), 4)]
    for group in groups:
        mix.shuffle(group)
    case = fresh(tmp_path_factory.mktemp("case"))
    proof = proved(case, rowed([row for group in groups for row in group]))
    assert totals(proof, "breaks", "proved") == [0, len(effects) - 1]


@settings(max_examples=12, deadline=None)
@given(
    effects=st.lists(st.integers(10, 10_000), min_size=6, max_size=12, unique=True),
    lost=st.integers(1, 4),
)
def test_one_row_lost_makes_one_break_right_after_it(tmp_path_factory, effects, lost):
    signed = [fen * 2_000_003 + number for number, fen in enumerate(effects)]
    rows = ledger_rows(signed)
    after = rows[lost + 1]["source_row"]
    gap = rows.pop(lost)["amount_fen"]
    proof = proved(fresh(tmp_path_factory.mktemp("case")), rows)
    (found,) = proof["continuity"]["breaks"]["rows"]
    assert (found["source_row"], found["gap_fen"]) == (after, gap)


# closing balance, periods


@pytest.mark.parametrize(
    ("listed", "verdict"),
    [
        pytest.param({"balance_fen": 1_000_300}, "agrees", id="equal"),
        pytest.param({"balance_fen": 1_000_301}, "agrees", id="one fen"),
        pytest.param({"balance_fen": 1_000_302}, "differs", id="two fen"),
        pytest.param(
            {"balance_fen": 7, "last_booked_on": date(2024, 6, 2)}, "differs", id="same day"
        ),
        pytest.param(
            {"balance_fen": 7, "last_booked_on": date(2024, 6, 3)}, "bookings_missing", id="later"
        ),
        pytest.param(
            {"balance_fen": 7, "last_booked_on": date(2024, 6, 1)}, "list_older", id="earlier"
        ),
    ],
)
def test_closing_balance_against_the_account_list(case, listed, verdict):
    proof = proved(case, ledger_rows([100, 200]), accounts=[{"card": CARD_A, **listed}])
    counts = {name: count for name, count in proof["closing"]["verdicts"].items() if count}
    assert counts == {verdict: 1}
    shown = [row["verdict"] for row in proof["closing"]["rows"]]
    assert shown == ([verdict] if verdict in ("differs", "bookings_missing") else [])


def test_months_without_booking_inside_the_delivered_period(case):
    days = [0, 31, 150]
    rows = [booking(2 + i, "in", 5, None, day * 86400) for i, day in enumerate(days)]
    rows.append(booking(9, "in", 5, None, 240 * 86400, card=CARD_B))
    proof = proved(case, rows, accounts=[{"card": CARD_A, "closed_on": date(2024, 12, 31)}])
    found = [
        (row["number"], row["from_month"], row["to_month"], row["months"])
        for row in proof["periods"]["silent_months"]["rows"]
    ]
    assert found == [(CARD_A, "2024-08", "2024-09", 2), (CARD_A, "2024-11", "2024-12", 2)]


@pytest.mark.parametrize(
    ("opened", "from_month"),
    [(date(2024, 7, 1), "2024-07"), (date(2024, 7, 2), "2024-08"), (None, None)],
)
def test_whole_months_between_opening_and_first_booking_are_silent(case, opened, from_month):
    rows = [
        booking(2, "in", 5, None, 92 * 86400),
        booking(3, "in", 5, None, 0, card=CARD_B),
        booking(4, "in", 5, None, 29 * 86400, card=CARD_B),
    ]
    accounts = [{"card": CARD_A, "opened_on": opened}, {"card": CARD_B, "closed_on": NOON.date()}]
    found = proved(case, rows, accounts=accounts)["periods"]["silent_months"]["rows"]
    shown = [(row["from_month"], row["to_month"]) for row in found]
    assert shown == ([(from_month, "2024-08")] if from_month else [])


@pytest.mark.parametrize(
    ("life", "count"),
    [
        ({"opened_on": date(2024, 6, 2)}, 0),
        ({"opened_on": date(2024, 6, 3)}, 1),
        ({"closed_on": date(2024, 6, 2)}, 0),
        ({"closed_on": date(2024, 6, 1)}, 1),
    ],
)
def test_bookings_outside_the_life_of_the_account(case, life, count):
    proof = proved(case, ledger_rows([100]), accounts=[{"card": CARD_A, **life}])
    assert proof["periods"]["bookings_outside_life"]["count"] == count


# mirrors


@pytest.mark.parametrize(
    ("other", "missing", "differing"),
    [
        pytest.param(("in", 500, 60), 0, 0, id="both sides"),
        pytest.param(("in", 400, 120), 0, 1, id="another amount, last second"),
        pytest.param(("in", 400, 121), 2, 0, id="another amount, too late"),
        pytest.param(("out", 400, 60), 2, 0, id="same direction"),
    ],
)
def test_bookings_between_delivered_accounts(case, other, missing, differing):
    direction, fen, after_s = other
    edges = [
        booking(row, "in", 1, None, after_s, card=card)
        for row, card, after_s in [(20, CARD_A, -9e5), (21, CARD_B, -9e5), (22, CARD_B, 9e5)]
    ]
    rows = [
        booking(2, "out", 500, None, 0, counterparty_account=CARD_B),
        booking(
            3, direction, fen, None, after_s, card=CARD_B, counterparty_account=CARD_A, file="f2"
        ),
        booking(4, "in", 1, None, 9e5),
    ]
    proof = proved(case, [*rows, *edges])
    assert proof["mirrors"]["missing"]["count"] == missing
    assert proof["mirrors"]["amounts_differ"]["count"] == differing


@pytest.mark.parametrize(("first_day", "missing"), [(0, 1), (1, 0)])
def test_mirrors_are_asked_for_only_where_both_periods_overlap(case, first_day, missing):
    rows = [
        booking(2, "out", 500, None, 0, counterparty_account=CARD_B),
        booking(3, "in", 1, None, first_day * 86400, card=CARD_B),
    ]
    assert proved(case, rows)["mirrors"]["missing"]["count"] == missing


# promised, undelivered, the account of the import


def test_promised_sources_are_held_against_the_rows(case):
    person = {"subject_name": "林墨白", "subject_id": "359901197203050119", "replied": True}
    promise = {**person, "has_results": True}
    summaries = [
        {**promise, "source_name": "银行交易流水"},
        {**promise, "source_name": "自然资源部全国总库"},
        {**promise, "source_name": "公安部机动车", "promised_rows": 2},
        {**promise, "source_name": "中国人民银行反洗钱"},
        {**person, "has_results": False, "source_name": "公安部旅馆住宿"},
        {**person, "replied": False, "source_name": "证券"},
    ]
    rows = [booking(2, "in", 5, None, holder_id="359901197203050119")]
    cars = [{"holder_id": "359901197203050119", "plate": "测A00001"}]
    found = proved(case, rows, query_summaries=summaries, vehicles=cars)["promised"]
    assert [row["source_name"] for row in found["missing"]["rows"]] == ["自然资源部全国总库"]
    assert [row["delivered_rows"] for row in found["fewer"]["rows"]] == [1]
    assert [row["source_name"] for row in found["not_checkable"]["rows"]] == ["中国人民银行反洗钱"]
    assert [row["source_name"] for row in found["not_replied"]["rows"]] == ["证券"]


def test_failed_queries_and_answers_without_rows(case):
    tasks = [
        {"account": CARD_A, "outcome": "answered"},
        {"account": CARD_B, "outcome": "answered"},
        {"account": "6222020000000000007", "outcome": "failed", "result": "超时"},
        {"account": "6222020000000000015", "outcome": "empty"},
    ]
    found = proved(case, [booking(2, "in", 5, None)], query_tasks=tasks)["promised"]
    assert [row["account"] for row in found["answered_without_rows"]["rows"]] == [CARD_B]
    assert [row["result"] for row in found["failed_queries"]["rows"]] == ["超时"]


@pytest.mark.parametrize(
    ("times", "fen", "listed"),
    [(3, 1, True), (2, 1, False), (1, 10_000_000, True), (1, 9_999_999, False)],
)
def test_counterparties_never_delivered_from_times_or_money_on(case, times, fen, listed):
    rows = [
        booking(2 + i, "out", fen, None, i * 300, counterparty_account=CARD_B) for i in range(times)
    ]
    found = proved(case, rows)["undelivered"]["as_counterparties"]
    assert [row["number"] for row in found["rows"]] == ([CARD_B] if listed else [])
    if listed:
        assert found["rows"][0]["received_fen"] == times * fen
        assert len(found["rows"][0]["source_rows"]) == times


def test_listed_accounts_without_bookings_most_money_first(case):
    accounts = [
        {"card": CARD_A, "balance_fen": 900},
        {"account": "10359900000007", "card": CARD_A, "balance_fen": 800},
        {"card": CARD_B, "balance_fen": 5},
        {"card": "6222020000000000007", "balance_fen": 50},
    ]
    found = proved(case, [booking(2, "in", 5, None)], accounts=accounts)["undelivered"]
    shown = [row["card"] for row in found["in_registers"]["rows"]]
    assert shown == ["6222020000000000007", CARD_B]


def test_declared_totals_and_the_account_of_the_import(case):
    sheet = {"rows_read": 4, "rows_kept": 2, "rejected": [{}], "duplicates": [{}]}
    checks = [
        {"kind": "footer_in", "declared": 100, "found": 100, "match": True, "row": 9},
        {"kind": "footer_out", "declared": 70, "found": 60, "match": False, "row": 9},
    ]
    file = {"path": "a.csv", "sha256": "f1", "status": "imported"}
    sums = {"rows_read": 4, "rows_kept": 2, "rejected": 1, "duplicates": 1}
    with case.writing() as batch:
        batch.write("transfers", "p", rows_of("transfers", [booking(2, "in", 5, None)]))
        batch.commit(files=[{**file, "tables": [{**sheet, "checks": checks}]}], totals=sums)
    proof = prove(case)
    assert (proof["import_account"]["balanced"], proof["linking"]) == (True, None)
    assert proof["declared_totals"]["count"] == 1
    assert proof["declared_totals"]["rows"][0]["kind"] == "footer_out"
    with case.writing() as batch:
        batch.write("transfers", "p", rows_of("transfers", [booking(3, "in", 5, None)]))
        batch.commit(files=[], totals={**sums, "duplicates": 0})
    assert prove(case)["import_account"]["balanced"] is False


# the shape of the answer


def test_lists_are_cut_and_say_so_and_the_dictionary_is_plain_and_stable(case):
    rows = [booking(2 + i, "in", 5, 1_000 * i, i) for i in range(6)]
    proof = proved(case, rows, limit=2)
    breaks = proof["continuity"]["breaks"]
    assert (breaks["count"], breaks["shown"], len(breaks["rows"])) == (5, 2, 2)
    assert json.dumps(proof, ensure_ascii=False) == json.dumps(
        prove(case, limit=2), ensure_ascii=False
    )
    assert "……另有 3 条未列出" in render(proof)
    assert "... and 3 more" in render(proof, "en")
    assert "balance 10.00, expected 0.05, gap 9.95" in render(proof, "en")


def test_both_languages_have_the_same_words():
    assert WORDS["zh"].keys() == WORDS["en"].keys()


def test_an_empty_case_proves_nothing_and_says_so(case):
    proof = prove(case)
    assert proof["continuity"]["totals"]["share_proved"] is None
    assert render(proof).startswith("案件 C1")


@pytest.mark.parametrize(
    ("source", "tables"),
    [
        ("国家税务总局", ("taxes",)),
        ("公安部同车违章", ()),
        ("公安部机动车", ("vehicles",)),
        ("某数据", ()),
        (None, ()),
    ],
)
def test_tables_of_a_source(source, tables):
    assert tables_of(source) == tables
