"""Sources that a query summary names: what rows they send, and of which institution."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from qingfeng.ingest.bank_names import bank_in_name


@dataclass(frozen=True, slots=True)
class Kind:
    """What rows of a source are.

    *tables*: where they go, empty if that is not known. *mode*: of trips. *layout*: rows of
    this kind come in it, and no other kind does. *by_bank*: the rows say which bank sent them.
    """

    tables: tuple[str, ...] = ()
    mode: str | None = None
    layout: str | None = None
    by_bank: bool = False


_UNKNOWN = Kind()
_BOOKINGS = Kind(("transfers",), by_bank=True)
_ACCOUNTS = Kind(("accounts",), by_bank=True)
OF_A_BANK = Kind(("transfers", "accounts"), by_bank=True)

SOURCES: tuple[tuple[str, Kind], ...] = (
    ("反洗钱|同车|同住址|同户", _UNKNOWN),
    ("社会保险|社保|医保|公积金|(?:养老|医疗|失业|工伤)保险", _UNKNOWN),
    ("证券.*资金|资金.*证券", _UNKNOWN),
    ("证券|中国结算|股票", Kind(("securities",))),
    ("理财", Kind(("wealth_products",))),
    ("保险|保单", Kind(("insurance",))),
    ("发票", Kind(("invoices",))),
    ("不动产|房产|房屋|住宅|自然资源", Kind(("properties",))),
    ("机动车|车辆", Kind(("vehicles",))),
    ("旅馆|住宿", Kind(("stays",))),
    ("铁路|火车", Kind(("trips",), mode="rail")),
    ("航班|航信|民航|航空", Kind(("trips",), mode="flight")),
    ("出入境|边检", Kind(("trips",), mode="border")),
    (
        "支付机构.*(?:交易|流水)",
        Kind(("transfers",), layout="query_package.payment_transfers"),
    ),
    ("支付机构", Kind(("accounts",), layout="query_package.payment_accounts")),
    ("人民银行.*[账帐]户", Kind(("accounts",), layout="query_package.central_bank_accounts")),
    ("[账帐]户信息?[及和与、,/+].*(?:流水|明细)|(?:流水|明细)[及和与、,/+].*[账帐]户", OF_A_BANK),
    ("流水|交易明细|交易记录|银行交易|资金交易|交易信息", _BOOKINGS),
    ("[账帐]户", _ACCOUNTS),
    ("税", Kind(("taxes",))),
    (
        "市场监管|工商(?!银行)|企业登记",
        Kind(("company_roles", "shareholdings", "companies", "branches")),
    ),
    ("户籍|人口|人员", Kind(("persons",))),
)
"""Words in the name of a source, and the rows it sends; first match decides."""

SUBJECTS: dict[str, tuple[tuple[str, str], ...]] = {
    "transfers": (("holder_name", "holder_id"),),
    "accounts": (("holder_name", "holder_id"),),
    "properties": (("holder_name", "holder_id"),),
    "vehicles": (("holder_name", "holder_id"),),
    "stays": (("name", "person_id"),),
    "trips": (("name", "person_id"),),
    "securities": (("holder_name", "holder_id"),),
    "wealth_products": (("holder_name", "holder_id"),),
    "insurance": (("holder_name", "holder_id"),),
    "invoices": (("seller_name", "seller_id"), ("buyer_name", "buyer_id")),
    "taxes": (("taxpayer_name", "taxpayer_id"),),
    "company_roles": (("person_name", "person_id"), ("company_name", "company_id")),
    "shareholdings": (("holder_name", "holder_id"), ("company_name", "company_id")),
    "companies": (("name", "company_id"),),
    "branches": (("company_name", "company_id"),),
    "persons": (("name", "person_id"),),
}
"""Columns of each table that name whom a row is about, the number last."""

_NATIONWIDE = frozenset(
    {
        "中国工商银行", "中国农业银行", "中国银行", "中国建设银行", "交通银行", "招商银行",
        "中国邮政储蓄银行", "上海浦东发展银行", "中信银行", "中国光大银行", "光大银行",
        "中国民生银行", "民生银行", "兴业银行", "平安银行", "华夏银行", "广发银行", "恒丰银行",
        "浙商银行", "渤海银行",
    }
)  # fmt: skip
_WALLET = re.compile("财付通|支付宝")
_LOCAL = re.compile(
    "[一-鿿]{1,20}?(?:农商行|农村商业银行|农商银行|信用社|信用合作联社|信用联社|村镇银行)"
)
_BRANCH = re.compile(
    r"(?<=银行)(?:股份|有限|责任)*公司.*$|(?<=银行)(?!业)[一-鿿]{0,12}(?:分行|支行).*$"
)
_OF_NO_ONE = re.compile("人民银行|银行业|各|全部|所有|名下|个人|对公|国内|查询|本人|商业银行机构")
_WORDS = re.compile("(?:交易明细|账户交易|交易流水|流水|明细|[账帐]户|信息|定向查询|查询).*$")


def kind_of(source_name: str | None, asked_for: str | None = None) -> Kind:
    """The rows of a source; what was asked for, where the summary says so, goes first.

    Unless the source's name says more closely what the same rows are.
    """
    asked, named = (_kind_in(text) for text in (asked_for, source_name))
    if asked and named and named.tables == asked.tables and (named.layout or named.mode):
        return named
    return asked or named or (OF_A_BANK if institution_of(source_name) else _UNKNOWN)


def tables_asked_for(asked_for: str | None) -> tuple[str, ...]:
    """The tables of bookings or accounts that alone were asked for; empty if it does not say."""
    kind = _kind_in(asked_for) or _UNKNOWN
    return kind.tables if kind.by_bank else ()


def _kind_in(text: str | None) -> Kind | None:
    return next((kind for words, kind in SOURCES if text and re.search(words, text)), None)


def institution_of(name: str | None) -> str | None:
    """``建设银行交易明细``, ``中国建设银行股份有限公司某某支行`` as ``中国建设银行``."""
    if not name:
        return None
    bare = re.sub(r"[【\[(（].*?[)）\]】]", "", unicodedata.normalize("NFKC", name).strip())
    bare = _WORDS.sub("", bare)
    if _OF_NO_ONE.search(bare):
        return None
    if found := _WALLET.search(bare) or _LOCAL.search(bare):
        return found.group()
    bank = bank_in_name(_BRANCH.sub("", bare))
    return bank_in_name(_BRANCH.sub("", bank)) if bank else None


def is_known(institution: str, banks: Collection[str | None]) -> bool:
    """Is it surely one institution, and not words that only look like one?"""
    return (
        institution in _NATIONWIDE
        or institution in banks
        or bool(_WALLET.fullmatch(institution) or _LOCAL.fullmatch(institution))
    )


def same_source(name: str | None) -> str:
    """The form in which names of sources and of their folders are compared."""
    bare = "".join(unicodedata.normalize("NFKC", name or "").split())
    return re.sub(r"[(（]定向查询[)）]$", "", bare)
