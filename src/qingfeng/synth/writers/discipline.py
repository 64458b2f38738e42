"""Bank statements of the discipline query package (国监查 定向查询), one workbook a bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from qingfeng.synth.banks import Bank
from qingfeng.synth.dirt import CLOCKS, wan, yuan
from qingfeng.synth.ledger import FAILED, IN, Account
from qingfeng.synth.statements import Statements, serial
from qingfeng.synth.writers.workbook import Cell, Page, write_workbook

SHEET = "交易明细"
#: Bank to unit of its amounts: 元 as text, 元 as number cells, 万元 as text.
UNITS = {"中信银行": "元", "中国银行": "元数值", "中国光大银行": "万元"}


@dataclass(slots=True)
class Book:
    """What stands in a written workbook."""

    rows: int
    header_row: int
    footer_rows: int
    failed: int
    lost_numbers: int = 0
    sheet: str = field(default=SHEET)


def columns(bank: Bank) -> tuple[str, ...]:
    """Header of the bank's statement: two banks say 交易对手, one 交易对方名称."""
    unit = "(万元)" if UNITS[bank.name] == "万元" else "(元)"
    other = "交易对方名称" if bank.name == "中信银行" else "交易对手"
    mark = "收支标志" if bank.name == "中信银行" else "借贷标志"
    return (
        "交易时间",
        f"交易金额{unit}",
        mark,
        f"交易余额{unit}",
        other,
        "交易对方账号",
        "交易摘要",
        "现金标志",
        "本方账号",
        "交易流水号",
        "交易类型",
        "交易是否成功",
    )


def write_statements(
    path: Path,
    statements: Statements,
    accounts: Sequence[Account],
    *,
    title: bool,
    total: bool,
    lose_numbers: bool,
) -> Book:
    """Write the bookings of *accounts*.

    lose_numbers: long counterparty numbers become number cells, which lose their last digits.
    """
    bank = accounts[0].bank
    clock, unit = CLOCKS[bank.clock], UNITS[bank.name]
    found: list[list[Cell]] = []
    total_in = total_out = failed = lost = 0

    def money(fen: int) -> Cell:
        if unit == "元数值":
            return Decimal(fen).scaleb(-2)
        return wan(fen) if unit == "万元" else yuan(fen)

    for account in accounts:
        for row in statements.rows(account).tolist():
            way, fen = statements.way[row], statements.fen[row]
            number: Cell = statements.number[row]
            if lose_numbers and len(statements.number[row]) > 15:
                number, lost = int(statements.number[row]), lost + 1
            broken = statements.status[row] == FAILED
            failed += broken
            if not broken:
                total_in += fen if way == IN else 0
                total_out += 0 if way == IN else fen
            found.append(
                [
                    clock(statements.iso[row]),
                    money(fen),
                    bank.words[0 if way == IN else 1],
                    money(statements.balance[row]),
                    statements.name[row],
                    number,
                    statements.memo[row],
                    "现金" if statements.cash[row] else "转账",
                    account.number,
                    serial(account, statements.event[row]),
                    "",
                    "失败" if broken else "成功",
                ]
            )
    holder = accounts[0].holder
    above = [
        [f"{holder.name}（{holder.holder_id}）{bank.name}交易明细"],
        ["查询期间：2019-01-01至2024-06-30"],
    ]
    below: list[list[Cell]] = [["合计", "", "收入", money(total_in), "支出", money(total_out)]]
    page = Page(SHEET, columns(bank), found, above if title else (), below if total else ())
    write_workbook(path, [page])
    return Book(len(found), 3 if title else 1, int(total), failed, lost)


def file_name(holder_name: str, holder_id: str, number: int, what: str) -> str:
    """姓名_证件号_国监查【年】第NNNNNN号_数据名.xlsx."""
    return f"{holder_name}_{holder_id}_国监查【2024】第{number:06d}号_{what}.xlsx"
