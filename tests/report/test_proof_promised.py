"""What sources promised against what came: by source, sender, subject and kind of rows."""

from __future__ import annotations

import pytest

from qingfeng.report.promised_sources import institution_of, kind_of
from qingfeng.report.proof import prove, render
from tests.ingest.imports import imported
from tests.report.proof_bookings import CARD_A, CARD_B, booking, proved

LIN = {"subject_name": "林墨白", "subject_id": "359901197203050119"}
OWN = {"holder_name": "林墨白", "holder_id": "359901197203050119"}


def promise(source, rows=None, **more):
    facts = {"source_name": source, "replied": True, "has_results": True, "promised_rows": rows}
    return LIN | facts | more


def bookings(count, **more):
    first = more.pop("first", 2)
    return [booking(first + n, "in", 5, None, first + n, **(OWN | more)) for n in range(count)]


def counts(proof):
    found = proof["promised"]
    return {name: found[name]["count"] for name in ("missing", "fewer", "not_checkable")}


def said(missing=0, fewer=0, not_checkable=0):
    return {"missing": missing, "fewer": fewer, "not_checkable": not_checkable}


def sources(proof, name):
    return [row["source_name"] for row in proof["promised"][name]["rows"]]


def test_promised_sources_are_held_against_the_rows(case):
    person = {**LIN, "replied": True}
    summaries = [
        promise("银行交易流水"),
        promise("自然资源部全国总库"),
        promise("公安部机动车", 2),
        promise("中国人民银行反洗钱"),
        {**person, "has_results": False, "source_name": "公安部旅馆住宿"},
        {**person, "replied": False, "source_name": "证券"},
    ]
    cars = [{"holder_id": LIN["subject_id"], "plate": "测A00001"}]
    proof = proved(case, bookings(1), query_summaries=summaries, vehicles=cars)
    assert sources(proof, "missing") == ["自然资源部全国总库"]
    assert [row["delivered_rows"] for row in proof["promised"]["fewer"]["rows"]] == [1]
    assert sources(proof, "not_checkable") == ["中国人民银行反洗钱"]
    assert sources(proof, "not_replied") == ["证券"]


@pytest.mark.parametrize(
    ("promised_rows", "fewer"),
    [
        pytest.param(2, 0, id="less was promised"),
        pytest.param(3, 0, id="just as many"),
        pytest.param(4, 1, id="one is lacking"),
    ],
)
def test_as_many_rows_as_promised_are_not_fewer(case, promised_rows, fewer):
    proof = proved(case, bookings(3), query_summaries=[promise("银行交易流水", promised_rows)])
    assert counts(proof) == said(fewer=fewer)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        pytest.param(
            {"has_results": None, "promised_rows": 20}, said(missing=1), id="only a count"
        ),
        pytest.param({"has_results": None, "promised_rows": 0}, said(), id="count of none"),
        pytest.param({"has_results": None}, said(not_checkable=1), id="says nothing"),
        pytest.param({"has_results": None, "replied": False}, said(), id="no reply"),
        pytest.param({"has_results": False}, said(), id="no results"),
    ],
)
def test_a_summary_may_say_it_with_a_count_alone(case, line, found):
    summaries = [promise("公安部机动车") | line]
    assert counts(proved(case, bookings(1), query_summaries=summaries)) == found


def test_one_bank_does_not_stand_in_for_another(case):
    summaries = [promise("建设银行交易明细", 2), promise("工商银行交易明细", 1)]
    rows = bookings(3, bank="中国建设银行股份有限公司福州分行")
    proof = proved(case, rows, query_summaries=summaries)
    assert counts(proof) == said(missing=1)
    assert sources(proof, "missing") == ["工商银行交易明细"]


def test_rows_of_an_unnamed_bank_may_be_of_any_but_not_of_all(case):
    summaries = [promise("建设银行流水", 20), promise("工商银行流水", 8)]
    proof = proved(case, bookings(20), query_summaries=summaries)
    assert counts(proof) == said(not_checkable=2)
    whys = [row["why"] for row in proof["promised"]["not_checkable"]["rows"]]
    assert whys == ["too_few_in_all"] * 2
    assert "且少于各来源所称之和；称 20 条，可能属于它的 20 条" in render(proof)
    more = proved(case, bookings(8, first=40, file="f2"))
    whys = [row["why"] for row in more["promised"]["not_checkable"]["rows"]]
    assert whys == ["sender_unknown"] * 2


def test_a_source_without_a_bank_has_what_no_named_bank_sent(case):
    summaries = [promise("银行流水", 1), promise("建设银行流水", 2)]
    rows = bookings(2, bank="建设银行")
    assert sources(proved(case, rows, query_summaries=summaries), "missing") == ["银行流水"]
    more = proved(case, bookings(1, first=9, bank="测试农商行"))
    assert counts(more) == said()


def test_rail_is_neither_flight_nor_border(case):
    summaries = [promise("公安部出入境记录", 5), promise("铁路总公司票面信息", 5)]
    rail = [
        {
            "mode": "rail",
            "name": "林墨白",
            "person_id": LIN["subject_id"],
            "carrier_number": f"G{n}",
        }
        for n in range(5)
    ]
    proof = proved(case, bookings(1), query_summaries=summaries, trips=rail)
    assert counts(proof) == said(missing=1)
    assert sources(proof, "missing") == ["公安部出入境记录"]


def test_rows_that_give_only_the_name_are_of_the_one_person_so_named(case):
    summaries = [promise("银行交易流水", 3)]
    rows = bookings(3, holder_id=None)
    assert counts(proved(case, rows, query_summaries=summaries)) == said()
    namesake = promise("公安部机动车") | {"subject_id": "359901198001010012"}
    proof = proved(case, bookings(0), query_summaries=[namesake])
    assert (sources(proof, "missing"), sources(proof, "not_checkable")) == (
        ["公安部机动车"],
        ["银行交易流水"],
    )


def test_another_number_under_the_same_name_is_another_person(case):
    rows = bookings(3, holder_id="359901198001010012")
    assert counts(proved(case, rows, query_summaries=[promise("银行交易流水")])) == said(missing=1)


@pytest.mark.parametrize(("promised_rows", "fewer"), [(3, 0), (4, 1)])
def test_a_summary_without_a_subject_speaks_of_all(case, promised_rows, fewer):
    rows = [*bookings(2), *bookings(1, first=9, holder_name="何桂蓉", holder_id=None)]
    line = promise("银行流水", promised_rows) | {"subject_name": None, "subject_id": None}
    assert counts(proved(case, rows, query_summaries=[line])) == said(fewer=fewer)


def test_second_copies_do_not_fill_up_a_promise(case):
    rich = bookings(5, bank="建设银行", serial="S", balance_fen=7)
    for number, row in enumerate(rich):
        row |= {"serial": f"S{number}", "balance_fen": 5 * (number + 1)}
    poor = [
        row | {"transfer_id": f"p{number}", "source_row": f"f2··{number}", "serial": None}
        for number, row in enumerate(rich)
    ]
    proof = proved(case, [*rich, *poor], query_summaries=[promise("建设银行流水", 10)])
    assert proof["linking"]["copies"] == 5
    assert [row["delivered_rows"] for row in proof["promised"]["fewer"]["rows"]] == [5]


def test_all_rows_of_a_company_count_on_whichever_side_it_stands(case):
    company = {"company_id": "91359900MA0TEUT0XD", "company_name": "测试石业有限公司"}
    line = promise("市场监管总局企业登记信息", 5) | {
        "subject_name": "测试石业有限公司",
        "subject_id": "91359900MA0TEUT0XD",
    }
    proof = proved(
        case,
        bookings(1),
        query_summaries=[line],
        companies=[{"company_id": company["company_id"], "name": company["company_name"]}],
        shareholdings=[{**company, "holder_name": "何桂蓉"}, {**company, "holder_name": "林墨白"}],
        company_roles=[{**company, "person_name": "何桂蓉"}],
        branches=[{**company, "branch_name": "测试石业甲分公司"}],
    )
    assert counts(proof) == said()


PACKAGE = "林墨白_359901197203050119_国监查【2024】第000123号"
BOOKED = "交易时间,交易金额,借贷标志,交易余额,交易对手,交易对方账号,交易摘要,本方账号,交易流水号\n"
SUMMARY = "查询对象,证件号码,数据源,是否反馈,有无结果,结果条数\n"


def delivered(folder, *lines, **files):
    told = "".join(f"林墨白,359901197203050119,{source},是,有,{rows}\n" for source, rows in lines)
    folder.mkdir()
    (folder / "查询汇总.csv").write_text(SUMMARY + told, encoding="utf-8")
    for source, text in files.items():
        path = folder / f"{source}（定向查询）" / f"{PACKAGE}_明细.csv"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    return imported(folder.parent, folder)


def statement(*numbers):
    return BOOKED + "".join(
        f"2024-06-02 10:00:{n:02d},5,借,{90 - n}.6,欧阳㛃,{CARD_B},转账,10359900000001,S{n}\n"
        for n in numbers
    )


def test_the_folder_of_a_source_says_what_is_of_it(tmp_path):
    case = delivered(
        tmp_path / "国监查", ("建设银行", 2), ("银行交易明细", 1), ("工商银行交易明细", 1),
        建设银行=statement(1, 2),
    )  # fmt: skip
    proof = prove(case)
    assert sources(proof, "missing") == ["工商银行交易明细", "银行交易明细"]
    assert counts(proof) == said(missing=2)
    assert [row["bank"] for row in proof["periods"]["delivered"]["rows"]] == ["中国建设银行"]


def test_rows_that_came_before_in_another_file_were_delivered(tmp_path):
    case = delivered(
        tmp_path / "国监查", ("建设银行", 3), ("测试数据", 2),
        测试数据=statement(1, 2), 建设银行=statement(1, 2, 3),
    )  # fmt: skip
    assert counts(prove(case)) == said()


def test_a_file_that_was_not_read_whole_is_not_missing(tmp_path):
    case = delivered(tmp_path / "国监查", ("建设银行", 2), 建设银行=BOOKED + "某日,5,借,,,,,,\n")
    (row,) = prove(case)["promised"]["not_checkable"]["rows"]
    assert row["why"] == "not_read"


def test_a_summary_of_units_and_answers(tmp_path):
    text = (
        "姓名,证件号码,查询内容,反馈单位,反馈时间,反馈结果,数据条数\n"
        "林墨白,359901197203050119,银行账户,中国农业银行,2024-06-01,有数据,3\n"
        "林墨白,359901197203050119,银行账户,中国建设银行,2024-06-01,无数据,0\n"
        "林墨白,359901197203050119,机动车,公安部,,未反馈,\n"
    )
    path = tmp_path / "查询汇总.csv"
    path.write_text(text, encoding="utf-8")
    proof = prove(imported(tmp_path, path))
    assert sources(proof, "missing") == ["中国农业银行"]
    assert proof["promised"]["missing"]["rows"][0]["subject_name"] == "林墨白"
    assert sources(proof, "not_replied") == ["公安部"]
    assert counts(proof) == said(missing=1)


def test_failed_queries_and_answers_without_rows(case):
    tasks = [
        {"account": CARD_A, "outcome": "answered"},
        {"account": CARD_B, "outcome": "answered"},
        {
            "account": "6222020000000000007",
            "outcome": "failed",
            "result": "超时",
            "detail_result": "查无此户",
        },
        {"account": "6222020000000000015", "outcome": "empty"},
    ]
    proof = proved(case, [booking(2, "in", 5, None)], query_tasks=tasks)
    found = proof["promised"]
    assert "6222020000000000007 -：超时；查无此户（" in render(proof)
    assert [row["account"] for row in found["answered_without_rows"]["rows"]] == [CARD_B]
    assert [row["result"] for row in found["failed_queries"]["rows"]] == ["超时"]


@pytest.mark.parametrize(
    ("asked", "sent_by", "shown"),
    [
        pytest.param("交通银行", "中国建设银行", 1, id="another bank's rows"),
        pytest.param("建设银行", "中国建设银行", 0, id="its own rows"),
        pytest.param("交通银行", None, 0, id="rows that do not say whose they are"),
        pytest.param(None, "中国建设银行", 0, id="nobody was named"),
    ],
)
def test_one_bank_does_not_answer_for_another(case, asked, sent_by, shown):
    task = {"subject_number": OWN["holder_id"], "bank": asked, "outcome": "answered"}
    proof = proved(case, bookings(1, bank=sent_by), query_tasks=[task])
    assert proof["promised"]["answered_without_rows"]["count"] == shown


@pytest.mark.parametrize(
    ("source", "asked_for", "tables"),
    [
        ("国家税务总局", None, ("taxes",)),
        ("公安部同车违章", None, ()),
        ("公安部机动车", None, ("vehicles",)),
        ("中国结算证券账户信息", None, ("securities",)),
        ("理财账户", None, ("wealth_products",)),
        ("保险账户信息", None, ("insurance",)),
        ("车辆保险", None, ("insurance",)),
        ("社会保险缴费", None, ()),
        ("证券资金流水", None, ()),
        ("房产交易明细", None, ("properties",)),
        ("税务发票", None, ("invoices",)),
        ("工商银行", None, ("transfers", "accounts")),
        ("公安部", "机动车", ("vehicles",)),
        ("农业银行", "交易明细", ("transfers",)),
        ("农业银行", "账户信息及交易明细", ("transfers", "accounts")),
        ("农业银行", "账户交易明细", ("transfers",)),
        ("某数据", None, ()),
        (None, None, ()),
    ],
)
def test_tables_of_a_source(source, asked_for, tables):
    assert kind_of(source, asked_for).tables == tables


def test_what_was_asked_for_does_not_hide_whose_accounts_they_are():
    source = "中国人民银行银行账户"
    assert kind_of(source, "账户信息") == kind_of(source)


@pytest.mark.parametrize(
    ("name", "institution"),
    [
        ("建设银行交易明细", "中国建设银行"),
        ("中国建设银行股份有限公司【福建省分行】", "中国建设银行"),
        ("中国建设银行福州鼓楼支行", "中国建设银行"),
        ("农行", "中国农业银行"),
        ("建设银行流水", "中国建设银行"),
        ("银行流水", None),
        ("测试县农商行流水", "测试县农商行"),
        ("支付宝（中国）网络技术有限公司", "支付宝"),
        ("银行业金融机构账户信息", None),
        ("中国人民银行银行账户", None),
        ("个人银行账户", None),
        ("公安部机动车", None),
        (None, None),
    ],
)
def test_institution_in_a_name(name, institution):
    assert institution_of(name) == institution


ANSWERS = "反馈单位,数据名称,姓名,证件号码,查询结果,数据条数\n"
LISTED = "反馈单位,名称,证件号码,卡号,账号,账户类别,账户状态,币种,账户余额,开户日期,最后交易时间\n"
AT_ABC = f"中国农业银行,林墨白,{LIN['subject_id']},{CARD_A},10359900000001,I类户,正常,人民币,3,,\n"


@pytest.mark.parametrize(
    ("asked_for", "rows", "found"),
    [
        pytest.param("交易明细", 2, said(), id="bookings, all there"),
        pytest.param("交易明细", 3, said(fewer=1), id="bookings, one lacking"),
        pytest.param("", 2, said(), id="unsaid, all there"),
        pytest.param("", 3, said(fewer=1), id="unsaid, one lacking"),
        pytest.param("账户信息", 1, said(), id="accounts"),
        pytest.param("账户信息", 2, said(fewer=1), id="accounts, one lacking"),
        pytest.param("账户信息和交易明细", 3, said(fewer=1), id="both, one lacking"),
    ],
)
def test_the_account_list_of_another_source_is_no_booking_of_a_bank(
    tmp_path, asked_for, rows, found
):
    folder = tmp_path / "国监查"
    files = {
        "反馈情况汇总.csv": f"{ANSWERS}农业银行,{asked_for},林墨白,{LIN['subject_id']},有,{rows}\n",
        f"农业银行（定向查询）/{PACKAGE}_农业银行交易明细.csv": statement(1, 2),
        f"银行业金融机构账户信息（定向查询）/{PACKAGE}_账户信息.csv": LISTED + AT_ABC,
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    proof = prove(imported(tmp_path, folder))
    assert counts(proof) == found
