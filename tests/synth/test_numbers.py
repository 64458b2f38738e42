from datetime import date

import pytest

from qingfeng.synth.numbers import (
    card_number,
    credit_code,
    id_check,
    id_number,
    luhn_check,
    phone_number,
    uscc_check,
)


def test_identity_number_ends_in_the_check_character_of_gb_11643():
    assert id_number(1, date(1972, 3, 5), 11) == "359901197203050119"


@pytest.mark.parametrize(
    ("first17", "check"),
    [
        pytest.param("11010519491231002", "X", id="example of the standard"),
        pytest.param("44052418800101001", "4", id="second example of the standard"),
    ],
)
def test_identity_check_on_examples_of_the_standard(first17, check):
    assert id_check(first17) == check


@pytest.mark.parametrize(
    ("digits", "check"),
    [
        pytest.param("622848000000000012", "5", id="card of the field cases"),
        pytest.param("621700000000000345", "3", id="second card of the field cases"),
        pytest.param("7992739871", "3", id="textbook number"),
    ],
)
def test_luhn_check(digits, check):
    assert luhn_check(digits) == check


def test_card_has_nineteen_digits_and_its_prefix():
    assert card_number("622848", 12) == "6228480000000000125"


def test_credit_code_check_on_a_known_code():
    assert uscc_check("91350100M000100Y4") == "3"


def test_credit_code_lies_in_the_unassigned_area():
    code = credit_code(1, 1001)
    assert code == "91359901MA001001T5"
    assert code[-1] == uscc_check(code[:17])


@pytest.mark.parametrize(
    ("sequence", "number"),
    [
        (0, "15400000000"),
        (9_999, "15400009999"),
        (10_000, "19900000000"),
        (19_999, "19900009999"),
    ],
)
def test_phone_blocks(sequence, number):
    assert phone_number(sequence) == number
