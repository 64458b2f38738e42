"""Known layouts, one tiny invented file each, from the file to the exported values."""

from __future__ import annotations

import json

import pytest

from qingfeng.ingest.run import import_paths

A, B = "359901197203050119", "359902198506150022"
CARD, OTHER = "6228480000000000125", "6217000000000003453"
FIRM = "91359901MA001001T5"

MOBILE = (
    "用户号码,对方号码,起始时间,通信时长,通信方式,通信地点,小区号,基站小区代码,手机串号\n"
    "15400000001,15400000002,2024-01-02 09:30:05,65,主叫,测试市,7001,20011,990000000000001\n"
)
UNICOM = (
    "主叫号码,被叫号码,通话起始时间,通话时长（s）,呼叫类型,主叫基站,主叫小区,主叫imsi,串号\n"
    "15400000001,15400000002,2024-01-02 09:30:05,65,主叫,7001,20011,460990000000001,"
    "990000000000001\n"
)
TELECOM = (
    "己方号码,对方号码,截获时间*,时长,呼叫类型*,己方通话地*,己方位置区,己方小区,己方机身码,己方卡号\n"
    "15400000001,15400000002,2024-01-02 09:30:05,65,被叫,测试市,7001,20011,990000000000001,"
    "460990000000001\n"
)
PERSONAL = (
    "手机号：15400000001\n"
    "类型,对方号码,开始时间,通话时长,通话时长2,通话地点,费用,产品,备注\n"
    "主叫,15400000002,2024-01-02 09:30:05,00:05:32,5分32秒,测试市,0.15,套餐,\n"
)
GENERIC_CALLS = (
    "本机号码,对端号码,通话日期,通话时间,通话时长,主被叫,基站小区号\n"
    "15400000001,15400000002,2024-01-02,214951,5分32秒,被叫,20011\n"
)
CALL = "owner_number, other_number, {at} AS at, duration_s, direction, lac, ci"
_TIME = "strftime({}, '%Y-%m-%d %H:%M:%S')"
AT = _TIME.format("booked_at")


def sample(layout, name, text, query, expected, *, words):
    """One case: the layout to be found, a file, a query on the case and its rows."""
    return pytest.param((layout, name, text, query, expected), id=words)


@pytest.mark.parametrize(
    "delivered",
    [
        sample(
            "query_package.payment_transfers", "支付机构交易明细.csv",
            "支付账号,交易时间,交易金额,收支标志,交易对方名称,交易流水号\n"
            "wx_cejizhai,2024-01-09 09:00:00,200.00,支,某超市,420001\n",
            "SELECT account, direction, amount_fen, counterparty_name, bank FROM transfers",
            [("wx_cejizhai", "out", 20000, "某超市", None)],
            words="payment institution: own account, institution not named",
        ),
        sample(
            "calls.mobile", "移动.csv", MOBILE,
            f"SELECT {CALL.format(at=_TIME.format('started_at'))}, place FROM calls",
            [("15400000001", "15400000002", "2024-01-02 09:30:05", 65, "out", "7001", "20011",
              "测试市")],
            words="mobile: 小区号 is the area",
        ),
        sample(
            "calls.unicom", "联通.csv", UNICOM,
            f"SELECT {CALL.format(at=_TIME.format('started_at'))}, imsi FROM calls",
            [("15400000001", "15400000002", "2024-01-02 09:30:05", 65, "out", "7001", "20011",
              "460990000000001")],
            words="unicom: 主叫基站 is the area",
        ),
        sample(
            "calls.telecom", "电信.csv", TELECOM,
            f"SELECT {CALL.format(at=_TIME.format('started_at'))}, place, imei, imsi FROM calls",
            [("15400000001", "15400000002", "2024-01-02 09:30:05", 65, "in", "7001", "20011",
              "测试市", "990000000000001", "460990000000001")],
            words="telecom",
        ),
        sample(
            "calls.mobile_personal", "详单.csv", PERSONAL,
            "SELECT owner_number, other_number, duration_s, direction, fee_fen FROM calls",
            [("15400000001", "15400000002", 332, "out", 15)],
            words="own number above, duration as clock",
        ),
        sample(
            "calls.generic", "话单.csv", GENERIC_CALLS,
            f"SELECT {CALL.format(at=_TIME.format('started_at'))} FROM calls",
            [("15400000001", "15400000002", "2024-01-02 21:49:51", 332, "in", None, "20011")],
            words="date and 214951 apart",
        ),
        sample(
            "bank.boc_debit", "中行.csv",
            "记账日期,记账时间,币别,金额,余额,交易名称,渠道,网点名称,附言,对方账户名,对方卡号/账号,"
            "对方开户行,借记卡号\n"
            f"2024-01-02,09:30:05,人民币,-12.50,100.00,网上支付,网银,-------------------,------,"
            f"------,-------------------,------,{CARD}\n",
            f"SELECT card, {AT}, direction, amount_fen, balance_fen, branch, remark,"
            " counterparty_name, counterparty_account FROM transfers",
            [(CARD, "2024-01-02 09:30:05", "out", 1250, 10000, None, None, None, None)],
            words="fillers are nothing",
        ),
        sample(
            "bank.boc_credit", "中行信用卡.csv",
            "日期范围：2024-01-01 至 2024-01-31\n"
            "交易日,银行记账日,卡号后四位,交易描述,存入,支出,币种\n"
            "2024-01-02,2024-01-03,0125,测试超市,,20.00,人民币\n"
            "2024-01-05,2024-01-05,0125,还款,20.00,,美元\n",
            "SELECT account_masked, card, direction, amount_fen, currency FROM transfers"
            " ORDER BY booked_at",
            [("0125", None, "out", 2000, "CNY"), ("0125", None, "in", 2000, "USD")],
            words="two currencies, a tail is no card",
        ),
        sample(
            "bank.bocom_credit", f"交行_{CARD}.csv",
            "交易日期,记账日期,交易说明,交易币种/金额,入账币种/金额\n"
            "2024-01-02,2024-01-03,测试超市,CNY 1.00,CNY 1.00\n"
            "2024-01-04,2024-01-05,测试书店,CNY13.50,CNY13.50\n",
            "SELECT card, currency, amount_fen, summary FROM transfers ORDER BY booked_at",
            [(CARD, "CNY", 100, "测试超市"), (CARD, "CNY", 1350, "测试书店")],
            words="currency and amount in one cell",
        ),
        sample(
            "bank.citic_credit", "中信.csv",
            "交易日期,入账日期,交易描述,卡末四位,交易币种,结算币种,交易金额,结算金额\n"
            "2024-01-02,2024-01-03,测试超市,6688,CNY,CNY,8.00,8.00\n",
            "SELECT account_masked, card, direction, amount_fen, currency FROM transfers",
            [("6688", None, "out", 800, "CNY")],
            words="a tail is no card",
        ),
        sample(
            "bank.cmb_credit", "招行信用卡.csv",
            "账期：2023-12-06 至 2024-01-05\n"
            "交易日,记账日,交易摘要,人民币金额,卡号末四位,交易地金额\n"
            "01/02,01/03,测试超市,3.90,6688,3.90(CN)\n"
            "01/04,01/05,退款,-3.90,6688,-3.90(CN)\n",
            f"SELECT {AT}, direction, amount_fen, account_masked FROM transfers"
            " ORDER BY booked_at",
            [("2024-01-02 00:00:00", "out", 390, "6688"),
             ("2024-01-04 00:00:00", "in", 390, "6688")],
            words="dates without year",
        ),
        sample(
            "bank.icbc_credit", "工行信用卡.csv",
            "交易日期,记账日期,摘要,交易场所,交易国家或地区简称,交易金额(收入),交易金额(支出),交易币种,"
            "记账金额(收入),记账金额(支出),记账币种,余额,对方户名\n"
            "2024-01-02,2024-01-03,****,测试超市,CHN,,9.90,人民币,,9.90,人民币,-9.90,\n"
            "合计金额,,,,,,,,0.00,9.90,,,\n",
            "SELECT direction, amount_fen, summary, place FROM transfers",
            [("out", 990, None, "测试超市")],
            words="summary of stars",
        ),
        sample(
            "bank.abc_debit", f"农行_林墨白_{CARD}.csv",
            "交易日期,交易时间,交易摘要,交易金额,本次余额,对手信息,日 志 号,交易渠道,交易附言\n"
            "20240102,093005,转存,+10.00,10.00,测试公司,000000001,网银,\n"
            "20240103,,消费,-4.00,6.00,,000000002,,\n",
            f"SELECT card, {AT}, direction, amount_fen, time_precision FROM transfers"
            " ORDER BY booked_at",
            [(CARD, "2024-01-02 09:30:05", "in", 1000, "second"),
             (CARD, "2024-01-03 00:00:00", "out", 400, "day")],
            words="card in the file name",
        ),
        sample(
            "bank.cmb_debit", f"招行_{CARD}.csv",
            "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要\n"
            f"2024-01-02,CNY,-5.00,95.00,转账,陈砚 {OTHER},房租\n",
            "SELECT card, counterparty_name, counterparty_account, amount_fen FROM transfers",
            [(CARD, "陈砚", OTHER, 500)],
            words="name and number glued",
        ),
        sample(
            "bank.spdb", "浦发.csv",
            f"账号,{CARD},账户类型,借记卡,日期范围,20240101-20240131\n"
            "顺序号,交易日期,交易类型,存入金额,取出金额,余额,交易对手名称,交易对手账号,附言\n"
            f"1,2024/01/02  09:30:05,转账,,6.00,94.00,陈砚,{OTHER},\n",
            f"SELECT card, {AT}, direction, amount_fen FROM transfers",
            [(CARD, "2024-01-02 09:30:05", "out", 600)],
            words="card above the table",
        ),
        sample(
            "bank.bocom_debit", "交行借记.csv",
            "序号,交易日期,交易时间,交易类型,借贷,交易金额,余额,对方账号,对方户名,交易地点,摘要\n"
            f"1,2024-01-02,09:30:05,网银,贷 Cr,7.00,7.00,{OTHER},陈砚,测试市,工资\n",
            "SELECT direction, amount_fen, channel, summary FROM transfers",
            [("in", 700, "网银", "工资")],
            words="贷 Cr",
        ),
        sample(
            "bank.hsbc_hk", "hsbc.csv",
            "Date,Description,Billing amount,Billing currency,Balance,Balance currency\n"
            "03/02/2024,TEST SHOP,-12.00,HKD,88.00,HKD\n",
            f"SELECT {AT}, direction, amount_fen, currency FROM transfers",
            [("2024-02-03 00:00:00", "out", 1200, "HKD")],
            words="day before month",
        ),
        sample(
            "wallet.wechat", "微信支付账单.csv",
            "微信支付账单明细\n微信昵称：[wx_lin_0001]\n"
            "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n"
            "2024-01-02 09:30:05,商户消费,测试书店,/,支出,¥28.16,零钱,已退款(￥8.16),"
            "420000001\t,1\t,服务费¥0.10\n",
            "SELECT account, direction, amount_fen, status, refunded_fen, fee_fen FROM transfers",
            [("wx_lin_0001", "out", 2816, "partly_refunded", 816, 10)],
            words="user ID as nickname, refund in the status",
        ),
        sample(
            "wallet.wechat", "微信支付账单_wxid_lin001.csv",
            "微信支付账单明细\n微信昵称：[山有墨]\n"
            "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n"
            "2024-01-02 09:30:05,零钱提现,测试银行,/,/,¥5.00,零钱,提现已到账,420000002\t,/,/\n",
            "SELECT account, direction, amount_fen FROM transfers",
            [("wxid_lin001", "transfer_out", 500)],
            words="user ID in the file name",
        ),
        sample(
            "wallet.tenpay_trades", f"C1/IDCARD/{A}/wx_lin/TenpayTrades.txt",
            "用户ID\t交易单号\t大单号\t用户侧账号名称\t借贷类型\t交易业务类型\t交易用途类型\t交易时间\t"
            "交易金额(分)\t账户余额(分)\t用户银行卡号\t对手方ID\t对手侧账户名称\t对手方银行卡号\n"
            "wx_lin\t1000\tD1\t林墨白\t出\t余额支付\t转账\t2024-01-02 09:30:05\t1234\t5678\t\t"
            "wx_chen\t陈砚\t\n",
            "SELECT account, holder_id, direction, amount_fen, balance_fen, counterparty_account"
            " FROM transfers",
            [("wx_lin", A, "out", 1234, 5678, "wx_chen")],
            words="amounts in fen",
        ),
        sample(
            "registry.company",
            f"来源（定向查询）/测试公司_{FIRM}_国监查【2024】第000001号_登记.csv",
            "统一社会信用代码,企业（机构）名称,法定代表人,注册资本(金)（万元）,实收资本,成立日期,登记状态,"
            "登记机关,经营范围\n"
            f"{FIRM},测试拓岳有限公司,陈砚,500,12.5,2019-03-04,存续,测试区局,建筑\n",
            "SELECT company_id, registered_capital_fen, paid_capital_fen, founded_on::VARCHAR,"
            " legal_representative FROM companies",
            [(FIRM, 500_000_000, 12_500_000, "2019-03-04", "陈砚")],
            words="capital in ten thousands",
        ),
        sample(
            "registry.shareholdings_persons", "出资.csv",
            "自然人姓名,自然人证件类型,自然人证件号码,认缴出资额（万元）,认缴出资比例,币种,证件号码\n"
            f"陈砚,身份证,{B},100,20%,人民币,{FIRM}\n",
            "SELECT holder_name, holder_id, subscribed_fen, company_id FROM shareholdings",
            [("陈砚", B, 100_000_000, FIRM)],
            words="证件号码 is the company's code",
        ),
        sample(
            "registry.property", "不动产.csv",
            "名称,证件号码,房地坐落,建筑面积(平方米),共有人名称,共有情况,不动产权证号,登记时间,是否抵押,"
            "是否查封,交易金额(万元)\n"
            f"陈砚,{B},测试路1号,88.50,林墨白,共同共有,测证1号,2020-01-02,是,否,120\n",
            "SELECT holder_id, area_m2, mortgaged, sealed, price_fen FROM properties",
            [(B, 88.5, True, False, 120_000_000)],
            words="price in ten thousands",
        ),
        sample(
            "registry.vehicles", "机动车.csv",
            "机动车所有人,身份证号,号牌种类,号牌号码,中文品牌,车辆识别代码,初次登记日期,机动车状态\n"
            f"陈砚,{B},小型汽车,测A00001,测试牌,LTEST000000000001,2020-01-02,正常\n",
            "SELECT holder_id, plate, vin, registered_on::VARCHAR FROM vehicles",
            [(B, "测A00001", "LTEST000000000001", "2020-01-02")],
            words="vehicle",
        ),
        sample(
            "registry.household", "户籍.csv",
            "姓名,曾用名,身份证号,与户主关系,户籍地,婚姻状况,从业单位,人员状态,死亡日期\n"
            f"陈砚,,{B},户主,测试路1号,已婚,测试局,死亡,2023-05-06\n",
            "SELECT person_id, name, died_on::VARCHAR, basis FROM deaths",
            [(B, "陈砚", "2023-05-06", "死亡")],
            words="a death inside the household",
        ),
        sample(
            "travel.rail", "票面.csv",
            "乘车人姓名,证件类型,证件号码,列车车次,发站,到站,发车日期,发车时间,车厢号,席位号,席别,票号\n"
            f"陈砚,身份证,{B},G100,测试南,测试北,20240102,09:30,01,01A,二等座,E000001\n",
            f"SELECT mode, person_id, carrier_number, {_TIME.format('departed_at')}, to_place"
            " FROM trips",
            [("rail", B, "G100", "2024-01-02 09:30:00", "测试北")],
            words="rail: day and time apart",
        ),
        sample(
            "travel.flights", "航班.csv",
            "旅客中文姓名,旅客证件号,航班号,起飞日期,起飞时间,起飞机场,到达日期,到达时间,到达机场,票号,"
            "票面总价\n"
            f"陈砚,{B},TS1000,2024-01-02,09:30,测试机场,2024-01-02,12:00,测试二机场,999000001,800\n",
            f"SELECT mode, {_TIME.format('departed_at')}, {_TIME.format('arrived_at')}, price_fen"
            " FROM trips",
            [("flight", "2024-01-02 09:30:00", "2024-01-02 12:00:00", 80_000)],
            words="flight",
        ),
        sample(
            "travel.stays", "住宿.csv",
            "姓名,证件号码,旅店名称,旅店地址,房间号码,入住时间,离店时间\n"
            f"陈砚,{B},测试旅店,测试路2号,0301,2024-01-02 14:00:00,2024-01-03 11:00:00\n",
            f"SELECT person_id, room, {_TIME.format('checked_in_at')} FROM stays",
            [(B, "0301", "2024-01-02 14:00:00")],
            words="stay, room keeps its zero",
        ),
        sample(
            "invoices.platform", "发票.csv",
            "发票代码,发票号码,数电发票号码,销方识别号,销方名称,购方识别号,购买方名称,开票日期,金额,税额,"
            "价税合计,发票票种,发票状态\n"
            f"035990000001,00012345,,{FIRM},测试公司,,测试局,2024-01-02,100.00,6.00,106.00,"
            "增值税普通发票,正常\n",
            "SELECT code, number, seller_id, net_fen, tax_fen, total_fen, status FROM invoices",
            [("035990000001", "00012345", FIRM, 10_000, 600, 10_600, "ok")],
            words="invoice numbers are text",
        ),
        sample(
            "projects.awards", "中标.csv",
            "项目编号,项目名称,采购人,中标单位,中标金额(万元),中标日期\n"
            "CS-001,测试路面工程,测试局,测试拓岳有限公司,35.6,2024-01-02\n",
            "SELECT project_reference, supplier_name, award_fen, awarded_on::VARCHAR FROM awards",
            [("CS-001", "测试拓岳有限公司", 35_600_000, "2024-01-02")],
            words="award in ten thousands",
        ),
        sample(
            "police.freezes", "测试银行_强制措施信息.csv",
            "银行名称,账号,冻结措施类型,冻结金额,冻结机关,冻结开始日期,冻结截止日期,措施序号,备注\n"
            ",10359900000001,司法冻结,1000.00,测试法院,20240102,20240702,1,-\n",
            "SELECT bank, account, kind, amount_fen, starts_on::VARCHAR, ends_on::VARCHAR, remark"
            " FROM freezes",
            [("测试银行", "10359900000001", "司法冻结", 100_000, "2024-01-02", "2024-07-02", None)],
            words="bank from the file name",
        ),
        sample(
            "police.tasks", "测试银行_任务信息(失败).csv",
            "任务流水号,银行名称,主体类别,证账号码,账卡号,发送时间,反馈时间,反馈结果,请求单号,查询结果\n"
            f"T1,测试银行,个人,{B},{CARD},2024-01-02 09:30:05,,查询失败,R1,无此账户\n",
            "SELECT task_reference, account, result, outcome, detail_result FROM query_tasks",
            [("T1", CARD, "查询失败", "failed", "无此账户")],
            words="a failed query is kept",
        ),
        sample(
            "query_package.promised", "查询结果汇总.csv",
            "查询对象,证件号码,数据源,是否反馈,有无结果,结果条数\n"
            f"陈砚,{B},测试银行,是,有,12\n陈砚,{B},测试二银行,否,,\n",
            "SELECT source_name, replied, has_results, promised_rows FROM query_summaries"
            " ORDER BY promised_rows NULLS LAST",
            [("测试银行", True, True, 12), ("测试二银行", False, None, None)],
            words="promised and delivered",
        ),
        sample(
            "benefits.bank_batch", "代发.csv",
            "批次明细ID,姓名,银行卡号,应发金额,持卡人身份证号,补贴项目名称\n"
            f"B1,陈砚,{CARD},300.00,{B},测试补贴\n",
            "SELECT batch_reference, beneficiary_id, account, amount_fen FROM benefits",
            [("B1", B, CARD, 30_000)],
            words="benefit batch",
        ),
        sample(
            "logins.wechat_track", "登录轨迹.csv",
            "微信号：wx_lin_0001\n时间,IP\n2026-01-27 11:53:50 +0800 CST,2001:db8::1\n",
            f"SELECT user_id, {_TIME.format('logged_in_at')}, ip FROM logins",
            [("wx_lin_0001", "2026-01-27 11:53:50", "2001:db8::1")],
            words="login with a zone in words, IPv6",
        ),
        sample(
            "messages.chatlog", "聊天.csv",
            "Time,SenderName,Sender,TalkerName,Talker,Content\n"
            "2024-01-02 09:30:05,林墨白,wxid_lin001,陈砚,wxid_chen01,=1+1\n",
            "SELECT count(*) FROM messages",
            [(1,)],
            words="chat",
        ),
        sample(
            "wallet.tenpay_reginfo", f"C1/IDCARD/{A}/wx_lin/TenpayRegInfo.txt",
            "账户状态\t账号\t注册姓名\t注册时间\t注册身份证号\t绑定手机\t绑定状态\t开户行信息\t银行账号\n"
            f"正常\twx_lin\t林墨白\t2019-01-02 09:30:05\t{A}\t15400000001\t已绑定\t测试银行"
            f"\t{CARD}\n"
            f"\t\t\t\t\t\t已绑定\t测试二银行\t{OTHER}\n",
            "SELECT account, holder_id, card, branch FROM accounts ORDER BY branch DESC",
            [("wx_lin", A, CARD, "测试银行"), ("wx_lin", A, OTHER, "测试二银行")],
            words="further cards go on with the record above",
        ),
    ],
)  # fmt: skip
def test_a_file_of_this_layout(case, tmp_path, delivered):
    layout, name, text, query, expected = delivered
    path = tmp_path / "交来" / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    (entry,) = import_paths(case, [tmp_path / "交来"])["files"]
    assert (entry["layout"], entry["status"]) == (layout, "imported"), json.dumps(
        entry, ensure_ascii=False
    )
    assert [each["rejected"] for each in entry["tables"]] == [[]]
    with case.connect() as connection:
        assert connection.execute(query).fetchall() == expected
