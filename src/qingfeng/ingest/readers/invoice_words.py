"""Element names of electronic invoices (电子发票) in their dialects, by the tax platform's headers.

Dialects: English tags of the digital invoice (数电票), pinyin initials of the older interfaces,
Chinese tags, and the ``original_invoice.xml`` inside an OFD. Names are compared in lower case
without ``_`` and ``-``.
"""

from __future__ import annotations

CODE, NUMBER, DIGITAL_NUMBER = "发票代码", "发票号码", "数电发票号码"

ENTITY_ID = "eiid"
"""The id of the file; it is the invoice number where no other is given."""

HEADERS = (
    CODE, NUMBER, DIGITAL_NUMBER, "销方识别号", "销方名称", "购方识别号", "购买方名称", "开票日期",
    "货物或应税劳务名称", "金额", "税率", "税额", "价税合计", "发票票种", "发票状态", "校验码",
    "被红冲蓝字发票号码", "开票人", "备注",
)  # fmt: skip
"""The columns of the grid, in order."""

OF_INVOICE: dict[str, tuple[str, ...]] = {
    CODE: ("invoicecode", "fpdm", "发票代码"),
    NUMBER: ("invoicenumber", "invoiceno", "invoicenum", "fphm", "发票号码", "数电发票号码",
             "数电票号码", ENTITY_ID),
    "销方识别号": ("selleridnum", "sellertaxid", "sellertaxno", "xsfnsrsbh", "xfsbh", "xsfsbh",
                   "销售方纳税人识别号", "销方识别号", "销方纳税人识别号", "销售方识别号",
                   "销售方统一社会信用代码/纳税人识别号"),
    "销方名称": ("sellername", "xsfmc", "xfmc", "销售方名称", "销方名称"),
    "购方识别号": ("buyeridnum", "buyertaxid", "buyertaxno", "gmfnsrsbh", "gfsbh", "gmfsbh",
                   "购买方纳税人识别号", "购方识别号", "购方纳税人识别号", "购买方识别号",
                   "购买方统一社会信用代码/纳税人识别号"),
    "购买方名称": ("buyername", "gmfmc", "gfmc", "购买方名称", "购方名称"),
    "开票日期": ("requesttime", "issuedate", "invoicedate", "kprq", "开票日期", "开票时间",
                 "issuetime"),
    "金额": ("totalamwithouttax", "taxexclusivetotalamount", "amountwithouttax", "hjje",
             "合计金额", "不含税金额", "金额合计"),
    "税额": ("totaltaxam", "taxtotalamount", "hjse", "合计税额", "税额合计"),
    "价税合计": ("totaltaxincludedamount", "taxinclusivetotalamount", "totalamount", "jshj",
                 "价税合计", "价税合计小写"),
    "发票票种": ("invoicetype", "fppz", "发票类型", "发票票种", "发票种类"),
    "发票状态": ("invoicestatus", "fpzt", "发票状态"),
    "校验码": ("invoicecheckcode", "jym", "校验码"),
    "被红冲蓝字发票号码": ("originalinvoiceno", "originalinvoicenumber", "originalinvoicecode",
                           "bhclzfphm", "被红冲蓝字发票号码", "被红冲蓝字数电票号码", "yfphm"),
    "开票人": ("drawer", "invoiceclerk", "kpr", "开票人"),
    "备注": ("remark", "note", "bz", "备注"),
}  # fmt: skip
"""Header -> names, the preferred ones first (RequestTime is the invoice date)."""

ITEM_NAMES = ("itemname", "item", "xmmc", "spmc", "hwmc", "货物或应税劳务名称", "项目名称",
              "货物或应税劳务、服务名称", "货物名称")  # fmt: skip
"""An element with one of these among its children is a line of the invoice."""

LINES = "明细"
"""The sheet that lines are given as."""

LINE_ITEM, LINE_AMOUNT, LINE_RATE, LINE_TAX = "货物或应税劳务名称", "金额", "税率", "税额"
POSITIVE = "是否正数发票"

OF_LINE: dict[str, tuple[str, ...]] = {
    "行号": ("lineno", "linenumber", "行号", "明细行号"),
    "税收分类编码": ("taxclassificationcode", "spbm", "ssflbm", "税收分类编码",
                     "商品和服务税收分类编码"),
    LINE_ITEM: ITEM_NAMES,
    "规格型号": ("specmod", "specification", "spec", "ggxh", "规格型号"),
    "单位": ("meaunits", "measurementdimension", "unit", "dw", "jldw", "单位", "计量单位"),
    "数量": ("quantity", "xmsl", "spsl", "数量"),
    "单价": ("unprice", "unitprice", "price", "xmdj", "spdj", "dj", "单价"),
    LINE_AMOUNT: ("amount", "xmje", "spje", "je", "金额"),
    LINE_RATE: ("taxrate", "taxscheme", "slv", "sl", "税率", "税率/征收率"),
    LINE_TAX: ("comtaxam", "taxamount", "se", "税额"),
    "价税合计": ("totaltaxincludedamount", "价税合计"),
}  # fmt: skip
"""Header of a line -> names of its children, the preferred ones first."""

RATE_OR_QUANTITY, RATE_BESIDE = "sl", "slv"
"""SL is the rate (税率), or beside SLV the quantity (数量)."""

LINE_HEADERS = (
    CODE, NUMBER, DIGITAL_NUMBER, "销方识别号", "销方名称", "购方识别号", "购买方名称", "开票日期",
    *OF_LINE, "发票票种", "发票状态", POSITIVE, "校验码", "被红冲蓝字发票号码",
)  # fmt: skip
"""The columns of the grid of lines, in order: those of the tax platform's list, and what tells
such a grid from that list."""

FOREIGN = ("redeinvoice", "originalinvoice", "红字信息", "signature", "taxbureausignature")
"""Subtrees that speak of another invoice, or of none."""
