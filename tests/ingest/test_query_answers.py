"""What became of a query is told by three cells and the file's name; a failure wins."""

from __future__ import annotations

import pytest

from qingfeng.report.proof import prove
from tests.ingest.imports import imported

HEAD = "任务流水号,银行名称,主体类别,证账号码,账卡号,反馈结果,反馈明细结果,请求单号,查询结果"


def delivered(folder, name, *answers):
    lines = [HEAD]
    for number, (result, detail, outcome) in enumerate(answers, 1):
        lines.append(f"T{number},测试银行,个人,359901197203050119,,{result},{detail},Q1,{outcome}")
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return imported(folder, path)


@pytest.mark.parametrize(
    ("answer", "outcome", "detail"),
    [
        pytest.param(("失败", "失败", "该账号不存在"), "failed", "失败；该账号不存在", id="reason"),
        pytest.param(("失败", "", "无此账户"), "failed", "无此账户", id="a listed word"),
        pytest.param(("失败", "", ""), "failed", None, id="only the result"),
        pytest.param(("反馈超时", "", "\\N"), "failed", None, id="placeholder beside"),
        pytest.param(("", "失败", "查询失败"), "failed", "失败", id="only the detail"),
        pytest.param(("成功", "失败", "成功"), "failed", "失败；成功", id="one of three failed"),
        pytest.param(("成功", "成功", "无开户信息"), "empty", "成功", id="nothing found"),
        pytest.param(("成功", "", "正在处理"), "answered", "正在处理", id="unlisted word kept"),
        pytest.param(("", "", "无法查询"), "failed", None, id="could not be asked"),
        pytest.param(("", "", ""), None, None, id="nothing said"),
    ],
)
def test_outcome_of_a_query(tmp_path, answer, outcome, detail):
    case = delivered(tmp_path, "测试银行_任务信息.csv", answer)
    with case.connect() as connection:
        found = connection.sql("SELECT outcome, detail_result FROM query_tasks").fetchall()
    assert found == [(outcome, detail)]


def test_the_name_of_the_file_speaks_where_its_rows_are_silent(tmp_path):
    case = delivered(tmp_path, "测试银行_任务信息(失败).csv", ("", "", ""), ("", "", "成功"))
    failed = prove(case)["promised"]["failed_queries"]["rows"]
    assert [row["task_reference"] for row in failed] == ["T1"]
