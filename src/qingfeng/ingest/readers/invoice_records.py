"""The invoices in one XML tree: a record each, a record a line, and what no header stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from lxml import etree

from qingfeng.ingest.readers import invoice_words as words

_DIGITAL_LENGTH = 20
_IGNORED = re.compile(r"[\s_\-（()）]")
_JOINT = "；"
_NUMBER_NAMES = tuple(name for name in words.OF_INVOICE[words.NUMBER] if name != words.ENTITY_ID)
_RED_OF = "被红冲蓝字发票号码"
_OF_LINE = frozenset(name for names in words.OF_LINE.values() for name in names)
_KNOWN = _OF_LINE | {name for names in words.OF_INVOICE.values() for name in names}

Record = dict[str, str]
"""Header to text; what no header stands for by the name of its element."""


def invoices_in(root: etree._Element) -> list[etree._Element]:
    """Return the elements that hold one invoice each: as high up as holds one number."""
    numbered = [
        element
        for element in _walk(root, into_lines=True)
        if name_of(element) in _NUMBER_NAMES and (element.text or "").strip()
    ]
    if not numbered:
        record = headed(_pairs(root))
        return [root] if record[words.NUMBER] or record[words.DIGITAL_NUMBER] else []
    holders: dict[etree._Element, int] = {}
    for element in numbered:
        for ancestor in element.iterancestors():
            holders[ancestor] = holders.get(ancestor, 0) + 1
    invoices: list[etree._Element] = []
    for element in numbered:
        alone = [ancestor for ancestor in element.iterancestors() if holders[ancestor] == 1]
        invoice = alone[-1] if alone else root
        if invoice not in invoices:
            invoices.append(invoice)
    return invoices


def record_of(invoice: etree._Element, *, whole: bool = True) -> Record:
    """The record of one invoice. Missing totals are summed from its lines if it is *whole*."""
    record = headed(_pairs(invoice))
    lines = _lines(invoice) or [invoice]
    items = (_child(line, words.ITEM_NAMES) for line in lines)
    record["货物或应税劳务名称"] = _JOINT.join(filter(None, items))
    rates = [_child(line, words.OF_LINE[words.LINE_RATE]) for line in lines]
    record["税率"] = _JOINT.join(dict.fromkeys(filter(None, rates)))
    record[_RED_OF] = record[_RED_OF] or _original(invoice)
    for header, name in (("金额", words.LINE_AMOUNT), ("税额", words.LINE_TAX)):
        if whole and not record[header]:
            record[header] = _sum(_child(line, words.OF_LINE[name]) for line in lines)
    return record


def lines_of(invoice: etree._Element, record: Record) -> list[Record]:
    """The records of the lines of one invoice: what each says, and whose *record* it is."""
    red = bool(record[_RED_OF]) or (record["价税合计"] or record["金额"]).lstrip("¥￥").startswith(
        "-"
    )
    lines = _lines(invoice)
    if not lines and _child(invoice, words.ITEM_NAMES):
        lines = [invoice]
    found = []
    for line in lines:
        own = {header: record.get(header, "") for header in words.LINE_HEADERS}
        own |= {header: _child(line, names) for header, names in words.OF_LINE.items()}
        own[words.POSITIVE] = "否" if red else "是"
        if not own["数量"] and _child(line, [words.RATE_BESIDE]):
            own["数量"] = _child(line, [words.RATE_OR_QUANTITY])
        if line is not invoice:
            children = ((_local(child), (child.text or "").strip()) for child in line.iter())
            own |= _unknown([pair for pair in children if _key(pair[0]) not in _OF_LINE])
        found.append(own)
    return found


def headed(pairs: Sequence[tuple[str, str]]) -> Record:
    """Return the record of (name, text) pairs; of several names the preferred one counts."""
    first: dict[str, str] = {}
    for name, text in pairs:
        first.setdefault(_key(name), text)
    record = dict.fromkeys(words.HEADERS, "")
    for header, names in words.OF_INVOICE.items():
        record[header] = next((first[name] for name in names if name in first), "")
    if len(record[words.NUMBER]) >= _DIGITAL_LENGTH:
        record[words.DIGITAL_NUMBER] = record[words.NUMBER]
        record[words.NUMBER] = ""
    return record | _unknown([pair for pair in pairs if _key(pair[0]) not in _KNOWN])


def name_of(element: etree._Element) -> str:
    """The name of an element, as names of several dialects are compared."""
    return _key(_local(element))


def _pairs(invoice: etree._Element) -> list[tuple[str, str]]:
    """Names and texts of an invoice, its lines aside; those on another invoice only if unknown."""
    pairs = [
        (_local(element), element.text.strip())
        for element in _walk(invoice)
        if element.text and element.text.strip()
    ]
    pairs += [(str(key), str(value).strip()) for key, value in invoice.items() if "{" not in key]
    for other in invoice.iter(etree.Element):
        if name_of(other) in words.FOREIGN:
            told = ((_local(element), (element.text or "").strip()) for element in other.iter())
            pairs += [pair for pair in told if pair[1] and _key(pair[0]) not in _KNOWN]
    return pairs


def _unknown(pairs: Sequence[tuple[str, str]]) -> Record:
    """What no header stands for, by name; several texts of a name are joined."""
    texts: dict[str, list[str]] = {}
    for name, text in pairs:
        if text:
            texts.setdefault(name, []).append(text)
    return {name: _JOINT.join(dict.fromkeys(said)) for name, said in texts.items()}


def _walk(element: etree._Element, *, into_lines: bool = False) -> Iterator[etree._Element]:
    """Yield *element* and what is below, without foreign invoices and without lines."""
    if name_of(element) in words.FOREIGN:
        return
    if not into_lines and _is_line(element):
        return
    yield element
    for child in element:
        yield from _walk(child, into_lines=into_lines)


def _lines(invoice: etree._Element) -> list[etree._Element]:
    return [element for element in _walk(invoice, into_lines=True) if _is_line(element)]


def _is_line(element: etree._Element) -> bool:
    """Tell an invoice line; an invoice that has the item among its own children is none."""
    names = {name_of(child) for child in element}
    return bool(names & set(words.ITEM_NAMES)) and not names & set(words.OF_INVOICE[words.NUMBER])


def _original(invoice: etree._Element) -> str:
    """Return the number of the invoice that this red one cancels, from its own subtree."""
    for element in invoice.iter():
        if name_of(element) in words.OF_INVOICE[_RED_OF]:
            return (element.text or "").strip()
    return ""


def _child(line: etree._Element, names: Sequence[str]) -> str:
    found = {name_of(child): (child.text or "").strip() for child in line}
    return next((found[name] for name in names if found.get(name)), "")


def _sum(texts: Iterator[str]) -> str:
    """Return the exact sum of amounts written as decimals, or nothing if one is not."""
    try:
        amounts = [Decimal(text) for text in texts]
    except InvalidOperation:
        return ""
    return str(sum(amounts, Decimal(0))) if amounts else ""


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _key(name: str) -> str:
    return _IGNORED.sub("", name).lower()
