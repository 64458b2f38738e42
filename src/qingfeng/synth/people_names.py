"""Name parts. Combinations are invented; rare characters test the four-byte half of GB18030."""

from __future__ import annotations

SURNAMES = (*"林陈黄张吴李郑王刘苏许杨蔡叶谢庄曾何潘卢", "欧阳", "上官")
GIVEN_MALE = tuple("墨砚屿舟岳桓泓铎湛钧骥衡巍朗榕峤𠮷")
GIVEN_FEMALE = tuple("蓉黛蘅茵瑶岚绮芷茉鸾苓妍槿㛃")
GIVEN_SECOND = tuple("白远清川言之安宁舒和平生原野石山泉南北")

COMPANY_WORDS = (
    "拓岳",
    "澜石",
    "榕筑",
    "砚成",
    "湛海",
    "衡远",
    "屿通",
    "岚桥",
    "铎建",
    "骥达",
    "泓基",
    "桓宇",
)
COMPANY_TRADES = (
    ("建设工程", "房屋建筑和市政基础设施工程施工", "建筑业"),
    ("市政园林", "园林绿化工程施工", "建筑业"),
    ("石材", "建筑石料销售", "批发业"),
    ("商务咨询", "企业管理咨询", "商务服务业"),
    ("劳务", "建筑劳务分包", "建筑业"),
    ("机械租赁", "工程机械租赁", "租赁业"),
)
MERCHANTS = tuple(
    f"测试{place}{trade}"
    for place in ("东街", "西湖", "南门", "北岭", "榕树下", "海堤", "溪口", "古田")
    for trade in (
        "便利店",
        "鲜果行",
        "餐饮店",
        "药房",
        "加油站",
        "百货",
        "书店",
        "茶行",
        "面馆",
        "超市",
    )
)
ONLINE_SHOPS = tuple(f"测试网店{number:02d}号" for number in range(1, 31))
UTILITIES = ("测试市供电公司", "测试市自来水公司", "测试市燃气公司", "测试通信公司")
STREETS = ("榕荫路", "石鼓街", "湛江里", "屿后巷", "南台新村", "衡山花园")
BUYERS = (
    "测试县住房和城乡建设局",
    "测试县水利局",
    "测试县教育局",
    "测试县交通运输局",
    "测试镇人民政府",
)
