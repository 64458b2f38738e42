"""Closed word lists: the delivered words every layout shares, and matching of beginnings.

A word ending in ``*`` stands for every text that begins with what is before it. Comparison
ignores letter case, blanks and full-width forms.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType

CURRENCIES = MappingProxyType(
    {
        "CNY": ("人民币", "CNY", "RMB", "156", "人民币元", "元", "CNY人民币", "01"),
        "USD": ("美元", "USD", "840", "14"),
        "HKD": ("港币", "港元", "HKD", "344", "13"),
        "EUR": ("欧元", "EUR", "978", "38"),
        "JPY": ("日元", "日圆", "JPY", "392", "27"),
        "GBP": ("英镑", "GBP", "826", "12"),
        "AUD": ("澳大利亚元", "澳元", "AUD", "036"),
        "CAD": ("加拿大元", "加元", "CAD", "124"),
        "SGD": ("新加坡元", "SGD", "702"),
        "MOP": ("澳门元", "MOP", "446"),
    }
)

SUCCESS = MappingProxyType(
    {
        "ok": ("成功", "01", "1", "交易成功", "是", "Y", "正常", "0000", "success"),
        "failed": ("失败", "02", "0", "00", "交易失败", "否", "N", "不成功", "fail", "failed"),
        "reversal": ("冲正", "撤销", "抹账"),
    }
)

CASH = MappingProxyType(
    {
        "true": ("现金", "现", "1", "01", "是", "Y", "现钞", "现金交易", "true"),
        "false": ("转账", "转", "0", "00", "02", "否", "N", "其它", "其他", "非现金", "非现", "2", "false"),
    }
)

ACCOUNT_STATUS = MappingProxyType(
    {
        "open": ("正常", "开户", "活动", "有效", "启用", "在用", "已开户", "正常户", "0", "存续"),
        "dormant": ("睡眠", "不动户", "久悬", "休眠", "睡眠户", "久悬户", "长期不动户"),
        "closed": ("销户", "已销户", "注销", "已注销", "撤销", "已撤销", "关闭", "结清"),
        "frozen": ("冻结", "已冻结", "止付", "全部冻结", "部分冻结", "只收不付", "暂停非柜面"),
        "lost": ("挂失", "已挂失", "口头挂失", "书面挂失"),
    }
)

CALL_KINDS = MappingProxyType(
    {
        "call": ("语音", "通话", "语音通话", "本地通话", "国内通话", "主叫", "被叫", "电话", "语音主叫", "语音被叫")
        + ("27", "01", "02", "本地", "国内长途", "长途", "漫游", "call", "VOLTE*"),
        "sms": ("短信", "短消息", "短信*", "发短信", "收短信", "点对点短信", "彩信", "彩信*", "sms"),
        "forward": ("呼转", "呼叫转移", "前转", "无条件呼转", "转移呼叫", "forward"),
    }
)

CALL_DIRECTIONS = MappingProxyType(
    {
        "out": ("主叫", "呼出", "主叫*", "发送", "发短信", "语音主叫", "短信发送", "短信主叫", "去话", "out"),
        "in": ("被叫", "呼入", "被叫*", "接收", "收短信", "语音被叫", "短信接收", "短信被叫", "来话", "in"),
    }
)

INVOICE_STATUS = MappingProxyType(
    {
        "ok": ("正常", "有效", "已开具", "蓝字", "未冲红", "正常发票", "0"),
        "void": ("作废", "已作废", "空白作废", "2"),
        "red": ("红冲", "红字", "红字发票", "负数", "3"),
        "red_cancelled": ("已红冲", "已冲红", "全额红冲", "已全额红冲", "红冲-全额", "部分红冲", "已部分红冲")
        + ("红冲-部分", "1", "7"),
    }
)

SATISFACTION = MappingProxyType(
    {
        "yes": ("满意", "非常满意", "基本满意", "很满意", "是"),
        "no": ("不满意", "非常不满意", "很不满意", "否"),
        "none": ("未评价", "一般", "无法评价", "未回访", "未接听", "不作评价"),
    }
)

QUERY_OUTCOMES = MappingProxyType(
    {
        "answered": ("成功", "查询成功", "已反馈", "反馈成功", "有结果", "成功*"),
        "empty": ("无结果", "无数据", "无开户信息", "查无*", "无*"),
        "failed": ("失败", "查询失败", "未反馈", "超时", "失败*", "异常*"),
    }
)

DEFAULTS: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        ("transfers", "currency"): CURRENCIES,
        ("accounts", "currency"): CURRENCIES,
        ("accounts", "status"): ACCOUNT_STATUS,
        ("companies", "currency"): CURRENCIES,
        ("shareholdings", "currency"): CURRENCIES,
        ("calls", "kind"): CALL_KINDS,
        ("calls", "direction"): CALL_DIRECTIONS,
        ("invoices", "status"): INVOICE_STATUS,
        ("tickets", "satisfaction"): SATISFACTION,
        ("query_tasks", "outcome"): QUERY_OUTCOMES,
    }
)
"""Word lists by (table, column), used where the layout has none of its own."""


def comparable(word: str) -> str:
    """The form in which words are compared."""
    return "".join(unicodedata.normalize("NFKC", word).split()).casefold()


class WordList:
    """Codes by delivered word; the longest beginning wins."""

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        self._whole: dict[str, str] = {}
        self._beginnings: list[tuple[str, str]] = []
        for code, spoken in words.items():
            for word in spoken:
                if word.endswith("*") and len(word) > 1:
                    self._beginnings.append((comparable(word[:-1]), code))
                else:
                    self._whole[comparable(word)] = code
        self._beginnings.sort(key=lambda each: -len(each[0]))

    def code(self, word: str) -> str | None:
        """The code of *word*, None if the list does not hold it."""
        spoken = comparable(word)
        found = self._whole.get(spoken)
        if found is not None:
            return found
        return next((code for head, code in self._beginnings if spoken.startswith(head)), None)
