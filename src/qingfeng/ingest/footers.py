"""Rows that may close a table rather than belong to it, told by their first cells.

What begins so may be a booking all the same, whose memo reads 合计 or 备注：...: ``judging``
looks at the whole row.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.cleaning import Cleaner, by_value
from qingfeng.ingest.delivery import Cells, Delivery, Lead, plain
from qingfeng.ingest.remembered import Pieces

_TOTAL_FORM = (
    r"^(人民币|外币|美元|本页|本月|本次|本期|当前|累计|收入|支出|借方|贷方|以上|交易)?"
    r"(合\s*计|小\s*计|总\s*计|累\s*计|共\s*计|合计金额|汇总)([:：].*|\s*\d.*|金额|笔数|数)?$"
)

FOOTER_FORM = (
    _TOTAL_FORM + r"|^(打印|制表|制单|填表|审核|复核|负责人|经办|经手人|主管|单位负责人"
    r"|导出时间|下载时间|查询时间)[^,，]{0,12}[:：]"
    r"|^第\s*\d+\s*页|^共\s*\d+\s*(页|条|笔)|^[-=—－_*＊]{6,}|^(注|说明|备注|温馨提示|特别提示)\s*[:：]"
    r"|^(End of|本页结束|\[END\])|^[-=—－_*＊\s(（]*(以下|下面)?(无正文|空白)[-=—－_*＊\s)）。.]*$"
    r"|^[已待](收入|支出)\s*[:：]\s*\d+\s*笔"
)


_SQUEEZED = r"regexp_replace(b, '\s', '', 'g')"


def footers(cleaner: Cleaner, delivery: Delivery) -> dict[str, pa.Array]:
    """Columns for ``statement``, by name.

    ``is_footer``: the first filled of the leading cells says total, page or signature, or the
    header of its own column. Only if some row does: ``is_total``, it says total; ``lead_text``,
    what it says, without blanks; ``lead_field``, the field that it fills, null if none.
    """
    found = total = pa.repeat(pa.scalar(False), delivery.height)
    text = field = pa.nulls(delivery.height, pa.string())
    open_rows = pa.repeat(pa.scalar(True), delivery.height)
    for lead in delivery.leads:
        if not open_rows.true_count:
            break
        asked = by_value(lead.cells, partial(_answers, cleaner, delivery, lead))
        spoken = pc.and_(open_rows, asked[""])
        open_rows = pc.and_(open_rows, _blank(lead.cells))
        if not spoken.true_count:
            continue
        found = pc.or_(found, spoken)
        total = pc.or_(total, pc.and_(spoken, asked["total"]))
        said = cleaner.ask(plain(lead.cells).filter(spoken), f"SELECT {_SQUEEZED} FROM {{bare}}")
        text = pc.replace_with_mask(text, spoken, plain(said[""]))
        field = pc.if_else(spoken, pa.scalar(lead.field, pa.string()), field)
    if not found.true_count:
        return {"is_footer": found}
    return {
        "is_footer": found,
        "is_total": total,
        "lead_text": text,
        "lead_field": field,
    }


_PLAIN_FORM = r"^[\x01\x02]?[0-9a-z][-0-9A-Z_a-z:/., ]*\s*$"
"""Numbers, moments, serials: nothing of ``FOOTER_FORM`` begins so."""


def _answers(cleaner: Cleaner, delivery: Delivery, lead: Lead, values: pa.Array) -> Pieces:
    """Does each of *values* begin like a footer; ``total``: like a total? Plain ones do not."""
    question = _question(delivery, lead)
    plainly = pc.or_(pc.match_substring_regex(values, _PLAIN_FORM), _blank(values))
    forms = (*delivery.layout.footers, *delivery.layout.totals)
    if _any_matches(pc.ascii_trim(values, "\x01\x02 \t\r\n"), forms) or _any_matches(
        pa.array(lead.headers, pa.string()), [_PLAIN_FORM]
    ):
        return cleaner.ask(values, question)
    none = pa.repeat(pa.scalar(False), len(values))
    if plainly.true_count == len(values):
        return {"": none, "total": none}
    odd = pc.invert(plainly)
    asked = cleaner.ask(values.filter(odd), question)
    return {name: pc.replace_with_mask(none, odd, answer) for name, answer in asked.items()}


def _any_matches(values: pa.Array, forms: Iterable[str]) -> bool:
    return any(pc.any(pc.match_substring_regex(values, form)).as_py() for form in forms)


def _question(delivery: Delivery, lead: Lead) -> str:
    """What the distinct cells of *lead* are asked."""
    layout = delivery.layout
    total = "|".join([_TOTAL_FORM, *layout.totals]).replace("'", "''")
    form = "|".join([FOOTER_FORM, *layout.footers, *layout.totals]).replace("'", "''")
    own = ", ".join("'" + "".join(each.split()).replace("'", "''") + "'" for each in lead.headers)
    repeats = f" OR {_SQUEEZED} IN ({own})" if own else ""
    return (
        f"SELECT regexp_matches(b, '{form}'){repeats}, regexp_matches(b, '{total}') AS total"
        " FROM {bare}"
    )


def _blank(cells: Cells) -> pa.Array:
    if pa.types.is_dictionary(cells.type):
        return pc.equal(pc.utf8_trim_whitespace(cells.dictionary), "").take(cells.indices)
    return pc.equal(pc.utf8_trim_whitespace(cells), "")
