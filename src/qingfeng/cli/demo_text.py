"""What the demonstration prints of an import and a proof: figures, one a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from qingfeng.cli.output import table_lines

_PROOF_HEADER = ("校验", "what is checked", "found")
_TABLES_NAMED = 5


def import_lines(report: Mapping[str, Any], counted: Mapping[str, int]) -> Iterator[str]:
    """Files by what became of them, rows, and the tables they went to.

    *counted*: rows by canonical table of the whole case.
    """
    states = Counter(entry["status"] for entry in report["files"])
    files = ", ".join(f"{count:,} {_said(state)}" for state, count in states.most_common())
    yield f"files   {len(report['files']):,}: {files}"
    totals = report["totals"]
    yield (
        f"rows    {totals['rows_read']:,} read = {totals['rows_kept']:,} kept"
        f" + {totals['rejected']:,} rejected + {totals['duplicates']:,} duplicates"
    )
    filled = sorted((-rows, name) for name, rows in counted.items() if rows)
    largest = ", ".join(f"{-rows:,} {name}" for rows, name in filled[:_TABLES_NAMED])
    more = len(filled) - _TABLES_NAMED
    rest = f" and {more} more table{'s' if more > 1 else ''}" if more > 0 else ""
    yield f"tables  {largest}{rest}"


def proof_lines(proof: Mapping[str, Any]) -> list[str]:
    """The figures of a proof; the rows behind them are for ``case proof``."""
    return table_lines(_PROOF_HEADER, list(_proof_rows(proof)), right={"found"})


def _proof_rows(proof: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    balanced = proof["import_account"]["balanced"]
    yield (
        "行数平衡",
        "rows read = kept + rejected + duplicates",
        "holds" if balanced else "DOES NOT HOLD",
    )
    declared = proof["declared_totals"]
    yield (
        "文件自带合计",
        "totals printed in the files, agreeing",
        _share(declared["agreeing"], declared["checks"]),
    )
    chain = proof["continuity"]["totals"]
    yield (
        "余额连续",
        "balances that follow from the booking before",
        _share(chain["proved"], chain["steps"]),
    )
    yield "收付推断", "directions only the balance tells", f"{chain['inferred']:,}"
    yield "余额断点", "breaks in the balance", f"{chain['breaks']:,}"
    verdicts = proof["closing"]["verdicts"]
    yield (
        "期末余额",
        "closing balances as the account list has them",
        _share(verdicts["agrees"], sum(verdicts.values())),
    )
    mirrors = proof["mirrors"]
    yield (
        "双方互转",
        "transfers between delivered accounts, seen by both",
        _share(mirrors["agreeing"], mirrors["checked"]),
    )
    yield (
        "对方未写",
        "seen by both, one names no counterparty",
        _count(mirrors["unnamed"]),
    )
    yield "单方有录", "seen by one side only", _count(mirrors["missing"])
    promised = proof["promised"]
    yield "称有未交", "results promised and not delivered", _count(promised["missing"])
    yield "交付不足", "results with fewer rows than promised", _count(promised["fewer"])
    yield "查询失败", "failed queries (a gap, not an absence)", _count(promised["failed_queries"])
    lacking = proof["undelivered"]
    yield "对手未调", "counterparties to ask for", _count(lacking["as_counterparties"])
    yield "在册未交", "registered accounts without a statement", _count(lacking["in_registers"])
    linking = proof["linking"]
    if linking is not None:
        yield "多源同一", "events in several records, counted once", f"{linking['events']:,}"
        yield "冲正", "reversals joined to what they undo", f"{linking['reversal_pairs']:,}"


def _said(state: str) -> str:
    return state.replace("_", " ")


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}"


def _count(found: Mapping[str, Any]) -> str:
    return f"{found['count']:,}"
