"""Code lists of accounts, persons, calls and invoices."""

from __future__ import annotations

from qingfeng.vocabulary.labelled import Labelled


class AccountStatus(Labelled):
    """State of an account on the day it was delivered (账户状态)."""

    OPEN = "open", "正常"
    DORMANT = "dormant", "睡眠"
    CLOSED = "closed", "销户"
    FROZEN = "frozen", "冻结"
    LOST = "lost", "挂失"
    UNKNOWN = "unknown", "未知"


class IdType(Labelled):
    """Kind of an identity number (证件类型)."""

    CN_ID18 = "cn_id18", "居民身份证"
    CN_ID15_UPGRADED = "cn_id15_upgraded", "居民身份证（由15位升级）"
    USCC = "uscc", "统一社会信用代码"
    OTHER = "other", "其他"


class CallKind(Labelled):
    """Kind of one line of a call record (话单类型)."""

    CALL = "call", "通话"
    SMS = "sms", "短信"
    FORWARD = "forward", "呼叫转移"


class CallDirection(Labelled):
    """Who called, seen from the owner of the record (方向)."""

    OUT = "out", "主叫"
    IN = "in", "被叫"
    UNKNOWN = "unknown", "未知"


class InvoiceStatus(Labelled):
    """State of an invoice (发票状态)."""

    OK = "ok", "正常"
    VOID = "void", "作废"
    RED = "red", "红字"
    RED_CANCELLED = "red_cancelled", "已红冲"
