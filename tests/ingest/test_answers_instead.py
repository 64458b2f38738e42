"""What an institution says instead of records is kept as its answer."""

from __future__ import annotations

import pytest

from qingfeng.ingest.residue import Answer, answer_instead
from qingfeng.ingest.run import import_paths
from tests.ingest.imports import new_case

HEAD = (
    "交易卡号,交易账号,交易方户名,交易方证件号码,交易时间,交易金额,交易余额,收付标志,交易对手账卡号,现金标志,"
    "对手户名,对手身份证号,对手开户银行,摘要说明,交易币种,交易网点名称,交易发生地,交易是否成功,传票号,IP地址,"
    "MAC地址,对手交易余额,交易流水号,日志号,凭证种类,凭证号,交易柜员号,备注,查询反馈结果原因"
)
NAMES = HEAD.split(",")
CARD, PERSON = "6217000000000003453", "359901197203050119"


def row(**filled):
    return ",".join(filled.get(name, "") for name in NAMES)


@pytest.mark.parametrize(
    ("filled", "subject"),
    [
        pytest.param({"交易卡号": CARD}, CARD, id="the card alone"),
        pytest.param(
            {"交易卡号": CARD, "交易时间": "\\N", "交易金额": "\\N"}, CARD, id="placeholder"
        ),
        pytest.param({"交易卡号": CARD, "交易币种": "CNY"}, CARD, id="currency of the template"),
        pytest.param({"交易卡号": CARD, "交易金额": "0.00"}, CARD, id="nothing booked"),
        pytest.param(
            {"交易卡号": "-", "交易账号": "-", "交易方证件号码": PERSON},
            PERSON,
            id="number of a person",
        ),
        pytest.param({"交易卡号": CARD, "交易金额": "5.00"}, None, id="an amount is lost money"),
        pytest.param({"交易卡号": CARD, "备注": "?"}, None, id="something else is said"),
    ],
)
def test_a_row_that_only_answers_is_kept_as_an_answer(tmp_path, filled, subject):
    path = tmp_path / "测试农业银行交易明细信息.csv"
    good = row(交易卡号=CARD, 交易时间="20240131093005", 交易金额="1.00", 收付标志="出")
    answer = row(**filled, 查询反馈结果原因="该卡号无交易")
    path.write_text(f"{HEAD}\n{good}\n{answer}\n", encoding="utf-8")
    case = new_case(tmp_path)
    (entry,) = import_paths(case, [path])["files"]
    assert [each["row"] for each in entry["tables"][0]["rejected"]] == [3]
    with case.connect() as connection:
        found = connection.sql("SELECT subject_number, text FROM query_feedback").fetchall()
    assert found == ([] if subject is None else [(subject, "该卡号无交易")])


def test_a_file_that_only_answers_says_so(tmp_path):
    path = tmp_path / "TenpayTrades.txt"
    path.write_text("此用户无更多数据\n", encoding="utf-8")
    case = new_case(tmp_path)
    (entry,) = import_paths(case, [path])["files"]
    assert entry["reason"] == (
        "no record in it: the institution says that there is nothing more; its words are kept "
        "(query_feedback)."
    )
    with case.connect() as connection:
        assert connection.sql("SELECT text FROM query_feedback").fetchall() == [
            ("此用户无更多数据",)
        ]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("账号wx_none不存在", "wx_none"),
        (" 账户 10359900000001 不存在。", "10359900000001"),
        ("该账号不存在", None),
        ("此用户无更多数据", None),
        ("未查到相关交易记录", None),
    ],
)
def test_answers(text, subject):
    assert (answer_instead(text) or Answer("?", "")).subject == subject


@pytest.mark.parametrize("text", ["转账", "无锡测试数据公司", "账号6217不存在异常", "数据"])
def test_no_answers(text):
    assert answer_instead(text) is None
