import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng import identifiers


@pytest.mark.parametrize(
    ("first_17", "check"),
    [("11010519491231002", "X"), ("44052418800101001", "4")],  # the examples of GB 11643
)
def test_check_digit_of_the_standard(first_17, check):
    assert identifiers.citizen_check_digit(first_17) == check
    assert identifiers.is_citizen_number(first_17 + check)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("11010519491231002x", True),
        ("110105194912310021", False),
        ("110105194913310027", False),
        ("11010519491231002", False),
        ("１1010519491231002X", False),
    ],
)
def test_citizen_numbers_are_checked(text, right):
    assert identifiers.is_citizen_number(text) is right


def test_a_month_that_is_none_is_seen_even_with_the_right_check_digit():
    first_17 = "11010519491331002"
    number = first_17 + identifiers.citizen_check_digit(first_17)
    assert not identifiers.is_citizen_number(number)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("110105491231002", "11010519491231002X"),
        ("110105491331002", None),
        ("11010549123100", None),
        ("11010519491231002X", None),
    ],
)
def test_old_numbers_are_upgraded(old, new):
    assert identifiers.upgrade_citizen_number(old) == new


@given(st.from_regex(r"3599\d{2}19[5-9]\d(0[1-9]|1[0-2])(0[1-9]|1\d|2[0-8])\d{3}", fullmatch=True),
       st.integers(0, 16), st.integers(1, 9))  # fmt: skip
def test_one_wrong_digit_is_always_seen(first_17, place, shift):
    if not first_17.isascii():
        return
    number = first_17 + identifiers.citizen_check_digit(first_17)
    wrong = str((int(number[place]) + shift) % 10)
    assert identifiers.is_citizen_number(number)
    assert not identifiers.is_citizen_number(number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("91350100M000100Y43", True),  # the example of GB 32100
        ("91350100m000100y43", True),
        ("91350100M000100Y44", False),
        ("91350100I000100Y43", False),
        ("91350100M000100Y4", False),
    ],
)
def test_credit_codes_are_checked(text, right):
    assert identifiers.is_credit_code(text) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("4111111111111111", True),
        ("4111111111111112", False),
        ("6222020000000000007"[:18], False),
        ("00000000000", False),
        ("000000000000", True),
        ("0" * 19, True),
        ("0" * 20, False),
        ("411111111111111a", False),
    ],
)
def test_card_numbers_are_checked(text, right):
    assert identifiers.is_card_number(text) is right


@given(st.text("0123456789", min_size=11, max_size=18))
def test_the_check_digit_makes_a_card_number(digits):
    assert identifiers.is_card_number(digits + identifiers.luhn_check_digit(digits))


@pytest.mark.parametrize("call", [identifiers.citizen_check_digit, identifiers.credit_code_check])
@pytest.mark.parametrize("text", ["", "1" * 16, "1" * 18, "ＡＢ"])
def test_check_digits_of_nothing_are_refused(call, text):
    with pytest.raises(ValueError, match="17"):
        call(text)


@pytest.mark.parametrize("text", ["", "12a"])
def test_luhn_wants_digits(text):
    with pytest.raises(ValueError, match="digits"):
        identifiers.luhn_check_digit(text)


@pytest.mark.parametrize(
    ("text", "plate"),
    [
        ("闽A12345", "闽A12345"),
        ("闽a·12345", "闽A12345"),
        (" 闽Ａ１２３４５ ", "闽A12345"),
        ("闽AD12345", "闽AD12345"),
        ("闽A1234警", "闽A1234警"),
        ("闽A1234", None),
        ("闽AI2345", None),
        ("A12345", None),
        ("闽AD123456", None),
    ],
)
def test_plates_are_normalised(text, plate):
    assert identifiers.normalise_plate(text) == plate
