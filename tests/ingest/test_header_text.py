"""Header cells: comparable form, units, repeats, two rows joined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.ingest.header_text import (
    MONEY_UNITS,
    header_keys,
    join_levels,
    measure_fits,
    normalise_header,
    number_repeats,
    preamble_unit,
    split_measure,
)
from qingfeng.schema.tables import ColumnKind

DROPPED = "_:：/\\|（）()【】[]<>《》,.;\"'*- \t\n\r\u3000\u200b\ufeff\u202e"


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise_header(normalise_header(text)) == normalise_header(text)


@given(st.lists(st.sampled_from(["日", "志", "号", "a", "1"]), min_size=1), st.data())
def test_blanks_marks_and_punctuation_anywhere_do_not_count(letters, data):
    noise = st.text(alphabet=DROPPED, max_size=3)
    dirty = "".join(letter + data.draw(noise) for letter in letters)
    assert normalise_header(data.draw(noise) + dirty) == "".join(letters)


@pytest.mark.parametrize(
    ("delivered", "comparable"),
    [
        ("日 志 号", "日志号"),
        ("币　　种：", "币种"),
        ("是否\n联系", "是否联系"),
        ("收/支", "收支"),
        ("ＭＡＣ地址", "mac地址"),
        ("\ufeff账户开户名称", "账户开户名称"),
        ("交易金额(分)", "交易金额分"),
        ("----", ""),
    ],
)
def test_normalises_spellings_met_in_files(delivered, comparable):
    assert normalise_header(delivered) == comparable


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("金额(元)", "元"),
        ("金额（万元）", "万元"),
        ("注册资本(金)（万元）", "万元"),
        ("交易金额【亿元】", "亿元"),
        ("交易金额(分)", "分"),
        ("金额（单位：万元）", "万元"),
        ("余额/元", "元"),
        ("交易金额(收入)", None),
        ("建筑面积(平方米)", None),
        ("元", None),
        ("百分", None),
    ],
)
def test_reads_the_money_unit_of_a_header(header, unit):
    measure = split_measure(header)[1]
    assert (measure if measure in MONEY_UNITS else None) == unit


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：万元", "万元"),
        ("金额单位:元", "元"),
        ("单位：亩、元", "元"),
        ("单位：人民币元", "元"),
        ("单位：元明乡政府", None),
        ("单位：测试公司", None),
        ("万元", None),
    ],
)
def test_reads_the_unit_above_a_table(line, unit):
    assert preamble_unit(line) == unit


@pytest.mark.parametrize(
    ("measure", "kind", "fits"),
    [
        ("分", ColumnKind.FEN, True),
        ("分", ColumnKind.INT, True),
        ("秒", ColumnKind.INT, True),
        ("秒", ColumnKind.FEN, False),
        ("亩", ColumnKind.QUANTITY, True),
        ("万元", ColumnKind.TEXT, False),
        ("元", None, False),
    ],
)
def test_minutes_are_no_money_and_money_no_minutes(measure, kind, fits):
    assert measure_fits(measure, kind) is fits


def test_numbers_repeats_by_comparable_form_and_leaves_blanks():
    delivered = ["网联/银联", "", "网联 银联", "a", "", "网联/银联"]
    expected = ("网联/银联", "", "网联 银联__2", "a", "", "网联/银联__3")
    assert number_repeats(delivered) == expected


def test_joins_two_rows_cell_by_cell():
    upper = ("序号", "发生额", "发生额", "余额", "", "x")
    lower = ("序号", "收入", "支出", "", "户名", " x")
    assert join_levels(upper, lower) == ("序号", "发生额/收入", "发生额/支出", "余额", "户名", "x")


def test_a_counterparty_parent_never_lets_its_leaf_pass_for_the_holder():
    keys = [key for key, _ in header_keys("对方信息/户名")]
    assert keys == ["对方信息户名", "对方户名"]
    assert [key for key, _ in header_keys("发生额/收入(元)")][-1] == "收入"
    assert [key for key, _ in header_keys("别的/户名")] == ["别的户名"]


def test_a_header_is_looked_up_whole_and_without_its_measure():
    assert header_keys("补贴金额（元）") == (("补贴金额元", "元"), ("补贴金额", "元"))
    assert header_keys("交易金额(收入)") == (("交易金额收入", None),)
