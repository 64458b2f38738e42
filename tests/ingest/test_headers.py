"""Finding tables in grids: header rows, bodies, contexts, several tables, shapes."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pytest

from qingfeng.ingest.grid import MOMENT, NUMBER, Grid
from qingfeng.ingest.headers import Found, find_tables
from qingfeng.ingest.layouts import load_layouts, read_layout

LAYOUTS = load_layouts()
CARD = "6228480000000000125"
OTHER = "6217000000000003453"

POLICE29 = [
    "交易卡号",
    "交易账号",
    "交易方户名",
    "交易方证件号码",
    "交易时间",
    "交易金额",
    "交易余额",
    "收付标志",
    "交易对手账卡号",
    "现金标志",
    "对手户名",
    "对手身份证号",
    "对手开户银行",
    "摘要说明",
    "交易币种",
    "交易网点名称",
    "交易发生地",
    "交易是否成功",
    "传票号",
    "IP地址",
    "MAC地址",
    "对手交易余额",
    "交易流水号",
    "日志号",
    "凭证种类",
    "凭证号",
    "交易柜员号",
    "备注",
    "查询反馈结果原因",
]
WECHAT = [
    "交易时间",
    "交易类型",
    "交易对方",
    "商品",
    "收/支",
    "金额(元)",
    "支付方式",
    "当前状态",
    "交易单号",
    "商户单号",
    "备注",
]
STATEMENT = ["交易日期", "摘要", "收入", "支出", "余额"]


def grid(
    rows: Sequence[Sequence[str]], *, merged: Sequence[tuple[int, int, int, int]] = (), sheet=""
) -> Grid:
    """A grid of these rows from row 1 on; merged ranges are filled as the readers fill them."""
    width = max(map(len, rows), default=0)
    cells = [[*row, *[""] * (width - len(row))] for row in rows]
    for top, left, bottom, right in merged:
        for row in range(top - 1, bottom):
            for column in range(left, right + 1):
                cells[row][column] = cells[top - 1][left]
    columns = {f"c{i}": pa.array([row[i] for row in cells], pa.string()) for i in range(width)}
    rows_ = pa.array(range(1, len(rows) + 1), pa.int32())
    return Grid("", sheet, None, pa.table(columns), rows_, merged=tuple(merged))


def found(rows, **more) -> list[Found]:
    return find_tables(grid(rows, **more), LAYOUTS, file_name="甲/x.csv")


def names(tables: Sequence[Found]) -> list[str | None]:
    return [each.layout.name if each.layout else None for each in tables]


def test_padded_headers_in_the_first_row_case_01():
    padded = [f"{name} \t" for name in POLICE29]
    (table,) = found([padded, [CARD, "1_156_1", "林墨白", *[""] * 26]])
    assert table.layout.name == "police.transfers29"
    assert table.header_rows == (1,)
    assert table.body == (1, 2)
    assert {ref.index for ref in table.columns.values()} | {21, 24} == set(range(29))
    assert table.ignored == ("对手交易余额", "凭证种类")
    assert table.missing == ()


def test_accounts_of_the_police_template_case_02():
    headers = [
        "账户开户名称",
        "开户人证件号码",
        "交易卡号",
        "交易账号",
        "账号开户时间",
        "账户余额",
        "可用余额",
        "币种",
        "开户网点代码",
        "开户网点",
        "账户状态",
        "钞汇标志名称",
        "开户人证件类型",
        "销户日期",
        "账户类型",
        "开户联系方式",
        "账号开户银行",
        "最后交易时间",
    ]
    (table,) = found([headers, ["林墨白", *[""] * 17]])
    assert table.layout.name == "police.accounts"
    assert table.columns["holder_phone"].index == 15
    assert table.ignored == ("开户人证件类型",)


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        pytest.param(
            ["卡号", "证件号码", "手机号", "交易日期", "交易时间", "金额", "对方卡号"],
            [
                "card",
                "holder_id",
                "holder_phone",
                "booked_at.date",
                "booked_at.time",
                "amount_fen",
                "counterparty_account.or",
            ],
            id="case 03",
        ),
        pytest.param(
            ["交易日期", "借方发生额", "贷方发生额", "账户余额", "对方户名"],
            ["booked_at", "amount_fen.out", "amount_fen.in", "balance_fen", "counterparty_name"],
            id="case 04",
        ),
        pytest.param(
            [
                "交易卡号",
                "交易时间",
                "收付标志",
                "交易金额",
                "交易余额",
                "对手卡号",
                "对手户名",
                "交易流水号",
                "摘要",
            ],
            [
                "card",
                "booked_at",
                "direction",
                "amount_fen",
                "balance_fen",
                "counterparty_account.or",
                "counterparty_name",
                "serial",
                "summary",
            ],
            id="case 12",
        ),
    ],
)
def test_plain_statements_are_read_without_naming_a_bank(headers, fields):
    (table,) = found([headers, ["1"] * len(headers)])
    assert table.layout.name == "bank.generic"
    by_index = sorted((ref.index, field) for field, ref in table.columns.items())
    assert [field for _, field in by_index] == fields
    assert "bank" not in table.constants


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
    assert table.context == {"holder_name": "何桂蓉", "card": "6217990000000007779"}
    assert table.body == (4, 6)


def test_one_header_row_does_not_swallow_a_first_row_of_words():
    (table,) = found([STATEMENT, ["", "上页余额", "", "", "承前"], ["20240101", "a", "1", "", "1"]])
    assert table.header_rows == (1,)
    assert table.body == (1, 3)


def test_icbc_below_six_lines_case_07():
    headers = [
        "交易日期",
        "摘要",
        "交易详情",
        "交易场所",
        "交易国家或地区简称",
        "钞/汇",
        "交易金额(收入)",
        "交易金额(支出)",
        "交易币种",
        "记账金额(收入)",
        "记账金额(支出)",
        "记账币种",
        "余额",
        "对方户名",
        "对方账户",
    ]
    rows = [["明细查询文件下载"], [""], ["卡号: 6228****0125", "卡别名: 工资卡"], [""]]
    rows += [["子账户序号: 00000", "子账户类别: 活期"], [""], headers]
    rows += [["2024-05-02     \t", *["-"] * 15]]
    (table,) = found(rows)
    assert table.layout.name == "bank.icbc_debit_v2"
    assert table.header_rows == (7,)
    assert table.context == {"account_masked": "6228****0125"}
    assert table.columns["amount_fen.in"].index == 9
    assert table.constants == {"bank": "中国工商银行"}


def wechat_rows(notes: int) -> list[list[str]]:
    rows = [["微信支付账单明细"], ["微信昵称：[测试]"]]
    rows += [["起始时间：[2024-09-01 00:00:00] 终止时间：[2024-09-30 23:59:59]"], [""]]
    rows += [["共7笔记录"], ["收入：2笔 720.00元"], ["支出：4笔 2,048.16元"]]
    rows += [["中性交易：1笔 1001.10元"]] + [[f"{i}. 占位"] for i in range(notes)]
    rows += [["-----------微信支付账单明细列表--------"], WECHAT]
    return [
        *rows,
        [f"{MOMENT}2024-09-26 12:45:27", "商户消费", "店", "1", "支出", f"{NUMBER}28.16"],
    ]


@pytest.mark.parametrize("notes", [0, 4, 7, 40])
def test_wechat_below_a_preamble_of_any_length_case_09(notes):
    (table,) = found(wechat_rows(notes))
    assert table.layout.name == "wallet.wechat"
    assert table.header_rows == (10 + notes,)
    declared = table.around.declared
    assert declared.count == 7
    assert declared.counts == {"in": 2, "out": 4, "neutral": 1}
    assert declared.amounts == {"in": "720.00", "out": "2048.16", "neutral": "1001.10"}
    assert declared.period == ("2024-09-01 00:00:00", "2024-09-30 23:59:59")
    assert table.around.extras["微信昵称"] == "测试"


def test_a_preamble_longer_than_the_head_is_passed_too():
    (table,) = found([["说明"]] * 200 + [POLICE29, [CARD] + [""] * 28])
    assert table.header_rows == (201,)


TENPAY = [
    "用户ID",
    "交易单号",
    "大单号",
    "用户侧账号名称",
    "借贷类型",
    "交易业务类型",
    "交易用途类型",
    "交易时间",
    "交易金额(分)",
    "账户余额(分)",
    "用户银行卡号",
    "用户侧网银联单号",
    "网联/银联",
    "第三方账户名称",
    "对手方ID",
    "对手侧账户名称",
    "对手方银行卡号",
    "对手侧银行名称",
    "对手侧网银联单号",
    "网联/银联",
    "基金公司信息",
    "间联/非间联交易",
    "第三方账户名称",
    "对手方接收时间",
    "对手方接收金额(分)",
    "备注1",
    "备注2",
]


def test_equal_headers_are_numbered_case_11():
    (table,) = found([TENPAY, ["wx", "T1", *[""] * 25]])
    assert table.layout.name == "wallet.tenpay_trades"
    assert (table.headers[12], table.headers[19]) == ("网联/银联", "网联/银联__2")
    assert (table.headers[13], table.headers[22]) == ("第三方账户名称", "第三方账户名称__2")
    assert table.columns["channel"].index == 12
    assert table.columns["merchant"].index == 22
    assert table.columns["amount_fen"].unit == "分"


def test_a_batch_that_lacks_the_unit_is_still_in_fen():
    (table,) = found([[name.replace("(分)", "") for name in TENPAY], ["wx"] * 27])
    assert table.columns["amount_fen"].unit == "分"


def test_tickets_with_two_merged_rows_case_15():
    rows = [["测试区12345热线工单办理情况（2024年9月）"]]
    rows += [["工单编号", "诉求内容", "诉求人", "", "办理情况", "", "", "回访", "", "受理时间"]]
    rows += [
        ["", "", "姓名", "联系电话", "承办单位", "答复内容", "办结时间", "是否\n联系", "满意度", ""]
    ]
    rows += [
        ["FJ1", "燃气", "赵*", "154", "区建设局", "已收悉", "2024-09-10", "是", "不满意", "2024"]
    ]
    ranges = [(1, 0, 1, 9), (2, 0, 3, 0), (2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 2, 6)]
    (table,) = found(rows, merged=[*ranges, (2, 7, 2, 8), (2, 9, 3, 9)])
    assert table.layout.name == "hotline.handling"
    assert table.header_rows == (2, 3)
    assert len(table.columns) == 10
    assert table.columns["contacted"].index == 7


def test_roster_case_19_takes_the_programme_from_the_title_and_the_unit_from_above():
    rows = [["测试镇2024年补贴发放花名册"], ["单位：亩、万元"]]
    rows += [
        [
            "序号",
            "村组",
            "户主姓名",
            "身份证号码",
            "补贴面积",
            "补贴标准",
            "补贴金额（元）",
            "一卡通账号",
        ]
    ]
    rows += [["1", "东山村", "王  伟", "359902198501010378", "3.5", "100", "350", CARD]]
    (table,) = found(rows)
    assert table.layout.name == "benefits.roster"
    assert table.context == {"program": "测试镇2024年补贴发放花名册"}
    assert table.columns["amount_fen"].unit == "元"
    assert table.columns["rate_fen"].unit == "万元"
    assert table.columns["quantity"].unit is None


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


REGISTRATION = [
    "账户状态",
    "账号",
    "注册姓名",
    "注册时间",
    "注册身份证号",
    "绑定手机",
    "绑定状态",
    "开户行信息",
    "银行账号",
]


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


def test_a_bank_is_named_only_where_all_its_marks_or_a_hint_are_there():
    headers = ["交易日期", "交易时间", "借方发生额", "贷方发生额", "账户余额"]
    rows = [headers, ["20240101", "10:00:00", "1", "0", "1"]]
    plain = find_tables(grid(rows), LAYOUTS, file_name="测试银行.xls")
    told = find_tables(grid(rows), LAYOUTS, file_name="光大银行.xls")
    in_body = find_tables(grid([*rows, ["20240102", "光大银行"]]), LAYOUTS, file_name="x.xls")
    assert names(plain) == ["bank.generic"]
    assert names(told) == ["bank.ceb_corporate"]
    assert names(in_body) == ["bank.generic"]


def test_the_file_name_fills_what_the_rows_do_not_say():
    path = "银行业金融机构账户信息（定向查询）/"
    path += "林墨白_359901197203050119_国监查【2024】第000001号_账户信息.xlsx"
    headers = [
        "反馈单位",
        "名称",
        "证件号码",
        "卡号",
        "账号",
        "账户类别",
        "账户状态",
        "币种",
        "账户余额",
        "开户日期",
    ]
    (table,) = find_tables(grid([headers, ["测试银行"] * 10]), LAYOUTS, file_name=path)
    assert table.layout.name == "query_package.accounts"
    assert table.context == {"holder_name": "林墨白", "holder_id": "359901197203050119"}
    assert table.facts["source"] == "银行业金融机构账户信息"
    assert table.facts["request_reference"] == "国监查【2024】第000001号"
