"""Exits and entries at the border."""

from __future__ import annotations

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import new_case


def test_an_entry_comes_from_the_country_and_ends_at_the_port(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "姓名,证件号码,出入日期,出入口岸,前往/归来国家,出入标识\n"
        "甲某,E12345678,2024-01-05,厦门,新加坡,出境\n"
        "甲某,E12345678,2024-01-09,厦门,新加坡,入境\n",
        encoding="utf-8",
    )
    case = new_case(tmp_path / "home")
    import_paths(case, [path])
    with case.connect() as connection:
        chosen = "SELECT from_place, to_place FROM trips ORDER BY departed_at"
        assert connection.sql(chosen).fetchall() == [("厦门", "新加坡"), ("新加坡", "厦门")]
