from datetime import datetime

import pytest
import xlsxwriter

from qingfeng.ingest.run import import_paths
from tests.ingest.header_grids import CARD
from tests.ingest.imports import new_case


@pytest.mark.parametrize(
    ("days", "since_1904", "said"),
    [
        (43861, True, "2024-02-01 00:00:00 day"),
        (43860.3958912037, True, "2024-01-31 09:30:05 second"),
        ("43860.3958912037", True, "2024-01-31 09:30:05 second"),
        ("20240201", True, "2024-02-01 00:00:00 day"),
        (45323, False, "2024-02-01 00:00:00 day"),
    ],
)
def test_days_are_counted_as_their_workbook_counts_them(days, since_1904, said, tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": since_1904}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["卡号", "交易时间", "收入", "支出", "余额"])
        sheet.write_row(1, 0, [CARD, days, 5, None, 5])
        shown = book.add_format({"num_format": "yyyy/m/d hh:mm:ss"})
        sheet.write_row(2, 0, [CARD, None, 1, None, 6])
        sheet.write_datetime(2, 1, datetime.fromisoformat("2024-02-03 04:05:06"), shown)
    case = new_case(tmp_path / "home")
    import_paths(case, [path])
    local = "strftime(booked_at AT TIME ZONE 'Asia/Shanghai', '%Y-%m-%d %H:%M:%S')"
    with case.connect() as connection:
        rows = connection.sql(
            f"SELECT {local} || ' ' || time_precision FROM transfers ORDER BY balance_fen"
        ).fetchall()
    assert rows == [(said,), ("2024-02-03 04:05:06 second",)]
