"""Registers of things: houses and vehicles."""

from __future__ import annotations

from qingfeng.synth.dirt import wan, yuan
from qingfeng.synth.people_names import STREETS
from qingfeng.synth.persons import Person
from qingfeng.synth.world import World
from qingfeng.synth.writers.tables import Table, table_of
from qingfeng.synth.writers.workbook import Cell


def properties(world: World, person: Person, precise: bool) -> list[Table]:
    """Property rights; the precise query uses another set of names for the same things."""
    rows: list[list[Cell]] = []
    for number in range(1 + person.index % 3):
        street = STREETS[(person.index + number) % len(STREETS)]
        place = f"测试县{street}{person.index + 1}号{number + 1}01室"
        price = int(world.rng.integers(60, 320)) * 1_000_000
        rows.append(
            [
                f"3599{person.index:02d}{number:02d}001001GB00001F00010001",
                place,
                f"{90 + person.index}.{50 + number}",
                person.name,
                person.person_id,
                "",
                "单独所有",
                f"闽（2016）测试县不动产权第{person.index * 10 + number:07d}号",
                "国有建设用地使用权/房屋所有权",
                "现势",
                "城镇住宅",
                f"20{10 + number}-0{1 + person.index % 9}-15",
                "否",
                "否",
                wan(price) if not precise else yuan(price),
            ]
        )
    names = ("房地坐落", "建筑面积(平方米)", "名称", "证件号码", "共有人名称", "共有情况")
    if precise:
        names = (
            "不动产坐落",
            "不动产面积",
            "权利人名称",
            "权利人证件号码",
            "共有权人名称",
            "共用方式",
        )
    header = (
        "不动产单元号",
        *names,
        "不动产权证号",
        "权利类型",
        "权属状态",
        "规划用途",
        "登记时间",
        "是否抵押",
        "是否查封",
        "不动产价格" if precise else "交易金额(万元)",
    )
    return [table_of("properties", "不动产", header, rows)]


def vehicles(person: Person) -> list[Table]:
    """One or two vehicles of a person."""
    header = (
        "机动车所有人",
        "身份证号",
        "号牌种类",
        "号牌号码",
        "中文品牌",
        "车身颜色",
        "车辆识别代码",
        "机动车发动机号",
        "初次登记日期",
        "出厂日期",
        "机动车状态",
        "是否抵押/质押",
        "机动车能源种类",
        "机动车发动机排量",
        "住所地址",
        "联系电话",
    )
    rows: list[list[Cell]] = [
        [
            person.name,
            person.person_id,
            "小型汽车",
            f"闽Z{person.index:02d}T{number}{7}",
            "测试牌",
            "白",
            f"LTEST0000{person.index:04d}{number:04d}",
            f"T{person.index:05d}{number}",
            f"201{number + 5}-06-18",
            f"201{number + 5}-03-01",
            "正常",
            "否",
            "汽油",
            "1998",
            person.address,
            person.phone,
        ]
        for number in range(1 + person.index % 2)
    ]
    return [table_of("vehicles", "机动车", header, rows)]
