"""Dated parameters: amounts and rates of law and regulation, with their legal source."""

from qingfeng.rules.parameters import DatedValue, Rule, Unit, rule, rules

__all__ = ["DatedValue", "Rule", "Unit", "rule", "rules"]
