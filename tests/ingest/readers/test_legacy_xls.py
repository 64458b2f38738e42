"""The old binary workbook."""

import struct

import pytest

from qingfeng.errors import UnreadableFile
from qingfeng.ingest.readers import legacy_xls
from qingfeng.ingest.readers.limits import Limits
from tests.ingest.readers.written_workbooks import read, rows


def biff(*records):
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)


def old_workbook(*cells, code_page=None):
    """Return a bare worksheet stream of Excel 4 with *cells* ready as records."""
    head = [(0x0409, struct.pack("<3H", 0x0400, 0x0010, 0))]
    if code_page is not None:
        head.append((0x0042, struct.pack("<H", code_page)))
    return biff(*head, *cells, (0x000A, b""))


def label(row, at, raw):
    return (0x0204, struct.pack("<4H", row, at, 0, len(raw)) + raw)


def test_an_old_xls_with_a_wrong_code_page_is_read_as_gb18030():
    data = old_workbook(
        label(0, 0, "对手户名".encode("gb18030")), label(2, 1, "测试石业".encode("gb18030")),
        code_page=1252,
    )  # fmt: skip
    (grid,) = read(data)
    assert rows(grid) == [["对手户名", ""], ["", ""], ["", "测试石业"]]
    assert (grid.encoding, grid.kind) == ("gb18030", "xls")


def test_an_old_xls_with_error_cells_keeps_their_text():
    data = old_workbook(label(0, 0, b"x"), (0x0205, struct.pack("<3H2B", 1, 0, 0, 0x2A, 1)))
    (grid,) = read(data)
    assert rows(grid) == [["x"], ["#N/A"]]


@pytest.mark.parametrize(
    ("first_row", "rows_declared", "columns_declared", "plausible"),
    [
        (0, 65_536, 256, True),
        (0, 65_537, 256, False),
        (0, 65_536, 257, False),
        (3, 3, 256, True),
        (4, 3, 256, False),
    ],
)
def test_a_forged_size_keeps_the_first_reader_away(
    first_row, rows_declared, columns_declared, plausible
):
    size = struct.pack("<2I3H", first_row, rows_declared, 0, columns_declared, 0)
    assert legacy_xls.is_plausible(old_workbook((0x0200, size))) is plausible


@pytest.mark.parametrize(("at", "plausible"), [(255, True), (256, False)])
def test_a_forged_column_keeps_the_first_reader_away(at, plausible):
    assert legacy_xls.is_plausible(old_workbook(label(0, at, b"x"))) is plausible


@pytest.mark.parametrize("size", [8, 20, 60, 600])
def test_a_torn_old_xls_is_refused(size):
    with pytest.raises(UnreadableFile):
        read((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 600)[:size])


def test_an_old_xls_beyond_its_limit_is_refused():
    data = old_workbook(label(0, 0, b"x"))
    assert len(read(data, limits=Limits(legacy_workbook_bytes=len(data)))) == 1
    with pytest.raises(UnreadableFile, match=r"old \.xls of more than"):
        read(data, limits=Limits(legacy_workbook_bytes=len(data) - 1))
