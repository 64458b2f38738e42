"""Names of banks in a path or a title: written out, or as everybody says them."""

from __future__ import annotations

import re

_SHORT = {
    "工行": "中国工商银行",
    "农行": "中国农业银行",
    "中行": "中国银行",
    "建行": "中国建设银行",
    "交行": "交通银行",
    "招行": "招商银行",
    "邮储": "中国邮政储蓄银行",
    "浦发": "上海浦东发展银行",
    "工商银行": "中国工商银行",
    "农业银行": "中国农业银行",
    "建设银行": "中国建设银行",
    "邮储银行": "中国邮政储蓄银行",
    "邮政储蓄银行": "中国邮政储蓄银行",
    "浦发银行": "上海浦东发展银行",
    "浦东发展银行": "上海浦东发展银行",
    "光大银行": "中国光大银行",
    "民生银行": "中国民生银行",
    "汇丰银行": "香港上海汇丰银行",
}
"""What stands alone between other words of a name, and the bank it means."""

_FULL = (
    *dict.fromkeys(_SHORT.values()),
    *("招商银行", "中信银行", "广发银行", "平安银行", "兴业银行", "华夏银行"),
)

_NAME = re.compile(
    r"[一-鿿]{2,20}?(?:银行|信用社|农商行|农信社|信用联社|合作联社|信用合作社|支付|财付通|支付宝)"
    r"(?:[一-鿿]{0,12}(?:公司|分行|支行))?"
)
_NO_BANK = re.compile(
    "各|全部|所有|多家|两家|几家|其他|其它|个人|对公|涉案|调取|查询|本地|外地|名下|人民银行"
    "|^(?:网上|手机|电子|电话|企业|网络|开户|所属|发卡|付款|收款|付方|收方|客户|对方)银行"
)
_CHANNEL = re.compile("(?:网上|手机|电子|电话|企业|网络)银行")
_SENTENCE = re.compile("[在的与和向到从由及]")
_WORDS = re.compile(r"[\s\d_\-—,，.。:：()（）【】\[\]]+")
_KINDS = re.compile(r"(?:借记|信用|储蓄)?(?:卡|账户|账号)$")


def bank_in_name(name: str) -> str | None:
    """The bank in the name of a file or sheet whose brackets and names of tables are cut."""
    found = _NAME.search(re.sub(r"[\s\d\-]+", "_", name))
    if found and not _CHANNEL.fullmatch(found.group(0)):
        return _full(found.group(0))
    return _spoken(name)


def bank_in_folder(name: str) -> str | None:
    """The bank that a folder is named by, with nothing but the names of tables beside it."""
    if _NO_BANK.search(name):
        return None
    words = [word for word in _WORDS.split(name) if word]
    named = {_full(word) for word in words if _NAME.fullmatch(word)}
    return named.pop() if len(named) == 1 else _spoken(name)


def bank_in_title(title: str) -> str | None:
    """The bank that the title above a table begins with."""
    found = _NAME.match(title.strip())
    if not found or _NO_BANK.search(found.group(0)) or _SENTENCE.search(found.group(0)):
        return None
    return _full(found.group(0))


def known_bank(name: str) -> str:
    """The full name of the bank of which *name* is a branch, or the firm; else *name* itself."""
    short = (full for said, full in _SHORT.items() if name.startswith(said))
    return next(short, next((full for full in _FULL if name.startswith(full)), name))


def _spoken(name: str) -> str | None:
    words = {_KINDS.sub("", word) for word in _WORDS.split(name)}
    named = {_SHORT[word] for word in words if word in _SHORT}
    return named.pop() if len(named) == 1 else None


def _full(name: str) -> str:
    return _SHORT.get(name, name)
