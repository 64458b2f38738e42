"""What a lower header cell is called under the cells above it: 名称 under 付款方 is 付款方名称.

All texts here are normalised header names without their units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

NEUTRAL_PARENTS = frozenset(
    [
        "发生额",
        "交易金额",
        "金额",
        "交易信息",
        "账户信息",
        "基本信息",
        "办理情况",
        "办理信息",
        "承办情况",
        "处置情况",
        "回访",
        "回访情况",
        "回访信息",
        "市民评价",
        "群众评价",
        "评价情况",
        "受理信息",
        "来电信息",
        "来电人信息",
        "补贴信息",
        "发放信息",
        "工单信息",
        "诉求信息",
        "收支",
        "收支情况",
        "收支金额",
        "收付金额",
        "发生金额",
        "交易额",
        "本期发生额",
        "本次发生额",
        "借贷发生额",
        "交易情况",
        "资金收支",
        "资金信息",
        "金额信息",
    ]
)
"""Upper cells that add nothing to the lower cell."""

_AMOUNT_PARENTS = frozenset(text for text in NEUTRAL_PARENTS if re.search("额|收支|收付", text))

_ROLES = (
    (
        "对方",
        re.compile(
            "(?:交易)?对手方?(?:单位|账户)?|(?:交易)?对方(?:单位|账户)?|交易对象|收付款?方|收付款?人"
            "|往来单位|往来方"
        ),
        re.compile("对方|对手|交易对"),
    ),
    (
        "付款方",
        re.compile("付款?方(?:账户)?|付款人|付款单位|付款账户|付款|汇款人|汇款方"),
        re.compile("付款|汇款"),
    ),
    (
        "收款方",
        re.compile("收款?方(?:账户)?|收款人|收款单位|收款账户|收款"),
        re.compile("收款"),
    ),
    (
        "本方",
        re.compile("本方(?:账户|单位)?|我方(?:账户|单位)?|本户|己方(?:账户)?|本单位|本账户"),
        re.compile("本方|我方"),
    ),
)
"""Whose the lower cells are: what goes before them, the upper cells, lower cells that say it."""

_ABOUT = re.compile("(?:基本)?(?:信息|情况|资料|内容|明细)$")
"""Ends of an upper cell that add nothing: 诉求人信息 over 姓名 is 诉求人姓名."""

_FAMILIES = {
    "户名": (
        "名称",
        "姓名",
        "户名",
        "账户名",
        "账户名称",
        "账号名称",
        "单位名称",
        "客户名称",
        "单位",
    ),
    "账号": (
        "账号",
        "账户",
        "账户号",
        "账户号码",
        "账卡号",
        "卡号",
        "账号卡号",
        "卡号账号",
        "银行账号",
        "银行卡号",
    ),
    "开户行": (
        "开户行",
        "开户银行",
        "行名",
        "银行",
        "开户行名",
        "开户行名称",
        "银行名称",
        "开户机构",
        "开户网点",
    ),
    "证件号码": ("证件号码", "证件号", "身份证号", "身份证号码"),
}
_OF_FAMILY = {word: name for name, words in _FAMILIES.items() for word in words}
"""Lower cells of a person or an account to the word that every role knows."""

_AMOUNTS = frozenset(["金额", "发生额", "发生金额", "交易金额", "交易额", "数额", "额"])
"""Lower cells that say no more than that the upper one is an amount; 笔数 is none."""

_SIDES = {
    "借": "借方",
    "贷": "贷方",
    "收": "收入",
    "支": "支出",
    "付": "付款金额",
    "存": "存入",
    "取": "取出",
}
"""What one letter below a name of amounts means; alone it may be a word of direction."""


def group_keys(parents: Sequence[str], leaf: str) -> Iterator[str]:
    """Yield the names of *leaf* under *parents*, topmost first; best first.

    The nearest cell above that is not neutral decides: of whom a cell speaks, or of which side
    an amount is. Under neutral ones alone the lower cell stands for itself.
    """
    spoken = [parent for parent in parents if parent not in NEUTRAL_PARENTS]
    if not spoken:
        yield leaf
        if leaf in _SIDES and any(parent in _AMOUNT_PARENTS for parent in parents):
            yield _SIDES[leaf]
        return
    nearest = spoken[-1]
    if len(parents) > 1:
        yield nearest + leaf
    bare = _ABOUT.sub("", nearest)
    if bare not in {"", nearest}:
        yield bare + leaf
    for role, upper, own_word in _ROLES:
        if upper.fullmatch(bare) or upper.fullmatch(nearest):
            yield role + leaf
            if own_word.match(leaf):
                yield leaf
            if leaf in _OF_FAMILY:
                yield role + _OF_FAMILY[leaf]
            return
    if leaf in _AMOUNTS:
        yield nearest
        yield _SIDES.get(nearest, nearest)
