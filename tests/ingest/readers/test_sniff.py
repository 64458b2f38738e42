import io
import zipfile

import pytest

from qingfeng.ingest.readers.sniff import Content, is_litter, sniff, sniff_bytes, sniff_path

SPREADSHEETML = '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'


def zipped(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


CASES = [
    pytest.param(b"", Content.EMPTY, id="empty"),
    pytest.param(zipped("a.csv"), Content.ZIP, id="zip"),
    pytest.param(zipped(), Content.ZIP, id="empty zip"),
    pytest.param(zipped("[Content_Types].xml", "xl/workbook.xml"), Content.XLSX, id="xlsx"),
    pytest.param(zipped("d/[Content_Types].xml", "d/xl/workbook.xml"), Content.ZIP, id="folder"),
    pytest.param(zipped("[Content_Types].xml", "xl/workbook.bin"), Content.XLSB, id="xlsb"),
    pytest.param(zipped("[Content_Types].xml", "word/document.xml"), Content.DOCX, id="docx"),
    pytest.param(zipped("mimetype", "content.xml"), Content.ODS, id="ods"),
    pytest.param(zipped("OFD.xml", "Doc_0/Document.xml"), Content.OFD, id="ofd"),
    pytest.param(zipped("a.csv")[:-10], Content.ZIP, id="zip without its end"),
    pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 9, Content.XLS, id="torn container"),
    pytest.param(
        b"<?xml version='1.0'?>" + SPREADSHEETML.encode(), Content.SPREADSHEETML, id="2003"
    ),
    pytest.param(SPREADSHEETML.encode("utf-16"), Content.SPREADSHEETML, id="2003 in utf-16"),
    pytest.param(b"\xef\xbb\xbf  <!-- x --><HTML><body>", Content.HTML, id="html"),
    pytest.param(b"<!DOCTYPE html PUBLIC 'x'><x>", Content.HTML, id="doctype"),
    pytest.param(b"<table><tr><td>1", Content.HTML, id="bare table"),
    pytest.param(b"MIME-Version: 1.0\nContent-Type: multipart/related;\n", Content.MHTML, id="mht"),
    pytest.param(b"<EInvoice><Header/></EInvoice>", Content.XML_INVOICE, id="digital invoice"),
    pytest.param(b"<r><FPHM>1</FPHM></r>", Content.XML_INVOICE, id="pinyin invoice"),
    pytest.param(
        "<发票><发票号码>1</发票号码></发票>".encode("gb18030"), Content.XML_INVOICE, id="chinese"
    ),
    pytest.param(b"<?xml version='1.0'?><Other/>", Content.XML, id="other xml"),
    pytest.param(b"a\tb\n1\t2\n", Content.TEXT, id="tabs named xls"),
    pytest.param(b"From,To\n1,2\n", Content.TEXT, id="a header like a mail's"),
    pytest.param(b'="001"\t1\n', Content.TEXT, id="formula text"),
    pytest.param("户名\n".encode("utf-16"), Content.TEXT, id="utf-16"),
    pytest.param(b"a\0,b\n" * 9, Content.TEXT, id="text with NULs"),
    pytest.param(bytes(range(256)), Content.UNKNOWN, id="binary"),
    pytest.param(b"%PDF-1.4", Content.PDF, id="pdf"),
    pytest.param(b"\x89PNG\r\n\x1a\n", Content.IMAGE, id="png"),
    pytest.param(b"SQLite format 3\0", Content.SQLITE, id="sqlite"),
    pytest.param(b"7z\xbc\xaf\x27\x1c", Content.SEVEN_ZIP, id="7z"),
    pytest.param(b"Rar!\x1a\x07\x01", Content.RAR, id="rar"),
    pytest.param(b"\x1f\x8b\x08\0", Content.GZIP, id="gzip"),
]


@pytest.mark.parametrize(("data", "content"), CASES)
def test_content_decides_whatever_the_name(data, content, tmp_path):
    path = tmp_path / "delivered.xls"
    path.write_bytes(data)
    assert sniff_bytes(data, "delivered.xls") is content
    assert sniff_path(path) is content
    assert sniff(data, "delivered.csv") is content


@pytest.mark.parametrize(
    ("name", "litter"),
    [
        ("包/~$流水.xlsx", True),
        ("包/.DS_Store", True),
        ("Thumbs.db", True),
        ("a\\DESKTOP.INI", True),
        ("__MACOSX/流水.csv", True),
        ("._流水.csv", True),
        (".~lock.流水.ods#", True),
        ("~流水.xlsx", False),
        ("包/流水$.csv", False),
        ("thumbs.csv", False),
    ],
)
def test_litter_is_named(name, litter):
    note = is_litter(name)
    assert (note is not None) is litter
    assert note is None or note.endswith("ignored")
