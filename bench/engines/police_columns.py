"""What the two peers of the police suite agree on: columns, words, and what makes a repeat."""

from __future__ import annotations

NUMBERS = {
    "交易卡号": "card",
    "交易账号": "account",
    "开户人证件号码": "holder_id",
    "交易对手账卡号": "counterparty_account",
    "对手身份证号": "counterparty_id",
}
NAMES = {"账户开户名称": "holder_name", "对手户名": "counterparty_name"}
AMOUNTS = {"交易金额": "amount_fen", "交易余额": "balance_fen"}
TEXTS = {
    "对手开户银行": "counterparty_bank",
    "摘要说明": "summary",
    "交易网点名称": "branch",
    "交易发生地": "place",
    "传票号": "slip",
    "终端号": "terminal",
    "IP地址": "ip",
    "MAC地址": "mac",
    "交易流水号": "serial",
    "日志号": "log_number",
    "凭证号": "voucher",
    "交易柜员号": "teller",
    "商户名称": "merchant",
    "备注": "remark",
    "交易类型": "channel",
}
WORDS = {
    "收付标志": "direction",
    "现金标志": "cash",
    "交易币种": "currency",
    "交易是否成功": "status",
}
TIME = {"交易时间": "booked_at"}
COLUMNS = NUMBERS | NAMES | AMOUNTS | TEXTS | WORDS | TIME

DIRECTIONS = {
    **dict.fromkeys(("进", "贷", "入", "收", "C", "贷方", "收入", "存入"), "in"),
    **dict.fromkeys(("出", "借", "付", "支", "D", "借方", "支出", "支取"), "out"),
}
CASH = {
    **dict.fromkeys(("现金", "现钞", "01", "1", "是"), True),
    **dict.fromkeys(("转账", "其它", "其他", "00", "0", "否"), False),
}
CURRENCIES = {
    **dict.fromkeys(("人民币", "人民币元", "CNY", "RMB", "156"), "CNY"),
    **dict.fromkeys(("美元", "USD", "840"), "USD"),
    **dict.fromkeys(("港币", "港元", "HKD", "344"), "HKD"),
}
STATUSES = {
    **dict.fromkeys(("成功", "交易成功", "01", "1", "是"), "ok"),
    **dict.fromkeys(("失败", "交易失败", "02", "0", "否"), "failed"),
}
PLACEHOLDERS = ("", "-", "--", "/", "\\N", "无")
REVERSALS = "冲正|冲销|抹账|红字|撤销|冲账|反交易"

REPEAT_KEY = (
    "card", "account", "booked_at", "direction", "amount_fen", "balance_fen",
    "counterparty_account", "counterparty_name", "summary", "serial", "status",
)  # fmt: skip
"""Two rows that agree in all of these are one booking."""
