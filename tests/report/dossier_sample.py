"""A small case with findings, for the tests of the dossier."""

from datetime import UTC, date, datetime

import openpyxl

from tests.report.synthetic_rows import ACCOUNT, CITIZEN, SHA, rows_of, transfer

CREATED = datetime(2024, 6, 1, 2, 0, tzinfo=UTC)
HOSTILE = '<script>alert("x")</script>'
LONG = "测试" + "长名" * 60 + "有限公司"
PHONE = "13800000000"


def source_row(row):
    return f"{SHA}·明细·{row}"


def fill(case):
    rows = rows_of(
        "transfers",
        transfer("2024-01-31T09:30:05", 5_000_000, holder_name="甲一", holder_id=CITIZEN,
                 counterparty_name=HOSTILE, counterparty_account="6228000000000000001"),
        transfer("2024-02-09T10:00:00", 123_456, direction="in", counterparty_name=LONG,
                 summary="=1+1", time_precision="minute"),
        transfer("2024-02-10T00:00:00", 700, status="failed", time_precision="day"),
        transfer("2024-02-11T08:00:00", -300, status="reversed"),
        transfer("2024-02-12T08:00:00", 1_000, currency="USD"),
        transfer("2024-02-13T08:00:00", 11, direction="in", status="failed", summary="结息"),
        transfer("2024-01-01T08:00:00", 22, direction="in", status="failed", summary="结息"),
    )  # fmt: skip
    deaths = rows_of(
        "deaths",
        {"person_id": CITIZEN, "name": "甲一", "died_on": date(2023, 1, 1),
         "source_row": f"{SHA}·死亡·2"},
    )  # fmt: skip
    case.add({"transfers": rows, "deaths": deaths})


def named(row, role="evidence", sheet="明细"):
    return {
        "source_row": f"{SHA}·{sheet}·{row}",
        "file": "银行/甲一_6228000000000000001.xlsx",
        "sheet": sheet,
        "row": row,
        "role": role,
        "happened_on": None,
        "amount_fen": 0,
        "counted_fen": 0,
        "excluded_by": "interest" if role == "excluded" else None,
    }


ASIDE = [named(7, "excluded"), named(8, "excluded")]


def finding(**more):
    """A finding as ``detectors.findings.build`` makes it; a test holds the keys equal."""
    return {
        "detector": "deceased_holder",
        "catalogue_id": None,
        "version": "1.0.0",
        "state": "hit",
        "label": "pointer",
        "name_zh": "已故户主账户异动",
        "name_en": "Deceased holder's account active",
        "subject": {"kind": "account", "key": ACCOUNT},
        "hit_key": "k1",
        "level": "high",
        "confidence": "high",
        "explain": f"账户 {ACCOUNT} 在户主 {CITIZEN} 死亡后有 2 笔交易，电话 {PHONE}。",
        "explain_en": f"Account {ACCOUNT}: 2 bookings after the holder's death.",
        "gross_fen": 5_123_489,
        "amount_fen": 5_123_456,
        "parameters": {"grace_days": {"value": 30, "unit": "day", "source": "本项目建议"}},
        "rows": [named(3), named(2), named(2, "context", "死亡"), *ASIDE],
        "excluded": [{"reason": "interest", "rows": 2, "amount_fen": 33, "beside": []}],
        "coverage": {
            "evaluable": 0.97,
            "missing": ["agents.card (never filled)", "kin (no row delivered)"],
            "missing_zh": ["agents.card（从未填写）", "kin（没有交付任何行）"],
            "fill": {},
        },
        "chance": None,
        "innocent_explanations": ["遗产处理"],
        "innocent_explanations_en": ["estate"],
        "verify": ["调取柜面凭证"],
        "next_requests": ["开户资料"],
        "next_requests_en": ["opening papers"],
    } | more


def run(**more):
    return {
        "detector": "deceased_holder", "catalogue_id": None, "version": "1.0.0", "state": "hit",
        "label": "pointer", "reason": None, "reason_en": None,
        "population": 1, "evaluable": 1, "hits": 1,
        "flag_rate": 1.0, "name_zh": "已故户主账户异动",
        "name_en": "Deceased holder's account active", "warning": None, "warning_en": None,
        "withheld": 0,
        "not_evaluable": [], "suppressed": [], "expired": [], "pending": [], "as_of": "2024-02-13",
        "parameters": {}, "coverage": {"fill": {}, "missing": [], "missing_zh": []}, "seconds": 0.1,
    } | more  # fmt: skip


def answer():
    return {
        "runs": [
            run(hits=3),
            run(detector="dormant_then_active", name_zh="休眠激活", state="clear",
                label="not found", hits=0),
            run(detector="common_agent", name_zh="代办人碰撞", state="not evaluable",
                label="data needed", hits=0, population=0,
                reason="没有交付代办人信息"),
        ],
        "findings": [
            finding(),
            finding(hit_key="k2", level="critical", rows=[], excluded=[], amount_fen=900,
                    explain="无行"),
            finding(hit_key="k3", amount_fen=1, rows=[named(2), named(99)], excluded=[],
                    label="statistical feature"),
        ],
    }  # fmt: skip


def cells(path, sheet, **more):
    book = openpyxl.load_workbook(path, **more)
    return [list(row) for row in book[sheet].iter_rows(values_only=True)]
