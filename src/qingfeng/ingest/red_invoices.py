"""Red invoices (红字发票): told by their mark, their sign, and what they say they cancel."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import NOTHING, Cells, plain
from qingfeng.ingest.layout import Layout

RED = "红字"
_NO = ("否", "N", "n", "0", "负数")
_CANCELLED = (
    r"(?:被红冲|对应|原|蓝字)[^0-9原因]{0,10}(?:发票|号码|票号|号)[^0-9]{0,8}"
    r"(?P<number>\d{20}|\d{8})(?:\D|$)"
)
_OLD_STYLE = (
    r"(?:被红冲|对应|原|蓝字).{0,8}代码\s*[:：]?\s*\d{10,12}\D{0,8}(?P<number>\d{8})(?:\D|$)"
)


def settle_red(fields: Mapping[str, Cells], layout: Layout) -> dict[str, Cells]:
    """Give red invoices the state 红字 and the number they cancel.

    Red is one that says 是否正数发票 否; of whole invoices, not of lines, for a discount is a
    line below nothing, also one whose total is below nothing or that names another as cancelled
    by it. A state of its own other than 正常 stays; where the layout has a constant one, that of
    the others.
    """
    if layout.table not in {"invoices", "invoice_lines"} or not fields:
        return dict(fields)
    found = {name: cells for name, cells in fields.items() if name != "positive_mark"}
    height = len(next(iter(fields.values())))
    red = pc.is_in(_bare(fields, "positive_mark", height), value_set=pa.array(_NO))
    if layout.table == "invoices":
        total = _bare(fields, "total_fen" if "total_fen" in fields else "net_fen", height)
        red = pc.or_(red, pc.match_substring_regex(total, r"^[¥￥]?\s*[-(（]"))
        named = pc.invert(pc.is_in(_bare(fields, "red_of", height), value_set=pa.array(NOTHING)))
        red = pc.or_(red, named)
    status = _bare(fields, "status", height)
    if layout.constants.get("status") == "ok":
        status = found["status"] = pc.if_else(pc.equal(status, ""), "正常", status)
    if not pc.any(red).as_py():
        return found
    usual = pc.is_in(status, value_set=pa.array([*NOTHING, "正常", "有效", "已开具", "正常发票"]))
    found["status"] = pc.if_else(pc.and_(red, usual), RED, status)
    said = pc.if_else(red, _bare(fields, "remark", height), "")
    number = pc.coalesce(_number(said, _OLD_STYLE), _number(said, _CANCELLED))
    own = _bare(fields, "red_of", height)
    found["red_of"] = pc.if_else(pc.is_in(own, value_set=pa.array(NOTHING)), number, own)
    found["red_of"] = pc.fill_null(found["red_of"], "")
    return found


def _number(said: pa.Array, form: str) -> pa.Array:
    return pc.struct_field(pc.extract_regex(said, form), "number")


def _bare(fields: Mapping[str, Cells], name: str, height: int) -> pa.Array:
    cells = fields.get(name)
    if cells is None:
        return pa.repeat("", height)
    return pc.replace_substring_regex(plain(cells), r"^[\x01\s]+|\s+$", "")
