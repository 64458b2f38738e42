"""Banks, their card prefixes and their habits when they answer a query."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bank:
    """One institution and how its files look.

    names_joined: holder name and ID stand only in 账户信息, not in the bookings.

    columns: 34 or 29, the variant of the police template it fills.
    clock: how it writes an instant: compact (14 digits), dash, slash, dotzero.
    words: (in, out) words of 收付标志.
    empty: what stands in a cell without a value.
    shared_serial: True if both sides of a transfer carry one serial; None if it gives no serial.
    """

    name: str
    prefix: str
    layout: str
    columns: int = 34
    encoding: str = "gb18030"
    clock: str = "compact"
    words: tuple[str, str] = ("进", "出")
    empty: str = ""
    tabs: bool = True
    thousands: bool = False
    success: str = "成功"
    shared_serial: bool | None = True
    suffix: str = ""
    names_joined: bool = False
    repeat_header_every: int = 0
    blank_lines: bool = False
    app: str = ""


BANKS: tuple[Bank, ...] = (
    Bank("中国农业银行", "622848", "police", app="abc"),
    Bank(
        "中国建设银行",
        "621700",
        "police",
        29,
        clock="dash",
        words=("贷", "借"),
        empty="-",
        suffix="_156_1",
        success="01",
    ),
    Bank(
        "中国邮政储蓄银行",
        "621799",
        "police",
        encoding="utf-8-sig",
        clock="slash",
        words=("入", "出"),
        empty="\\N",
        shared_serial=False,
    ),
    Bank(
        "兴业银行",
        "622908",
        "police",
        29,
        clock="dotzero",
        words=("C", "D"),
        success="1",
        thousands=True,
        shared_serial=False,
        names_joined=True,
    ),
    Bank(
        "交通银行",
        "622260",
        "police",
        encoding="utf-16",
        clock="dash",
        words=("贷", "借"),
        tabs=False,
        shared_serial=False,
        blank_lines=True,
    ),
    Bank(
        "测试农村信用社",
        "622180",
        "police",
        clock="compact",
        words=("进", "出"),
        empty="\\N",
        success="",
        shared_serial=None,
        repeat_header_every=400,
    ),
    Bank("中国银行", "621660", "discipline", clock="dash", words=("贷", "借")),
    Bank("中信银行", "622690", "discipline", clock="slash", words=("收入", "支出")),
    Bank("中国光大银行", "622660", "discipline", clock="compact", words=("进", "出")),
    Bank("中国工商银行", "622202", "police", clock="dash", app="icbc"),
    Bank("招商银行", "622588", "police", clock="slash", app="cmb"),
    Bank("上海浦东发展银行", "622516", "police", clock="dash", words=("贷", "借"), app="spdb"),
)
WECHAT = Bank("财付通支付科技有限公司", "", "wallet")
ALIPAY = Bank("支付宝（中国）网络技术有限公司", "", "wallet")
