"""Bills of wallets: what is not paid yet, which way money went, whose number a column holds."""

from __future__ import annotations

import pytest

from qingfeng.ingest.run import import_paths
from tests.ingest.header_grids import CARD, OTHER, TENPAY
from tests.ingest.imports import new_case

WEB = (
    "支付宝交易记录明细查询\n账号:[lin@test.cn]\n"
    "交易号,商家订单号,交易创建时间,付款时间,最近修改时间,交易来源地,类型,交易对方,商品名称,"
    "金额（元）,收/支,交易状态,服务费（元）,成功退款（元）,备注,资金状态,\n"
)
WECHAT = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n"


def rows_of(folder, text, columns, name="x.csv"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    case = new_case(folder / "home")
    import_paths(case, [folder / name.split("/", maxsplit=1)[0]])
    with case.connect() as connection:
        return connection.sql(f"SELECT {columns} FROM transfers ORDER BY serial").fetchall()


UNPAID = '["status: not paid when the bill was made, not counted"]'


@pytest.mark.parametrize(
    ("side", "state", "funds", "expected"),
    [
        ("支出", "等待付款", "待支出", ("out", "closed", False, UNPAID)),
        ("支出", "等待确认收货", "待支出", ("out", "closed", False, UNPAID)),
        ("支出", "等待确认收货", "已支出", ("out", "ok", True, None)),
        ("", "交易成功", "资金转移", ("none", "ok", True, None)),
        ("", "交易成功", "已收入", ("in", "ok", True, None)),
        ("", "交易成功", "", ("unknown", "ok", True, None)),
        ("支出", "交易关闭", "", ("out", "closed", False, None)),
    ],
)
def test_the_state_of_the_funds_says_direction_and_whether_money_moved(
    side, state, funds, expected, tmp_path
):
    moment = "2024-01-06 10:00:00"
    line = f"S1,T1,{moment},{moment},{moment},网,即时,某店,裤,7.00,{side},{state},0,0,,{funds},\n"
    columns = "direction, status, counted, flags"
    assert rows_of(tmp_path, WEB + line, columns) == [expected]


def test_a_transfer_that_nobody_took_yet_is_not_done(tmp_path):
    line = '2024-09-27 20:00:00,转账,阿九,"/",支出,¥8.00,零钱,待朋友收钱,"S1","/","/"\n'
    assert rows_of(tmp_path, WECHAT + line, "status, counted, flags") == [("closed", False, UNPAID)]


def test_a_whole_refund_in_the_words_of_a_part_and_a_refund_refunds_nothing_of_itself(tmp_path):
    lines = (
        '2024-09-27 20:00:00,商户消费,店,"x",支出,¥90.00,零钱,已退款(￥90.00),"S1","M1","/"\n'
        '2024-09-27 20:00:01,商户消费,店,"x",支出,¥90.00,零钱,已退款(￥30.00),"S2","M2","/"\n'
        '2024-09-27 21:00:00,商户消费-退款,店,"/",收入,¥30.00,零钱,已退款¥30.00,"S3","M2","/"\n'
    )
    assert rows_of(tmp_path, WECHAT + lines, "status, refunded_fen, refund_of") == [
        ("refunded", 9000, None),
        ("partly_refunded", 3000, None),
        ("refund", None, "S2"),
    ]


def tenpay(*left_out: int, **cells: str) -> str:
    """One judicial booking; *left_out*: places of columns that the batch does not have."""
    filled = {
        "用户ID": "wx_a",
        "交易单号": "S1",
        "用户侧账号名称": "甲",
        "借贷类型": "出",
        "交易业务类型": "零钱提现",
        "交易时间": "2024-08-11 08:00:00",
        "交易金额(分)": "500",
        "用户银行卡号": CARD,
        **cells,
    }
    kept = [i for i in range(len(TENPAY)) if i not in left_out]
    row = [filled.get(name, "") for name in TENPAY]
    return "".join("\t".join(line[i] for i in kept) + "\n" for line in (TENPAY, row))


def test_the_card_of_the_other_side_stands_beside_its_wallet(tmp_path):
    text = tenpay(对手方ID="wxid_b", 对手方银行卡号=OTHER)
    columns = "counterparty_account, counterparty_id"
    assert rows_of(tmp_path, text, columns, "TenpayTrades.txt") == [(OTHER, "wxid_b")]


@pytest.mark.parametrize(
    ("side", "kind", "direction"),
    [
        ("出", "零钱提现", "transfer_out"),
        ("出", "提现", "transfer_out"),
        ("入", "充值", "transfer_in"),
        ("入", "提现退回", "in"),
        ("出", "余额支付", "out"),
    ],
)
def test_a_move_to_an_own_card_is_one_though_the_wallet_calls_it_out(
    tmp_path, side, kind, direction
):
    text = tenpay(借贷类型=side, 交易业务类型=kind)
    assert rows_of(tmp_path, text, "direction", "TenpayTrades.txt") == [(direction,)]


def test_without_its_column_the_user_is_the_one_of_the_folder(tmp_path):
    name = "调证1/IDCARD/359901197203050119/wx_a/TenpayTrades.txt"
    columns = "account, card, holder_id, bank"
    assert rows_of(tmp_path, tenpay(0), columns, name) == [
        ("wx_a", CARD, "359901197203050119", "财付通")
    ]


@pytest.mark.parametrize(
    ("left_out", "expected"),
    [
        ((12, 13), (None, "银联", "三方")),
        ((19, 22), ("银联", None, None)),
        ((), ("银联", "银联", "三方")),
    ],
    ids=["the user's is not there", "the other's is not there", "both are there"],
)
def test_a_channel_delivered_once_is_that_of_the_side_beside_it(left_out, expected, tmp_path):
    cells = {"网联/银联": "银联", "第三方账户名称": "三方"}
    columns = "channel, counterparty_channel, counterparty_third_party"
    found = rows_of(tmp_path, tenpay(*left_out, **cells), columns, "TenpayTrades.txt")
    assert found == [expected]
