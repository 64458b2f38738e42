import pytest

from qingfeng.detectors.wording import accusing_words, sentence
from qingfeng.errors import InvalidDefinition


def test_money_dates_and_counts_are_exact() -> None:
    figures = {"net": 123_456_789, "rows": 1200}
    assert sentence("{rows}笔{net|yuan}元", figures, "x") == "1,200笔1,234,567.89元"


def test_a_figure_that_is_not_given_is_refused() -> None:
    with pytest.raises(InvalidDefinition, match="names share"):
        sentence("{share}", {}, "x")


@pytest.mark.parametrize("text", ["涉嫌受贿", "a bribe", "Fraud", "白手套账户"])
def test_accusing_words_are_found(text: str) -> None:
    assert accusing_words(text) != []


def test_plain_words_pass() -> None:
    assert accusing_words("账户有两笔交易，单笔不低于限额 / two bookings") == []
