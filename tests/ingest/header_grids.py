"""Grids of headers and rows for the tests that find tables."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from qingfeng.ingest.grid import Grid
from qingfeng.ingest.headers import Found, find_tables
from qingfeng.ingest.layouts import load_layouts

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
