"""Proposals for unknown tables."""

from __future__ import annotations

import pyarrow as pa
import pytest

from qingfeng.errors import InvalidDefinition
from qingfeng.ingest.grid import NUMBER, Grid
from qingfeng.ingest.headers import find_tables
from qingfeng.ingest.layouts import load_layouts, read_layout
from qingfeng.ingest.mapping import Proposal, propose_layout
from qingfeng.ingest.shapes import is_card, is_masked, masked_shape

LAYOUTS = load_layouts()
CARD, OTHER = "6228480000000000125", "6217000000000003453"
ROWS = [
    ["客户", "往来卡", "发生日", "数额", "进/出", "摘要"],
    ["林墨白", CARD, "2024-01-02", "12.00", "进", "工资"],
    ["陈砚", OTHER, "2024-01-03", "1,015.50", "出", "房租"],
]


def grid(rows) -> Grid:
    columns = {
        f"c{i}": pa.array(list(cells), pa.string())
        for i, cells in enumerate(zip(*rows, strict=True))
    }
    return Grid("", "", None, pa.table(columns), pa.array(range(1, len(rows) + 1), pa.int32()))


def proposed(rows) -> Proposal:
    cells = grid(rows)
    (table,) = find_tables(cells, LAYOUTS, file_name="x.csv")
    assert table.layout is None
    return propose_layout(table, cells)


def test_shapes_and_spellings_give_fields_with_reasons():
    proposal = proposed(ROWS)
    assert proposal.table == "transfers"
    assert [(each.header, each.field) for each in proposal.suggestions] == [
        ("客户", None),
        ("往来卡", "counterparty_account"),
        ("发生日", "booked_at"),
        ("数额", "amount_fen"),
        ("进/出", "direction"),
        ("摘要", "summary"),
    ]
    by_header = {each.header: each for each in proposal.suggestions}
    assert by_header["往来卡"].reasons == ("the header says 往来卡, 100% of values fit",)
    assert (
        by_header["摘要"].confidence > by_header["往来卡"].confidence > by_header["客户"].confidence
    )


def test_the_written_layout_loads_and_reads_the_table_it_came_from():
    layout = read_layout("own.yaml", proposed(ROWS).to_yaml())
    (table,) = find_tables(grid(ROWS), (*LAYOUTS, layout), file_name="x.csv")
    assert table.layout is layout
    assert table.columns["amount_fen"].index == 3
    assert table.ignored == ("客户",)
    assert "进" in layout.directions["in"]


def test_a_proposal_taken_as_it_stands_reads_the_table():
    table = proposed(ROWS).as_found()
    assert table.layout.name == "own.proposal"
    assert table.body == (1, 3)
    assert table.columns["direction"].index == 4
    assert table.ignored == ("客户",)


def test_no_value_is_written_only_its_shape():
    text = proposed(ROWS).to_yaml()
    for row in ROWS[1:]:
        for cell in (row[0], row[1], row[2], row[3], row[5]):
            assert cell not in text
    assert "汉汉汉" in text
    assert "9999-99-99" in text


def test_one_wrong_card_in_five_is_still_a_card_column_two_are_not():
    wrong = CARD[:-1] + "6"
    for cards, field in (([CARD] * 4 + [wrong], "card"), ([CARD] * 3 + [wrong] * 2, None)):
        rows = [["编号", "发生日", "数额"], *[[card, "2024-01-02", "12.00"] for card in cards]]
        assert proposed(rows).suggestions[0].field == field


def test_a_table_nothing_is_known_of_is_proposed_empty_and_does_not_load():
    proposal = proposed([["子", "丑"], ["寅", "卯"]])
    assert [each.field for each in proposal.suggestions] == [None, None]
    assert proposal.as_found().layout is None
    with pytest.raises(InvalidDefinition, match="requires: names no field"):
        read_layout("own.yaml", proposal.to_yaml())


def fields_of(rows) -> list[str | None]:
    return [each.field for each in proposed(rows).suggestions]


def test_day_and_time_apart_are_one_instant():
    rows = [["过账日期", "过账时刻", "数额"], ["2024-01-02", "09:30:05", "12.00"]]
    assert fields_of(rows) == ["booked_at.date", "booked_at.time", "amount_fen"]


def test_a_time_of_day_alone_is_no_booking_moment():
    proposal = proposed([["过账时刻", "数额"], ["09:30:05", "12.00"]])
    assert proposal.lacking == ("交易时间",)
    assert proposal.as_found().layout is None
    assert "no column looks like 交易时间" in proposal.as_found().reasons


def test_split_amounts_are_sides_and_never_the_balance():
    rows = [["过账日", "进账款", "出账款", "杂项"], ["2024-01-02", "12.00", "3.00", "7.00"]]
    assert fields_of(rows) == ["booked_at", "amount_fen.in", "amount_fen.out", None]


def test_an_amount_needs_amounts_below_it():
    for values, field in ((["12", "1,015"], "amount_fen"), (["十二", "一千"], None)):
        rows = [["过账日", "数额"], *[["2024-01-02", value] for value in values]]
        assert fields_of(rows) == ["booked_at", field]


def test_one_column_understood_is_not_enough():
    proposal = proposed([["公民", "子"], ["359901197203050119", "寅"]])
    assert proposal.as_found().layout is None
    assert proposal.lacking


def test_headers_that_yaml_would_misread_survive():
    rows = [["编号 #1: 'x'", "发生日", "数额", "是"], [CARD, "2024-01-02", f"{NUMBER}12.5", "n"]]
    layout = read_layout("own.yaml", proposed(rows).to_yaml())
    assert layout.fields["card"] == ("编号 #1: 'x'",)


@pytest.mark.parametrize(
    ("text", "card"),
    [
        (CARD, True),
        ("6228 4800 0000 0000 125", True),
        (CARD[:-1] + "6", False),
        ("622848000000000", False),
        ("6228****0125", False),
        ("1035990000000017", False),
    ],
)
def test_card_shape(text, card):
    assert is_card(text) is card


def test_masks_and_masked_shapes():
    assert is_masked("6228****0125")
    assert is_masked("1234xxxx9876")
    assert not is_masked("35990119720305011X")
    assert masked_shape("欧阳砚 a1-9.5") == "汉汉汉 a9-9.9"
    assert len(masked_shape("9" * 100)) == 24


def test_words_of_more_and_less_are_the_two_sides():
    rows = [
        ["客户", "发生日", "减少", "增加", "结存", "往来单位"],
        ["林墨白", "2024.5.1", "100.00", "", "900.00", "甲某"],
        ["林墨白", "2024.5.2", "", "50.00", "950.00", "乙某"],
    ]
    (table,) = find_tables(grid(rows), LAYOUTS, file_name="")
    proposal = propose_layout(table, grid(rows))
    fields = {each.header: each.field for each in proposal.suggestions}
    assert fields["减少"] == "amount_fen.out"
    assert fields["增加"] == "amount_fen.in"
    assert fields["结存"] == "balance_fen"


def test_a_proposal_says_what_bookings_would_not_say():
    rows = [["发生日", "款额", "往来单位"], ["2024.5.1", "100.00", "甲某"]]
    (table,) = find_tables(grid(rows), LAYOUTS, file_name="")
    reasons = propose_layout(table, grid(rows)).reasons
    assert any("direction" in each for each in reasons)
    assert any("balance" in each for each in reasons)


TERSE = [
    ["acct", "txndt", "txntm", "dc", "amt", "bal", "oppacct", "oppname", "memo"],
    ["1035990000001", "20240105", "100000", "D", "100.00", "900.00", OTHER, "甲", "x"],
    ["1035990000001", "20240106", "100001", "C", "5.00", "905.00", OTHER, "甲", "y"],
]


def test_the_card_of_the_counterparty_is_never_the_own():
    fields = {each.header: each.field for each in proposed(TERSE).suggestions}
    assert fields == {
        "acct": "account",
        "txndt": "booked_at.date",
        "txntm": "booked_at.time",
        "dc": "direction",
        "amt": "amount_fen",
        "bal": "balance_fen",
        "oppacct": "counterparty_account",
        "oppname": "counterparty_name",
        "memo": "remark",
    }


@pytest.mark.parametrize("header", ["对手编号", "oppno", "counterparty id"])
def test_a_shape_says_less_than_a_header_that_speaks_of_others(header):
    told = [[header if cell == "oppacct" else cell for cell in TERSE[0]], *TERSE[1:]]
    fields = {each.header: each.field for each in proposed(told).suggestions}
    assert fields[header] == "counterparty_account"


def test_the_balance_of_others_is_no_balance():
    told = [["对方结存" if cell == "bal" else cell for cell in TERSE[0]], *TERSE[1:]]
    assert "balance_fen" not in {each.field for each in proposed(told).suggestions}
