import pytest

from qingfeng.ingest.readers.delimited import Dialect, parse, plain_bytes, sense

ROWS = 300

# 丂 is 81 40 in GB18030: its one byte beyond ASCII is the first of the cell.


def column(grid, index=0):
    cells = grid.cells.column(index).to_pylist()
    assert len(cells) == grid.height
    return cells


def lines(cells, encoding):
    return b"".join(cell.encode(encoding) + b",1\n" for cell in cells)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("every", [1, 2, 3, 50, 1000], ids=lambda every: f"one in {every}")
def test_chinese_in_many_and_in_few_cells_reads_alike(encoding, every):
    cells = ["户名", *(f"丂{n}" if n % every == 0 else f"{n}.00" for n in range(ROWS))]
    grid = parse(lines(cells, encoding), Dialect(encoding, ",", 2))
    assert column(grid) == cells
    assert grid.notes == ()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("every", [1, 1000], ids=["dense", "sparse"])
@pytest.mark.parametrize("row", [2, 70, ROWS], ids=["at the top", "below", "last"])
def test_a_byte_of_no_encoding_is_replaced_and_named(encoding, every, row):
    cells = ["户名", *("张三" if n % every == 0 else f"{n}" for n in range(1, ROWS))]
    records = lines(cells, encoding).splitlines(keepends=True)
    records[row - 1] = b"a\xff,1\n"
    grid = parse(b"".join(records), Dialect(encoding, ",", 2))
    assert column(grid)[row - 1] == "a\ufffd"
    assert column(grid)[: row - 1] + column(grid)[row:] == cells[: row - 1] + cells[row:]
    assert [(note.row, note.column) for note in grid.notes] == [(row, "c0")]


def test_a_broken_record_with_too_many_fields_is_kept_in_silence(capfd):
    raw = b"a,b\n" + "张三,1\n".encode() * ROWS + b"\xff,1,2\n"
    grid = parse(raw, Dialect("utf-8", ",", 2))
    assert [each[-1] for each in grid.cells.to_pydict().values()] == ["\ufffd", "1", "2"]
    assert column(grid)[1:-1] == ["张三"] * ROWS
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-32-be", "utf-8", "gb18030"])
@pytest.mark.parametrize("end", ["", "\x1a", "\x1a\x1a", "\x1a\r\n", "\r\n\x1a"], ids=repr)
def test_wide_text_and_a_closing_dos_mark_are_read(encoding, end):
    raw = ("户名,金额\r\n张三,1.00\r\n李四,2.00\r\n" + end).encode(encoding)
    plain, codec = plain_bytes(raw, encoding)
    grid = parse(plain, sense(plain, codec))
    filled = [cells for cells in zip(column(grid), column(grid, 1), strict=True) if any(cells)]
    assert filled == [("户名", "金额"), ("张三", "1.00"), ("李四", "2.00")]


def test_lone_returns_among_line_feeds_fail_nothing():
    raw = "户名,金额\n张三,1.00\r李四,2.00\n王五,3.00\n".encode()
    grid = parse(raw, sense(raw, "utf-8"))
    assert column(grid) == ["户名", "张三", "李四", "王五"]


def test_cells_that_are_wrapped_as_formulas_are_their_text():
    raw = b'="\xbf\xa8"\t="b"\n="0012"\t="a""b"""\n=1+1\tx="y"\n'
    grid = parse(raw, Dialect("gb18030", "\t", 2))
    assert column(grid) == ["卡", "0012", "=1+1"]
    assert column(grid, 1) == ["b", 'a"b"', 'x="y"']
