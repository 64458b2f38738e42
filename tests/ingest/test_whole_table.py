"""What is decided for a whole table is decided alike, whole or in slices of any size."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest

from qingfeng.ingest import planning, run
from qingfeng.ingest.read_in_parts import OTHER_HEADER, TWINS
from qingfeng.ingest.run import import_paths
from qingfeng.ingest.work import do_unit
from tests.ingest.imports import new_case

ACCOUNT = "3500123456001"
SIZES = (900, 4_000)
COMPARED = (
    "header_row",
    "rows_read",
    "rows_kept",
    "rejected",
    "duplicates",
    "blank_rows",
    "skipped",
    "checks",
    "ignored_columns",
)


def day(number, of=28):
    return f"2021-{1 + number * 12 // 600 % 12:02d}-{1 + number % of:02d}"


def clock(number):
    return f"{8 + number % 12:02d}:{number % 60:02d}:{number % 47:02d}"


def balance(number):
    return f"{(number + 1) * (number + 2) // 2}.00"


def plain_lines():
    yield "交易账号,交易户名,交易时间,借贷标志,交易金额,交易余额,对手户名,摘要"
    for number in range(400):
        yield (
            f"{ACCOUNT},林墨白,{day(number)} {clock(number)},贷,{number + 1}.00,{balance(number)},"
            f"户{number % 7},转账"
        )


def counted_lines(closing=()):
    yield "ID,交易账号,交易时间,借贷标志,交易金额,交易余额,摘要"
    for number in range(600):
        one = number // 2
        yield (
            f"{number + 1},{ACCOUNT},{day(one)} {clock(one)},贷,{one + 1}.00,{balance(one)},转账"
        )
    yield from closing


def counted_and_closed_lines():
    total = sum(number // 2 + 1 for number in range(600))
    return counted_lines([f",{ACCOUNT},2021-12-31 00:00:00,贷,{total}.00,,合计"])


def block_lines():
    yield "交易账号,交易户名,交易时间,借贷标志,交易金额,交易余额,摘要"
    for block in range(3):
        for number in range(150):
            own = f"350012345600{block},户{block}" if number == 0 else ","
            fen = f"{number + 1}.{block:02d}"
            yield f"{own},{day(number)} {clock(number)},贷,{fen},{balance(number)},转账"


def returning_lines():
    """Bookings of one day, again and again: the balance comes back, so each is a record."""
    yield "交易账号,交易日期,借贷标志,交易金额,交易余额,摘要"
    for number in range(400):
        side, held = ("贷", "105.00") if number % 2 else ("借", "100.00")
        yield f"{ACCOUNT},2021-03-{1 + number // 40:02d},{side},5.00,{held},转账"


def rewritten_lines():
    """The same with its own rows delivered again below, which are no records."""
    yield from returning_lines()
    yield from [*returning_lines()][1:150]


def named_again_lines():
    """Blocks, but for a last one that names the account of the one before once more."""
    yield from block_lines()
    yield f"3500123456002,户2,{day(400)} {clock(3)},贷,1.00,7.00,转账"


def month_first_lines():
    yield "交易账号,交易时间,借贷标志,交易金额,交易余额,摘要"
    for number in range(400):
        written = f"{1 + number // 300:02d}/{1 + number // 12 % 25:02d}/2021 {clock(number)}"
        yield f"{ACCOUNT},{written},贷,{number + 1}.00,{balance(number)},转账"


def signed_lines():
    yield "交易账号,交易时间,收入,支出,摘要"
    for number in range(400):
        spent = number < 100 or number == 300
        sides = f",-{number + 1}.00" if spent else f"{number + 1}.00,"
        yield f"{ACCOUNT},{day(number)} {clock(number)},{sides},转账"


def signed_with_balance_lines():
    """Only the balances, over the whole file, tell what the minus means."""
    yield "交易账号,交易时间,收入,支出,交易余额,摘要"
    held = 100_000
    for number in range(300):
        spent = -(number + 1) if number % 3 else number + 1
        if number < 60:
            yield f"{ACCOUNT},{day(number)} {clock(number)},,{spent}.00,,转账"
            continue
        held += spent
        yield f"{ACCOUNT},{day(number)} {clock(number)},,{spent}.00,{held}.00,转账"


def money_back_lines():
    """Money back stands together, without the minus that the expenses of the file have."""
    yield "交易账号,交易时间,收入,支出,交易余额,摘要"
    held = 100_000
    for number in range(300):
        spent = number + 1 if 200 <= number < 260 else -(number + 1)
        held += spent
        yield f"{ACCOUNT},{day(number)} {clock(number)},,{spent}.00,{held}.00,转账"


def bare_clock_lines():
    yield "交易账号,交易日期,交易时间,借贷标志,交易金额,交易余额,摘要"
    for number in range(400):
        hour = 0 if number > 300 else 9 + number % 10
        bare = int(f"{hour:02d}{number % 60:02d}{number % 50:02d}")
        when = day(number).replace("-", "")
        yield f"{ACCOUNT},{when},{bare},贷,{number + 1}.00,{balance(number)},转账"


def closed_lines():
    yield "交易账号,交易时间,借贷标志,交易金额,摘要"
    for number in range(400):
        yield f"{ACCOUNT},{day(number)} {clock(number)},贷,{number + 1}.00,转账"
    yield f"{ACCOUNT},2021-12-31 00:00:00,贷,{400 * 401 // 2}.00,合计"


def closed_by_day_lines():
    yield "交易账号,交易时间,借贷标志,交易金额,摘要"
    for each in range(1, 21):
        for number in range(20):
            side = "借" if number % 3 else "贷"
            yield f"{ACCOUNT},2021-03-{each:02d} {clock(number)},{side},{number + each}.00,转账"
        spent = sum(number + each for number in range(20) if number % 3)
        yield f"{ACCOUNT},2021-03-{each:02d} 23:59:59,借,{spent}.00,本日合计"
    yield f"{ACCOUNT},2021-03-20 23:59:59,贷,77.00,合计"


def two_holder_lines():
    yield "证件号码：359901197002021012"
    yield "交易账号,交易户名,交易时间,借贷标志,交易金额,摘要"
    for number in range(400):
        name = "林墨白" if number < 300 else "王五"
        yield f"{ACCOUNT},{name},{day(number)} {clock(number)},贷,{number + 1}.00,转账"


def idle_lines(kept_up):
    """A balance of nothing on most rows; below, one booking may lead to it."""
    yield "交易账号,交易时间,借贷标志,交易金额,交易余额,摘要"
    for number in range(300):
        yield f"{ACCOUNT},2021-03-01 08:00:{number // 10:02d},贷,3.20,0.00,车费"
    yield f"{ACCOUNT},2021-03-02 08:00:00,贷,70.00,70.00,转账"
    if kept_up:
        yield f"{ACCOUNT},2021-03-02 08:10:00,借,70.00,0.00,转账"


def one_serial_lines():
    yield "交易账号,交易时间,借贷标志,交易金额,交易流水号,摘要"
    for number in range(300):
        serial = "SN20210301" if number < 220 else f"SN{number // 2:08d}"
        yield f"{ACCOUNT},2021-03-01 08:{number // 60:02d}:00,贷,3.20,{serial},车费"


def person(number):
    digits = f"35990119{50 + number % 40:02d}0101{number % 1000:03d}"
    weights = [pow(2, 17 - place, 11) for place in range(17)]
    return (
        digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]
    )


def roster_lines():
    """Villages alone in their rows, groups below them, far apart."""
    yield "姓名,身份证号,人口,金额,账号"
    for number in range(300):
        if number % 100 == 10:
            yield f"{'东西南'[number // 100]}山村,,,,"
        if number % 100 in (50, 80):
            yield f"{'一' if number % 100 == 50 else '二'}组,,,,"
        yield f"甲某{number},{person(number)},2,{number + 30}.00,6217990000000001111"


def village_block_lines(closing=()):
    """Villages on the first row of each block; a subtotal ends the first of them."""
    yield "村组,姓名,身份证号,面积,金额,备注"
    for number in range(300):
        village = f"{'东西南'[number // 100]}山村" if number % 100 == 0 else ""
        yield f"{village},甲某{number},{person(number)},2,{number + 30}.00,"
        if number == 99:
            yield "小计,,,200,7950.00,"
    yield from closing


def village_named_again_lines():
    return village_block_lines([f"南山村,乙某,{person(7)},2,3.00,"])


def order_lines():
    """Orders that many units handle, further rows of each naming the unit alone."""
    yield "工单编号,诉求内容,诉求人,承办单位,答复内容,受理时间"
    for number in range(60):
        yield f"FJ{number},欠费{number},甲某{number},建设局,正在处理,{day(number)} {clock(number)}"
        for unit in range(60 if number == 20 else number % 7):
            yield f",,,第{unit}分公司,无此情况{unit},"
    yield "共60条,,,,,"


def ditto_lines():
    yield "村组,姓名,身份证号,金额,备注"
    for number in range(300):
        village = f"{'东西南'[number // 100]}山村" if number % 100 == 0 else "〃"
        yield f"{village},甲某{number},{person(number)},{number + 30}.00,"


def call_lines():
    """Only the first rows call out, and so tell whose list it is."""
    yield "主叫号码,被叫号码,通话起始时间,通话时长（s）,呼叫类型,主叫基站,主叫小区,主叫imsi,串号"
    own = "15400000001"
    for number in range(300):
        other = f"1540000{number % 50 + 100:04d}"
        pair, kind = ((own, other), "主叫") if number < 40 else ((other, own), "被叫")
        when = f"{day(number)} {clock(number)}"
        yield f"{','.join(pair)},{when},65,{kind},11,22,460990000000001,86"


def payer_lines():
    """The one number in every row of the file is its own; of a few rows several are."""
    yield "付款账号,付款户名,收款账号,收款户名,交易时间,交易金额,摘要"
    other = [f"3500123499{each:03d}" for each in range(60)]
    for number in range(300):
        two = [(ACCOUNT, "林墨白"), (other[number // 5], f"户{number // 5}")]
        sides = two if number % 3 else two[::-1]
        pair = ",".join(",".join(each) for each in sides)
        yield f"{pair},{day(number)} {clock(number)},{number + 1}.00,转账"


def clock_beside_days_lines():
    """Times of day under a header of moments, moments among them in one row at the end."""
    yield from (HEADER_OF_CLOCKS, *clock_rows(range(300)))
    yield f"{ACCOUNT},2021-12-30,2021-12-30 09:00:00,贷,7.00,8.00,转账"


def clock_rows(numbers):
    for number in numbers:
        yield f"{ACCOUNT},{day(number)},{clock(number)},贷,{number + 1}.00,{balance(number)},转账"


HEADER_OF_CLOCKS = "交易账号,交易日期,入账时间,借贷标志,交易金额,交易余额,摘要"


def invoice_lines():
    """One invoice delivered in several lines, two of them together, one far below."""
    parties = "销方识别号,销方名称,购方识别号,购买方名称"
    yield f"发票代码,发票号码,{parties},开票日期,金额,税额,价税合计,备注"
    for number in range(200):
        many = number in (3, 4, 150)
        sold = 3 if many else number
        said = "首联" if many else ""
        yield (
            f"044001900111,{10_000_000 + sold},,测试销方有限公司,,测试购方有限公司,"
            f"2021-03-{1 + sold % 28:02d},{100 + sold}.00,{13 + sold}.00,{113 + 2 * sold}.00,{said}"
        )


FILES = {
    "lines of an invoice": invoice_lines,
    "sections": roster_lines,
    "ditto marks": ditto_lines,
    "villages once a block": village_block_lines,
    "villages written again": village_named_again_lines,
    "orders of several units": order_lines,
    "calls": call_lines,
    "payer and payee": payer_lines,
    "times of day": lambda: [HEADER_OF_CLOCKS, *clock_rows(range(300))],
    "times of day and a moment": clock_beside_days_lines,
    "a balance that is not kept up": lambda: idle_lines(kept_up=False),
    "a balance kept up at the end": lambda: idle_lines(kept_up=True),
    "a serial that is none": one_serial_lines,
    "plain": plain_lines,
    "a running number": counted_lines,
    "a running number above a closing row": counted_and_closed_lines,
    "blocks": block_lines,
    "a balance that comes back": returning_lines,
    "rows delivered again": rewritten_lines,
    "no blocks": named_again_lines,
    "month first": month_first_lines,
    "minus of expenses": signed_lines,
    "minus that balances explain": signed_with_balance_lines,
    "money back": money_back_lines,
    "bare clocks": bare_clock_lines,
    "a closing row with a day": closed_lines,
    "closing rows of days": closed_by_day_lines,
    "a holder above the table": two_holder_lines,
}


@pytest.fixture
def inline(monkeypatch):
    """Units done in this process, and what was read: (file, start) by unit."""
    read = []

    def done(units, settings, _workers) -> Iterator[object]:
        for number, unit in units:
            read.extend((job.index, job.part.start if job.part else None) for job in unit)
            # As between processes.
            yield pickle.loads(pickle.dumps((number, unit, do_unit(number, unit, settings))))

    monkeypatch.setattr(run, "_in_processes", done)
    return read


def outcome(folder, path):
    """Rows of all tables, and the account of the one file."""
    case = new_case(folder)
    (table,) = import_paths(case, [path], workers=1)["files"][0]["tables"]
    rows = {}
    with case.connect() as connection:
        for name in ("transfers", "rejected_rows", "benefits", "calls", "invoices", "tickets"):
            query = f"SELECT * FROM {name} ORDER BY ALL"
            rows[name] = connection.sql(query).to_arrow_table().to_pylist()
    return rows, table


def write(folder, lines):
    path = folder / "a.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def slice_into(monkeypatch, size):
    monkeypatch.setattr(planning, "SLICED_FROM", 100)
    monkeypatch.setattr(planning, "SLICE_BYTES", size)


def said(table, without=None):
    texts = [(str(each["row"]), each["column"], each["text"]) for each in table["warnings"]]
    return sorted(each for each in texts if each[2] != without)


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_the_same_whole_and_in_slices(tmp_path, monkeypatch, inline, name):
    path = write(tmp_path, FILES[name]())
    whole, account = outcome(tmp_path / "whole", path)
    assert len(inline) == 1
    for size in SIZES:
        inline.clear()
        slice_into(monkeypatch, size)
        sliced, other = outcome(tmp_path / f"sliced {size}", path)
        assert len(set(inline)) > 1
        for table, rows in whole.items():
            assert sliced[table] == rows, (table, size)
        assert {key: other[key] for key in COMPARED} == {key: account[key] for key in COMPARED}
        assert said(other, without=TWINS) == said(account)


def test_no_slice_of_a_plain_file_is_read_twice(tmp_path, monkeypatch, inline):
    slice_into(monkeypatch, 2_600)
    outcome(tmp_path / "home", write(tmp_path, plain_lines()))
    assert len(inline) == len(set(inline)) > 5


def test_what_only_the_parts_tell_is_said(tmp_path, monkeypatch, inline):
    slice_into(monkeypatch, 900)
    _, table = outcome(tmp_path / "home", write(tmp_path, roster_lines()))
    assert [each["text"] for each in table["warnings"]].count(TWINS) == 1


def test_a_second_header_far_below_is_said(tmp_path, monkeypatch, inline):
    slice_into(monkeypatch, 2_600)
    monkeypatch.setattr(planning, "_HEAD_RECORDS", 100)
    lines = [*plain_lines(), "交易时间,交易账号,交易金额,借贷标志,交易余额,摘要"]
    _, table = outcome(tmp_path / "home", write(tmp_path, lines))
    assert [each["row"] for each in table["warnings"] if each["text"] == OTHER_HEADER] == [402]
