"""What the path of a delivered file says: bank, subject, account; one rule a naming custom."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from qingfeng.identifiers import is_citizen_number, is_credit_code, upgrade_citizen_number
from qingfeng.ingest.bank_names import bank_in_folder, bank_in_name
from qingfeng.ingest.roster_names import period_in, village_in
from qingfeng.ingest.shapes import CURRENCIES, is_card, is_masked

_TABLE_NAMES = (
    "人员联系方式信息",
    "关联子账户信息",
    "账户基本信息",
    "子账户信息",
    "交易明细信息",
    "账户交易明细",
    "人员住址信息",
    "强制措施信息",
    "任务信息",
    "账户信息",
    "人员信息",
    "交易明细",
    "交易流水",
    "银行流水",
    "反馈结果",
    "流水",
    "明细",
    "调单",
)
"""Names of delivered tables, longer ones first."""

_BRACKETS = re.compile(r"【[^】]*】|\[[^\]]*\]|[(（][^)）]*[)）]")
_DISCIPLINE = re.compile(
    r"^(?P<name>[^_]+)_(?P<id>[0-9A-Za-z]{15,18})_(?P<request>国监查【?\d*】?第\d+号)(?:_(?P<what>.+))?$"
)
_NUMBERED = re.compile(r"^[(（](?:[一二三四五六七八九十]{1,3}|\d{1,3})[)）]\s*")
_FOLDER = re.compile(r"^(?P<source>.+?)[(（]定向查询[)）]$")


_STEP = re.compile(
    r"[/\\]|(?<=\.zip)·|(?<=\.rar)·|(?<=\.7z)·|(?<=\.tar)·|(?<=\.gz)·|(?<=\.tgz)·", re.IGNORECASE
)
"""A dot stands between an archive and its member; elsewhere it belongs to a person's name."""


def _steps(path: str) -> list[str]:
    return [step for step in _STEP.split(path) if step]


def _stem(path: str) -> str:
    steps = _steps(path)
    name = steps[-1] if steps else ""
    return re.sub(r"\.[A-Za-z0-9]{2,5}$", "", unicodedata.normalize("NFC", name))


def bank_of(path: str, sheet: str = "") -> dict[str, str]:
    """``【甲】测试农业银行交易明细信息[1].csv`` names the bank 测试农业银行; else nothing.

    A sheet goes before the file, the file before its folders, the nearest first. A folder must
    name nothing else. A queried source, 建设银行（定向查询）, may be a bank; above its folder
    nothing is looked for.
    """
    for name in (sheet, _stem(path)):
        if bank := bank_in_name(_without_tables(name)):
            return {"bank": bank}
    for step in reversed(_steps(path)[:-1]):
        if source := _FOLDER.match(step):
            bank = bank_in_folder(_without_tables(source.group("source")))
            return {"bank": bank} if bank else {}
        if bank := bank_in_folder(_without_tables(re.sub(r"\.\w{2,4}$", "", step))):
            return {"bank": bank}
    return {}


def _without_tables(name: str) -> str:
    name = _BRACKETS.sub("", unicodedata.normalize("NFC", name))
    for word in _TABLE_NAMES:
        name = name.replace(word, "_")
    return name


def discipline_of(path: str, _sheet: str = "") -> dict[str, str]:
    """``姓名_证件号_国监查【年】第NNNNNN号_数据名.xlsx`` under ``来源（定向查询）``.

    Gives subject_name, subject_id, request_reference, what, source; only those that stand there.
    A number before the name, ``(一)甲某``, is none of it.
    """
    given: dict[str, str] = {}
    if named := _DISCIPLINE.match(_stem(path)):
        parts = named.groupdict()
        name = _NUMBERED.sub("", parts["name"]) or parts["name"]
        given = {"subject_name": name, "subject_id": parts["id"].upper()}
        given["request_reference"] = parts["request"]
        if parts["what"]:
            given["what"] = parts["what"]
    for step in _steps(path)[:-1]:
        if folder := _FOLDER.match(step):
            given["source"] = folder.group("source")
    return given


def sheet_id_of(_path: str, sheet: str) -> dict[str, str]:
    """A sheet named by an ID number belongs to that person."""
    found = re.fullmatch(r"(\d{17}[\dXx]|\d{15})(?:[_-].*)?", sheet.strip())
    return {"subject_id": found.group(1).upper()} if found else {}


def id_folder_of(path: str, _sheet: str = "") -> dict[str, str]:
    """``…/IDCARD/证件号/账号/…`` of judicial Tenpay packages: subject_id and account."""
    steps = _steps(path)
    for position, step in enumerate(steps[:-1]):
        if step.casefold() == "idcard" and position + 2 < len(steps):
            given = {"subject_id": steps[position + 1].upper()}
            if position + 3 < len(steps):
                given["account"] = steps[position + 2]
            return given
    return {}


_NUMBER = re.compile(r"(?<![0-9A-Za-z*＊])[0-9][0-9*＊]{10,17}[0-9](?![0-9A-Za-z*＊])")
_DAY = r"(?:19[5-9]\d|20[0-3]\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_NO_ACCOUNT = re.compile(rf"{_DAY}\d+|\d{{6}}{_DAY}\d{{4}}|(?:0?86)?1[3-9]\d{{9}}|1[2-9]\d{{11}}")
"""Days with what runs on behind them (a period, a moment, a running number), numbers shaped like
a citizen's, mobile phones, and milliseconds since 1970 of the years 2008 to 2033."""

_NUMBER_OF = re.compile(
    "(?:订单|单号|编号|流水号|序号|客户号?|第|文号|批次|任务|请求|查询|凭证|回单|调证|发票|票据|保单"
    "|电话|手机|证件|身份证|税号|日期|时间|截至|导出|打印|下载)[号码]*[:：_ \\-]*$"
)
"""What stands before a number that is none of an account."""

_WECHAT_ID = re.compile(r"(?<![0-9A-Za-z])wxid_[0-9A-Za-z]{6,20}(?![0-9A-Za-z])")


def number_of(path: str, sheet: str = "") -> dict[str, str]:
    """``甲某_6225…_交易明细.csv`` names the card, or the account, of the statement in it.

    So does a sheet, which goes before its file.

    A number is 12 to 19 digits by themselves. The name of a sheet may be longer, and may have a
    currency behind it (``…_USD``): an account's, if nothing else stands in it. What a name
    calls the number of something else (订单, 编号, 第…号) is none, nor are citizen numbers, credit
    codes, mobile phones, days and moments (``20240102123000``, ``2024010120240630``,
    milliseconds since 1970); tails (``尾号0125``) are too short. Digits of a card range that pass
    Luhn are a card, a number with a hidden middle is ``account_masked``, any other an account.
    Two different numbers name nothing.
    """
    if (whole := _SHEET.fullmatch(sheet.strip())) and _may_be_an_account(sheet.strip(), whole):
        number, currency = whole["number"], whole["currency"]
        beside = {"currency": currency} if currency else {}
        return {"card" if is_card(number) else "account": number, **beside}
    found = _numbers(sheet) or _numbers(_stem(path))
    if len(found) != 1:
        return {}
    number = found.pop()
    if is_masked(number):
        return {"account_masked": number}
    return {"card" if is_card(number) else "account": number}


_SHEET = re.compile(rf"(?P<number>[0-9]{{12,25}})(?:[_ \-(（]*(?P<currency>{CURRENCIES})[)）]?)?")


def _numbers(name: str) -> set[str]:
    return {found.group() for found in _NUMBER.finditer(name) if _may_be_an_account(name, found)}


_CALLED_ACCOUNT = re.compile(r"(?:[账帐][号户]|卡号)[:：_ \-]*$")


def _may_be_an_account(name: str, found: re.Match[str]) -> bool:
    text = found["number"] if "number" in found.re.groupindex else found.group()
    if _CALLED_ACCOUNT.search(name[: found.start()]):
        return True
    if _is_of_a_person_or_firm(text) or _NO_ACCOUNT.fullmatch(text):
        return False
    of_else = _NUMBER_OF.search(name[: found.start()]) or name[found.end() :].startswith("号")
    return is_card(text) or not of_else


def _is_of_a_person_or_firm(text: str) -> bool:
    return is_citizen_number(text) or bool(upgrade_citizen_number(text)) or is_credit_code(text)


def wechat_id_of(path: str, _sheet: str = "") -> dict[str, str]:
    """``微信支付账单_wxid_….csv`` names the account; two different IDs name nothing."""
    found = set(_WECHAT_ID.findall(_stem(path)))
    return {"account": found.pop()} if len(found) == 1 else {}


_PHONE = re.compile(r"(?<![0-9*＊])(?:\+?0?86[- ]?)?(1[3-9]\d{9})(?![0-9*＊])")


def phone_in(text: str) -> str | None:
    """The one mobile number in *text*; None if there is none, or another beside it."""
    found = set(_PHONE.findall(text))
    return found.pop() if len(found) == 1 else None


def phone_of(path: str, sheet: str = "") -> dict[str, str]:
    """``移动详单_139….xlsx`` names the number whose calls it lists; a sheet goes before it."""
    number = phone_in(sheet) or phone_in(_stem(path))
    return {"owner_number": number} if number else {}


_ANSWERED = re.compile(r"任务信息\W*(成功|失败)")


def answered_of(path: str, sheet: str = "") -> dict[str, str]:
    """任务信息(失败) lists queries that failed, 任务信息(成功) the others."""
    for name in (sheet, _stem(path)):
        if found := _ANSWERED.search(name):
            return {"outcome": found.group(1)}
    return {}


def travelled_of(path: str, sheet: str = "") -> dict[str, str]:
    """A sheet, or file, named 未成行 lists what was booked and not travelled; 已成行 the rest."""
    for name in (sheet, _stem(path)):
        if "未成行" in name:
            return {"travelled": "否"}
        if "已成行" in name:
            return {"travelled": "是"}
    return {}


def roster_of(path: str, sheet: str = "") -> dict[str, str]:
    """``2024年1月低保.csv`` names the period of a roster, ``东山村`` its village; a sheet first."""
    names = (sheet, _stem(path))
    said = {
        "period": period_in(names),
        "village": next(filter(None, map(village_in, names)), None),
    }
    return {key: text for key, text in said.items() if text}


FILE_RULES: Mapping[str, Callable[[str, str], dict[str, str]]] = MappingProxyType(
    {
        "bank": bank_of,
        "discipline": discipline_of,
        "sheet_id": sheet_id_of,
        "id_folder": id_folder_of,
        "number": number_of,
        "phone": phone_of,
        "answered": answered_of,
        "roster": roster_of,
        "travelled": travelled_of,
        "wechat_id": wechat_id_of,
    }
)


def read_path(path: str, sheet: str, rules: Iterable[str]) -> dict[str, str]:
    """Apply the named rules in order; the first to name a key wins."""
    found: dict[str, str] = {}
    for rule in rules:
        for key, value in FILE_RULES[rule](path, sheet).items():
            found.setdefault(key, value)
    return found


_OWNER_KEYS = ("account", "card", "account_masked", "subject_id", "owner_number", "bank")


def name_different_owners(one: str, other: str) -> bool:
    """Do two paths name two accounts, persons, phones or banks?"""
    rules = ("discipline", "number", "phone", "wechat_id", "bank")
    said, otherwise = (read_path(path, "", rules) for path in (one, other))
    return any(
        key in said and key in otherwise and said[key] != otherwise[key] for key in _OWNER_KEYS
    )
