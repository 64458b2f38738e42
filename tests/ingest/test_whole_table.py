"""What is decided for a whole table is decided alike, whole or in slices of any size."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest

from qingfeng.ingest import planning, run
from qingfeng.ingest.run import import_paths
from qingfeng.ingest.work import do_unit
from tests.ingest.imports import new_case

ACCOUNT = "3500123456001"
SIZES = (900, 2_600, 9_000)
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


FILES = {
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
        for name in ("transfers", "rejected_rows", "benefits", "calls"):
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


def said(table):
    return sorted((str(each["row"]), each["column"], each["text"]) for each in table["warnings"])


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
        assert said(other) == said(account)


def test_no_slice_of_a_plain_file_is_read_twice(tmp_path, monkeypatch, inline):
    slice_into(monkeypatch, 2_600)
    outcome(tmp_path / "home", write(tmp_path, plain_lines()))
    assert len(inline) == len(set(inline)) > 5
