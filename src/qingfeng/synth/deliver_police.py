"""Police bank packages: two batches, nine tables a bank, overlaps, a zip, a damaged file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qingfeng.synth.banks import BANKS, Bank
from qingfeng.synth.companies import Company
from qingfeng.synth.delivery import Delivery
from qingfeng.synth.dirt import yuan
from qingfeng.synth.expected import Sheet
from qingfeng.synth.ledger import DAY, Account, at
from qingfeng.synth.statements import Statements
from qingfeng.synth.writers import police
from qingfeng.synth.writers.archive import write_zip
from qingfeng.synth.writers.text import encode, write_text

FIRST, SECOND = "资金查控/第一批", "资金查控/第二批"
PASSWORD = "Cs359900"  # noqa: S105 - of an invented zip, delivered beside it
OVERLAP_DAYS = 90
BAD_TIME = "impossible date"
CUT_ROW = "row cut off at the end of the file"


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts of one holder at one police bank, and where their files go."""

    number: int
    accounts: list[Account]

    @property
    def bank(self) -> Bank:
        return self.accounts[0].bank

    def path(self, batch: str, table: str) -> str:
        name = self.accounts[0].holder.name
        return f"{batch}/任务{self.number:04d}_{name}/{self.bank.name}_{table}【{name}】.csv"


def deliver_police(delivery: Delivery) -> None:
    """Write everything under 资金查控."""
    groups = [
        Group(number, accounts)
        for number, accounts in enumerate(delivery.by_bank("police").values(), 1)
    ]
    planted = {a.index for a in delivery.accounts if a.reserved}
    free = [
        g
        for g in groups
        if not any(a.index in planted for a in g.accounts)
        and not isinstance(g.accounts[0].holder, Company)
    ]
    plain = [g for g in free if g.bank.encoding == "gb18030" and not g.bank.repeat_header_every]
    by_size = sorted(plain, key=lambda g: (_size(delivery.statements, g), g.number))
    locked, zipped, cut = by_size[0], by_size[1], by_size[len(by_size) // 2]
    for group in groups:
        if group is locked:
            _archive(delivery, group, f"{FIRST}/加密_{group.bank.name}.zip", PASSWORD)
        elif group is zipped:
            _archive(delivery, group, f"{FIRST}/补充_{group.bank.name}.zip", "")
        elif group is cut:
            _cut_and_again(delivery, group)
        elif group.number % 25 == 3:
            _overlapping(delivery, group)
        else:
            # Every 20th group carries rows that only say that nothing was found.
            cards = ["", "6235990000000000009"] if group.number % 20 == 2 else []
            written = police.bookings(delivery.statements, group.accounts, feedback_cards=cards)
            path = group.path(FIRST, "交易明细信息")
            write_text(delivery.folder / path, written.text, group.bank.encoding)
            _record(delivery, group, path, written, group.bank.encoding)
        if group is not locked and group is not zipped:
            path = group.path(FIRST, "账户信息")
            text = _accounts_text(delivery, group)
            write_text(delivery.folder / path, text, group.bank.encoding)
            _record_table(delivery, path, "accounts", group.bank.encoding, len(group.accounts))
    for number, bank in enumerate(BANKS):
        here = [group for group in groups if group.bank is bank]
        if here:
            _bank_tables(delivery, bank, number, here)


def _size(statements: Statements, group: Group) -> int:
    return sum(len(statements.rows(account)) for account in group.accounts)


def _accounts_text(delivery: Delivery, group: Group) -> str:
    rows = [police.account_row(delivery.statements, account) for account in group.accounts]
    return police.table_text(police.ACCOUNT_COLUMNS, rows, group.bank.tabs)


def _layout(bank: Bank) -> str:
    return f"police.transfers{bank.columns}"


def _record(
    delivery: Delivery,
    group: Group,
    path: str,
    written: police.Written,
    encoding: str,
    *,
    member: str = "",
    repeats: int = 0,
    note: str = "",
) -> Sheet:
    sheet = Sheet(
        path,
        "transfers",
        _layout(group.bank),
        encoding,
        written.rows,
        member=member,
        feedback=written.feedback,
        repeats=repeats,
        blank_rows=written.blank_rows,
        repeated_headers=written.repeated_headers,
        note=note,
        rejects=[{"row": line, "reason": BAD_TIME} for line in written.bad_lines],
    )
    delivery.expected.sheets.append(sheet)
    return sheet


def _record_table(  # noqa: PLR0917
    delivery: Delivery, path: str, table: str, encoding: str, rows: int, member: str = ""
) -> None:
    delivery.expected.sheets.append(
        Sheet(path, table, f"police.{table}", encoding, rows, member=member)
    )


def _archive(delivery: Delivery, group: Group, path: str, password: str) -> None:
    """Bookings and accounts of a group as members of a zip with GBK names."""
    written = police.bookings(delivery.statements, group.accounts)
    name = group.accounts[0].holder.name
    # A rare character has no GBK code; old tools drop it from member names.
    safe = name.encode("gbk", "ignore").decode("gbk") or "甲"
    first = f"{group.bank.name}_交易明细信息【{safe}】.csv"
    second = f"{group.bank.name}_账户信息【{safe}】.csv"
    encoding = group.bank.encoding
    members = {
        first: encode(written.text, encoding),
        second: encode(_accounts_text(delivery, group), encoding),
    }
    write_zip(delivery.folder / path, members, password)
    note = "password in passwords.txt" if password else ""
    _record(delivery, group, path, written, encoding, member=first, note=note)
    _record_table(delivery, path, "accounts", encoding, len(group.accounts), member=second)
    if password:
        delivery.passwords.append(password)


def _overlapping(delivery: Delivery, group: Group) -> None:
    """Two exports whose periods overlap by 90 days; the second is UTF-8 with a mark."""
    scale = delivery.statements.world.scale
    middle = at(scale.starts_on) + (at(scale.ends_on) - at(scale.starts_on)) * 6 // 10
    first = police.bookings(
        delivery.statements, group.accounts, span=(0, middle + OVERLAP_DAYS * DAY)
    )
    second = police.bookings(
        delivery.statements, group.accounts, span=(middle + 1, police.FOREVER[1])
    )
    both = police.bookings(
        delivery.statements, group.accounts, span=(middle + 1, middle + OVERLAP_DAYS * DAY)
    )
    repeats = both.rows - len(both.bad_lines)
    paths = [group.path(batch, "交易明细信息") for batch in (FIRST, SECOND)]
    write_text(delivery.folder / paths[0], first.text, group.bank.encoding)
    write_text(delivery.folder / paths[1], second.text, "utf-8-sig")
    _record(delivery, group, paths[0], first, group.bank.encoding)
    _record(delivery, group, paths[1], second, "utf-8-sig", repeats=repeats)
    _overlap(delivery, group, paths, repeats)


def _cut_and_again(delivery: Delivery, group: Group) -> None:
    """The first export breaks off in the middle of a row; the second is whole."""
    whole = police.bookings(delivery.statements, group.accounts)
    keep = max(2, len(whole.lines) // 2)
    # The last line loses everything after the card and part of the account.
    stump = whole.lines[keep][:30]
    cut = police.Written(
        [*whole.lines[:keep], stump],
        rows=keep,
        bad_lines=[line for line in whole.bad_lines if line <= keep],
    )
    paths = [group.path(batch, "交易明细信息") for batch in (FIRST, SECOND)]
    write_text(delivery.folder / paths[0], "\r\n".join(cut.lines), group.bank.encoding)
    write_text(delivery.folder / paths[1], whole.text, group.bank.encoding)
    repeats = keep - 1 - len(cut.bad_lines)
    sheet = _record(delivery, group, paths[0], cut, group.bank.encoding, note="truncated")
    sheet.rejects.append({"row": keep + 1, "reason": CUT_ROW})
    _record(delivery, group, paths[1], whole, group.bank.encoding, repeats=repeats)
    _overlap(delivery, group, paths, repeats)


def _overlap(delivery: Delivery, group: Group, paths: Sequence[str], repeats: int) -> None:
    delivery.expected.overlaps.append(
        {
            "accounts": [account.number for account in group.accounts],
            "paths": list(paths),
            "repeats": repeats,
        }
    )


def _bank_tables(delivery: Delivery, bank: Bank, number: int, groups: list[Group]) -> None:
    """The seven tables that a bank answers once for all subjects."""
    persons, addresses, contacts = [], [], []
    agencies = {
        (a.holder.person_id, delivery.accounts[a.account].bank.name): a
        for a in delivery.statements.world.agencies
    }
    for group in groups:
        holder = group.accounts[0].holder
        contacts.append([holder.name, holder.id_type, holder.holder_id, holder.phone])
        if isinstance(holder, Company):
            persons.append(
                [
                    holder.name,
                    holder.id_type,
                    holder.holder_id,
                    "测试县衡山路",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    holder.holder_id,
                    "",
                    holder.legal.name,
                    holder.company_id,
                ]
            )
            continue
        addresses.append([holder.name, holder.id_type, holder.person_id, holder.address, ""])
        agency = agencies.get((holder.person_id, bank.name))
        agent = (
            ["", "", ""] if agency is None else [agency.agent_name, "居民身份证", agency.agent_id]
        )
        persons.append(
            [
                holder.name,
                holder.id_type,
                holder.person_id,
                "",
                "",
                holder.occupation,
                "",
                *agent,
                "",
                "",
                "",
                "",
            ]
        )
    accounts = [account for group in groups for account in group.accounts]
    subs = [
        [
            bank.name,
            account.card,
            account.number,
            "0.00",
            "0.00",
            "活期",
            "00001",
            "人民币",
            "钞",
            "正常",
            "1",
        ]
        for account in accounts[:6]
        if account.card
    ]
    frozen = [
        [
            bank.name,
            account.number,
            "司法冻结",
            yuan(5_000_000),
            "测试县监察委员会",
            "20240601",
            "20241130",
            "1",
            "",
        ]
        for account in accounts
        if account.reserved
    ][:2]
    done = [_task(bank, number, group, "成功") for group in groups]
    failed = [_task(bank, number, groups[0], "失败")]
    tables: tuple[tuple[str, str, Sequence[str], list[list[str]]], ...] = (
        ("人员信息", "persons", police.PERSON_COLUMNS, persons),
        ("人员联系方式信息", "contacts", police.CONTACT_COLUMNS, contacts),
        ("人员住址信息", "addresses", police.ADDRESS_COLUMNS, addresses),
        ("关联子账户信息", "sub_accounts", police.SUB_ACCOUNT_COLUMNS, subs),
        ("强制措施信息", "freezes", police.MEASURE_COLUMNS, frozen),
        ("任务信息(成功)", "query_tasks", police.TASK_COLUMNS, done),
        ("任务信息(失败)", "query_tasks", police.TASK_COLUMNS, failed),
    )
    for name, table, columns, rows in tables:
        if not rows:
            continue
        path = f"{FIRST}/汇总/{bank.name}_{name}.csv"
        write_text(
            delivery.folder / path, police.table_text(columns, rows, bank.tabs), bank.encoding
        )
        _record_table(delivery, path, table, bank.encoding, len(rows))
        if table in ("persons", "contacts", "addresses"):
            delivery.expected.sheets[-1].note = "other banks may say the same of these people"


def _task(bank: Bank, number: int, group: Group, outcome: str) -> list[str]:
    account = group.accounts[0]
    kind = "法人" if isinstance(account.holder, Company) else "自然人"
    reference = f"T{number:02d}{group.number:05d}{'1' if outcome == '成功' else '2'}"
    detail = "有明细" if outcome == "成功" else ""
    return [
        reference,
        bank.name,
        kind,
        account.holder.holder_id,
        account.card or account.number,
        "2024-07-01 09:00:00",
        "2024-07-03 15:30:00",
        outcome,
        "" if outcome == "成功" else "查询时段超出系统保存期限",
        detail,
        "2024-07-04 08:00:00",
        "已入库" if outcome == "成功" else "未入库",
        f"Q{group.number:06d}",
        outcome,
    ]
