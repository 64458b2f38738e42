import pytest

from tests.ingest.imports import CARD, imported

HEADER = "交易卡号,交易时间,收付标志,交易金额,交易余额,对手卡号,对手户名,交易流水号,摘要,备注"


@pytest.mark.parametrize(
    ("summary", "remark", "status"),
    [
        ("冲正", "", "reversal"),
        ("备用金冲账", "", "ok_assumed"),
        ("撤销合同款", "", "ok_assumed"),
        ("红字印刷品货款", "", "ok_assumed"),
        ("货款", "撤销", "ok_assumed"),
    ],
)
def test_only_the_nature_of_a_booking_makes_it_a_reversal(tmp_path, summary, remark, status):
    path = tmp_path / "流水.csv"
    line = f"{CARD},2024-06-01 08:00:00,进,70.00,100.00,,红字印刷厂,,{summary},{remark}"
    path.write_text(f"{HEADER}\n{line}\n", encoding="utf-8")
    with imported(tmp_path / "home", path).connect() as connection:
        found = connection.execute("SELECT status, counted FROM transfers").fetchall()
    assert found == [(status, True)]
