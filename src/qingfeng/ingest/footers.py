"""Rows that close a table rather than belong to it, told by their first cells."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.delivery import Cells, Delivery

FOOTER_FORM = (
    r"^(人民币|外币|美元|本页|本月|本次|本期|当前|累计|收入|支出|借方|贷方|以上|交易)?"
    r"(合\s*计|小\s*计|总\s*计|累\s*计|共\s*计|合计金额|汇总)([:：].*|\s*\d.*|金额|笔数|数)?$"
    r"|^(打印|制表|制单|填表|审核|复核|负责人|经办人|经办|经手人|主管|单位负责人|导出时间|打印时间|下载时间|查询时间)[^,，]{0,12}[:：]"
    r"|^第\s*\d+\s*页|^共\s*\d+\s*(页|条|笔)|^[-=—－_]{6,}|^(注|说明|备注|温馨提示|特别提示)\s*[:：]"
    r"|^(End of|以下空白|本页结束|\[END\])"
)


def footers(cleaner: Cleaner, delivery: Delivery) -> pa.Array:
    """True where the first filled of the leading cells says total, page, signature or header."""
    spoken = [*delivery.layout.footers, *delivery.layout.totals]
    own = "".join(f"|{form}" for form in spoken)
    form = (FOOTER_FORM + own).replace("'", "''")
    headers = ", ".join(
        "'" + text.replace("'", "''") + "'" for text in set(delivery.headers.values())
    )
    query = (
        f"SELECT regexp_matches(b, '{form}')"
        + (f" OR b IN ({headers})" if headers else "")
        + " FROM {bare}"
    )
    found = cleaner.ask(delivery.leads[0], query)[""]
    blank = _blank(delivery.leads[0])
    for cells in delivery.leads[1:]:
        if not blank.true_count:
            break
        found = pc.or_(found, pc.and_(blank, cleaner.ask(cells, query)[""]))
        blank = pc.and_(blank, _blank(cells))
    return found


def _blank(cells: Cells) -> pa.Array:
    if pa.types.is_dictionary(cells.type):
        return pc.equal(pc.utf8_trim_whitespace(cells.dictionary), "").take(cells.indices)
    return pc.equal(pc.utf8_trim_whitespace(cells), "")
