"""The police template (资金查控): bookings in 34 or 29 columns, account and person tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qingfeng.synth.dirt import CLOCKS, IMPOSSIBLE, yuan, yuan_grouped
from qingfeng.synth.ledger import FAILED, IN, Account
from qingfeng.synth.statements import Statements, serial

COLUMNS_34 = (
    "交易卡号",
    "交易账号",
    "账户开户名称",
    "开户人证件号码",
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
    "交易网点代码",
    "交易发生地",
    "交易是否成功",
    "传票号",
    "终端号",
    "IP地址",
    "MAC地址",
    "对手交易余额",
    "交易流水号",
    "日志号",
    "凭证种类",
    "凭证号",
    "交易柜员号",
    "商户名称",
    "商户号",
    "备注",
    "交易类型",
    "查询反馈结果原因",
)
COLUMNS_29 = (
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
)
NOTHING_FOUND = "该卡号在查询时段内无交易明细"
FOREVER = (0, 2**40)


@dataclass(slots=True)
class Written:
    """A statement as lines, and what stands in them (line numbers from 1)."""

    lines: list[str]
    rows: int = 0
    feedback: int = 0
    bad_lines: list[int] = field(default_factory=list)
    blank_rows: int = 0
    repeated_headers: int = 0

    @property
    def text(self) -> str:
        return "\r\n".join(self.lines) + "\r\n"


def header_line(columns: Sequence[str], tabs: bool) -> str:
    """Header cells; with *tabs*, each followed by a blank and a tab."""
    tail = " \t" if tabs else ""
    return ",".join(name + tail for name in columns)


def bookings(
    statements: Statements,
    accounts: Sequence[Account],
    *,
    span: tuple[int, int] = FOREVER,
    feedback_cards: Sequence[str] = (),
) -> Written:
    """Bookings of *accounts* (all at one bank) inside *span*, both ends inside."""
    bank = accounts[0].bank
    columns = COLUMNS_34 if bank.columns == 34 else COLUMNS_29
    header = header_line(columns, bank.tabs)
    found = Written([header])
    for account in accounts:
        _append(statements, account, span, found, header)
        if bank.blank_lines:
            found.lines.append("")
            found.blank_rows += 1
    for card in feedback_cards:
        tail = "\t" if bank.tabs and card else ""
        found.lines.append(card + tail + "," * (len(columns) - 1) + NOTHING_FOUND)
        found.rows += 1
        found.feedback += 1
    return found


def _append(
    statements: Statements,
    account: Account,
    span: tuple[int, int],
    found: Written,
    header: str,
) -> None:
    bank = account.bank
    tab, none = "\t" if bank.tabs else "", bank.empty
    clock = CLOCKS[bank.clock]
    money = yuan_grouped if bank.thousands else yuan
    wide = bank.columns == 34
    names = ("", "") if bank.names_joined else (account.holder.name, account.holder.holder_id)
    head = (
        f"{account.card or none}{tab},{account.number}{bank.suffix}{tab},{names[0]},"
        f"{names[1]}{tab},"
    )
    place = f",CNY,{account.branch}" + (",359900" + bank.prefix[:2] if wide else "") + ",测试县,"
    address = f"10.35.{account.index % 250}.9,02-35-99-00-{account.index % 100:02d}-01"
    quiet = ",,,," if not wide else ",,,,,"
    gap = ",," if not wide else ",,,"
    tail = f"{tab}" + ("," * 9 if wide else "," * 6)
    when, lines = statements.book.when, found.lines
    nodir, bad = statements.nodir, statements.bad_time
    word_in, word_out = bank.words
    every = bank.repeat_header_every
    name, number, id_number = statements.name, statements.number, statements.id_number
    cp_bank, memo, iso = statements.bank, statements.memo, statements.iso
    rows = statements.rows(account)
    rows = rows[(when[rows] >= span[0]) & (when[rows] <= span[1])]
    for row in rows.tolist():
        if every and found.rows and found.rows % every == 0:
            lines.append(header)
            found.repeated_headers += 1
        moment = clock(iso[row])
        if bad[row]:
            moment = IMPOSSIBLE[bank.clock]
            found.bad_lines.append(len(lines) + 1)
        way = statements.way[row]
        direction = "" if nodir[row] else word_in if way == IN else word_out
        done = "失败" if statements.status[row] == FAILED else bank.success
        online = gap + address + "," if memo[row] == "转账" and way != IN else quiet
        lines.append(
            f"{head}{moment}{tab},{money(statements.fen[row])}{tab},"
            f"{money(statements.balance[row])},{direction},{number[row] or none}{tab},"
            f"{'现金' if statements.cash[row] else ''},{name[row] or none},"
            f"{id_number[row] or none},{cp_bank[row]},{memo[row]}{place}{done}"
            f"{online},{serial(account, statements.event[row])}{tail}"
        )
        found.rows += 1


ACCOUNT_COLUMNS = (
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
    "销户日期",
    "账户类型",
    "备注",
    "账号开户银行",
    "销户网点",
    "最后交易时间",
)
PERSON_COLUMNS = (
    "客户名称",
    "证照类型",
    "证照号码",
    "单位地址",
    "单位电话",
    "工作单位",
    "邮箱地址",
    "代办人姓名",
    "代办人证件类型",
    "代办人证件号码",
    "国税纳税号",
    "地税纳税号",
    "法人代表",
    "客户工商执照号码",
)
ADDRESS_COLUMNS = ("开户名称", "证照类型", "证照号码", "住宅地址", "住宅电话")
CONTACT_COLUMNS = ("开户名称", "证照类型", "证照号码", "联系电话")
SUB_ACCOUNT_COLUMNS = (
    "银行名称",
    "开户账号",
    "子账户账号",
    "余额",
    "可用余额",
    "子账户类别",
    "子账户序号",
    "币种",
    "钞汇标识",
    "账户状态",
    "账户序号",
)
MEASURE_COLUMNS = (
    "银行名称",
    "账号",
    "冻结措施类型",
    "冻结金额",
    "冻结机关",
    "冻结开始日期",
    "冻结截止日期",
    "措施序号",
    "备注",
)
TASK_COLUMNS = (
    "任务流水号",
    "银行名称",
    "主体类别",
    "证账号码",
    "账卡号",
    "发送时间",
    "反馈时间",
    "反馈结果",
    "反馈非明细结果",
    "反馈明细结果",
    "入库时间",
    "入库状态",
    "请求单号",
    "查询结果",
)


def table_text(columns: Sequence[str], rows: Sequence[Sequence[str]], tabs: bool) -> str:
    """A plain csv table; digits of ten and more places are followed by a tab."""
    lines = [header_line(columns, tabs)]
    lines += [
        ",".join(
            cell + "\t" if tabs and len(cell) > 9 and cell[:9].isdigit() else cell for cell in row
        )
        for row in rows
    ]
    return "\r\n".join(lines) + "\r\n"


def account_row(statements: Statements, account: Account) -> list[str]:
    """The account as 账户信息 tells it."""
    rows = statements.book.span(account.index)
    last = rows.stop - 1 if rows.stop > rows.start else -1
    balance = yuan(statements.balance[last]) if last >= 0 else "0.00"
    company = account.kind == "corporate"
    return [
        account.holder.name,
        account.holder.holder_id,
        account.card,
        account.number + account.bank.suffix,
        account.opened_on.isoformat(),
        balance,
        balance,
        "人民币",
        "3599" + account.bank.prefix[:4],
        account.branch,
        "正常",
        "现钞",
        "",
        "对公基本户" if company else "个人I类户",
        "",
        account.bank.name,
        "",
        statements.iso[last][:10] if last >= 0 else "",
    ]
