"""Parts of one account: a deposit on each is a booking of its own."""

from __future__ import annotations

import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.header_grids import CARD
from tests.ingest.imports import new_case

TABLE = "交易日期,摘要,收入,支出,余额\n2024-01-05,存款,50000.00,,50000.00\n"
PDF = "交易日期,帐号,储种,序号,币种,钞汇,摘要,地区,收入/支出金额,余额,对方户名,对方帐号,渠道\n"


@pytest.mark.parametrize(
    "above",
    ["卡号: {card},子账户序号: {part},子账户类别: 定期", "账号：{card}  子账号：{part} 储种：定期"],
)
def test_the_part_that_the_preamble_names_keeps_bookings_apart(above, tmp_path):
    texts = {part: f"{above.format(card=CARD, part=part)}\n{TABLE}" for part in ("00000", "00001")}
    assert imported(tmp_path, texts) == [("00000", 5_000_000), ("00001", 5_000_000)]


def test_the_part_that_a_column_names(tmp_path):
    row = f"2024-01-05,{CARD},定期,{{}},人民币,钞,存款,3599,+50000.00,50000.00,,,网银\n"
    texts = {part: PDF + row.format(part) for part in ("00000", "00001")}
    assert imported(tmp_path, texts) == [("00000", 5_000_000), ("00001", 5_000_000)]


def test_numbers_that_count_the_rows_are_no_parts(tmp_path):
    row = f"2024-01-{{:02}},{CARD},活期,{{}},人民币,钞,存款,3599,+1.00,{{}}.00,,,网银\n"
    one = [row.format(1, 1, 1), row.format(2, 2, 2)]
    two = [row.format(2, 1, 2), row.format(3, 2, 3)]
    texts = {"a": PDF + "".join(one), "b": PDF + "".join(two)}
    assert imported(tmp_path, texts) == [(None, 100)] * 3


def imported(folder, texts):
    paths = []
    for name, text in texts.items():
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text(text, encoding="utf-8")
    case = new_case(folder / "home")
    import_paths(case, paths)
    with case.connect() as connection:
        return connection.sql(
            "SELECT sub_account, amount_fen FROM transfers ORDER BY ALL"
        ).fetchall()
