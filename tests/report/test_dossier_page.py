import base64
import hashlib
import re
from datetime import datetime
from html.parser import HTMLParser

import pytest

from qingfeng.report.dossier import write_dossier
from qingfeng.report.dossier_page import amount_text, moment_text
from tests.report.dossier_sample import (
    CREATED,
    HOSTILE,
    LONG,
    PHONE,
    cells,
    fill,
    finding,
    named,
    run,
)
from tests.report.synthetic_rows import ACCOUNT, CITIZEN, rows_of, transfer


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.links, self.tags = [], [], set()

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        self.tags.add(tag)
        self.ids += [facts["id"]] if "id" in facts else []
        self.links += [facts[name] for name in ("href", "src") if name in facts]


def test_page_escapes_and_needs_nothing_from_outside(written):
    text = written.page.read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    assert HOSTILE not in text
    assert "&lt;script&gt;alert(" in text
    assert LONG in text
    assert page.tags.isdisjoint({"script", "img", "link", "iframe", "form"})
    assert all(link.startswith("#") for link in page.links)
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert {"f2-rows", "f2-r3"} <= set(page.ids)


def test_page_allows_exactly_its_own_style(written):
    text = written.page.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text).group(1)
    policy = policy.replace("&#39;", "'").replace("&#34;", '"')
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL).group(1)
    named_hash = re.search(r"style-src 'sha256-([^']*)'", policy).group(1)
    digest = hashlib.sha256(style.encode()).digest()
    assert base64.b64encode(digest).decode() == named_hash
    assert policy.startswith("default-src 'none';")
    assert " style=" not in text


def test_page_masks_numbers_of_people(written):
    text = written.page.read_text(encoding="utf-8")
    for number in (CITIZEN, ACCOUNT, PHONE, "6228000000000000001"):
        assert number not in text
    assert f"{CITIZEN[:4]}**********{CITIZEN[-4:]}" in text
    assert "138****0000" in text


def test_page_masks_what_findings_and_rows_give_as_numbers(case, tmp_path):
    rows = [
        transfer("2024-01-31T09:30:05", 5, account="lin-mobai", counterparty_account="Zhao_8"),
        transfer("2024-01-31T09:30:06", 5, account="lin-mobai", summary="付给 Zhao_8"),
    ]
    case.add({"transfers": rows_of("transfers", *rows)})
    given = finding(
        subject={"kind": "account", "key": "lin-mobai"}, rows=[named(2), named(3)], excluded=[],
        explain="账户 lin-mobai 向 Zhao_8 付款，护照 E12345678。",
    )  # fmt: skip
    found = {"runs": [], "findings": [given]}
    files = write_dossier(case, tmp_path / "d", findings=found, proof={}, created=CREATED)
    text = files.page.read_text(encoding="utf-8")
    for number in ("lin-mobai", "Zhao_8", "E12345678"):
        assert number not in text
    assert "账户 li****bai 向 Z***_8 付款，护照 E1****678。" in text


def test_page_and_working_paper_tell_local_decisions(case, tmp_path):
    fill(case)
    aside = {"subject": "lin-mobai", "reason": "柜员", "approval": "12号", "expires": "2026-06-30"}
    told = run(
        state="hit", hits=0, reason="1个命中对象经批准不列为疑点：lin-mobai：柜员",
        suppressed=[aside], expired=["x (9号)"], pending=["y (8号)"],
    )  # fmt: skip
    found = {"runs": [told], "findings": []}
    files = write_dossier(case, tmp_path / "d", findings=found, proof={}, created=CREATED)
    text = files.page.read_text(encoding="utf-8")
    assert "经批准不列为疑点：li****bai：柜员；" in text
    assert "本地调整尚未生效：y (8号)" in text
    (line,) = [row for row in cells(files.working_paper, "总览") if row[2] == "命中"]
    assert line[5].endswith(
        "lin-mobai：柜员；本地调整已过期、不再适用：x (9号)；本地调整尚未生效：y (8号)"
    )


def test_page_says_where_rows_are_missing(written):
    text = written.page.read_text(encoding="utf-8")
    assert "这个疑点没有附证据行，核实前不可引用其金额。" in text
    assert text.count("案件中没有此行") == 1


def test_many_evidence_rows_are_loudly_cut_on_the_page_only(case, tmp_path):
    fill(case)
    found = {"runs": [], "findings": [finding(rows=[named(2)] * 201)]}
    files = write_dossier(case, tmp_path / "d", findings=found, proof={}, created=CREATED)
    text = files.page.read_text(encoding="utf-8")
    assert "此处只列前 200 行，共 201 行" in text
    assert 'id="f1-r200"' in text
    assert 'id="f1-r201"' not in text
    assert len(cells(files.working_paper, "证据行")) == 202
    found = {"runs": [], "findings": [finding(rows=[named(2)] * 200)]}
    files = write_dossier(case, tmp_path / "d", findings=found, proof={}, created=CREATED)
    assert "此处只列前" not in files.page.read_text(encoding="utf-8")


def test_page_counts_what_could_not_be_evaluated(written):
    text = written.page.read_text(encoding="utf-8")
    assert '<b><a href="#detectors">1</a></b><span>其中无法评估</span>' in text
    assert "◌ 无法评估" in text


def test_page_counts_excluded_rows_once_and_shows_them(written):
    text = written.page.read_text(encoding="utf-8")
    made = text[text.index('id="f2"') : text.index('id="f2-rows"')]
    counts = re.findall(r'<td class="n">(?:<a [^>]*>)?(\d+) 行', made)
    assert counts == ["5", "2", "1", "2", "2"]  # looked at, interest, context, evidence, summed
    assert "减：银行结息" in made
    assert '<details id="f2-aside"><summary>排除的 2 行' in text
    assert 'id="f2-r1"' in text


def test_page_speaks_chinese_where_detectors_use_identifiers(written):
    text = written.page.read_text(encoding="utf-8")
    assert "缺 代办人 卡号（均未填写）、亲属关系（未交付）" in text
    for word in ("never filled", "no row delivered", "no agents delivered"):
        assert word not in text


@pytest.mark.parametrize(
    ("precision", "shown"),
    [
        ("second", "2024-02-09 周五 09:30:05"),
        ("minute", "2024-02-09 周五 09:30"),
        ("day", "2024-02-09 周五"),
    ],
)
def test_moments_show_what_is_known(precision, shown):
    assert moment_text(datetime(2024, 2, 9, 9, 30, 5), precision) == shown  # noqa: DTZ001


def test_amounts_have_a_real_minus():
    assert amount_text(-123_450) == "−1,234.50"
    assert amount_text(None) == ""
