"""Records that are neither money nor registers: calls, awards, invoices."""

from __future__ import annotations

from datetime import timedelta

from qingfeng.synth.dirt import wan, yuan
from qingfeng.synth.people_names import BUYERS
from qingfeng.synth.persons import Person
from qingfeng.synth.world import World
from qingfeng.synth.writers.workbook import Cell

CARRIERS = ("中国移动", "中国联通", "中国电信")
CALL_COLUMNS: tuple[tuple[str, ...], ...] = (
    ("本机号码", "通话类型", "对方号码", "开始时间", "通话时长", "通话地点", "LAC", "小区", "IMEI"),
    (
        "用户号码",
        "呼叫类型",
        "对端号码",
        "通话日期",
        "通话时间",
        "拨打秒数",
        "漫游城市",
        "小区号",
        "基站ID",
        "串号",
    ),
    (
        "业务号码",
        "话单方向",
        "被叫号码",
        "起始时间",
        "通话时长（s）",
        "己方通话地",
        "己方位置区",
        "己方小区",
        "己方机身码",
    ),
)


def calls(world: World, owner: Person, carrier: int, count: int) -> list[list[str]]:
    """*count* calls of one subscriber in the words of one carrier, in order of time."""
    rng = world.rng
    others = [p.phone for p in world.persons if p is not owner]
    days = sorted(int(v) for v in rng.integers(0, 700, count))
    found: list[list[str]] = []
    for day in days:
        moment = world.scale.ends_on - timedelta(days=700) + timedelta(days=day)
        clock = f"{int(rng.integers(7, 23)):02d}:{int(rng.integers(0, 60)):02d}:{day % 60:02d}"
        other = others[int(rng.integers(0, len(others)))]
        seconds, out = int(rng.integers(5, 900)), bool(rng.integers(0, 2))
        lac, cell = f"{5900 + day % 40}", f"{10_000 + day % 300}"
        if carrier == 0:
            long = f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
            found.append(
                [
                    owner.phone,
                    "主叫" if out else "被叫",
                    other,
                    f"{moment} {clock}",
                    long,
                    "测试市",
                    lac,
                    cell,
                    f"8699990000{owner.index:05d}",
                ]
            )
        elif carrier == 1:
            found.append(
                [
                    owner.phone,
                    "主叫" if out else "被叫",
                    other,
                    moment.strftime("%Y%m%d"),
                    clock.replace(":", ""),
                    str(seconds),
                    "测试市",
                    lac,
                    cell,
                    f"8699990000{owner.index:05d}",
                ]
            )
        else:
            found.append(
                [
                    owner.phone,
                    "呼出" if out else "呼入",
                    other,
                    f"{moment.strftime('%Y/%m/%d')} {clock}",
                    str(seconds),
                    "测试市",
                    lac,
                    cell,
                    f"8699990000{owner.index:05d}",
                ]
            )
    return found


AWARD_COLUMNS = (
    "序号",
    "项目编号",
    "项目名称",
    "采购人",
    "采购方式",
    "中标单位",
    "中标单位代码",
    "中标金额(万元)",
    "中标日期",
    "合同签订日期",
    "合同金额(万元)",
    "备注",
)


def awards(world: World, count: int) -> tuple[list[list[Cell]], int]:
    """Awards, most of them to the contractors; returns rows and the total in fen."""
    rng = world.rng
    rows: list[list[Cell]] = []
    total = 0
    for number in range(1, count + 1):
        winner = world.companies[int(rng.choice([0, 0, 0, 1, 1, 2, len(world.companies) - 1]))]
        day = world.scale.starts_on + timedelta(days=30 + number * 700 // count)
        fen = int(rng.integers(30, 900)) * 1_000_000
        total += fen
        rows.append(
            [
                str(number),
                f"CS-{day.year}-{number:04d}",
                f"测试县第{number}号道路改造工程",
                BUYERS[0] if winner.index < 3 else BUYERS[number % len(BUYERS)],
                "公开招标",
                winner.name,
                winner.company_id,
                wan(fen),
                day.isoformat(),
                (day + timedelta(days=20)).isoformat(),
                wan(fen),
                "",
            ]
        )
    return rows, total


INVOICE_COLUMNS = (
    "发票代码",
    "发票号码",
    "数电发票号码",
    "销方识别号",
    "销方名称",
    "购方识别号",
    "购买方名称",
    "开票日期",
    "金额",
    "税率",
    "税额",
    "价税合计",
    "发票来源",
    "发票票种",
    "发票状态",
    "是否正数发票",
    "开票人",
    "备注",
)


def invoices(world: World, count: int) -> list[list[Cell]]:
    """Invoices between the companies; every 30th is void, every 40th red."""
    rng, firms = world.rng, world.companies
    rows: list[list[Cell]] = []
    for number in range(1, count + 1):
        seller = firms[int(rng.integers(0, len(firms)))]
        buyer = firms[(seller.index + 1 + int(rng.integers(0, len(firms) - 1))) % len(firms)]
        net = int(rng.integers(1_000, 900_000)) * 100
        tax = net * 6 // 100
        red = number % 40 == 0
        sign = -1 if red else 1
        day = world.scale.starts_on + timedelta(days=number * 800 // count)
        rows.append(
            [
                "",
                "",
                f"24359900{number:012d}",
                seller.company_id,
                seller.name,
                buyer.company_id,
                buyer.name,
                f"{day} 10:{number % 60:02d}:00",
                yuan(sign * net),
                "6%",
                yuan(sign * tax),
                yuan(sign * (net + tax)),
                "电子发票服务平台",
                "数电票（普通发票）",
                "作废" if number % 30 == 0 else "正常",
                "否" if red else "是",
                "管理员",
                "",
            ]
        )
    return rows
