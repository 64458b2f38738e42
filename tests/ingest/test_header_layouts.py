"""Headers of known deliveries: which layout reads them, and which field each column is."""

from __future__ import annotations

import pytest

from qingfeng.ingest.grid import MOMENT, NUMBER
from qingfeng.ingest.headers import find_tables
from tests.ingest.header_grids import CARD, LAYOUTS, POLICE29, TENPAY, WECHAT, found, grid, names


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


@pytest.mark.parametrize(
    ("out", "into"),
    [
        ("支取(-)", "存入(+)"),
        ("转出", "转入"),
        ("付款金额", "收款金额"),
        ("支出（借）", "收入（贷）"),
        ("借方（支出）", "贷方（收入）"),
    ],
)
def test_two_columns_of_amounts(out, into):
    (table,) = found([["交易日期", out, into, "结余", "对方单位名称"], ["2024-01-05", "", "5.00"]])
    assert table.layout.name == "bank.generic"
    places = {field: ref.index for field, ref in table.columns.items()}
    sides = {"amount_fen.out": 1, "amount_fen.in": 2, "balance_fen": 3, "counterparty_name": 4}
    assert {field: places.get(field) for field in sides} == sides


@pytest.mark.parametrize("header", ["转出", "转入", "付款金额", "收款金额"])
def test_a_side_without_the_other_says_nothing(header):
    (table,) = found([["交易日期", header, "余额", "对方户名"], ["2024-01-05", "5.00"]])
    assert table.layout is None


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
    assert table.context == {"account_masked": "6228****0125", "sub_account": "00000"}
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


def test_equal_headers_are_numbered_case_11():
    (table,) = found([TENPAY, ["wx", "T1", *[""] * 25]])
    assert table.layout.name == "wallet.tenpay_trades"
    assert (table.headers[12], table.headers[19]) == ("网联/银联", "网联/银联__2")
    assert (table.headers[13], table.headers[22]) == ("第三方账户名称", "第三方账户名称__2")
    assert table.columns["channel"].index == 12
    assert table.columns["counterparty_channel"].index == 19
    assert table.columns["counterparty_third_party"].index == 22
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


@pytest.mark.parametrize(
    "sides",
    [
        ("存入(+)", "支取(-)"),
        ("转入", "转出"),
        ("收款金额", "付款金额"),
        ("收入（贷）", "支出（借）"),
    ],
)
def test_spellings_of_the_two_sides(sides):
    (table,) = found([["交易时间", *sides, "余额"], ["2024-01-05", "1", "", "1"]])
    assert table.columns["amount_fen.in"].index == 1
    assert table.columns["amount_fen.out"].index == 2
