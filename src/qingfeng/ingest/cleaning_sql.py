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


def amount(factor: int) -> str:
    """Fen from amounts whose unit is *factor* fen."""
    return query("amount").replace("{factor}", str(factor))
