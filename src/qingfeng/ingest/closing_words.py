"""The words of rows that sum up, carry a balance or close a table, and belong to no record.

Forms are those of RE2 and of Python alike, and speak of text without any blank in it.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

TOTAL, CARRIED, FOOTER = "total", "carried", "footer"
"""What a row that is no record may be: it sums up, it carries a balance, it closes the table."""

HEADER = "header"
"""A row that says the header again."""

SECTION = "section"
"""A row that names the place of the rows below it."""

KINDS = (TOTAL, CARRIED, FOOTER, HEADER, SECTION)

BLANKS = r"[\s\x00-\x1f" "\u00a0\u2000-\u200f\u2060\u3000\ufeff]+"
"""What is taken out of a text before it is held against a form; ``\\s`` alone knows ASCII only."""

_CURRENCY = "人民币|本币|原币|外币|美元|美金|港币|港元|欧元|英镑|日元|澳元|加元"
_PERIOD = "本页|此页|当页|本月|当月|本日|当日|当天|本季|本期|当期|本次|本年|当年|全年|年度|月度"
_SIDE = "收入|支出|收方|付方|借方|贷方|借|贷|存入|支取|转入|转出"
_WHOSE = f"({_CURRENCY}|{_PERIOD}|{_SIDE}|本户|当前|全部|各项|以上|累计|交易|发生|金额|应发|实发)*"
_SUM = "(总合计|合计|小计|总计|累计|共计|汇总)"
_OF = "(发生额|金额|笔数|户数|人数|数量|面积|数|额)?"
_COUNTED = r"([(（]?共?\d[\d.,]*(人|户|名|笔|条|件|个|项|页|份|宗|亩|元)?[)）]?)?"
_TOTAL_EN = r"(?i:(sub|grand|page)?[-_]?totals?[:：]?)"

_FIGURE = (
    rf"[#＃]?(({_SIDE}|中性交易|不计收支|其他)[:：]?(合计)?\d[\d,]*笔.*"
    rf"|({_SIDE}|交易|总)(总|合计)?(笔数|金额)[:：].*)"
)
"""What bills say below a table: ``收入：1笔5.00元``, ``支出金额：1,500.00``."""

TOTAL_FORM = (
    rf"^({_FIGURE}|[#＃]?{_WHOSE}{_SUM}({_OF}[:：].*|{_OF}(人民币)?[(（]大写[)）].*|[(（]?\d.*|{_OF}{_COUNTED})|{_TOTAL_EN}"
    r"|共计?\d+(户|人|名|件|项))$"
)
"""A leading cell that says total."""

TOTAL_WORDS = rf"^({_WHOSE}{_SUM}{_OF}{_COUNTED}[:：]?|{_TOTAL_EN})$"
"""A cell anywhere in a row that says nothing but total."""

MILD_TOTAL = (
    rf"^({_PERIOD}|{_SIDE}|[日月页季年]|[月日年期]末|本卡|入账|出账|余额|累计)*"
    r"(合计|[日月页季年旬]计|发生额?|总额|总笔数|[日月]结)(合计|累计)?[:：]?$"
)
"""What may sum up, and may be what a payment is for: the rest of the row decides."""

PLACE_TOTAL = rf"^[\p{{Han}}A-Za-z0-9()（）]{{1,12}}(合计|小计|总计|共计){_OF}{_COUNTED}[:：]?$"
"""The total of a village, a group, a firm. A person may be called so."""

_WHEN = (
    "上期|上月|上年|上年度|上日|昨日|前期|前日|期初|年初|月初|日初|承前|承上|上页|前页|本期|本月|本日|本年"
    "|当日|当月|当前|期末|年末|月末|日末|日终|本页"
)
CARRIED_FORM = (
    rf"^(({_WHEN})(账户|帐户|可用|存款)?(余额|结余|余額|結餘|结存|結存)(结转|转入)?"
    r"|(承前|承上|接上|接前|转下|過次|过次|接下)页?|承前頁|過次頁|转次页|结转下[页期年]"
    r"|(上年|上期|上月|上页)(结转|结存)|(期初|年初|月初|期末|年末|月末)数?|(账户|帐户|今日|可用)余额"
    r"|(?i:(opening|closing|beginning|ending|previous)balance|balance(brought|carried)(forward|down)"
    r"|(balance)?[bc]/f(balance)?|(brought|carried)forward))[:：]?$"
)
"""A balance carried from or to another page or period: no booking, though it may hold a day."""

_BY_WHOM = (
    "负责人|经办人?|经手人|审核人?|复核人?|制表人?|制单人?|填表人?|填报人?|主管|会计|出纳|记账|打印"
    "|书记|主任|村长|组长|监委会"
)
FOOTER_FORM = (
    rf"^[\p{{Han}}]{{0,6}}({_BY_WHOM})[^,，\d]{{0,8}}[:：]|签字[)）]?[:：]|签章[)）]?[:：]|盖章[)）]?[:：]"
    r"|^([过過]次页|承前页|接上页|转下页)$|^(人民币|合计|总)?金额[(（]?大写[)）]?[:：]"
    r"|^(生成|公示|打印|导出|下载|查询|制表|填表|填报|出具|统计|报送|申请)(时间|日期|人|员|柜员|机构|网点)[:：]"
    r"|^第\d+页|^共\d+(页|条|笔)|^[-=—－_*＊]{6,}|^(注|说明|备注|温馨提示|特别提示)[:：]"
    r"|^(Endof|本页结束|\[END\])|^[-=—－_*＊(（]*(以下|下面)?(无正文|空白)[-=—－_*＊)）。.]*$"
    r"|^[已待](收入|支出)[:：]\d+笔|^[#＃]?以上(为|是)?(全部|所有|本次|查询)?的?(交易)?(记录|数据|明细|内容)"
)
"""Signatures, dates of print, notes, page numbers."""

LIKELY = "计|汇总|发生|总额|笔数|[日月]结|(?i:total)"
LIKELY_CARRIED = (
    "余额|结余|余額|結餘|结存|結存|结转|承[前上]|接[前上下]|[过過]次|次页|转下|[初末]数|期[初末]|[年月][初末]"
    "|(?i:balance|forward|/f)"
)
"""A text without one of these fits none of the forms; looked for first, as it is cheap."""

COUNT_ONLY = r"[(（]?共?\d[\d.,]*(人|户|名|笔|条|件|个|项|份|宗)?[)）]?|=[A-Za-z]+[(].*[)]"
"""What a total says in a column of texts: how many, not who; or the formula that counts."""

LABEL = r"[\p{Han}（）()]{2,12}[:：]"
"""A label, the value of which may stand behind it: 制表：, 日期：2024.6.30."""

_SQUEEZING = re.compile(BLANKS)
_PYTHON = {
    form: re.compile(form.replace(r"\p{Han}", "一-鿿"))
    for form in (TOTAL_FORM, TOTAL_WORDS, MILD_TOTAL, PLACE_TOTAL, CARRIED_FORM, FOOTER_FORM)
}
_PART = re.compile(rf"小计|{_PERIOD.replace('|本年|当年|全年|年度', '')}")
_WHOLE = re.compile(rf"{_FIGURE}|[#＃]?{_WHOSE}{_SUM}|{_TOTAL_EN}")


def squeezed(values: pa.Array) -> pa.Array:
    """Texts without blanks, marks of readers, and the ``="…"`` around a cell."""
    bare = pc.replace_substring_regex(values, BLANKS, "")
    return pc.replace_substring_regex(bare, r'^="(.*)"$', r"\1")


def squeeze(text: str) -> str:
    """One text without blanks."""
    return _SQUEEZING.sub("", text)


def says(form: str, text: str) -> bool:
    """Does a squeezed *text* fit one of the forms of this module?"""
    return _PYTHON[form].search(text) is not None


def is_part(label: str) -> bool:
    """Does a total speak of a page, a day, a place rather than of the whole? *label*: squeezed."""
    return bool(_PART.search(label)) or _WHOLE.match(label) is None
