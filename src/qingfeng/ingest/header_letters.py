"""Letters of headers that are written in two ways: 帐 and 账, the traditional forms and ours."""

from __future__ import annotations

_TRADITIONAL = (
    "帳賬號戶結餘對貸額幣種備註碼時間開機構網點單據憑證類別狀態轉現標誌業務櫃員終設發銀記項載稱總積續費資財買賣貨"
    "匯國區電話聯絡係關當後來給繳納稅產權屬車輛當實際補貼級編製簽審經辦儲蓄書錄説說圓"
)
_OURS = (
    "账账号户结余对贷额币种备注码时间开机构网点单据凭证类别状态转现标志业务柜员终设发银记项载称总积续费资财买卖货"
    "汇国区电话联络系关当后来给缴纳税产权属车辆当实际补贴级编制签审经办储蓄书录说说圆"
)
_LETTERS = str.maketrans(_TRADITIONAL + "帐", _OURS + "账")


def one_letter(text: str) -> str:
    """*text* with one letter for each pair."""
    return text.translate(_LETTERS)
