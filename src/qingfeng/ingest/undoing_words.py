"""Words by which a bank says that a booking undoes another (冲正).

The same words stand in ordinary memos: 红字印刷品, 撤销合同款, 备用金冲账. Only where the cell
says nothing else are they the nature of the booking.
"""

from __future__ import annotations

from collections.abc import Iterable

UNDOING_WORDS = (
    "冲正",
    "冲销",
    "冲账",
    "冲帐",
    "抹账",
    "抹帐",
    "红冲",
    "红字",
    "撤销",
    "反交易",
)

RETURNED_WORDS = ("退汇",)
"""Money that comes back because it could not be delivered: undoes, if the original is there."""

_KINDS = (
    "ATM",
    "POS",
    "交易",
    "消费",
    "转账",
    "转帐",
    "汇款",
    "汇兑",
    "取款",
    "取现",
    "存款",
    "存现",
    "现金",
    "网银",
    "手机银行",
    "柜面",
    "跨行",
    "银联",
    "快捷",
    "支付",
    "代发",
    "代收",
    "代付",
    "代扣",
    "扣款",
    "收费",
    "手续费",
    "利息",
    "结息",
    "预授权",
    "完成",
    "借记",
    "贷记",
    "错账",
    "错帐",
    "自动",
    "系统",
    "当日",
    "隔日",
)
_AFTERWARDS = ("交易", "处理", "业务", "记账", "入账", "凭证", "原交易", "原流水", "流水号")
_BETWEEN = r"[\s\-_/:：,，.()（）【】\[\]]"


def nature_form(words: Iterable[str] = UNDOING_WORDS) -> str:
    """RE2 pattern of a whole cell that only says: this booking undoes another.

    Around one of *words* may stand kinds of booking (ATM取款冲正), further words of undoing
    (红字冲正), and behind it a number (冲正原流水123). A kind behind the word needs a mark
    between them: 冲正-转账 undoes, 撤销手续费 is a fee.
    """
    undo, kinds = "|".join(words), "|".join(_KINDS)
    return (
        f"^(?i:{kinds}|{_BETWEEN})*(?:{undo})"
        f"(?:{undo}|{'|'.join(_AFTERWARDS)}|{_BETWEEN}+(?i:{kinds})+|{_BETWEEN})*[0-9]*{_BETWEEN}*$"
    )
