import io
import zipfile

import pytest

from qingfeng.errors import UnreadableFile, UnsafeArchive
from qingfeng.ingest.readers.einvoice import read_invoice_xml, read_ofd
from qingfeng.ingest.readers.limits import Limits

DIGITAL = """<?xml version="1.0" encoding="UTF-8"?>
<EInvoice><Header><EIid>26359900000000000011</EIid>
</Header><EInvoiceData><SellerInformation><SellerIdNum>S1</SellerIdNum><SellerName>测试石业</SellerName>
</SellerInformation><BuyerInformation><BuyerIdNum>B1</BuyerIdNum><BuyerName>测试镇政府</BuyerName>
</BuyerInformation><BasicInformation><TotalAmWithoutTax>-100.00</TotalAmWithoutTax>
<TotalTaxAm>-6.00</TotalTaxAm><TotalTax-includedAmount>-106.00</TotalTax-includedAmount>
<RequestTime>2026-01-02</RequestTime></BasicInformation>
<IssuItemInformation><ItemName>*石*板</ItemName><Amount>-40.00</Amount><TaxRate>0.06</TaxRate>
<TotaltaxIncludedAmount>-42.40</TotaltaxIncludedAmount></IssuItemInformation>
<IssuItemInformation><ItemName>*石*砖</ItemName><Amount>-60.00</Amount><TaxRate>0.06</TaxRate>
<TotaltaxIncludedAmount>-63.60</TotaltaxIncludedAmount></IssuItemInformation>
<SpecificInformation><RedEInvoice><OriginalInvoiceCode>26359900000000000001</OriginalInvoiceCode>
<InvoiceNumber>26359900000000000001</InvoiceNumber></RedEInvoice></SpecificInformation></EInvoiceData>
<TaxSupervisionInfo><InvoiceNumber>26359900000000000011</InvoiceNumber>
<IssueTime>2026-01-03 10:00:00</IssueTime></TaxSupervisionInfo></EInvoice>"""

OFD_INVOICE = """<eInvoice xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019">
<fp:InvoiceCode>035990000011</fp:InvoiceCode><fp:InvoiceNo>00000001</fp:InvoiceNo>
<fp:IssueDate>2024年01月31日</fp:IssueDate><fp:Seller><fp:SellerName>测试石业</fp:SellerName></fp:Seller>
<fp:TaxInclusiveTotalAmount>10.60</fp:TaxInclusiveTotalAmount>
<fp:TaxTotalAmount>0.60</fp:TaxTotalAmount><fp:TaxExclusiveTotalAmount>10.00</fp:TaxExclusiveTotalAmount>
<fp:GoodsInfos><fp:GoodsInfo><fp:Item>餐费</fp:Item><fp:TaxScheme>6%</fp:TaxScheme></fp:GoodsInfo>
</fp:GoodsInfos></eInvoice>"""


def records(grid):
    header, *rows = (list(row.values()) for row in grid.cells.to_pylist())
    return [{name: text for name, text in zip(header, row, strict=True) if text} for row in rows]


def read(text, encoding="utf-8"):
    return read_invoice_xml(text.encode(encoding), "", "票.xml")[0]


def packed(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in members.items():
            package.writestr(name.replace("__", "/") + ".xml", text)
    return buffer.getvalue()


def test_the_digital_invoice_and_its_traps():
    grid = read(DIGITAL)
    assert records(grid) == [
        {
            "数电发票号码": "26359900000000000011",
            "销方识别号": "S1",
            "销方名称": "测试石业",
            "购方识别号": "B1",
            "购买方名称": "测试镇政府",
            "开票日期": "2026-01-02",
            "货物或应税劳务名称": "*石*板；*石*砖",
            "金额": "-100.00",
            "税率": "0.06",
            "税额": "-6.00",
            "价税合计": "-106.00",
            "被红冲蓝字发票号码": "26359900000000000001",
        }
    ]
    assert (grid.kind, grid.notes, grid.rows.to_pylist()) == ("xml_invoice", (), [1, 2])


def test_pinyin_tags_and_two_invoices_in_one_file():
    text = """<?xml version="1.0" encoding="gb2312"?><business><FP><FPDM>035990000011</FPDM>
    <FPHM>00000001</FPHM><KPRQ>20240131</KPRQ><XSF_NSRSBH>S</XSF_NSRSBH><XSF_MC>测试㛃行</XSF_MC>
    <GMF_MC>买方</GMF_MC><HJJE>10</HJJE><HJSE>1</HJSE><JSHJ>11</JSHJ><XX><XMMC>甲</XMMC><SL>0.1</SL></XX>
    </FP><FP><FPHM>00000002</FPHM><JSHJ>12</JSHJ></FP></business>"""
    first, second = records(read(text, "gb18030"))
    assert first == {
        "发票代码": "035990000011", "发票号码": "00000001", "开票日期": "20240131",
        "销方识别号": "S", "销方名称": "测试㛃行", "购买方名称": "买方", "金额": "10", "税额": "1",
        "价税合计": "11", "货物或应税劳务名称": "甲", "税率": "0.1",
    }  # fmt: skip
    assert second == {"发票号码": "00000002", "价税合计": "12"}


def test_chinese_tags_with_a_starred_tax():
    text = """<发票><发票号码>26359900000000000012</发票号码><开票日期>2026年01月02日</开票日期>
    <购买方><购买方名称>买方</购买方名称></购买方><销售方><销售方名称>卖方</销售方名称>
    <销售方纳税人识别号>X</销售方纳税人识别号></销售方><合计金额>1</合计金额><合计税额>*</合计税额>
    <价税合计>1</价税合计><被红冲蓝字发票号码>9</被红冲蓝字发票号码></发票>"""
    (record,) = records(read(text))
    assert record == {
        "数电发票号码": "26359900000000000012", "开票日期": "2026年01月02日", "购买方名称": "买方",
        "销方名称": "卖方", "销方识别号": "X", "金额": "1", "税额": "*", "价税合计": "1",
        "被红冲蓝字发票号码": "9",
    }  # fmt: skip


def test_different_rates_are_listed_once_each_in_order():
    text = DIGITAL.replace("<TaxRate>0.06", "<TaxRate>0.13", 1)
    assert records(read(text))[0]["税率"] == "0.13；0.06"


@pytest.mark.parametrize(("total", "noted"), [("-106.00", False), ("-106.01", True)])
def test_a_total_that_does_not_add_up_is_noted(total, noted):
    notes = read(DIGITAL.replace("-106.00", total)).notes
    assert [note.row for note in notes] == ([2] if noted else [])


def test_missing_totals_are_summed_from_the_lines():
    text = DIGITAL.replace("<TotalAmWithoutTax>-100.00</TotalAmWithoutTax>", "")
    assert records(read(text))[0]["金额"] == "-100.00"


@pytest.mark.parametrize("text", ["<a><b>1</b></a>", "<EInvoice/>", "", "no markup", "<a>" * 5000])
def test_what_holds_no_invoice_is_refused(text):
    with pytest.raises(UnreadableFile):
        read(text)


def test_entities_are_refused():
    text = '<!DOCTYPE a [<!ENTITY b "cc">]><EInvoice><InvoiceNumber>&b;</InvoiceNumber></EInvoice>'
    with pytest.raises(UnsafeArchive):
        read(text)


def test_the_invoice_attached_to_an_ofd_is_read():
    grid = read_ofd(
        packed(
            OFD="<a/>",
            Doc_0__Attachs__Attachments="<a/>",
            Doc_0__Attachs__original_invoice=OFD_INVOICE,
        ),
        "",
        "票.ofd",
    )[0]
    assert records(grid) == [
        {
            "发票代码": "035990000011",
            "发票号码": "00000001",
            "销方名称": "测试石业",
            "开票日期": "2024年01月31日",
            "货物或应税劳务名称": "餐费",
            "金额": "10.00",
            "税率": "6%",
            "税额": "0.60",
            "价税合计": "10.60",
        }
    ]
    assert grid.kind == "ofd"


def test_an_ofd_without_attachment_is_read_from_its_document_data():
    pairs = {
        "发票代码": "035990000011",
        "发票号码": "00000001",
        "合计金额": "10.00",
        "购买方名称": "甲",
    }
    data = "".join(f'<o:CustomData Name="{k}">{v}</o:CustomData>' for k, v in pairs.items())
    grid = read_ofd(packed(OFD=f'<o:OFD xmlns:o="http://x">{data}</o:OFD>'), "", "票.ofd")[0]
    (record,) = records(grid)
    assert record == {
        "发票代码": "035990000011",
        "发票号码": "00000001",
        "金额": "10.00",
        "购买方名称": "甲",
    }
    assert ["no invoice XML attached" in note.text for note in grid.notes] == [True]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(packed(OFD="<a/>", Doc_0__Tags__Tag_Invoice="<a/>"), id="a picture only"),
        pytest.param(packed(OFD="<a", Doc_0__Attachs__original_invoice="<"), id="torn parts"),
        pytest.param(packed(OFD="<a/>")[:-30], id="torn package"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_an_ofd_without_data_is_refused(data):
    with pytest.raises(UnreadableFile) as refusal:
        read_ofd(data, "", "票.ofd")
    assert refusal.value.way_out


def test_an_ofd_is_bounded():
    data = packed(OFD="<a/>", Doc_0__Attachs__original_invoice=OFD_INVOICE)
    size = sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(data)).infolist())
    assert read_ofd(data, "", "x", Limits(markup_bytes=size))[0].height == 2
    with pytest.raises(UnsafeArchive):
        read_ofd(data, "", "x", Limits(markup_bytes=size - 1))


@pytest.mark.parametrize(
    ("cut", "net"),
    [("<TotalAmWithoutTax>-1", None), ("-100.00</TotalAm", "-100.00"), ("<TotalTaxAm>", "-100.00")],
)
def test_a_value_that_the_file_ends_in_is_left_out(cut, net):
    grid = read(DIGITAL[: DIGITAL.index(cut) + len(cut)])
    assert records(grid)[0].get("金额") == net
    assert "what follows may be missing" in grid.notes[0].text


def test_lines_are_given_like_the_list_of_the_tax_platform():
    _, grid = read_invoice_xml(DIGITAL.encode(), "", "票.xml")
    first, second = records(grid)
    assert first == {
        "数电发票号码": "26359900000000000011", "销方识别号": "S1", "销方名称": "测试石业",
        "购方识别号": "B1", "购买方名称": "测试镇政府", "开票日期": "2026-01-02",
        "货物或应税劳务名称": "*石*板", "金额": "-40.00", "税率": "0.06", "价税合计": "-42.40",
        "是否正数发票": "否", "被红冲蓝字发票号码": "26359900000000000001",
    }  # fmt: skip
    assert (second["货物或应税劳务名称"], second["金额"], grid.sheet) == (
        "*石*砖",
        "-60.00",
        "明细",
    )


@pytest.mark.parametrize(
    ("tags", "quantity", "rate"),
    [
        ("<XMSL>2</XMSL><SL>0.06</SL>", "2", "0.06"),
        ("<SL>2</SL><SLV>0.06</SLV>", "2", "0.06"),
        ("<SL>0.06</SL>", None, "0.06"),
    ],
)
def test_a_pinyin_tag_that_is_a_rate_or_beside_one_a_quantity(tags, quantity, rate):
    text = f"<FP><FPHM>00000001</FPHM><XX><XMMC>甲</XMMC><XMJE>1</XMJE>{tags}</XX></FP>"
    (line,) = records(read_invoice_xml(text.encode(), "", "票.xml")[1])
    assert (line.get("数量"), line["税率"]) == (quantity, rate)


def test_elements_that_no_header_stands_for_follow_by_their_names():
    text = DIGITAL.replace("<SellerIdNum>", "<SellerBankAccNum>621</SellerBankAccNum><SellerIdNum>")
    text = text.replace("<Amount>-40.00", "<SpecialMark>01</SpecialMark><Amount>-40.00")
    invoices, lines = read_invoice_xml(text.encode(), "", "票.xml")
    assert records(invoices)[0]["SellerBankAccNum"] == "621"
    assert records(lines)[0]["SpecialMark"] == "01"


def test_lines_of_a_file_that_is_cut_off_are_not_summed():
    text = DIGITAL.replace("<TotalAmWithoutTax>-100.00</TotalAmWithoutTax>", "")
    grid = read(text[: text.index("<ItemName>*石*砖")])
    assert "金额" not in records(grid)[0]
