import dataclasses
import io
import struct
import zipfile
import zlib

import pytest
import pyzipper

from qingfeng.errors import PasswordNeeded, UnknownContent, UnreadableFile, UnsafeArchive
from qingfeng.ingest.readers.archive import open_archive
from qingfeng.ingest.readers.limits import Limits

BODY = "户名,金额\n测试,1.00\n".encode("gb18030")


def zipped(files, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def aes(files, password=b"secret"):
    buffer = io.BytesIO()
    with pyzipper.AESZipFile(
        buffer, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password)
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def with_raw_name(data, ascii_name, raw):
    """Write *raw* over a member name of equal length, without the UTF-8 flag."""
    assert len(ascii_name) == len(raw)
    return data.replace(ascii_name.encode(), raw)


def read(source, **options):
    return [
        (member.name, member.content, type(member.error).__name__ if member.error else None)
        for member in open_archive(source, "包.zip", **options)
    ]


def test_members_come_in_order_without_folders(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped([("d/", b""), ("d/b.csv", BODY), ("a.csv", b"")]))
    assert read(path) == [("d/b.csv", BODY, None), ("a.csv", b"", None)]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_the_utf8_flag_are_read(encoding):
    raw = "流水㛃.csv".encode(encoding)
    placeholder = "x" * len(raw)
    assert read(with_raw_name(zipped([(placeholder, BODY)]), placeholder, raw)) == [
        ("流水㛃.csv", BODY, None)
    ]


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("../x.csv", True),
        ("a/../../x.csv", True),
        ("/etc/x.csv", True),
        ("C:/x.csv", True),
        ("..\\x.csv", True),
        ("a..b/x..csv", False),
        ("c/x.csv", False),
    ],
)
def test_a_name_that_leads_out_is_refused_alone(name, refused):
    found = read(zipped([(name, b"1"), ("good.csv", BODY)]))
    assert found[0][2] == ("UnsafeArchive" if refused else None)
    assert found[1] == ("good.csv", BODY, None)


def test_a_link_is_refused_alone():
    link = zipfile.ZipInfo("link.csv")
    link.external_attr = 0o120777 << 16
    assert [error for _, _, error in read(zipped([(link, b"/etc/x"), ("a", b"1")]))] == [
        "UnsafeArchive",
        None,
    ]


@pytest.mark.parametrize(("size", "error"), [(1 << 20, None), ((1 << 20) + 1, "UnsafeArchive")])
def test_a_bomb_is_refused_above_the_floor(size, error):
    limits = Limits(archive_ratio=10)
    found = read(zipped([("zeros", bytes(size)), ("a", b"1")]), limits=limits)
    assert [kind for _, _, kind in found] == [error, None]


def test_a_bomb_that_its_directory_tells_is_not_unpacked():
    limits = Limits(archive_ratio=10, archive_bytes=1 << 19)
    found = read(zipped([("zeros", bytes(2 << 20)), ("a", b"1")]), limits=limits)
    assert [(content, kind) for _, content, kind in found] == [(b"", "UnsafeArchive"), (b"1", None)]


def test_a_member_larger_than_it_says_is_refused():
    data = bytearray(zipped([("zeros", bytes(3 << 20))]))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    assert [kind for _, _, kind in read(bytes(data))] != [None]


@pytest.mark.parametrize(("most", "refused"), [(6, False), (5, True)])
def test_total_bytes_are_bounded(most, refused):
    source = zipped([("a", b"123"), ("in.zip", zipped([("b", b"456")], zipfile.ZIP_STORED))])
    inner = len(zipped([("b", b"456")], zipfile.ZIP_STORED))
    limits = Limits(archive_bytes=most + inner)
    if refused:
        with pytest.raises(UnsafeArchive):
            read(source, limits=limits)
    else:
        assert [name for name, _, _ in read(source, limits=limits)] == ["a", "in.zip/b"]


@pytest.mark.parametrize(("most", "refused"), [(3, False), (2, True)])
def test_the_number_of_members_is_bounded(most, refused):
    source = zipped([(name, b"1") for name in "abc"])
    if refused:
        with pytest.raises(UnsafeArchive, match="more than 2 files"):
            read(source, limits=Limits(archive_members=most))
    else:
        assert len(read(source, limits=Limits(archive_members=most))) == 3


@pytest.mark.parametrize(("depth", "error"), [(3, None), (2, "UnsafeArchive")])
def test_nested_zips_are_opened_to_the_depth(depth, error):
    source = zipped([("1.zip", zipped([("2.zip", zipped([("a.csv", BODY)]))])), ("b", b"1")])
    found = read(source, limits=Limits(archive_depth=depth))
    name = "1.zip/2.zip/a.csv" if error is None else "1.zip/2.zip"
    assert [(found[0][0], found[0][2]), found[1]] == [(name, error), ("b", b"1", None)]


def test_a_workbook_is_a_member_not_a_nested_zip():
    book = zipped([("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"x")])
    assert read(zipped([("a.xlsx", book)])) == [("a.xlsx", book, None)]


def test_aes_opens_with_any_of_the_passwords():
    assert read(aes([("a.csv", BODY)]), passwords=["no", "secret"]) == [("a.csv", BODY, None)]


def test_a_chinese_password_is_tried_as_gb18030_too():
    source = aes([("a.csv", BODY)], "密码".encode("gb18030"))
    assert read(source, passwords=["密码"]) == [("a.csv", BODY, None)]


@pytest.mark.parametrize("passwords", [(), ("wrong",)])
def test_aes_without_its_password_says_so_once(passwords):
    with pytest.raises(PasswordNeeded) as refusal:
        read(aes([("a.csv", BODY), ("b.csv", BODY)]), passwords=passwords)
    assert refusal.value.reason == "AES-encrypted zip, no or wrong password"
    assert "--password-file" in refusal.value.way_out


def test_open_members_of_a_partly_locked_zip_are_read():
    buffer = io.BytesIO(zipped([("open.csv", BODY)]))
    with pyzipper.AESZipFile(buffer, "a", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"secret")
        archive.writestr("locked.csv", BODY)
    assert read(buffer.getvalue()) == [
        ("open.csv", BODY, None),
        ("locked.csv", b"", "PasswordNeeded"),
    ]


def zipcrypto(name, data, password):
    """Encrypt as APPNOTE 6.1 says; the standard library can only decrypt."""
    table = []
    for i in range(256):
        value = i
        for _ in range(8):
            value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
        table.append(value)
    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(byte):
        keys[0] = (keys[0] >> 8) ^ table[(keys[0] ^ byte) & 255]
        keys[1] = ((keys[1] + (keys[0] & 255)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = (keys[2] >> 8) ^ table[(keys[2] ^ (keys[1] >> 24)) & 255]

    for byte in password:
        update(byte)
    crc = zlib.crc32(data)
    packed = bytearray()
    for byte in bytes(11) + bytes([crc >> 24]) + data:
        mixed = (keys[2] & 0xFFFF) | 2
        packed.append(byte ^ (((mixed * (mixed ^ 1)) >> 8) & 255))
        update(byte)
    common = struct.pack("<5H3I2H", 20, 1, 0, 0, 33, crc, len(packed), len(data), len(name), 0)
    local = b"PK\x03\x04" + common + name
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<3H2I", 0, 0, 0, 0, 0)
    central += name
    end = struct.pack("<4H2IH", 0, 0, 1, 1, len(central), len(local) + len(packed), 0)
    return local + bytes(packed) + central + b"PK\x05\x06" + end


def test_zipcrypto_opens_with_its_password_and_names_itself_without():
    source = zipcrypto(b"a.csv", BODY, b"secret")
    assert read(source, passwords=["secret"]) == [("a.csv", BODY, None)]
    with pytest.raises(PasswordNeeded, match="ZipCrypto-encrypted zip, no or wrong password"):
        read(source, passwords=[f"wrong{i}" for i in range(300)])


def test_a_damaged_member_is_named_and_the_others_are_read():
    data = bytearray(zipped([("bad.csv", BODY), ("good.csv", BODY)], zipfile.ZIP_STORED))
    data[data.find(BODY)] ^= 1
    found = read(bytes(data))
    assert found == [("bad.csv", b"", "UnreadableFile"), ("good.csv", BODY, None)]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_cut_zip_gives_its_whole_members_and_the_damage(method):
    whole = zipped([("a.csv", BODY * 9), ("b.csv", BODY * 9)], method)
    cut = whole[: whole.find(b"b.csv") + 12]
    members = list(open_archive(cut, "包.zip"))
    assert [(member.name, member.content) for member in members] == [
        ("a.csv", BODY * 9),
        ("b.csv", b""),
        ("", b""),
    ]
    assert members[1].error.reason == "cut off or damaged"
    assert members[2].error.reason.endswith("; 1 files could be read, 1 not")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
@pytest.mark.parametrize("harm", ["content", "size"])
def test_files_behind_a_damaged_one_are_read_without_a_directory(method, harm):
    rows = "".join(f"测试,{number * 37 % 1009}.00\n" for number in range(300)).encode()
    data = bytearray(zipped([("a.csv", rows), ("b.csv", BODY), ("c.csv", BODY)], method))
    data = data[: data.index(b"PK\x01\x02")]
    if harm == "content":
        data[35 + 40 : 35 + 80] = b"\xff" * 40
    else:
        data[18:22] = (len(data) * 2).to_bytes(4, "little")
        data[14:18] = bytes(4)
    found = list(open_archive(bytes(data), "a.zip"))
    read = [member.name for member in found if member.error is None]
    assert read == ["b.csv", "c.csv"]
    assert [member.name for member in found if member.error is not None] == ["a.csv", ""]


def test_a_zip_of_which_nothing_is_left_cannot_be_opened():
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        read(b"PK\x03\x04\x14")


def test_a_damaged_nested_zip_does_not_stop_the_outer_one():
    found = read(zipped([("in.zip", b"PK\x03\x04 torn"), ("a.csv", BODY)]))
    assert found == [("in.zip", b"", "UnreadableFile"), ("a.csv", BODY, None)]


def test_an_unknown_packing_says_how_to_repack():
    data = bytearray(zipped([("a.csv", BODY)]))
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = data.find(signature) + offset
        data[at : at + 2] = struct.pack("<H", 9)
    (member,) = open_archive(bytes(data), "包.zip")
    assert isinstance(member.error, UnknownContent)
    assert "ordinary zip" in member.error.way_out


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_of_one_name_are_told_apart():
    data = zipped([("a.csv", BODY), ("a.csv", BODY), ("a (2).csv", BODY), ("a.csv", BODY)])
    names = [member.name for member in open_archive(data, "a.zip")]
    assert names == ["a.csv", "a (2).csv", "a (2) (2).csv", "a (3).csv"]


def test_limits_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Limits().cells = 1
