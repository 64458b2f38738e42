"""Workbooks written and bent for the tests of their readers."""

import io
import zipfile

import xlsxwriter

from qingfeng.ingest.readers.workbook import read_workbook


def written(write, **options):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        write(book, book.add_worksheet("流水"))
    return buffer.getvalue()


def repacked(data, change):
    """Rewrite a package: *change* takes a name and bytes and returns bytes, or None to drop it."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            body = change(name, old.read(name))
            if body is not None:
                new.writestr(name, body)
    return buffer.getvalue()


def rows(grid):
    return [list(row.values()) for row in grid.cells.to_pylist()]


def read(data, **options):
    return read_workbook(data, "", "流水.xlsx", **options)


SIMPLE = written(lambda _, sheet: (sheet.write("A1", "户名"), sheet.write("A2", "测试")))
