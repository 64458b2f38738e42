"""Parts of a whole: shares and tax rates, with a percent sign and without."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import new_case

HEADER = "企业名称,统一社会信用代码,股东名称,认缴出资额（万元）,认缴出资比例"


def shares(folder, *cells):
    path = folder / "出资.csv"
    lines = (
        f"测试石业有限公司,91359900MA0TEUT0XD,股东{place},1,{cell}"
        for place, cell in enumerate(cells)
    )
    path.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    case = new_case(folder / "home")
    import_paths(case, [path])
    with case.connect() as connection:
        return connection.sql(
            "SELECT share, flags FROM shareholdings ORDER BY holder_name"
        ).fetchall()


@pytest.mark.parametrize(
    ("cells", "parts", "remarks"),
    [
        (["0.6", "0.4"], ["0.6", "0.4"], [None, None]),
        (["60%", "0.4"], ["0.6", "0.4"], [None, None]),
        (["1"], ["1"], [None]),
        (
            ["59.5", "40", "0.5"],
            ["0.595", "0.4", "0.005"],
            [f"{each} read as a percentage" for each in ("59.5", "40", "0.5")],
        ),
        (
            ["60%", "40", "0.4"],
            ["0.6", "0.4", None],
            [None, "40 read as a percentage", "0.4 may be a share or a percentage"],
        ),
    ],
)
def test_a_share_is_a_part_of_one(tmp_path, cells, parts, remarks):
    assert shares(tmp_path, *cells) == [
        (part and Decimal(part), said and f'["share: {said}"]')
        for part, said in zip(parts, remarks, strict=True)
    ]
