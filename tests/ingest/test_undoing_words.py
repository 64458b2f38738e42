import duckdb
import pytest

from qingfeng.ingest.undoing_words import nature_form


@pytest.mark.parametrize(
    ("memo", "undoes"),
    [
        ("冲正", True),
        ("交易冲正", True),
        ("ATM取款冲正", True),
        ("红字冲正", True),
        ("冲正交易", True),
        ("冲正-转账", True),
        ("消费撤销", True),
        ("（冲账）", True),
        ("冲正原流水20240105001", True),
        ("备用金冲账", False),
        ("撤销合同款", False),
        ("撤销手续费", False),
        ("补冲正手续费", False),
        ("红字印刷品货款", False),
        ("货款", False),
        ("转账", False),
        ("20240105", False),
    ],
)
def test_a_word_undoes_only_as_the_nature_of_the_booking(memo, undoes):
    found = duckdb.execute("SELECT regexp_matches(?, ?)", [memo, nature_form()]).fetchone()
    assert found == (undoes,)
