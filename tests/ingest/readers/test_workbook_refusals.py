"""Workbooks that are locked, torn or harmful."""

import io
import re
import zipfile

import msoffcrypto.format.ooxml
import pytest

from qingfeng.errors import EmptyFile, PasswordNeeded, UnknownContent, UnreadableFile, UnsafeArchive
from qingfeng.ingest.readers.limits import Limits
from tests.ingest.readers.written_workbooks import SIMPLE, read, repacked, rows


def encrypted(password):
    buffer = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(SIMPLE)).encrypt(password, buffer)
    return buffer.getvalue()


def test_an_encrypted_workbook_opens_with_its_password():
    (grid,) = read(encrypted("secret"), passwords=["no", "secret"])
    assert rows(grid) == [["户名"], ["测试"]]


@pytest.mark.parametrize("passwords", [(), ("wrong",)])
def test_an_encrypted_workbook_without_its_password_says_so(passwords):
    with pytest.raises(PasswordNeeded, match="encrypted Office file, no or wrong password"):
        read(encrypted("secret"), passwords=passwords)


def test_a_workbook_only_protected_against_changes_needs_no_password():
    assert len(read(encrypted("VelvetSweatshop"))) == 1


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_cut_workbook_is_refused(share):
    with pytest.raises(UnreadableFile):
        read(SIMPLE[: int(len(SIMPLE) * share)])


def test_a_cut_encrypted_workbook_is_refused():
    with pytest.raises(UnreadableFile):
        read(encrypted("secret")[:3000], passwords=["secret"])


def test_a_workbook_without_sheets_is_an_error():
    def change(name, body):
        return (
            re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", body) if "workbook.xml" in name else body
        )

    with pytest.raises(EmptyFile, match="no sheet"):
        read(repacked(SIMPLE, change))


def test_entities_are_refused():
    def change(name, body):
        if name != "xl/workbook.xml":
            return body
        return body.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "aaaa">]>', 1)

    with pytest.raises(UnsafeArchive, match="entities"):
        read(repacked(SIMPLE, change))


def test_a_package_that_unpacks_beyond_the_limit_is_refused():
    size = sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(SIMPLE)).infolist())
    assert len(read(SIMPLE, limits=Limits(sheet_part_bytes=size))) == 1
    with pytest.raises(UnsafeArchive):
        read(SIMPLE, limits=Limits(sheet_part_bytes=size - 1))


@pytest.mark.parametrize("data", [b"", b"a,b\n", b"\0" * 600, b"%PDF-1.4"])
def test_what_is_no_workbook_is_refused(data):
    with pytest.raises(UnknownContent):
        read(data)
