from datetime import date

import pytest

from qingfeng.errors import InvalidDefinition
from qingfeng.rules import Unit, rule, rules
from qingfeng.rules.parameters import read_rules


@pytest.mark.parametrize(
    ("name", "day", "value"),
    [
        ("large_cash_day", date(2007, 2, 28), None),
        ("large_cash_day", date(2007, 3, 1), 20_000_000),
        ("large_cash_day", date(2017, 6, 30), 20_000_000),
        ("large_cash_day", date(2017, 7, 1), 5_000_000),
        ("large_transfer_entity_day", date(2024, 1, 1), 200_000_000),
        ("large_transfer_person_day", date(2024, 1, 1), 50_000_000),
        ("large_transfer_cross_border_day", date(2017, 6, 30), None),
        ("large_transfer_cross_border_day", date(2017, 7, 1), 20_000_000),
        ("bribery_larger_circumstances", date(2024, 1, 1), 1_000_000),
        ("bribery_larger", date(2016, 4, 17), None),
        ("bribery_larger", date(2016, 4, 18), 3_000_000),
        ("bribery_huge", date(2024, 1, 1), 20_000_000),
        ("bribery_extremely_huge", date(2024, 1, 1), 300_000_000),
        ("private_lending_protected_rate", date(2020, 8, 19), 24),
        ("private_lending_protected_rate", date(2020, 8, 20), None),
        ("private_lending_void_rate", date(2020, 8, 19), 36),
        ("private_lending_lpr_multiple", date(2020, 8, 20), 4),
    ],
)
def test_value_in_force(name, day, value):
    found = rule(name).on(day)
    assert (found.value if found else None) == value


def test_money_is_in_fen_and_nothing_is_called_confirmed_that_is_not():
    assert rule("large_cash_day").unit is Unit.FEN
    assert [v.source for each in rules().values() for v in each.values if v.confirmed] == []


def test_an_unknown_rule_is_refused():
    with pytest.raises(InvalidDefinition, match="large_cash_day"):
        rule("large_cash")


GOOD = """
one:
  label: 一
  meaning: one
  unit: day
  values:
    - {value: 1, from: 2020-01-01, to: 2020-12-31, source: A, confirmed: false}
    - {value: 2, from: 2021-01-01, to: null, source: B, confirmed: true}
"""


def test_a_good_definition_is_read():
    (found,) = read_rules("x.yaml", GOOD)
    assert [(each.value, each.confirmed) for each in found.values] == [(1, False), (2, True)]


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("to: 2020-12-31", "to: 2021-01-01", "two values"),
        ("to: 2020-12-31", "to: null", "two values"),
        ("to: 2020-12-31", "to: 2019-12-31", "not a period"),
        ("from: 2020-01-01", "from: null", "not a period"),
        ("from: 2020-01-01", "from: soon", "not a date"),
        ("value: 1", "value: 1.5", "whole number"),
        ("value: 1", "value: true", "whole number"),
        ("source: A", "source: ''", "no source"),
        ("unit: day", "unit: week", "missing or unknown"),
        ("  label: 一\n", "", "missing or unknown"),
    ],
)
def test_a_wrong_definition_is_refused(right, wrong, problem):
    assert right in GOOD
    with pytest.raises(InvalidDefinition, match=problem) as refused:
        read_rules("x.yaml", GOOD.replace(right, wrong, 1))
    assert refused.value.where == "x.yaml: one"
