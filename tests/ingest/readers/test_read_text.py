"""Text as it is opened: which encoding is reported, and lines of another one."""

from __future__ import annotations

import pytest

from qingfeng.ingest.opening import read_text

TEXT = "户名,金额\n何桂蓉,1.00\n林墨白,2.00\n"


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.replace(",", "|").encode("gb18030"), "gb18030"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode(), "utf-8"),
        ("微信号: a\n昵称: 甲\n".encode("utf-16"), "utf-16"),
    ],
)
def test_the_encoding_that_was_used_is_reported(raw, encoding):
    assert read_text(raw, "").encoding == encoding


def test_a_line_of_another_encoding_is_read_and_named():
    grid = read_text(TEXT.encode() + "王伟,3.00\n".encode("gb18030"), "")
    assert grid.cells.column(0).to_pylist() == ["户名", "何桂蓉", "林墨白", "王伟"]
    assert [(note.row, "GB18030" in note.text) for note in grid.notes] == [(4, True)]
