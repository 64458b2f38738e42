"""Other spellings of headers that name a person: each register has its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_NUMBERS = (
    "身份证号码",
    "身份证号",
    "公民身份证号码",
    "公民身份号码",
    "居民身份证号码",
    "居民身份证号",
    "身份证件号码",
    "身份证明号码",
    "身份号码",
    "身份证",
    "证件号码",
    "证件号",
    "证照号码",
)
"""Headers of identity numbers, alone or behind a role: 投保人证件号码."""

_NAMES = ("姓名", "名称")
"""Headers of names behind a role: 投保人姓名."""


def variants(field: str, spellings: Sequence[str]) -> Iterator[str]:
    """Yield the other spellings of *field*, whose headers are *spellings*.

    A number of a person is spelled in many ways; that of a company (``company_id``) in one.
    """
    column = field.rpartition(".")[2]
    if column.endswith("_id") and column != "company_id":
        yield from _of_family(spellings, _NUMBERS, alone=True)
    elif column.endswith("name") and column != "company_name":
        yield from _of_family(spellings, _NAMES, alone=False)


def _of_family(spellings: Sequence[str], family: Sequence[str], *, alone: bool) -> Iterator[str]:
    for spelling in spellings:
        ending = next((each for each in family if spelling.endswith(each)), None)
        if ending is None:
            continue
        role = spelling.removesuffix(ending)
        if role or alone:
            yield from (role + each for each in family)
            if not alone:
                yield role
