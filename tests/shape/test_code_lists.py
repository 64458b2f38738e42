import re

import pytest

from qingfeng import vocabulary
from qingfeng.schema import tables
from qingfeng.vocabulary import (
    AccountStatus,
    Authority,
    CallDirection,
    CallKind,
    IdType,
    InvoiceStatus,
    TimePrecision,
    TransferDirection,
    TransferStatus,
)

LISTED = [
    ("transfers", "direction", TransferDirection),
    ("transfers", "status", TransferStatus),
    ("transfers", "time_precision", TimePrecision),
    ("accounts", "status", AccountStatus),
    ("persons", "id_type", IdType),
    ("calls", "kind", CallKind),
    ("calls", "direction", CallDirection),
    ("invoices", "status", InvoiceStatus),
]


@pytest.mark.parametrize(("table", "column", "codes"), LISTED)
def test_a_column_note_lists_exactly_the_codes(table, column, codes):
    note = tables()[table].column(column).note.split(";")[0]
    if note:
        assert set(re.findall(r"[a-z_0-9]+", note)) - {"or"} == {each.value for each in codes}


def test_every_authority_is_a_code():
    assert {table.authority for table in tables().values()} <= {each.value for each in Authority}


def test_every_code_has_a_label():
    named = (getattr(vocabulary, name) for name in vocabulary.__all__)
    members = [member for each in named for member in each]
    assert len(members) > 40
    assert [member for member in members if not member.label.strip()] == []
