"""Words and people of the generated bank rows; all invented."""

from __future__ import annotations

HEADER = (
    "交易卡号,交易账号,账户开户名称,开户人证件号码,交易时间,交易金额,交易余额,收付标志,"
    "交易对手账卡号,现金标志,对手户名,对手身份证号,对手开户银行,摘要说明,交易币种,交易网点名称,"
    "交易网点代码,交易发生地,交易是否成功,传票号,终端号,IP地址,MAC地址,对手交易余额,交易流水号,"
    "日志号,凭证种类,凭证号,交易柜员号,商户名称,商户号,备注,交易类型,查询反馈结果原因"
)

NOTHING = ("", "-", "\\N", "--")
IN_WORDS = ("进", "贷", "入", "收", "C", "贷方")
OUT_WORDS = ("出", "借", "付", "支", "D", "借方")
CASH_WORDS = ("现金", "01", "现钞")
NO_CASH_WORDS = ("转账", "00", "其它")
DONE_WORDS = ("成功", "01", "1", "交易成功")
FAILED_WORDS = ("失败", "02", "交易失败")
CURRENCY_WORDS = ("人民币", "CNY", "156", "人民币元", "RMB", "")

BANKS = (
    "中国工商银行", "中国农业银行", "中国银行", "中国建设银行", "交通银行", "招商银行",
    "兴业银行", "农村信用社", "邮政储蓄银行", "民生银行",
)  # fmt: skip
CARD_PREFIXES = (
    "622202", "622848", "621660", "621700", "622260", "621483", "622908", "623036", "621799",
    "622622",
)  # fmt: skip
SUMMARIES = (
    "转账", "网银转账", "手机银行", "跨行转账", "工资", "代发", "消费", "POS消费", "ATM取款",
    "现金存入", "结息", "手续费", "短信费", "代扣", "水费", "电费", "还款", "贷款发放", "理财申购",
    "理财赎回", "快捷支付", "财付通", "支付宝", "退货", "汇款", "往来款", "货款", "劳务费", "报销",
    "租金", "学费", "医疗", "保险费", "公积金", "社保", "奖金", "补贴", "其他",
)  # fmt: skip
CHANNELS = ("柜面", "网上银行", "手机银行", "自助设备", "POS", "第三方支付", "批量", "-")
PLACES = ("青川县", "临江市", "云台区", "海宁路", "石桥镇", "南坪", "-", "")
REMARKS = ("", "", "", "-", "\\N", "货款", "还款", "借款", "生活费", "请查收")
MERCHANTS = ("", "", "", "", "-", "便民超市", "加油站", "家电商场", "清风茶楼", "城南药房")
BRANCHES = tuple(f"{place}支行" for place in ("城关", "东门", "西关", "开发区", "人民路", "新区"))

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜䶮"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英兰玉珍德福荣昌宁昕㛃睿妍岚沁溪晴澄"


def person_name(number: int) -> str:
    """Name of two or three characters; the same number gives the same name."""
    surname = SURNAMES[number % len(SURNAMES)]
    number //= len(SURNAMES)
    first, second = number % len(GIVEN), number // len(GIVEN) % (len(GIVEN) + 1)
    return surname + GIVEN[first] + (GIVEN[second] if second < len(GIVEN) else "")
