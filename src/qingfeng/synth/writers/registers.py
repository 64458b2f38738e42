"""Registers of the discipline query package: what each source says about one subject.

Every function returns the pages of one workbook; an empty list means the source has nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from qingfeng.synth.companies import Company
from qingfeng.synth.dirt import yuan
from qingfeng.synth.ledger import Account
from qingfeng.synth.persons import Person
from qingfeng.synth.statements import Statements
from qingfeng.synth.world import World
from qingfeng.synth.writers.tables import Table, table_of
from qingfeng.synth.writers.workbook import Cell

HOUSEHOLD = (
    "户号",
    "姓名",
    "曾用名",
    "身份证号",
    "性别",
    "出生日期",
    "与户主关系",
    "户籍地",
    "婚姻状况",
    "从业单位",
    "人员状态",
    "死亡日期",
)


def _household_row(person: Person, dash: bool) -> list[Cell]:
    died = (
        ""
        if person.died_on is None
        else (person.died_on.isoformat() if dash else person.died_on.strftime("%Y%m%d"))
    )
    return [
        f"359900{person.household:06d}",
        person.name,
        "",
        person.person_id,
        person.sex,
        person.born_on.strftime("%Y%m%d"),
        person.relation,
        person.address,
        "已婚" if person.born_on.year < 1988 else "未婚",
        person.occupation,
        "死亡注销" if died else "正常",
        died,
    ]


def household(world: World, head: Person) -> list[Table]:
    """Household register: everybody of the head's household."""
    members = [p for p in world.persons if p.household == head.household]
    rows = [_household_row(p, head.index % 2 == 0) for p in members]
    return [table_of("persons", "户籍人口", HOUSEHOLD, rows)]


def co_residents(world: World, person: Person) -> list[Table]:
    """Co-residents (同住址); the dead namesakes lived in the official's street."""
    header = (
        "姓名",
        "曾用名",
        "身份证号",
        "与户主关系",
        "户籍地",
        "婚姻状况",
        "从业单位",
        "人员状态",
        "死亡日期",
    )
    rows: list[list[Cell]] = [
        [
            p.name,
            "",
            p.person_id,
            p.relation,
            p.address,
            "已婚",
            p.occupation,
            "正常" if p.died_on is None else "死亡注销",
            "" if p.died_on is None else p.died_on.isoformat(),
        ]
        for p in world.persons
        if p.household == person.household
    ]
    if person.role == "official":
        rows += [
            [name, "", number, "户主", person.address, "丧偶", "", "死亡注销", died.isoformat()]
            for name, number, died in world.namesakes
        ]
    return [table_of("persons", "同住址", header, rows)]


def company_register(company: Company) -> list[Table]:
    """Business registration: basic data, capital, officers, branches."""
    basic: list[Cell] = [
        company.name,
        company.company_id,
        company.name,
        company.legal.name,
        f"{company.capital_wan}",
        "人民币",
        f"{company.capital_wan // 2}",
        company.founded_on.isoformat(),
        (company.founded_on + timedelta(days=400)).isoformat(),
        company.trade,
        "存续",
        "有限责任公司",
        "私营",
        company.industry,
        "E4813",
        "测试县市场监督管理局",
        f"测试县衡山路{company.index + 1}号",
        f"3599{company.index:011d}",
        str(5 + company.index),
    ]
    share = 10_000 // len(company.holders)
    stakes: list[list[Cell]] = [
        [
            holder.name,
            "居民身份证",
            company.company_id,
            f"{company.capital_wan * share // 10_000}",
            f"{share // 100}.{share % 100:02d}%",
            "2040-12-31",
            f"{company.capital_wan * share // 20_000}",
            "人民币",
        ]
        for holder in company.holders
    ]
    officers: list[list[Cell]] = [[company.legal.name, "执行董事兼总经理", company.legal.person_id]]
    officers += [[p.name, "监事", p.person_id] for p in company.holders if p is not company.legal]
    branches: list[list[Cell]] = (
        []
        if company.index % 4
        else [[f"{company.name}第一分公司", company.company_id, f"3599{company.index + 50:011d}"]]
    )
    return [
        table_of(
            "companies",
            "企业基本信息",
            (
                "查询名称",
                "统一社会信用代码",
                "企业（机构）名称",
                "法定代表人",
                "注册资本(金)（万元）",
                "注册资本(金)币种",
                "实收资本",
                "成立日期",
                "核准日期",
                "经营范围",
                "登记状态",
                "市场主体类型",
                "统计企业类型",
                "行业门类",
                "行业代码",
                "登记机关",
                "住所",
                "注册号",
                "从业人员/农专成员总数",
            ),
            [basic],
        ),
        table_of(
            "shareholdings",
            "自然人出资",
            (
                "自然人姓名",
                "自然人证件类型",
                "自然人证件号码",
                "认缴出资额（万元）",
                "认缴出资比例",
                "认缴出资期限",
                "实缴出资额（万元）",
                "币种",
            ),
            stakes,
        ),
        table_of("company_roles", "主要人员", ("姓名", "职务", "人员证件号码"), officers),
        *(
            [
                table_of(
                    "branches",
                    "分支机构",
                    ("分支机构名称", "分支机构统一社会信用代码", "分支机构注册号"),
                    branches,
                )
            ]
            if branches
            else []
        ),
    ]


def central_bank(accounts: Sequence[Account], wide: bool) -> list[Table]:
    """The central bank's account list; the two spellings of 账号 alternate."""
    header = (
        "开户银行名称",
        "帐号" if wide else "账号",
        "账户性质",
        "账户状态",
        "开户时间",
        "销户时间",
        "名称",
        "证件号码",
        "账户名称",
        "银行机构代码",
    )
    rows: list[list[Cell]] = [
        [
            account.branch,
            account.card or account.number,
            "个人银行结算账户",
            "正常",
            account.opened_on.isoformat(),
            "",
            account.holder.name,
            account.holder.holder_id,
            account.holder.name,
            f"T{account.bank.prefix}",
        ]
        for account in accounts
    ]
    return [table_of("accounts", "银行账户", header, rows)]


def bank_accounts(statements: Statements, accounts: Sequence[Account]) -> list[Table]:
    """银行业金融机构账户信息: accounts whose statements come in the discipline package."""
    header = (
        "反馈单位",
        "名称",
        "证件号码",
        "卡号",
        "账号",
        "账户类别",
        "账户状态",
        "币种",
        "账户余额",
        "可用余额",
        "开户日期",
        "开户网点",
        "销户日期",
        "最后交易时间",
    )
    rows: list[list[Cell]] = []
    for account in accounts:
        span = statements.book.span(account.index)
        last = span.stop - 1
        balance = yuan(statements.balance[last])
        rows.append(
            [
                account.bank.name,
                account.holder.name,
                account.holder.holder_id,
                account.card,
                account.number,
                "个人I类户" if account.card else "其他",
                "正常",
                "人民币",
                balance,
                balance,
                account.opened_on.isoformat(),
                account.branch,
                "",
                statements.iso[last].replace("T", " "),
            ]
        )
    return [table_of("accounts", "账号基本信息", header, rows)]
