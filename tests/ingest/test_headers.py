"""Finding tables in grids: header rows, bodies, contexts, several tables, shapes."""

from __future__ import annotations

import pyarrow as pa
import pytest

from qingfeng.ingest.grid import Grid
from qingfeng.ingest.headers import find_tables
from qingfeng.ingest.layouts import read_layout
from tests.ingest.header_grids import (
    CARD,
    LAYOUTS,
    OTHER,
    POLICE29,
    REGISTRATION,
    STATEMENT,
    WECHAT,
    found,
    grid,
    names,
)

CASE_06 = [
    ["测试农村商业银行账户交易明细"],
    ["户名：何桂蓉", "", "", "", "账号：6217990000000007779"],
    ["序号", "交易日期", "发生额", "", "余额", "对方信息", ""],
    ["", "", "收入", "支出", "", "户名", "账号"],
    ["1", "2024.01.05", "600,000.00", "", "600,000.00", "测试石业有限公司", "3599000000000000012"],
    ["本页合计", "本页合计", "600,000.00", "600,000.00", "", "", ""],
]
CASE_06_RANGES = [(1, 0, 1, 6), (2, 0, 2, 3), (2, 4, 2, 6), (3, 0, 4, 0), (3, 1, 4, 1)]
CASE_06_RANGES += [(3, 2, 3, 3), (3, 4, 4, 4), (3, 5, 3, 6)]


@pytest.mark.parametrize("merged", [CASE_06_RANGES, []], ids=["ranges", "by shape"])
def test_two_header_rows_case_06(merged):
    (table,) = found(CASE_06, merged=merged)
    assert table.header_rows == (3, 4)
    assert table.headers == (
        "序号",
        "交易日期",
        "发生额/收入",
        "发生额/支出",
        "余额",
        "对方信息/户名",
        "对方信息/账号",
    )
    assert {field: ref.index for field, ref in table.columns.items()} == {
        "booked_at": 1,
        "amount_fen.in": 2,
        "amount_fen.out": 3,
        "balance_fen": 4,
        "counterparty_name": 5,
        "counterparty_account": 6,
    }
    assert table.context == {
        "holder_name": "何桂蓉",
        "card": "6217990000000007779",
        "bank": "测试农村商业银行",
    }
    assert table.body == (4, 6)


def test_one_header_row_does_not_swallow_a_first_row_of_words():
    (table,) = found([STATEMENT, ["", "上页余额", "", "", "承前"], ["20240101", "a", "1", "", "1"]])
    assert table.header_rows == (1,)
    assert table.body == (1, 3)


def test_a_preamble_longer_than_the_head_is_passed_too():
    (table,) = found([["说明"]] * 200 + [POLICE29, [CARD] + [""] * 28])
    assert table.header_rows == (201,)


def test_two_tables_with_different_headers_in_one_sheet():
    rows = [STATEMENT, ["20240101", "工资", "1", "", "1"], ["合计", "", "1", "", ""], [""]]
    rows += [
        ["人员"],
        ["姓名", "身份证号", "性别", "出生日期"],
        ["林墨白", "359901197203050119", "男", ""],
    ]
    first, second = found(rows)
    assert names([first, second]) == ["bank.generic", "registry.persons"]
    assert (first.body, second.body) == ((1, 3), (6, 7))
    assert second.preamble == (3, 5)
    assert second.header_rows == (6,)


def test_a_repeated_header_starts_no_new_table():
    row = ["20240101", "工资", "1", "", "1"]
    (table,) = found([STATEMENT, row, [" 交易日期", *STATEMENT[1:]], row])
    assert table.body == (1, 4)


def test_a_repeated_header_below_another_account_starts_one():
    row = ["20240101", "工资", "1", "", "1"]
    rows = [["户名：林墨白", f"卡号：{CARD}"], STATEMENT, row, ["本页合计", "", "1", "", ""]]
    rows += [["户名：陈砚", f"卡号：{OTHER}"], STATEMENT, row]
    first, second = found(rows)
    assert first.context == {"holder_name": "林墨白", "card": CARD}
    assert second.context == {"holder_name": "陈砚", "card": OTHER}
    assert (first.body, second.body) == ((2, 4), (6, 7))


@pytest.mark.parametrize("repeated", [True, False])
def test_a_marker_row_starts_a_block_of_the_same_layout(repeated):
    again = [REGISTRATION] if repeated else []
    rows = [REGISTRATION, ["正常", "wx1"], ["注销信息"], *again, ["", "wx2"]]
    first, second = found(rows)
    assert names([first, second]) == ["wallet.tenpay_reginfo"] * 2
    assert first.body == (1, 2)
    assert second.body == ((4, 5) if repeated else (3, 4))
    assert (first.block, second.block) == (None, "注销信息")
    assert "status" not in first.constants
    assert second.constants["status"] == "closed"


def test_a_title_full_of_separators_is_no_header():
    rows = [["测试银行", "交易明细", "2024年", "第1页"], STATEMENT, ["20240101", "a", "1", "", "1"]]
    assert found(rows)[0].header_rows == (2,)


def test_label_and_value_in_two_cells_above_the_header():
    rows = [["账号", CARD, "账户类型", "借记卡", "日期范围", "20251201-20251231"], STATEMENT]
    (table,) = found(rows)
    assert table.header_rows == (2,)
    assert table.context == {"card": CARD}
    assert table.around.declared.period == ("20251201", "20251231")


def test_later_headers_are_found_in_long_and_dictionary_encoded_grids():
    row = ["20240101", "工资", "1", "", "1"]
    plain = grid([STATEMENT, *[row] * 30_000, [""] * 5, WECHAT[:5], *[row] * 3])
    people = ["姓名", "身份证号", "性别", "出生日期", "联系电话"]
    plain = grid([STATEMENT, *[row] * 30_000, people, *[row] * 3])
    coded = Grid(
        "",
        "",
        None,
        pa.table(
            [plain.cells.column(i).dictionary_encode() for i in range(5)], names=list("abcde")
        ),
        plain.rows,
    )
    for each in (plain, coded):
        first, second = find_tables(each, LAYOUTS, file_name="")
        assert first.body == (1, 30_001)
        assert second.body == (30_002, 30_005)
        assert second.layout.name == "registry.persons"


def test_an_unknown_table_is_given_without_layout_and_says_what_is_lacking():
    rows = [["标题"], ["往来卡", "摘要", "余额", "谁"], ["1", "a", "2", "b"]]
    (table,) = found(rows)
    assert table.layout is None
    assert table.header_rows == (2,)
    assert table.columns == {}
    assert table.ignored == ("往来卡", "摘要", "余额", "谁")
    assert any("bank.generic lacks booked_at" in reason for reason in table.reasons)


@pytest.mark.parametrize("rows", [[], [[""]], [["只有一行"]], [["1", "2"], ["3", "4"]]])
def test_nothing_that_looks_like_a_header_gives_no_table(rows):
    assert found(rows) == []


def test_two_layouts_that_fit_alike_but_read_differently_give_none():
    one = "name: own.a\ntitle: a\ntable: kin\nfields: {name: [甲甲], relative_name: [乙乙]}\n"
    two = (
        one.replace("own.a", "own.b")
        .replace("甲甲", "丙")
        .replace("乙乙", "甲甲")
        .replace("丙", "乙乙")
    )
    both = tuple(
        read_layout(f"{n}.yaml", text + "requires: [name, relative_name]\n")
        for n, text in enumerate((one, two))
    )
    rows = grid([["甲甲", "乙乙"], ["x", "y"]])
    (table,) = find_tables(rows, both, file_name="")
    assert table.layout is None
    assert table.reasons == ("ambiguous: own.a and own.b fit alike",)
    (sure,) = find_tables(rows, both[:1], file_name="")
    assert sure.columns["name"].index == 0


def test_the_reason_names_the_column_that_would_do():
    (table,) = found(
        [["户名", "账号", "交易金额", "余额", "收付标志"], ["甲", CARD, "1", "2", "出"]]
    )
    assert table.reasons[0].startswith("bank.generic lacks booked_at|")
    assert "交易日期" in table.reasons[0]


def test_persons_beside_their_relatives_are_kin():
    header = ["姓名", "身份证号", "亲属姓名", "亲属身份证号", "关系"]
    (table,) = found([header, ["甲", "359901197203050119", "乙", "", "妻"]])
    assert table.layout.name == "registry.kin"
    assert {field: ref.index for field, ref in table.columns.items()} == {
        "name": 0,
        "person_id": 1,
        "relative_name": 2,
        "relative_id": 3,
        "relation": 4,
    }


@pytest.mark.parametrize(
    "header", [["交易日期", "摘要", "支出", "收入", "余额"], ["交易日期", "收入", "支出", "余额"]]
)
def test_other_columns_right_below_a_table_go_on_with_its_statement(header):
    rows = [
        [f"卡号：{CARD}", "单位：万元"],
        STATEMENT,
        ["2024-01-05", "a", "5.00", "", "105.00"],
        header,
        ["2024-01-06", *["1.00"] * (len(header) - 1)],
    ]
    one, two = found(rows)
    assert one.context == two.context == {"card": CARD}
    assert two.columns["balance_fen"].unit == "万元"


def test_a_label_row_above_a_repeated_header_names_another_account():
    rows = [
        ["户名：甲", "账号：1035990000001"],
        STATEMENT,
        ["2024-01-05", "a", "5.00", "", "105.00"],
        ["账号", "户名"],
        ["1035990000002", "乙"],
        STATEMENT,
        ["2024-01-05", "a", "5.00", "", "105.00"],
    ]
    one, two = found(rows)
    assert one.context == {"holder_name": "甲", "account": "1035990000001"}
    assert two.context == {"holder_name": "乙", "account": "1035990000002"}
    assert one.body == (2, 3)
