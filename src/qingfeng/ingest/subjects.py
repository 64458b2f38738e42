"""The person, or firm, that the text around a table names: beside which of its rows it may stand.

A name and an ID number are one statement. They are put beside a row together or not at all: a
row that names somebody else in either of them, or in a column that nobody reads, keeps what it
says and gets nothing. A firm's columns take no citizen's number.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.identifiers import is_citizen_number, upgrade_citizen_number
from qingfeng.ingest.delivery import NOTHING, Cells, plain
from qingfeng.ingest.header_text import normalise_header
from qingfeng.ingest.layout import Layout

_HOLDER = ("holder_name", "holder_id")

_NUMBERED = r"^[(（](?:[一二三四五六七八九十]{1,3}|\d{1,3})[)）]\s*"
_IN_BRACKETS = r"^[^(（]*[(（](?P<name>.+?)[)）]?$"

_ROLES = (
    "姓名|户名|权利人|产权人|所有人|所有权人|车主|业主|房主|户主|机主|持有人|持卡人|投资者|投资人"
    "|投保人|旅客|乘客|乘车人|乘机人|住客|入住人|客户|纳税人|当事人|购票人|购房人"
)
_NAMES_PERSON = re.compile(rf".*(?:{_ROLES})(?:中文)?(?:姓名|名称|名)?|名称")
_NUMBERS_PERSON = re.compile(r".*(?:身份证|证件|证照|公民身份)件?(?:证?号码?)?")
_NAMES_FIRM = re.compile(r"(?:企业|公司|企业机构|机构|市场主体|单位|查询)名称")
_NUMBERS_FIRM = re.compile(r"(?:企业|公司|机构|单位)?(?:统一社会)?信用代码")
_SOMEBODY_ELSE = re.compile(
    "对方|对手|交易对|交易方|共有|共用|代办|代理|经办|同行|同住|同车|被保险|受益|紧急|联系|监护"
    "|法定代表|法人|配偶|家属|亲属|关联|操作|柜员|审核|制表|曾用|商户|商品|产品|项目|机构|银行|单位"
    "|品牌|旅店|酒店|宾馆|类型|类别|种类|证券名|股票名|基金名|费用|航空|车站|机场|用户"
)
"""Headers that speak of another than the owner, or of a thing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a path or a preamble names; either part may be missing."""

    name: str | None = None
    number: str | None = None

    def __bool__(self) -> bool:
        return bool(self.name or self.number)

    @classmethod
    def among(cls, said: Mapping[str, str], columns: tuple[str | None, str | None]) -> Subject:
        """The one that *said*, column to text, names in these columns."""
        name, number = (said.get(column) if column else None for column in columns)
        return cls(name, number)

    def within(self, columns: tuple[str | None, str | None]) -> dict[str, str]:
        """Its parts by column, as far as it has them."""
        parts = zip(columns, (self.name, self.number), strict=True)
        return {column: text for column, text in parts if column and text}

    def agrees_with(self, other: Subject) -> bool:
        """Is there nothing that both say, and differently?"""
        names = self.name and other.name and _bare_name(self.name) != _bare_name(other.name)
        numbers = self.number and other.number and not (_forms(self.number) & _forms(other.number))
        return not (names or numbers)


def columns_of(layout: Layout) -> tuple[str | None, str | None]:
    """The columns of the layout's table for the name and the number of its subject."""
    if not layout.subject:
        return _HOLDER
    name, number = (layout.subject.get(part) for part in ("name", "id"))
    if number == "holder_id":
        name = name or "holder_name"
    return name, number


def subject_of(layout: Layout, facts: Mapping[str, str]) -> Subject:
    """Whom the path names, as far as the layout's columns may take it.

    A registry of firms that was asked about a citizen speaks of the firms that the citizen has
    to do with: the subject of the question is none of them.
    """
    name, number = columns_of(layout)
    asked = facts.get("subject_id")
    if _of_firms(layout) and (asked is None or _is_of_a_citizen(asked)):
        return Subject()
    if not layout.subject.get("name"):
        name = None
    given = facts.get("subject_name")
    return Subject(given if name else None, asked if number and layout.subject else None)


def _of_firms(layout: Layout) -> bool:
    return (layout.subject.get("id") or "").startswith("company")


def _is_of_a_citizen(number: str) -> bool:
    """Is it a citizen's number, or shaped like one with a wrong digit?"""
    shaped = re.fullmatch(r"\d{6}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx]", number)
    return bool(shaped or is_citizen_number(number) or upgrade_citizen_number(number))


def _bare_name(text: str) -> str:
    bare = re.sub(_NUMBERED, "", unicodedata.normalize("NFKC", text).strip())
    return "".join(bare.split()).casefold()


def _forms(number: str) -> set[str]:
    """The spellings of one number: a citizen's of 15 digits and of 18."""
    bare = re.sub(r"[\s'`\x01]", "", unicodedata.normalize("NFKC", number)).upper()
    found = {bare, upgrade_citizen_number(bare) or bare}
    if is_citizen_number(bare) and bare[6:8] == "19":
        found.add(bare[:6] + bare[8:17])
    return found


@dataclass(frozen=True, slots=True)
class Beside:
    """What became of a subject: the cells of its columns, and the rows left without it.

    *others*: how many rows lack a part and name somebody else by the other. *accounts*: how many
    name nobody, on an account that other rows say is somebody else's. *doubtful*: header of a
    column that is not read, to the number of rows in which it names somebody else.
    """

    cells: Mapping[str, Cells]
    others: int = 0
    accounts: int = 0
    doubtful: Mapping[str, int] = field(default_factory=dict)

    def remarks(self) -> Iterator[tuple[str | None, str]]:
        """Column and text of what is to be said about the rows left without the subject."""
        if self.others:
            yield None, f"{self.others:,} rows {_OTHERS}"
        if self.accounts:
            yield None, f"{self.accounts:,} rows {_ACCOUNTS}"
        for header, rows in self.doubtful.items():
            yield header, f"not read, and it may say whose {rows:,} rows are: {_WITHHELD}"


_WITHHELD = "whom the file name or the rows above the table name was not put beside them"
_ACCOUNTS = f"name nobody, on an account that other rows say is somebody else's: {_WITHHELD}"
_OTHERS = f"name somebody else, and not in full: {_WITHHELD}"


def beside(
    fields: Mapping[str, Cells],
    subject: Subject,
    layout: Layout,
    unread: Mapping[str, Cells],
    height: int,
) -> Beside:
    """Put *subject* beside the rows that are its own.

    *unread*: header to cells of the columns that are not taken and ``may_name_owner``. A row
    that names nobody is the subject's, unless all that name anybody beside its account name
    somebody else; one that names it by one part gets the other. Where the subject is known by one
    part only and the rows name several by the other, it is the one that most rows name.
    """
    columns = columns_of(layout)
    parts = list(zip(columns, (subject.name, subject.number), strict=True))
    said = [None if column is None else _said(fields, column) for column in columns]
    otherwise = _named_otherwise(unread, subject)
    if not otherwise and said == [None, None]:
        given = subject.within(columns).items()
        return Beside({name: pa.repeat(text, height).dictionary_encode() for name, text in given})
    names, numbers = (pa.repeat("", height) if each is None else each for each in said)
    named, numbered = (pc.not_equal(each, "") for each in (names, numbers))
    same_name, same_number = _same(subject, names, numbers)
    fits = pc.and_(pc.or_(pc.invert(named), same_name), pc.or_(pc.invert(numbered), same_number))
    free = fits
    for rows in otherwise.values():
        free = pc.and_(free, pc.invert(rows))
    own = pc.and_(fits, pc.or_(named, numbered))
    of_others = pc.and_(_on_accounts_of(pc.invert(free), own, fields), pc.and_not(fits, own))
    free = pc.and_not(free, of_others)
    found: dict[str, Cells] = {}
    lacking = pa.repeat(pa.scalar(False), height)
    for (column, text), filled in zip(parts, (named, numbered), strict=True):
        if column is None or text is None:
            continue
        blank = pc.invert(filled)
        lacking = pc.or_(lacking, blank)
        cells = plain(fields[column]) if column in fields else pa.repeat("", height)
        found[column] = pc.if_else(pc.and_(blank, free), text, cells)
    others = pc.and_(lacking, pc.invert(fits))
    withheld = {header: pc.and_(pc.and_(lacking, fits), each) for header, each in otherwise.items()}
    counted = {header: each.true_count for header, each in withheld.items() if each.true_count}
    of_others = functools.reduce(pc.and_not, withheld.values(), pc.and_(lacking, of_others))
    return Beside(found, others.true_count, of_others.true_count, counted)


def _on_accounts_of(others: pa.Array, own: pa.Array, fields: Mapping[str, Cells]) -> pa.Array:
    """Rows of an account, or card, on which a row of *others* stands, and none of *own*."""
    found = pa.repeat(pa.scalar(False), len(others))
    if not others.true_count:
        return found
    for name in ("account", "card"):
        if name in fields:
            texts = _comparable(fields[name])
            theirs = pc.unique(texts.filter(pc.and_(others, pc.not_equal(texts, ""))))
            theirs = theirs.filter(pc.invert(pc.is_in(theirs, value_set=texts.filter(own))))
            found = pc.or_(found, pc.is_in(texts, value_set=theirs))
    return found


def _said(fields: Mapping[str, Cells], column: str) -> pa.Array | None:
    """What the rows say of one part, in comparable form, blanks empty; None without a column."""
    texts = [_comparable(fields[each]) for each in (column, f"{column}.or") if each in fields]
    if column == "holder_name" and "holder.mixed" in fields:
        mixed = pc.extract_regex(_comparable(fields["holder.mixed"]), _IN_BRACKETS)
        texts.append(pc.fill_null(pc.struct_field(mixed, "name"), ""))
    if not texts:
        return None
    said = texts[0]
    for further in texts[1:]:
        said = pc.if_else(pc.equal(said, ""), further, said)
    return said


def _comparable(cells: Cells) -> pa.Array:
    """Names and numbers as they are compared: by distinct value, then spread over the rows."""
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    bare = pc.utf8_normalize(pc.utf8_trim_whitespace(plain(encoded.dictionary)), form="NFKC")
    bare = pc.replace_substring_regex(bare, _NUMBERED, "")
    bare = pc.replace_substring_regex(bare, r"[\s\x01'`]|^-+$", "")
    blank = pc.is_in(bare, value_set=pa.array(NOTHING))
    return pc.utf8_lower(pc.if_else(blank, "", bare)).take(encoded.indices)


def _same(subject: Subject, names: pa.Array, numbers: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Rows whose name is the subject's, and rows whose number is."""
    forms = pa.array([each.lower() for each in _forms(subject.number or "")], pa.string())
    by_name = pc.equal(names, _bare_name(subject.name or ""))
    by_number = pc.is_in(numbers, value_set=forms)
    if subject.name is None:
        by_name = _of_most(names)
    if subject.number is None:
        by_number = _of_most(numbers)
    return by_name, by_number


def _of_most(texts: pa.Array) -> pa.Array:
    """Rows that say what more than half of those that say something say."""
    filled = texts.filter(pc.not_equal(texts, ""))
    counts = pc.value_counts(filled)
    if not len(counts):
        return pa.repeat(pa.scalar(False), len(texts))
    most = max(counts.to_pylist(), key=lambda each: each["counts"])
    if most["counts"] * 2 <= len(filled):
        return pa.repeat(pa.scalar(False), len(texts))
    return pc.equal(texts, most["values"])


def _named_otherwise(unread: Mapping[str, Cells], subject: Subject) -> dict[str, pa.Array]:
    """Header of a column that is not read, to the rows in which it names somebody else."""
    own = {_bare_name(subject.name)} if subject.name else set()
    own |= {each.lower() for each in _forms(subject.number)} if subject.number else set()
    known = pa.array(sorted({*own, ""}), pa.string())
    found = {
        header: pc.invert(pc.is_in(_comparable(cells), value_set=known))
        for header, cells in unread.items()
    }
    return {header: rows for header, rows in found.items() if rows.true_count}


def may_name_owner(header: str, layout: Layout) -> bool:
    """May a column of this header name the person, or firm, that a row belongs to?"""
    text = normalise_header(re.sub(r"__\d+$", "", header))
    if _of_firms(layout):
        return bool(_NAMES_FIRM.fullmatch(text) or _NUMBERS_FIRM.fullmatch(text))
    if _SOMEBODY_ELSE.search(text):
        return False
    return bool(_NAMES_PERSON.fullmatch(text) or _NUMBERS_PERSON.fullmatch(text))
