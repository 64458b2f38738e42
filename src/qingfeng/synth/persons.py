"""The people of the case: a core family, its nominees and contractors, and bystanders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from qingfeng.synth.numbers import id_number, phone_number
from qingfeng.synth.people_names import GIVEN_FEMALE, GIVEN_MALE, GIVEN_SECOND, STREETS, SURNAMES

#: The cast in order: role, sex, birth year, household, relation to head, occupation, surname.
#: A small case takes the first eight. Surname "" is drawn.
CAST: tuple[tuple[str, str, int, int, str, str, str], ...] = (
    ("official", "男", 1966, 1, "户主", "测试县住房和城乡建设局", "林"),
    ("wife", "女", 1968, 1, "配偶", "测试县第一小学", "欧阳"),
    ("mother", "女", 1938, 1, "母亲", "", "何"),
    ("son", "男", 1993, 1, "子", "自由职业", "林"),
    ("nominee", "男", 1985, 2, "户主", "测试县机关服务中心（驾驶员）", ""),
    ("contractor_1", "男", 1970, 3, "户主", "个体", ""),
    ("quiet_dead", "男", 1936, 4, "户主", "退休", ""),
    ("bystander_1", "女", 1979, 5, "户主", "测试县医院", ""),
    ("contractor_2", "男", 1972, 6, "户主", "个体", "陈"),
    ("contractor_3", "女", 1975, 7, "户主", "个体", ""),
    ("father_2", "男", 1941, 6, "父亲", "", "陈"),
    ("aunt", "女", 1944, 8, "户主", "退休", ""),
    ("pensioner", "男", 1939, 9, "户主", "退休", ""),
    ("testator", "女", 1940, 10, "母亲", "退休", ""),
    ("heir", "男", 1968, 10, "户主", "测试县水利局", ""),
    ("namesake", "女", 1971, 11, "户主", "个体", ""),
    ("nominee_2", "男", 1988, 12, "户主", "无业", ""),
    ("nominee_3", "女", 1990, 13, "户主", "无业", ""),
    ("farmer", "男", 1963, 14, "户主", "务农", ""),
    ("executive", "女", 1977, 15, "户主", "company:3", ""),
    ("shareholder", "男", 1969, 16, "户主", "company:4", ""),
    ("salesman", "男", 1984, 17, "户主", "company:5", ""),
    ("engineer", "男", 1982, 18, "户主", "company:3", ""),
    ("hr_agent", "女", 1987, 19, "户主", "company:6", ""),
    ("bank_staff", "女", 1991, 20, "户主", "中国农业银行测试支行", ""),
    ("worker_1", "男", 1986, 21, "户主", "company:6", ""),
    ("worker_2", "女", 1989, 22, "户主", "company:6", ""),
    ("worker_3", "男", 1992, 23, "户主", "company:6", ""),
    ("old_father", "男", 1943, 24, "父亲", "退休", ""),
    ("old_mother", "女", 1945, 24, "母亲", "退休", ""),
    ("grown_child", "女", 1971, 24, "户主", "测试县教育局", ""),
    ("old_aunt", "女", 1947, 24, "其他亲属", "退休", ""),
    *(
        (
            f"bystander_{number}",
            "男" if number % 2 else "女",
            1960 + number * 3,
            23 + number,
            "户主",
            "测试县机关" if number % 3 else "个体",
            "",
        )
        for number in range(2, 12)
    ),
)


@dataclass(slots=True)
class Person:
    """One person of the case; *died_on* is None for the living."""

    index: int
    role: str
    name: str
    person_id: str
    sex: str
    born_on: date
    household: int
    relation: str
    occupation: str
    address: str
    phone: str
    died_on: date | None = None

    @property
    def holder_id(self) -> str:
        return self.person_id

    @property
    def id_type(self) -> str:
        return "居民身份证"


def invent_name(rng: np.random.Generator, sex: str, surname: str = "") -> str:
    """Surname, one given character of the sex and, mostly, a second one."""
    family = surname or SURNAMES[int(rng.integers(0, len(SURNAMES)))]
    pool = GIVEN_MALE if sex == "男" else GIVEN_FEMALE
    first = pool[int(rng.integers(0, len(pool)))]
    second = GIVEN_SECOND[int(rng.integers(0, len(GIVEN_SECOND)))]
    return family + first + (second if int(rng.integers(0, 10)) < 8 else "")


def invent_persons(rng: np.random.Generator, count: int) -> list[Person]:
    """The first *count* of the cast, each with a name nobody else in the case has."""
    found: list[Person] = []
    taken: set[str] = set()
    for index, (role, sex, year, household, relation, work, surname) in enumerate(CAST[:count]):
        name = invent_name(rng, sex, surname)
        while name in taken:
            name = invent_name(rng, sex, surname)
        taken.add(name)
        born = date(year, int(rng.integers(1, 13)), int(rng.integers(1, 29)))
        sequence = 2 * int(rng.integers(1, 499)) + (1 if sex == "男" else 0)
        street = STREETS[household % len(STREETS)]
        found.append(
            Person(
                index,
                role,
                name,
                id_number(1 + household % 9, born, sequence),
                sex,
                born,
                household,
                relation,
                work,
                f"测试县{street}{10 + household}号",
                phone_number(index),
            )
        )
    return found
