"""How a query to an institution was answered: told by several cells and by the file's name."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.delivery import NOTHING, Cells, plain
from qingfeng.ingest.layout import Layout
from qingfeng.ingest.words import WordList, shared_words

_TOLD_BY = ("outcome", "result", "detail_result")
_FAILED = "failed"


def settle_answers(fields: Mapping[str, Cells], layout: Layout) -> dict[str, Cells]:
    """Give each query the outcome that any of its cells states; a failure goes before the rest.

    What the outcome's own cell says beside that (该账号不存在) is a reason, and goes to the
    detailed result.
    """
    found = dict(fields)
    told = [name for name in _TOLD_BY if name in found]
    if layout.table != "query_tasks" or not told:
        return found
    listed = WordList(layout.words.get("outcome") or shared_words("query_outcomes"))
    cells = {name: _bare(found[name]) for name in told}
    codes = {name: _codes(cells[name], listed) for name in told}
    outcome = pa.nulls(len(cells[told[0]]), pa.string())
    for name in told:
        outcome = pc.coalesce(outcome, pc.if_else(pc.is_valid(codes[name]), cells[name], None))
    for name in reversed(told):
        failed = pc.fill_null(pc.equal(codes[name], _FAILED), False)
        outcome = pc.if_else(failed, cells[name], outcome)
    if "outcome" in cells:
        taken = pc.fill_null(pc.equal(cells["outcome"], outcome), False)
        reason = pc.if_else(taken, None, cells["outcome"])
        if reason.null_count < len(reason):
            detail = cells.get("detail_result", pa.nulls(len(reason), pa.string()))
            both = pc.binary_join_element_wise(detail, reason, "；")
            found["detail_result"] = pc.fill_null(pc.coalesce(both, detail, reason), "")
    found["outcome"] = pc.fill_null(outcome, "")
    return found


def _bare(cells: Cells) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(plain(cells))
    return pc.if_else(pc.is_in(trimmed, value_set=pa.array(NOTHING)), None, trimmed)


def _codes(cells: pa.Array, listed: WordList) -> pa.Array:
    encoded = cells.dictionary_encode()
    codes = [listed.code(word) for word in encoded.dictionary.to_pylist()]
    return pa.array(codes, pa.string()).take(encoded.indices)
