"""Small canonical tables of invented people for the tests of the reports."""

from datetime import UTC, datetime

import pyarrow as pa

from qingfeng.identifiers import citizen_check_digit, luhn_check_digit
from qingfeng.schema import table

SHA = "ab" * 32
CITIZEN = "35990119700101001" + citizen_check_digit("35990119700101001")
OTHER_CITIZEN = "35990119800202002" + citizen_check_digit("35990119800202002")
ACCOUNT = "3599000000000000001"
CARD = "622800000000000000" + luhn_check_digit("622800000000000000")

_ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DATE": pa.date32(),
    "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
    "BOOLEAN": pa.bool_(),
    "DECIMAL(18,6)": pa.decimal128(18, 6),
}


def rows_of(name, *rows):
    """A full physical table: columns not named in a row are null."""
    definition = table(name)
    physical = definition.physical()
    filled = []
    for number, row in enumerate(rows, start=1):
        unknown = set(row) - set(physical)
        assert not unknown, unknown
        defaults = {
            definition.id_column: f"{name}-{number}",
            "source_row": f"{SHA}·明细·{number + 1}",
        }
        filled.append(defaults | row)
    columns = {
        column: pa.array([row.get(column) for row in filled], _ARROW[kind])
        for column, kind in physical.items()
    }
    return pa.table(columns)


def transfer(at, amount_fen, **more):
    """One booking at *at*, Beijing time as ``2024-01-31T09:30:05``."""
    moment = datetime.fromisoformat(f"{at}+08:00").astimezone(UTC)
    row = {
        "account": ACCOUNT,
        "booked_at": moment,
        "time_precision": "second",
        "direction": "out",
        "amount_fen": amount_fen,
        "currency": "CNY",
        "status": "ok",
    }
    return row | more
