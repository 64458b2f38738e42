"""Numbers of people and accounts are masked, in every form that they come in."""

from __future__ import annotations

import pytest

from qingfeng.identifiers import credit_code_check
from qingfeng.report.masking import masked, masking
from tests.report.dossier_sample import PHONE
from tests.report.synthetic_rows import CITIZEN

COMPANY = "91359900MA0000001" + credit_code_check("91359900MA0000001")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("22222222222", "222****2222"),
        ("123456789", "12****789"),
        ("12345678", "12345678"),
        ("6228 4800 0035 9900 065", "6228*************** 065"),
        ("6228-4800-0035-9900", "6228***********9900"),
        ("2024-01-31 2024", "2024-01-31 2024"),
        ("６２２８４８０００３５９", "６２２８****０３５９"),
        ("1234567890.12", "1234567890.12"),
        ("123456789012", "1234****9012"),
        (PHONE, "138****0000"),
        (f"({CITIZEN})", f"({CITIZEN[:4]}**********{CITIZEN[-4:]})"),
        ("ab123456789012", "ab123456789012"),
        ("2024-01-31", "2024-01-31"),
        ("护照E12345678。", "护照E1****678。"),
        ("EA1234567", "EA****567"),
        ("H0123456700", "H01****6700"),
        ("wxid_8k2m91aa", "wxid*****91aa"),
        ("zhangsan@example.com", "z*****an@example.com"),
        ("测A12345 G1234", "测A12345 G1234"),
        ("电话138 0000 0011", "电话138 *****0011"),
        ("138-0000-0011。", "138-*****0011。"),
        ("座机0591-87654321", "座机0591*****4321"),
        ("（0591）87654321", "（0591*****4321"),
        ("010-87654321", "010-****4321"),
        ("35990119720305 0119", "3599***********0119"),
        ("359901 19720305 011X", "3599************011X"),
        ("军字第1234567号", "军字第1****67号"),
        ("2024-01-31 12345678", "2024-01-31 12345678"),
        ("闽政字第123号", "闽政字第123号"),
    ],
)
def test_masking(text, shown):
    assert masked(text) == shown


def test_what_a_row_gives_as_a_number_is_masked_whatever_its_form():
    hide = masking(["lin-mobai", "12345678", "wx1", None, COMPANY, "测试村委会", "6228****1234"])
    assert hide("lin-mobai 付 12345678（xlin-mobaix）") == "li****bai 付 1*****78（xlin-mobaix）"
    unhidden = f"wx1 {COMPANY} 测试村委会 6228****1234"
    assert hide(unhidden) == unhidden
