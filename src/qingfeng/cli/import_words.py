"""The words around an import report, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qingfeng.vocabulary import FileStatus
from qingfeng.vocabulary.chinese import in_chinese


@dataclass(frozen=True, slots=True)
class Words:
    """One language. *said*: a message of the import in it; *checks*: kinds of declared figures."""

    header: tuple[str, ...]
    figures: tuple[str, ...]
    statuses: Mapping[str, str]
    listed: str
    checks: Mapping[str, str]
    row: str
    rows: str
    more_rows: str
    between: str
    rejected: str
    labelled: str
    declares: str
    preamble: str
    more_remarks: str
    known_already: tuple[str, ...]
    totals: str
    said: Callable[[str], str]


_CHECKS = {
    "total": "合计",
    "subtotal": "小计",
    "opening_balance": "期初余额",
    "closing_balance": "期末余额",
    "declared_count": "笔数",
    "declared_in": "收入",
    "declared_out": "支出",
    "declared_neutral": "不计收支",
}

WORDS = {
    "zh": Words(
        header=("文件", "状态", "版式", "读取", "保留", "拒收", "重复"),
        figures=("读取", "保留", "拒收", "重复"),
        statuses={each.value: each.label for each in FileStatus},
        listed="已列出",
        checks=_CHECKS,
        row="第{}行",
        rows="第{}行",
        more_rows="第{}行及另外{:,}行",
        between="、",
        rejected="{}拒收：{}",
        labelled="{}：{}",
        declares="{}写明{}（{}），按行计算为{}",
        preamble="表上方",
        more_remarks="另有{:,}种备注；见 --json",
        known_already=(
            "已导入过的没有重新读取。要重新读取某个文件，请先撤出：",
            "qingfeng case withdraw CODE FILE --reason TEXT",
        ),
        totals="{:,}个文件：读取{:,}行 = 保留{:,} + 拒收{:,} + 重复{:,}",
        said=in_chinese,
    ),
    "en": Words(
        header=("file", "status", "layout", "read", "kept", "rejected", "duplicates"),
        figures=("read", "kept", "rejected", "duplicates"),
        statuses={each.value: each.value for each in FileStatus},
        listed="listed",
        checks={each: each for each in _CHECKS},
        row="row {}",
        rows="rows {}",
        more_rows="rows {} and {:,} more",
        between=", ",
        rejected="{} rejected: {}",
        labelled="{}: {}",
        declares="{} declares {} ({}), the rows give {}",
        preamble="its preamble",
        more_remarks="{:,} more kinds of remarks; see --json",
        known_already=(
            "What is already imported was not read again. To read a file anew, take it out first:",
            "qingfeng case withdraw CODE FILE --reason TEXT",
        ),
        totals="files: {:,}; {:,} rows read = {:,} kept + {:,} rejected + {:,} duplicates",
        said=str,
    ),
}
