import csv
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from qingfeng.detectors.cage import lock_up, number_kind, open_to
from qingfeng.detectors.coverage import measure
from qingfeng.detectors.registry import detector, detectors
from qingfeng.detectors.runner import evaluate, run
from qingfeng.detectors.testing import DetectorCase, cases_of, evaluate_case, open_case
from qingfeng.errors import InvalidDefinition
from qingfeng.schema import tables
from qingfeng.store.home import Home
from tests.detectors.delivered import HOLDER, add_transfers, cash, empty_connection


def named_case(name: str, case: str) -> DetectorCase:
    return next(each for each in cases_of(detector(name)) if each.name == case)


def test_gross_less_each_reason_is_net_and_amounts_are_exact() -> None:
    (finding,) = evaluate_case(
        detector("deceased_holder"), named_case("deceased_holder", "case_active_after_death")
    ).findings
    taken = {each["reason"]: each["amount_fen"] for each in finding["excluded"]}
    assert taken == {
        "direction_unknown": 2_000_000,
        "estate_settlement": 3_000_000,
        "fee": 150_000,
        "foreign_currency": 0,
        "interest": 120_000,
        "pension_of_last_month": 420_000,
        "second_copy": 0,
        "undone": 0,
    }
    assert finding["gross_fen"] - sum(taken.values()) == finding["amount_fen"] == 101_520_000
    counted = [each["amount_fen"] for each in finding["rows"] if each["role"] == "evidence"]
    assert sum(counted) == finding["amount_fen"]


def test_what_is_no_yuan_or_counted_already_stands_beside_the_gross_sum() -> None:
    (finding,) = evaluate_case(
        detector("company_to_person"), named_case("company_to_person", "case_seven_payments")
    ).findings
    beside = {each["reason"]: each["beside"] for each in finding["excluded"] if each["beside"]}
    assert beside == {
        "foreign_currency": [{"currency": "USD", "amount_fen": 7_000_000}],
        "second_copy": [{"currency": "CNY", "amount_fen": 10_000_000}],
        "undone": [{"currency": "CNY", "amount_fen": 7_000_000}],
    }
    set_aside = [each for each in finding["rows"] if each["excluded_by"] in beside]
    assert {each["counted_fen"] for each in set_aside} == {0}
    assert finding["gross_fen"] == 55_799_999
    assert "不计入总额的非人民币交易1笔70,000.00 USD" in finding["explain"]
    assert "1 (70,000.00 USD)" in finding["explain_en"]


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("structuring", "case_cash_under_limit"),
        ("fast_in_fast_out", "case_pairs"),
        ("deceased_holder", "case_active_after_death"),
        ("dormant_then_active", "case_silence_proven"),
        ("company_to_person", "case_seven_payments"),
        ("common_agent", "case_three_families"),
    ],
)
def test_shuffled_input_gives_the_same_keys_in_the_same_order(
    tmp_path: Path, name: str, case: str
) -> None:
    given = named_case(name, case)
    folder = tmp_path / given.name
    shutil.copytree(given.folder, folder)
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            header, *rows = list(csv.reader(stream))
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([header, *reversed(rows)])
    before = evaluate_case(detector(name), given).findings
    after = evaluate_case(detector(name), replace(given, folder=folder)).findings
    assert [each["hit_key"] for each in before] == [each["hit_key"] for each in after]
    assert [each["explain"] for each in before] == [each["explain"] for each in after]
    assert len(before[0]["hit_key"]) == 32


def test_other_evidence_gives_another_key() -> None:
    found = detector("structuring")
    case = named_case("structuring", "case_cash_under_limit")
    narrow = evaluate_case(found, case).findings[0]["hit_key"]
    wide = evaluate_case(found, case, ["structuring.band_percent=21"]).findings[0]["hit_key"]
    assert narrow != wide


def test_caged_connection_reads_no_file_and_keeps_its_settings(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    found = detector("structuring")
    connection = open_case(found, named_case("structuring", "case_cash_under_limit"))
    lock_up(connection, [found], None)
    for statement in (
        f"SELECT * FROM read_csv('{secret}')",
        f"SELECT * FROM '{secret}'",
        f"SELECT * FROM read_text('{secret}')",
        f"COPY all_bookings TO '{tmp_path / 'out.csv'}'",
        f"ATTACH '{tmp_path / 'other.db'}'",
        "SET enable_external_access=true",
        "SET lock_configuration=false",
        "INSTALL httpfs",
        "SELECT * FROM transfers",
        "SELECT * FROM id_numbers",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(statement).fetchall()
    assert not (tmp_path / "out.csv").exists()
    assert connection.execute("SELECT count(*) FROM all_bookings").fetchall() == [(7,)]


def test_nothing_delivered_is_never_clear() -> None:
    evaluations = evaluate(empty_connection(), list(detectors().values()))
    assert {each.run["state"] for each in evaluations} == {"not evaluable"}
    assert {each.run["label"] for each in evaluations} == {"data needed"}
    assert all("no row delivered" in each.run["reason_en"] for each in evaluations)


def test_card_and_account_number_are_one_account_and_names_never_join() -> None:
    connection = empty_connection()
    add_transfers(
        connection,
        [
            cash("ACC1", 1, 49_000, card="CARD1", holder_name="林守拙"),
            cash("CARD1", 2, 49_000, holder_name="林守拙"),
            {**cash("", 3, 49_000, holder_name="林守拙"), "account": None, "card": "CARD1"},
            cash("ACC9", 3, 49_000, holder_name="林守拙"),
        ],
    )
    (found,) = evaluate(connection, [detector("structuring")])
    assert {key: state for key, (state, _) in found.subjects.items()} == {
        "ACC1": "hit",
        "ACC9": "clear",
    }
    assert found.findings[0]["subject"] == {"kind": "account", "key": "ACC1", "name": "林守拙"}


def test_outgoing_rows_keep_their_amount_and_only_incoming_ones_are_counted() -> None:
    (finding,) = evaluate_case(
        detector("fast_in_fast_out"), named_case("fast_in_fast_out", "case_pairs")
    ).findings
    by_role = {
        role: (sum(r["amount_fen"] for r in rows), sum(r["counted_fen"] for r in rows))
        for role in ("in", "out")
        if (rows := [each for each in finding["rows"] if each["role"] == role])
    }
    assert by_role == {"in": (15_000_000, 15_000_000), "out": (14_500_000, 0)}
    assert finding["amount_fen"] == 15_000_000


def test_one_company_with_and_without_its_number_is_one_payer() -> None:
    (finding,) = evaluate_case(
        detector("company_to_person"), named_case("company_to_person", "case_money_from_own_name")
    ).findings
    assert "收到1家公司（付款最多的是高远工程有限公司）转入3笔" in finding["explain"]


def test_of_several_companies_the_one_that_paid_most_is_named() -> None:
    connection = empty_connection()
    paid = [("甲建材有限公司", 60_000), ("乙建材有限公司", 160_000), ("甲建材有限公司", 70_000)]
    add_transfers(
        connection,
        [
            cash("A1", day, yuan, cash=None, counterparty_name=name)
            for day, (name, yuan) in enumerate(paid, start=1)
        ],
    )
    (found,) = evaluate(connection, [detector("company_to_person")])
    assert "收到2家公司（付款最多的是乙建材有限公司）转入3笔" in found.findings[0]["explain"]


@pytest.mark.parametrize(
    ("name", "case", "said", "owner"),
    [
        ("structuring", "case_cash_under_limit", "户主359901197001010119（林守拙）自", "林守拙"),
        ("fast_in_fast_out", "case_pairs", "账户6200000000000101（林守拙）有", "林守拙"),
        ("common_agent", "case_three_families", "代办人359901197001010776（何代办）为", "何代办"),
    ],
)
def test_a_finding_names_its_subject_where_the_case_does(
    name: str, case: str, said: str, owner: str
) -> None:
    (finding,) = evaluate_case(detector(name), named_case(name, case)).findings
    assert said in finding["explain"]
    assert finding["subject"]["name"] == owner


def test_a_subject_without_a_name_is_a_number() -> None:
    connection = empty_connection()
    add_transfers(connection, [cash("A1", day, 49_000) for day in (1, 2, 3)])
    (found,) = evaluate(connection, [detector("structuring")])
    assert found.findings[0]["subject"] == {"kind": "account", "key": "A1", "name": None}
    assert "户主A1自" in found.findings[0]["explain"]


def test_a_reason_stands_in_each_language() -> None:
    connection = empty_connection()
    add_transfers(connection, [cash("A1", 1, 49_000, cash=None)])
    (found,) = evaluate(connection, [detector("structuring")])
    assert found.run["reason"] == "现金标志和对手均缺失"
    assert found.run["reason_en"] == "neither cash mark nor counterparty delivered"
    assert found.run["not_evaluable"] == [
        {"reason": found.run["reason"], "reason_en": found.run["reason_en"], "subjects": 1}
    ]


def test_rows_open_to_file_sheet_and_row() -> None:
    connection = empty_connection()
    add_transfers(connection, [cash("A1", day, 49_000) for day in (1, 2, 3)])
    files = {"a" * 64: "银行/流水.xlsx"}
    (found,) = evaluate(connection, [detector("structuring")], files=files)
    row = found.findings[0]["rows"][0]
    assert (row["file"], row["sheet"], row["row"]) == ("银行/流水.xlsx", "Sheet1", 2)


@pytest.mark.parametrize(
    ("as_of", "state"), [(date(2021, 3, 2), "clear"), (date(2021, 3, 3), "hit")]
)
def test_bookings_after_as_of_are_not_seen(as_of: date, state: str) -> None:
    connection = empty_connection()
    add_transfers(connection, [cash("A1", day, 49_000) for day in (1, 2, 3)])
    (found,) = evaluate(connection, [detector("structuring")], as_of=as_of)
    assert found.run["state"] == state
    assert found.run["as_of"] == as_of.isoformat()


@pytest.mark.parametrize(
    ("flagged", "others", "state", "withheld", "warned"),
    [
        pytest.param(11, 44, "hit", 0, True, id="20 % exactly"),
        pytest.param(11, 43, "not evaluable", 11, True, id="above 20 %"),
        pytest.param(11, 209, "hit", 0, False, id="5 % exactly"),
        pytest.param(11, 208, "hit", 0, True, id="above 5 %"),
        pytest.param(10, 10, "hit", 0, False, id="ten can always be read"),
        pytest.param(12, 7, "hit", 0, False, id="19 subjects are too few to judge"),
    ],
)
def test_flag_rate_ceiling(
    flagged: int, others: int, state: str, withheld: int, warned: bool
) -> None:
    connection = empty_connection()
    rows = [cash(f"H{each:03d}", day, 49_000) for each in range(flagged) for day in (1, 2, 3)]
    add_transfers(connection, rows + [cash(f"N{each:03d}", 1, 100) for each in range(others)])
    (found,) = evaluate(connection, [detector("structuring")])
    said = (found.run["state"], found.run["withheld"], found.run["warning"] is not None)
    assert said == (state, withheld, warned)
    assert len(found.findings) == (0 if withheld else flagged)
    assert found.run["flag_rate"] == round(flagged / (flagged + others), 4)


@pytest.mark.parametrize(("dead", "state"), [(4, "not evaluable"), (5, "clear")])
def test_least_fill_from_both_sides(dead: int, state: str) -> None:
    connection = empty_connection()
    add_transfers(connection, [cash("A1", 1, 10, holder_id=HOLDER)])
    connection.execute(
        f"INSERT INTO deaths (person_id, died_on) SELECT CASE WHEN i < {dead} THEN "
        "'359901197001010223' END, DATE '2020-01-01' FROM range(10) AS r(i)"
    )
    (found,) = evaluate(connection, [detector("deceased_holder")])
    assert found.run["state"] == state
    if state == "not evaluable":
        assert (
            found.run["reason_en"]
            == "deaths.person_id (4 of 10 rows filled with a number that checks, 50 % needed)"
        )
        assert found.run["reason"] == "deaths.person_id（10行中4行有可核验的号码，至少须50%）"


@pytest.mark.parametrize(
    ("as_of", "blocked"), [(date(2031, 2, 27), False), (date(2031, 2, 28), True)]
)
def test_stale_source_is_named(as_of: date, blocked: bool) -> None:
    connection = empty_connection()
    add_transfers(connection, [cash("A1", 1, 10)])
    found = detector("dormant_then_active")
    lock_up(connection, [found], as_of)
    open_to(connection, found, found.params.values())
    stale = [each for each in measure(connection, found, as_of).blocking if "stale" in each.en]
    assert bool(stale) is blocked


def test_optional_column_never_filled_is_said_and_does_not_block() -> None:
    connection = empty_connection()
    add_transfers(connection, [cash("A1", 1, 10)])
    (found,) = evaluate(connection, [detector("structuring")])
    assert found.run["state"] == "clear"
    assert "transfers.counterparty_account (never filled)" in found.run["coverage"]["missing"]


def test_both_sides_of_one_event_count_on_their_own_account() -> None:
    connection = empty_connection()
    rows = [cash("A1", day, 49_000) for day in (1, 2, 3)]
    add_transfers(connection, [*rows, *[{**each, "account": "B1"} for each in rows]])
    connection.execute("UPDATE transfers SET event_id = 'E' || booked_at")
    (found,) = evaluate(connection, [detector("structuring")])
    assert sorted(each["subject"]["key"] for each in found.findings) == ["A1", "B1"]


@pytest.mark.parametrize(
    ("name", "case", "zh", "en"),
    [
        ("common_agent", "case_three_families", "代办人碰撞", "Common agent"),
        ("structuring", "case_cash_under_limit", "拆分交易", "Structuring under a reporting limit"),
    ],
)
def test_run_and_finding_carry_their_titles(name: str, case: str, zh: str, en: str) -> None:
    evaluation = evaluate_case(detector(name), named_case(name, case))
    for each in (evaluation.run, *evaluation.findings):
        assert (each["name_zh"], each["name_en"]) == (zh, en)


def test_a_finding_without_money_states_no_sum() -> None:
    evaluation = evaluate_case(
        detector("common_agent"), named_case("common_agent", "case_three_families")
    )
    (finding,) = evaluation.findings
    assert (finding["amount_fen"], finding["gross_fen"]) == (0, 0)
    assert "元" not in finding["explain"]
    assert "yuan" not in finding["explain_en"]


def test_run_over_a_case_and_local_overlay(tmp_path: Path) -> None:
    case = Home(tmp_path).create_case("T1", title="t", instrument="测〔2026〕1号")
    connection = empty_connection()
    add_transfers(connection, [cash("A1", day, 49_000) for day in (1, 2, 3)])
    physical = ", ".join(f'"{column}"' for column in tables()["transfers"].physical())
    case.add({"transfers": connection.sql(f"SELECT {physical} FROM transfers").to_arrow_table()})
    found = run(case, ["structuring"])
    assert [each["hits"] for each in found["runs"]] == [1]
    assert list(found["runs"][0])[:9] == [
        "detector", "catalogue_id", "version", "state", "label", "reason", "population",
        "evaluable", "hits",
    ]  # fmt: skip
    assert run(case, ["structuring"], ["structuring.min_parts=4"])["findings"] == []
    folder = tmp_path / "overlay"
    folder.mkdir()
    (folder / "structuring.yaml").write_text(
        "detector: structuring\nentries:\n  - {subject: A1, reason: 已核, from: 2021-01-01, "
        "expires: 2021-03-03, approval: 测2号, author: 监督室}\n",
        encoding="utf-8",
    )
    kept = run(case, ["structuring"], today=date(2021, 3, 3))
    assert kept["findings"] == []
    (only,) = kept["runs"]
    assert only["suppressed"][0]["approval"] == "测2号"
    assert (only["state"], only["label"], only["hits"]) == ("hit", "statistical feature", 0)
    assert only["reason"] == "1个命中对象经批准不列为疑点：A1：已核（测2号，至2021-03-03）"
    late = run(case, ["structuring"], today=date(2021, 3, 4))
    assert len(late["findings"]) == 1
    assert late["runs"][0]["expired"] == ["subject A1 (测2号) expired on 2021-03-03"]
    early = run(case, ["structuring"], today=date(2020, 12, 31))
    assert early["runs"][0]["pending"] == ["subject A1 (测2号) begins on 2021-01-01"]
    (folder / "structurng.yaml").write_text("detector: structuring\n", encoding="utf-8")
    with pytest.raises(InvalidDefinition, match=r"structuring\.yaml"):
        run(case, ["structuring"])


def test_an_overlay_of_today_holds_for_bookings_of_long_ago(tmp_path: Path) -> None:
    connection = empty_connection()
    add_transfers(connection, [cash("A1", day, 49_000) for day in (1, 2, 3)])
    (tmp_path / "structuring.yaml").write_text(
        "detector: structuring\nentries:\n  - {parameter: min_parts, value: 4, from: 2026-01-01, "
        "expires: 2026-12-31, approval: 测3号, author: 监督室}\n",
        encoding="utf-8",
    )
    (found,) = evaluate(
        connection, [detector("structuring")], today=date(2026, 6, 1), overlays=tmp_path
    )
    assert found.run["state"] == "clear"
    assert found.run["parameters"]["min_parts"]["source"] == "overlay 测3号"


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (HOLDER, "person"),
        (HOLDER[:-1] + "8", "wrong"),
        ("91359901MA0000001Y", "company"),
        ("E12345678", "other"),
    ],
)
def test_number_kind(number: str, kind: str) -> None:
    assert number_kind(number) == kind
