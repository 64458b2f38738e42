"""Wallet bills: WeChat (csv, two generations of xlsx), Alipay app, judicial Tenpay."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from qingfeng.synth.dirt import yuan
from qingfeng.synth.ledger import IN, Account
from qingfeng.synth.statements import Statements
from qingfeng.synth.writers.text import write_text
from qingfeng.synth.writers.workbook import Cell, Page, write_workbook

WECHAT_COLUMNS = (
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
)
ALIPAY_COLUMNS = (
    "交易时间",
    "交易分类",
    "交易对方",
    "对方账号",
    "商品说明",
    "收/支",
    "金额",
    "收/付款方式",
    "交易状态",
    "交易订单号",
    "商家订单号",
    "备注",
)
TENPAY_COLUMNS = (
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
)


def _means(statements: Statements, row: int) -> str:
    """The card a wallet payment was made with; "" if from the wallet's balance."""
    via = statements.via[row]
    if via < 0:
        return ""
    bank = statements.world.ledger.accounts[via]
    return f"{bank.bank.name}({bank.card[-4:]})"


def _totals(statements: Statements, rows: list[int]) -> tuple[int, int, int, int]:
    into = [statements.fen[row] for row in rows if statements.way[row] == IN]
    out = [statements.fen[row] for row in rows if statements.way[row] != IN]
    return len(into), sum(into), len(out), sum(out)


def _wechat_above(
    statements: Statements, account: Account, rows: list[int], newest: bool
) -> list[list[str]]:
    count_in, sum_in, count_out, sum_out = _totals(statements, rows)
    notes = [
        "1. 充值/提现/理财通购买/零钱通存取/信用卡还款等交易，将计入中性交易",
        "2. 本明细仅展示当前账单中的交易，不包括已删除的记录",
        "3. 本明细仅供个人对账使用",
    ]
    if newest:
        notes.append("4. 本账单中所有时间均为UTC+08:00时间")
    first, last = (statements.iso[rows[0]], statements.iso[rows[-1]]) if rows else ("", "")
    lines = [
        "微信支付账单明细",
        f"微信昵称：[{account.number}]",
        f"起始时间：[{first.replace('T', ' ')}] 终止时间：[{last.replace('T', ' ')}]",
        "导出类型：[全部]",
        "导出时间：[2024-07-01 09:00:00]",
        "",
        f"共{len(rows)}笔记录",
        f"收入：{count_in}笔 {yuan(sum_in)}元",
        f"支出：{count_out}笔 {yuan(sum_out)}元",
        "中性交易：0笔 0.00元",
        "注：",
        *notes,
        "",
        "----------------------微信支付账单明细列表--------------------",
    ]
    return [[line] for line in lines]


def _wechat_row(statements: Statements, row: int) -> list[str]:
    into = statements.way[row] == IN
    return [
        statements.iso[row].replace("T", " "),
        statements.memo[row],
        statements.name[row],
        "/",
        "收入" if into else "支出",
        yuan(statements.fen[row]),
        _means(statements, row) or ("/" if into else "零钱"),
        "已存入零钱" if into else "支付成功",
        f"4200{statements.event[row]:024d}\t",
        f"10000{statements.event[row]:015d}\t",
        "/",
    ]


def write_wechat(
    path: Path, statements: Statements, account: Account, generation: int
) -> tuple[int, int, str, str]:
    """Write a bill; *generation* 0 csv, 1 xlsx with ¥ text, 2 xlsx with number cells.

    Returns rows, header row, sheet name and encoding.
    """
    rows = statements.rows(account).tolist()
    above = _wechat_above(statements, account, rows, generation == 2)
    if generation == 0:
        lines = [row[0] + "," * 10 for row in above]
        lines.append(",".join(WECHAT_COLUMNS))
        for row in rows:
            cells = _wechat_row(statements, row)
            cells[5] = "¥" + cells[5]
            lines.append(",".join(cells))
        write_text(path, "\n".join(lines) + "\n", "utf-8-sig")
        return len(rows), len(above) + 1, "", "utf-8-sig"
    found: list[list[Cell]] = []
    for row in rows:
        line: list[Cell] = list(_wechat_row(statements, row))
        line[5] = (
            f"¥{yuan(statements.fen[row])}"
            if generation == 1
            else Decimal(statements.fen[row]).scaleb(-2)
        )
        found.append(line)
    write_workbook(path, [Page("Sheet1", WECHAT_COLUMNS, found, above)])
    return len(rows), len(above) + 1, "Sheet1", "xlsx"


def write_alipay(path: Path, statements: Statements, account: Account) -> tuple[int, int]:
    """Write the app's bill in GBK; returns rows and header row (25)."""
    rows = statements.rows(account).tolist()
    count_in, sum_in, count_out, sum_out = _totals(statements, rows)
    first, last = (statements.iso[rows[0]], statements.iso[rows[-1]]) if rows else ("", "")
    lines = [
        "-" * 84,
        "导出信息：",
        f"姓名：{account.holder.name}",
        f"支付宝账户：{account.number}",
        f"起始时间：[{first.replace('T', ' ')}]    终止时间：[{last.replace('T', ' ')}]",
        "导出交易类型：[全部]",
        "导出时间：[2024-07-01 09:00:00]",
        f"共{len(rows)}笔记录",
        f"收入：{count_in}笔 {yuan(sum_in)}元",
        f"支出：{count_out}笔 {yuan(sum_out)}元",
        "不计收支：0笔 0.00元",
        "",
        "特别提示：",
        *(f"{n}.本明细仅供个人对账使用，请以实际交易情况为准；" for n in range(1, 10)),
        "",
        "-" * 24 + "支付宝（中国）网络技术有限公司  电子客户回单" + "-" * 24,
        ",".join(f"{name:<20}" for name in ALIPAY_COLUMNS) + ",",
    ]
    for row in rows:
        into = statements.way[row] == IN
        cells = (
            statements.iso[row].replace("T", " "),
            "转账红包" if into else "日用百货",
            statements.name[row],
            "/",
            statements.memo[row],
            "收入" if into else "支出",
            yuan(statements.fen[row]),
            _means(statements, row) or "余额",
            "交易成功",
        )
        event = statements.event[row]
        lines.append(
            ",".join(f"{cell:<16}" for cell in cells)
            + f",2024{event:024d}\t,T{event:018d}\t,{'':<20},"
        )
    write_text(path, "\r\n".join(lines) + "\r\n", "gb18030")
    return len(rows), 25


def write_tenpay(path: Path, statements: Statements, account: Account) -> int:
    """Write judicial TenpayTrades (tab text, amounts in fen); returns rows."""
    lines = ["\t".join(TENPAY_COLUMNS)]
    rows = statements.rows(account).tolist()
    accounts = statements.world.ledger.accounts
    for row in rows:
        into, via = statements.way[row] == IN, statements.via[row]
        cells = [""] * len(TENPAY_COLUMNS)
        cells[:4] = [
            account.number,
            f"4200{statements.event[row]:024d}",
            f"D{statements.event[row]:020d}",
            account.holder.name,
        ]
        cells[4:10] = [
            "入" if into else "出",
            "银行卡支付" if via >= 0 else "余额支付",
            statements.memo[row],
            statements.iso[row].replace("T", " "),
            str(statements.fen[row]),
            str(statements.balance[row]),
        ]
        cells[10] = accounts[via].card if via >= 0 else ""
        cells[15] = statements.name[row]
        cells[21] = "非间联交易"
        lines.append("\t".join(cells))
    write_text(path, "\n".join(lines) + "\n", "utf-8")
    return len(rows)
