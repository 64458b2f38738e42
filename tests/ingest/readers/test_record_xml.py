"""XML of plain records, as police interfaces give it."""

from __future__ import annotations

import pytest

from qingfeng.errors import UnknownContent, UnreadableFile, UnsafeArchive
from qingfeng.ingest.readers.limits import Limits
from qingfeng.ingest.readers.record_xml import read_records
from tests.ingest.test_header_sides import read

RECORD = (
    "<data><zh>1035990001</zh><zhmc>林墨白</zhmc><jysj>20240105100000</jysj><jyje>100.00</jyje>"
    "<jyye>1,000.00</jyye><jdbz>D</jdbz><dfzh>{}</dfzh><dfzhmc>甲</dfzhmc></data>"
)


def cells(grid):
    return [list(row.values()) for row in grid.cells.to_pylist()]


def test_records_become_rows_below_their_names():
    raw = b"<r><a><x>1</x><y>2</y></a><a><y>3</y><z/></a><b k='4'><m>5</m><n>6</n></b></r>"
    one, two = read_records(raw, "", "x.xml")
    assert (one.sheet, cells(one)) == ("a", [["x", "y", "z"], ["1", "2", ""], ["", "3", ""]])
    assert (two.sheet, cells(two)) == ("b", [["k", "m", "n"], ["4", "5", "6"]])


def test_a_value_given_twice_stands_as_both():
    (grid,) = read_records(b"<r><a><x>1</x><x>2</x><y>3</y></a></r>", "", "x.xml")
    assert cells(grid) == [["x", "y"], ["1；2", "3"]]


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"<Other/>", UnknownContent),
        (b"<r><a>1</a></r>", UnknownContent),
        (b"<r><a x='1' y='2'/></r>", UnknownContent),
        (b'<!DOCTYPE r [<!ENTITY e "x">]><r><a>1</a><b>2</b></r>', UnsafeArchive),
    ],
)
def test_xml_without_records_is_refused(raw, error):
    with pytest.raises(error):
        read_records(raw, "", "x.xml")


def test_a_large_xml_is_refused():
    with pytest.raises(UnreadableFile):
        read_records(b"<r><a><x>1</x><y>2</y></a></r>", "", "x.xml", Limits(markup_bytes=10))


def test_bookings_of_the_police_interface(tmp_path):
    lines = ['<?xml version="1.0" encoding="utf-8"?><root>', RECORD.format("1035990002"), "</root>"]
    columns = "account, direction, amount_fen, balance_fen, counterparty_account"
    assert read(tmp_path, lines, columns, name="a.xml") == [
        ("1035990001", "out", 10_000, 100_000, "1035990002")
    ]
