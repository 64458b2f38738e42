"""Everything outside the police packages: discipline package, apps, wallets, calls, projects."""

from __future__ import annotations

from qingfeng.synth.delivery import PACKAGE, Delivery
from qingfeng.synth.expected import Sheet
from qingfeng.synth.ledger import Account
from qingfeng.synth.persons import Person
from qingfeng.synth.writers import apps, assets, discipline, others, registers, travel, wallets
from qingfeng.synth.writers.text import write_text
from qingfeng.synth.writers.workbook import Cell, Page, write_workbook

STATEMENTS = "银行交易明细"
#: Whereabouts and assets were asked for the first people of the cast only.
TRACED = 24
#: Import layout of each app's export.
APP_LAYOUTS = {
    "abc": "bank.abc_debit",
    "cmb": "bank.cmb_debit",
    "icbc": "bank.icbc_debit_v1",
    "spdb": "bank.spdb",
}
#: A source that the summary promises and nobody delivered.
MISSING_SOURCE, MISSING_ROWS = "中国证监会证券持有信息", 3


def deliver_statements(delivery: Delivery) -> None:
    """Bank statements of the discipline package; every 4th has a title, every 3rd a total."""
    statements = delivery.statements
    lossy = True
    for number, accounts in enumerate(delivery.by_bank("discipline").values()):
        bank, holder = accounts[0].bank, accounts[0].holder
        lose = lossy and not any(account.reserved for account in accounts)
        lossy = lossy and not lose
        relative = f"{PACKAGE}/{STATEMENTS}（定向查询）/" + discipline.file_name(
            holder.name, holder.holder_id, delivery.next_number(), f"{bank.name}交易明细"
        )
        book = discipline.write_statements(
            delivery.folder / relative,
            statements,
            accounts,
            title=number % 4 == 1,
            total=number % 3 == 0,
            lose_numbers=lose,
        )
        delivery.expected.sheets.append(
            Sheet(
                relative,
                "transfers",
                "query_package.statements",
                "xlsx",
                book.rows,
                sheet=book.sheet,
                header_row=book.header_row,
                footer_rows=book.footer_rows,
                lost_numbers=book.lost_numbers,
            )
        )
        delivery.promise(STATEMENTS, holder.name, holder.holder_id, book.rows)
        if number < 4:
            delivery.put_lock_file(relative)
    by_holder: dict[str, list[Account]] = {}
    for accounts in delivery.by_bank("discipline").values():
        by_holder.setdefault(accounts[0].holder.holder_id, []).extend(accounts)
    for holder_id, accounts in by_holder.items():
        pages = registers.bank_accounts(statements, accounts)
        delivery.put_package(
            "银行业金融机构账户信息", accounts[0].holder.name, holder_id, "银行账户信息", pages
        )


def deliver_apps(delivery: Delivery) -> None:
    """Exports by the holders themselves; three of four say the account in the name only."""
    for account in delivery.accounts:
        if not account.app:
            continue
        found = apps.export(delivery.statements, account)
        number = account.card or account.number
        relative = (
            f"自行提供/{account.bank.name}/{account.holder.name}_{number}_交易明细.{found.suffix}"
        )
        write_text(delivery.folder / relative, found.text, found.encoding)
        delivery.expected.sheets.append(
            Sheet(
                relative,
                "transfers",
                APP_LAYOUTS[account.app],
                found.encoding,
                found.rows,
                header_row=found.header_row,
                blank_rows=found.blank_rows,
                footer_rows=found.footer_rows,
            )
        )


def deliver_wallets(delivery: Delivery) -> None:
    """WeChat bills in three generations and Tenpay in turn; Alipay bills."""
    turn = 0
    for account in delivery.accounts:
        if account.layout != "wallet":
            continue
        name = account.holder.name
        if not account.number.startswith("wx"):
            relative = f"支付账户/支付宝/支付宝交易明细_{name}_{account.number}.csv"
            rows, header = wallets.write_alipay(
                delivery.folder / relative, delivery.statements, account
            )
            delivery.expected.sheets.append(
                Sheet(
                    relative, "transfers", "wallet.alipay_app", "gb18030", rows, header_row=header
                )
            )
            continue
        turn += 1
        if turn % 2:
            _tenpay(delivery, account)
            continue
        generation = turn // 2 % 3
        suffix = "csv" if generation == 0 else "xlsx"
        relative = f"支付账户/微信/微信支付账单_{name}_{account.number}.{suffix}"
        rows, header, sheet, encoding = wallets.write_wechat(
            delivery.folder / relative, delivery.statements, account, generation
        )
        delivery.expected.sheets.append(
            Sheet(
                relative,
                "transfers",
                "wallet.wechat",
                encoding,
                rows,
                sheet=sheet,
                header_row=header,
            )
        )


def _tenpay(delivery: Delivery, account: Account) -> None:
    relative = (
        f"支付账户/财付通/调证2024070{account.index % 9 + 1}/IDCARD/"
        f"{account.holder.holder_id}/{account.number}/TenpayTrades.txt"
    )
    rows = wallets.write_tenpay(delivery.folder / relative, delivery.statements, account)
    delivery.expected.sheets.append(
        Sheet(relative, "transfers", "wallet.tenpay_trades", "utf-8", rows)
    )


def deliver_registers(delivery: Delivery) -> None:
    """Registers of every person and company, then the summary of promises."""
    world = delivery.statements.world
    for person in world.persons:
        _person_registers(delivery, person)
    for company in world.companies:
        delivery.put_package(
            "市场监管总局企业登记信息",
            company.name,
            company.company_id,
            "企业登记信息",
            registers.company_register(company),
        )
    _summary(delivery)


def _person_registers(delivery: Delivery, person: Person) -> None:
    world, index = delivery.statements.world, person.index
    name, number = person.name, person.person_id
    owned = [delivery.accounts[i] for i in world.owned[number]]
    delivery.put_package(
        "中国人民银行银行账户",
        name,
        number,
        "银行账户",
        registers.central_bank(owned, index % 2 == 0),
    )
    if person.relation == "户主":
        delivery.put_package(
            "公安部户籍人口", name, number, "户籍人口", registers.household(world, person)
        )
    if person.relation == "户主" and index % 2 == 0:
        delivery.put_package(
            "公安部同住址", name, number, "同住址", registers.co_residents(world, person)
        )
    if person.died_on is not None or index >= TRACED:
        return
    precise = index % 2 == 1
    delivery.put_package(
        "自然资源部精准查询" if precise else "自然资源部全国总库",
        name,
        number,
        "不动产",
        assets.properties(world, person, precise),
    )
    delivery.put_package("公安部机动车", name, number, "机动车", assets.vehicles(person))
    delivery.put_package(
        "公安部旅馆住宿", name, number, "旅馆住宿", travel.stays(world, person, 8 + index % 4)
    )
    delivery.put_package(
        "铁路总公司票面信息", name, number, "票面信息", travel.rail(world, person, 12 + index % 5)
    )
    if index % 2 == 0:
        delivery.put_package(
            "中航信航班进出港",
            name,
            number,
            "航班进出港",
            travel.flights(world, person, 6 + index % 4),
        )
    if index % 4 == 0:
        delivery.put_package(
            "公安部出入境记录",
            name,
            number,
            "出入境记录",
            travel.borders(world, person, 1 + index % 2),
        )


def _summary(delivery: Delivery) -> None:
    """查询结果汇总: one source it promises is not there."""
    official = delivery.statements.world.persons[0]
    delivery.promise(MISSING_SOURCE, official.name, official.person_id, MISSING_ROWS)
    delivery.expected.promised_missing.append(
        {
            "source": MISSING_SOURCE,
            "subject": official.name,
            "subject_id": official.person_id,
            "rows": MISSING_ROWS,
        }
    )
    header = (
        "序号",
        "数据源",
        "查询对象",
        "证件号码",
        "是否反馈",
        "有无结果",
        "结果条数",
        "请求单号",
    )
    rows: list[list[Cell]] = [
        [
            str(number),
            source,
            name,
            subject,
            "是",
            "有" if count else "无",
            str(count),
            f"国监查【2024】第{number:06d}号",
        ]
        for number, ((source, name, subject), count) in enumerate(delivery.promised.items(), 1)
    ]
    relative = f"{PACKAGE}/查询结果汇总.xlsx"
    write_workbook(delivery.folder / relative, [Page("查询结果汇总", header, rows)])
    delivery.expected.sheets.append(
        Sheet(
            relative,
            "query_summaries",
            "query_package.promised",
            "xlsx",
            len(rows),
            sheet="查询结果汇总",
        )
    )


def deliver_case_material(delivery: Delivery) -> None:
    """Call records of three carriers, the award list, the bulk export of invoices."""
    world = delivery.statements.world
    living = [person for person in world.persons if person.died_on is None][:12]
    for number, person in enumerate(living):
        carrier = number % 3
        rows = others.calls(world, person, carrier, world.scale.calls // len(living))
        _calls(delivery, person, carrier, rows)
    awards, total = others.awards(world, world.scale.awards)
    relative = "项目资料/中标项目清单.xlsx"
    footer: list[Cell] = ["合计", "", "", "", "", "", "", f"{total // 1_000_000}.000000"]
    write_workbook(
        delivery.folder / relative,
        [
            Page(
                "中标项目",
                others.AWARD_COLUMNS,
                awards,
                [["测试县2019—2024年中标项目清单"]],
                [footer],
            )
        ],
    )
    delivery.expected.sheets.append(
        Sheet(
            relative,
            "awards",
            "projects.awards",
            "xlsx",
            len(awards),
            sheet="中标项目",
            header_row=2,
            footer_rows=1,
        )
    )
    rows_out = others.invoices(world, world.scale.invoices)
    relative = "税务/全量发票导出.xlsx"
    pages = [
        Page(name, others.INVOICE_COLUMNS, rows_out) for name in ("发票基础信息", "信息汇总表")
    ]
    write_workbook(delivery.folder / relative, pages)
    delivery.expected.sheets += [
        Sheet(
            relative, "invoices", "invoices.platform", "xlsx", len(rows_out), sheet="发票基础信息"
        ),
        Sheet(
            relative,
            "invoices",
            "invoices.platform",
            "xlsx",
            len(rows_out),
            sheet="信息汇总表",
            repeats=len(rows_out),
        ),
    ]


def _calls(delivery: Delivery, person: Person, carrier: int, rows: list[list[str]]) -> None:
    columns, name = others.CALL_COLUMNS[carrier], others.CARRIERS[carrier]
    relative = f"话单/{name}/{person.name}_{person.phone}.{'csv' if carrier else 'xlsx'}"
    if carrier == 0:
        write_workbook(delivery.folder / relative, [Page("话单", columns, rows)])
    else:
        lines = [",".join(columns), *(",".join(row) for row in rows)]
        write_text(
            delivery.folder / relative,
            "\r\n".join(lines) + "\r\n",
            "gb18030" if carrier == 1 else "utf-8-sig",
        )
    encoding = ("xlsx", "gb18030", "utf-8-sig")[carrier]
    delivery.expected.sheets.append(
        Sheet(
            relative,
            "calls",
            f"calls.{carrier}",
            encoding,
            len(rows),
            sheet="" if carrier else "话单",
        )
    )
