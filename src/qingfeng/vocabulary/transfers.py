"""Code lists of one booking on one account."""

from __future__ import annotations

from qingfeng.vocabulary.labelled import Labelled


class TransferDirection(Labelled):
    """Which way money moved, seen from the account the booking is on (收付)."""

    IN = "in", "收入"
    OUT = "out", "支出"
    INTERNAL = "internal", "内部"
    TRANSFER_IN = "transfer_in", "转入"
    TRANSFER_OUT = "transfer_out", "转出"
    NONE = "none", "不计收支"
    UNKNOWN = "unknown", "未知"


class TransferStatus(Labelled):
    """What became of a booking (交易状态)."""

    OK = "ok", "成功"
    OK_ASSUMED = "ok_assumed", "视为成功"
    FAILED = "failed", "失败"
    REVERSAL = "reversal", "冲正"
    REVERSED = "reversed", "被冲正"
    CLOSED = "closed", "已关闭"
    REFUNDED = "refunded", "已全额退款"
    PARTLY_REFUNDED = "partly_refunded", "已部分退款"
    REFUND = "refund", "退款"
    RETURNED = "returned", "退汇"
