"""Exports that account holders make themselves: ICBC, ABC, CMB, SPDB."""

from __future__ import annotations

from dataclasses import dataclass

from qingfeng.synth.dirt import masked, yuan
from qingfeng.synth.ledger import IN, Account
from qingfeng.synth.statements import Statements, serial

ICBC_HEADER = (
    "交易日期,摘要,交易场所,交易国家或地区简称,钞/汇,交易金额(收入),交易金额(支出),交易币种,"
    "记账金额(收入),记账金额(支出),记账币种,余额,对方户名"
)


@dataclass(frozen=True, slots=True)
class Export:
    """One file: its text, what the name ends in and where the table stands."""

    text: str
    encoding: str
    suffix: str
    header_row: int
    rows: int
    blank_rows: int
    footer_rows: int


def export(statements: Statements, account: Account) -> Export:
    """The account's bookings as its bank's app writes them."""
    return _WRITERS[account.app](statements, account)


def _icbc(statements: Statements, account: Account) -> Export:
    lines = [
        "明细查询文件下载",
        "",
        f'卡号: {masked(account.card or account.number)},"卡别名: 工资卡"',
        "",
        '子账户序号: 00000,子账户类别: 活期,"子账户别名: "',
        "",
        ICBC_HEADER,
    ]
    rows = statements.rows(account).tolist()
    total_in = total_out = 0
    for row in rows:
        fen, into = statements.fen[row], statements.way[row] == IN
        total_in, total_out = total_in + fen * into, total_out + fen * (not into)
        cells = [
            f'"{statements.memo[row]:<20}"',
            f'"{"":<40}"',
            f'"{"CHN":<20}"',
            f"{'钞':<9}",
            f'"{"-":<20}"',
            f'"{"-":<20}"',
            f"{'-':<15}",
            f'"{f"{fen // 100:,}.{fen % 100:02d}" if into else "":<20}"',
            f'"{"" if into else f"{fen // 100:,}.{fen % 100:02d}":<20}"',
            f"{'人民币':<12}",
            f'"{_grouped(statements.balance[row]):<20}"',
            f'"{statements.name[row]:<40}"',
        ]
        lines.append(f"{statements.iso[row][:10]:<15}\t," + "\t,".join(cells) + "\t,")
    lines += [" ", f'人民币合计,,,,,,,,"{_grouped(total_in)}","{_grouped(total_out)}"']
    return Export("\n".join(lines) + "\n", "utf-8-sig", "csv", 7, len(rows), 1, 1)


def _grouped(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"


def _abc(statements: Statements, account: Account) -> Export:
    lines = ["交易日期,交易时间,交易摘要,交易金额,本次余额,对手信息,日 志 号,交易渠道,交易附言"]
    rows = statements.rows(account).tolist()
    for row in rows:
        iso, sign = statements.iso[row], "+" if statements.way[row] == IN else "-"
        clock = iso[11:].replace(":", "")
        lines.append(
            f"{iso[:10].replace('-', '')},{'' if clock == '000000' else clock},"
            f"{statements.memo[row]},{sign}{yuan(statements.fen[row])},"
            f"{yuan(statements.balance[row])},{statements.name[row] or '--'},"
            f"{serial(account, statements.event[row])[-9:]},手机银行,"
        )
    return Export("\n".join(lines) + "\n", "utf-8", "csv", 1, len(rows), 0, 0)


def _cmb(statements: Statements, account: Account) -> Export:
    lines = ["记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要"]
    rows = statements.rows(account).tolist()
    for row in rows:
        sign = "" if statements.way[row] == IN else "-"
        lines.append(
            f'{statements.iso[row][:10]},CNY,"{sign}{_grouped(statements.fen[row])}",'
            f'"{_grouped(statements.balance[row])}",{statements.memo[row]},'
            f"{statements.name[row]}{' ' if row % 2 else ''}{statements.number[row]},"
        )
    return Export("\n".join(lines) + "\n", "utf-8", "csv", 1, len(rows), 0, 0)


def _spdb(statements: Statements, account: Account) -> Export:
    """Tab text in GB18030 that is named .xls."""
    rows = statements.rows(account).tolist()
    first = statements.iso[rows[0]][:10].replace("-", "") if rows else ""
    last = statements.iso[rows[-1]][:10].replace("-", "") if rows else ""
    lines = [
        f"账号\t{account.card or account.number}\t账户类型\t借记卡\t日期范围\t{first}-{last}\t\t\t",
        "顺序号\t交易日期\t交易类型\t存入金额\t取出金额\t余额\t交易对手名称\t交易对手账号\t附言",
    ]
    for number, row in enumerate(rows, 1):
        iso, fen = statements.iso[row], yuan(statements.fen[row])
        into = statements.way[row] == IN
        lines.append(
            f"{number}\t{iso[:10].replace('-', '/')}  {iso[11:]}\t{statements.memo[row]}\t"
            f"{fen if into else ''}\t{'' if into else fen}\t{yuan(statements.balance[row])}\t"
            f"{statements.name[row]}\t{statements.number[row]}\t"
        )
    return Export("\r\n".join(lines) + "\r\n", "gb18030", "xls", 2, len(rows), 0, 0)


_WRITERS = {"icbc": _icbc, "abc": _abc, "cmb": _cmb, "spdb": _spdb}
