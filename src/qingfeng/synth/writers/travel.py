"""Registers of whereabouts: hotels, rail, flights, borders."""

from __future__ import annotations

from datetime import date, timedelta

from qingfeng.synth.persons import Person
from qingfeng.synth.world import World
from qingfeng.synth.writers.tables import Table, table_of
from qingfeng.synth.writers.workbook import Cell


def _day(world: World) -> date:
    span = (world.scale.ends_on - world.scale.starts_on).days
    return world.scale.starts_on + timedelta(days=int(world.rng.integers(0, span)))


def _clock(world: World) -> str:
    rng = world.rng
    return f"{int(rng.integers(7, 23)):02d}:{int(rng.integers(0, 60)):02d}:00"


def stays(world: World, person: Person, count: int) -> list[Table]:
    """Hotel stays, one to three nights."""
    header = (
        "姓名",
        "性别",
        "民族",
        "出生日期",
        "证件类型",
        "证件号码",
        "户籍地区划",
        "户籍地详情",
        "旅店名称",
        "旅店代码",
        "旅店区划",
        "旅店地址",
        "房间号码",
        "入住时间",
        "离店时间",
        "省级名称",
    )
    rows: list[list[Cell]] = []
    for _ in range(count):
        day, hotel = _day(world), int(world.rng.integers(1, 20))
        rows.append(
            [
                person.name,
                person.sex,
                "汉族",
                person.born_on.isoformat(),
                "身份证",
                person.person_id,
                "359901",
                person.address,
                f"测试宾馆{hotel:02d}",
                f"3599{hotel:06d}",
                "359902",
                f"测试市海堤路{hotel}号",
                f"{hotel}08",
                f"{day} {_clock(world)}",
                f"{day + timedelta(days=1 + hotel % 3)} 11:30:00",
                "测试省",
            ]
        )
    return [table_of("stays", "旅馆住宿", header, rows)]


def rail(world: World, person: Person, count: int) -> list[Table]:
    """Rail tickets (票面)."""
    header = (
        "乘车人姓名",
        "证件类型",
        "证件号码",
        "列车车次",
        "发站",
        "到站",
        "发车日期",
        "发车时间",
        "车厢号",
        "席位号",
        "席别",
        "票号",
        "售票时间",
    )
    rows: list[list[Cell]] = []
    for number in range(count):
        day = _day(world)
        rows.append(
            [
                person.name,
                "二代居民身份证",
                person.person_id,
                f"D{int(world.rng.integers(6000, 6999))}",
                "测试北",
                "测试南",
                day.strftime("%Y%m%d"),
                _clock(world)[:5],
                f"{number % 16 + 1:02d}",
                f"{number % 20 + 1:02d}A",
                "二等座",
                f"T{person.index:03d}{number:06d}",
                f"{day - timedelta(days=3)} {_clock(world)}",
            ]
        )
    return [table_of("trips", "票面信息", header, rows)]


def flights(world: World, person: Person, count: int) -> list[Table]:
    """Flights taken; with four or more bookings the last one was not flown."""
    header = (
        "旅客中文姓名",
        "旅客证件号",
        "航班号",
        "起飞日期",
        "起飞时间",
        "起飞机场",
        "到达日期",
        "到达时间",
        "到达机场",
        "票号",
        "票面总价",
        "票价货币类型",
        "付款方式",
        "记录编号",
    )
    rows: list[list[Cell]] = []
    for number in range(count):
        day = _day(world)
        rows.append(
            [
                person.name,
                person.person_id,
                f"TE{1000 + int(world.rng.integers(0, 900))}",
                day.isoformat(),
                "08:30",
                "测试机场",
                day.isoformat(),
                "10:45",
                "测试二机场",
                f"999{person.index:04d}{number:06d}",
                f"{600 + number * 10}.00",
                "CNY",
                "CASH",
                f"T{person.index:02d}{number:03d}",
            ]
        )
    cut = count - 1 if count > 3 else count
    found = [table_of("trips", "已成行", header, rows[:cut])]
    if cut < count:
        found.append(table_of("trips", "未成行", header, rows[cut:]))
    return found


def borders(world: World, person: Person, count: int) -> list[Table]:
    """Exits and entries, in pairs."""
    header = (
        "姓名",
        "证件类别",
        "证件号码",
        "国籍",
        "出入日期",
        "出入时间",
        "出入口岸",
        "前往/归来国家",
        "交通方式",
        "交通工具",
        "签证种类",
        "签证号码",
        "人员类别",
    )
    rows: list[list[Cell]] = []
    for number in range(count):
        day = _day(world)
        rows.extend(
            [
                person.name,
                "普通护照",
                f"ET{person.index:03d}{number:04d}",
                "中国",
                (day + timedelta(days=step)).strftime("%Y%m%d"),
                _clock(world).replace(":", ""),
                "测试口岸",
                "测试国",
                "飞机",
                f"TE{500 + number}",
                "",
                "",
                "内地居民",
            ]
            for step in (0, 6)
        )
    return [table_of("trips", "出入境记录", header, rows)]
