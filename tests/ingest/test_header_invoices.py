"""Invoices and their lines: which table, which state, and that no line is lost."""

from __future__ import annotations

import openpyxl
import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.imports import imported, new_case
from tests.ingest.test_header_sides import read, rows

FIRM = "91359900MA0TEUT0XD"
INVOICE = (
    "数电发票号码,销方识别号,销方名称,购买方名称,开票日期,"
    "金额,税额,价税合计,发票状态,是否正数发票,备注"
)
LINE = (
    "数电发票号码,销方识别号,销方名称,购买方名称,开票日期,货物或应税劳务名称,规格型号,单位,数量,单价,"
    "金额,税额,价税合计,发票状态,是否正数发票"
)
ONE, TWO = "24352000000000000001", "24352000000000000002"


def invoice(number: str, net: str, tax: str, total: str, rest: str) -> str:
    return f"{number},{FIRM},测试石业,测试局,2024-01-05 10:00:00,{net},{tax},{total},{rest}"


def line(model: str, price: str = "50.2477876106") -> str:
    head = f"{ONE},{FIRM},测试石业,测试局,2024-01-05 10:00:00"
    return f"{head},*轮胎*轮胎,{model},条,1,{price},50.00,3.00,53.00,正常,是"


def test_an_invoice_and_its_lines_are_never_added_up(tmp_path):
    book = openpyxl.Workbook()
    del book["Sheet"]
    for title, lines in (
        ("发票基础信息", [INVOICE, invoice(ONE, "100.00", "6.00", "106.00", "正常,是,")]),
        ("信息汇总表", [LINE, line("195/65R15"), line("205/55R16")]),
    ):
        sheet = book.create_sheet(title)
        for text in lines:
            sheet.append(text.split(","))
    book.save(tmp_path / "发票.xlsx")
    case = imported(tmp_path / "home", tmp_path / "发票.xlsx")
    assert rows(case, "number, total_fen", "invoices") == [(ONE, 10_600)]
    columns = "number, item_model, CAST(unit_price AS VARCHAR), total_fen"
    assert rows(case, columns, "invoice_lines") == [
        (ONE, "195/65R15", "50.247788", 5_300),
        (ONE, "205/55R16", "50.247788", 5_300),
    ]


def test_equal_lines_are_twins_and_a_second_delivery_of_them_is_none(tmp_path):
    text = "\n".join([LINE, line("195/65R15"), line("195/65R15")]) + "\n"
    for name in ("甲.csv", "乙.csv"):
        (tmp_path / name).write_text(text + ("\n" if name == "乙.csv" else ""), encoding="utf-8")
    case = imported(tmp_path / "home", tmp_path / "甲.csv", tmp_path / "乙.csv")
    assert rows(case, "total_fen", "invoice_lines") == [(5_300,), (5_300,)]


@pytest.mark.parametrize(
    ("rest", "total", "state"),
    [
        ("正常,是,", "106.00", ("ok", None)),
        (f"正常,否,被红冲蓝字数电票号码：{ONE}", "-106.00", ("red", ONE)),
        ("正常,否,对应正数发票代码:035002000111号码:12345678", "-106.00", ("red", "12345678")),
        ("正常,否,原因：开票有误 20210315", "-106.00", ("red", None)),
        ("正常,否,对应原发票号码 12345678", "-106.00", ("red", "12345678")),
        ("正常,,", "-106.00", ("red", None)),
        ("作废,否,", "-106.00", ("void", None)),
        ("已红冲-部分,是,", "106.00", ("red_cancelled", None)),
        ("已红冲-全额,是,", "106.00", ("red_cancelled", None)),
    ],
)
def test_the_state_of_an_invoice(tmp_path, rest, total, state):
    lines = [INVOICE, invoice(TWO, total, "0", total, rest)]
    assert read(tmp_path, lines, "status, red_of", table="invoices") == [state]


def test_a_discount_line_is_not_red(tmp_path):
    lines = [LINE, line("x").replace("50.00,3.00,53.00", "-5.00,-0.30,-5.30")]
    assert read(tmp_path, lines, "status, total_fen", table="invoice_lines") == [("ok", -530)]


XML = (
    "<EInvoice><EInvoiceData><SellerInformation><SellerName>测试石业</SellerName>"
    "</SellerInformation><BasicInformation><TotalAmWithoutTax>{s}100.00</TotalAmWithoutTax>"
    "<TotalTaxAm>{s}6.00</TotalTaxAm><TotalTax-includedAmount>{s}106.00</TotalTax-includedAmount>"
    "<RequestTime>2024-01-05 10:00:00</RequestTime></BasicInformation><SpecificInformation>{r}"
    "</SpecificInformation></EInvoiceData><TaxSupervisionInfo><InvoiceNumber>{n}</InvoiceNumber>"
    "</TaxSupervisionInfo></EInvoice>"
)
RED = f"<RedEInvoice><OriginalInvoiceCode>{ONE}</OriginalInvoiceCode></RedEInvoice>"


def test_electronic_invoices_are_what_they_were_issued_as(tmp_path):
    (tmp_path / "a.xml").write_text(XML.format(s="", r="<RedEInvoice/>", n=ONE), encoding="utf-8")
    (tmp_path / "b.xml").write_text(XML.format(s="-", r=RED, n=TWO), encoding="utf-8")
    case = imported(tmp_path / "home", tmp_path / "a.xml", tmp_path / "b.xml")
    said = "number, status, red_of, total_fen"
    assert sorted(rows(case, said, "invoices")) == [
        (ONE, "ok", None, 10_600),
        (TWO, "red", ONE, -10_600),
    ]


LINED = f"""<EInvoice><EInvoiceData><SellerInformation><SellerIdNum>{FIRM}</SellerIdNum>
<SellerName>测试石业</SellerName><SellerBankAccNum>621</SellerBankAccNum></SellerInformation>
<BasicInformation><TotalAmWithoutTax>160.00</TotalAmWithoutTax><TotalTaxAm>9.60</TotalTaxAm>
<TotalTax-includedAmount>169.60</TotalTax-includedAmount><RequestTime>2024-01-05</RequestTime>
</BasicInformation><IssuItemInformation><ItemName>餐费</ItemName><Amount>100.00</Amount>
<TaxRate>6%</TaxRate><ComTaxAm>6.00</ComTaxAm></IssuItemInformation><IssuItemInformation>
<ItemName>酒</ItemName><Quantity>2</Quantity><Amount>60.00</Amount><ComTaxAm>3.60</ComTaxAm>
</IssuItemInformation></EInvoiceData><TaxSupervisionInfo><InvoiceNumber>{ONE}</InvoiceNumber>
</TaxSupervisionInfo></EInvoice>"""


def test_the_lines_of_an_electronic_invoice(tmp_path):
    (tmp_path / "票.xml").write_text(LINED, encoding="utf-8")
    case = new_case(tmp_path)
    first, second = import_paths(case, [tmp_path / "票.xml"])["files"][0]["tables"]
    assert (first["layout"], second["layout"]) == (
        "invoices.electronic",
        "invoices.electronic_lines",
    )
    assert (first["ignored_columns"], first["rows_kept"]) == (["SellerBankAccNum"], 1)
    columns = "number, item, CAST(quantity AS INT), net_fen, tax_fen, status, seller_name"
    assert rows(case, columns, "invoice_lines") == [
        (ONE, "餐费", None, 10_000, 600, "ok", "测试石业"),
        (ONE, "酒", 2, 6_000, 360, "ok", "测试石业"),
    ]
