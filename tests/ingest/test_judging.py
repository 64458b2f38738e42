"""Where nothing is left to weigh, the short way out gives what the long one gives."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingfeng.ingest import rows
from qingfeng.ingest.work import FileJob, Settings, do_unit

HEADER = "摘要,交易日期,收入,支出,余额,备注,卡号"
leads = st.sampled_from(
    ["转账", "合计", "上期结余", "小计：2笔", "备注：货款", "摘要", "第1页", ""]
)
days = st.sampled_from(["2024-01-05", "2024-01-06", "", "交易日期", "本月"])
sums = st.sampled_from(["", "100.00", "30.00", "130.00", "收入", "x"])
memos = st.sampled_from(["", "", "货款", "合　计", "期末余额"])
lines = st.lists(st.tuples(leads, days, sums, sums, sums, memos), min_size=1, max_size=7)


def outcome(folder, text):
    folder.mkdir(exist_ok=True)
    path = folder / "a.csv"
    path.write_text(text, encoding="utf-8")
    job = FileJob(1, path, "a.csv", "0" * 64)
    (result,) = do_unit(0, [job], Settings(folder))
    return [
        {key: entry[key] for key in ("rows_read", "rows_kept", "rejected", "skipped", "warnings")}
        for entry in result.tables.values()
    ]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines)
def test_the_short_way_out_agrees_with_the_weighing(tmp_path, rows_of_text):
    text = "\n".join([HEADER, *(",".join([*row, "6228480000000000125"]) for row in rows_of_text)])
    quick = outcome(tmp_path / "q", text)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rows, "closes_plainly", lambda *_: False)
        assert outcome(tmp_path / "s", text) == quick
