"""The companies of the case, their owners and officers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from qingfeng.synth.numbers import credit_code
from qingfeng.synth.people_names import COMPANY_TRADES, COMPANY_WORDS
from qingfeng.synth.persons import Person

#: Who controls company number i: role of its legal representative, roles of its holders.
CONTROL: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("contractor_1", ("contractor_1",)),
    ("contractor_2", ("contractor_2", "father_2")),
    ("contractor_3", ("contractor_3",)),
    ("executive", ("bystander_2",)),
    ("shareholder", ("shareholder", "bystander_3")),
    ("bystander_4", ("bystander_4",)),
    ("bystander_5", ("bystander_5",)),
    ("nominee", ("nominee",)),
    ("nominee_2", ("nominee_2",)),
    ("bystander_6", ("bystander_6",)),
    ("bystander_7", ("bystander_7",)),
    ("bystander_8", ("bystander_8",)),
)


@dataclass(slots=True)
class Company:
    """One company; *legal* signs for it, *holders* own it in equal parts."""

    index: int
    name: str
    company_id: str
    trade: str
    industry: str
    capital_wan: int
    founded_on: date
    legal: Person
    holders: list[Person]

    @property
    def holder_id(self) -> str:
        return self.company_id

    @property
    def id_type(self) -> str:
        return "统一社会信用代码"

    @property
    def phone(self) -> str:
        return self.legal.phone


def invent_companies(rng: np.random.Generator, count: int, persons: list[Person]) -> list[Company]:
    """The first *count* companies; one whose owner is not in the cast falls to the last person."""
    by_role = {person.role: person for person in persons}
    found: list[Company] = []
    for index in range(count):
        legal_role, holder_roles = CONTROL[index]
        trade, scope, industry = COMPANY_TRADES[index % len(COMPANY_TRADES)]
        legal = by_role.get(legal_role, persons[-1])
        holders = [by_role[role] for role in holder_roles if role in by_role] or [legal]
        founded = date(int(rng.integers(2008, 2018)), int(rng.integers(1, 13)), 8)
        found.append(
            Company(
                index,
                f"测试{COMPANY_WORDS[index]}{trade}有限公司",
                credit_code(1 + index % 9, 1001 + index),
                scope,
                industry,
                int(rng.integers(1, 50)) * 100,
                founded,
                legal,
                holders,
            )
        )
    for person in persons:
        if person.occupation.startswith("company:"):
            number = int(person.occupation.removeprefix("company:"))
            person.occupation = found[number].name if number < count else "个体"
    return found
