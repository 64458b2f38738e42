"""The statements that normalise the distinct cells of one column, from the files in ``sql/``.

Each reads the relation ``cells`` with one text column ``x``, never null. The first column of a
result is the value; the others are named for what has to be said of it.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

BARE = "SELECT x, qf_bare(x) AS b FROM cells"
"""The cells with their bare text."""


@cache
def query(name: str) -> str:
    """The statement ``sql/<name>.sql``."""
    return (resources.files("qingfeng.ingest") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


_MONEY = (
    r"[A-Z]{3}|(?:US|HK|NT|AU|CA|SG|MOP)?\$|[€£₩฿₽]|人民币|美元|美金|港币|港元|欧元|英镑|日元|日圆|澳元|加元"
    "|澳门元|新台币|台币|韩元|泰铢|瑞士法郎|新加坡元|澳大利亚元|加拿大元"
)
"""Currencies as they stand in the cell of an amount; which one is meant, ``words.yaml`` says."""


def amount(factor: int) -> str:
    """Fen from amounts whose unit is *factor* fen."""
    return query("amount").replace("{money}", _MONEY).replace("{factor}", str(factor))


_SECONDS = {"分": 60, "分钟": 60}
_PARTS_OF_ONE = {"亩": "10000 / 15", "公顷": "10000 / 1", "%": "1 / 100"}
"""What one unit is, as a fraction: of square metres, or of the whole."""


def duration(measure: str | None) -> str:
    """Seconds from durations; *measure* is that of numbers without a unit, else seconds."""
    return query("duration").replace("{seconds}", str(_SECONDS.get(measure or "", 1)))


def quantity(measure: str | None) -> str:
    """Quantities; *measure* is that of numbers without a unit of their own."""
    area = measure in {"平方米", "亩", "公顷"}
    return (
        query("quantity")
        .replace("{unit}", _PARTS_OF_ONE.get(measure or "", "1 / 1"))
        .replace("{area}", "true" if area else "false")
    )
